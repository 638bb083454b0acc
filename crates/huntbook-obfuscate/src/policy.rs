//! Policies: which columns hold what.
//!
//! A *rule* gives a kind to columns by name or by dotted path. Names ignore case; `*` stands for any run
//! of characters but `.`, `?` for one, `**` for any run, and a step that is only a star
//! (`TargetResources.*.displayName`) for one key or the elements of a list.
//!
//! A leaf of a nested column, or of the JSON in one, is known by its dotted path. Its rule is that of the
//! whole path, else that of the longest end of the path that has one; of rules that fit the same end an
//! exact name goes before a pattern, and an earlier pattern before a later one. Rules of
//! [`Policy::with_rule`] go before the rules of a policy, and those before the rules of what it *extends*.

mod builtin;
mod column_map;
mod file;
mod pattern;
mod rules;
mod suggest;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use self::file::PolicyFile;
use self::pattern::Pattern;
use self::rules::{Rule, Rules};
pub use self::suggest::{Suggestion, suggestions_text, suggestions_yaml};
use crate::{Kind, ObfuscationError, Settings};

/// Rules from column names to kinds.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Rules of the caller; the last one first.
    added: Vec<(Rule, Option<Pattern>)>,
    /// Rules by rank.
    layers: Vec<Arc<Rules>>,
    settings: Settings,
}

/// What a policy says of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) kind: Kind,
    /// Why, in a few words.
    pub(crate) reason: String,
    /// Whether the rule names this very column, and not a pattern, and means that each value identifies
    /// someone: then a number in it may not stay. Of text and documents, numbers say nothing by themselves.
    pub(crate) is_exact: bool,
    /// For kind `string`: each part between these characters is a token, and they stay.
    pub(crate) delimiters: Option<Arc<str>>,
}

impl Policy {
    /// The policy `default`: that of every source that this crate knows.
    #[expect(
        clippy::missing_panics_doc,
        reason = "it does not: the invariant is named at the place"
    )]
    #[must_use]
    pub fn builtin() -> Self {
        Self::named("default").expect("it is a built-in policy")
    }

    /// The policy without rules: all text is typed by its content and obfuscated.
    #[must_use]
    pub fn empty() -> Self {
        Self { added: Vec::new(), layers: Vec::new(), settings: Settings::default() }
    }

    /// The policy that comes with this crate under `name`, one of [`names`](Self::names), ignoring case.
    ///
    /// That of a source, such as `zeek`, knows what names mean there, and what holds in every source.
    /// `default` knows all of them; where two sources differ about a name, the kind that shows least
    /// holds. `strict` is `default` with shifted times and without places, telephone numbers, user
    /// agents and versions.
    ///
    /// # Errors
    ///
    /// [`ObfuscationError::UnknownPolicy`] with the nearest name.
    pub fn named(name: &str) -> Result<Self, ObfuscationError> {
        builtin::named(name)
    }

    /// The names of the policies that come with this crate.
    #[must_use]
    pub fn names() -> Vec<&'static str> {
        builtin::names()
    }

    /// The policy that comes with this crate under `name`, as YAML, ignoring case.
    ///
    /// # Errors
    ///
    /// [`ObfuscationError::UnknownPolicy`] with the nearest name.
    pub fn yaml(name: &str) -> Result<&'static str, ObfuscationError> {
        builtin::yaml(name)
    }

    /// The policy kept as YAML at `path`; see [`from_yaml`](Self::from_yaml).
    ///
    /// # Errors
    ///
    /// [`ObfuscationError::PolicyFile`] if the file cannot be read, [`ObfuscationError::Policy`] and
    /// [`ObfuscationError::UnknownPolicy`] if it holds no policy.
    pub fn load(path: &Path) -> Result<Self, ObfuscationError> {
        let yaml = fs::read_to_string(path)
            .map_err(|source| ObfuscationError::PolicyFile { path: path.to_owned(), source })?;
        Self::from_yaml(&yaml).map_err(|error| match error {
            ObfuscationError::Policy { reason } => {
                ObfuscationError::Policy { reason: format!("`{}`: {reason}", path.display()) }
            }
            other => other,
        })
    }

    /// The policy written in `yaml`: `version: 1` and `rules`, each with a `kind`, `columns` and, if
    /// wanted, a `because` that reports repeat; `settings` and what it `extends`, such as `default`.
    ///
    /// # Errors
    ///
    /// [`ObfuscationError::Policy`] with the place, if the text is no such policy;
    /// [`ObfuscationError::UnknownPolicy`] if it extends one that does not exist.
    pub fn from_yaml(yaml: &str) -> Result<Self, ObfuscationError> {
        builtin::from_file(PolicyFile::read(yaml)?)
    }

    /// The same policy with one more rule, which goes before all others.
    #[must_use]
    pub fn with_rule(self, column: &str, kind: Kind) -> Self {
        self.with_added(column, kind, None)
    }

    fn with_added(mut self, column: &str, kind: Kind, delimiters: Option<Arc<str>>) -> Self {
        let column = column.to_lowercase();
        let pattern = Pattern::is_pattern(&column).then(|| Pattern::new(&column)).flatten();
        let rule = Rule { column, kind, delimiters, because: Arc::from("named by the caller") };
        self.added.insert(0, (rule, pattern));
        self
    }

    /// The same policy with other settings.
    #[must_use]
    pub const fn with_settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// The choices that hold for all columns.
    #[must_use]
    pub const fn settings(&self) -> Settings {
        self.settings
    }

    /// What the rules say of the column at `path`; `None` if none names it.
    pub(crate) fn verdict(&self, path: &str) -> Option<Verdict> {
        let path = path.to_lowercase();
        let rule = self
            .find_added(&path)
            .or_else(|| self.layers.iter().find_map(|layer| layer.find(&path)))?;
        let reason = if rule.is_pattern() {
            format!("{} (`{}`)", rule.because, rule.column)
        } else {
            rule.because.to_string()
        };
        let is_exact = !rule.is_pattern() && !matches!(rule.kind, Kind::Text | Kind::Json);
        Some(Verdict { kind: rule.kind, reason, is_exact, delimiters: rule.delimiters.clone() })
    }

    fn find_added(&self, path: &str) -> Option<&Rule> {
        if self.added.is_empty() {
            return None;
        }
        let fits = |(rule, pattern): &&(Rule, Option<Pattern>), end: &str| {
            rule.column == end || pattern.as_ref().is_some_and(|pattern| pattern.matches(end))
        };
        let mut ends = rules::ends(path);
        ends.find_map(|end| self.added.iter().find(|added| fits(added, end))).map(|(rule, _)| rule)
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::builtin()
    }
}
