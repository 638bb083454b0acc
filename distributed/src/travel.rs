//! What of a plan can run on other machines. The list is of what can: a step that nobody has looked at stays.

use std::any::Any;
use std::sync::Arc;

use datafusion::common::JoinType;
use datafusion::datasource::memory::MemorySourceConfig;
use datafusion::datasource::physical_plan::FileScanConfig;
use datafusion::datasource::source::DataSourceExec;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::physical_plan::joins::{HashJoinExec, NestedLoopJoinExec};
use datafusion::physical_plan::repartition::RepartitionExec;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties, Partitioning};
use datafusion_proto::physical_plan::AsExecutionPlan;
use datafusion_proto::protobuf::PhysicalPlanNode;

use crate::codec::PlanCodec;

/// A plan of more bytes does not travel: it is mostly rows that were read into memory.
const MOST_BYTES: usize = 12 << 20;

/// Why a plan has to run on this machine.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Stays {
    /// A function holds something of this machine, or a step has no form as bytes.
    #[error("the query cannot run on other machines: {reason}")]
    NoForm {
        /// What and why.
        reason: String,
    },
    /// The engine has limits, which other machines do not keep.
    #[error(
        "the query cannot run on other machines within limits of time, memory or rows: `--memory` of an executor bounds its tasks"
    )]
    Limits,
    /// A step of the plan, by DataFusion's name.
    #[error("the query cannot run on other machines: they are not trusted with the step `{step}`")]
    Step {
        /// DataFusion's name of the step.
        step: String,
    },
    /// A table is read from somewhere that other machines do not reach.
    #[error(
        "the query cannot run on other machines: a table is read from `{place}`, and only plain Parquet files at the same path everywhere can be"
    )]
    Place {
        /// Where the table is read from.
        place: String,
    },
    /// A join that has to see all rows of both sides at once.
    #[error("the query cannot run on other machines: a join ({kind}) has to see all rows at once")]
    Join {
        /// The kind of the join.
        kind: String,
    },
    /// Rows that stand in the plan.
    #[error(
        "the query cannot run on other machines: its plan has {bytes} bytes, at most {MOST_BYTES} are sent; tables of other formats than Parquet travel in the plan"
    )]
    TooLarge {
        /// The size of the plan.
        bytes: usize,
    },
}

/// Steps that do the same to a part of the rows as to all of them, or have their own ways to be cut.
const STEPS: [&str; 21] = [
    "AggregateExec",
    "BoundedWindowAggExec",
    "CoalesceBatchesExec",
    "CoalescePartitionsExec",
    "CooperativeExec",
    "CrossJoinExec",
    "EmptyExec",
    "FilterExec",
    "GlobalLimitExec",
    "HashJoinExec",
    "InterleaveExec",
    "LocalLimitExec",
    "PlaceholderRowExec",
    "ProjectionExec",
    "SortExec",
    "SortMergeJoinExec",
    "SortPreservingMergeExec",
    "UnionExec",
    "UnnestExec",
    "WindowAggExec",
    "PartialSortExec",
];

/// The plan as bytes, checked: every step may travel, and every function is found by its name.
///
/// # Errors
///
/// [`Stays`], naming the first thing that cannot travel.
pub fn encode(
    plan: &Arc<dyn ExecutionPlan>,
    codec: &PlanCodec,
) -> std::result::Result<Vec<u8>, Stays> {
    let mut left = vec![Arc::clone(plan)];
    while let Some(step) = left.pop() {
        check(&step)?;
        left.extend(step.children().into_iter().cloned());
    }
    let no_form = |error: DataFusionError| Stays::NoForm { reason: error.strip_backtrace() };
    let node =
        PhysicalPlanNode::try_from_physical_plan(Arc::clone(plan), codec).map_err(no_form)?;
    let mut bytes = Vec::new();
    node.try_encode(&mut bytes).map_err(no_form)?;
    if bytes.len() > MOST_BYTES {
        return Err(Stays::TooLarge { bytes: bytes.len() });
    }
    Ok(bytes)
}

/// The plan that was written as `bytes`.
///
/// # Errors
///
/// Where the bytes are no plan, or name a function that is not known here.
pub fn decode(
    bytes: &[u8],
    context: &TaskContext,
    codec: &PlanCodec,
) -> Result<Arc<dyn ExecutionPlan>> {
    PhysicalPlanNode::try_decode(bytes)?.try_into_physical_plan(context, codec)
}

fn check(step: &Arc<dyn ExecutionPlan>) -> std::result::Result<(), Stays> {
    if let Some(scan) = step.downcast_ref::<DataSourceExec>() {
        return source(scan);
    }
    if let Some(join) = step.downcast_ref::<HashJoinExec>()
        && join.null_aware
    {
        // Ballista 55.0.0 gives rows of such a join more than once where its left side has several partitions.
        return Err(Stays::Join { kind: "`!in` over nulls".to_owned() });
    }
    if let Some(join) = step.downcast_ref::<NestedLoopJoinExec>() {
        return nested(join);
    }
    if let Some(spread) = step.downcast_ref::<RepartitionExec>() {
        // Shuffles lose the order of rows; rows that are dealt out in turn would not be dealt out at all.
        let by_hash = matches!(spread.partitioning(), Partitioning::Hash(..));
        let can = by_hash && !spread.preserve_order();
        return if can { Ok(()) } else { Err(Stays::Step { step: "RepartitionExec".to_owned() }) };
    }
    // A sort that keeps the first rows alone says so behind its name.
    let name = step.name().split('(').next().unwrap_or_default();
    if STEPS.contains(&name) {
        return Ok(());
    }
    Err(Stays::Step { step: step.name().to_owned() })
}

fn source(scan: &DataSourceExec) -> std::result::Result<(), Stays> {
    let source: &dyn Any = scan.data_source().as_ref();
    if source.is::<MemorySourceConfig>() {
        return Ok(());
    }
    let Some(files) = source.downcast_ref::<FileScanConfig>() else {
        return Err(Stays::Place { place: "this program".to_owned() });
    };
    let place = files.object_store_url.as_str();
    if place != "file:///" || files.file_source().file_type() != "parquet" {
        return Err(Stays::Place { place: place.to_owned() });
    }
    Ok(())
}

/// Rows of the left side that found no partner are only known when all of the right side has been seen.
fn nested(join: &NestedLoopJoinExec) -> std::result::Result<(), Stays> {
    let by_right = matches!(
        join.join_type(),
        JoinType::Inner
            | JoinType::Right
            | JoinType::RightSemi
            | JoinType::RightAnti
            | JoinType::RightMark
    );
    if by_right || join.right().output_partitioning().partition_count() == 1 {
        return Ok(());
    }
    Err(Stays::Join { kind: join.join_type().to_string() })
}
