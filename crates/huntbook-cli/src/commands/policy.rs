//! `huntbook policy`.

use std::fmt::Write as _;
use std::path::Path;

use huntbook::HuntbookError;
use huntbook::diagnostics::visible;
use huntbook::obfuscate::files::{FileSuggestions, suggest_file};
use huntbook::obfuscate::{Policy, suggestions_yaml};

use crate::args::{PolicyShowArguments, PolicySuggestArguments};
use crate::console::Console;

/// Longer names of columns stand out of line.
const WIDEST_NAME: usize = 40;

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

/// Prints the rules as YAML, and says on standard error what each column would be.
pub(crate) fn suggest(suggest: &PolicySuggestArguments) -> Result<(), HuntbookError> {
    let found = suggest_file(&find(&suggest.policy)?, &suggest.file)?;
    if suggest.json {
        return Console::print(found.to_json() + "\n");
    }
    Console::say(&table(&found));
    Console::print(suggestions_yaml(&found.suggestions))
}

/// A line for each column: what it would be, and why.
fn table(found: &FileSuggestions) -> String {
    let columns = found
        .columns
        .iter()
        .map(|column| (visible(&column.column), column.kind.name(), column.reason.as_str()));
    let lines: Vec<_> = columns.collect();
    let width = |length: fn(&(String, &str, &str)) -> usize| lines.iter().map(length).max();
    let name_width = width(|line| line.0.chars().count()).unwrap_or(0).min(WIDEST_NAME);
    let kind_width = width(|line| line.1.len()).unwrap_or(0);
    let mut text = String::new();
    for (name, kind, reason) in &lines {
        let _ = writeln!(text, "{name:name_width$}  {kind:kind_width$}  {}", visible(reason));
    }
    let (columns, rows) = (found.columns.len(), found.rows);
    let _ = match found.suggestions.len() {
        0 => write!(
            text,
            "{columns} columns, {rows} rows looked at; a rule names each column of text"
        ),
        many => write!(
            text,
            "{columns} columns, {rows} rows looked at; {many} rules for what none names:"
        ),
    };
    text
}
