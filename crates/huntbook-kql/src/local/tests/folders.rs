//! Folders of many files, and folders that say what stands in them.

use std::fs;

use super::*;

/// A day of events in Parquet: their times, an hour apart, and a number.
fn day_of_events(day: i64) -> Vec<u8> {
    let times: Vec<i64> =
        (0..24).map(|hour| (19_723 + day) * 86_400_000_000 + hour * 3_600_000_000).collect();
    let times = arrow::array::TimestampMicrosecondArray::from(times).with_timezone("UTC");
    parquet_bytes(vec![
        ("TimeGenerated", Arc::new(times)),
        ("EventID", Arc::new(Int64Array::from(vec![day; 24]))),
    ])
}

fn answer(database: &Database, query: &str) -> Result<crate::Answer, KqlError> {
    let now = "2024-05-01T00:00:00Z".parse().expect("a time");
    let engine = crate::Engine::new(database.clone(), now);
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(engine.query(query)).map_err(|error| database.explain(error))
}

fn number(database: &Database, query: &str) -> i64 {
    let answer = answer(database, query).unwrap_or_else(|error| panic!("{query}: {error}"));
    let column = answer.batches[0].column(0).as_primitive::<arrow::datatypes::Int64Type>();
    column.value(0)
}

fn date(day: i64) -> chrono::NaiveDate {
    chrono::NaiveDate::from_ymd_opt(2024, 1, 1).expect("a day") + chrono::Days::new(day as u64)
}

#[test]
fn files_of_other_days_than_a_query_asks_for_are_not_opened() {
    let layout = |day: i64| format!("TimeGenerated={}", date(day));
    {
        let folder = folder(&[]);
        for day in 0..130 {
            // Of many files every second one is not looked at for the columns.
            let whole = day % 2 == 0 || (60..70).contains(&day) || day == 129;
            let bytes = if whole { day_of_events(day) } else { b"no Parquet".to_vec() };
            let path = folder.path().join("SecurityEvent").join(layout(day));
            fs::create_dir_all(&path).expect("a folder");
            fs::write(path.join("part-0.parquet"), bytes).expect("a file");
        }
        let (from, to) = (date(63), date(66));
        for time in ["TimeGenerated", "Timestamp"] {
            let query = format!(
                "SecurityEvent | where {time} >= datetime({from}) and {time} < datetime({to}) | count"
            );
            // Opened from above, the folder names the table; opened itself, it does, too.
            for path in [folder.path().to_owned(), folder.path().join("SecurityEvent")] {
                let database = database(&path);
                assert_eq!(names(&database), ["SecurityEvent"], "{}", layout(0));
                assert_eq!(number(&database, &query), 72, "{query}");
                let error = answer(&database, "SecurityEvent | count").expect_err("all are read");
                assert!(error.to_string().contains("part-0.parquet` is damaged"), "{error}");
            }
        }
    }
}

#[test]
fn rows_that_came_late_are_found_in_the_folder_of_another_day() {
    let early = day_of_events(0);
    for layout in ["date=2024-03-01", "year=2024/month=03/day=01", "ingestdate=20240301"] {
        let folder = folder(&[(&format!("SecurityEvent/{layout}/x.parquet"), &early)]);
        let query = "SecurityEvent | where TimeGenerated < datetime(2024-01-02) | count";
        assert_eq!(number(&database(folder.path()), query), 24, "{layout}");
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_in_a_folder_is_passed_over_and_nobody_waits_for_it() {
    let folder = folder(&[("T.csv", b"n\n1\n")]);
    let made = std::process::Command::new("mkfifo").arg(folder.path().join("U.csv")).status();
    assert!(made.expect("a command of every Unix").success());
    let database = database(folder.path());
    assert_eq!(names(&database), ["T"]);
    let warnings = database.warnings().join("\n");
    assert!(warnings.contains("U.csv`: it is no ordinary file"), "{warnings}");
}

#[test]
fn what_folders_say_is_in_columns() {
    let event = day_of_events(0);
    let folder = folder(&[
        ("T/year=2024/who=a%20b/x.parquet", &event),
        ("T/year=2025/who=c/x.parquet", &event),
        ("U/date=2024-01-01/x.csv", b"n\n1\n2\n"),
        ("U/date=2024-01-02/x.ndjson", b"{\"n\":3,\"date\":\"2020-02-02\"}"),
        ("V/EventID=7/x.parquet", &event),
    ]);
    let database = database(folder.path());
    assert_eq!(kind(&database, "T", "year"), Some(KqlType::Long));
    assert_eq!(number(&database, "T | where year == 2025 | count"), 24);
    assert_eq!(number(&database, "T | where who == 'a b' and year in (2024, 2026) | count"), 24);
    assert_eq!(number(&database, "T | where year between (2020 .. 2023) | count"), 0);
    assert_eq!(number(&database, "T | where year != 2025 or who == 'c' | count"), 48);
    assert_eq!(kind(&database, "U", "date"), Some(KqlType::Datetime));
    assert_eq!(number(&database, "U | where ['date'] == datetime(2024-01-01) | count"), 2);
    assert_eq!(number(&database, "U | where ['date'] == datetime(2020-02-02) | count"), 1);
    // A column of the file's own is what it is.
    assert_eq!(number(&database, "V | where EventID == 0 | count"), 24);
}

#[test]
fn a_column_that_only_unread_files_have_is_told() {
    let folder = folder(&[]);
    for day in 0..130 {
        let bytes = if day == 1 {
            parquet_bytes(vec![("Odd", Arc::new(Int64Array::from(vec![1])))])
        } else {
            day_of_events(day)
        };
        fs::write(folder.path().join(format!("t-{day}.parquet")), bytes).expect("a file");
    }
    let database = database(folder.path());
    assert_eq!(number(&database, "t | count"), 129 * 24 + 1);
    let odd = database.warnings().iter().any(|words| words.contains("`Odd`"));
    let known = kind(&database, "t", "Odd").is_some();
    assert!(odd || known, "{:?}", database.warnings());
}

/// Figures: `cargo test -p huntbook-kql --lib five_thousand -- --ignored --nocapture`.
#[test]
#[ignore = "measures"]
fn five_thousand_files_open_fast() {
    type Kind<'a> = (&'a str, &'a dyn Fn(i64) -> Vec<u8>, &'a dyn Fn(i64) -> String);
    let lines = |day: i64| {
        let mut lines = Vec::new();
        for hour in 0..24 {
            writeln!(
                lines,
                "{{\"TimeGenerated\":\"{}T{hour:02}:00:00Z\",\"EventID\":{day}}}",
                date(day)
            )
            .expect("memory takes everything");
        }
        lines
    };
    let kinds: [Kind<'_>; 5] = [
        ("Parquet, one table", &day_of_events, &|day| format!("T/part-{day}.parquet")),
        ("Parquet, by day", &day_of_events, &|day| format!("T/date={}/x.parquet", date(day))),
        ("Parquet, 5000 tables", &day_of_events, &|day| format!("T{day}x.parquet")),
        ("NDJSON, one table", &lines, &|day| format!("T/part-{day}.ndjson")),
        ("NDJSON, 5000 tables", &lines, &|day| format!("T{day}x.ndjson")),
    ];
    for (words, bytes, name) in kinds {
        let folder = folder(&[]);
        for day in 0..5000 {
            let path = folder.path().join(name(day));
            fs::create_dir_all(path.parent().expect("inside the folder")).expect("a folder");
            fs::write(path, bytes(day)).expect("a file");
        }
        let began = std::time::Instant::now();
        let database = database(folder.path());
        let opened = began.elapsed();
        let table = names(&database)[0].to_owned();
        let began = std::time::Instant::now();
        let rows = number(&database, &format!("{table} | where EventID >= 0 | count"));
        let first = began.elapsed();
        let began = std::time::Instant::now();
        let query = format!("{table} | where TimeGenerated < datetime(2024-01-04) | count");
        let few = number(&database, &query);
        let second = began.elapsed();
        eprintln!(
            "{words}: open {opened:.0?}, first query {first:.0?} ({rows} rows), three days {second:.0?} ({few} rows)"
        );
    }
}
