//! Whole tables from files made for the purpose, and from recordings where they are at hand.

mod external;
mod folders;
mod windows;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringArray, StringViewArray,
};
use arrow::compute::{cast, concat_batches};
use arrow::datatypes::DataType;
use datafusion::prelude::SessionContext;
use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;
use zip::write::SimpleFileOptions;

use super::evtx::write::{self, Event, Form};
use super::{LocalError, open};
use crate::{Database, KqlError, KqlType};

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("inside the folder")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }
    folder
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory takes everything");
    encoder.finish().expect("memory takes everything")
}

fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, SimpleFileOptions::default()).expect("a member");
        writer.write_all(bytes).expect("memory takes everything");
    }
    writer.finish().expect("memory takes everything").into_inner()
}

fn parquet_bytes(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter(columns).expect("columns of one length");
    let mut bytes = Vec::new();
    let mut writer =
        parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).expect("a writer");
    writer.write(&batch).expect("a batch");
    writer.close().expect("a footer");
    bytes
}

fn database(path: &Path) -> Database {
    open(&[path.to_owned()]).expect("a database")
}

fn rows(database: &Database, table: &str) -> RecordBatch {
    let scan = database.table(table).expect(table).scan().expect(table);
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let context = SessionContext::new();
    runtime.block_on(async {
        let frame = context.read_table(scan.provider()).expect("a table");
        let schema = Arc::new(frame.schema().as_arrow().clone());
        concat_batches(&schema, &frame.collect().await.expect("rows")).expect("one schema")
    })
}

/// The cells of one column as text; null as an empty one.
fn texts(batch: &RecordBatch, column: &str) -> Vec<String> {
    let array = batch.column_by_name(column).unwrap_or_else(|| panic!("no column {column}"));
    let array = cast(array, &DataType::Utf8).expect("text of anything");
    let array: &StringArray = array.as_string();
    array.iter().map(|text| text.unwrap_or_default().to_owned()).collect()
}

fn kind(database: &Database, table: &str, column: &str) -> Option<KqlType> {
    let columns = database.columns(table).expect(table);
    columns.into_iter().find(|(name, _)| name == column).map(|(_, kind)| kind)
}

fn error_of(database: &Database, table: &str) -> LocalError {
    let error = database.table(table).expect(table).columns().expect_err("an error");
    error.downcast_ref::<LocalError>().expect("an error of ours").clone()
}

fn names(database: &Database) -> Vec<&str> {
    database.names().collect()
}

#[test]
fn each_format_packed_or_not_gives_the_same_rows() {
    let csv = b"name,size\na,1\nb,2\n";
    let tsv = b"name\tsize\na\t1\nb\t2\n";
    let lines = b"{\"name\":\"a\",\"size\":1}\n{\"name\":\"b\",\"size\":2}\n";
    let array = b"[{\"name\":\"a\",\"size\":1},{\"name\":\"b\",\"size\":2}]";
    let parquet = parquet_bytes(vec![
        ("name", Arc::new(StringArray::from(vec!["a", "b"]))),
        ("size", Arc::new(Int64Array::from(vec![1, 2]))),
    ]);
    let files: [(&str, &[u8]); 5] = [
        ("t.csv", csv),
        ("t.tsv", tsv),
        ("t.ndjson", lines),
        ("t.json", array),
        ("t.parquet", &parquet),
    ];
    for (name, bytes) in files {
        let gzipped_name = format!("{name}.gz");
        let gzipped = gzip(bytes);
        let packed = archive(&[(name, bytes)]);
        let twice = archive(&[(&gzipped_name, &gzipped)]);
        let forms: [(&str, &[u8]); 4] =
            [(name, bytes), (&gzipped_name, &gzipped), ("a.zip", &packed), ("b.zip", &twice)];
        for (name, bytes) in forms {
            let folder = folder(&[(name, bytes)]);
            for path in [folder.path().to_owned(), folder.path().join(name)] {
                let database = database(&path);
                assert_eq!(names(&database), ["t"], "{name}");
                let rows = rows(&database, "t");
                assert_eq!(texts(&rows, "name"), ["a", "b"], "{name}");
                assert_eq!(texts(&rows, "size"), ["1", "2"], "{name}");
                assert_eq!(kind(&database, "t", "size"), Some(KqlType::Long), "{name}");
            }
        }
    }
}

#[test]
fn several_files_of_one_name_are_one_table_whatever_their_formats() {
    let parquet = parquet_bytes(vec![("size", Arc::new(Int64Array::from(vec![3])))]);
    let folder = folder(&[
        ("t-2026-11-01.csv", b"name,size\na,1\n"),
        ("t-2026-11-02.json", b"{\"name\":\"b\",\"size\":2.5}"),
        ("t.parquet", &parquet),
        ("u/part-1.csv", b"x\n1\n"),
        ("u/deep/part-2.csv", b"x\n2\n"),
    ]);
    let database = database(folder.path());
    assert_eq!(names(&database), ["t", "u"]);
    let t = rows(&database, "t");
    let mut sizes = texts(&t, "size");
    sizes.sort();
    assert_eq!(sizes, ["1.0", "2.5", "3.0"]);
    let mut cells = texts(&t, "name");
    cells.sort();
    assert_eq!(cells, ["", "a", "b"]);
    let mut cells = texts(&rows(&database, "u"), "x");
    cells.sort();
    assert_eq!(cells, ["1", "2"]);
}

#[test]
fn a_well_known_table_has_its_types_its_missing_columns_and_both_times() {
    let folder = folder(&[(
        "DeviceProcessEvents.csv",
        b"Timestamp,FileName,ProcessId,AdditionalFields\n2026-11-01T00:00:00Z,a.exe,7,\"{\"\"k\"\":1}\"\n",
    )]);
    let database = database(folder.path());
    assert_eq!(kind(&database, "DeviceProcessEvents", "ProcessId"), Some(KqlType::Long));
    assert_eq!(kind(&database, "DeviceProcessEvents", "AdditionalFields"), Some(KqlType::Dynamic));
    assert_eq!(
        kind(&database, "DeviceProcessEvents", "InitiatingProcessSHA1"),
        Some(KqlType::String)
    );
    let rows = rows(&database, "DeviceProcessEvents");
    assert_eq!(texts(&rows, "TimeGenerated"), texts(&rows, "Timestamp"));
    assert_eq!(texts(&rows, "AdditionalFields"), ["{\"k\":1}"]);
    assert_eq!(texts(&rows, "Type"), ["DeviceProcessEvents"]);
    for (name, kind) in database.columns("DeviceProcessEvents").expect("columns") {
        let field = rows.schema().field_with_name(&name).expect("in the rows").clone();
        assert_eq!(KqlType::from_arrow(&field), Some(kind), "{name}");
    }
}

#[test]
fn a_parquet_table_keeps_its_types_and_gets_the_other_name_of_its_time() {
    let times = arrow::array::TimestampMicrosecondArray::from(vec![1_600_000_000_000_000]);
    let parquet = parquet_bytes(vec![
        ("TimeGenerated", Arc::new(times.with_timezone("UTC"))),
        ("LocationDetails", Arc::new(StringArray::from(vec!["{\"city\":\"x\"}"]))),
        ("raw", Arc::new(arrow::array::BinaryArray::from(vec![b"x".as_slice()]))),
    ]);
    let folder = folder(&[("SigninLogs.parquet", &parquet)]);
    let database = database(folder.path());
    let rows = rows(&database, "SigninLogs");
    assert_eq!(kind(&database, "SigninLogs", "Timestamp"), Some(KqlType::Datetime));
    assert_eq!(kind(&database, "SigninLogs", "LocationDetails"), Some(KqlType::Dynamic));
    assert_eq!(kind(&database, "SigninLogs", "raw"), None);
    assert_eq!(texts(&rows, "Timestamp"), texts(&rows, "TimeGenerated"));
    assert!(database.warnings().iter().any(|warning| warning.contains("`raw`")));
}

#[test]
fn a_parquet_scan_reads_only_the_columns_that_are_asked_for() {
    let parquet = parquet_bytes(vec![
        (
            "TimeGenerated",
            Arc::new(arrow::array::TimestampMicrosecondArray::from(vec![1]).with_timezone("UTC")),
        ),
        ("EventID", Arc::new(Int64Array::from(vec![4688]))),
        ("Account", Arc::new(StringArray::from(vec!["x"]))),
    ]);
    let folder = folder(&[("SecurityEvent.parquet", &parquet)]);
    let database = database(folder.path());
    let scan = database.table("SecurityEvent").expect("there").scan().expect("open");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let plan = runtime.block_on(async {
        use datafusion::prelude::{ident, lit};
        let context = SessionContext::new();
        let frame = context.read_table(scan.provider()).expect("a table");
        let time =
            lit(datafusion::scalar::ScalarValue::TimestampNanosecond(Some(0), Some("UTC".into())));
        let frame = frame.filter(ident("Timestamp").gt(time)).expect("a filter");
        let frame = frame.filter(ident("EventID").eq(lit(4688_i64))).expect("a filter");
        let frame = frame.select(vec![ident("EventID")]).expect("a projection");
        let plan = frame.create_physical_plan().await.expect("a plan");
        datafusion::physical_plan::displayable(plan.as_ref()).indent(false).to_string()
    });
    assert!(plan.contains("file_type=parquet"), "{plan}");
    assert!(!plan.contains("Account"), "{plan}");
    assert!(plan.contains("pruning_predicate=") && plan.contains("EventID_min"), "{plan}");
    assert!(plan.contains("TimeGenerated_max"), "{plan}");
}

const WINDOWS: &str = concat!(
    r#"{"Channel":"security","EventID":4688,"Hostname":"h1","SubjectUserName":"bob","SubjectDomainName":"CORP","NewProcessName":"C:\\a\\cmd.exe","CommandLine":"cmd /c \"x\"","EventTime":"2020-09-20 12:16:06","EventReceivedTime":"2020-09-20 12:16:09","@timestamp":"2020-09-20T16:16:09.362Z","Message":"A new process has been created.\r\n\r\nmore","Keywords":-9214364837600034816,"Odd":{"a":1}}"#,
    "\n",
    r#"{"Channel":"Security","EventID":"4624","Hostname":"h1","LogonType":"3","TargetUserName":"H1$","TargetDomainName":"CORP","SubjectUserName":"-","SubjectDomainName":"-","IpAddress":"192.0.2.1","@timestamp":"2020-09-20T16:16:10Z","KeyLength":"-"}"#,
    "\n",
    r#"{"Channel":"Microsoft-Windows-Sysmon/Operational","EventID":1,"Hostname":"h2","Image":"C:\\b.exe","CommandLine":"b <1>","ProcessGuid":"{1}","RuleName":"-","UtcTime":"2020-09-20 16:16:07.001","@timestamp":"2020-09-20T16:16:11Z","Severity":"INFO","Task":1}"#,
    "\n",
    r#"{"Channel":"System","EventID":7045,"Hostname":"h2","SourceName":"Service Control Manager","ServiceName":"evil","Domain":"NT AUTHORITY","AccountName":"SYSTEM"}"#,
    "\n",
);

#[test]
fn cloudtrail_and_zeek_appear_by_their_shape() {
    let trail = br#"{"Records":[{"eventName":"GetObject","eventSource":"s3.amazonaws.com","eventTime":"2020-09-14T00:44:23Z","sourceIPAddress":"192.0.2.1"}]}"#;
    let zeek = b"#separator \\x09\n#fields\tts\tid.orig_h\torig_bytes\n#types\ttime\taddr\tcount\n1692146028.5\t192.0.2.1\t-\n";
    let folder = folder(&[("trail.json", trail), ("conn.log", zeek), ("app.log", b"free text\n")]);
    let database = database(folder.path());
    assert_eq!(names(&database), ["AWSCloudTrail", "conn", "trail"]);
    assert_eq!(texts(&rows(&database, "AWSCloudTrail"), "SourceIpAddress"), ["192.0.2.1"]);
    let conn = rows(&database, "conn");
    assert_eq!(texts(&conn, "TimeGenerated"), ["2023-08-16T00:33:48.500Z"]);
    assert_eq!(kind(&database, "conn", "orig_bytes"), Some(KqlType::Long));
    assert!(database.warnings().iter().any(|warning| warning.contains("app.log")));
}

#[test]
fn a_missing_path_names_what_is_near() {
    let folder = folder(&[("logs/a.csv", b"x\n1\n")]);
    let missing = folder.path().join("lgos");
    let error = open(&[missing]).expect_err("missing");
    assert!(error.to_string().contains("similar: `logs`"), "{error}");
}

#[test]
fn a_folder_without_tables_is_an_error_that_says_what_was_there() {
    let empty = folder(&[]);
    assert!(
        open(&[empty.path().to_owned()]).expect_err("empty").to_string().contains("it is empty")
    );
    let texts = folder(&[("a.txt", b"x"), ("b.etl", b"x")]);
    let error = open(&[texts.path().to_owned()]).expect_err("nothing").to_string();
    assert!(error.contains("a.txt") && error.contains("1 more"), "{error}");
}

#[test]
fn what_is_passed_over_is_listed() {
    let folder =
        folder(&[("a.csv", b"x\n1\n"), ("b.etl", b"x"), ("c.docx", b"x"), (".d.csv", b"x")]);
    let warnings = database(folder.path()).warnings();
    for name in ["b.etl", "c.docx", ".d.csv"] {
        assert!(warnings.iter().any(|warning| warning.contains(name)), "{name} in {warnings:?}");
    }
}

#[test]
fn a_damaged_file_is_an_error_of_its_own_table_only() {
    let json = b"{\"a\":1}\n{\"a\":2}\n{\"a\":\n";
    let gz = gzip(&b"x,y\n1,2\n".repeat(10_000));
    let zip = archive(&[("m.csv", &b"x,y\n1,2\n".repeat(100))]);
    let parquet = parquet_bytes(vec![("x", Arc::new(Int64Array::from(vec![1; 1000])))]);
    let folder = folder(&[
        ("good.csv", b"x\n1\n"),
        ("json.ndjson", json),
        ("gz.csv.gz", &gz[..gz.len() / 2]),
        ("zip.zip", &zip[..zip.len() / 2]),
        ("cut.parquet", &parquet[..parquet.len() - 20]),
        ("not.parquet", b"not Parquet at all"),
    ]);
    let database = database(folder.path());
    assert_eq!(texts(&rows(&database, "good"), "x"), ["1"]);
    for (table, words) in [
        ("json", "line 4, column 1: the text ends inside a JSON value"),
        ("gz", "gz.csv.gz` is damaged: its packed data end early, after"),
        ("zip", "zip.zip` is damaged: not a readable zip archive"),
        ("cut", "cut.parquet` is damaged: not a readable Parquet file"),
        ("not", "not.parquet` is damaged: not a readable Parquet file"),
    ] {
        let text = error_of(&database, table).to_string();
        assert!(text.contains(words), "{table}: {text}");
    }
}

#[test]
fn a_damaged_archive_that_was_named_itself_is_an_error_at_once() {
    let zip = archive(&[("m.csv", &b"x,y\n1,2\n".repeat(100))]);
    let folder = folder(&[("a.zip", &zip[..zip.len() / 2])]);
    let error = open(&[folder.path().join("a.zip")]).expect_err("damaged");
    assert!(matches!(error, KqlError::Local(LocalError::Damaged { .. })), "{error}");
}

#[test]
fn a_small_file_that_unpacks_to_much_is_refused() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&vec![b'a'; 100 << 20]).expect("memory takes everything");
    let bomb = encoder.finish().expect("memory takes everything");
    let folder = folder(&[("bomb.csv.gz", &bomb)]);
    assert!(matches!(error_of(&database(folder.path()), "bomb"), LocalError::TooLarge { .. }));
}

#[test]
fn text_in_utf_16_and_with_a_mark_is_read() {
    let text = "a,b\n1,\u{e9}\n";
    let wide: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let marked: Vec<u8> = [0xEF, 0xBB, 0xBF].into_iter().chain(text.bytes()).collect();
    let folder = folder(&[("w.csv", &wide), ("m.csv", &marked), ("l.csv", b"a,b\n1,\xe9\n")]);
    let database = database(folder.path());
    assert_eq!(texts(&rows(&database, "w"), "b"), ["\u{e9}"]);
    assert_eq!(texts(&rows(&database, "m"), "a"), ["1"]);
    assert_eq!(texts(&rows(&database, "l"), "b"), ["\u{fffd}"]);
    assert!(database.warnings().iter().any(|warning| warning.contains("U+FFFD")));
}

/// A generator of bytes with a fixed beginning (xorshift), so that a failure can be repeated.
fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    (0..length)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 32) as u8
        })
        .collect()
}

#[test]
fn no_bytes_in_any_format_panic() {
    let parquet = parquet_bytes(vec![
        ("x", Arc::new(Int64Array::from(vec![1; 50]))),
        ("y", Arc::new(StringViewArray::from(vec!["abc"; 50]))),
    ]);
    let csv = b"x,y\n1,\"2\n\"\n".to_vec();
    let zeek = b"#separator \\x09\n#fields\ta\tb\n#types\ttime\tset[x]\n1\t2\n".to_vec();
    let event = Event { channel: "Security", id: 1102, ticks: 0, data: &[("a", "b")] };
    let log = write::file(&[event], Form::Template)[..6000].to_vec();
    let seeds: [(&str, Vec<u8>); 9] = [
        ("a.evtx", log),
        ("a.parquet", parquet),
        ("a.csv", csv.clone()),
        ("a.tsv", csv.clone()),
        ("a.json", WINDOWS.as_bytes().to_vec()),
        ("a.log", zeek),
        ("a.csv.gz", gzip(&csv)),
        ("a.zip", archive(&[("a.json", WINDOWS.as_bytes())])),
        ("b.zip", archive(&[("a.csv.gz", &gzip(&csv))])),
    ];
    for (name, good) in seeds {
        for seed in 0..60_u64 {
            let random = noise(seed, 400);
            let mut bytes = good.clone();
            if seed % 5 == 0 {
                bytes = random;
            } else {
                for pair in random.chunks_exact(2).take(1 + (seed as usize % 7)) {
                    let at = usize::from(pair[0]) * bytes.len() / 256;
                    bytes[at] = pair[1];
                }
                if seed % 3 == 0 {
                    bytes.truncate(usize::from(random[399]) * bytes.len() / 256);
                }
            }
            let folder = folder(&[(name, &bytes)]);
            let Ok(database) = open(&[folder.path().to_owned()]) else { continue };
            for table in names(&database) {
                if let Ok(scan) = database.table(table).expect(table).scan() {
                    let runtime =
                        tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
                    let context = SessionContext::new();
                    let frame = context.read_table(scan.provider()).expect("a table");
                    let _rows_or_error = runtime.block_on(frame.collect());
                }
            }
        }
    }
}

#[test]
fn parquet_with_damaged_pages_names_its_file() {
    let text: Vec<String> =
        (0..50_000).map(|row| format!("{row:x} {}", row * 7919 % 10_007)).collect();
    let mut bytes = parquet_bytes(vec![("x", Arc::new(StringArray::from(text)))]);
    let middle = bytes.len() / 2;
    bytes[middle - 2000..middle].fill(0xFF);
    bytes[100..2000].fill(0xFF);
    let folder = folder(&[("t.parquet", &bytes)]);
    let database = database(folder.path());
    let scan = database.table("t").expect("t").scan().expect("the footer is whole");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let context = SessionContext::new();
    let frame = context.read_table(scan.provider()).expect("a table");
    let source = Box::new(runtime.block_on(frame.collect()).expect_err("damaged"));
    let error = database.explain(KqlError::Execution { source }).to_string();
    assert!(
        error.contains("t.parquet` is damaged: its rows cannot be read from row 1 on"),
        "{error}"
    );
}
