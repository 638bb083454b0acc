//! `huntbook policy`.

use std::path::Path;

use huntbook::HuntbookError;
use huntbook::obfuscate::Policy;

use crate::args::PolicyShowArguments;
use crate::console::Console;

/// The policy of that name, or the rules in that file.
pub(crate) fn find(name: &str) -> Result<Policy, HuntbookError> {
    let path = Path::new(name);
    let is_name = Policy::names().iter().any(|known| known.eq_ignore_ascii_case(name));
    if !is_name && path.exists() { Ok(Policy::load(path)?) } else { Ok(Policy::named(name)?) }
}

pub(crate) fn list() -> Result<(), HuntbookError> {
    Console::print(Policy::names().join("\n") + "\n")
}

pub(crate) fn show(show: &PolicyShowArguments) -> Result<(), HuntbookError> {
    Console::print(Policy::yaml(&show.name)?)
}
