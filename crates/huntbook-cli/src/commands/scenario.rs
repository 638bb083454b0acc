//! `huntbook scenario`.

use std::ops::ControlFlow;

use huntbook::HuntbookError;
use huntbook::scenario::{Format, Options, write_folder};
use indicatif::{ProgressBar, ProgressStyle};

use crate::args::{LogFormat, ScenarioArguments};
use crate::console::Console;

pub(crate) fn execute(
    scenario: &ScenarioArguments,
    console: &Console,
) -> Result<(), HuntbookError> {
    let options = Options {
        seed: scenario.seed,
        rows: scenario.rows,
        days: scenario.days,
        ..Options::default()
    };
    let format = match scenario.format {
        LogFormat::Parquet => Format::Parquet,
        LogFormat::Ndjson => Format::Ndjson,
    };
    let bar =
        if console.attended() { ProgressBar::new(scenario.rows) } else { ProgressBar::hidden() };
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {human_pos}/{human_len} rows  {msg}")
    {
        bar.set_style(style);
    }
    let truth = write_folder(&scenario.folder, &options, format, &mut |progress| {
        bar.set_position(progress.rows);
        bar.set_message(progress.table.to_string());
        ControlFlow::Continue(())
    })?;
    bar.finish_and_clear();
    let rows: u64 = truth.rows.values().sum();
    Console::say(&format!(
        "{rows} rows in {} tables, seed {}, written to {}",
        truth.rows.len(),
        truth.seed,
        scenario.folder.display()
    ));
    Ok(())
}
