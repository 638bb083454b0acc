//! Folders: whole files or none, and the same rows in either format.

use std::fs::{self, File};
use std::ops::ControlFlow;
use std::path::Path;

use huntbook_scenario::{Format, GroundTruth, Options, ScenarioError, Table, write_folder};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

fn options() -> Options {
    Options { rows: 12_000, ..Options::default() }
}

fn write(folder: &Path, format: Format) -> GroundTruth {
    write_folder(folder, &options(), format, &mut |_| ControlFlow::Continue(())).unwrap()
}

#[test]
fn ndjson_of_equal_options_is_equal_byte_for_byte() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    assert_eq!(write(one.path(), Format::Ndjson), write(other.path(), Format::Ndjson));
    for name in Table::ALL.iter().map(|table| format!("logs/{table}.ndjson")).chain([
        "feed/indicators.csv".to_owned(),
        "feed/indicators.stix.json".to_owned(),
        "ground-truth.json".to_owned(),
    ]) {
        let read = |folder: &Path| fs::read(folder.join(&name)).unwrap();
        assert!(read(one.path()) == read(other.path()), "{name}");
    }
}

#[test]
fn parquet_and_ndjson_hold_the_rows_that_the_ground_truth_counts() {
    let folder = tempfile::tempdir().unwrap();
    let truth = write(folder.path(), Format::Parquet);
    assert_eq!(truth, write(folder.path(), Format::Ndjson));
    for &table in Table::ALL {
        let file = File::open(folder.path().join(format!("logs/{table}.parquet"))).unwrap();
        let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
        assert_eq!(reader.schema().fields(), table.schema().fields());
        let rows: usize = reader.build().unwrap().map(|batch| batch.unwrap().num_rows()).sum();
        assert_eq!(rows as u64, truth.rows[table.name()]);
        let text = fs::read_to_string(folder.path().join(format!("logs/{table}.ndjson"))).unwrap();
        assert_eq!(text.lines().count(), rows);
        for line in text.lines() {
            let row: serde_json::Value = serde_json::from_str(line).unwrap();
            assert!(row["TimeGenerated"].as_str().unwrap().ends_with('Z'));
        }
    }
    let text = fs::read_to_string(folder.path().join("logs/SigninLogs.ndjson")).unwrap();
    let row: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert!(row["LocationDetails"]["geoCoordinates"]["latitude"].is_number());
    let truth_text = fs::read_to_string(folder.path().join("ground-truth.json")).unwrap();
    assert_eq!(serde_json::from_str::<GroundTruth>(&truth_text).unwrap(), truth);
}

#[test]
fn the_stix_bundle_holds_the_indicators_of_the_csv() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), Format::Parquet);
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    let bundle: serde_json::Value =
        serde_json::from_str(&read("feed/indicators.stix.json")).unwrap();
    assert_eq!(bundle["type"], "bundle");
    let named: Vec<&str> = bundle["objects"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|object| object["type"] == "indicator")
        .map(|object| object["name"].as_str().unwrap())
        .collect();
    let csv = read("feed/indicators.csv");
    let listed: Vec<&str> =
        csv.lines().skip(1).map(|line| line.split(',').nth(1).unwrap()).collect();
    assert_eq!(named, listed);
}

#[test]
fn a_break_is_an_error_and_leaves_no_half_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut calls = 0;
    let broken = write_folder(folder.path(), &options(), Format::Parquet, &mut |_| {
        calls += 1;
        if calls == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert!(matches!(broken, Err(ScenarioError::Interrupted)));
    let left: Vec<String> = fs::read_dir(folder.path().join("logs"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    assert!(
        left.iter().all(|name| name.ends_with(".parquet") && !name.starts_with('.')),
        "{left:?}"
    );
    assert!(!folder.path().join("ground-truth.json").exists());
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let mut go_on = |_| ControlFlow::Continue(());
    let refused = write_folder(&file, &options(), Format::Ndjson, &mut go_on).unwrap_err();
    assert!(refused.to_string().contains("file"));
}
