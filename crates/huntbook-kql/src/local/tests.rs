//! Whole tables from files made for the purpose, and from recordings where they are at hand.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringArray, StringViewArray,
};
use arrow::compute::{cast, concat_batches};
use arrow::datatypes::{DataType, TimeUnit};
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

/// The tables that Windows events appear as.
const VIEWS: [&str; 11] = [
    "DeviceEvents",
    "DeviceFileEvents",
    "DeviceImageLoadEvents",
    "DeviceLogonEvents",
    "DeviceNetworkEvents",
    "DeviceProcessEvents",
    "DeviceRegistryEvents",
    "Event",
    "SecurityEvent",
    "Sysmon",
    "WindowsEvent",
];

#[test]
fn windows_events_appear_as_the_tables_that_hunters_know() {
    let folder = folder(&[("rec_2020-09-20121608.json", WINDOWS.as_bytes())]);
    let database = database(folder.path());
    let mut expected = VIEWS.to_vec();
    expected.push("rec");
    assert_eq!(names(&database), expected);

    let security = rows(&database, "SecurityEvent");
    assert_eq!(kind(&database, "SecurityEvent", "EventID"), Some(KqlType::Int));
    assert_eq!(kind(&database, "SecurityEvent", "LogonType"), Some(KqlType::Int));
    assert_eq!(kind(&database, "SecurityEvent", "Odd"), Some(KqlType::Dynamic));
    for (column, cells) in [
        ("EventID", ["4688", "4624"]),
        ("Computer", ["h1", "h1"]),
        ("Account", ["CORP\\bob", "CORP\\H1$"]),
        ("AccountType", ["User", "Machine"]),
        ("SubjectAccount", ["CORP\\bob", "-\\-"]),
        ("TargetAccount", ["", "CORP\\H1$"]),
        ("Process", ["cmd.exe", ""]),
        ("CommandLine", ["cmd /c \"x\"", ""]),
        ("LogonType", ["", "3"]),
        ("LogonTypeName", ["", "3 - Network"]),
        ("IpAddress", ["", "192.0.2.1"]),
        (
            "Activity",
            [
                "4688 - A new process has been created.",
                "4624 - An account was successfully logged on.",
            ],
        ),
        ("Keywords", ["0x8020000000000000", ""]),
        ("KeyLength", ["", ""]),
        ("Channel", ["Security", "Security"]),
        ("Type", ["SecurityEvent", "SecurityEvent"]),
        ("ParentProcessName", ["", ""]),
    ] {
        assert_eq!(texts(&security, column), cells, "{column}");
    }
    // The recorder's clock was four hours behind UTC, as the second time of the first record shows.
    assert_eq!(texts(&security, "TimeGenerated"), ["2020-09-20T16:16:06Z", "2020-09-20T16:16:10Z"]);
    assert!(
        texts(&security, "EventData")[0]
            .contains("<Data Name=\"CommandLine\">cmd /c &quot;x&quot;</Data>")
    );

    let event = rows(&database, "Event");
    assert_eq!(texts(&event, "Source"), ["Microsoft-Windows-Sysmon", "Service Control Manager"]);
    assert_eq!(texts(&event, "EventLog"), ["Microsoft-Windows-Sysmon/Operational", "System"]);
    assert_eq!(texts(&event, "UserName"), ["", "NT AUTHORITY\\SYSTEM"]);
    assert_eq!(texts(&event, "EventLevelName"), ["Information", ""]);
    let data = &texts(&event, "EventData")[0];
    let order: Vec<_> = ["RuleName", "UtcTime", "ProcessGuid", "Image", "b &lt;1&gt;"]
        .iter()
        .map(|part| data.find(part).unwrap_or_else(|| panic!("{part} in {data}")))
        .collect();
    assert!(order.is_sorted(), "{data}");

    let sysmon = rows(&database, "Sysmon");
    assert_eq!(texts(&sysmon, "Image"), ["C:\\b.exe"]);
    assert_eq!(kind(&database, "Sysmon", "EventID"), Some(KqlType::Int));

    let raw = rows(&database, "rec");
    assert_eq!(raw.num_rows(), 4);
    assert_eq!(texts(&raw, "Channel")[0], "security");
    assert!(database.warnings().iter().any(|warning| warning.contains("+4 h")));
}

#[test]
fn windows_events_are_read_in_the_shapes_of_other_recorders() {
    let winlogbeat = r#"{"@timestamp":"2020-01-01T00:00:00Z","winlog":{"channel":"Security","event_id":4625,"computer_name":"h","provider_name":"Microsoft-Windows-Security-Auditing","event_data":{"TargetUserName":"bob","TargetDomainName":"CORP","LogonType":"10"}},"message":"An account failed to log on."}"#;
    let evtx = r##"{"Event":{"#attributes":{"xmlns":"x"},"System":{"Provider":{"#attributes":{"Name":"Microsoft-Windows-Security-Auditing"}},"EventID":{"#attributes":{"Qualifiers":0},"#text":4625},"Channel":"Security","Computer":"h","TimeCreated":{"#attributes":{"SystemTime":"2020-01-01T00:00:00Z"}}},"EventData":{"TargetUserName":"bob","TargetDomainName":"CORP","LogonType":10}}}"##;
    let list = r##"{"System":{"EventID":4625,"Channel":"Security","Computer":"h","TimeCreated":{"SystemTime":"2020-01-01T00:00:00Z"},"Provider":{"Name":"Microsoft-Windows-Security-Auditing"}},"EventData":{"Data":[{"#attributes":{"Name":"TargetUserName"},"#text":"bob"},{"@Name":"TargetDomainName","#text":"CORP"},{"Name":"LogonType","#text":"10"}]}}"##;
    let powershell = r#"[{"Id":4625,"LogName":"Security","MachineName":"h","ProviderName":"Microsoft-Windows-Security-Auditing","TimeCreated":"/Date(1577836800000)/","TargetUserName":"bob","TargetDomainName":"CORP","LogonType":10}]"#;
    for text in [winlogbeat, evtx, list, powershell] {
        let folder = folder(&[("x.json", text.as_bytes())]);
        let database = database(folder.path());
        let rows = rows(&database, "SecurityEvent");
        for (column, cell) in [
            ("EventID", "4625"),
            ("Computer", "h"),
            ("Account", "CORP\\bob"),
            ("LogonType", "10"),
            ("TimeGenerated", "2020-01-01T00:00:00Z"),
            ("EventSourceName", "Microsoft-Windows-Security-Auditing"),
        ] {
            assert_eq!(texts(&rows, column), [cell], "{column} of {text}");
        }
    }
}

const SYSMON: &str = concat!(
    r#"{"Channel":"Microsoft-Windows-Sysmon/Operational","EventID":1,"Hostname":"H1.corp","UtcTime":"2020-01-01 00:00:01.000","ProcessGuid":"{A}","ProcessId":"100","Image":"C:\\Windows\\CMD.exe","CommandLine":"cmd /c x","User":"NT AUTHORITY\\SYSTEM","LogonId":"0x3e7","IntegrityLevel":"System","Hashes":"SHA1=AA,MD5=BB,SHA256=CC,IMPHASH=DD","ParentProcessGuid":"{0}","ParentProcessId":"7","ParentImage":"C:\\a\\services.exe","ParentCommandLine":"services","RecordNumber":9}"#,
    "\n",
    r#"{"Channel":"Microsoft-Windows-Sysmon/Operational","EventID":1,"Hostname":"H1.corp","UtcTime":"2020-01-01 00:00:02.000","ProcessGuid":"{b}","ProcessId":"101","Image":"C:\\b.exe","CommandLine":"b","User":"CORP\\Bob","ParentProcessGuid":"{a}","ParentProcessId":"100","ParentImage":"C:\\Windows\\CMD.exe"}"#,
    "\n",
    r#"{"Channel":"Microsoft-Windows-Sysmon/Operational","EventID":3,"Hostname":"H1.corp","UtcTime":"2020-01-01 00:00:03.000","ProcessGuid":"{B}","ProcessId":"101","Image":"C:\\b.exe","User":"CORP\\Bob","Protocol":"tcp","Initiated":"true","SourceIp":"10.0.0.5","SourcePort":"50000","DestinationIp":"192.0.2.1","DestinationPort":"443","DestinationHostname":"-"}"#,
    "\n",
    r#"{"Channel":"Microsoft-Windows-Sysmon/Operational","EventID":11,"Hostname":"H1.corp","UtcTime":"2020-01-01 00:00:04.000","ProcessGuid":"{B}","ProcessId":"101","Image":"C:\\b.exe","TargetFilename":"C:\\t\\x.bat"}"#,
    "\n",
    r#"{"Channel":"Microsoft-Windows-Sysmon/Operational","EventID":13,"Hostname":"H1.corp","UtcTime":"2020-01-01 00:00:05.000","ProcessGuid":"{B}","ProcessId":"101","Image":"C:\\b.exe","EventType":"SetValue","TargetObject":"HKLM\\Software\\Run\\evil","Details":"DWORD (0x00000010)"}"#,
    "\n",
    r#"{"Channel":"Microsoft-Windows-Sysmon/Operational","EventID":10,"Hostname":"H1.corp","UtcTime":"2020-01-01 00:00:06.000","SourceProcessGUID":"{B}","SourceProcessId":"101","SourceImage":"C:\\b.exe","TargetProcessGUID":"{A}","TargetProcessId":"100","TargetImage":"C:\\Windows\\CMD.exe","GrantedAccess":"0x1010"}"#,
    "\n",
    r#"{"Channel":"Security","EventID":4688,"Hostname":"H1.corp","@timestamp":"2020-01-01T00:00:02Z","SubjectUserName":"Bob","SubjectDomainName":"CORP","NewProcessId":"0x65","NewProcessName":"C:\\B.exe","ParentProcessName":"C:\\Windows\\CMD.exe"}"#,
    "\n",
    r#"{"Channel":"Security","EventID":4688,"Hostname":"H1.corp","@timestamp":"2020-01-01T00:00:07Z","SubjectUserName":"Bob","SubjectDomainName":"CORP","NewProcessId":"0x66","NewProcessName":"C:\\c.exe","CommandLine":"c","ProcessId":"0x65","ParentProcessName":"C:\\b.exe","MandatoryLabel":"S-1-16-12288","TargetUserName":"-"}"#,
    "\n",
    r#"{"Channel":"Security","EventID":4624,"Hostname":"H1.corp","@timestamp":"2020-01-01T00:00:08Z","TargetUserName":"Bob","TargetDomainName":"CORP","TargetLogonId":"0xff","LogonType":"10","IpAddress":"192.0.2.9","IpPort":"-"}"#,
    "\n",
);

#[test]
fn windows_events_appear_as_defender_would_tell_of_them() {
    let folder = folder(&[("rec.json", SYSMON.as_bytes())]);
    let database = database(folder.path());
    let cells = |table: &str, expected: &[(&str, &[&str])]| {
        let rows = rows(&database, table);
        for (column, cells) in expected {
            assert_eq!(texts(&rows, column), *cells, "{table}.{column}");
        }
        assert_eq!(texts(&rows, "Timestamp"), texts(&rows, "TimeGenerated"), "{table}");
    };
    // Sysmon told of the process 101, so that the Security channel's word of it is left out.
    cells(
        "DeviceProcessEvents",
        &[
            ("FileName", &["CMD.exe", "b.exe", "c.exe"]),
            ("FolderPath", &["C:\\Windows\\CMD.exe", "C:\\b.exe", "C:\\c.exe"]),
            ("ProcessId", &["100", "101", "102"]),
            ("ProcessCommandLine", &["cmd /c x", "b", "c"]),
            ("AccountName", &["system", "bob", "bob"]),
            ("AccountDomain", &["nt authority", "corp", "corp"]),
            ("AccountSid", &["S-1-5-18", "", ""]),
            ("SHA256", &["cc", "", ""]),
            ("LogonId", &["999", "", ""]),
            ("ReportId", &["9", "", ""]),
            ("ProcessIntegrityLevel", &["System", "", "High"]),
            ("DeviceName", &["h1.corp", "h1.corp", "h1.corp"]),
            ("InitiatingProcessFileName", &["services.exe", "CMD.exe", "b.exe"]),
            ("InitiatingProcessCommandLine", &["services", "cmd /c x", ""]),
            ("InitiatingProcessAccountName", &["", "system", "bob"]),
            ("InitiatingProcessParentFileName", &["", "services.exe", ""]),
            ("InitiatingProcessId", &["7", "100", "101"]),
            ("InitiatingProcessSHA1", &["", "aa", ""]),
            ("MachineGroup", &["", "", ""]),
        ],
    );
    cells(
        "DeviceNetworkEvents",
        &[
            ("ActionType", &["ConnectionSuccess"]),
            ("RemoteIP", &["192.0.2.1"]),
            ("RemotePort", &["443"]),
            ("RemoteUrl", &[""]),
            ("LocalIPType", &["Private"]),
            ("Protocol", &["Tcp"]),
            ("InitiatingProcessCommandLine", &["b"]),
            ("InitiatingProcessParentFileName", &["CMD.exe"]),
        ],
    );
    cells("DeviceFileEvents", &[("ActionType", &["FileCreated"]), ("FileName", &["x.bat"])]);
    cells(
        "DeviceRegistryEvents",
        &[
            ("RegistryKey", &["HKEY_LOCAL_MACHINE\\Software\\Run"]),
            ("RegistryValueName", &["evil"]),
            ("RegistryValueData", &["16"]),
        ],
    );
    cells(
        "DeviceEvents",
        &[
            ("ActionType", &["OpenProcessApiCall"]),
            ("FileName", &["CMD.exe"]),
            ("ProcessCommandLine", &["cmd /c x"]),
            ("InitiatingProcessFileName", &["b.exe"]),
            ("AdditionalFields", &[r#"{"DesiredAccess":"4112"}"#]),
        ],
    );
    cells(
        "DeviceLogonEvents",
        &[
            ("ActionType", &["LogonSuccess"]),
            ("LogonType", &["RemoteInteractive"]),
            ("LogonId", &["255"]),
            ("RemotePort", &[""]),
            ("AccountName", &["bob"]),
        ],
    );
    assert_eq!(rows(&database, "DeviceImageLoadEvents").num_rows(), 0);
    assert_eq!(kind(&database, "DeviceImageLoadEvents", "Timestamp"), Some(KqlType::Datetime));
    let warnings = database.warnings();
    assert!(warnings.iter().any(|words| words.contains("`DeviceImageLoadEvents` is empty")));

    let all = rows(&database, "WindowsEvent");
    assert_eq!(all.num_rows(), 9);
    assert_eq!(kind(&database, "WindowsEvent", "EventData"), Some(KqlType::Dynamic));
    assert!(texts(&all, "EventData")[8].contains(r#""LogonType":"10""#));
}

#[test]
fn an_event_log_gives_the_same_tables_as_its_events_in_json() {
    const TICKS: u64 = 132_223_104_000_000_000;
    let events = [
        Event {
            channel: "Security",
            id: 4688,
            ticks: TICKS,
            data: &[
                ("SubjectUserName", "bob"),
                ("SubjectDomainName", "CORP"),
                ("NewProcessName", "C:\\b.exe"),
                ("CommandLine", "b"),
            ],
        },
        Event {
            channel: "Windows PowerShell",
            id: 400,
            ticks: TICKS,
            data: &[("", "x"), ("", "y")],
        },
    ];
    let log = write::file(&events, Form::Template);
    let packed = gzip(&log);
    let zip = archive(&[("Security.evtx", &log)]);
    let forms: [(&str, &[u8]); 3] =
        [("Security.evtx", &log), ("Security.evtx.gz", &packed), ("a.zip", &zip)];
    for (name, bytes) in forms {
        let folder = folder(&[(name, bytes)]);
        let database = database(folder.path());
        let security = rows(&database, "SecurityEvent");
        for (column, cell) in [
            ("EventID", "4688"),
            ("Account", "CORP\\bob"),
            ("Process", "b.exe"),
            ("Computer", "host.corp"),
            ("TimeGenerated", "2020-01-01T00:00:00Z"),
            ("EventRecordId", "1"),
        ] {
            assert_eq!(texts(&security, column), [cell], "{column} of {name}");
        }
        assert_eq!(texts(&rows(&database, "DeviceProcessEvents"), "FileName"), ["b.exe"]);
        let event = rows(&database, "Event");
        assert_eq!(texts(&event, "ParameterXml"), ["<Param>x</Param><Param>y</Param>"]);
        assert!(texts(&event, "EventData")[0].contains("<Data>x</Data><Data>y</Data>"));
        assert_eq!(rows(&database, "Security").num_rows(), 2);
        assert!(database.warnings().iter().all(|words| words.contains("is empty")));
    }
}

#[test]
fn what_is_wrong_with_an_event_log_names_the_file() {
    let event = Event { channel: "Security", id: 1102, ticks: 0, data: &[("a", "b")] };
    let good = write::file(&[event, event], Form::Plain);
    let mut half = good.clone();
    half[4096 + 512 + 28] = 0x3F;
    let mut changed = good.clone();
    changed[4096 + 52] ^= 1;
    let folder = folder(&[
        ("half.evtx", &half),
        ("changed.evtx", &changed),
        ("none.evtx", b"ElfFile\0 and no more"),
        ("other.evtx", &[0; 70_000]),
    ]);
    let database = database(folder.path());
    assert_eq!(rows(&database, "half").num_rows(), 1);
    assert_eq!(rows(&database, "changed").num_rows(), 2);
    let warnings = database.warnings().join("\n");
    assert!(warnings.contains("1 records of") && warnings.contains("half.evtx"), "{warnings}");
    assert!(warnings.contains("checksum") && warnings.contains("changed.evtx"), "{warnings}");
    for name in ["none", "other"] {
        let text = error_of(&database, name).to_string();
        assert!(text.contains(&format!("{name}.evtx` is damaged")), "{text}");
    }
}

#[test]
fn a_recording_without_the_kind_says_which_tables_it_has() {
    let sysmon = WINDOWS.lines().nth(2).expect("a line of Sysmon");
    let folder = folder(&[("rec.json", sysmon.as_bytes())]);
    let database = database(folder.path());
    let text = error_of(&database, "SecurityEvent").to_string();
    assert!(
        text.contains("Security channel") && text.contains("`Sysmon`") && text.contains("rec.json"),
        "{text}"
    );
    assert_eq!(rows(&database, "Sysmon").num_rows(), 1);
}

#[test]
fn a_recording_named_after_a_table_is_mapped_and_an_export_is_not() {
    let folder = folder(&[
        ("SecurityEvent.json", WINDOWS.as_bytes()),
        ("Event.json", br#"{"TimeGenerated":"2020-01-01T00:00:00Z","EventLog":"System","Channel":"System","EventID":7045}"#),
    ]);
    let database = database(folder.path());
    assert_eq!(names(&database), VIEWS);
    assert_eq!(rows(&database, "SecurityEvent").num_rows(), 2);
    assert_eq!(rows(&database, "Event").num_rows(), 3);
}

#[test]
fn other_records_with_a_number_are_no_windows_events() {
    let folder = folder(&[
        ("a.json", br#"{"Id":4624,"Provider":"Example"}"#),
        ("b.json", br#"{"EventID":"abc","Channel":"Security","Computer":"h"}"#),
    ]);
    assert_eq!(names(&database(folder.path())), ["a", "b"]);
}

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
    type Layout = fn(i64) -> String;
    let layouts: [Layout; 3] = [
        |day| format!("TimeGenerated={}", date(day)),
        |day| date(day).format("year=%Y/month=%m/day=%d").to_string(),
        |day| format!("date={}", date(day)),
    ];
    for layout in layouts {
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
    let lines = |day: i64| {
        (0..24)
            .map(|hour| {
                format!(
                    "{{\"TimeGenerated\":\"{}T{hour:02}:00:00Z\",\"EventID\":{day}}}\n",
                    date(day)
                )
            })
            .collect::<String>()
            .into_bytes()
    };
    type Kind<'a> = (&'a str, &'a dyn Fn(i64) -> Vec<u8>, &'a dyn Fn(i64) -> String);
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
        let rows = number(&database, &format!("{table} | where EventID >= 0 | count"));
        let first = began.elapsed() - opened;
        let query = format!("{table} | where TimeGenerated < datetime(2024-01-04) | count");
        let few = number(&database, &query);
        let second = began.elapsed() - opened - first;
        eprintln!(
            "{words}: open {opened:.0?}, first query {first:.0?} ({rows} rows), three days {second:.0?} ({few} rows)"
        );
    }
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

/// The recordings that the project is tried on, where they are at hand.
fn recordings() -> Vec<PathBuf> {
    let folder = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"))
        .join("../../../shared/logs");
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "zip"));
    paths.sort();
    paths
}

/// Counts of events by their number on the Security channel, by a reader that shares nothing with ours.
fn independent_count(path: &Path) -> BTreeMap<String, usize> {
    let mut archive =
        zip::ZipArchive::new(fs::File::open(path).expect("a file")).expect("an archive");
    let mut counts = BTreeMap::new();
    for index in 0..archive.len() {
        let text =
            std::io::read_to_string(archive.by_index(index).expect("a member")).expect("text");
        for line in text.lines() {
            let Ok(event) = serde_json::from_str::<serde_json::Value>(line) else { continue };
            if event["Channel"]
                .as_str()
                .is_some_and(|channel| channel.eq_ignore_ascii_case("security"))
            {
                *counts.entry(event["EventID"].to_string()).or_default() += 1;
            }
        }
    }
    counts
}

#[test]
fn recordings_have_the_security_events_that_an_independent_reader_counts() {
    let recordings = recordings();
    if recordings.is_empty() {
        eprintln!("skipped: the folder of recordings is not there");
    }
    for path in recordings {
        let expected = independent_count(&path);
        let began = std::time::Instant::now();
        let database = database(&path);
        if expected.is_empty() {
            assert!(database.table("SecurityEvent").is_none(), "{}", path.display());
            continue;
        }
        let rows = rows(&database, "SecurityEvent");
        let mut counts = BTreeMap::new();
        for id in texts(&rows, "EventID") {
            *counts.entry(id).or_default() += 1;
        }
        assert_eq!(counts, expected, "{}", path.display());
        eprintln!(
            "{}: {} events of Security in {:?}",
            path.display(),
            rows.num_rows(),
            began.elapsed()
        );
        let times = rows.column_by_name("TimeGenerated").expect("a time");
        assert_eq!(
            times.data_type(),
            &DataType::Timestamp(TimeUnit::Nanosecond, Some("UTC".into()))
        );
        assert_eq!(times.null_count(), 0, "{}", path.display());
    }
}

fn external(
    database: &Database,
    url: &str,
    columns: &[(&str, KqlType)],
    format: Option<&str>,
    skip: bool,
) -> Result<RecordBatch, String> {
    let columns: Vec<_> = columns.iter().map(|(name, kind)| ((*name).to_owned(), *kind)).collect();
    let table =
        database.external(url, &columns, format, skip).map_err(|error| error.to_string())?;
    assert_eq!(table.columns().expect("declared"), columns);
    let mut database = Database::new();
    database.add(table);
    let scan = database.table("externaldata").expect("its name").scan();
    scan.map(|_| rows(&database, "externaldata")).map_err(|error| error.to_string())
}

#[test]
fn external_data_are_read_from_the_files_that_stand_for_urls() {
    let columns = [("n", KqlType::Long), ("s", KqlType::String)];
    let csv = b"name,text\n1,\"a,b\"\nx,c,d\n3\n";
    let parquet = parquet_bytes(vec![
        ("s", Arc::new(StringArray::from(vec!["a,b", "c", ""]))),
        ("n", Arc::new(arrow::array::Int32Array::from(vec![Some(1), None, Some(3)]))),
    ]);
    let packed = gzip(csv);
    let zip = archive(&[("x.csv", csv)]);
    let json = br#"{"n":1,"s":"a,b","other":[]}
{"s":"c","n":"x"}
{"n":3}"#;
    let array = br#"[{"n":1,"s":"a,b"},{"s":"c"},{"n":3}]"#;
    let files: [(&str, &[u8], bool); 9] = [
        ("a.csv", csv, true),
        ("a.csv.gz", &packed, true),
        ("a.zip", &zip, true),
        ("a.tsv", b"1\ta,b\nx\tc\n3\n", false),
        ("a.psv", b"1|a,b\nx|c\n3\n", false),
        ("a.json", json, false),
        ("a.multijson", array, false),
        ("a.parquet", &parquet, false),
        ("a", b"1,\"a,b\"\n,c\n3,", false),
    ];
    let named: Vec<_> = files.iter().map(|(name, bytes, _)| (*name, *bytes)).collect();
    let folder = folder(&named);
    let mut database = Database::new();
    database.map_url("https://example.com/feeds/", folder.path());
    for (name, _, skip) in files {
        let url = format!("https://example.com/feeds/{name}?sv=secret");
        let rows = external(&database, &url, &columns, None, skip).expect(name);
        assert_eq!(texts(&rows, "n"), ["1", "", "3"], "{name}");
        assert_eq!(texts(&rows, "s"), ["a,b", "c", ""], "{name}");
    }
    let lines = external(
        &database,
        "https://example.com/feeds/a.csv",
        &[("l", KqlType::String)],
        Some("TXT"),
        true,
    );
    assert_eq!(texts(&lines.expect("lines"), "l"), ["1,\"a,b\"", "x,c,d", "3"]);
    let raw = external(
        &database,
        "https://example.com/feeds/a.csv",
        &[("l", KqlType::String)],
        Some("raw"),
        false,
    );
    assert_eq!(texts(&raw.expect("one value"), "l"), [std::str::from_utf8(csv).expect("text")]);
}

#[test]
fn external_values_have_exactly_the_declared_types() {
    let text = "1.5,0:00:01,74be27de-1e4e-49d9-b579-fe0b331d3642,2024-05-01,\"{\"\"a\"\":1}\",true\nx,x,x,x,x,x\n";
    let folder = folder(&[("t.csv", text.as_bytes())]);
    let mut database = Database::new();
    database.map_url("https://example.com/t.csv", folder.path().join("t.csv"));
    let columns = [
        ("d", KqlType::Decimal),
        ("t", KqlType::Timespan),
        ("g", KqlType::Guid),
        ("w", KqlType::Datetime),
        ("j", KqlType::Dynamic),
        ("b", KqlType::Bool),
    ];
    let rows =
        external(&database, "https://example.com/t.csv", &columns, None, false).expect("rows");
    for ((name, kind), field) in columns.iter().zip(rows.schema().fields()) {
        assert_eq!(field.data_type(), &kind.data_type(), "{name}");
        assert_eq!(rows.column_by_name(name).expect(name).is_null(1), *name != "j", "{name}");
        assert!(rows.column_by_name(name).expect(name).is_valid(0), "{name}");
    }
    assert_eq!(texts(&rows, "j"), ["{\"a\":1}", "\"x\""]);
}

#[test]
fn a_url_without_a_file_is_an_error_that_shows_no_secret() {
    let folder = folder(&[("a.csv", b"1\n")]);
    let mut database = Database::new();
    database.map_url("https://example.com/feeds", folder.path());
    let columns = [("n", KqlType::Long)];
    let error =
        |url: &str, format| external(&database, url, &columns, format, false).expect_err("no rows");
    let text = error("https://example.com/feed/a.csv?sig=SECRET;KEY", None);
    assert!(text.contains("no local file stands for `https://example.com/feed/a.csv`"), "{text}");
    assert!(text.contains("similar") && !text.contains("SECRET"), "{text}");
    for outside in ["/../a.csv", "//../../etc/passwd", "x/a.csv"] {
        let text = error(&format!("https://example.com/feeds{outside}"), None);
        assert!(text.contains("no local file stands for"), "{text}");
    }
    let text = error("https://example.com/feeds/none.csv", None);
    assert!(text.contains("cannot read") && text.contains("none.csv"), "{text}");
    let text = error("https://example.com/feeds/a.csv", Some("avro"));
    assert!(text.contains("format `avro` is not read"), "{text}");
}

#[test]
fn a_watchlist_is_text_with_a_search_key() {
    let folder = folder(&[
        ("vip.csv", "Name;Number\n\"b;ob\";007\nal;\n".as_bytes()),
        ("keyed.csv", b"SearchKey,Name\nk,n\n"),
        ("empty.csv", b"Name,Number\n"),
    ]);
    let mut database = Database::new();
    database.add_watchlist("VIP", folder.path().join("vip.csv"), None);
    database.add_watchlist("VIP2", folder.path().join("vip.csv"), Some("Number"));
    database.add_watchlist("wrong", folder.path().join("vip.csv"), Some("Nmber"));
    database.add_watchlist("keyed", folder.path().join("keyed.csv"), None);
    database.add_watchlist("empty", folder.path().join("empty.csv"), None);
    for alias in ["VIP", "VIP2", "keyed", "empty", "wrong"] {
        let table = database.watchlist(alias).expect(alias);
        database.add(table);
    }
    let columns: Vec<_> =
        database.columns("VIP").expect("columns").into_iter().map(|(name, _)| name).collect();
    assert_eq!(columns, ["_DTItemId", "LastUpdatedTimeUTC", "SearchKey", "Name", "Number"]);
    let vip = rows(&database, "VIP");
    assert_eq!(texts(&vip, "SearchKey"), ["b;ob", "al"]);
    assert_eq!(texts(&vip, "Number"), ["007", ""]);
    assert_ne!(texts(&vip, "_DTItemId")[0], texts(&vip, "_DTItemId")[1]);
    assert!(texts(&vip, "LastUpdatedTimeUTC")[0].starts_with("20"));
    assert_eq!(texts(&rows(&database, "VIP2"), "SearchKey"), ["007", ""]);
    assert_eq!(texts(&rows(&database, "keyed"), "SearchKey"), ["k"]);
    assert_eq!(rows(&database, "empty").num_rows(), 0);
    assert_eq!(kind(&database, "empty", "Number"), Some(KqlType::String));
    assert!(error_of(&database, "wrong").to_string().contains("no column `Nmber`"));
    let error = database.watchlist("vip").expect_err("case counts").to_string();
    assert!(error.contains("no watchlist `vip`") && error.contains("`VIP`"), "{error}");
    assert_eq!(database.watchlist_aliases().count(), 5);
}

#[test]
fn a_public_table_that_no_file_holds_is_told_from_a_misspelt_one() {
    let folder = folder(&[("SigninLogs.csv", b"a\n1\n")]);
    let database = database(folder.path());
    let engine = crate::Engine::new(database, "2024-05-01T00:00:00Z".parse().expect("a time"));
    let hints = |query: &str| engine.check(query)[0].hints.join("\n");
    assert!(hints("OfficeActivity | count").contains("no file here holds it"));
    assert!(!hints("SigninLog | count").contains("no file here holds it"));
}
