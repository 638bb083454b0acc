//! Checks of the workspace itself.
//!
//! * `cargo xtask layers` fails on a dependency that the architecture forbids.
//! * `cargo xtask features` fails when the wheel, the command line and the tests would compile
//!   DataFusion or Arrow with different features, and so more than once.
//! * `cargo xtask coverage` says how much of a corpus of KQL queries the engine takes.

use std::process::ExitCode;

mod coverage;
mod features;
mod layers;

const USAGE: &str = "usage: cargo xtask layers | features | coverage [OPTIONS] [CORPUS.jsonl ...]";

fn main() -> ExitCode {
    let command = std::env::args().nth(1);
    let outcome = match command.as_deref() {
        Some("layers") => layers::run(std::path::Path::new(".")),
        Some("features") => features::run(),
        Some("coverage") => coverage::run(std::env::args().skip(2).collect()),
        _ => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(summary) => {
            say(&summary);
            ExitCode::SUCCESS
        }
        Err(problem) => {
            say(&problem);
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "the one place where this program speaks")]
fn say(text: &str) {
    eprintln!("{text}");
}
