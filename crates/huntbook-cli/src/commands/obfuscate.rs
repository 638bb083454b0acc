//! `huntbook obfuscate`.

use std::fs;
use std::path::{self, Path};
use std::time::Instant;

use huntbook::HuntbookError;
use huntbook::obfuscate::files::{FilesOptions, obfuscate_files, obfuscate_files_with_vault};
use huntbook::obfuscate::{Obfuscator, VaultWriter};

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
    let (sources, destination) = (&arguments.sources, &arguments.destination);
    let vault = match &arguments.vault {
        Some(path) => {
            check_apart(path, destination)?;
            Some(VaultWriter::create(path, &key, &how.values.realm)?)
        }
        None => None,
    };
    let watch = TerminalWatch::new(console);
    let start = Instant::now();
    let report = if let Some(mut vault) = vault {
        obfuscate_files_with_vault(&obfuscator, sources, destination, options, &mut vault, &watch)
            .and_then(|report| vault.finish().map(|()| report))
    } else {
        obfuscate_files(&obfuscator, sources, destination, options, &watch)
    };
    watch.finish();
    let (report, seconds) = (report?, start.elapsed().as_secs_f64());
    if arguments.json {
        return Console::print(report.to_json() + "\n");
    }
    Console::print(summary::of(&report, seconds))
}

/// Refuses a vault that would be shared with the files.
fn check_apart(vault: &Path, destination: &Path) -> Result<(), HuntbookError> {
    let found = |path: &Path| {
        let path = path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let folder = path
            .ancestors()
            .find_map(|folder| fs::canonicalize(folder).ok().zip(path.strip_prefix(folder).ok()));
        folder.map_or_else(|| path.clone(), |(folder, rest)| folder.join(rest))
    };
    if !found(vault).starts_with(found(destination)) {
        return Ok(());
    }
    Err(HuntbookError::Config {
        message: format!("the vault `{}` lies at the destination", vault.display()),
        hints: vec!["it tells what was obfuscated: keep it where it is not shared".into()],
    })
}
