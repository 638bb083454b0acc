//! Folders that say what stands in them: `SigninLogs/TimeGenerated=2024-05-01/`, `year=2024/month=05/day=01/`.
//!
//! Each `key=value` is a column of the table, but where its files have one of that name. A day also bounds the time of
//! the rows where its key is the name of that time.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef};
use chrono::NaiveDate;
use datafusion::scalar::ScalarValue;

use super::timestamp;
use crate::types::KqlType;

/// What writers put where there is no value.
const NULL: &str = "__HIVE_DEFAULT_PARTITION__";
const DAY: i64 = 86_400 * 1_000_000_000;

/// Keys and values of the folders that a file stands in, outermost first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Partition {
    values: Vec<(String, Option<String>)>,
}

/// The times that rows may have in the column of this name: from the first to before the last nanosecond.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) column: String,
    pub(super) from: i64,
    pub(super) to: i64,
}

impl Partition {
    pub(super) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// This partition and the folder `name` in it; `None` where the name is no `key=value`.
    pub(super) fn with_folder(&self, name: &str) -> Option<Self> {
        let (key, value) = name.split_once('=')?;
        let starts = key.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
        let rest = key.chars().all(|one| one.is_ascii_alphanumeric() || one == '_');
        if !starts || !rest {
            return None;
        }
        let value = decode(value);
        let mut values = self.values.clone();
        values.retain(|(known, _)| known != key);
        values.push((key.to_owned(), (value != NULL).then_some(value)));
        Some(Self { values })
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.values.iter().map(|(key, value)| (key.as_str(), value.as_deref()))
    }

    /// The times that the folders leave to the rows, where a folder is named after one of the `times`. Other days,
    /// such as `date=` and `year=`, may be those on which rows were collected: they leave out no row.
    pub(super) fn span(&self, times: &[&str]) -> Option<Span> {
        let mut own = self.iter().filter(|(key, _)| times.contains(key));
        let (key, from) = own.find_map(|(key, value)| Some((key, day_of(value?)?)))?;
        Some(Span { column: key.to_owned(), from, to: from.checked_add(DAY)? })
    }
}

fn nanoseconds(date: NaiveDate) -> Option<i64> {
    date.and_hms_opt(0, 0, 0)?.and_utc().timestamp_nanos_opt()
}

/// A day as `2024-05-01` or `20240501`.
fn day_of(value: &str) -> Option<i64> {
    let date = match value.len() {
        10 => NaiveDate::parse_from_str(value, "%Y-%m-%d").ok()?,
        8 => NaiveDate::parse_from_str(value, "%Y%m%d").ok()?,
        _ => return None,
    };
    nanoseconds(date)
}

fn decode(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = match tail {
            [high, low, ..] if *first == b'%' => std::str::from_utf8(&[*high, *low])
                .ok()
                .and_then(|hex| u8::from_str_radix(hex, 16).ok()),
            _ => None,
        };
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The columns of partitions, each with the type that holds all its values, and the values for each.
pub(super) struct Columns {
    pub(super) fields: Vec<FieldRef>,
    kinds: Vec<KqlType>,
}

impl Columns {
    /// The columns of `partitions` without those for which `taken` says that the files have them.
    pub(super) fn of(partitions: &[&Partition], taken: impl Fn(&str) -> bool) -> Self {
        let mut names: Vec<&str> = Vec::new();
        for (key, _) in partitions.iter().flat_map(|partition| partition.iter()) {
            if !names.contains(&key) && !taken(key) {
                names.push(key);
            }
        }
        let kinds: Vec<KqlType> = names
            .iter()
            .map(|name| {
                let values = partitions.iter().flat_map(|partition| partition.iter());
                let values: Vec<&str> =
                    values.filter(|(key, _)| key == name).filter_map(|(_, value)| value).collect();
                if values.iter().all(|value| value.parse::<i64>().is_ok()) {
                    KqlType::Long
                } else if values.iter().all(|value| timestamp::parse_iso(value).is_some()) {
                    KqlType::Datetime
                } else {
                    KqlType::String
                }
            })
            .collect();
        let field = |(name, kind): (&&str, &KqlType)| {
            let data_type = match kind {
                // Partition values are made of these types.
                KqlType::String => DataType::Utf8,
                kind => kind.data_type(),
            };
            Arc::new(Field::new(*name, data_type, true))
        };
        let fields = names.iter().zip(&kinds).map(field).collect();
        Self { fields, kinds }
    }

    /// The values of one partition, in the order of the columns.
    pub(super) fn values(&self, partition: &Partition) -> Vec<ScalarValue> {
        let value = |(field, kind): (&FieldRef, &KqlType)| {
            let found = partition.iter().find(|(key, _)| key == field.name());
            let text = found.and_then(|(_, value)| value);
            match kind {
                KqlType::Long => ScalarValue::Int64(text.and_then(|text| text.parse().ok())),
                KqlType::Datetime => ScalarValue::TimestampNanosecond(
                    text.and_then(|text| timestamp::parse_iso(text)?.nanoseconds),
                    Some("UTC".into()),
                ),
                _ => ScalarValue::Utf8(text.map(str::to_owned)),
            }
        };
        self.fields.iter().zip(&self.kinds).map(value).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn partition(folders: &[&str]) -> Partition {
        folders.iter().fold(Partition::default(), |partition, folder| {
            partition.with_folder(folder).expect("a key and a value")
        })
    }

    fn days(folders: &[&str]) -> Option<(String, i64, i64)> {
        let first = day_of("2024-05-01").expect("a day");
        let span = partition(folders).span(&["TimeGenerated", "Timestamp"])?;
        Some((span.column, (span.from - first) / DAY, (span.to - first) / DAY))
    }

    #[test]
    fn a_day_bounds_the_time_that_its_folder_is_named_after() {
        assert_eq!(days(&["TimeGenerated=2024-05-01"]), Some(("TimeGenerated".to_owned(), 0, 1)));
        assert_eq!(days(&["x=1", "Timestamp=20240502"]), Some(("Timestamp".to_owned(), 1, 2)));
        for other in [
            &["tenant=1"][..],
            &["TimeGenerated=soon"],
            &["TimeGenerated=__HIVE_DEFAULT_PARTITION__"],
            &["date=2024-05-01"],
            &["year=2024", "month=05", "day=01"],
        ] {
            assert_eq!(days(other), None, "{other:?}");
        }
    }

    #[test]
    fn other_folders_are_no_partitions() {
        for name in ["SigninLogs", "=x", "a b=c", "1=2"] {
            assert_eq!(Partition::default().with_folder(name), None, "{name}");
        }
    }

    #[test]
    fn values_are_typed_by_all_of_them() {
        let parts = [
            partition(&["year=2024", "date=2024-05-01", "who=a%20b%"]),
            partition(&["year=2025", "date=__HIVE_DEFAULT_PARTITION__", "who=7"]),
        ];
        let columns = Columns::of(&parts.iter().collect::<Vec<_>>(), |_| false);
        assert_eq!(columns.kinds, [KqlType::Long, KqlType::Datetime, KqlType::String]);
        let values = columns.values(&parts[0]);
        assert_eq!(values[0], ScalarValue::Int64(Some(2024)));
        assert_eq!(values[2], ScalarValue::Utf8(Some("a b%".to_owned())));
        assert!(columns.values(&parts[1])[1].is_null());
    }
}
