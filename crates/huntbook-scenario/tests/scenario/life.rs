//! Ordinary life is believable, and looks like an attack only where it is meant to.

use std::collections::{HashMap, HashSet};

use huntbook_scenario::Table;

use crate::reading::{number, rows, scenario, seven, text};

#[test]
fn every_process_has_a_parent_that_started_earlier_on_its_host() {
    let mut running: HashMap<(String, i64), (String, i64)> = HashMap::new();
    for row in seven(Table::DeviceProcessEvents) {
        let host = text(row, "DeviceName").to_owned();
        let parent = number(row, "InitiatingProcessId");
        if parent == 4 {
            assert_eq!(text(row, "InitiatingProcessFileName"), "System");
        } else {
            let (name, started) = running
                .get(&(host.clone(), parent))
                .unwrap_or_else(|| panic!("no process {parent} on {host} before {row:?}"));
            assert_eq!(name, text(row, "InitiatingProcessFileName"));
            assert_eq!(*started, number(row, "InitiatingProcessCreationTime"));
            assert!(*started < number(row, "ProcessCreationTime"));
        }
        let started = number(row, "ProcessCreationTime");
        let name = text(row, "FileName").to_owned();
        let before = running.insert((host, number(row, "ProcessId")), (name, started));
        assert!(before.is_none(), "a process id came up twice: {row:?}");
    }
}

#[test]
fn the_security_log_and_defender_record_the_same_processes() {
    let of_defender: HashSet<(String, String, String)> = seven(Table::DeviceProcessEvents)
        .iter()
        .map(|row| {
            let id = format!("0x{:x}", number(row, "ProcessId"));
            (text(row, "DeviceName").to_owned(), id, text(row, "ProcessCommandLine").to_owned())
        })
        .collect();
    let of_windows: HashSet<(String, String, String)> = seven(Table::SecurityEvent)
        .iter()
        .filter(|row| number(row, "EventID") == 4688)
        .map(|row| {
            let host = text(row, "Computer").to_lowercase();
            (host, text(row, "NewProcessId").to_owned(), text(row, "CommandLine").to_owned())
        })
        .collect();
    assert_eq!(of_defender, of_windows);
}

#[test]
fn a_connection_is_made_by_a_process_that_is_running() {
    let processes: HashMap<(&str, i64), i64> = seven(Table::DeviceProcessEvents)
        .iter()
        .map(|row| {
            let key = (text(row, "DeviceName"), number(row, "ProcessId"));
            (key, number(row, "TimeGenerated"))
        })
        .collect();
    for row in seven(Table::DeviceNetworkEvents) {
        let key = (text(row, "DeviceName"), number(row, "InitiatingProcessId"));
        assert!(processes[&key] < number(row, "TimeGenerated"));
    }
}

#[test]
fn every_logoff_follows_a_logon_of_the_same_id() {
    let mut open = HashSet::new();
    for row in seven(Table::SecurityEvent) {
        let key = (text(row, "Computer"), text(row, "TargetLogonId"), text(row, "Account"));
        match number(row, "EventID") {
            4624 => assert!(open.insert(key), "a logon id came up twice: {row:?}"),
            4634 => assert!(open.contains(&key), "{row:?}"),
            _ => {}
        }
    }
}

#[test]
fn the_same_people_appear_in_both_spellings() {
    let nt: HashSet<String> = seven(Table::SecurityEvent)
        .iter()
        .filter_map(|row| text(row, "Account").strip_prefix("CONTOSO\\").map(str::to_owned))
        .collect();
    let signed_in: Vec<&str> = seven(Table::SigninLogs)
        .iter()
        .map(|row| text(row, "UserPrincipalName").strip_suffix("@contoso.com").unwrap())
        .collect();
    let known = signed_in.iter().filter(|name| nt.contains(**name)).count();
    assert!(known * 10 > signed_in.len() * 9, "{known} of {}", signed_in.len());
}

#[test]
fn never_more_than_three_people_fail_from_one_address_in_a_day_but_for_the_spray() {
    for seed in [3, 7] {
        let scenario = scenario(seed);
        let mut failing: HashMap<(String, i64), HashSet<String>> = HashMap::new();
        let mut fail = |address: &str, time: i64, account: &str| {
            if !address.is_empty() && !address.starts_with("203.0.113.") {
                let key = (address.to_owned(), time / 86_400_000_000_000);
                failing.entry(key).or_default().insert(account.to_owned());
            }
        };
        for row in rows(&scenario, Table::SigninLogs) {
            if text(&row, "ResultType") != "0" {
                let account = text(&row, "UserPrincipalName");
                fail(text(&row, "IPAddress"), number(&row, "TimeGenerated"), account);
            }
        }
        for row in rows(&scenario, Table::SecurityEvent) {
            if number(&row, "EventID") == 4625 {
                fail(text(&row, "IpAddress"), number(&row, "TimeGenerated"), text(&row, "Account"));
            }
        }
        for row in rows(&scenario, Table::DeviceLogonEvents) {
            if text(&row, "ActionType") == "LogonFailed" {
                let account = text(&row, "AccountName");
                fail(text(&row, "RemoteIP"), number(&row, "TimeGenerated"), account);
            }
        }
        assert!(failing.len() > 5, "nobody ever mistypes");
        assert!(failing.values().all(|accounts| accounts.len() <= 3));
    }
}

#[test]
fn look_alikes_of_the_intrusion_are_there() {
    let events = seven(Table::SecurityEvent);
    let count = |id: i64| events.iter().filter(|row| number(row, "EventID") == id).count();
    assert!(count(4625) > 40);
    assert!(count(4648) > 20);
    assert!(count(4698) > 3);
    assert!(count(4732) > 1);
    assert_eq!(count(1102), 1);
    let lines =
        || seven(Table::DeviceProcessEvents).iter().map(|row| text(row, "ProcessCommandLine"));
    assert!(lines().any(|line| line.contains("powershell")
        && line.contains("-WindowStyle Hidden")
        && line.contains("-File")));
    assert!(lines().any(|line| line.contains("whoami")));
    assert_eq!(lines().filter(|line| line.contains("-EncodedCommand")).count(), 1);
    let dns = seven(Table::DnsEvents);
    assert!(
        dns.iter()
            .any(|row| text(row, "QueryType") == "TXT" && text(row, "Name").contains("contoso"))
    );
}

#[test]
fn large_uploads_of_the_company_go_to_its_cloud_storage_only() {
    let large: Vec<_> = seven(Table::CommonSecurityLog)
        .iter()
        .filter(|row| row.contains_key("SentBytes") && number(row, "SentBytes") > 30_000_000)
        .filter(|row| !text(row, "DestinationIP").starts_with("198.51.100."))
        .collect();
    assert!(!large.is_empty());
    for row in large {
        let name = text(row, "DestinationHostName");
        assert!(name.ends_with("sharepoint.com") || name.contains("onedrive"), "{name}");
    }
}

#[test]
fn nights_and_weekends_are_quieter_than_working_hours() {
    let mut hours: HashMap<(bool, bool), u64> = HashMap::new();
    for row in seven(Table::OfficeActivity) {
        let hour = number(row, "TimeGenerated") / 3_600_000_000_000;
        // 1970-01-01 was a Thursday.
        let weekend = matches!((hour / 24 + 3) % 7, 5 | 6);
        *hours.entry((weekend, (8..18).contains(&(hour % 24)))).or_default() += 1;
    }
    assert!(hours[&(false, true)] > 4 * hours[&(false, false)]);
    let all_weekend: u64 = [true, false].iter().filter_map(|day| hours.get(&(true, *day))).sum();
    assert!(hours[&(false, true)] > 10 * all_weekend);
}
