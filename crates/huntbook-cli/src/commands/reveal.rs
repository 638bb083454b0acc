//! `huntbook reveal`.

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use huntbook::HuntbookError;
use huntbook::obfuscate::files::reveal_column;
use huntbook::obfuscate::{ObfuscationError, Obfuscator};

use crate::args::RevealArguments;
use crate::console::{Console, to_standard_output};

/// What errors call the place where the column goes.
const STANDARD_OUTPUT: &str = "standard output";

pub(crate) fn execute(arguments: &RevealArguments) -> Result<(), HuntbookError> {
    let key = arguments.how.known_key()?;
    let mut policy = arguments.how.policy()?;
    if let (Some(column), Some(kind)) = (&arguments.column, arguments.kind) {
        policy = policy.with_rule(column, kind);
    }
    let obfuscator = Obfuscator::new(&key, &arguments.how.realm, policy);
    if let Some(column) = &arguments.column {
        for file in &arguments.what {
            reveal_file(&obfuscator, Path::new(file), column, arguments)?;
        }
        return Ok(());
    }
    let Some(kind) = arguments.kind else { unreachable!("clap requires a kind or a column") };
    let mut lines = String::new();
    for value in &arguments.what {
        lines += &obfuscator.reveal(kind, value)?;
        lines.push('\n');
    }
    Console::print(lines)
}

/// Writes the column as CSV with a header.
fn reveal_file(
    obfuscator: &Obfuscator,
    file: &Path,
    column: &str,
    arguments: &RevealArguments,
) -> Result<(), HuntbookError> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let failed = |source| ObfuscationError::File {
        action: "write",
        path: PathBuf::from(STANDARD_OUTPUT),
        source,
    };
    let mut is_begun = false;
    let one_way = reveal_column(obfuscator, file, column, arguments.kind, &mut |value| {
        if !is_begun {
            writeln!(out, "{}", field(column)).map_err(failed)?;
            is_begun = true;
        }
        writeln!(out, "{}", field(value.unwrap_or_default())).map_err(failed)
    });
    let one_way = match one_way {
        Err(ObfuscationError::File { source, path, .. }) if path.as_os_str() == STANDARD_OUTPUT => {
            return Err(to_standard_output(source));
        }
        other => other?,
    };
    out.flush().map_err(to_standard_output)?;
    if one_way > 0 {
        Console::say(&format!(
            "{one_way} values are one-way tokens and stand as they are: their originals were not of the kind"
        ));
    }
    Ok(())
}

/// One field of CSV.
fn field(text: &str) -> Cow<'_, str> {
    if text.contains([',', '"', '\n', '\r']) {
        Cow::Owned(format!("\"{}\"", text.replace('"', "\"\"")))
    } else {
        Cow::Borrowed(text)
    }
}
