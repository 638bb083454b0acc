//! Whole runs over files: what goes in, what comes out, what is left when a run fails.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::slice::from_ref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ::parquet::arrow::ArrowWriter;
use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use ::parquet::basic::Compression;
use ::parquet::file::metadata::KeyValue;
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::reader::{FileReader, SerializedFileReader};
use arrow::array::{
    Array, ArrayRef, Int64Array, LargeStringArray, ListBuilder, RecordBatch, StringArray,
    StringBuilder, StructArray, TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, Field};
use tempfile::TempDir;

use super::*;
use crate::{
    Key, Kind, ObfuscationError, Obfuscator, Policy, SCHEME_METADATA, Settings, Times, Vault,
    VaultWriter, prove,
};

/// What must be in no output.
const SECRETS: [&str; 5] = ["bob", "contoso", "desktop-7", "10.1.2.3", "zebra"];

fn obfuscator() -> Obfuscator {
    Obfuscator::new(&Key::from_bytes([5; 32]), "tests", Policy::builtin())
}

fn run(
    sources: &[PathBuf],
    destination: &Path,
    options: FilesOptions,
) -> Result<FilesReport, ObfuscationError> {
    obfuscate_files(&obfuscator(), sources, destination, options, &Unwatched)
}

fn obfuscated(name: &str, content: &[u8]) -> (String, FilesReport) {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join(name);
    fs::write(&source, content).unwrap();
    let destination = folder.path().join(format!("out-{name}"));
    let report = run(&[source], &destination, FilesOptions::default()).unwrap();
    (fs::read_to_string(destination).unwrap(), report)
}

fn refusal(name: &str, content: &[u8]) -> ObfuscationError {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join(name);
    fs::write(&source, content).unwrap();
    let destination = folder.path().join(format!("out-{name}"));
    let error = run(&[source], &destination, FilesOptions::default()).unwrap_err();
    assert_eq!(names(folder.path()), [name], "nothing is left of the run");
    error
}

/// The name in a folder that ends so.
fn only(folder: &Path, ending: &str) -> String {
    names(folder).into_iter().find(|name| name.ends_with(ending)).unwrap()
}

/// All names in a folder, hidden ones, too.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = super::gzip::pack(Vec::new());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

fn gunzip(bytes: &[u8]) -> String {
    let mut text = String::new();
    super::gzip::unpack(bytes).read_to_string(&mut text).unwrap();
    text
}

fn zip_of(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ::zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in members {
        writer.start_file(*name, ::zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn assert_no_secret(bytes: &[u8], place: &str) {
    let text = String::from_utf8_lossy(bytes).to_lowercase();
    for secret in SECRETS {
        // Three letters stand in a heap of tokens by chance.
        if secret.len() == 3 && bytes.len() > 4096 {
            continue;
        }
        assert!(!text.contains(secret), "`{secret}` is in {place}");
    }
}

fn table(rows: usize) -> RecordBatch {
    let accounts: StringArray = (0..rows)
        .map(|row| (row % 7 != 0).then(|| format!("bob{}@contoso.com", row % 5)))
        .collect();
    let addresses: LargeStringArray =
        (0..rows).map(|row| Some(format!("10.1.2.{}", row % 200))).collect();
    let commands: StringArray =
        (0..rows).map(|row| Some(format!("zebra.exe -job {row}"))).collect();
    let mut tags = ListBuilder::new(StringBuilder::new());
    for row in 0..rows {
        tags.values().append_value(format!("zebra{}", row % 3));
        tags.append(true);
    }
    let device: ArrayRef = Arc::new(StringArray::from(vec!["DESKTOP-7"; rows]));
    let ports: ArrayRef = Arc::new(Int64Array::from_iter_values(0..rows as i64));
    let device = StructArray::from(vec![
        (Arc::new(Field::new("DeviceName", DataType::Utf8, false)), device),
        (Arc::new(Field::new("RemotePort", DataType::Int64, false)), ports),
    ]);
    let times = TimestampMicrosecondArray::from_iter_values(0..rows as i64).with_timezone("UTC");
    RecordBatch::try_from_iter_with_nullable([
        ("TimeGenerated", Arc::new(times) as ArrayRef, false),
        ("UserPrincipalName", Arc::new(accounts), true),
        ("IPAddress", Arc::new(addresses), true),
        ("CommandLine", Arc::new(commands), true),
        ("Tags", Arc::new(tags.finish()), true),
        ("Device", Arc::new(device), false),
    ])
    .unwrap()
}

fn write_parquet(path: &Path, batch: &RecordBatch, compression: Compression) {
    let properties = WriterProperties::builder()
        .set_compression(compression)
        .set_max_row_group_row_count(Some(9000))
        .set_created_by("desktop-7 of bob".to_owned())
        .set_key_value_metadata(Some(vec![KeyValue::new(
            "pandas".to_owned(),
            "{\"path\": \"C:/Users/bob\"}".to_owned(),
        )]))
        .build();
    let mut writer =
        ArrowWriter::try_new(File::create(path).unwrap(), batch.schema(), Some(properties))
            .unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
}

fn read_parquet(path: &Path) -> Vec<RecordBatch> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
    reader.with_batch_size(8192).build().unwrap().map(Result::unwrap).collect()
}

#[test]
fn parquet_keeps_columns_types_rows_and_compression_and_is_proved() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("SigninLogs.parquet");
    let original = table(20_000);
    write_parquet(&source, &original, Compression::SNAPPY);
    let destination = folder.path().join("shared.parquet");
    let report = run(&[source], &destination, FilesOptions::default()).unwrap();
    assert_eq!((report.rows, report.files[0].columns.len()), (20_000, 7));
    assert_eq!(report.files[0].columns[1].nulls, original.column(1).null_count() as u64);

    let out = read_parquet(&destination);
    for (before, after) in original.schema().fields().iter().zip(out[0].schema().fields()) {
        assert_eq!((before.name(), before.data_type()), (after.name(), after.data_type()));
    }
    let obfuscator = obfuscator();
    let plan = obfuscator.plan(&original.schema(), &original.slice(0, 8192));
    let expected = obfuscator.batch(&plan, &original).unwrap();
    let joined = arrow::compute::concat_batches(&out[0].schema(), &out).unwrap();
    for (expected, column) in expected.columns().iter().zip(joined.columns()) {
        assert_eq!(expected, column);
    }
    let proof = prove(&[original], &out, &plan, &obfuscator);
    assert!(proof.ok, "{}", proof.to_json());
}

#[test]
fn parquet_holds_no_original_in_statistics_dictionaries_or_metadata() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("a.parquet");
    write_parquet(&source, &table(20_000), Compression::UNCOMPRESSED);
    let destination = folder.path().join("b.parquet");
    run(&[source], &destination, FilesOptions::default()).unwrap();
    assert_no_secret(&fs::read(&destination).unwrap(), "the bytes of the file");

    let reader = SerializedFileReader::new(File::open(&destination).unwrap()).unwrap();
    let metadata = reader.metadata();
    assert_no_secret(format!("{metadata:?}").as_bytes(), "the footer");
    let keys: Vec<&str> = metadata
        .file_metadata()
        .key_value_metadata()
        .unwrap()
        .iter()
        .map(|pair| pair.key.as_str())
        .collect();
    assert!(keys.contains(&SCHEME_METADATA) && !keys.contains(&"pandas"), "{keys:?}");
    assert_eq!(metadata.num_row_groups(), 3, "row groups stay");
    for group in metadata.row_groups() {
        assert_eq!(group.column(1).compression(), Compression::UNCOMPRESSED);
        assert!(group.column(1).statistics().unwrap().min_bytes_opt().is_some());
    }
}

#[test]
fn empty_parquet_stays_a_table_without_rows() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("a.parquet");
    write_parquet(&source, &table(0), Compression::SNAPPY);
    let destination = folder.path().join("b.parquet");
    let report = run(&[source], &destination, FilesOptions::default()).unwrap();
    assert_eq!(report.rows, 0);
    assert!(read_parquet(&destination).is_empty());
}

#[test]
fn damaged_parquet_is_named() {
    let error = refusal("a.parquet", b"PAR1 not really PAR1");
    assert_eq!(error.code(), "OBF0032");
    assert!(error.to_string().contains("a.parquet"), "{error}");
}

#[test]
fn csv_keeps_header_order_line_ends_and_empty_fields() {
    let text = "UserPrincipalName,IPAddress,Notes,ActionType\r\nbob@contoso.com,10.1.2.3,\"a \"\"zebra\"\", b\",Logon\r\n,,,\r\n";
    let (out, report) = obfuscated("a.csv", text.as_bytes());
    let lines: Vec<&str> = out.split("\r\n").collect();
    assert_eq!(lines[0], "UserPrincipalName,IPAddress,Notes,ActionType");
    assert!(lines[1].ends_with(",Logon") && lines[1].contains(",10."), "{out}");
    assert_eq!((lines[2], lines.len()), (",,,", 4));
    assert_no_secret(out.as_bytes(), "the file");
    assert_eq!(report.rows, 2);
    let clear: Vec<_> =
        report.files[0].left_in_clear().map(|column| column.column.as_str()).collect();
    assert_eq!(clear, ["ActionType"]);
    let expected = obfuscator().value(Kind::Account, "bob@contoso.com");
    assert!(lines[1].starts_with(&expected), "{out}");
}

#[test]
fn csv_rows_of_many_blocks_keep_their_order() {
    let mut text = String::from("RemotePort\tAccount\n");
    for row in 0..100_000 {
        writeln!(text, "{row}\tbob{row}").unwrap();
    }
    let (out, report) = obfuscated("a.tsv", text.as_bytes());
    assert_eq!(report.rows, 100_000);
    let obfuscator = obfuscator();
    for row in [0, 8191, 8192, 99_999] {
        let expected = format!("{row}\t{}", obfuscator.value(Kind::Account, &format!("bob{row}")));
        assert_eq!(out.lines().nth(row + 1).unwrap(), expected);
    }
}

#[test]
fn csv_with_a_byte_order_mark_has_the_same_columns() {
    let (out, _) = obfuscated("a.csv", b"\xef\xbb\xbfAccount,Port\nbob,1\n");
    assert!(out.starts_with("Account,Port\n"), "{out}");
    assert_no_secret(out.as_bytes(), "the file");
}

#[test]
fn empty_csv_and_a_lone_header_stay() {
    assert_eq!(obfuscated("a.csv", b"").0, "");
    assert_eq!(obfuscated("a.csv", b"Account,Port\n").0, "Account,Port\n");
}

#[test]
fn ragged_csv_row_is_named_by_its_line() {
    let error = refusal("a.csv", b"a,b\n1,2\nbob\n");
    assert_eq!(error.code(), "OBF0032");
    let words = error.to_string();
    assert!(words.contains("line 3") && words.contains("1 fields"), "{words}");
    assert!(!words.contains("bob"), "{words}");
}

#[test]
fn csv_without_a_header_is_refused() {
    let error = refusal("a.csv", b"bob@contoso.com,10.1.2.3\nann@contoso.com,10.1.2.4\n");
    assert!(error.to_string().contains("add a header"), "{error}");
    assert_no_secret(error.to_string().as_bytes(), "the error");
}

#[test]
fn csv_of_another_encoding_is_refused_with_what_helps() {
    let error = refusal("a.csv", b"\xff\xfea\0,\0b\0");
    assert_eq!(error.code(), "OBF0031");
    assert!(error.to_string().contains("iconv"), "{error}");
}

#[test]
fn ndjson_keeps_lines_and_counts_those_that_are_no_json() {
    let text = "{\"Computer\":\"DESKTOP-7\",\"IpAddress\":\"10.1.2.3\"}\n\nzebra of bob\n{\"User\":\"bob\"}";
    let (out, report) = obfuscated("a.ndjson", text.as_bytes());
    assert_eq!(out.lines().count(), 4);
    assert_eq!(out.lines().nth(1), Some(""));
    assert!(!out.ends_with('\n'));
    assert_no_secret(out.as_bytes(), "the file");
    assert_eq!(report.rows, 3);
    assert!(report.files[0].lines_as_text >= 1);
}

#[test]
fn json_file_with_a_value_a_line_is_read_as_ndjson() {
    let text = "{\"User\":\"bob\"}\n{\"User\":\"bob\"}\n";
    let (out, report) = obfuscated("a.json", text.as_bytes());
    assert_eq!((report.files[0].format, report.rows), ("ndjson", 2));
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines[0], lines[1]);
}

#[test]
fn text_file_is_obfuscated_by_lines() {
    let (out, report) = obfuscated("a.log", b"zebra of bob\r\nzebra of bob\r\n");
    assert_eq!((report.files[0].format, report.rows), ("text", 2));
    let lines: Vec<&str> = out.split("\r\n").collect();
    assert_eq!((lines[0], lines.len()), (lines[1], 3));
    assert_no_secret(out.as_bytes(), "the file");
}

#[test]
fn binary_file_is_refused_or_left_out() {
    assert_eq!(refusal("a.bin", b"MZ\0\0").code(), "OBF0031");
    assert_eq!(refusal("a.evtx", b"ElfFile\0").code(), "OBF0031");
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("logs");
    fs::create_dir(&source).unwrap();
    fs::write(source.join("bob.bin"), b"MZ\0\0").unwrap();
    fs::write(source.join("bob.evtx"), b"ElfFile\0").unwrap();
    fs::write(source.join("a.csv"), "Account\nbob\n").unwrap();
    let options = FilesOptions { skip_unknown: true, ..FilesOptions::default() };
    let destination = folder.path().join("out");
    let report = run(&[source], &destination, options).unwrap();
    assert_eq!((report.files.len(), report.left_out.len()), (1, 2));
    assert_eq!(names(&destination).len(), 1);
    assert_no_secret(report.to_json().as_bytes(), "the report");
}

#[test]
fn gzip_is_unpacked_and_packed_again_without_name_and_time() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("a.csv.gz");
    // Two members one after the other are one file.
    fs::write(&source, [gzip(b"Account\nbob\n"), gzip(b"bob\n")].concat()).unwrap();
    let destination = folder.path().join("b.csv.gz");
    let report = run(&[source], &destination, FilesOptions::default()).unwrap();
    let bytes = fs::read(destination).unwrap();
    assert_eq!(bytes[3..8], [0, 0, 0, 0, 0]);
    let text = gunzip(&bytes);
    assert_eq!((report.rows, text.lines().count()), (2, 3));
    assert_no_secret(text.as_bytes(), "the file");
}

#[test]
fn cut_gzip_is_an_error_and_leaves_nothing() {
    let bytes = gzip("Account\nbob\n".repeat(1000).as_bytes());
    assert_eq!(refusal("a.csv.gz", &bytes[..bytes.len() - 12]).code(), "OBF0030");
}

#[test]
fn zip_has_its_members_by_their_endings_under_obfuscated_names() {
    let folder = tempfile::tempdir().unwrap();
    let parquet = folder.path().join("t.parquet");
    write_parquet(&parquet, &table(100), Compression::SNAPPY);
    let parquet = fs::read(&parquet).unwrap();
    let source = folder.path().join("a.zip");
    let members: [(&str, &[u8]); 5] = [
        ("logs/DESKTOP-7 of bob.csv", b"Account\nbob\n"),
        ("../bob.json", b"{\"User\":\"bob\"}"),
        ("BOB.json", b"{\"User\":\"bob\"}"),
        ("logs/table.parquet", &parquet),
        ("readme.txt", b"zebra"),
    ];
    fs::write(&source, zip_of(&members)).unwrap();
    let destination = folder.path().join("b.zip");
    let report = run(&[source], &destination, FilesOptions::default()).unwrap();
    assert_eq!(report.files.len(), 5);
    assert_no_secret(report.to_json().as_bytes(), "the report");
    assert_no_secret(&fs::read(&destination).unwrap(), "the archive");
    let mut archive = ::zip::ZipArchive::new(File::open(&destination).unwrap()).unwrap();
    assert_eq!(archive.len(), 5);
    for index in 0..5 {
        let mut member = archive.by_index(index).unwrap();
        let mut bytes = Vec::new();
        member.read_to_end(&mut bytes).unwrap();
        assert_no_secret(&bytes, "a member");
        assert!(member.enclosed_name().is_some());
    }
    assert!(archive.by_index(0).unwrap().name().unwrap().starts_with("logs/"));
}

#[test]
fn zip_in_zip_is_refused_by_name_or_left_out() {
    let inner = zip_of(&[("a.csv", b"Account\nbob\n")]);
    let outer = zip_of(&[("inner.zip", &inner), ("b.csv", b"Account\nbob\n")]);
    let error = refusal("outer.zip", &outer);
    assert_eq!(error.code(), "OBF0031");
    assert!(error.to_string().contains("outer.zip!inner.zip"), "{error}");
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("outer.zip");
    fs::write(&source, outer).unwrap();
    let options = FilesOptions { skip_unknown: true, ..FilesOptions::default() };
    let report = run(&[source], &folder.path().join("b.zip"), options).unwrap();
    assert_eq!((report.files.len(), report.left_out.len()), (1, 1));
}

#[test]
fn cut_zip_is_named() {
    let bytes = zip_of(&[("a.csv", b"Account\nbob\n")]);
    assert_eq!(refusal("a.zip", &bytes[..bytes.len() - 30]).code(), "OBF0032");
}

/// A folder with five formats and a folder inside.
fn mixed_folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let logs = folder.path().join("logs");
    fs::create_dir_all(logs.join("DESKTOP-7")).unwrap();
    write_parquet(&logs.join("SigninLogs.parquet"), &table(500), Compression::SNAPPY);
    fs::write(logs.join("DESKTOP-7/bob.csv"), "Account\nbob\n").unwrap();
    fs::write(logs.join("DESKTOP-7/bob.ndjson.gz"), gzip(b"{\"User\":\"bob\"}\n")).unwrap();
    fs::write(logs.join("one.json"), "{\"User\":\"bob\"}").unwrap();
    fs::write(logs.join("all.zip"), zip_of(&[("bob.csv", b"Account\nbob\n")])).unwrap();
    fs::write(logs.join(".hidden"), "bob").unwrap();
    folder
}

#[test]
fn folder_keeps_its_layout_and_leaks_no_name() {
    let folder = mixed_folder();
    let destination = folder.path().join("shared/out");
    let report = run(&[folder.path().join("logs")], &destination, FilesOptions::default()).unwrap();
    assert_eq!((report.files.len(), report.left_out.len()), (5, 1));
    assert_no_secret(report.to_json().as_bytes(), "the report");
    let top = names(&destination);
    assert_eq!(top.len(), 4, "{top:?}");
    assert!(top.contains(&"SigninLogs.parquet".to_owned()), "{top:?}");
    assert_no_secret(top.join(" ").as_bytes(), "the names");
    let inner = top.iter().find(|name| destination.join(name).is_dir()).unwrap();
    assert_eq!(names(&destination.join(inner)).len(), 2);
    assert_eq!(names(folder.path()), ["logs", "shared"], "no staging folder is left");
    assert_eq!(names(&folder.path().join("shared")), ["out"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&destination), mode(&folder.path().join("logs")));
    }
}

#[test]
fn existing_destination_is_refused_unless_it_may_be_overwritten() {
    let folder = mixed_folder();
    let logs = [folder.path().join("logs")];
    let destination = folder.path().join("out");
    run(&logs, &destination, FilesOptions::default()).unwrap();
    let error = run(&logs, &destination, FilesOptions::default()).unwrap_err();
    assert_eq!(error.code(), "OBF0033");
    let before = names(&destination);
    let options = FilesOptions { overwrite: true, ..FilesOptions::default() };
    run(&logs, &destination, options).unwrap();
    assert_eq!(names(&destination), before);
}

#[test]
fn source_and_destination_may_not_overlap() {
    let folder = mixed_folder();
    let logs = folder.path().join("logs");
    let one = logs.join("one.json");
    let options = FilesOptions { overwrite: true, ..FilesOptions::default() };
    for (source, destination) in [
        (&logs, logs.clone()),
        (&logs, logs.join("out/deeper")),
        (&one, one.clone()),
        (&one, logs.join("../logs/one.json")),
        (&logs, folder.path().to_owned()),
    ] {
        let error = run(std::slice::from_ref(source), &destination, options).unwrap_err();
        assert_eq!(error.code(), "OBF0033", "{}", destination.display());
    }
    let error = run(&[one], &folder.path().join("one.csv"), options).unwrap_err();
    assert!(error.to_string().contains(".json"), "{error}");
    assert_eq!(names(folder.path()), ["logs"]);
}

#[test]
fn missing_source_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let error =
        run(&[folder.path().join("a.csv")], &folder.path().join("b.csv"), FilesOptions::default())
            .unwrap_err();
    assert_eq!(error.code(), "OBF0030");
}

/// Stops the work once so many rows are done.
struct StopAfter {
    rows: u64,
    seen: AtomicU64,
}

impl Watch for StopAfter {
    fn progress(&self, progress: Progress) {
        assert!(progress.bytes_done <= progress.bytes_total);
        self.seen.fetch_max(progress.rows, Ordering::Relaxed);
    }

    fn is_cancelled(&self) -> bool {
        self.seen.load(Ordering::Relaxed) >= self.rows
    }
}

#[test]
fn cancelled_run_leaves_the_destination_as_it_was() {
    let folder = mixed_folder();
    let logs = folder.path().join("logs");
    fs::write(logs.join("zz.csv"), "Account\n".to_owned() + &"bob\n".repeat(200_000)).unwrap();
    let destination = folder.path().join("out");
    fs::create_dir(&destination).unwrap();
    fs::write(destination.join("mine.txt"), "mine").unwrap();
    let options = FilesOptions { overwrite: true, ..FilesOptions::default() };
    for rows in [0, 1, 600, 20_000] {
        let watch = StopAfter { rows, seen: AtomicU64::new(0) };
        let error = obfuscate_files(&obfuscator(), from_ref(&logs), &destination, options, &watch)
            .unwrap_err();
        assert_eq!(error.code(), "OBF0034", "{rows}");
        assert_eq!(names(&destination), ["mine.txt"]);
        assert_eq!(names(folder.path()), ["logs", "out"]);
    }
}

#[test]
fn table_error_names_file_and_column() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("a.parquet");
    let bytes = arrow::array::BinaryArray::from(vec![b"bob".as_slice()]);
    let batch = RecordBatch::try_from_iter([("Blob", Arc::new(bytes) as ArrayRef)]).unwrap();
    write_parquet(&source, &batch, Compression::SNAPPY);
    if let Err(error) = run(&[source], &folder.path().join("b.parquet"), FilesOptions::default()) {
        assert_eq!(error.code(), "OBF0009");
        let words = error.to_string();
        assert!(words.contains("a.parquet") && words.contains("Blob"), "{words}");
    }
}

/// Real recordings, where they stand beside the checkout.
#[test]
fn recordings_are_obfuscated_without_error() {
    let shared = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"))
        .join("../../../shared/logs");
    if !shared.is_dir() {
        eprintln!("left out: there are no recordings at {}", shared.display());
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let destination = folder.path().join("out");
    let report = run(&[shared], &destination, FilesOptions::default()).unwrap();
    assert!(report.rows > 10_000, "{}", report.rows);
    assert!(report.files.iter().all(|file| file.rows > 0));
}

fn proof_of(original: &Path, obfuscated: &Path, realm: &str) -> FilesProof {
    let key = Key::from_bytes([5; 32]);
    prove_files(original, obfuscated, &key, realm, &Policy::builtin(), &Unwatched).unwrap()
}

#[test]
fn folder_is_proved_and_what_was_changed_in_it_is_found() {
    let folder = mixed_folder();
    let logs = folder.path().join("logs");
    let out = folder.path().join("out");
    run(from_ref(&logs), &out, FilesOptions::default()).unwrap();
    let proof = proof_of(&logs, &out, "tests");
    assert!(proof.ok, "{}", proof.to_json());
    assert_eq!(proof.files.len(), 5);
    assert_no_secret(proof.to_json().as_bytes(), "the proof");
    assert!(!proof_of(&logs, &out, "elsewhere").ok);

    let json = only(&out, ".json");
    fs::write(out.join(&json), "{\"User\":\"bob\"}").unwrap();
    let proof = proof_of(&logs, &out, "tests");
    let found: Vec<&FileProof> = proof.files.iter().filter(|file| !file.proof.ok).collect();
    assert_eq!((found.len(), found[0].file.as_str()), (1, json.as_str()));

    fs::remove_file(out.join(&json)).unwrap();
    fs::write(out.join("more.csv"), "a\n1\n").unwrap();
    let proof = proof_of(&logs, &out, "tests");
    assert_eq!((proof.missing, proof.unexpected), (vec![json], 1));
}

#[test]
fn column_of_each_format_is_revealed_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let parquet = folder.path().join("a.parquet");
    write_parquet(&parquet, &table(300), Compression::SNAPPY);
    let csv = folder.path().join("b.csv.gz");
    fs::write(&csv, gzip(b"IPAddress\n10.1.2.0\n\nno address\n")).unwrap();
    let out = folder.path().join("out");
    run(&[parquet, csv], &out, FilesOptions::default()).unwrap();
    let reveal = |ending: &str, column: &str| {
        let path = names(&out).into_iter().find(|name| name.ends_with(ending)).unwrap();
        let mut values = Vec::new();
        let one_way =
            reveal_column(&obfuscator(), None, &out.join(path), column, None, &mut |value| {
                values.push(value.map(str::to_owned));
                Ok(())
            });
        one_way.map(|one_way| (one_way, values))
    };
    let (one_way, values) = reveal(".parquet", "ipaddress").unwrap();
    assert_eq!((one_way, values.len(), values[1].as_deref()), (0, 300, Some("10.1.2.1")));
    let (one_way, values) = reveal(".csv.gz", "IPAddress").unwrap();
    assert_eq!((one_way, values[0].as_deref()), (1, Some("10.1.2.0")));
    assert_eq!(reveal(".parquet", "UserPrincipalName").unwrap_err().code(), "OBF0007");
    let (_, values) = reveal(".parquet", "Device.RemotePort").unwrap();
    assert_eq!((values.len(), values[7].as_deref()), (300, Some("7")));
    assert!(reveal(".parquet", "Nope").unwrap_err().to_string().contains("`Nope`"));
}

#[test]
fn numbers_and_times_in_parquet_are_revealed_where_they_were_moved() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("a.parquet");
    let batch = table(20);
    write_parquet(&source, &batch, Compression::SNAPPY);
    let policy = Policy::builtin()
        .with_settings(Settings { times: Times::Shift, ..Settings::default() })
        .with_rule("TimeGenerated", Kind::Timestamp)
        .with_rule("Device.RemotePort", Kind::Number);
    let obfuscator = Obfuscator::new(&Key::from_bytes([5; 32]), "tests", policy);
    let destination = folder.path().join("b.parquet");
    let options = FilesOptions::default();
    obfuscate_files(&obfuscator, from_ref(&source), &destination, options, &Unwatched).unwrap();
    for column in ["TimeGenerated", "Device.RemotePort"] {
        let shown = |obfuscator: &Obfuscator, path: &Path, kind| {
            let mut values = Vec::new();
            reveal_column(obfuscator, None, path, column, kind, &mut |value| {
                values.push(value.unwrap_or_default().to_owned());
                Ok(())
            })
            .unwrap();
            values
        };
        let keeper = Obfuscator::new(&Key::from_bytes([5; 32]), "tests", Policy::empty());
        let original = shown(&keeper, &source, None);
        assert_ne!(shown(&keeper, &destination, None), original, "{column} is not moved");
        assert_eq!(shown(&obfuscator, &destination, None), original, "{column}");
    }
}

#[test]
fn vault_reveals_the_tokens_of_all_files() {
    let folder = tempfile::tempdir().unwrap();
    let csv = folder.path().join("a.csv");
    fs::write(&csv, "Account\nCONTOSO\\bob\n").unwrap();
    let json = folder.path().join("b.ndjson");
    fs::write(&json, "{\"Account\":\"CONTOSO\\\\alice\"}\n").unwrap();
    let out = folder.path().join("out");
    let path = folder.path().join("vault");
    let key = Key::from_bytes([5; 32]);
    let mut vault = VaultWriter::create(&path, &key, "tests").unwrap();
    let options = FilesOptions::default();
    let sources = [csv, json];
    obfuscate_files_with_vault(&obfuscator(), &sources, &out, options, &mut vault, &Unwatched)
        .unwrap();
    vault.finish().unwrap();
    let vault = Vault::open(&path, &key, "tests").unwrap();
    for name in ["bob", "alice"] {
        let token = obfuscator().value(Kind::Account, name);
        assert_eq!(vault.reveal(&token).unwrap(), name);
    }
    let csv = only(&out, ".csv");
    let mut values = Vec::new();
    let one_way =
        reveal_column(&obfuscator(), Some(&vault), &out.join(csv), "Account", None, &mut |value| {
            values.push(value.unwrap_or_default().to_owned());
            Ok(())
        });
    assert_eq!((one_way.unwrap(), values), (0, vec!["CONTOSO\\bob".to_owned()]));
}
