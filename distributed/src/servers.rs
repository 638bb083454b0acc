//! The scheduler and the executor, which know KQL's functions.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use ballista_core::error::Result;
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use ballista_scheduler::cluster::BallistaCluster;
use ballista_scheduler::config::{SchedulerConfig, TaskDistributionPolicy};
use ballista_scheduler::scheduler_process::start_server;
use clap::Args;

use crate::codec::PlanCodec;
use crate::functions::Functions;

/// How a scheduler listens.
#[derive(Debug, Clone, Args)]
pub struct SchedulerOptions {
    /// The address and port to listen at. Nothing asks who is there: strangers who reach it can read every file of
    /// the executors.
    #[arg(long, default_value = "127.0.0.1:50050")]
    pub listen: SocketAddr,
    /// How many executors there must be before `/readyz` says so.
    #[arg(long, default_value_t = 1)]
    pub executors: usize,
}

/// How an executor works.
#[derive(Debug, Clone, Args)]
pub struct ExecutorOptions {
    /// The scheduler's name or address.
    #[arg(long, default_value = "127.0.0.1")]
    pub scheduler: String,
    /// The scheduler's port.
    #[arg(long, default_value_t = 50050)]
    pub scheduler_port: u16,
    /// The address to listen at, and at which others find this executor.
    #[arg(long, default_value = "127.0.0.1")]
    pub host: String,
    /// The port of its results.
    #[arg(long, default_value_t = 50051)]
    pub port: u16,
    /// The port of its tasks.
    #[arg(long, default_value_t = 50052)]
    pub task_port: u16,
    /// How many tasks run at once.
    #[arg(long, default_value_t = 2)]
    pub cores: usize,
    /// Where results between stages are kept.
    #[arg(long)]
    pub work_folder: PathBuf,
    /// The bytes of memory for all tasks; 70 % of the machine's without it.
    #[arg(long)]
    pub memory: Option<u64>,
}

/// Runs a scheduler until it is ended.
///
/// # Errors
///
/// Where it cannot listen.
pub async fn scheduler(options: SchedulerOptions) -> Result<()> {
    let functions = Functions::default();
    let config = SchedulerConfig {
        bind_host: options.listen.ip().to_string(),
        external_host: options.listen.ip().to_string(),
        bind_port: options.listen.port(),
        min_ready_executors: options.executors,
        task_distribution: TaskDistributionPolicy::RoundRobin,
        override_physical_codec: Some(Arc::new(PlanCodec::default())),
        override_session_builder: Some(Arc::new(move |config| functions.session(config))),
        ..SchedulerConfig::default()
    };
    let cluster = BallistaCluster::new_from_config(&config).await?;
    start_server(cluster, options.listen, Arc::new(config)).await
}

/// Runs an executor until it is ended.
///
/// # Errors
///
/// Where it cannot listen, or finds no scheduler.
pub async fn executor(options: ExecutorOptions) -> Result<()> {
    std::fs::create_dir_all(&options.work_folder)?;
    let config = ExecutorProcessConfig {
        bind_host: options.host.clone(),
        external_host: Some(options.host),
        port: options.port,
        grpc_port: options.task_port,
        scheduler_host: options.scheduler,
        scheduler_port: options.scheduler_port,
        scheduler_connect_timeout_seconds: 20,
        vcores: options.cores,
        work_dir: Some(options.work_folder.display().to_string()),
        memory_pool_size: options.memory,
        override_function_registry: Some(Arc::new(Functions::default().registry())),
        override_physical_codec: Some(Arc::new(PlanCodec::default())),
        ..ExecutorProcessConfig::default()
    };
    start_executor_process(Arc::new(config)).await
}
