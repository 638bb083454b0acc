//! Many Parquet files as one table: which of them are read is decided when a query asks.
//!
//! Files that stand in folders of another day than the query asks for are not opened. The columns of a table
//! of thousands of files are those of some of them; what the others have besides is told when they are read.

use std::fmt;
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::project_schema;
use datafusion::datasource::TableType;
use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder};
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::expr::InList;
use datafusion::logical_expr::{BinaryExpr, Expr, Operator, TableProviderFilterPushDown};
use datafusion::object_store::{ObjectMeta, path::Path as StorePath};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::scalar::ScalarValue;
use hashbrown::HashSet;

use super::parquet;
use super::partitions::{Columns, Partition, Span};

/// One file with what its path says.
#[derive(Debug, Clone)]
pub(super) struct ParquetFile {
    pub(super) path: PathBuf,
    pub(super) partition: Partition,
    pub(super) span: Option<Span>,
}

/// What a scan found out that its readers should know.
pub(super) type Remarks = Arc<Mutex<Vec<String>>>;

/// Files of one schema.
pub(super) struct ParquetFiles {
    /// The columns of the files, then those of their folders.
    schema: SchemaRef,
    table_schema: TableSchema,
    files: Vec<(ParquetFile, Vec<ScalarValue>)>,
    /// Files whose footers were not read for the schema.
    unread: Mutex<HashSet<PathBuf>>,
    remarks: Remarks,
}

impl fmt::Debug for ParquetFiles {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ParquetFiles")
            .field("files", &self.files.len())
            .finish_non_exhaustive()
    }
}

impl ParquetFiles {
    /// `files` as a table of `file_schema`; of those in `unread` the footer was not read yet.
    pub(super) fn new(
        files: Vec<ParquetFile>,
        file_schema: SchemaRef,
        unread: HashSet<PathBuf>,
        remarks: Remarks,
    ) -> Self {
        let partitions: Vec<&Partition> = files.iter().map(|file| &file.partition).collect();
        let columns = Columns::of(&partitions, |name| file_schema.column_with_name(name).is_some());
        let values: Vec<_> = files.iter().map(|file| columns.values(&file.partition)).collect();
        let table_schema =
            TableSchema::builder(file_schema).with_table_partition_cols(columns.fields).build();
        let schema = Arc::clone(table_schema.table_schema());
        let files = files.into_iter().zip(values).collect();
        Self { schema, table_schema, files, unread: Mutex::new(unread), remarks }
    }

    pub(super) fn table_schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    /// The least and the greatest value that `column` has in a file, as far as its path says.
    fn bounds(&self, file: usize, column: &str) -> Option<(Key, Key)> {
        let (file, values) = &self.files[file];
        let own = self
            .table_schema
            .table_partition_cols()
            .iter()
            .position(|field| field.name() == column);
        if let Some(at) = own {
            let key = key(&values[at])?;
            return Some((key.clone(), key));
        }
        let span = file.span.as_ref()?;
        (span.column == column).then(|| (Key::Number(span.from), Key::Number(span.to - 1)))
    }

    /// Whether rows of a file may pass `filter`.
    fn may_pass(&self, file: usize, filter: &Expr) -> bool {
        match filter {
            Expr::BinaryExpr(BinaryExpr { left, op: Operator::And, right }) => {
                self.may_pass(file, left) && self.may_pass(file, right)
            }
            Expr::BinaryExpr(BinaryExpr { left, op: Operator::Or, right }) => {
                self.may_pass(file, left) || self.may_pass(file, right)
            }
            Expr::BinaryExpr(BinaryExpr { left, op, right }) => {
                match (column(left), literal(right), column(right), literal(left)) {
                    (Some(name), Some(value), ..) => self.may_compare(file, name, *op, &value),
                    (.., Some(name), Some(value)) => {
                        let swapped = op.swap();
                        swapped.is_none_or(|op| self.may_compare(file, name, op, &value))
                    }
                    _ => true,
                }
            }
            Expr::Between(between) if !between.negated => {
                let compare = |op, bound: &Expr| match (column(&between.expr), literal(bound)) {
                    (Some(name), Some(value)) => self.may_compare(file, name, op, &value),
                    _ => true,
                };
                compare(Operator::GtEq, &between.low) && compare(Operator::LtEq, &between.high)
            }
            Expr::InList(InList { expr, list, negated: false }) => match column(expr) {
                Some(name) => list.iter().any(|one| {
                    literal(one)
                        .is_none_or(|value| self.may_compare(file, name, Operator::Eq, &value))
                }),
                None => true,
            },
            _ => true,
        }
    }

    fn may_compare(&self, file: usize, column: &str, op: Operator, value: &Key) -> bool {
        let Some((least, greatest)) = self.bounds(file, column) else { return true };
        if !least.is_like(value) {
            return true;
        }
        match op {
            Operator::Eq | Operator::IsNotDistinctFrom => least <= *value && *value <= greatest,
            Operator::Lt => least < *value,
            Operator::LtEq => least <= *value,
            Operator::Gt => greatest > *value,
            Operator::GtEq => greatest >= *value,
            _ => true,
        }
    }

    /// The files whose rows may pass all of `filters`.
    fn chosen(&self, filters: &[Expr]) -> Vec<usize> {
        (0..self.files.len())
            .filter(|file| filters.iter().all(|filter| self.may_pass(*file, filter)))
            .collect()
    }

    /// Looks at the footers of files that were not read yet, for columns that the table does not have.
    fn check(&self, chosen: &[usize]) -> Result<()> {
        let mut unread = self.unread.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let paths: Vec<PathBuf> = chosen
            .iter()
            .map(|file| &self.files[*file].0.path)
            .filter(|path| unread.contains(*path))
            .cloned()
            .collect();
        let schemas =
            parquet::schemas(&paths).map_err(|error| DataFusionError::External(Box::new(error)))?;
        for (path, schema) in paths.iter().zip(schemas) {
            let others: Vec<_> = schema
                .fields()
                .iter()
                .filter(|field| self.schema.column_with_name(field.name()).is_none())
                .map(|field| format!("`{}`", field.name()))
                .collect();
            if !others.is_empty() {
                let remark = format!(
                    "`{}` has columns that the table was opened without: {}; open its folder alone to see them",
                    path.display(),
                    others.join(", ")
                );
                let mut remarks =
                    self.remarks.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                remarks.push(remark);
            }
            unread.remove(path);
        }
        Ok(())
    }

    async fn plan(
        &self,
        state: &dyn Session,
        projection: Option<Vec<usize>>,
        filters: Vec<Expr>,
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let chosen = self.chosen(&filters);
        if chosen.is_empty() {
            let schema = project_schema(&self.schema, projection.as_ref())?;
            return Ok(Arc::new(EmptyExec::new(schema)));
        }
        self.check(&chosen)?;
        let mut files = Vec::with_capacity(chosen.len());
        for file in chosen {
            let (file, values) = &self.files[file];
            let metadata = std::fs::metadata(&file.path)?;
            let path = std::fs::canonicalize(&file.path)?;
            let meta = ObjectMeta {
                location: StorePath::from_absolute_path(&path)
                    .map_err(|error| DataFusionError::External(Box::new(error)))?,
                last_modified: metadata.modified()?.into(),
                size: metadata.len(),
                e_tag: None,
                version: None,
            };
            files.push(PartitionedFile::new_from_meta(meta).with_partition_values(values.clone()));
        }
        let groups = FileGroup::new(files).split_files(state.config().target_partitions());
        let format = ParquetFormat::default();
        let source = format.file_source(self.table_schema.clone());
        let config = FileScanConfigBuilder::new(ObjectStoreUrl::local_filesystem(), source)
            .with_file_groups(groups)
            .with_projection_indices(projection)?
            .with_limit(limit)
            .build();
        format.create_physical_plan(state, config).await
    }
}

impl TableProvider for ParquetFiles {
    fn schema(&self) -> SchemaRef {
        self.table_schema()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    fn scan<'this, 'state, 'projection, 'filters, 'scan>(
        &'this self,
        state: &'state dyn Session,
        projection: Option<&'projection Vec<usize>>,
        filters: &'filters [Expr],
        limit: Option<usize>,
    ) -> Pin<Box<dyn Future<Output = Result<Arc<dyn ExecutionPlan>>> + Send + 'scan>>
    where
        'this: 'scan,
        'state: 'scan,
        'projection: 'scan,
        'filters: 'scan,
    {
        Box::pin(self.plan(state, projection.cloned(), filters.to_vec(), limit))
    }
}

/// A value that bounds are compared with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Number(i64),
    Text(String),
}

impl Key {
    const fn is_like(&self, other: &Self) -> bool {
        matches!((self, other), (Self::Number(_), Self::Number(_)) | (Self::Text(_), Self::Text(_)))
    }
}

fn key(value: &ScalarValue) -> Option<Key> {
    Some(match value {
        ScalarValue::TimestampNanosecond(Some(value), _) | ScalarValue::Int64(Some(value)) => {
            Key::Number(*value)
        }
        ScalarValue::TimestampMicrosecond(Some(value), _) => Key::Number(value.checked_mul(1_000)?),
        ScalarValue::TimestampMillisecond(Some(value), _) => {
            Key::Number(value.checked_mul(1_000_000)?)
        }
        ScalarValue::TimestampSecond(Some(value), _) => {
            Key::Number(value.checked_mul(1_000_000_000)?)
        }
        ScalarValue::Int32(Some(value)) => Key::Number(i64::from(*value)),
        ScalarValue::Utf8(Some(text))
        | ScalarValue::Utf8View(Some(text))
        | ScalarValue::LargeUtf8(Some(text)) => Key::Text(text.clone()),
        _ => return None,
    })
}

/// The column that an expression shows, perhaps as a time of another unit.
fn column(expression: &Expr) -> Option<&str> {
    match expression {
        Expr::Column(column) => Some(&column.name),
        Expr::Cast(cast) => column(&cast.expr),
        Expr::TryCast(cast) => column(&cast.expr),
        _ => None,
    }
}

fn literal(expression: &Expr) -> Option<Key> {
    match expression {
        Expr::Literal(value, _) => key(value),
        _ => None,
    }
}
