//! The engine: query text in, record batches out.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use arrow::array::{Array, AsArray, RecordBatch, RecordBatchOptions, StringArray};
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use chrono::{DateTime, Utc};
use datafusion::common::DataFusionError;
use datafusion::common::tree_node::TreeNode;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use datafusion::optimizer::OptimizerRule;
use datafusion::physical_plan::display::DisplayableExecutionPlan;
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use datafusion::prelude::SessionConfig;
use futures::{Stream, StreamExt};
use huntbook_diagnostics::Diagnostic;
use huntbook_kql_syntax::ast::Query;

use crate::KqlError;
use crate::bind::observe::{Observations, Rows};
use crate::bind::{self, Bound};
use crate::chart::Chart;
use crate::complete::{self, Completion};
use crate::database::Database;
use crate::explain::{self, Stage};
use crate::ir::{AggregateCall, Relation, Step};
use crate::limits::{Deadline, Limits};
use crate::{lower, optimizer};

/// Runs queries over one database, at one time.
///
/// Queries run on the caller's Tokio runtime.
#[derive(Debug, Clone)]
pub struct Engine {
    database: Database,
    now: DateTime<Utc>,
    limits: Limits,
    parallel: Arc<Planner>,
    /// For queries in which the order of rows has to outlive the operators behind it.
    serial: Arc<Planner>,
}

/// The rows of a query.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The columns; each field names its KQL type under [`TYPE_KEY`](crate::TYPE_KEY).
    pub schema: SchemaRef,
    /// The rows; text is `Utf8`, a string is never null.
    pub batches: Vec<RecordBatch>,
    /// Warnings about the query.
    pub diagnostics: Vec<Diagnostic>,
    /// What a `render` at the end asks for.
    pub chart: Option<Chart>,
    /// Why these are not all rows; `None` where they are.
    pub truncated: Option<String>,
}

impl Answer {
    /// Whether these are all rows.
    #[must_use]
    pub fn complete(&self) -> bool {
        self.truncated.is_none()
    }

    /// The number of rows.
    #[must_use]
    pub fn row_count(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }
}

impl Engine {
    /// An engine over `database` for which `now()` is `now`.
    #[must_use]
    pub fn new(database: Database, now: DateTime<Utc>) -> Self {
        let config = in_order(SessionConfig::new());
        let serial = config.clone().with_target_partitions(1);
        // What is known of files is known to both.
        let runtime = Arc::new(RuntimeEnv::default());
        Self {
            database,
            now,
            limits: Limits::default(),
            parallel: Arc::new(Planner::new(&config, &runtime, &[])),
            serial: Arc::new(Planner::new(&serial, &runtime, &[])),
        }
    }

    /// The same engine, over the same tables, each of whose queries may take so much. Cheap.
    #[must_use]
    pub fn with_limits(&self, limits: Limits) -> Self {
        Self { limits, ..self.clone() }
    }

    /// How much each query may take.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// The same engine, over the same tables, for which `now()` is `now`. Cheap.
    #[must_use]
    pub fn at(&self, now: DateTime<Utc>) -> Self {
        Self { now, ..self.clone() }
    }

    /// The tables that queries see.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// The rows of a query.
    ///
    /// # Errors
    ///
    /// [`KqlError::Invalid`] and [`KqlError::Unsupported`] with every problem of the text,
    /// [`KqlError::Table`] where a table cannot be opened, [`KqlError::Execution`] where the run fails,
    /// [`KqlError::OutOfMemory`] and [`KqlError::TimedOut`] where it would take more than the [`Limits`] allow.
    pub async fn query(&self, text: &str) -> Result<Answer, KqlError> {
        let mut stream = self.stream(text).await?;
        let mut batches = Vec::new();
        while let Some(batch) = stream.next().await {
            batches.push(batch?);
        }
        let truncated = stream.truncated();
        let AnswerStream { schema, diagnostics, chart, .. } = stream;
        Ok(Answer { schema, batches, diagnostics, chart, truncated })
    }

    /// The rows of a query, batch by batch as they are made.
    ///
    /// # Errors
    ///
    /// As of [`query`](Self::query); errors of the run come with the batches.
    pub async fn stream(&self, text: &str) -> Result<AnswerStream, KqlError> {
        let asked = Instant::now();
        let Bound { relation, chart, warnings } = self.bind_observing(text).await?;
        let planner = self.planner_for(&relation);
        let limits = self.limits;
        let mut plan = lower::query(&relation)?;
        if let Some(most) = limits.rows {
            // One row more tells whether there are more.
            let most = Some(most.saturating_add(1).min(i64::MAX as usize));
            plan = LogicalPlanBuilder::from(plan)
                .limit(0, most)
                .and_then(LogicalPlanBuilder::build)
                .map_err(execution)?;
        }
        let (physical, context) = planner.plan(&plan).await.map_err(execution)?;
        let deadline = Deadline::new(limits.time, asked);
        let deadline = deadline.map_err(|error| KqlError::Execution { source: Box::new(error) })?;
        let context = limits.apply(context).map_err(execution)?;
        let batches = execute_stream(physical, Arc::new(context)).map_err(execution)?;
        Ok(AnswerStream {
            schema: Arc::new(lower::answer_schema(&relation)),
            diagnostics: warnings,
            chart,
            batches: Some(batches),
            deadline,
            limits,
            rows: 0,
            is_cut: false,
        })
    }

    /// The problems of a query: of its syntax, its names and its types. Nothing is run: columns that only the data can
    /// name, such as those of `bag_unpack`, are taken as empty, with a warning.
    #[must_use]
    pub fn check(&self, text: &str) -> Vec<Diagnostic> {
        match self.bind(text) {
            Ok(bound) => bound.warnings,
            Err(KqlError::Invalid(diagnostics) | KqlError::Unsupported(diagnostics)) => diagnostics,
            Err(error) => {
                vec![Diagnostic::error(crate::codes::UNREADABLE_TABLE, error.to_string())]
            }
        }
    }

    /// What may stand at byte `offset` of a query that is being written. A text with problems completes as well as
    /// it can; inside of literals and comments there is nothing to offer.
    #[must_use]
    pub fn complete(&self, text: &str, offset: usize) -> Vec<Completion> {
        complete::complete(text, offset, &self.database, self.now)
    }

    /// The optimised plan of a query as text, one step a line, the last one first. Nothing is run: columns that only
    /// the data can name are not in it.
    ///
    /// # Errors
    ///
    /// As of [`query`](Self::query), without those of the run.
    pub fn explain(&self, text: &str) -> Result<String, KqlError> {
        let bound = self.bind(text)?;
        let plan = self.optimised(&bound.relation)?;
        Ok(plan.display_indent().to_string().replace(lower::MARK, "#"))
    }

    /// The query at a stage of its way, for people.
    ///
    /// # Errors
    ///
    /// As of [`explain`](Self::explain); [`KqlError::Unsupported`] where the query cannot be said in SQL.
    pub fn explain_stage(&self, text: &str, stage: Stage) -> Result<String, KqlError> {
        if stage == Stage::Plan {
            return self.explain(text);
        }
        if stage == Stage::Syntax {
            let parsed = huntbook_kql_syntax::parse(text);
            return if parsed.has_errors() {
                Err(KqlError::Invalid(parsed.diagnostics))
            } else {
                Ok(huntbook_kql_syntax::print(&parsed.query))
            };
        }
        let relation = self.bind(text)?.relation;
        if stage == Stage::Bound {
            return Ok(explain::bound(&relation));
        }
        // The optimised plan makes the shorter SQL; some of its steps only the first plan can say.
        let (first, optimised) = (lower::query(&relation)?, self.optimised(&relation)?);
        explain::sql(&optimised).or_else(|_| explain::sql(&first)).map_err(|why| {
            let message = format!("the query cannot be said in SQL: {why}");
            let diagnostic = Diagnostic::error(crate::codes::UNSUPPORTED_FEATURE, message);
            KqlError::Unsupported(vec![diagnostic.hint("`plan` shows how it runs")])
        })
    }

    /// Runs a query, and gives its steps with the rows and the time that each has taken, the last one first.
    ///
    /// # Errors
    ///
    /// As of [`query`](Self::query).
    pub async fn profile(&self, text: &str) -> Result<String, KqlError> {
        let bound = self.bind_observing(text).await?;
        let plan = lower::query(&bound.relation)?;
        let planner = self.planner_for(&bound.relation);
        let (physical, context) = planner.plan(&plan).await.map_err(execution)?;
        let context = self.limits.apply(context).map_err(execution)?;
        let mut batches =
            execute_stream(Arc::clone(&physical), Arc::new(context)).map_err(execution)?;
        while let Some(batch) = batches.next().await {
            batch.map_err(|error| self.limits.name(error))?;
        }
        let shown = DisplayableExecutionPlan::with_metrics(physical.as_ref());
        Ok(shown.indent(false).to_string().replace(lower::MARK, "#"))
    }

    fn optimised(&self, relation: &Relation) -> Result<LogicalPlan, KqlError> {
        let plan = lower::query(relation)?;
        self.planner_for(relation).narrow.optimize(&plan).map_err(execution)
    }

    /// The query without a look at the data.
    fn bind(&self, text: &str) -> Result<Bound, KqlError> {
        let (query, warnings) = parse(text)?;
        let mut bound = bind::bind(&query, &self.database, self.now, None).0?;
        bound.warnings.splice(0..0, warnings);
        Ok(bound)
    }

    /// `config` as the plans of a relation need it: where rows have to keep their order, there is one partition.
    #[cfg(feature = "distributed")]
    pub(crate) fn config_for(config: SessionConfig, relation: &Relation) -> SessionConfig {
        let config = in_order(config);
        if keeps_order(relation) { config.with_target_partitions(1) } else { config }
    }

    /// The query, bound as often as it asks for something that only the data can tell.
    pub(crate) async fn bind_observing(&self, text: &str) -> Result<Bound, KqlError> {
        let (query, warnings) = parse(text)?;
        let mut observed = Observations::default();
        for _ in 0..MOST_ROUNDS {
            let (result, wanted) = bind::bind(&query, &self.database, self.now, Some(&observed));
            if wanted.is_empty() {
                let mut bound = result?;
                bound.warnings.splice(0..0, warnings);
                return Ok(bound);
            }
            for wanted in wanted {
                let rows = self.rows(&wanted.relation).await?;
                observed.insert(wanted, rows);
            }
        }
        let message = "too many steps of the query have columns that the data decides";
        Err(KqlError::Invalid(vec![Diagnostic::error(crate::codes::TOO_COMPLEX, message)]))
    }

    /// The rows of a relation whose columns are all text.
    async fn rows(&self, relation: &Relation) -> Result<Rows, KqlError> {
        let plan = lower::query(relation)?;
        let (physical, context) =
            self.planner_for(relation).plan(&plan).await.map_err(execution)?;
        let context = self.limits.apply(context).map_err(execution)?;
        let mut batches = execute_stream(physical, Arc::new(context)).map_err(execution)?;
        let mut rows = Rows::new();
        while let Some(batch) = batches.next().await {
            let batch = batch.map_err(|error| self.limits.name(error))?;
            let columns: Vec<_> =
                batch.columns().iter().map(|column| column.as_string_opt::<i32>()).collect();
            for row in 0..batch.num_rows() {
                let cell = |column: Option<&StringArray>| {
                    let column = column.filter(|column| column.is_valid(row));
                    column.map(|column| column.value(row).to_owned())
                };
                rows.push(columns.iter().map(|column| cell(*column)).collect());
            }
        }
        Ok(rows)
    }

    fn planner_for(&self, relation: &Relation) -> &Planner {
        if keeps_order(relation) { &self.serial } else { &self.parallel }
    }
}

/// What is wrong with the syntax of a query; its names and types are not looked at.
#[must_use]
pub fn syntax_problems(text: &str) -> Vec<Diagnostic> {
    huntbook_kql_syntax::parse(text).diagnostics
}

/// How often a query is bound before it is given up: each plugin whose columns the data decides takes one round.
const MOST_ROUNDS: usize = 32;

/// The query, and the parser's warnings.
fn parse(text: &str) -> Result<(Query, Vec<Diagnostic>), KqlError> {
    let parsed = huntbook_kql_syntax::parse(text);
    if parsed.diagnostics.iter().any(Diagnostic::is_error) {
        return Err(KqlError::Invalid(parsed.diagnostics));
    }
    Ok((parsed.query, parsed.diagnostics))
}

/// How many columns of a table make it pay to read most of them for those rows only that pass the filters.
const WIDE: usize = 10;

/// The settings without the one that spreads rows over threads in turn: behind a sort they would lose their order,
/// and the last projection of a plan stands above its sort.
fn in_order(mut config: SessionConfig) -> SessionConfig {
    config.options_mut().optimizer.enable_round_robin_repartition = false;
    config
}

/// A rule of the logical optimiser.
pub(crate) type Rule = Arc<dyn OptimizerRule + Send + Sync>;

/// Makes plans that run.
#[derive(Debug)]
pub(crate) struct Planner {
    /// Reads all columns, then filters: quickest where they are few.
    narrow: SessionState,
    /// Filters while it reads: a column that no filter needs is read for the rows that pass.
    wide: SessionState,
}

impl Planner {
    /// Plans under `config`, with the rules `first` before all others.
    pub(crate) fn new(config: &SessionConfig, runtime: &Arc<RuntimeEnv>, first: &[Rule]) -> Self {
        let mut wide = config.clone();
        let parquet = &mut wide.options_mut().execution.parquet;
        parquet.pushdown_filters = true;
        parquet.reorder_filters = true;
        Self {
            narrow: state(config.clone(), Arc::clone(runtime), first),
            wide: state(wide, Arc::clone(runtime), first),
        }
    }

    /// The plan to run, and what it runs in.
    pub(crate) async fn plan(
        &self,
        plan: &LogicalPlan,
    ) -> Result<(Arc<dyn ExecutionPlan>, TaskContext), DataFusionError> {
        let plan = self.narrow.optimize(plan)?;
        let reads_much = |node: &LogicalPlan| matches!(node, LogicalPlan::TableScan(scan) if scan.projected_schema.fields().len() >= WIDE);
        let state =
            if plan.exists(|node| Ok(reads_much(node)))? { &self.wide } else { &self.narrow };
        let physical = state.query_planner().create_physical_plan(&plan, state).await?;
        Ok((physical, TaskContext::from(state)))
    }
}

fn state(config: SessionConfig, runtime: Arc<RuntimeEnv>, first: &[Rule]) -> SessionState {
    let rules = first.iter().cloned().chain(optimizer::logical_rules()).collect();
    SessionStateBuilder::new()
        .with_config(config)
        .with_runtime_env(runtime)
        .with_default_features()
        .with_optimizer_rules(rules)
        .with_physical_optimizer_rules(optimizer::physical_rules())
        .build()
}

pub(crate) fn execution(error: DataFusionError) -> KqlError {
    KqlError::Execution { source: Box::new(error) }
}

/// Whether the result shows the order of an inner relation, so that rows must not be spread over threads
/// behind it. A sort at the end keeps its order in any case.
fn keeps_order(relation: &Relation) -> bool {
    match &relation.step {
        Step::Project { input, .. } | Step::Limit { input, .. } => keeps_order(input),
        Step::Sort { input } => collects_in_order(input),
        _ => relation.serialized || collects_in_order(relation),
    }
}

/// Whether an aggregate or a window function inside sees the order of its rows.
fn collects_in_order(relation: &Relation) -> bool {
    let here = match &relation.step {
        Step::Aggregate { input, aggregates, .. } => {
            let ordered = |call: &AggregateCall| call.accumulation.ordered;
            aggregates.iter().any(ordered) && !input.order.is_empty()
        }
        Step::Window { .. } | Step::Scan { .. } => true,
        _ => false,
    };
    here || relation.inputs().into_iter().any(collects_in_order)
}

/// The rows of a query as they are made. Dropping it ends the query.
pub struct AnswerStream {
    schema: SchemaRef,
    diagnostics: Vec<Diagnostic>,
    chart: Option<Chart>,
    /// What runs; `None` once it has ended.
    batches: Option<SendableRecordBatchStream>,
    deadline: Option<Deadline>,
    limits: Limits,
    /// How many rows have been given.
    rows: usize,
    is_cut: bool,
}

impl AnswerStream {
    /// The columns, as of [`Answer::schema`].
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    /// What a `render` at the end asks for.
    #[must_use]
    pub fn chart(&self) -> Option<&Chart> {
        self.chart.as_ref()
    }

    /// Warnings about the query.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Why the rows given so far are not all; `None` while there is no reason.
    #[must_use]
    pub fn truncated(&self) -> Option<String> {
        let most = self.limits.rows.filter(|_| self.is_cut)?;
        let noun = if most == 1 { "row" } else { "rows" };
        Some(format!("cut to the {most} {noun} asked for at most"))
    }

    /// The batch under the answer's own fields, without the rows that are too many.
    fn passed(&mut self, batch: &RecordBatch) -> Result<Option<RecordBatch>, DataFusionError> {
        let left = self.limits.rows.map_or(usize::MAX, |most| most - self.rows);
        let kept = batch.num_rows().min(left);
        self.is_cut = kept < batch.num_rows();
        self.rows += kept;
        if kept == 0 && self.is_cut {
            return Ok(None);
        }
        Ok(Some(named(&batch.slice(0, kept), &self.schema)?))
    }
}

/// The rows under the fields of an answer, which may have none at all.
pub(crate) fn named(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    // Rows without columns are counted all the same.
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(Arc::clone(schema), batch.columns().to_vec(), &options)
}

impl std::fmt::Debug for AnswerStream {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("AnswerStream").field("schema", &self.schema).finish_non_exhaustive()
    }
}

impl Stream for AnswerStream {
    type Item = Result<RecordBatch, KqlError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(batches) = &mut self.batches else { return Poll::Ready(None) };
        let mut ended = batches.poll_next_unpin(context);
        let over = self.deadline.as_ref().filter(|deadline| deadline.is_over(context));
        if let Some(limit) = over.map(|deadline| deadline.limit)
            && !matches!(ended, Poll::Ready(None))
        {
            self.batches = None;
            return Poll::Ready(Some(Err(KqlError::TimedOut { limit })));
        }
        let next = match &mut ended {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(next) => next.take(),
        };
        let passed = match next {
            None => Ok(None),
            Some(batch) => batch.and_then(|batch| self.passed(&batch)),
        };
        if self.is_cut || !matches!(passed, Ok(Some(_))) {
            self.batches = None;
        }
        let limits = self.limits;
        Poll::Ready(passed.map_err(|error| limits.name(error)).transpose())
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{ArrayRef, Int64Array, StringArray};
    use arrow::datatypes::Schema;

    use super::*;
    use crate::types::KqlType;

    fn engine() -> Engine {
        let fields = vec![KqlType::Long.to_arrow("n"), KqlType::Datetime.to_arrow("t")];
        let text = arrow::datatypes::Field::new("s", arrow::datatypes::DataType::Utf8, true);
        let fields: Vec<_> = fields.into_iter().chain([text]).collect();
        let schema = Arc::new(Schema::new(fields));
        let n: ArrayRef = Arc::new(Int64Array::from(vec![Some(5), None, Some(7)]));
        let t = arrow::array::new_null_array(&KqlType::Datetime.data_type(), 3);
        let s: ArrayRef = Arc::new(StringArray::from(vec![Some("x"), None, Some("")]));
        let batch = RecordBatch::try_new(Arc::clone(&schema), vec![n, t, s]).unwrap();
        let tables = [("T".to_owned(), schema, vec![batch])];
        let database = Database::from_batches(tables).unwrap();
        Engine::new(database, "2024-05-01T12:30:00Z".parse().unwrap())
    }

    fn run(query: &str) -> Answer {
        tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap()
            .block_on(engine().query(query))
            .unwrap()
    }

    #[test]
    fn a_null_cell_of_a_string_column_is_empty_everywhere() {
        let answer = run(
            "T | where s == '' and s !in ('x') and isempty(s) | summarize n = count() by s | project n, s",
        );
        let cells = &answer.batches[0];
        assert_eq!(cells.column(0).as_ref(), &Int64Array::from(vec![2]));
        assert_eq!(cells.column(1).as_ref(), &StringArray::from(vec![""]));
        assert_eq!(
            run("T").batches.iter().map(|batch| batch.column(2).null_count()).sum::<usize>(),
            0
        );
    }

    #[test]
    fn filters_on_plain_columns_are_native_comparisons() {
        let plan = engine().explain("T | where n != 5 and t > ago(1d) and s == 'x'").unwrap();
        assert!(plan.contains("n IS DISTINCT FROM Int64(5)"), "{plan}");
        assert!(plan.contains("t > TimestampNanosecond("), "{plan}");
        assert!(!plan.contains("coalesce") || plan.contains("T.s = Utf8"), "{plan}");
    }

    #[test]
    fn answer_fields_name_their_kql_type() {
        let answer = run("T | project n, s, d = dynamic([1])");
        let kinds: Vec<_> =
            answer.schema.fields().iter().map(|field| KqlType::from_arrow(field)).collect();
        assert_eq!(kinds, [Some(KqlType::Long), Some(KqlType::String), Some(KqlType::Dynamic)]);
    }

    #[test]
    fn expressions_that_double_each_other_do_not_grow_the_plan() {
        let doubled = " | extend n = n + n".repeat(40);
        let answer = run(&format!("T{doubled} | where n > 5 | project n"));
        assert_eq!(
            answer.batches[0].column(0).as_ref(),
            &Int64Array::from(vec![5_i64 << 40, 7 << 40])
        );
        let plan = engine().explain(&format!("T{doubled} | where n > 5")).unwrap();
        assert!(plan.len() < 100_000, "{} bytes", plan.len());
        let nested = |open: &str, close: &str| {
            format!("T | where {}n{} == 5", open.repeat(25), close.repeat(25))
        };
        for query in [
            nested("max_of(1, ", ")"),
            nested("coalesce(", ", 1)"),
            nested("tolong(tobool(", "))"),
            nested("iff(not((", ") == n), 1, 2)"),
            nested("tolong((", ") between (1 .. 2))"),
            nested("tolong((", ") in (n, 5))"),
        ] {
            let plan = engine().explain(&query).unwrap();
            assert!(plan.len() < 100_000, "{} bytes of {query}", plan.len());
        }
    }

    #[test]
    fn check_finds_a_misspelt_table_with_its_near_name() {
        let found = engine().check("t | take 1");
        assert_eq!(found[0].code, "KQL0101");
        assert_eq!(found[0].hints, ["similar table: `T`"]);
    }
}
