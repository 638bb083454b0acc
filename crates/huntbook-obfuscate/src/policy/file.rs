//! The YAML of a policy.
//!
//! ```yaml
//! version: 1
//! extends: default          # or a list of policies that come with huntbook
//! settings:
//!   times: shift
//! rules:
//!   - kind: account
//!     because: a person of the help desk
//!     columns: [TicketOwner, "*Requester", "Ticket.*.owner"]
//!   - kind: string
//!     delimiters: "/:"      # each part between these is a token, and they stay
//!     columns: [TicketPath]
//! ```

use std::collections::HashSet;
use std::sync::Arc;

use serde::Deserialize;

use super::pattern::{self, Pattern};
use super::rules::{Rule, Rules};
use crate::{Kind, ObfuscationError, Settings, near};

/// The version of the policy format.
const VERSION: u32 = 1;

/// A policy as its file says it.
#[derive(Debug)]
pub(super) struct PolicyFile {
    /// The policies that hold where this one says nothing.
    pub(super) extends: Vec<String>,
    /// `None` where those that it extends decide.
    pub(super) settings: Option<Settings>,
    pub(super) rules: Rules,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: u32,
    #[serde(default)]
    extends: Extends,
    #[serde(default)]
    settings: Option<Settings>,
    #[serde(default)]
    rules: Vec<RuleGroup>,
}

#[derive(Deserialize, Default)]
#[serde(untagged, expecting = "`extends` is the name of a policy or a list of names")]
enum Extends {
    #[default]
    Nothing,
    One(String),
    Several(Vec<String>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleGroup {
    kind: Kind,
    #[serde(default)]
    because: Option<String>,
    #[serde(default)]
    delimiters: Option<String>,
    columns: Vec<String>,
}

impl PolicyFile {
    /// Reads `yaml`.
    ///
    /// # Errors
    ///
    /// [`ObfuscationError::Policy`] with the place.
    pub(super) fn read(yaml: &str) -> Result<Self, ObfuscationError> {
        let document: Document =
            serde_norway::from_str(yaml).map_err(|error| failed(&error.to_string()))?;
        if document.version != VERSION {
            return Err(failed(&format!(
                "version {} is not known; write `version: {VERSION}`",
                document.version
            )));
        }
        let mut rules = Rules::default();
        let mut named = HashSet::new();
        for group in document.rules {
            let kind = group.kind;
            let because = Arc::from(group.because.unwrap_or_else(|| format!("named as `{kind}`")));
            let delimiters = group
                .delimiters
                .map(|delimiters| read_delimiters(kind, &delimiters))
                .transpose()?;
            for column in &group.columns {
                let rule = Rule {
                    column: read_column(kind, column)?,
                    kind,
                    delimiters: delimiters.clone(),
                    because: Arc::clone(&because),
                };
                if !named.insert(rule.column.clone()) {
                    return Err(failed(&format!(
                        "column `{column}`{} has two rules; names ignore case",
                        place_of(yaml, column)
                    )));
                }
                rules.push(rule);
            }
        }
        let extends = match document.extends {
            Extends::Nothing => Vec::new(),
            Extends::One(name) => vec![name],
            Extends::Several(several) => several,
        };
        Ok(Self { extends, settings: document.settings, rules })
    }
}

/// `column` in lower case, with the marks of list elements (`[*]`, `[]`) written as steps.
fn read_column(kind: Kind, column: &str) -> Result<String, ObfuscationError> {
    if column.is_empty() {
        return Err(failed(&format!("a rule of kind `{kind}` names an empty column")));
    }
    let column = column.to_lowercase().replace("[*]", ".*").replace("[]", ".*");
    if Pattern::is_pattern(&column) && Pattern::new(&column).is_none() {
        return Err(failed(&format!(
            "pattern `{column}` is too long: {} bytes are the most",
            pattern::LONGEST
        )));
    }
    Ok(column)
}

/// The delimiters of a rule, if its kind and they are fit for it.
pub(super) fn read_delimiters(kind: Kind, delimiters: &str) -> Result<Arc<str>, ObfuscationError> {
    if kind != Kind::String {
        return Err(failed(&format!(
            "a rule of kind `{kind}` has delimiters; only `string` may have them"
        )));
    }
    let is_delimiter = |letter: char| letter.is_ascii_punctuation() || letter == ' ';
    if delimiters.is_empty() || !delimiters.chars().all(is_delimiter) {
        return Err(failed(&format!(
            "`{delimiters}` are no delimiters: ASCII punctuation and spaces are"
        )));
    }
    Ok(Arc::from(delimiters))
}

fn failed(reason: &str) -> ObfuscationError {
    ObfuscationError::Policy { reason: reason.to_owned() }
}

/// ` at line n`, where the last line of `yaml` is that holds `word`.
fn place_of(yaml: &str, word: &str) -> String {
    let line = yaml.lines().enumerate().filter(|(_, line)| line.contains(word)).last();
    line.map_or_else(String::new, |(place, _)| format!(" at line {}", place + 1))
}

/// The error for a policy that does not exist.
pub(super) fn unknown_policy(name: &str) -> ObfuscationError {
    let names = super::builtin::names();
    ObfuscationError::UnknownPolicy {
        name: name.to_owned(),
        hint: near::hint(name, names.iter().copied()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(yaml: &str) -> String {
        PolicyFile::read(yaml).unwrap_err().to_string()
    }

    #[test]
    fn file_says_what_it_extends_its_settings_and_rules() {
        let file = PolicyFile::read(
            "version: 1\nextends: [default]\nsettings: {times: shift}\nrules:\n  - kind: string\n    \
             delimiters: \"/:\"\n    columns: [A, 'B[*].c']\n",
        )
        .unwrap();
        assert_eq!(file.extends, ["default"]);
        assert_eq!(file.settings.unwrap().times, crate::Times::Shift);
        let columns: Vec<&str> = file.rules.iter().map(|rule| rule.column.as_str()).collect();
        assert_eq!(columns, ["a", "b.*.c"]);
        assert!(file.rules.iter().all(|rule| rule.delimiters.as_deref() == Some("/:")));
    }

    #[test]
    fn error_says_what_where_and_what_is_near() {
        let misspelt = error("version: 1\nrules:\n  - kind: acount\n    columns: [a]\n");
        assert!(misspelt.contains("`acount`") && misspelt.contains("line 3"), "{misspelt}");
        assert!(misspelt.contains("`account` is near"), "{misspelt}");
        assert!(error("version: 2\nrules: []\n").contains("version: 1"));
        let twice = error("version: 1\nrules:\n  - kind: ip\n    columns:\n      - a\n      - A\n");
        assert!(twice.contains("`A` at line 6"), "{twice}");
    }

    #[test]
    fn unknown_keys_and_unfit_rules_are_refused() {
        for (yaml, expected) in [
            ("version: 1\nrule: []\n", "rule"),
            ("version: 1\nsettings: {time: shift}\n", "time"),
            ("version: 1\nrules:\n  - {kind: ip, column: a}\n", "column"),
            ("version: 1\nrules:\n  - {kind: ip, columns: ['']}\n", "empty"),
            ("version: 1\nrules:\n  - {kind: ip, delimiters: '/', columns: [a]}\n", "`string`"),
            ("version: 1\nrules:\n  - {kind: string, delimiters: 'ab', columns: [a]}\n", "`ab`"),
            ("version: 1\nextends: 5\n", "name of a policy"),
            ("rules: [", "line 2"),
            ("", "version"),
        ] {
            let error = error(yaml);
            assert!(error.contains(expected), "{yaml}: {error}");
        }
        let long =
            format!("version: 1\nrules:\n  - {{kind: ip, columns: ['{}']}}\n", "*a".repeat(61));
        assert!(error(&long).contains("too long"));
    }
}
