//! The columns are those of the products.

use std::collections::BTreeMap;
use std::path::Path;

use arrow::datatypes::{DataType, Field, TimeUnit};
use huntbook_scenario::{KQL_TYPE, Table};

/// Columns that the products have and the published list of columns lacks.
const UNLISTED: &[(Table, &str)] = &[(Table::DnsEvents, "Name")];

fn kql_type(field: &Field) -> &'static str {
    match field.data_type() {
        DataType::Utf8 => match field.metadata().get(KQL_TYPE).map(String::as_str) {
            Some("dynamic") => "dynamic",
            None => "string",
            other => panic!("`{}` has the type {other:?}", field.name()),
        },
        DataType::Int32 => "int",
        DataType::Int64 => "long",
        DataType::Boolean => "bool",
        DataType::Timestamp(TimeUnit::Nanosecond, Some(zone)) if zone.as_ref() == "UTC" => {
            "datetime"
        }
        other => panic!("`{}` has the Arrow type {other}", field.name()),
    }
}

#[test]
fn every_column_is_published_with_its_type() {
    let path = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"))
        .join("../../../shared/kql/table-schemas.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: ../shared/kql/table-schemas.json does not stand beside the checkout");
        return;
    };
    let published: BTreeMap<String, BTreeMap<String, String>> =
        serde_json::from_str(&text).unwrap();
    for &table in Table::ALL {
        for field in table.schema().fields() {
            if UNLISTED.contains(&(table, field.name())) {
                continue;
            }
            let expected = published[table.name()].get(field.name());
            assert_eq!(
                expected.map(String::as_str),
                Some(kql_type(field)),
                "{table}.{}",
                field.name()
            );
        }
    }
}

#[test]
fn every_table_has_a_time_and_a_type_and_twenty_columns_or_so() {
    for &table in Table::ALL {
        let schema = table.schema();
        assert!(schema.field_with_name("TimeGenerated").is_ok());
        assert!(schema.field_with_name("Type").is_ok());
        assert!((15..=60).contains(&schema.fields().len()), "{table}: {}", schema.fields().len());
    }
}
