//! The local driver: KQL on files, on the engine of this process.

use std::path::PathBuf;
use std::time::Instant;

use chrono::DateTime;
use huntbook_diagnostics::Diagnostic;
use huntbook_kql::{Completion, Database, Engine, KqlError, Stage, local};

use crate::worker::Worker;
use crate::{Column, Driver, DriverError, DriverInfo, LocalData, QueryResult, Run, Statistics};

/// The line in [`DRIVERS`](crate::DRIVERS).
pub(crate) const INFO: DriverInfo = DriverInfo {
    name: "local",
    language: "KQL",
    about: "files on this machine: Parquet, CSV, JSON and Zeek logs, packed or not; a folder is a database",
};

/// KQL on files of this machine.
///
/// An answer is whole unless [`Run::limits`] cut it.
#[derive(Debug)]
pub struct LocalDriver {
    engine: Engine,
    worker: Worker,
}

impl LocalDriver {
    /// A driver over the tables in `paths`: files, folders and archives.
    ///
    /// # Errors
    ///
    /// [`DriverError::Data`] where a path does not exist or holds no table, [`DriverError::Start`] where the
    /// system gives no threads.
    pub fn open(paths: &[PathBuf]) -> Result<Self, DriverError> {
        Self::over(local::open(paths)?)
    }

    /// A driver over tables and what else a user gives: files for URLs and watchlists, places, functions.
    ///
    /// # Errors
    ///
    /// As for [`LocalData::open`] and [`LocalDriver::over`].
    pub fn with(data: &LocalData) -> Result<Self, DriverError> {
        Self::over(data.open()?)
    }

    /// A driver over tables that are already at hand.
    ///
    /// # Errors
    ///
    /// [`DriverError::Start`] where the system gives no threads.
    pub fn over(database: Database) -> Result<Self, DriverError> {
        let worker = Worker::start(INFO.name)?;
        // Every run brings its own clock.
        Ok(Self { engine: Engine::new(database, DateTime::UNIX_EPOCH), worker })
    }
}

impl Driver for LocalDriver {
    fn name(&self) -> &str {
        INFO.name
    }

    fn tables(&self) -> Result<Vec<String>, DriverError> {
        Ok(self.engine.database().names().map(str::to_owned).collect())
    }

    fn columns(&self, table: &str) -> Result<Vec<Column>, DriverError> {
        let columns = self.engine.database().columns(table)?;
        let column = |(name, kind): (String, huntbook_kql::KqlType)| Column {
            name,
            kind: kind.name().to_owned(),
        };
        Ok(columns.into_iter().map(column).collect())
    }

    fn warnings(&self) -> Vec<String> {
        self.engine.database().warnings()
    }

    fn run(&self, text: &str, run: &Run) -> Result<QueryResult, DriverError> {
        let began = Instant::now();
        let (engine, text) = (self.engine.at(run.now).with_limits(run.limits), text.to_owned());
        let work = async move {
            let answer = answer(&engine, &text).await;
            answer.map_err(|error| engine.database().explain(error).into())
        };
        let mut result = self.worker.wait(work, &run.cancel, run.limits.time)?;
        result.statistics.elapsed = began.elapsed();
        Ok(result)
    }

    fn explain(&self, text: &str, stage: Stage, run: &Run) -> Result<Option<String>, DriverError> {
        Ok(Some(self.engine.at(run.now).explain_stage(text, stage)?))
    }

    fn check(&self, text: &str, run: &Run) -> Vec<Diagnostic> {
        self.engine.at(run.now).check(text)
    }

    fn complete(&self, text: &str, offset: usize, run: &Run) -> Vec<Completion> {
        self.engine.at(run.now).complete(text, offset)
    }
}

async fn answer(engine: &Engine, text: &str) -> Result<QueryResult, KqlError> {
    let answer = engine.query(text).await?;
    let mut result = QueryResult::whole(answer.schema, answer.batches, Statistics::default());
    result.warnings = answer.diagnostics;
    result.chart = answer.chart;
    result.complete = answer.truncated.is_none();
    result.reasons.extend(answer.truncated);
    Ok(result)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::Arc;
    use std::time::Duration;

    use arrow::array::{
        ArrayRef, AsArray, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
    };
    use arrow::datatypes::Int64Type;

    use super::*;
    use crate::{Cancel, Limits};

    const LOGONS: &str = "user,size\nbob,3\nann,1\nbob,4\n";

    fn run() -> Run {
        Run::at(DateTime::UNIX_EPOCH)
    }

    fn driver(files: &[(&str, &[u8])]) -> (tempfile::TempDir, LocalDriver) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (name, bytes) in files {
            fs::write(folder.path().join(name), bytes).expect("a file");
        }
        let driver = LocalDriver::open(&[folder.path().to_owned()]).expect("a database");
        (folder, driver)
    }

    fn longs(result: &QueryResult, column: &str) -> Vec<i64> {
        let arrays = result.batches.iter().filter_map(|batch| batch.column_by_name(column));
        arrays.flat_map(|array| array.as_primitive::<Int64Type>().values().to_vec()).collect()
    }

    #[test]
    fn a_query_gives_its_rows() {
        let (_folder, driver) = driver(&[("logons.csv", LOGONS.as_bytes())]);
        let text = "logons | summarize total = sum(size) by user | sort by total desc";
        let result = driver.run(text, &run()).expect("an answer");
        assert!(result.complete && result.reasons.is_empty());
        assert_eq!(longs(&result, "total"), [7, 1]);
    }

    #[test]
    fn findings_about_the_text_pass_through_with_their_places() {
        let (_folder, driver) = driver(&[("logons.csv", LOGONS.as_bytes())]);
        let text = "logons | where usr == 'bob'";
        let error = driver.run(text, &run()).expect_err("no such column");
        let [finding] = error.diagnostics() else { panic!("{error}") };
        assert_eq!(finding.span.and_then(|span| span.slice(text)), Some("usr"));
    }

    #[test]
    fn an_answer_longer_than_wanted_is_cut_and_says_so() {
        let (_folder, driver) = driver(&[("logons.csv", LOGONS.as_bytes())]);
        let rows = |rows| Run { limits: Limits { rows: Some(rows), ..Limits::default() }, ..run() };
        let two = rows(2);
        let result = driver.run("logons", &two).expect("an answer");
        assert_eq!((result.rows(), result.complete, result.reasons.len()), (2, false, 1));
        assert!(driver.run("logons", &rows(3)).expect("an answer").complete);
    }

    #[test]
    fn memory_and_time_are_limited_and_the_limit_has_a_code() {
        let (_folder, driver) = driver(&[("logons.csv", LOGONS.as_bytes())]);
        let long =
            "range x from 1 to 20000 step 1 | extend k = 1 | as T | join kind=inner T on k | count";
        let code = |limits| match driver.run(long, &Run { limits, ..run() }) {
            Err(DriverError::Limit { code, .. }) => code,
            other => panic!("{other:?}"),
        };
        let time = Some(Duration::from_millis(50));
        assert_eq!(code(Limits { time, ..Limits::default() }), "KQL0402");
        assert_eq!(code(Limits { memory: Some(1_000), ..Limits::default() }), "KQL0401");
    }

    #[test]
    fn a_cancelled_query_ends_as_cancelled() {
        let (_folder, driver) = driver(&[("logons.csv", LOGONS.as_bytes())]);
        let run = Run { cancel: Cancel::with_check(|| true), ..run() };
        let began = Instant::now();
        assert!(matches!(driver.run("logons", &run), Err(DriverError::Cancelled)));
        assert!(began.elapsed() < Duration::from_secs(5));
    }

    #[test]
    fn the_schema_lists_tables_and_what_is_wrong_with_them() {
        let (_folder, driver) =
            driver(&[("logons.csv", LOGONS.as_bytes()), ("bad.json", b"{\"a\":\n")]);
        let schema = driver.schema().expect("a schema");
        let names: Vec<_> = schema.tables.iter().map(|table| table.name.as_str()).collect();
        assert_eq!(names, ["bad", "logons"]);
        assert!(
            schema.tables[0].problem.as_deref().is_some_and(|problem| problem.contains("bad.json"))
        );
        let size = Column { name: "size".to_owned(), kind: "long".to_owned() };
        assert!(schema.tables[1].columns.contains(&size));
        let error = driver.columns("logon").expect_err("no such table");
        assert!(error.to_string().contains("similar: `logons`"), "{error}");
    }

    #[test]
    fn a_damaged_file_is_named() {
        let (_folder, driver) =
            driver(&[("logons.csv", LOGONS.as_bytes()), ("bad.parquet", b"PAR1 but not for long")]);
        let error = driver.run("bad | count", &run()).expect_err("damaged");
        assert!(error.to_string().contains("bad.parquet"), "{error}");
    }

    #[test]
    fn a_chart_comes_with_the_rows() {
        let (_folder, driver) = driver(&[("logons.csv", LOGONS.as_bytes())]);
        let text = "logons | summarize n = count() by user | render piechart with (title='who')";
        let chart = driver.run(text, &run()).expect("an answer").chart.expect("it asks for one");
        assert_eq!((chart.kind.as_str(), chart.property("title")), ("piechart", Some("who")));
    }

    #[test]
    fn a_text_is_checked_and_completed_over_the_tables() {
        let (_folder, driver) = driver(&[("logons.csv", LOGONS.as_bytes())]);
        let text = "logons | where us";
        let found = driver.complete(text, text.len(), &run());
        assert_eq!(found.first().map(|item| item.label.as_str()), Some("user"));
        assert_eq!(driver.check("logons | where usr == ''", &run()).len(), 1);
        assert!(driver.check("logons | where user == ''", &run()).is_empty());
    }

    #[test]
    fn an_answer_without_rows_has_columns() {
        let (_folder, driver) = driver(&[("logons.csv", LOGONS.as_bytes())]);
        let result = driver.run("logons | where size > 100", &run()).expect("an answer");
        assert_eq!(result.rows(), 0);
        assert!(result.schema.field_with_name("size").is_ok());
    }

    #[test]
    fn filters_and_projections_reach_the_parquet_file() {
        let times = TimestampMicrosecondArray::from(vec![1, 2]).with_timezone("UTC");
        let columns: [(&str, ArrayRef); 3] = [
            ("TimeGenerated", Arc::new(times)),
            ("EventID", Arc::new(Int64Array::from(vec![4688, 4624]))),
            ("Account", Arc::new(StringArray::from(vec!["a", "b"]))),
        ];
        let batch = RecordBatch::try_from_iter(columns).expect("columns of one length");
        let mut bytes = Vec::new();
        let mut writer = parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None)
            .expect("a writer");
        writer.write(&batch).expect("a batch");
        writer.close().expect("a footer");
        let (_folder, driver) = driver(&[("SecurityEvent.parquet", &bytes)]);
        let text =
            "SecurityEvent | where Timestamp > ago(1d) and EventID == 4688 | summarize count()";
        let plan = driver.explain(text, Stage::Plan, &run()).expect("a plan").expect("it has one");
        let scan = plan.lines().last().unwrap_or_default();
        assert!(scan.contains("projection=[TimeGenerated, EventID], partial_filters=["), "{plan}");
        assert!(
            scan.contains("TimeGenerated > ") && scan.contains("EventID = Int64(4688)"),
            "{plan}"
        );
        assert_eq!(longs(&driver.run(text, &run()).expect("an answer"), "count_"), [1]);
    }
}
