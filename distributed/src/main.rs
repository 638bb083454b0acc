//! `huntbook-distributed scheduler`, `executor` and `query`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use datafusion::arrow::util::pretty::pretty_format_batches;
use huntbook_distributed::{
    DistributedEngine, ExecutorOptions, SchedulerOptions, cluster_config, executor, scheduler,
};
use huntbook_kql::{Engine, local};

/// KQL over local log files on several machines.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Gives the tasks of queries to executors. There is no authentication: listen where no stranger reaches.
    Scheduler(SchedulerOptions),
    /// Runs tasks. The files of the tables must be at the same paths as where the query is asked.
    Executor(ExecutorOptions),
    /// Runs one query and prints its rows.
    Query {
        /// The scheduler's address and port.
        #[arg(long, default_value = "127.0.0.1:50050")]
        scheduler: String,
        /// A file or folder of tables; may stand several times.
        #[arg(long, required = true)]
        data: Vec<PathBuf>,
        /// How many cores the executors have in all.
        #[arg(long, default_value_t = 4)]
        cores: usize,
        /// The query.
        text: String,
    },
}

fn main() -> ExitCode {
    env_logger::init();
    let arguments = Arguments::parse();
    // Plans of long queries are deep, and several libraries walk them by recursion.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(32 << 20)
        .build();
    let done = match runtime {
        Ok(runtime) => runtime.block_on(run(arguments.command)),
        Err(error) => Err(error.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    match command {
        Command::Scheduler(options) => scheduler(options).await?,
        Command::Executor(options) => executor(options).await?,
        Command::Query { scheduler, data, cores, text } => {
            #[expect(clippy::disallowed_methods, reason = "the command is where the clock is read")]
            let now = chrono::Utc::now();
            let engine = Engine::new(local::open(&data)?, now);
            let engine = DistributedEngine::new(engine, &scheduler, cluster_config(cores));
            let answer = engine.query(&text).await?;
            println!("{}", pretty_format_batches(&answer.batches)?);
        }
    }
    Ok(())
}
