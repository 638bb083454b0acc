//! `huntbook query check`.

use std::fs;
use std::path::Path;

use huntbook::diagnostics::{Diagnostic, Source, render_all};
use huntbook::kql::syntax_problems;
use huntbook::{HuntbookError, QueryProvider};

use crate::args::CheckArguments;
use crate::console::Console;

/// Checks each file; what is wrong goes to standard error, with its file and place.
pub(crate) fn execute(check: &CheckArguments, console: &Console) -> Result<(), HuntbookError> {
    let provider = if check.data.is_empty() {
        None
    } else {
        let mut provider = QueryProvider::new("LocalData")?;
        provider.connect_local(&check.data)?;
        Some(provider)
    };
    let mut failed = 0;
    for file in &check.files {
        let text = match read(file) {
            Ok(text) => text,
            Err(error) => {
                failed += 1;
                Console::say(&error.render(console.style()));
                continue;
            }
        };
        let found = match &provider {
            Some(provider) => provider.check(&text, Console::now())?,
            None => syntax_problems(&text),
        };
        if found.iter().any(|problem| check.strict || Diagnostic::is_error(problem)) {
            failed += 1;
        }
        if !found.is_empty() {
            let name = file.display().to_string();
            Console::say(&render_all(&found, &Source::new(&name, &text), console.style()));
        }
    }
    let checked = check.files.len();
    let noun = if checked == 1 { "query" } else { "queries" };
    if failed == 0 {
        return Console::print(format!("{checked} {noun} checked, nothing wrong\n"));
    }
    Err(HuntbookError::Config {
        message: format!("{failed} of {checked} {noun} have problems"),
        hints: Vec::new(),
    })
}

fn read(file: &Path) -> Result<String, HuntbookError> {
    fs::read_to_string(file).map_err(|error| HuntbookError::Config {
        message: format!("cannot read `{}`: {error}", file.display()),
        hints: Vec::new(),
    })
}
