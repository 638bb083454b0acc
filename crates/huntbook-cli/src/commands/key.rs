//! Where the key of the obfuscation is kept.

use std::path::{Path, PathBuf};

use huntbook::HuntbookError;
use huntbook::obfuscate::Key;

/// The key at `given`, or at the usual place; made there on first use.
pub(crate) fn load_or_create(given: Option<&Path>) -> Result<Key, HuntbookError> {
    Ok(Key::load_or_create(&file(given)?)?)
}

/// The key at `given`, or at the usual place, which has to be there: a new one would reveal and prove nothing.
pub(crate) fn load(given: Option<&Path>) -> Result<Key, HuntbookError> {
    let file = file(given)?;
    if !file.exists() {
        return Err(HuntbookError::Config {
            message: format!("there is no key at `{}`", file.display()),
            hints: vec![
                "name the key that the data was obfuscated with: `--key FILE` or HUNTBOOK_KEY_FILE"
                    .into(),
            ],
        });
    }
    Ok(Key::load_or_create(&file)?)
}

fn file(given: Option<&Path>) -> Result<PathBuf, HuntbookError> {
    if let Some(file) = given {
        return Ok(file.to_owned());
    }
    let home = std::env::home_dir().ok_or_else(|| HuntbookError::Config {
        message: "there is no home folder to keep the key in".into(),
        hints: vec!["name a file for it with `--key`".into()],
    })?;
    Ok(home.join(".config/huntbook/key"))
}
