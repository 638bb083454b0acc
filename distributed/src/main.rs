//! `huntbook-distributed scheduler`, `executor` and `query`.

use std::net::SocketAddr;
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
    Scheduler {
        /// The address and port to listen at.
        #[arg(long, default_value = "127.0.0.1:50050")]
        listen: SocketAddr,
        /// How many executors there must be before `/readyz` says so.
        #[arg(long, default_value_t = 1)]
        executors: usize,
    },
    /// Runs tasks. The files of the tables must be at the same paths as where the query is asked.
    Executor {
        /// The scheduler's name or address.
        #[arg(long, default_value = "127.0.0.1")]
        scheduler: String,
        /// The scheduler's port.
        #[arg(long, default_value_t = 50050)]
        scheduler_port: u16,
        /// The address to listen at, and at which others find this executor.
        #[arg(long, default_value = "127.0.0.1")]
        host: String,
        /// The port of results.
        #[arg(long, default_value_t = 50051)]
        port: u16,
        /// The port of tasks.
        #[arg(long, default_value_t = 50052)]
        task_port: u16,
        /// How many tasks run at once.
        #[arg(long, default_value_t = 2)]
        cores: usize,
        /// Where results between stages are kept.
        #[arg(long)]
        work_folder: PathBuf,
        /// The bytes of memory for all tasks; 70 % of the machine's without it.
        #[arg(long)]
        memory: Option<u64>,
    },
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
        Command::Scheduler { listen, executors } => {
            scheduler(SchedulerOptions { listen, executors }).await?;
        }
        Command::Executor {
            scheduler,
            scheduler_port,
            host,
            port,
            task_port,
            cores,
            work_folder,
            memory,
        } => {
            executor(ExecutorOptions {
                scheduler,
                scheduler_port,
                host,
                port,
                task_port,
                cores,
                work_folder,
                memory,
            })
            .await?;
        }
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
