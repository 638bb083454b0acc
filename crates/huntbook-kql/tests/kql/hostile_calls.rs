//! Every function and aggregate on values that nobody would write on purpose: none may panic, whatever it answers.

use std::fmt::Write;

use huntbook_kql::{Database, Engine};

use crate::table::run;

/// Values of every type, most of them at an edge.
const VALUES: &[&str] = &[
    "dynamic(null)",
    "dynamic([])",
    "dynamic({})",
    "dynamic([null, null])",
    "dynamic([1])",
    "dynamic([1, 2.5, -3, 9223372036854775807, -9223372036854775808])",
    "dynamic([1e308, -1e308, 0, 1e-308])",
    "dynamic(['', 'é', 'NaN', '-Infinity', {}, [[]]])",
    "dynamic([0, 0, 0, 0, 0, 0, 0, 0, 0, 0])",
    "dynamic({'a': {'b': [1, {'c': null}]}, '': 1, '$.a': 2})",
    "dynamic('text')",
    "parse_json('[1,')",
    "range(1, 100)",
    "long(null)",
    "0",
    "-1",
    "9223372036854775807",
    "long(-9223372036854775807) - 1",
    "int(2147483647)",
    "real(nan)",
    "real(+inf)",
    "-1.5e308",
    "1e-320",
    "''",
    "'é\\u0000😀'",
    "'ctukey'",
    "'linefit'",
    "'(.*)*'",
    "'$.a[b'",
    "true",
    "bool(null)",
    "datetime(null)",
    "datetime(1677-09-22)",
    "datetime(2262-04-11)",
    "0s",
    "timespan(null)",
    "-106751d",
    "guid(null)",
    "guid(74be27de-1e4e-49d9-b579-fe0b331d3642)",
    "typeof(long)",
];

/// Numbers that look random, the same ones each time.
fn numbers() -> impl FnMut(usize) -> usize {
    let mut state = 42_u64;
    move |below| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    }
}

#[test]
fn no_function_and_no_aggregate_panics_on_hostile_values() {
    let engine = Engine::new(Database::new(), "2024-05-01T12:30:00Z".parse().unwrap());
    let mut next = numbers();
    let (mut ran, mut refused) = (0, 0);
    let mut call = |name: &str, query: &dyn Fn(&str) -> String| {
        // Calls that bind share a query where possible, since most of the time goes into planning.
        let mut arguments = String::new();
        for position in 0..next(5) {
            // Most functions of several arguments begin with a dynamic one.
            let among = if next(2) == 0 { 13 } else { VALUES.len() };
            let value = VALUES[next(among)];
            let comma = if position > 0 { ", " } else { "" };
            let _ = write!(arguments, "{comma}{value}");
        }
        let query = query(&format!("{name}({arguments})"));
        let outcome =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run(&engine, &query)));
        match outcome.unwrap_or_else(|_| panic!("panicked: {query}")) {
            Ok(_) => ran += 1,
            Err(_) => refused += 1,
        }
    };
    for function in huntbook_kql::functions() {
        for _ in 0..60 {
            call(function.name, &|call| format!("print {call}"));
        }
    }
    for aggregate in huntbook_kql::aggregates() {
        for _ in 0..60 {
            call(aggregate.name, &|call| {
                format!("datatable(x:long) [1, long(null), 3] | summarize {call} by x % 2")
            });
        }
    }
    println!("hostile: {ran} calls ran, {refused} were refused");
    assert!(ran > 500, "only {ran} of the calls were good ones");
}
