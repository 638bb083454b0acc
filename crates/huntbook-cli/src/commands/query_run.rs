//! `huntbook query run`.

use std::fs;

use chrono::{DateTime, Utc};
use huntbook::chart::plot;
use huntbook::diagnostics::{Source, render_all};
use huntbook::drivers::{Cancel, Run};
use huntbook::kql::Stage;
use huntbook::queries::{Arguments, Value, parse_time};
use huntbook::{HuntbookError, QueryProvider, TextKind, limits};

use crate::args::{ExplainStage, Output, RunArguments};
use crate::commands::output;
use crate::console::Console;
use crate::interrupt::Interrupt;

pub(crate) fn execute(run: &RunArguments, console: &Console) -> Result<(), HuntbookError> {
    let now = moment(run.now.as_deref(), Console::now())?;
    let limits = limits(run.memory.as_deref(), run.timeout.as_deref(), run.limit_rows)?;
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
    if let Some(stage) = run.explain {
        return Console::print(provider.explain(&text, stage.into(), now)? + "\n");
    }
    let interrupt = Interrupt::listen();
    let cancel = Cancel::with_check(move || interrupt.is_asked());
    let bounds = Run { limits, ..Run::at(now).with_cancel(&cancel) };
    let answer = provider.exec_within(&text, &bounds)?;
    for warning in provider.warnings() {
        Console::say(&format!("warning: {warning}"));
    }
    if !answer.warnings.is_empty() {
        let source = Source::new("query", &text);
        Console::say(&render_all(&answer.warnings, &source, console.style()));
    }
    for reason in &answer.reasons {
        Console::say(&format!("warning: not the whole answer: {reason}"));
    }
    if run.output == Output::Table
        && !run.no_chart
        && let Some(chart) = answer.chart.as_ref().filter(|chart| chart.kind != "table")
    {
        match plot(chart, &answer.schema, &answer.batches) {
            Ok(plot) => {
                let rows = answer.rows();
                let noun = if rows == 1 { "row" } else { "rows" };
                let chart = plot.text(output::terminal_width());
                return Console::print(format!("{chart}{rows} {noun}; --no-chart shows them\n"));
            }
            Err(why) => Console::say(&format!("no chart: {why}")),
        }
    }
    output::write(console, &answer.schema, &answer.batches, run.output, run.rows)
}

impl From<ExplainStage> for Stage {
    fn from(stage: ExplainStage) -> Self {
        match stage {
            ExplainStage::Syntax => Self::Syntax,
            ExplainStage::Bound => Self::Bound,
            ExplainStage::Plan => Self::Plan,
            ExplainStage::Sql => Self::Sql,
        }
    }
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
