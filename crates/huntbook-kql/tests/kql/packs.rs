//! The functions that every database has: ASIM's, over recordings where copies are at hand (`shared` beside the
//! checkout; otherwise only over what is written here).

use std::fs;
use std::path::{Path, PathBuf};

use huntbook_kql::{Database, Engine, local};
use serde_json::Value;

use crate::corpus;
use crate::table::run;

fn shared() -> PathBuf {
    Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"))
        .join("../../../shared")
}

fn engine(database: Database) -> Engine {
    Engine::new(database, "2024-05-01T12:30:00Z".parse().expect("a time"))
}

fn rows(engine: &Engine, query: &str) -> usize {
    run(engine, query).unwrap_or_else(|error| panic!("{query}: {error:?}")).row_count()
}

#[test]
fn functions_of_asim_have_rows_of_recordings() {
    let cases = [
        (
            "empire_psexec_dcerpc_tcp_svcctl",
            &[
                "imProcessCreate(eventtype='ProcessCreated') | where isnotempty(Process)",
                "imProcessCreate(commandline_has_any=dynamic(['powershell'])) | where EventProduct == 'Sysmon'",
                "imProcessCreate | where EventProduct == 'Security Events' and isnotempty(TargetUsername)",
                "imNetworkSession(eventresult='Success') | where isnotempty(SrcIpAddr) and isnotnull(DstPortNumber)",
                "imAuthentication(eventresult='Success') | where EventType == 'Logon' and isnotempty(User)",
                "imFileEvent | where isnotempty(FilePath) and isnotempty(FileName)",
                "imRegistry | where RegistryKey startswith 'HKEY_LOCAL_MACHINE'",
                "_Im_ProcessEvent(eventtype='ProcessTerminated')",
            ][..],
        ),
        (
            "metasploit_procdump_lsass_memory_dump_zeek_logs",
            &[
                "imDns(eventtype='lookup') | where isnotempty(DnsQuery) and EventProduct == 'Zeek'",
                "imNetworkSession | where NetworkProtocol == 'TCP' and isnotempty(DstIpAddr)",
                "_Im_NetworkSession(starttime=datetime(2000-01-01), endtime=datetime(2100-01-01))",
                "imWebSession(eventresultdetails_in=dynamic(['200'])) | where DstIpAddr == '10.0.5.13' and isempty(Url)",
            ][..],
        ),
    ];
    for (recording, queries) in cases {
        let path = shared().join(format!("logs/{recording}.zip"));
        if !path.exists() {
            println!("packs: skipped, no copy of {recording} beside the checkout");
            continue;
        }
        let engine = engine(local::open(&[path]).expect("a recording is readable"));
        let empty: Vec<&str> =
            queries.iter().filter(|query| rows(&engine, query) == 0).copied().collect();
        assert!(empty.is_empty(), "without rows in {recording}: {empty:#?}");
    }
}

#[test]
fn rules_on_functions_of_asim_are_bound() {
    let read = |name: &str| fs::read_to_string(shared().join("kql").join(name));
    let (Ok(queries), Ok(schemas)) = (read("queries.jsonl"), read("table-schemas.json")) else {
        println!("packs: skipped, no copy of the queries beside the checkout");
        return;
    };
    let wanted = ["00006", "00007", "00008", "00013", "00022", "00372"];
    let engine = engine(corpus::database(&schemas));
    let mut refused = Vec::new();
    for line in queries.lines() {
        let line: Value = serde_json::from_str(line).expect("the copy is JSON");
        let member = |name: &str| line[name].as_str().expect("a text");
        if !wanted.contains(&member("id")) {
            continue;
        }
        let found = engine.check(member("query"));
        refused.extend(
            found
                .iter()
                .filter(|one| one.is_error())
                .map(|one| format!("{}: {}", member("id"), one.message)),
        );
    }
    assert!(refused.is_empty(), "{refused:#?}");
}

/// A folder with a table of a DNS server's queries.
fn dns() -> (tempfile::TempDir, Engine) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lines = [
        r#"{"TimeGenerated":"2024-05-01T10:00:00Z","SubType":"LookupQuery","ClientIP":"10.0.0.1","Name":"a.onion.to.","ResultCode":0,"IPAddresses":"203.0.113.7","Computer":"dns.corp.example"}"#,
        r#"{"TimeGenerated":"2024-05-01T11:00:00Z","SubType":"LookupQuery","ClientIP":"10.0.0.2","Name":"gone.example","ResultCode":3,"IPAddresses":"","Computer":"dns.corp.example"}"#,
    ];
    fs::write(folder.path().join("DnsEvents.json"), lines.join("\n")).expect("a file");
    let engine = engine(local::open(&[folder.path().to_owned()]).expect("a database"));
    (folder, engine)
}

#[test]
fn parameters_of_asim_filter() {
    let (_folder, engine) = dns();
    let cases = [
        ("imDns()", 2),
        ("imDns", 2),
        ("ASimDns", 2),
        ("imDns(disabled=true)", 0),
        ("imDns(domain_has_any=dynamic(['onion.to']))", 1),
        ("_Im_Dns(responsecodename='NXDOMAIN') | where EventResult == 'Failure'", 1),
        ("imDns(starttime=datetime(2024-05-01T10:30:00Z))", 1),
        ("imDns(endtime=datetime(2024-05-01T10:30:00Z))", 1),
        ("imDns(srcipaddr='10.0.0.2') | where SrcIpAddr == '10.0.0.2'", 1),
        ("imDns(response_has_ipv4='203.0.113.7')", 1),
        ("imDns(response_has_any_prefix=dynamic(['203.0.113.']))", 1),
        ("imDns(eventtype='Query')", 2),
        ("imDns | where Dvc == 'dns.corp.example' and DvcHostname == 'dns'", 2),
        (
            "imDns | where EventSchema == 'Dns' and DnsQuery == 'a.onion.to' and Type == 'DnsEvents'",
            1,
        ),
        ("imDns | where DnsResponseCodeName == 'NOERROR' and EventResult == 'Success'", 1),
        (
            "let wanted = toscalar(imDns | summarize make_set(DnsQuery)); imDns(domain_has_any=wanted)",
            2,
        ),
        ("imWebSession", 0),
        ("imAuthentication(eventresult='Failure')", 0),
    ];
    for (query, expected) in cases {
        assert_eq!(rows(&engine, query), expected, "{query}");
    }
}
