//! The engine: query text in, record batches out.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use arrow::array::{Array, AsArray, RecordBatch, StringArray};
use arrow::datatypes::SchemaRef;
use chrono::{DateTime, Utc};
use datafusion::common::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::execute_stream;
use datafusion::prelude::SessionConfig;
use futures::{Stream, StreamExt};
use huntbook_diagnostics::Diagnostic;
use huntbook_kql_syntax::ast::Query;

use crate::KqlError;
use crate::bind::observe::{Observations, Rows};
use crate::bind::{self, Bound};
use crate::chart::Chart;
use crate::database::Database;
use crate::ir::{AggregateCall, Relation, Step};
use crate::{lower, optimizer};

/// Runs queries over one database, at one time.
///
/// Queries run on the caller's Tokio runtime.
#[derive(Debug, Clone)]
pub struct Engine {
    database: Database,
    now: DateTime<Utc>,
    parallel: Arc<SessionState>,
    /// For queries in which the order of rows has to outlive the operators behind it.
    serial: Arc<SessionState>,
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
}

impl Answer {
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
        let config = SessionConfig::new();
        let serial = config.clone().with_target_partitions(1);
        Self { database, now, parallel: Arc::new(state(config)), serial: Arc::new(state(serial)) }
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
    /// [`KqlError::Table`] where a table cannot be opened, [`KqlError::Execution`] where the run fails.
    pub async fn query(&self, text: &str) -> Result<Answer, KqlError> {
        let mut stream = self.stream(text).await?;
        let mut batches = Vec::new();
        while let Some(batch) = stream.next().await {
            batches.push(batch?);
        }
        let AnswerStream { schema, diagnostics, chart, .. } = stream;
        Ok(Answer { schema, batches, diagnostics, chart })
    }

    /// The rows of a query, batch by batch as they are made.
    ///
    /// # Errors
    ///
    /// As of [`query`](Self::query); errors of the run come with the batches.
    pub async fn stream(&self, text: &str) -> Result<AnswerStream, KqlError> {
        let Bound { relation, chart, warnings } = self.bind_observing(text).await?;
        let state = self.state_for(&relation);
        let plan = lower::query(&relation)?;
        let physical = state.create_physical_plan(&plan).await.map_err(execution)?;
        let batches = execute_stream(physical, state.task_ctx()).map_err(execution)?;
        let schema = Arc::new(lower::answer_schema(&relation));
        Ok(AnswerStream { schema, diagnostics: warnings, chart, batches })
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

    fn optimised(&self, relation: &Relation) -> Result<LogicalPlan, KqlError> {
        let plan = lower::query(relation)?;
        self.state_for(relation).optimize(&plan).map_err(execution)
    }

    /// The query without a look at the data.
    fn bind(&self, text: &str) -> Result<Bound, KqlError> {
        let (query, warnings) = parse(text)?;
        let mut bound = bind::bind(&query, &self.database, self.now, None).0?;
        bound.warnings.splice(0..0, warnings);
        Ok(bound)
    }

    /// The query, bound as often as it asks for something that only the data can tell.
    async fn bind_observing(&self, text: &str) -> Result<Bound, KqlError> {
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
        let state = self.state_for(relation);
        let plan = lower::query(relation)?;
        let physical = state.create_physical_plan(&plan).await.map_err(execution)?;
        let mut batches = execute_stream(physical, state.task_ctx()).map_err(execution)?;
        let mut rows = Rows::new();
        while let Some(batch) = batches.next().await {
            let batch = batch.map_err(execution)?;
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

    fn state_for(&self, relation: &Relation) -> &SessionState {
        if keeps_order(relation) { &self.serial } else { &self.parallel }
    }
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

fn state(config: SessionConfig) -> SessionState {
    SessionStateBuilder::new()
        .with_config(config)
        .with_default_features()
        .with_optimizer_rules(optimizer::logical_rules())
        .with_physical_optimizer_rules(optimizer::physical_rules())
        .build()
}

fn execution(error: DataFusionError) -> KqlError {
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
        Step::Window { .. } => true,
        _ => false,
    };
    here || relation.inputs().into_iter().any(collects_in_order)
}

/// The rows of a query as they are made.
pub struct AnswerStream {
    schema: SchemaRef,
    diagnostics: Vec<Diagnostic>,
    chart: Option<Chart>,
    batches: SendableRecordBatchStream,
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
}

impl std::fmt::Debug for AnswerStream {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("AnswerStream").field("schema", &self.schema).finish_non_exhaustive()
    }
}

impl Stream for AnswerStream {
    type Item = Result<RecordBatch, KqlError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let schema = Arc::clone(&self.schema);
        self.batches.poll_next_unpin(context).map(|next| {
            next.map(|batch| {
                let columns = batch.map_err(execution)?.columns().to_vec();
                RecordBatch::try_new(schema, columns)
                    .map_err(|error| execution(DataFusionError::ArrowError(Box::new(error), None)))
            })
        })
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
