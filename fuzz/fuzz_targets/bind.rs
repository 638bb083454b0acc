//! Any text as a query over tables of all types: it is bound and planned, or refused with places inside of the text.

#![no_main]

use std::sync::LazyLock;

use huntbook_kql::{Database, Engine, KqlType};
use libfuzzer_sys::fuzz_target;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let fields: Vec<_> =
        KqlType::ALL.iter().map(|kind| kind.to_arrow(&kind.name()[..1].to_uppercase())).collect();
    let mut unique: Vec<arrow_schema::Field> = Vec::new();
    for field in fields {
        if !unique.iter().any(|known| known.name() == field.name()) {
            unique.push(field);
        }
    }
    let schema = std::sync::Arc::new(arrow_schema::Schema::new(unique));
    let tables = ["T", "U", "DeviceEvents"].map(|name| (name.to_owned(), schema.clone(), Vec::new()));
    let database = Database::from_batches(tables).expect("no batch differs from its schema");
    Engine::new(database, "2024-05-01T12:30:00Z".parse().expect("it is a time"))
});

fuzz_target!(|text: &str| {
    for diagnostic in ENGINE.check(text) {
        if let Some(span) = diagnostic.span {
            assert!(span.slice(text).is_some(), "{diagnostic:?} of {text:?}");
        }
    }
    let _ = ENGINE.explain(text);
});
