//! The columns of well-known tables, so that files named after them get the types that hunters expect.
//!
//! The facts stand in `schemas/tables.tsv`, written by `schemas/generate.py`: one line a table, one
//! tab-separated field `type:column column ...` for each type.

use std::sync::OnceLock;

use hashbrown::HashMap;

use crate::types::KqlType;

const TABLES: &str = include_str!("../../schemas/tables.tsv");

/// The columns of one well-known table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    fields: &'static str,
}

/// The well-known table called `name`; case counts.
pub(super) fn known(name: &str) -> Option<Known> {
    static BY_NAME: OnceLock<HashMap<&'static str, &'static str>> = OnceLock::new();
    let by_name =
        BY_NAME.get_or_init(|| TABLES.lines().filter_map(|line| line.split_once('\t')).collect());
    by_name.get(name).map(|fields| Known { fields })
}

impl Known {
    /// Every column with its type.
    pub(super) fn columns(self) -> impl Iterator<Item = (&'static str, KqlType)> {
        self.fields
            .split('\t')
            .filter_map(|field| field.split_once(':'))
            .filter_map(|(kind, names)| Some((kind.parse::<KqlType>().ok()?, names)))
            .flat_map(|(kind, names)| names.split(' ').map(move |name| (name, kind)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_names_a_table_and_typed_columns() {
        for line in TABLES.lines() {
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
    }
}
