//! Plans that run elsewhere: what a scheduler of other machines needs of this crate.
//!
//! # Brief overview
//!
//! [`Engine::plan_for`] binds and plans a query as [`Engine::query`] does, and gives the plan instead of running it.
//! Its functions are those of [`scalar_functions`], [`aggregate_functions`] and [`window_functions`], which can be
//! found by their names anywhere, and DataFusion's own.
//!
//! This is the one place where types of DataFusion are public; it is there with the feature `distributed` alone.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::logical_expr::{AggregateUDF, ScalarUDF, WindowUDF};
use datafusion::optimizer::OptimizerRule;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::prelude::SessionConfig;
use huntbook_diagnostics::Diagnostic;

use crate::bind::Bound;
use crate::chart::Chart;
use crate::engine::{Engine, Planner, execution, named};
use crate::{KqlError, lower, registry};

/// A query that is ready to run.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What runs. Its columns are those of `schema` by position; their names and nullability may differ.
    pub physical: Arc<dyn ExecutionPlan>,
    /// The settings that it was made with.
    pub config: SessionConfig,
    /// The columns of the answer, as of [`Answer::schema`](crate::Answer::schema).
    pub schema: SchemaRef,
    /// Warnings about the query.
    pub diagnostics: Vec<Diagnostic>,
    /// What a `render` at the end asks for.
    pub chart: Option<Chart>,
}

impl Plan {
    /// Rows of `physical` as those of the answer.
    ///
    /// # Errors
    ///
    /// Where they are not of this plan.
    pub fn named(&self, batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
        named(batch, &self.schema)
    }
}

impl Engine {
    /// The plan of a query under `config`, whose partitions stand for the threads that run it; the optimiser has the
    /// rules `first` before its others. A query whose columns the data decides reads that data here.
    ///
    /// The [`limits`](Self::limits) of the engine are not part of the plan.
    ///
    /// # Errors
    ///
    /// As of [`query`](Self::query).
    pub async fn plan_for(
        &self,
        text: &str,
        config: SessionConfig,
        first: &[Arc<dyn OptimizerRule + Send + Sync>],
    ) -> Result<Plan, KqlError> {
        let Bound { relation, chart, warnings } = self.bind_observing(text).await?;
        let config = Self::config_for(config, &relation);
        let planner = Planner::new(&config, &Arc::new(RuntimeEnv::default()), first);
        let plan = lower::query(&relation)?;
        let (physical, context) = planner.plan(&plan).await.map_err(execution)?;
        Ok(Plan {
            physical,
            config: context.session_config().clone(),
            schema: Arc::new(lower::answer_schema(&relation)),
            diagnostics: warnings,
            chart,
        })
    }
}

/// The scalar functions that plans may hold beside those of DataFusion. `geo_info_from_ip_address` is not among
/// them: it carries the file that it reads.
#[must_use]
pub fn scalar_functions() -> Vec<Arc<ScalarUDF>> {
    registry::scalar_functions().collect()
}

/// The aggregates that plans may hold beside those of DataFusion.
#[must_use]
pub fn aggregate_functions() -> Vec<Arc<AggregateUDF>> {
    registry::aggregate_functions().collect()
}

/// The window functions that plans may hold beside those of DataFusion. What runs a `scan` is not among them: it
/// carries the steps.
#[must_use]
pub fn window_functions() -> Vec<Arc<WindowUDF>> {
    registry::window_functions().collect()
}
