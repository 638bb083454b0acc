//! `huntbook obfuscate`.

use std::time::Instant;

use huntbook::HuntbookError;
use huntbook::obfuscate::Obfuscator;
use huntbook::obfuscate::files::{FilesOptions, obfuscate_files};

use crate::args::ObfuscateArguments;
use crate::commands::summary;
use crate::commands::watch::TerminalWatch;
use crate::console::Console;

pub(crate) fn execute(
    arguments: &ObfuscateArguments,
    console: &Console,
) -> Result<(), HuntbookError> {
    let how = &arguments.how;
    let key = how.values.key_or_new()?;
    let obfuscator = Obfuscator::new(&key, &how.values.realm, how.policy()?);
    let options =
        FilesOptions { overwrite: arguments.overwrite, skip_unknown: arguments.skip_unknown };
    let watch = TerminalWatch::new(console);
    let start = Instant::now();
    let report =
        obfuscate_files(&obfuscator, &arguments.sources, &arguments.destination, options, &watch);
    watch.finish();
    let (report, seconds) = (report?, start.elapsed().as_secs_f64());
    if arguments.json {
        return Console::print(report.to_json() + "\n");
    }
    Console::print(summary::of(&report, seconds))
}
