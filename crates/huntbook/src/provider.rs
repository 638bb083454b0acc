//! `QueryProvider`: the queries of one environment, and the data source that they run on.

use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use huntbook_diagnostics::Diagnostic;
use huntbook_drivers::{
    Cancel, Driver, DriverError, LocalData, LocalDriver, QueryResult, Run, Schema,
};
use huntbook_kql::{Completion, Stage};
use huntbook_queries::{
    Arguments, Catalogue, Environment, FileDiagnostic, QueryDefinition, Rendered, render,
};

use crate::{HuntbookError, TextKind};

/// The catalogue of one environment, and where its queries run.
#[derive(Debug)]
pub struct QueryProvider {
    environment: &'static Environment,
    catalogue: Catalogue,
    driver: Option<Arc<dyn Driver>>,
}

impl QueryProvider {
    /// The provider of `environment` (`MSSentinel`, `M365D`, ...), not connected yet.
    ///
    /// # Errors
    ///
    /// Where there is no such environment; near names are listed.
    pub fn new(environment: &str) -> Result<Self, HuntbookError> {
        let catalogue = Catalogue::builtin().for_environment(environment)?;
        let environment = Environment::named(environment)?;
        Ok(Self { environment, catalogue, driver: None })
    }

    /// The environment's own name.
    #[must_use]
    pub fn environment(&self) -> &str {
        self.environment.name
    }

    /// Connects the local driver to files and folders.
    ///
    /// # Errors
    ///
    /// Where a path is missing, or nothing in it can be read.
    pub fn connect_local(&mut self, paths: &[PathBuf]) -> Result<(), HuntbookError> {
        let driver = LocalDriver::open(paths).map_err(HuntbookError::Driver)?;
        self.driver = Some(Arc::new(driver));
        Ok(())
    }

    /// Connects the local driver to tables and what else a user gives: see [`LocalData`].
    ///
    /// # Errors
    ///
    /// Where a file is missing or cannot be read, or a file of functions is wrong.
    pub fn connect_data(&mut self, data: &LocalData) -> Result<(), HuntbookError> {
        let driver = LocalDriver::with(data).map_err(HuntbookError::Driver)?;
        self.driver = Some(Arc::new(driver));
        Ok(())
    }

    /// A provider of another environment on the same data.
    ///
    /// # Errors
    ///
    /// Where there is no such environment.
    pub fn beside(&self, environment: &str) -> Result<Self, HuntbookError> {
        Ok(Self { driver: self.driver.clone(), ..Self::new(environment)? })
    }

    /// Whether there is data to run on.
    #[must_use]
    pub fn connected(&self) -> bool {
        self.driver.is_some()
    }

    /// Adds the queries of files and folders; what is wrong in them comes back, the rest is loaded.
    pub fn load(&mut self, paths: &[PathBuf]) -> Vec<FileDiagnostic> {
        self.catalogue.load_paths(paths)
    }

    /// The queries whose qualified name contains `filter` (any case), by name.
    #[must_use]
    pub fn list(&self, filter: Option<&str>) -> Vec<&QueryDefinition> {
        self.catalogue.list(filter)
    }

    /// The query called `name`: `Family.name`, or the bare name where it is unique.
    ///
    /// # Errors
    ///
    /// Where there is none; near names are listed.
    pub fn get(&self, name: &str) -> Result<&QueryDefinition, HuntbookError> {
        Ok(self.catalogue.get(name)?)
    }

    /// The qualified name of the query that `text` names; `None` where it names none, as KQL text does.
    #[must_use]
    pub fn catalogue_name(&self, text: &str) -> Option<String> {
        self.catalogue.get(text.trim()).ok().map(QueryDefinition::qualified_name)
    }

    /// What a user should know of the connected data, such as files that were passed over.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        self.driver.as_ref().map_or_else(Vec::new, |driver| driver.warnings())
    }

    /// The text of the query `name` with `arguments` in it, each escaped for its place.
    ///
    /// # Errors
    ///
    /// Where there is no such query, or a value is missing or bad: all of them are listed.
    pub fn render(
        &self,
        name: &str,
        arguments: &Arguments,
        now: DateTime<Utc>,
    ) -> Result<Rendered, HuntbookError> {
        let query = self.get(name)?;
        render(query, arguments, now).map_err(|diagnostics| HuntbookError::Text {
            kind: TextKind::Query,
            name: query.qualified_name(),
            text: query.template.clone(),
            diagnostics,
        })
    }

    /// The rows of the query `name`.
    ///
    /// # Errors
    ///
    /// As for [`render`](Self::render) and [`exec`](Self::exec).
    pub fn run(
        &self,
        name: &str,
        arguments: &Arguments,
        now: DateTime<Utc>,
        cancel: &Cancel,
    ) -> Result<QueryResult, HuntbookError> {
        let rendered = self.render(name, arguments, now)?;
        self.exec(&rendered.text, now, cancel)
    }

    /// The rows of a query text.
    ///
    /// # Errors
    ///
    /// Where nothing is connected, the text is wrong (all diagnostics, with places), or the source fails.
    pub fn exec(
        &self,
        text: &str,
        now: DateTime<Utc>,
        cancel: &Cancel,
    ) -> Result<QueryResult, HuntbookError> {
        self.exec_within(text, &Run::at(now).with_cancel(cancel))
    }

    /// The rows of a query text, within the bounds of `run`.
    ///
    /// # Errors
    ///
    /// As for [`exec`](Self::exec).
    pub fn exec_within(&self, text: &str, run: &Run) -> Result<QueryResult, HuntbookError> {
        self.driver()?.run(text, run).map_err(|error| of_text(error, text))
    }

    /// The problems of a query text over the connected data, warnings among them; nothing is run.
    ///
    /// # Errors
    ///
    /// Where nothing is connected.
    pub fn check(&self, text: &str, now: DateTime<Utc>) -> Result<Vec<Diagnostic>, HuntbookError> {
        Ok(self.driver()?.check(text, &Run::at(now)))
    }

    /// What may stand at byte `offset` of a query text that is being written.
    ///
    /// # Errors
    ///
    /// Where nothing is connected.
    pub fn complete(
        &self,
        text: &str,
        offset: usize,
        now: DateTime<Utc>,
    ) -> Result<Vec<Completion>, HuntbookError> {
        Ok(self.driver()?.complete(text, offset, &Run::at(now)))
    }

    /// A query text at a stage of its way, for people.
    ///
    /// # Errors
    ///
    /// As for [`exec`](Self::exec).
    pub fn explain(
        &self,
        text: &str,
        stage: Stage,
        now: DateTime<Utc>,
    ) -> Result<String, HuntbookError> {
        let plan = self.driver()?.explain(text, stage, &Run::at(now));
        let plan = plan.map_err(|error| of_text(error, text))?;
        plan.ok_or_else(|| HuntbookError::Config {
            message: "this data source does not say how it runs a query".into(),
            hints: Vec::new(),
        })
    }

    /// The tables of the connected data with their columns; one that cannot be opened says so.
    ///
    /// # Errors
    ///
    /// Where nothing is connected, or the source cannot be asked.
    pub fn schema(&self) -> Result<Schema, HuntbookError> {
        self.driver()?.schema().map_err(HuntbookError::Driver)
    }

    fn driver(&self) -> Result<&dyn Driver, HuntbookError> {
        self.driver.as_deref().ok_or_else(|| HuntbookError::Config {
            message: "nothing is connected to run queries on".into(),
            hints: vec![
                "connect it to data: connect(data_paths=...), or name files and folders".into(),
            ],
        })
    }
}

/// The error with the text that its places point into.
pub(crate) fn of_text(error: DriverError, text: &str) -> HuntbookError {
    match error {
        DriverError::Query(diagnostics) => HuntbookError::Text {
            kind: TextKind::Kql,
            name: "query".into(),
            text: text.to_owned(),
            diagnostics,
        },
        DriverError::Cancelled => HuntbookError::Interrupted,
        other => HuntbookError::Driver(other),
    }
}
