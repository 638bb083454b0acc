//! The optimiser's rules: DataFusion's own, but for some that do not fit.
//!
//! Lowering holds a column that has grown heavy, so that no rule writes what it is computed from in the place of
//! its name: in a query that doubles a column a few dozen times that would take for ever. Most rules respect
//! it. `EliminateOuterJoin` does not, and is left out: KQL's lowering makes no outer join that a filter could
//! turn into another. The physical `FilterPushdown` does not either, and is run only on the parts of a
//! plan below held columns.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::TreeNode;
use datafusion::optimizer::{Optimizer, OptimizerRule};
use datafusion::physical_expr::ScalarFunctionExpr;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::{ExecutionPlan, replace_children_if_necessary};

use crate::extract::EXTRACT;
use crate::lower::HOLD;

/// Rules that are left out: one looks through held columns, the others push fields of structs towards the scan, where a
/// column of a table and one computed under its name then stand side by side, which DataFusion takes for ambiguous.
/// Tables have no structs here; those of our own functions are made above the scan.
const LEFT_OUT: [&str; 3] =
    ["eliminate_outer_join", "extract_leaf_expressions", "push_down_leaf_projections"];

/// DataFusion's logical rules, without those that do not fit.
pub(crate) fn logical_rules() -> Vec<Arc<dyn OptimizerRule + Send + Sync>> {
    let mut rules = Optimizer::new().rules;
    rules.retain(|rule| !LEFT_OUT.contains(&rule.name()));
    rules
}

/// DataFusion's physical rules, with those that push filters kept below held columns.
pub(crate) fn physical_rules() -> Vec<Arc<dyn PhysicalOptimizerRule + Send + Sync>> {
    let wrapped = |rule: Arc<dyn PhysicalOptimizerRule + Send + Sync>| {
        if rule.name().starts_with("FilterPushdown") {
            Arc::new(BelowHolds { rule }) as Arc<dyn PhysicalOptimizerRule + Send + Sync>
        } else {
            rule
        }
    };
    PhysicalOptimizer::new().rules.into_iter().map(wrapped).collect()
}

#[derive(Debug)]
struct BelowHolds {
    rule: Arc<dyn PhysicalOptimizerRule + Send + Sync>,
}

impl PhysicalOptimizerRule for BelowHolds {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        config: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        if !plan.exists(|node| Ok(holds(node.as_ref())))? {
            return self.rule.optimize(plan, config);
        }
        let children =
            plan.children().into_iter().map(|child| self.optimize(Arc::clone(child), config));
        let children = children.collect::<Result<Vec<_>>>()?;
        replace_children_if_necessary(plan, children)
    }

    fn name(&self) -> &str {
        self.rule.name()
    }

    fn schema_check(&self) -> bool {
        self.rule.schema_check()
    }
}

/// Whether a node computes a held column.
fn holds(node: &dyn ExecutionPlan) -> bool {
    let Some(projection) = node.downcast_ref::<ProjectionExec>() else { return false };
    projection.expr().iter().any(|column| {
        let held = column.expr.downcast_ref::<ScalarFunctionExpr>();
        held.is_some_and(|function| [HOLD, EXTRACT].contains(&function.fun().name()))
    })
}
