//! What a user gives to the local driver beside the tables: files in the place of what the service would fetch.

use std::fs;
use std::path::{Path, PathBuf};

use huntbook_diagnostics::{Diagnostic, Source};
use huntbook_kql::{Database, IpLocations, KqlError, local};

use crate::DriverError;

/// Files for the local driver. Only `paths` is needed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LocalData {
    /// Files, folders and archives of tables.
    pub paths: Vec<PathBuf>,
    /// URLs of `externaldata`, each with the file that stands for it; a folder stands for all URLs that begin so.
    pub urls: Vec<(String, PathBuf)>,
    /// Watchlists that `_GetWatchlist` finds.
    pub watchlists: Vec<WatchlistFile>,
    /// The database of places (`.mmdb`) for `geo_info_from_ip_address`.
    pub geo: Option<PathBuf>,
    /// Files of functions, `let name = (parameters) { body };`, and folders of such `.kql` files; of one name, the
    /// last counts.
    pub functions: Vec<PathBuf>,
}

/// A CSV file that stands for a watchlist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchlistFile {
    /// The watchlist's alias.
    pub alias: String,
    /// The file.
    pub path: PathBuf,
    /// The column that is also `SearchKey`; without it, the file's own `SearchKey`, else its first column.
    pub search_key: Option<String>,
}

impl LocalData {
    /// The database of all of it.
    ///
    /// # Errors
    ///
    /// [`DriverError::Data`] where a file is missing or cannot be read, or a file of functions is wrong; the message
    /// names the file and the place.
    pub fn open(&self) -> Result<Database, DriverError> {
        let mut database = local::open(&self.paths)?;
        for (url, path) in &self.urls {
            present(path, &format!("the file for `{url}`"))?;
            database.map_url(url, path);
        }
        for WatchlistFile { alias, path, search_key } in &self.watchlists {
            present(path, &format!("the file for watchlist `{alias}`"))?;
            database.add_watchlist(alias, path, search_key.as_deref());
        }
        if let Some(path) = &self.geo {
            database.set_locations(IpLocations::open(path)?);
        }
        for path in &self.functions {
            define(&mut database, path)?;
        }
        Ok(database)
    }
}

/// Adds the functions of a file, or of the `.kql` files of a folder in the order of their names.
fn define(database: &mut Database, path: &Path) -> Result<(), DriverError> {
    if !path.is_dir() {
        return define_file(database, path);
    }
    let unread = |error: std::io::Error| unreadable(path, "the folder of functions", error);
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(unread)? {
        let file = entry.map_err(unread)?.path();
        let is_kql = |extension: &std::ffi::OsStr| extension.eq_ignore_ascii_case("kql");
        if file.extension().is_some_and(is_kql) {
            files.push(file);
        }
    }
    if files.is_empty() {
        let message = format!("`{}` holds no `.kql` file of functions", path.display());
        return Err(DriverError::Data { message: message.clone(), source: message.into() });
    }
    files.sort();
    files.iter().try_for_each(|file| define_file(database, file))
}

fn define_file(database: &mut Database, path: &Path) -> Result<(), DriverError> {
    let text = fs::read_to_string(path)
        .map_err(|error| unreadable(path, "the file of functions", error))?;
    database.define(&text).map_err(|error| match &error {
        KqlError::Invalid(found) => {
            let message = placed(path, &text, found);
            DriverError::Data { message, source: Box::new(error) }
        }
        _ => error.into(),
    })
}

/// The first error with its place in the file.
fn placed(path: &Path, text: &str, found: &[Diagnostic]) -> String {
    let Some(first) = found.iter().find(|one| one.is_error()).or_else(|| found.first()) else {
        return format!("{} is no file of functions", path.display());
    };
    let place = first.span.map_or_else(String::new, |span| {
        let at = Source::new("functions", text).position(span.start);
        format!(":{}:{}", at.line, at.column)
    });
    format!("{}{place}: {} ({})", path.display(), first.message, first.code)
}

fn present(path: &Path, what: &str) -> Result<(), DriverError> {
    fs::metadata(path).map(drop).map_err(|error| unreadable(path, what, error))
}

fn unreadable(path: &Path, what: &str, error: std::io::Error) -> DriverError {
    let message = format!("{what} cannot be read: {}: {error}", path.display());
    DriverError::Data { message, source: Box::new(error) }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::{Driver, LocalDriver, Run};

    fn rows(data: &LocalData, text: &str) -> usize {
        let driver = LocalDriver::with(data).expect("files");
        driver.run(text, &Run::at(DateTime::UNIX_EPOCH)).expect("an answer").rows()
    }

    #[test]
    fn files_stand_for_urls_and_watchlists_and_define_functions() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).expect("a file");
            path
        };
        let data = LocalData {
            urls: vec![("https://feeds.example/bad.csv".to_owned(), file("bad.csv", "1.2.3.4\n"))],
            watchlists: vec![WatchlistFile {
                alias: "vip".to_owned(),
                path: file("vip.csv", "User,Room\nada,1\nbob,2\n"),
                search_key: Some("User".to_owned()),
            }],
            functions: vec![file("mine.kql", "let Twice = (n:long) { print r = 2 * n };")],
            ..LocalData::default()
        };
        assert_eq!(rows(&data, "externaldata(ip:string)['https://feeds.example/bad.csv']"), 1);
        assert_eq!(rows(&data, "_GetWatchlist('vip') | where SearchKey == 'ada'"), 1);
        assert_eq!(rows(&data, "Twice(2) | where r == 4"), 1);
        let by_folder = LocalData { functions: vec![folder.path().to_owned()], ..data };
        assert_eq!(rows(&by_folder, "Twice(3) | where r == 6"), 1);
    }

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let wrong = folder.path().join("wrong.kql");
        fs::write(&wrong, "let a = () { print 1 };\nlet b = 3;\n").expect("a file");
        let url = ("https://feeds.example/".to_owned(), folder.path().join("nowhere"));
        let cases = [
            (LocalData { urls: vec![url], ..LocalData::default() }, "nowhere"),
            (LocalData { functions: vec![wrong.clone()], ..watched(&wrong) }, "wrong.kql:2:1: "),
            (LocalData { geo: Some(wrong.clone()), ..watched(&wrong) }, "wrong.kql"),
            (watched(&folder.path().join("gone.csv")), "watchlist `w`"),
        ];
        for (data, words) in cases {
            let error = data.open().expect_err(words).to_string();
            assert!(error.contains(words), "{error}");
        }
    }

    fn watched(path: &Path) -> LocalData {
        let alias = "w".to_owned();
        let file = WatchlistFile { alias, path: path.to_owned(), search_key: None };
        LocalData { watchlists: vec![file], ..LocalData::default() }
    }
}
