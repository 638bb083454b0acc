//! Feeds: files that list known indicators.
//!
//! One file a format: [`csv`], [`stix`] (with [`stix_pattern`]) and [`plain`] lists. Reading a feed
//! never drops anything in silence: what cannot be read is a diagnostic and is counted.

pub(crate) mod codes;
mod csv;
mod listing;
mod plain;
mod stix;
mod stix_pattern;

use std::ffi::OsStr;
use std::path::Path;

use huntbook_diagnostics::{Diagnostic, near_hint};

pub use codes::CODES;
pub use listing::{Listed, Listing, Opinion};

use crate::IntelError;

/// A named list of known indicators.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    name: String,
    listings: Vec<Listing>,
    skipped: usize,
}

impl Feed {
    /// The feed in the file at `path`, named after the file, and what could not be read of it.
    ///
    /// `.csv` and `.tsv` are tables, `.json` and `.stix` bundles, anything else is told by its content:
    /// `{` or `[` begins a bundle, a first line with a column of values a table, the rest is a plain
    /// list.
    ///
    /// # Errors
    ///
    /// [`IntelError::Read`] where the file cannot be read, [`IntelError::Format`] where it is not what
    /// its name says.
    pub fn read(path: &Path) -> Result<(Self, Vec<Diagnostic>), IntelError> {
        let bytes = std::fs::read(path).map_err(|source| IntelError::Read {
            path: path.to_owned(),
            source,
            hint: near_file(path),
        })?;
        let text = String::from_utf8_lossy(&bytes);
        let name = path.file_name().map_or_else(|| path.to_string_lossy(), OsStr::to_string_lossy);
        let extension =
            path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
        match extension.as_deref() {
            Some("csv" | "tsv") => Self::from_csv(&name, &text),
            Some("json" | "stix") => Self::from_stix(&name, &text),
            _ if text
                .trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t'])
                .starts_with(['{', '[']) =>
            {
                Self::from_stix(&name, &text)
            }
            _ => Self::from_csv(&name, &text).or_else(|_| Ok(Self::from_text(&name, &text))),
        }
    }

    /// A feed of listings that a program made.
    #[must_use]
    pub fn new(name: &str, listings: Vec<Listing>) -> Self {
        Self { name: name.to_owned(), listings, skipped: 0 }
    }

    /// The name under which evidence quotes it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it lists, in its order.
    #[must_use]
    pub fn listings(&self) -> &[Listing] {
        &self.listings
    }

    /// The number of rows or objects that were left out.
    #[must_use]
    pub const fn skipped(&self) -> usize {
        self.skipped
    }

    pub(crate) fn into_listings(self) -> Vec<Listing> {
        self.listings
    }

    fn empty(name: &str) -> Self {
        Self::new(name, Vec::new())
    }

    /// Takes over the count of `problems` and lists them.
    fn finish(&mut self, mut problems: Problems) -> Vec<Diagnostic> {
        self.skipped = problems.skipped;
        if problems.unlisted > 0 {
            problems.listed.push(Diagnostic::warning(
                codes::MORE.code,
                format!(
                    "{} more problems are not listed; {} rows are left out",
                    problems.unlisted, problems.skipped
                ),
            ));
        }
        problems.listed
    }
}

/// The files beside a missing `path` whose names are near.
fn near_file(path: &Path) -> Option<String> {
    let folder =
        path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| path.file_name() != Some(OsStr::new(name)))
        .collect();
    names.sort();
    near_hint("file", path.file_name()?.to_str()?, names.iter().map(String::as_str))
}

/// What could not be read of a feed so far.
#[derive(Default)]
struct Problems {
    listed: Vec<Diagnostic>,
    unlisted: usize,
    skipped: usize,
}

impl Problems {
    /// Most problems that are listed: a wrong file of a million lines should not become a million
    /// messages.
    const MOST: usize = 1000;

    /// A row that is left out.
    fn skip(&mut self, problem: Diagnostic) {
        self.skipped += 1;
        self.warn(problem);
    }

    /// A row that stays, with something left out.
    fn warn(&mut self, problem: Diagnostic) {
        if self.listed.len() < Self::MOST {
            self.listed.push(problem);
        } else {
            self.unlisted += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn read_tells_the_format_by_name_or_content_and_names_the_feed_after_the_file() {
        let folder =
            std::env::temp_dir().join(format!("huntbook-intel-feeds-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let cases = [
            ("a.csv", "type,value\nipv4,203.0.113.7\n"),
            (
                "a.json",
                r#"{"type":"bundle","objects":[{"type":"indicator","pattern":"[url:value='http://a.com/']"}]}"#,
            ),
            ("a.txt", "203.0.113.7\n"),
            ("b.txt", "indicator,comment\n203.0.113.7,x\n"),
            ("c", r#"[{"type":"indicator","pattern":"[url:value='http://a.com/']"}]"#),
        ];
        for (name, content) in cases {
            let path = folder.join(name);
            std::fs::write(&path, content).unwrap();
            let (feed, problems) = Feed::read(&path).unwrap();
            assert_eq!((feed.name(), feed.listings().len(), problems.len()), (name, 1, 0));
        }
        let error = Feed::read(&folder.join("a.cvs")).unwrap_err();
        assert!(error.hint().unwrap().contains("`a.csv`"), "{error:?}");
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_missing_file_is_an_error_with_its_path() {
        let error = Feed::read(Path::new("no/such.csv")).unwrap_err();
        assert!(error.to_string().starts_with("cannot read feed `no/such.csv`"), "{error}");
    }

    #[test]
    fn more_than_a_thousand_problems_are_counted_and_not_all_listed() {
        let (feed, problems) = Feed::from_text("words", &"word\n".repeat(1500));
        assert_eq!((feed.skipped(), problems.len()), (1500, 1001));
        assert_eq!(
            problems[1000].message,
            "500 more problems are not listed; 1500 rows are left out"
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_as_any_format_or_refused(
            text in r#"(value|type|verdict|,|;|\n|"|1\.2\.3\.4|evil\.com|::1|/24|hxxp://|\{|\}|\[|\]|:|'|objects|pattern|é|#| ){0,60}"#,
        ) {
            let _ = Feed::from_csv("any", &text);
            let _ = Feed::from_stix("any", &text);
            let (feed, problems) = Feed::from_text("any", &text);
            prop_assert_eq!(feed.skipped(), problems.len());
        }
    }
}
