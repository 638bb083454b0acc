//! `huntbook reveal`.

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use huntbook::HuntbookError;
use huntbook::obfuscate::files::reveal_column;
use huntbook::obfuscate::{ObfuscationError, Obfuscator, Vault};

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
    let realm = &arguments.how.realm;
    let vault = match &arguments.vault {
        Some(path) => Some(Vault::open(path, &key, realm)?),
        None => None,
    };
    if let Some(column) = &arguments.column {
        for file in &arguments.what {
            reveal_file(&obfuscator, vault.as_ref(), Path::new(file), column, arguments)?;
        }
        return Ok(());
    }
    let mut lines = String::new();
    for (place, value) in arguments.what.iter().enumerate() {
        let known = vault.as_ref().and_then(|vault| vault.reveal(value));
        lines += &match (known, arguments.kind) {
            (Some(original), _) => original,
            (None, Some(kind)) if vault.is_none() || kind.is_reversible() => {
                obfuscator.reveal(kind, value)?
            }
            (None, _) => return Err(unknown(place + 1)),
        };
        lines.push('\n');
    }
    Console::print(lines)
}

fn unknown(place: usize) -> HuntbookError {
    HuntbookError::Config {
        message: format!("value {place} is no token in the vault"),
        hints: vec![
            "the vault knows names and other one-way values; of others name the `--kind`".into(),
        ],
    }
}

/// Writes the column as CSV with a header.
fn reveal_file(
    obfuscator: &Obfuscator,
    vault: Option<&Vault>,
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
    let one_way = reveal_column(obfuscator, vault, file, column, arguments.kind, &mut |value| {
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
            "{one_way} values are tokens of what cannot be revealed, and stand as they are"
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
