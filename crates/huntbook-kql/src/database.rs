//! Named tables for a query to read.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::catalog::TableProvider;
use datafusion::datasource::MemTable;
use datafusion::error::DataFusionError;
use huntbook_diagnostics::near;
use huntbook_kql_syntax::ast::Function;

use crate::KqlError;
use crate::local::{LocalError, Registry};
use crate::locations::IpLocations;
use crate::packs::{self, Functions};
use crate::types::KqlType;

/// Why a source cannot give its table.
pub type TableError = Box<dyn std::error::Error + Send + Sync>;

/// A table that a query can name.
///
/// Both methods that look at data may be called often; an implementation remembers what it found.
pub trait TableSource: Send + Sync + Debug {
    /// The name that queries use; case counts.
    fn name(&self) -> &str;

    /// The columns in order, each name once.
    ///
    /// # Errors
    ///
    /// Whatever keeps the source from being opened; the error names the file.
    fn columns(&self) -> Result<Vec<(String, KqlType)>, TableError>;

    /// The rows, to be read when the query runs.
    ///
    /// The scan has at least the columns of [`columns`](Self::columns), by name. Their Arrow types may be
    /// any that [`KqlType::from_arrow`] maps to the stated type; the engine brings them to its own.
    ///
    /// # Errors
    ///
    /// Whatever keeps the source from being opened; the error names the file.
    fn scan(&self) -> Result<TableScan, TableError>;

    /// Whether the columns are not all known: a query may then name others, which are empty, with a warning.
    fn is_open(&self) -> bool {
        false
    }

    /// What a reader of the rows should know, as far as the source has been opened: columns left out,
    /// values repaired.
    fn warnings(&self) -> Vec<String> {
        Vec::new()
    }

    /// The file that keeps the rows from being read, as an error that names it. Asked after a run has
    /// failed; an implementation may read everything that it has opened again.
    fn diagnose(&self) -> Option<TableError> {
        None
    }
}

/// The rows of one table, not read yet.
#[derive(Debug, Clone)]
pub struct TableScan {
    provider: Arc<dyn TableProvider>,
}

impl TableScan {
    pub(crate) fn new(provider: Arc<dyn TableProvider>) -> Self {
        Self { provider }
    }

    /// The rows of record batches in memory.
    ///
    /// # Errors
    ///
    /// When a batch does not have the schema.
    pub fn from_batches(schema: SchemaRef, batches: Vec<RecordBatch>) -> Result<Self, TableError> {
        let table = MemTable::try_new(schema, vec![batches])?;
        Ok(Self::new(Arc::new(table)))
    }

    pub(crate) fn provider(&self) -> Arc<dyn TableProvider> {
        Arc::clone(&self.provider)
    }
}

/// The tables that queries see, by name; case counts, as in KQL.
#[derive(Debug, Clone, Default)]
pub struct Database {
    tables: BTreeMap<String, Arc<dyn TableSource>>,
    registry: Registry,
    functions: Functions,
    warnings: Vec<String>,
    locations: Option<IpLocations>,
}

impl Database {
    /// A database without tables.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A database of record batches in memory: name, schema, batches.
    ///
    /// # Errors
    ///
    /// When a batch does not have its table's schema.
    pub fn from_batches(
        tables: impl IntoIterator<Item = (String, SchemaRef, Vec<RecordBatch>)>,
    ) -> Result<Self, KqlError> {
        let mut database = Self::new();
        for (name, schema, batches) in tables {
            let scan = TableScan::from_batches(Arc::clone(&schema), batches)
                .map_err(|source| KqlError::Table { table: name.clone(), source })?;
            database.add(Arc::new(Batches { name, schema, scan }));
        }
        Ok(database)
    }

    /// Adds a table; one of the same name is replaced.
    pub fn add(&mut self, table: Arc<dyn TableSource>) {
        self.tables.insert(table.name().to_owned(), table);
    }

    /// Sets what `geo_info_from_ip_address` looks addresses up in; without it, the function is not supported.
    pub fn set_locations(&mut self, locations: IpLocations) {
        self.locations = Some(locations);
    }

    /// What `geo_info_from_ip_address` looks addresses up in.
    #[must_use]
    pub fn locations(&self) -> Option<&IpLocations> {
        self.locations.as_ref()
    }

    /// The table of this name.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<&Arc<dyn TableSource>> {
        self.tables.get(name)
    }

    /// Lets `path` stand for `url` in `externaldata`; nothing is ever fetched. A folder stands for all URLs that
    /// begin with `url`. What follows `?` or `;` in a URL is left out of account.
    pub fn map_url(&mut self, url: &str, path: impl Into<PathBuf>) {
        self.registry.map_url(url, path.into());
    }

    /// Adds the CSV at `path` as the watchlist `alias`, which `_GetWatchlist` finds; of the same alias, the last
    /// counts. `search_key` names the column that is also the column `SearchKey`: without it, the CSV's own
    /// `SearchKey`, else its first column.
    pub fn add_watchlist(
        &mut self,
        alias: &str,
        path: impl Into<PathBuf>,
        search_key: Option<&str>,
    ) {
        self.registry.add_watchlist(alias, path.into(), search_key);
    }

    /// The table that `externaldata` shows of `url`, with exactly the columns of `columns`. It is read when a
    /// query runs. Without a `format` the end of the URL tells it; CSV where that does not. `None` where no file
    /// stands for the URL.
    ///
    /// # Errors
    ///
    /// [`LocalError::UnknownFormat`] where the format is not read.
    #[must_use = "it is the table"]
    pub fn external(
        &self,
        url: &str,
        columns: &[(String, KqlType)],
        format: Option<&str>,
        ignore_first_record: bool,
    ) -> Option<Result<Arc<dyn TableSource>, LocalError>> {
        self.registry.external(url, columns, format, ignore_first_record)
    }

    /// The table that `_GetWatchlist` shows of the watchlist `alias`; `None` where there is none.
    #[must_use]
    pub fn watchlist(&self, alias: &str) -> Option<Arc<dyn TableSource>> {
        self.registry.watchlist(alias)
    }

    /// The aliases of the watchlists, sorted.
    pub fn watchlist_aliases(&self) -> impl Iterator<Item = &str> {
        self.registry.watchlist_aliases()
    }

    /// Adds the functions that a text defines by `let name = (parameters) { body };`: queries call them as if the
    /// service had them. One of the same name is replaced.
    ///
    /// # Errors
    ///
    /// [`KqlError::Invalid`] where the text is no KQL, or defines something that is no function.
    pub fn define(&mut self, text: &str) -> Result<(), KqlError> {
        self.functions.extend(packs::read(text)?);
        Ok(())
    }

    /// The function of this name that the user has defined, else one that every database has.
    pub(crate) fn function(&self, name: &str) -> Option<&Function> {
        self.functions.get(name).map(Arc::as_ref).or_else(|| packs::function(name))
    }

    /// Whether the user has defined a function of this name.
    pub(crate) fn defines(&self, name: &str) -> bool {
        self.functions.contains_key(name)
    }

    /// The names of the functions that the user has defined, sorted.
    pub(crate) fn function_names(&self) -> impl Iterator<Item = &str> {
        self.functions.keys().map(String::as_str)
    }

    /// Adds something that a user should know about the database, such as a file that was passed over.
    pub fn warn(&mut self, warning: String) {
        self.warnings.push(warning);
    }

    /// What a user should know: about the database, then about the tables opened so far.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = self.warnings.clone();
        for warning in self.tables.values().flat_map(|table| table.warnings()) {
            // Several tables may be read from one file.
            if !warnings.contains(&warning) {
                warnings.push(warning);
            }
        }
        warnings
    }

    /// The same error, told of the file at fault where a run failed over damaged Parquet: DataFusion's own
    /// words for that name none. Other errors come back unchanged.
    #[must_use]
    pub fn explain(&self, error: KqlError) -> KqlError {
        let KqlError::Execution { source } = &error else { return error };
        if let Some(DataFusionError::External(cause)) =
            source.downcast_ref().map(DataFusionError::find_root)
            && let Some(local) = cause.downcast_ref::<LocalError>()
        {
            return KqlError::Local(local.clone());
        }
        if !source.downcast_ref().is_some_and(is_damaged_parquet) {
            return error;
        }
        let at_fault = self.tables.iter().find_map(|(name, table)| Some((name, table.diagnose()?)));
        match at_fault {
            Some((table, source)) => KqlError::Table { table: table.clone(), source },
            None => error,
        }
    }

    /// The names of all tables, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tables.keys().map(String::as_str)
    }

    /// The tables in words, the first few by name; `None` where there is none.
    pub(crate) fn contents(&self) -> Option<String> {
        const SHOWN: usize = 12;
        let named: Vec<String> = self.names().take(SHOWN).map(|name| format!("`{name}`")).collect();
        match (self.tables.len(), named.as_slice()) {
            (0, _) => None,
            (1, _) => Some(format!("the only table is {}", named.concat())),
            (..=SHOWN, _) => Some(format!("the tables are {}", named.join(", "))),
            (count, _) => {
                Some(format!("the tables are {} and {} more", named.join(", "), count - SHOWN))
            }
        }
    }

    /// The columns of one table, in order.
    ///
    /// # Errors
    ///
    /// [`KqlError::UnknownTable`] where there is none of the name, [`KqlError::Table`] where its source
    /// cannot be opened.
    pub fn columns(&self, name: &str) -> Result<Vec<(String, KqlType)>, KqlError> {
        let Some(table) = self.table(name) else {
            let near = near(name, self.names()).into_iter().map(str::to_owned).collect();
            return Err(KqlError::UnknownTable { table: name.to_owned(), near });
        };
        table.columns().map_err(|source| KqlError::Table { table: name.to_owned(), source })
    }
}

fn is_damaged_parquet(error: &DataFusionError) -> bool {
    matches!(
        error.find_root(),
        DataFusionError::ParquetError(_) | DataFusionError::ArrowError(_, _)
    )
}

/// A table of record batches in memory.
#[derive(Debug)]
struct Batches {
    name: String,
    schema: SchemaRef,
    scan: TableScan,
}

impl TableSource for Batches {
    fn name(&self) -> &str {
        &self.name
    }

    fn columns(&self) -> Result<Vec<(String, KqlType)>, TableError> {
        let typed = |field: &Arc<arrow::datatypes::Field>| {
            KqlType::from_arrow(field).map(|kind| (field.name().clone(), kind))
        };
        Ok(self.schema.fields().iter().filter_map(typed).collect())
    }

    fn scan(&self) -> Result<TableScan, TableError> {
        Ok(self.scan.clone())
    }
}
