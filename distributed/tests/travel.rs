//! What cannot travel is named before anything is sent, and what an executor does not find is an error.
#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::physical_plan::collect;
use datafusion::prelude::SessionContext;
use huntbook_distributed::{
    DistributedEngine, DistributedError, PlanCodec, Stays, cluster_config, cluster_rules, decode,
    encode,
};
use huntbook_kql::{Database, Engine, IpLocations, Limits, local};

/// No scheduler is there: what comes back as [`Stays`] was not sent.
fn distributed(database: Database) -> DistributedEngine {
    DistributedEngine::new(engine(database), "127.0.0.1:1", cluster_config(2))
}

fn engine(database: Database) -> Engine {
    Engine::new(database, "2024-05-01T12:30:00Z".parse().unwrap())
}

async fn stays(database: Database, query: &str) -> Stays {
    match distributed(database).query(query).await {
        Err(DistributedError::Stays(stays)) => stays,
        other => panic!("{other:?}"),
    }
}

/// A text in MaxMind's format.
fn text(value: &str) -> Vec<u8> {
    let mut bytes = match value.len() {
        long @ 29.. => vec![0x5D, u8::try_from(long - 29).unwrap()],
        short => vec![0x40 | u8::try_from(short).unwrap()],
    };
    bytes.extend(value.as_bytes());
    bytes
}

/// A file of places that knows none.
fn write_locations(path: &Path) {
    let mut bytes = vec![0, 0, 1, 0, 0, 1];
    bytes.extend([0; 16]);
    bytes.extend(b"\xAB\xCD\xEFMaxMind.com");
    let number = |number: u8| vec![0xA1, number];
    let members: [(&str, Vec<u8>); 9] = [
        ("binary_format_major_version", number(2)),
        ("binary_format_minor_version", number(0)),
        ("build_epoch", vec![1, 2, 1]),
        ("database_type", text("Test-City")),
        ("description", vec![0xE0]),
        ("ip_version", number(4)),
        ("languages", vec![0, 4]),
        ("node_count", vec![0xC1, 1]),
        ("record_size", number(24)),
    ];
    bytes.push(0xE9);
    for (key, value) in members {
        bytes.extend(text(key));
        bytes.extend(value);
    }
    fs::write(path, bytes).unwrap();
}

#[tokio::test]
async fn a_function_that_carries_a_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("places.mmdb");
    write_locations(&path);
    let mut database = Database::new();
    database.set_locations(IpLocations::open(&path).unwrap());
    let query =
        "datatable(a: string)['1.2.3.4', '4.3.2.1'] | extend p = geo_info_from_ip_address(a)";
    assert_eq!(engine(database.clone()).query(query).await.unwrap().row_count(), 2);
    let stays = stays(database, query).await;
    assert!(stays.to_string().contains("`geo_info_from_ip_address`"), "{stays}");
}

#[tokio::test]
async fn more_rows_in_memory_than_a_message_holds_are_named() {
    let column: ArrayRef = Arc::new(Int64Array::from_iter_values(0..2_000_000));
    let batch = RecordBatch::try_from_iter([("n", column)]).unwrap();
    let database = Database::from_batches([("T".to_owned(), batch.schema(), vec![batch])]).unwrap();
    let stays = stays(database, "T | where n % 7 == 0 | count").await;
    assert!(matches!(stays, Stays::TooLarge { bytes: 16_000_000.. }), "{stays}");
}

#[tokio::test]
async fn limits_that_nobody_would_keep_are_refused() {
    let limits = Limits { rows: Some(5), ..Limits::default() };
    let engine = engine(Database::new()).with_limits(limits);
    let engine = DistributedEngine::new(engine, "127.0.0.1:1", cluster_config(2));
    let error = engine.query("print a = 1").await.unwrap_err();
    assert!(matches!(error, DistributedError::Stays(Stays::Limits)), "{error}");
}

#[tokio::test]
async fn no_scheduler_is_an_error_of_the_run() {
    let error = distributed(Database::new()).query("print a = 1").await.unwrap_err();
    assert!(matches!(error, DistributedError::Run(_)), "{error}");
}

#[tokio::test]
async fn a_file_that_an_executor_does_not_find_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("T.parquet");
    let column: ArrayRef = Arc::new(StringArray::from(vec!["a", "b"]));
    let batch = RecordBatch::try_from_iter([("s", column)]).unwrap();
    let mut writer =
        ArrowWriter::try_new(File::create(&path).unwrap(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let engine = engine(local::open(std::slice::from_ref(&path)).unwrap());
    let codec = PlanCodec::default();
    let plan = engine
        .plan_for("T | where s has 'a' | count", cluster_config(2), &cluster_rules())
        .await
        .unwrap();
    let bytes = encode(&plan.physical, &codec).unwrap();
    let session = SessionContext::new_with_state(codec.functions().session(plan.config).unwrap());
    let there = || decode(&bytes, &session.task_ctx(), &codec).unwrap();
    let rows = collect(there(), session.task_ctx()).await.unwrap();
    assert_eq!(rows.iter().map(RecordBatch::num_rows).sum::<usize>(), 1);
    fs::remove_file(path).unwrap();
    let error = collect(there(), session.task_ctx()).await.unwrap_err();
    assert!(error.to_string().contains("T.parquet"), "{error}");
}
