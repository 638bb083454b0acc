//! Windows events as the tables that hunters know.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use arrow::datatypes::{DataType, TimeUnit};

use super::*;

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
    r#"{"Channel":"Security","EventID":4697,"Hostname":"H1.corp","@timestamp":"2020-01-01T00:00:09Z","ServiceName":"Evil","ServiceFileName":"\"C:\\x y.exe\" -s"}"#,
    "\n",
    r#"{"Channel":"System","EventID":7045,"Hostname":"H1.corp","@timestamp":"2020-01-01T00:00:09Z","ServiceName":"evil","ImagePath":"C:\\x.exe"}"#,
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
            ("ActionType", &["OpenProcessApiCall", "ServiceInstalled"]),
            ("FileName", &["CMD.exe", "x y.exe"]),
            ("ProcessCommandLine", &["cmd /c x", "\"C:\\x y.exe\" -s"]),
            ("InitiatingProcessFileName", &["b.exe", ""]),
            ("AdditionalFields", &[r#"{"DesiredAccess":"4112"}"#, r#"{"ServiceName":"Evil"}"#]),
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
    assert_eq!(all.num_rows(), 11);
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
        ("other.evtx", &vec![0; 70_000]),
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
