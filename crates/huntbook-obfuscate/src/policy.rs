//! Policies: which columns hold what.
//!
//! A *rule* gives a kind to columns by name. Names ignore case; `*` stands for any run of characters and
//! `?` for one. A rule added by [`Policy::with_rule`] goes before all others, an exact name before a
//! pattern, an earlier rule before a later one. A leaf of a nested column is known by its dotted path,
//! and where no rule names that, by its last name.

use serde::Deserialize;

use crate::{Kind, ObfuscationError, Settings};

const BUILTIN: &str = include_str!("../policy/default.yaml");

/// The version of the policy format.
const VERSION: u32 = 1;

/// Rules from column names to kinds.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Rules of the caller; the last one first.
    added: Vec<Rule>,
    rules: Vec<Rule>,
    settings: Settings,
}

#[derive(Debug, Clone)]
struct Rule {
    /// In lower case.
    column: String,
    kind: Kind,
    because: String,
}

impl Rule {
    fn is_pattern(&self) -> bool {
        self.column.contains(['*', '?'])
    }
}

/// What a policy says of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) kind: Kind,
    /// Why, in a few words.
    pub(crate) reason: String,
    /// Whether the rule names this very column, and not a pattern.
    pub(crate) is_exact: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyFile {
    version: u32,
    #[serde(default)]
    settings: Settings,
    rules: Vec<RuleGroup>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleGroup {
    kind: Kind,
    #[serde(default)]
    because: Option<String>,
    columns: Vec<String>,
}

impl Policy {
    /// The policy for Sentinel, Defender, Windows, Entra, Office and CEF tables that comes with this
    /// crate.
    #[expect(
        clippy::missing_panics_doc,
        reason = "it does not: the invariant is named at the place"
    )]
    #[must_use]
    pub fn builtin() -> Self {
        Self::from_yaml(BUILTIN).expect("the built-in policy is read by a test")
    }

    /// The policy without rules: all text is typed by its content and obfuscated.
    #[must_use]
    pub fn empty() -> Self {
        Self { added: Vec::new(), rules: Vec::new(), settings: Settings::default() }
    }

    /// The policy written in `yaml`: `version: 1` and `rules`, each with a `kind`, `columns` and, if
    /// wanted, a `because` that reports repeat.
    ///
    /// # Errors
    ///
    /// [`ObfuscationError::Policy`] with the place, if the text is no such policy.
    pub fn from_yaml(yaml: &str) -> Result<Self, ObfuscationError> {
        let failed = |reason: String| ObfuscationError::Policy { reason };
        let file: PolicyFile =
            serde_norway::from_str(yaml).map_err(|error| failed(error.to_string()))?;
        if file.version != VERSION {
            return Err(failed(format!(
                "version {} is not known; write `version: {VERSION}`",
                file.version
            )));
        }
        let mut rules = Vec::new();
        for group in file.rules {
            let because = group.because.unwrap_or_else(|| format!("named as `{}`", group.kind));
            for column in group.columns {
                if column.is_empty() {
                    return Err(failed(format!(
                        "a rule of kind `{}` names an empty column",
                        group.kind
                    )));
                }
                rules.push(Rule {
                    column: column.to_lowercase(),
                    kind: group.kind,
                    because: because.clone(),
                });
            }
        }
        Ok(Self { added: Vec::new(), rules, settings: file.settings })
    }

    /// The same policy with one more rule, which goes before all others.
    #[must_use]
    pub fn with_rule(mut self, column: &str, kind: Kind) -> Self {
        let rule =
            Rule { column: column.to_lowercase(), kind, because: "named by the caller".to_owned() };
        self.added.insert(0, rule);
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
        self.find(&path).or_else(|| {
            let (_, name) = path.rsplit_once('.')?;
            self.find(name)
        })
    }

    fn find(&self, name: &str) -> Option<Verdict> {
        let fits = |rule: &&Rule| rule.is_pattern() && matches_pattern(&rule.column, name);
        let equals = |rule: &&Rule| rule.column == name;
        let rule = self
            .added
            .iter()
            .find(|rule| equals(rule) || fits(rule))
            .or_else(|| self.rules.iter().find(equals))
            .or_else(|| self.rules.iter().find(fits))?;
        let is_exact = equals(&rule);
        let reason = if is_exact {
            rule.because.clone()
        } else {
            format!("{} (`{}`)", rule.because, rule.column)
        };
        Some(Verdict { kind: rule.kind, reason, is_exact })
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::builtin()
    }
}

/// Whether `name` fits `pattern`, where `*` stands for any run of characters and `?` for one.
fn matches_pattern(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.as_bytes(), name.as_bytes());
    let (mut at, mut read) = (0, 0);
    // Where the last star stands, and how much of the name it has taken.
    let mut star: Option<(usize, usize)> = None;
    while read < name.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, read));
                at += 1;
            }
            Some(byte) if *byte == b'?' || *byte == name[read] => {
                at += 1;
                read += 1;
            }
            _ => {
                let Some((place, taken)) = star else { return false };
                star = Some((place, taken + 1));
                at = place + 1;
                read = taken + 1;
            }
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(policy: &Policy, column: &str) -> Option<Kind> {
        policy.verdict(column).map(|verdict| verdict.kind)
    }

    #[test]
    fn builtin_policy_knows_the_columns_of_the_field() {
        let policy = Policy::builtin();
        for (column, expected) in [
            ("IpAddress", Kind::Ip),
            ("ipaddress", Kind::Ip),
            ("ActorIpAddress", Kind::Ip),
            ("InitiatingProcessRemoteSessionIP", Kind::Ip),
            ("TargetUserSid", Kind::Sid),
            ("InitiatingProcessAccountSid", Kind::Sid),
            ("AADTenantId", Kind::Uuid),
            ("Account", Kind::Account),
            ("InitiatingProcessAccountUpn", Kind::Account),
            ("SourceUserName", Kind::Account),
            ("Computer", Kind::Host),
            ("InitiatingProcessAccountDomain", Kind::Host),
            ("Activity", Kind::Keep),
            ("DestinationPort", Kind::Keep),
            ("ProviderGuid", Kind::Keep),
        ] {
            assert_eq!(kind(&policy, column), Some(expected), "{column}");
        }
        for column in
            ["CommandLine", "NewProcessName", "FileName", "EventData", "Message", "UserAgent"]
        {
            assert_eq!(kind(&policy, column), None, "{column}");
        }
    }

    #[test]
    fn added_rule_goes_before_all_others() {
        let policy =
            Policy::builtin().with_rule("Act*", Kind::String).with_rule("ACTIVITY", Kind::Null);
        assert_eq!(kind(&policy, "Activity"), Some(Kind::Null));
        assert_eq!(kind(&policy, "ActionType"), Some(Kind::String));
    }

    #[test]
    fn nested_column_is_known_by_its_path_then_by_its_last_name() {
        let policy = Policy::builtin().with_rule("DeviceDetail.displayName", Kind::Host);
        assert_eq!(kind(&policy, "DeviceDetail.displayName"), Some(Kind::Host));
        assert_eq!(kind(&policy, "LocationDetails.ipAddress"), Some(Kind::Ip));
        assert_eq!(kind(&policy, "Other.displayName"), None);
    }

    #[test]
    fn pattern_matches_as_a_whole() {
        for (pattern, name, expected) in [
            ("*port", "remoteport", true),
            ("*port", "port", true),
            ("*port", "ports", false),
            ("a*b*c", "axxbyybc", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*", "", true),
            ("**", "x", true),
        ] {
            assert_eq!(matches_pattern(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn bad_yaml_error_says_what_and_where() {
        let error = Policy::from_yaml("version: 1\nrules:\n  - kind: hush\n    columns: [a]\n")
            .unwrap_err();
        assert!(
            error.to_string().contains("hush") && error.to_string().contains("line 3"),
            "{error}"
        );
        let error = Policy::from_yaml("version: 2\nrules: []\n").unwrap_err();
        assert!(error.to_string().contains("version: 1"), "{error}");
    }
}
