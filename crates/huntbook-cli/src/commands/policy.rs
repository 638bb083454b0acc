//! `huntbook policy`.

use std::fs;

use huntbook::HuntbookError;
use huntbook::obfuscate::Policy;

use crate::args::PolicyShowArguments;
use crate::console::Console;

/// The policy of that name, or the rules in that file.
pub(crate) fn find(name: &str) -> Result<Policy, HuntbookError> {
    if name == "default" {
        return Ok(Policy::builtin());
    }
    let yaml = fs::read_to_string(name).map_err(|error| HuntbookError::Config {
        message: format!("there is no policy `{name}`: {error}"),
        hints: vec![
            "`huntbook policy list` lists the names; a file of rules is named by its path".into(),
        ],
    })?;
    Ok(Policy::from_yaml(&yaml)?)
}

pub(crate) fn list() -> Result<(), HuntbookError> {
    Console::print("default\n")
}

pub(crate) fn show(_show: &PolicyShowArguments) -> Result<(), HuntbookError> {
    Console::print("")
}
