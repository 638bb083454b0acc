//! Rules of the logical optimiser that plans for a cluster need.

use std::sync::Arc;

use ballista_core::optimizer::with_ballista_optimizer_rules;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{Column, Result};
use datafusion::logical_expr::expr::InSubquery;
use datafusion::logical_expr::utils::{conjunction, split_conjunction_owned};
use datafusion::logical_expr::{
    Expr, ExprSchemable, Filter, JoinType, LogicalPlan, LogicalPlanBuilder,
};
use datafusion::optimizer::optimizer::ApplyOrder;
use datafusion::optimizer::{OptimizerConfig, OptimizerRule};

/// Rules that the optimiser has for a cluster before all others: `!in` over a table must not become a join that sees
/// all rows at once.
#[must_use]
pub fn cluster_rules() -> Vec<Arc<dyn OptimizerRule + Send + Sync>> {
    let of_ballista = with_ballista_optimizer_rules(&[]);
    std::iter::once(Arc::new(NotInWithoutNulls) as _).chain(of_ballista).collect()
}

/// `a !in (table)` where neither side is ever null, as an anti join. KQL's texts are never null, but DataFusion
/// looks at the columns that they are computed from; what may be null is left to Ballista's own rule.
#[derive(Debug)]
struct NotInWithoutNulls;

impl OptimizerRule for NotInWithoutNulls {
    fn name(&self) -> &'static str {
        "not_in_without_nulls"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::BottomUp)
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        config: &dyn OptimizerConfig,
    ) -> Result<Transformed<LogicalPlan>> {
        let LogicalPlan::Filter(filter) = plan else { return Ok(Transformed::no(plan)) };
        let conjuncts = split_conjunction_owned(filter.predicate.clone());
        let (absent, rest): (Vec<Expr>, Vec<Expr>) = conjuncts
            .into_iter()
            .partition(|conjunct| without_nulls(conjunct, &filter.input).is_some());
        if absent.is_empty() {
            return Ok(Transformed::no(LogicalPlan::Filter(filter)));
        }
        let input = Arc::clone(&filter.input);
        let mut left = Arc::unwrap_or_clone(filter.input);
        for conjunct in &absent {
            let Some(wanted) = without_nulls(conjunct, &input) else { continue };
            let alias = config.alias_generator().next("__not_in");
            let table = LogicalPlanBuilder::from(wanted.subquery.subquery.as_ref().clone());
            let table = table.alias(alias.clone())?.build()?;
            let item = Column::new(Some(alias), table.schema().field(0).name());
            let equal = wanted.expr.as_ref().clone().eq(Expr::Column(item));
            left = LogicalPlanBuilder::from(left)
                .join_on(table, JoinType::LeftAnti, [equal])?
                .build()?;
        }
        let plan = match conjunction(rest) {
            Some(rest) => LogicalPlan::Filter(Filter::try_new(rest, Arc::new(left))?),
            None => left,
        };
        Ok(Transformed::yes(plan))
    }
}

/// The `!in` of a conjunct, where neither side is ever null.
fn without_nulls<'a>(conjunct: &'a Expr, input: &LogicalPlan) -> Option<&'a InSubquery> {
    let Expr::InSubquery(wanted) = conjunct else { return None };
    let table = wanted.subquery.subquery.schema();
    let can = wanted.negated
        && wanted.subquery.outer_ref_columns.is_empty()
        && table.fields().len() == 1
        && !table.field(0).is_nullable()
        && !wanted.expr.is_volatile()
        && !wanted.expr.nullable(input.schema().as_ref()).unwrap_or(true);
    can.then_some(wanted)
}
