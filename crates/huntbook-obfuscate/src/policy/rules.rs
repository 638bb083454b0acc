//! Rules, indexed by name, so that a verdict costs little even for every key of a JSON document.

use std::collections::HashMap;
use std::sync::Arc;

use super::pattern::Pattern;
use crate::Kind;

/// A longer path is nobody's column: its end counts only.
const LONGEST_PATH: usize = 512;

/// So many steps from the end of a path are looked at one by one.
const MOST_STEPS: usize = 12;

/// What one rule says of one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rule {
    /// The name or pattern, in lower case.
    pub(super) column: String,
    pub(super) kind: Kind,
    /// For kind `string`: each part between these characters is a token, and they stay.
    pub(super) delimiters: Option<Arc<str>>,
    /// Why, in a few words.
    pub(super) because: Arc<str>,
}

impl Rule {
    pub(super) fn is_pattern(&self) -> bool {
        Pattern::is_pattern(&self.column)
    }
}

/// Rules of one rank: an exact name goes before a pattern, an earlier rule before a later one.
#[derive(Debug, Clone, Default)]
pub(super) struct Rules {
    all: Vec<Rule>,
    names: HashMap<String, usize, foldhash::fast::RandomState>,
    /// The patterns by the character that they end with; `None` holds those that end with a star.
    patterns: HashMap<Option<char>, Vec<(usize, Pattern)>, foldhash::fast::RandomState>,
}

impl Rules {
    /// Adds `rule` behind the others. A pattern that is too long fits nothing; readers refuse it before.
    pub(super) fn push(&mut self, rule: Rule) {
        let place = self.all.len();
        if !rule.is_pattern() {
            self.names.entry(rule.column.clone()).or_insert(place);
        } else if let Some(pattern) = Pattern::new(&rule.column) {
            self.patterns.entry(pattern.last_letter()).or_default().push((place, pattern));
        }
        self.all.push(rule);
    }

    /// Every rule in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.all.iter()
    }

    /// The rule for the column at `path`, which is in lower case: that of the whole path, else that of
    /// its longest end that has one.
    pub(super) fn find(&self, path: &str) -> Option<&Rule> {
        ends(path).find_map(|end| self.find_whole(end))
    }

    fn find_whole(&self, name: &str) -> Option<&Rule> {
        if let Some(place) = self.names.get(name) {
            return self.all.get(*place);
        }
        let first = |last: Option<char>| {
            let patterns = self.patterns.get(&last)?;
            patterns.iter().find(|(_, pattern)| pattern.matches(name)).map(|(place, _)| *place)
        };
        let places = [name.chars().next_back().and_then(|last| first(Some(last))), first(None)];
        self.all.get(places.into_iter().flatten().min()?)
    }
}

/// The whole of `path`, then its ends of some steps, the longest first; so few and short ones that keys
/// made to be slow are not.
pub(super) fn ends(path: &str) -> impl Iterator<Item = &str> {
    let mut starts: Vec<usize> =
        path.rmatch_indices('.').map(|(dot, _)| dot + 1).take(MOST_STEPS).collect();
    starts.push(0);
    starts.dedup();
    starts.into_iter().rev().map(|start| &path[start..]).filter(|end| end.len() <= LONGEST_PATH)
}

impl FromIterator<Rule> for Rules {
    fn from_iter<T: IntoIterator<Item = Rule>>(rules: T) -> Self {
        let mut all = Self::default();
        for rule in rules {
            all.push(rule);
        }
        all
    }
}

/// The rules of several sources as one: those of the first source hold, and where two others differ,
/// the kind that shows least.
pub(super) fn merge(sources: &[&Rules]) -> Rules {
    let Some((first, others)) = sources.split_first() else { return Rules::default() };
    let mut names: HashMap<&str, usize, foldhash::fast::RandomState> = HashMap::default();
    let mut merged: Vec<Rule> = Vec::new();
    for rule in first.iter().chain(others.iter().flat_map(|source| source.iter())) {
        match names.get(rule.column.as_str()) {
            None => {
                names.insert(&rule.column, merged.len());
                merged.push(rule.clone());
            }
            Some(place) => {
                let held = &mut merged[*place];
                let is_of_first = *place < first.all.len();
                let kind = safest(held.kind, rule.kind);
                if !is_of_first && kind != held.kind {
                    held.kind = kind;
                    held.because = if kind == rule.kind {
                        Arc::clone(&rule.because)
                    } else {
                        Arc::from("named differently by different sources")
                    };
                }
            }
        }
    }
    // Among patterns the first that fits counts: first those of a source, which are narrow, then those
    // of the first source in their order; what shows goes last.
    let common = first.all.len();
    let rank = |(place, rule): &(usize, Rule)| match (place < &common, rule.kind) {
        (true, _) => 1,
        (false, Kind::Keep) => 2,
        (false, _) => 0,
    };
    let mut ranked: Vec<(usize, Rule)> = merged.into_iter().enumerate().collect();
    ranked.sort_by_key(rank);
    ranked.into_iter().map(|(_, rule)| rule).collect()
}

/// The one of two kinds that shows least of a value that is of either.
fn safest(left: Kind, right: Kind) -> Kind {
    match (left, right) {
        _ if left == right => left,
        (Kind::Keep, other) | (other, Kind::Keep) => other,
        (Kind::Null, _) | (_, Kind::Null) => Kind::Null,
        // An address is a host, too, and a host may be an account.
        (Kind::Host, Kind::Ip) | (Kind::Ip, Kind::Host) => Kind::Host,
        (Kind::Account, Kind::Host) | (Kind::Host, Kind::Account) => Kind::Account,
        _ if is_of_words(left) && is_of_words(right) => Kind::Text,
        _ => Kind::String,
    }
}

/// Whether values of `kind` are words and what stands between them, which `text` looks into.
const fn is_of_words(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Account
            | Kind::Host
            | Kind::Url
            | Kind::Path
            | Kind::Resource
            | Kind::Text
            | Kind::Json
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(rules: &[(&str, Kind)]) -> Rules {
        rules
            .iter()
            .map(|(column, kind)| Rule {
                column: (*column).to_owned(),
                kind: *kind,
                delimiters: None,
                because: Arc::from(*column),
            })
            .collect()
    }

    fn kind(rules: &Rules, path: &str) -> Option<Kind> {
        rules.find(path).map(|rule| rule.kind)
    }

    #[test]
    fn longest_end_goes_first_and_in_it_an_exact_name() {
        let rules = rules(&[
            ("*name", Kind::Text),
            ("name", Kind::Host),
            ("user.*name", Kind::Account),
            ("user.displayname", Kind::String),
            ("c", Kind::Keep),
        ]);
        assert_eq!(kind(&rules, "a.user.displayname"), Some(Kind::String));
        assert_eq!(kind(&rules, "a.user.name"), Some(Kind::Account));
        assert_eq!(kind(&rules, "a.name"), Some(Kind::Host));
        assert_eq!(kind(&rules, "a.lastname"), Some(Kind::Text));
        assert_eq!(kind(&rules, "a.b"), None);
        assert_eq!(kind(&rules, ""), None);
        assert_eq!(kind(&rules, "..c"), Some(Kind::Keep));
    }

    #[test]
    fn among_patterns_the_first_counts_also_when_it_ends_with_a_star() {
        let rules = rules(&[("b*", Kind::Ip), ("*c", Kind::Host), ("bb*", Kind::Uuid)]);
        assert_eq!(kind(&rules, "bbc"), Some(Kind::Ip));
        assert_eq!(kind(&rules, "xc"), Some(Kind::Host));
    }

    #[test]
    fn ends_are_the_whole_and_the_last_steps_and_few() {
        assert_eq!(ends("a.b.c").collect::<Vec<_>>(), ["a.b.c", "b.c", "c"]);
        assert_eq!(ends("a").collect::<Vec<_>>(), ["a"]);
        assert_eq!(ends("").collect::<Vec<_>>(), [""]);
        let deep = "a.".repeat(100) + "name";
        let found: Vec<&str> = ends(&deep).collect();
        assert_eq!((found.len(), found[0].len(), found[12]), (13, deep.len(), "name"));
        assert_eq!(ends(&"a.".repeat(100_000)).count(), 12);
        assert_eq!(ends(&"a".repeat(1000)).count(), 0);
    }

    #[test]
    fn merged_rules_are_those_of_the_first_source_then_the_safest() {
        let merged = merge(&[
            &rules(&[("name", Kind::Host), ("*type", Kind::Keep)]),
            &rules(&[("name", Kind::Path), ("path", Kind::Path), ("status", Kind::Keep)]),
            &rules(&[("path", Kind::Url), ("status", Kind::String), ("secret*", Kind::Null)]),
        ]);
        assert_eq!(kind(&merged, "name"), Some(Kind::Host));
        assert_eq!(kind(&merged, "path"), Some(Kind::Text));
        assert_eq!(kind(&merged, "status"), Some(Kind::String));
        assert_eq!(kind(&merged, "secrettype"), Some(Kind::Null));
        assert_eq!(kind(&merged, "usertype"), Some(Kind::Keep));
    }
}
