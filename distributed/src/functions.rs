//! The functions that plans may hold, by name.

use std::collections::HashMap;
use std::sync::Arc;

use ballista_core::extension::{
    ballista_aggregate_functions, ballista_scalar_functions, ballista_window_functions,
};
use ballista_core::registry::BallistaFunctionRegistry;
use datafusion::error::Result;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{AggregateUDF, ScalarUDF, WindowUDF};
use datafusion::prelude::SessionConfig;
use huntbook_kql::distributed;

/// Every function that all machines know: KQL's and DataFusion's own.
#[derive(Debug, Clone)]
pub struct Functions {
    scalar: HashMap<String, Arc<ScalarUDF>>,
    aggregate: HashMap<String, Arc<AggregateUDF>>,
    window: HashMap<String, Arc<WindowUDF>>,
}

impl Default for Functions {
    fn default() -> Self {
        let scalar = ballista_scalar_functions().into_iter().chain(distributed::scalar_functions());
        let aggregate =
            ballista_aggregate_functions().into_iter().chain(distributed::aggregate_functions());
        let window = ballista_window_functions().into_iter().chain(distributed::window_functions());
        Self {
            scalar: scalar.map(|function| (function.name().to_owned(), function)).collect(),
            aggregate: aggregate.map(|function| (function.name().to_owned(), function)).collect(),
            window: window.map(|function| (function.name().to_owned(), function)).collect(),
        }
    }
}

impl Functions {
    /// The scalar function of this name.
    #[must_use]
    pub fn scalar(&self, name: &str) -> Option<&Arc<ScalarUDF>> {
        self.scalar.get(name)
    }

    /// The aggregate of this name.
    #[must_use]
    pub fn aggregate(&self, name: &str) -> Option<&Arc<AggregateUDF>> {
        self.aggregate.get(name)
    }

    /// The window function of this name.
    #[must_use]
    pub fn window(&self, name: &str) -> Option<&Arc<WindowUDF>> {
        self.window.get(name)
    }

    /// The same as an executor wants it.
    #[must_use]
    pub fn registry(&self) -> BallistaFunctionRegistry {
        BallistaFunctionRegistry {
            scalar_functions: self.scalar.clone(),
            aggregate_functions: self.aggregate.clone(),
            window_functions: self.window.clone(),
            ..BallistaFunctionRegistry::default()
        }
    }

    /// A session that knows the functions, as a scheduler wants it.
    ///
    /// # Errors
    ///
    /// None today: a session is made of what is in memory.
    pub fn session(&self, config: SessionConfig) -> Result<SessionState> {
        Ok(SessionStateBuilder::new()
            .with_default_features()
            .with_config(config)
            .with_runtime_env(Arc::new(RuntimeEnv::default()))
            .with_scalar_functions(self.scalar.values().cloned().collect())
            .with_aggregate_functions(self.aggregate.values().cloned().collect())
            .with_window_functions(self.window.values().cloned().collect())
            .build())
    }
}
