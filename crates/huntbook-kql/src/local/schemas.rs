//! The columns of well-known tables, so that files named after them get the types that hunters expect.
//!
//! The facts stand in `schemas/tables.tsv`, written by `schemas/generate.py`: one line a table, one
//! tab-separated field `type:column column ...` for each type. `schemas/supplement.tsv` holds what that source leaves
//! out: columns of Defender's edition of a table, and those that every table of a workspace has.

use std::sync::OnceLock;

use hashbrown::{HashMap, HashSet};

use crate::types::KqlType;

const TABLES: &str = include_str!("../../schemas/tables.tsv");

/// Columns that tables have beside those of the list, in the same form; the table `*` stands for every one.
const SUPPLEMENT: &str = include_str!("../../schemas/supplement.tsv");

/// The columns of one well-known table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    fields: &'static str,
    more: &'static str,
}

/// The line of each table.
type Lines = HashMap<&'static str, &'static str>;

fn lines(text: &'static str) -> Lines {
    text.lines().filter_map(|line| line.split_once('\t')).collect()
}

fn supplement() -> &'static Lines {
    static LINES: OnceLock<Lines> = OnceLock::new();
    LINES.get_or_init(|| lines(SUPPLEMENT))
}

fn tables() -> &'static Lines {
    static LINES: OnceLock<Lines> = OnceLock::new();
    LINES.get_or_init(|| lines(TABLES))
}

/// The names of the well-known tables, sorted.
pub(super) fn names() -> Vec<&'static str> {
    let more = supplement().keys().filter(|name| **name != "*" && !tables().contains_key(*name));
    let mut names: Vec<&str> = tables().keys().chain(more).copied().collect();
    names.sort_unstable();
    names
}

/// The well-known table called `name`; case counts.
pub(super) fn known(name: &str) -> Option<Known> {
    let fields = tables().get(name).copied();
    let more = supplement().get(name).copied().filter(|_| name != "*");
    (fields.is_some() || more.is_some())
        .then(|| Known { fields: fields.unwrap_or_default(), more: more.unwrap_or_default() })
}

impl Known {
    /// Every column with its type, each name once.
    pub(super) fn columns(self) -> impl Iterator<Item = (&'static str, KqlType)> {
        let standard = supplement().get("*").copied().unwrap_or_default();
        let mut seen = HashSet::new();
        [self.fields, self.more, standard]
            .into_iter()
            .flat_map(columns)
            .filter(move |(name, _)| seen.insert(*name))
    }
}

fn columns(fields: &'static str) -> impl Iterator<Item = (&'static str, KqlType)> {
    fields
        .split('\t')
        .filter_map(|field| field.split_once(':'))
        .filter_map(|(kind, names)| Some((kind.parse::<KqlType>().ok()?, names)))
        .flat_map(|(kind, names)| names.split(' ').map(move |name| (name, kind)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_names_a_table_and_typed_columns() {
        for line in TABLES.lines().chain(SUPPLEMENT.lines()) {
            let (name, _) = line.split_once('\t').expect("a line has fields");
            let fields = line.split('\t').skip(1);
            for (kind, names) in fields.filter_map(|field| field.split_once(':')) {
                assert!(kind.parse::<KqlType>().is_ok(), "{name}: {kind}");
                assert!(names.split(' ').all(|column| !column.is_empty()), "{name}");
            }
        }
    }

    #[test]
    fn the_tables_of_a_hunt_are_known() {
        let kind = |table: &str, column: &str| {
            known(table)?.columns().find(|(name, _)| *name == column).map(|(_, kind)| kind)
        };
        assert_eq!(kind("SecurityEvent", "EventID"), Some(KqlType::Int));
        assert_eq!(kind("SigninLogs", "LocationDetails"), Some(KqlType::Dynamic));
        assert_eq!(kind("DeviceProcessEvents", "Timestamp"), kind("Nowhere", "Timestamp"));
        assert_eq!(kind("DeviceProcessEvents", "TimeGenerated"), Some(KqlType::Datetime));
        assert_eq!(kind("DnsEvents", "Name"), Some(KqlType::String));
        assert_eq!(kind("IdentityInfo", "AccountUpn"), Some(KqlType::String));
        assert_eq!(kind("SigninLogs", "_ItemId"), Some(KqlType::String));
    }
}
