//! The engine whose queries run elsewhere.

use ballista_core::execution_plans::execute_physical_plan;
use ballista_core::extension::SessionConfigExt;
use ballista_core::ids::new_instance_id;
use datafusion::arrow::array::RecordBatch;
use datafusion::error::DataFusionError;
use datafusion::prelude::SessionConfig;
use datafusion_proto::protobuf::PhysicalPlanNode;
use futures::TryStreamExt;
use huntbook_kql::{Answer, Engine, KqlError, Limits};

use crate::codec::PlanCodec;
use crate::rules::cluster_rules;
use crate::travel::{self, Stays};

/// Why a query has no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DistributedError {
    /// The query is wrong, or its tables cannot be opened here.
    #[error(transparent)]
    Query(#[from] KqlError),
    /// The query is right, but cannot run on other machines. Nothing was sent.
    #[error(transparent)]
    Stays(#[from] Stays),
    /// The scheduler or an executor failed.
    #[error("the run on other machines failed: {}", .0.strip_backtrace())]
    Run(#[from] DataFusionError),
}

/// Runs queries over one database on the executors of a scheduler.
///
/// A query is bound and planned here, over the tables as this machine sees them. Executors open the same files at
/// the same paths.
#[derive(Debug)]
pub struct DistributedEngine {
    engine: Engine,
    scheduler: String,
    config: SessionConfig,
    codec: PlanCodec,
    session: String,
}

/// The settings of a cluster whose executors have `cores` in all.
#[must_use]
pub fn cluster_config(cores: usize) -> SessionConfig {
    let mut config = SessionConfig::new_with_ballista().with_target_partitions(cores.max(1));
    // As on one machine: KQL's decimals and spans are no keys of a merge join.
    config.options_mut().optimizer.prefer_hash_join = true;
    config
}

impl DistributedEngine {
    /// The queries of `engine` on the scheduler at `scheduler`, such as `localhost:50050`, under the settings that
    /// [`cluster_config`] gives. An engine with limits is refused by [`query`](Self::query): they do not hold there.
    #[must_use]
    pub fn new(engine: Engine, scheduler: &str, config: SessionConfig) -> Self {
        Self {
            engine,
            scheduler: format!("http://{scheduler}"),
            config,
            codec: PlanCodec::default(),
            session: new_instance_id(),
        }
    }

    /// The rows of a query, as [`Engine::query`] gives them. Where the query does not sort, their order is any.
    ///
    /// # Errors
    ///
    /// [`DistributedError`]; what cannot travel is known before anything is sent.
    pub async fn query(&self, text: &str) -> Result<Answer, DistributedError> {
        if self.engine.limits() != Limits::default() {
            return Err(Stays::Limits.into());
        }
        let plan = self.engine.plan_for(text, self.config.clone(), &cluster_rules()).await?;
        travel::encode(&plan.physical, &self.codec)?;
        let batches = execute_physical_plan::<PhysicalPlanNode>(
            self.scheduler.clone(),
            &plan.config.ballista_config(),
            plan.physical.clone(),
            &self.codec,
            self.session.clone(),
            plan.config.clone(),
        )
        .await?;
        let batches: Vec<RecordBatch> = batches.try_collect().await?;
        let named = batches.iter().map(|batch| plan.named(batch));
        let batches = named.collect::<Result<Vec<_>, _>>().map_err(DataFusionError::from)?;
        Ok(Answer {
            schema: plan.schema,
            batches,
            diagnostics: plan.diagnostics,
            chart: plan.chart,
            truncated: None,
        })
    }
}
