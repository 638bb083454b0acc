//! `huntbook`: ask, judge and share from a terminal.
//!
//! Data goes to standard output, everything said about it to standard error. The exit status is 0 when all
//! went well, 1 when something is wrong with a query, a file or a value, 2 when the command line is, 130 when the
//! work was interrupted.

mod args;
mod commands;
mod console;
mod interrupt;
mod local_data;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Arguments, Command, PolicyCommand, QueryCommand};
use crate::console::Console;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let console = Console::from_process();
    let outcome = match arguments.command {
        Command::Query(QueryCommand::Run(run)) => commands::query_run::execute(&run, &console),
        Command::Query(QueryCommand::Check(check)) => {
            commands::query_check::execute(&check, &console)
        }
        Command::Query(QueryCommand::List(list)) => commands::query_list::execute(&list),
        Command::Query(QueryCommand::Show(show)) => commands::query_show::execute(&show),
        Command::Lookup(lookup) => commands::lookup::execute(&lookup, &console),
        Command::Scenario(scenario) => commands::scenario::execute(&scenario, &console),
        Command::Hunt(hunt) => commands::hunt::execute(&hunt),
        Command::Obfuscate(obfuscate) => commands::obfuscate::execute(&obfuscate, &console),
        Command::Prove(prove) => commands::prove::execute(&prove, &console),
        Command::Reveal(reveal) => commands::reveal::execute(&reveal),
        Command::Value(value) => commands::value::execute(&value),
        Command::Policy(PolicyCommand::List) => commands::policy::list(),
        Command::Policy(PolicyCommand::Show(show)) => commands::policy::show(&show),
        Command::Policy(PolicyCommand::Suggest(suggest)) => commands::policy::suggest(&suggest),
        Command::Explain(explain) => commands::explain::execute(&explain),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if console::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            Console::say(&error.render(console.style()));
            if interrupt::is_cause(&error) {
                ExitCode::from(interrupt::EXIT_STATUS)
            } else {
                ExitCode::FAILURE
            }
        }
    }
}
