//! The examples of the language's documentation that have a result table, where a copy is at hand
//! (`kql/doc-cases.jsonl` in the folder `shared` beside the checkout; otherwise nothing is run).
//!
//! A case counts as matched when the columns have the documented names (a column that the query does not name, such as
//! `print_0`, may have any heading) and the rows are equal as a set with
//! repeats, or in order where the query ends in a sort. Cells are compared by value: numbers to 1 part in
//! 10⁹ or to the digits shown, times and spans whatever their notation, JSON by structure, empty as null; what the
//! page writes for a line break or a space (`<br>`, `&nbsp;`) is one.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use huntbook_kql::{Database, Engine, KqlError, KqlType};
use serde_json::Value;

use crate::table::{Cell, Table, run};

/// Cases whose page does not show what KQL gives, or which ask for more than this engine says it does.
const EXPLAINED: &[(&str, &str)] = &[
    ("activity-metrics-plugin#1", "random numbers"),
    ("array-iff-function#2", "the page shows the conditions of another example"),
    ("bag-zip#1", "the page shows arrays in single quotes, which are no JSON"),
    ("bag-zip#5", "the page shows arrays in single quotes, which are no JSON"),
    ("binary-all-xor-aggregation-function#0", "the page heads the column `results`"),
    ("extract-all-function#1", "the page writes `ID`, the query `Id`"),
    ("extract-all-function#4", "the page writes `ID`, the query `Id`"),
    ("geo-geohash-to-central-point-function#2", "the page shows a URL as a link"),
    ("geo-info-from-ip-address-function#1", "no file of places comes with the engine"),
    ("geo-polygon-centroid-function#2", "the page shows a point without its first brace"),
    ("geo-polygon-to-s2cells-function#0", "the page says `New York city`, the query `New York`"),
    ("min-of-function#1", "the page heads the column `result`, which the query does not name"),
    (
        "parse-url-function#0",
        "the page shows an object in quotes, which is no JSON, and a path without its slash",
    ),
    ("materialize-function#1", "several results, of which the last is given; random numbers"),
    ("scan-operator#4", "the page's columns stand in another order than those of the query"),
    ("series-atan-function#0", "the page shows the series of another example"),
    (
        "series-fill-linear-function#0",
        "the page's last column of whole numbers is not on the lines",
    ),
    ("series-fit-line-function#0", "the page shows some of the columns"),
    ("series-periods-validate-function#1", "the page escapes the names of the columns"),
    ("series-sin-function#0", "the page shows the series of another example"),
    ("new-activity-metrics-plugin#2", "random numbers"),
    ("new-activity-metrics-plugin#3", "random numbers"),
    ("named-expressions#0", "any row will do"),
    ("sample-operator#0", "any row will do"),
    ("sample-operator#1", "any row will do"),
    (
        "base64-decode-toguid-function#0",
        "the page has the third field in another byte order than `base64_encode_fromguid`",
    ),
    ("named-expressions#2", "random numbers"),
    ("parse-url-query-function#0", "the page shows an object in quotes, which is no JSON"),
    ("string#2", "the page shows a plain space for U+00A0"),
    ("toscalar-function#8", "new guids"),
    ("toguid-function#0", "the page changes the text of the query"),
    ("tohex-function#0", "the page heads a column `print_04`"),
    ("trim-start-function#0", "the page shows a URL in angle brackets"),
    ("url-encode-function#0", "the page adds a slash to the URL of the query"),
    ("variancep-aggregation-function#0", "the page heads the column `variance_x`"),
];

/// How many cases match today; what is added raises it.
const AT_LEAST: usize = 331;

enum Outcome {
    Matched,
    Unsupported(String),
    NeedsTable,
    Mismatch(String),
}

fn outcome(engine: &Engine, case: &Value) -> Outcome {
    let query = case["query"].as_str().unwrap_or_default();
    let answer = match run(engine, query) {
        Ok(answer) => answer,
        Err(KqlError::Unsupported(diagnostics)) => {
            return Outcome::Unsupported(diagnostics[0].message.clone());
        }
        Err(KqlError::Table { source, .. }) if source.to_string().starts_with("no local file") => {
            return Outcome::NeedsTable;
        }
        Err(error) => {
            let diagnostics = error.diagnostics();
            if let Some(unsupported) = diagnostics.iter().find(|one| one.code.starts_with("KQL02"))
            {
                return Outcome::Unsupported(unsupported.message.clone());
            }
            if !diagnostics.is_empty() && diagnostics.iter().all(|one| one.code == "KQL0101") {
                return Outcome::NeedsTable;
            }
            return Outcome::Mismatch(format!("{error} {diagnostics:?}"));
        }
    };
    let found = Table::of(&answer);
    let strings = |value: &Value| -> Vec<String> {
        let texts = value.as_array().into_iter().flatten();
        texts.map(|text| text.as_str().unwrap_or_default().to_owned()).collect()
    };
    let columns = strings(&case["columns"]);
    let names: Vec<&str> = found.columns.iter().map(|(name, _)| name.as_str()).collect();
    let fits = |(found, page): (&&str, &String)| **found == *page || is_automatic(found);
    if names.len() != columns.len() || !names.iter().zip(&columns).all(fits) {
        return Outcome::Mismatch(format!("columns {names:?}, documented {columns:?}"));
    }
    let documented: Vec<Vec<String>> =
        case["rows"].as_array().into_iter().flatten().map(strings).collect();
    if documented.len() != found.rows.len() {
        return Outcome::Mismatch(format!(
            "{} rows, documented {}\n{}",
            found.rows.len(),
            documented.len(),
            found.render()
        ));
    }
    let equal_rows = |row: &[Cell], wanted: &[String]| {
        row.len() == wanted.len()
            && found
                .columns
                .iter()
                .zip(row.iter().zip(wanted))
                .all(|((_, kind), (cell, wanted))| equal(*kind, cell.as_deref(), wanted))
    };
    let mut left: Vec<&Vec<String>> = documented.iter().collect();
    for row in &found.rows {
        match left.iter().position(|wanted| equal_rows(row, wanted)) {
            Some(position) => {
                left.remove(position);
            }
            None => {
                return Outcome::Mismatch(format!(
                    "found\n{}\ndocumented {documented:?}",
                    found.render()
                ));
            }
        }
    }
    Outcome::Matched
}

/// Whether a column has no name of its own: pages head those as they like.
fn is_automatic(name: &str) -> bool {
    let number = name.strip_prefix("print_").or_else(|| name.strip_prefix("Column"));
    number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}

fn equal(kind: KqlType, cell: Option<&str>, wanted: &str) -> bool {
    let wanted = plain(wanted);
    let wanted = wanted.trim().trim_matches('`');
    let Some(cell) = cell else { return wanted.is_empty() || wanted.eq_ignore_ascii_case("null") };
    if cell == wanted || cell.trim() == wanted {
        return true;
    }
    match kind {
        KqlType::Bool => matches!(
            (cell, wanted.to_ascii_lowercase().as_str()),
            ("true", "true" | "1") | ("false", "false" | "0")
        ),
        KqlType::Int | KqlType::Long | KqlType::Real | KqlType::Decimal => {
            numbers_equal(cell, wanted)
        }
        KqlType::Datetime => datetime(cell).is_some() && datetime(cell) == datetime(wanted),
        KqlType::Timespan => timespan(cell).is_some() && timespan(cell) == timespan(wanted),
        KqlType::Dynamic => {
            let parsed = |text: &str| serde_json::from_str::<Value>(&text.replace("<br>", "")).ok();
            match (parsed(cell), parsed(wanted)) {
                (Some(cell), Some(wanted)) => json_equal(&cell, &wanted),
                (Some(Value::String(cell)), None) => cell == wanted,
                _ => false,
            }
        }
        KqlType::String | KqlType::Guid => cell.trim_matches('"') == wanted.trim_matches('"'),
    }
}

/// The text of a cell without the page's own marks: line breaks, entities and escapes.
fn plain(cell: &str) -> String {
    let marks = [
        ("<br>", "\n"),
        ("<br/>", "\n"),
        ("<br />", "\n"),
        ("&nbsp;", " "),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&amp;", "&"),
    ];
    marks.iter().fold(cell.to_owned(), |text, (mark, meaning)| text.replace(mark, meaning))
}

fn numbers_equal(cell: &str, wanted: &str) -> bool {
    let (Ok(cell), Ok(number)) = (cell.parse::<f64>(), wanted.replace(',', "").parse::<f64>())
    else {
        return false;
    };
    let digits = wanted.split_once('.').map_or(0, |(_, digits)| digits.len());
    let shown = if digits == 0 { 1e-9 } else { 0.5 * 10_f64.powi(-(digits as i32)) };
    (cell - number).abs() <= shown.max(number.abs() * 1e-9) || (cell.is_nan() && number.is_nan())
}

fn json_equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(_), Value::Number(_)) => {
            numbers_equal(&left.to_string(), &right.to_string())
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len()
                && left.iter().zip(right).all(|(left, right)| json_equal(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, value)| {
                    right.get(key).is_some_and(|other| json_equal(value, other))
                })
        }
        _ => left == right,
    }
}

fn datetime(text: &str) -> Option<chrono::NaiveDateTime> {
    let text = text.trim().trim_end_matches('Z').replace('T', " ");
    ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M", "%m/%d/%Y, %I:%M:%S%.f %p", "%m/%d/%Y %I:%M:%S %p"]
        .iter()
        .find_map(|format| chrono::NaiveDateTime::parse_from_str(&text, format).ok())
        .or_else(|| chrono::NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0))
}

/// Ticks of `[-][d.]hh:mm:ss[.fffffff]`, where the page may also separate days by a colon.
fn timespan(text: &str) -> Option<i64> {
    let (sign, text) = text.trim().strip_prefix('-').map_or((1, text.trim()), |rest| (-1, rest));
    let (clock, fraction) = match text.rsplit_once('.') {
        Some((clock, fraction)) if clock.contains(':') && !fraction.contains(':') => {
            (clock, fraction)
        }
        _ => (text, ""),
    };
    let mut parts: Vec<i64> =
        clock.split([':', '.']).map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let seconds = parts.pop()?;
    let (minutes, hours, days) =
        (parts.pop().unwrap_or(0), parts.pop().unwrap_or(0), parts.pop().unwrap_or(0));
    let ticks: i64 = format!("{fraction:0<7}").get(..7)?.parse().ok()?;
    Some(sign * ((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 10_000_000 + ticks))
}

#[test]
fn documented_examples_give_the_documented_tables() {
    let path = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"))
        .join("../../../shared/kql/doc-cases.jsonl");
    let Ok(text) = fs::read_to_string(&path) else {
        println!("documentation: skipped, no copy of the examples beside the checkout");
        return;
    };
    let engine = Engine::new(Database::new(), "2024-05-01T12:30:00Z".parse().unwrap());
    let (mut matched, mut needs_table, mut explained) = (0, 0, 0);
    let mut unsupported: BTreeMap<String, usize> = BTreeMap::new();
    let (mut mismatches, mut stale) = (Vec::new(), Vec::new());
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let id = case["id"].as_str().unwrap();
        match outcome(&engine, &case) {
            Outcome::Matched => {
                matched += 1;
                if EXPLAINED.iter().any(|(known, _)| *known == id) {
                    stale.push(id.to_owned());
                }
            }
            Outcome::NeedsTable => needs_table += 1,
            Outcome::Unsupported(what) => *unsupported.entry(what).or_default() += 1,
            Outcome::Mismatch(_) if EXPLAINED.iter().any(|(known, _)| *known == id) => {
                explained += 1;
            }
            Outcome::Mismatch(why) => {
                mismatches.push(format!("{id}\n{}\n{why}", case["query"].as_str().unwrap()));
            }
        }
    }
    println!(
        "documentation: {matched} match, {} unsupported, {needs_table} need a table, {explained} differ for a known reason, {} differ",
        unsupported.values().sum::<usize>(),
        mismatches.len()
    );
    let mut causes: Vec<_> = unsupported.into_iter().collect();
    causes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for (what, count) in causes.iter().take(15) {
        println!("  {count:4} {what}");
    }
    assert!(mismatches.is_empty(), "{}", mismatches.join("\n\n"));
    assert!(matched >= AT_LEAST, "only {matched} match, where {AT_LEAST} did");
    assert!(stale.is_empty(), "these match, and need no explanation: {stale:?}");
}
