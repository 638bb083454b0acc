//! Writes a scenario to a folder: `write_scenario FOLDER [ROWS] [SEED] [parquet|ndjson]`.

use std::ops::ControlFlow;
use std::path::Path;

use huntbook_scenario::{Format, Options, write_folder};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = arguments.first().ok_or("the first argument is the folder to write to")?;
    let mut options = Options::default();
    if let Some(rows) = arguments.get(1) {
        options.rows = rows.parse()?;
    }
    if let Some(seed) = arguments.get(2) {
        options.seed = seed.parse()?;
    }
    let format = match arguments.get(3).map(String::as_str) {
        Some("ndjson") => Format::Ndjson,
        _ => Format::Parquet,
    };
    write_folder(Path::new(folder), &options, format, &mut |_| ControlFlow::Continue(()))?;
    Ok(())
}
