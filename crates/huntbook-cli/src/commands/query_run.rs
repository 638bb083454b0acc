//! `huntbook query run`.

use std::fs;

use chrono::{DateTime, Utc};
use huntbook::diagnostics::{Source, render_all};
use huntbook::drivers::Cancel;
use huntbook::queries::{Arguments, Value, parse_time};
use huntbook::{HuntbookError, QueryProvider, TextKind};

use crate::args::RunArguments;
use crate::commands::output;
use crate::console::Console;

pub(crate) fn execute(run: &RunArguments, console: &Console) -> Result<(), HuntbookError> {
    let now = moment(run.now.as_deref(), Console::now())?;
    let mut paths = run.paths.clone();
    paths.extend(run.data.iter().cloned());
    let text = match (&run.file, &run.query) {
        (Some(file), query) => {
            // With --file, what stands first is data.
            if let Some(first) = query {
                paths.insert(0, first.into());
            }
            fs::read_to_string(file).map_err(|error| HuntbookError::Config {
                message: format!("cannot read `{}`: {error}", file.display()),
                hints: Vec::new(),
            })?
        }
        (None, Some(query)) => query.clone(),
        (None, None) => unreachable!("clap requires one of them"),
    };
    let mut provider = QueryProvider::new(&run.environment)?;
    provider.connect_data(&run.local.data(paths))?;
    let text = match provider.catalogue_name(&text) {
        Some(name) => provider.render(&name, &values(&run.parameters), now)?.text,
        None => text,
    };
    if run.explain {
        return Console::print(provider.explain(&text, now)? + "\n");
    }
    let answer = provider.exec(&text, now, &Cancel::new())?;
    for warning in provider.warnings() {
        Console::say(&format!("warning: {warning}"));
    }
    if !answer.warnings.is_empty() {
        let source = Source::new("query", &text);
        Console::say(&render_all(&answer.warnings, &source, console.style()));
    }
    output::write(console, &answer.schema, &answer.batches, run.output, run.rows)
}

fn values(parameters: &[(String, String)]) -> Arguments {
    parameters.iter().map(|(name, value)| (name.clone(), Value::Text(value.clone()))).collect()
}

/// The moment that `text` names, relative to `now`; `now` itself without a text.
pub(crate) fn moment(
    text: Option<&str>,
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>, HuntbookError> {
    let Some(text) = text else { return Ok(now) };
    parse_time(text, now).map_err(|problem| HuntbookError::Text {
        kind: TextKind::Query,
        name: "time".into(),
        text: text.to_owned(),
        diagnostics: vec![problem],
    })
}
