//! The ground truth is what the rows say.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use huntbook_scenario::{Format, GroundTruth, Options, Scenario, Table, write_folder};

use crate::reading::{Row, number, rows, text};

struct Case {
    truth: GroundTruth,
    tables: HashMap<Table, Vec<Row>>,
    feed: String,
}

fn case(seed: u64) -> Case {
    let options = Options { seed, rows: 20_000, ..Options::default() };
    let folder = tempfile::tempdir().unwrap();
    let mut go_on = |_| ControlFlow::Continue(());
    let truth = write_folder(folder.path(), &options, Format::Parquet, &mut go_on).unwrap();
    let feed = std::fs::read_to_string(folder.path().join("feed/indicators.csv")).unwrap();
    let scenario = Scenario::new(options).unwrap();
    let tables = Table::ALL.iter().map(|&table| (table, rows(&scenario, table))).collect();
    Case { truth, tables, feed }
}

impl Case {
    fn of(&self, table: Table) -> &[Row] {
        &self.tables[&table]
    }

    fn events(&self, id: i64) -> Vec<&Row> {
        self.of(Table::SecurityEvent).iter().filter(|row| number(row, "EventID") == id).collect()
    }
}

#[test]
fn the_ground_truth_agrees_with_the_rows_for_every_seed() {
    for seed in [1, 7, 8, 42] {
        let case = case(seed);
        the_spray_ends_with_the_victims_success(&case);
        the_victim_is_followed_through_the_cloud_and_the_vpn(&case);
        the_workstation_is_taken(&case);
        the_servers_are_taken(&case);
        the_first_server_is_dug_into(&case);
        the_data_leaves_the_second_server(&case);
        steps_and_counts_agree(&case);
        decoys_never_occur(&case);
        the_intruders_ranges_are_the_intruders_alone(&case);
    }
}

fn the_spray_ends_with_the_victims_success(case: &Case) {
    let truth = &case.truth;
    let sprayed: Vec<&Row> = case
        .of(Table::SigninLogs)
        .iter()
        .filter(|row| text(row, "IPAddress") == truth.attacker_ip)
        .collect();
    let failed: HashSet<&str> = sprayed
        .iter()
        .filter(|row| text(row, "ResultType") == "50126")
        .map(|row| text(row, "UserPrincipalName"))
        .collect();
    assert!(failed.len() >= 40);
    let successes: Vec<&&Row> =
        sprayed.iter().filter(|row| text(row, "ResultType") == "0").collect();
    assert_eq!(successes.len(), 1);
    assert_eq!(text(successes[0], "UserPrincipalName"), truth.victim.upn);
    assert_eq!(text(successes[0], "UserId"), truth.victim.object_id);
    let times: Vec<i64> = sprayed.iter().map(|row| number(row, "TimeGenerated")).collect();
    assert!(times.last().unwrap() - times[0] < 3_600_000_000_000);
    let gateway: HashSet<&str> = case
        .events(4625)
        .into_iter()
        .filter(|row| text(row, "IpAddress") == truth.attacker_ip)
        .map(|row| text(row, "TargetAccount"))
        .collect();
    assert!(gateway.len() > 15);
}

fn the_victim_is_followed_through_the_cloud_and_the_vpn(case: &Case) {
    let truth = &case.truth;
    let office: HashSet<&str> = case
        .of(Table::OfficeActivity)
        .iter()
        .filter(|row| text(row, "ClientIP") == truth.attacker_ip)
        .inspect(|row| assert_eq!(text(row, "UserId"), truth.victim.upn))
        .map(|row| text(row, "Operation"))
        .collect();
    assert_eq!(office, HashSet::from(["MailItemsAccessed", "New-InboxRule"]));
    let registered = case.of(Table::AuditLogs).iter().filter(|row| {
        text(row, "OperationName") == "User registered security info"
            && text(row, "InitiatedBy").contains(&truth.attacker_ip)
            && text(row, "InitiatedBy").contains(&truth.victim.upn)
    });
    assert_eq!(registered.count(), 1);
    let vpn = case.of(Table::CommonSecurityLog).iter().filter(|row| {
        text(row, "SourceIP") == truth.attacker_ip
            && text(row, "SourceUserName") == truth.victim.upn
            && text(row, "SourceTranslatedAddress").starts_with("10.250.")
    });
    assert_eq!(vpn.count(), 1);
}

fn the_workstation_is_taken(case: &Case) {
    let truth = &case.truth;
    let remote: Vec<&Row> = case
        .events(4624)
        .into_iter()
        .filter(|row| number(row, "LogonType") == 10 && text(row, "Account") == truth.victim.nt)
        .collect();
    assert_eq!(remote.len(), 1);
    assert_eq!(text(remote[0], "Computer").to_lowercase(), truth.hosts[0]);
    assert!(text(remote[0], "IpAddress").starts_with("10.250."));
    assert_eq!(text(remote[0], "LogonTypeName"), "10 - RemoteInteractive");
    let encoded: Vec<&Row> = case
        .events(4688)
        .into_iter()
        .filter(|row| text(row, "CommandLine").contains("-EncodedCommand"))
        .collect();
    assert_eq!(encoded.len(), 1);
    assert_eq!(text(encoded[0], "Account"), truth.victim.nt);
    let dumps: Vec<&Row> = case
        .of(Table::DeviceProcessEvents)
        .iter()
        .filter(|row| text(row, "ProcessCommandLine").contains("comsvcs.dll, MiniDump"))
        .collect();
    assert_eq!(dumps.len(), 1);
    assert_eq!(text(dumps[0], "DeviceName"), truth.hosts[0]);
    let beacons = case.of(Table::DeviceNetworkEvents).iter().filter(|row| {
        text(row, "RemoteUrl") == truth.c2_domain
            && text(row, "RemoteIP") == truth.c2_ip
            && text(row, "InitiatingProcessFileName") == "powershell.exe"
            && text(row, "DeviceName") == truth.hosts[0]
    });
    assert!(beacons.count() > 10);
}

fn the_servers_are_taken(case: &Case) {
    let truth = &case.truth;
    let used: Vec<String> = case
        .events(4648)
        .into_iter()
        .filter(|row| text(row, "Computer").to_lowercase() == truth.hosts[0])
        .inspect(|row| assert_eq!(text(row, "TargetAccount"), truth.service_account.nt))
        .map(|row| text(row, "TargetServerName").to_lowercase())
        .collect();
    assert_eq!(used, truth.hosts[1..]);
    let address = case
        .of(Table::DeviceNetworkEvents)
        .iter()
        .find(|row| text(row, "DeviceName") == truth.hosts[0])
        .map(|row| text(row, "LocalIP"))
        .unwrap();
    for host in &truth.hosts[1..] {
        let moved = case.events(4624).into_iter().filter(|row| {
            text(row, "Computer").to_lowercase() == *host
                && text(row, "Account") == truth.service_account.nt
                && text(row, "IpAddress") == address
                && number(row, "LogonType") == 3
        });
        assert_eq!(moved.count(), 1);
        let commanded = case.of(Table::DeviceProcessEvents).iter().filter(|row| {
            text(row, "DeviceName") == *host
                && text(row, "InitiatingProcessFileName") == "WmiPrvSE.exe"
        });
        assert!(commanded.count() >= 1);
    }
}

fn the_first_server_is_dug_into(case: &Case) {
    let truth = &case.truth;
    let task = |row: &&&Row| text(row, "EventData").contains(&truth.task_name);
    let on_second = |row: &Row| text(row, "Computer").to_lowercase() == truth.hosts[1];
    let tasks = case.events(4698);
    let task = tasks.iter().find(task).unwrap();
    assert!(on_second(task) && text(task, "EventData").contains(&truth.c2_domain));
    let created = case.events(4720);
    let created: Vec<_> =
        created.iter().filter(|row| text(row, "TargetUserName") == truth.new_user).collect();
    assert_eq!(created.len(), 1);
    assert!(on_second(created[0]));
    let sid = text(created[0], "TargetSid");
    let added = case.events(4732);
    assert!(added.iter().any(|row| text(row, "MemberSid") == sid
        && text(row, "TargetUserName") == "Administrators"
        && text(row, "Account") == truth.service_account.nt));
    let cleared = case.events(1102);
    assert_eq!(cleared.len(), 1);
    assert!(on_second(cleared[0]));
}

fn the_data_leaves_the_second_server(case: &Case) {
    let truth = &case.truth;
    let uploads: Vec<i64> = case
        .of(Table::CommonSecurityLog)
        .iter()
        .filter(|row| text(row, "DestinationIP") == truth.c2_ip)
        .filter(|row| text(row, "SourceHostName") == truth.hosts[2])
        .map(|row| number(row, "SentBytes"))
        .collect();
    assert!(uploads.len() >= 6 && uploads.iter().all(|&bytes| bytes > 100_000_000));
    let suffix = format!(".{}", truth.c2_domain);
    let tunnelled = case
        .of(Table::DnsEvents)
        .iter()
        .filter(|row| text(row, "Name").ends_with(&suffix) && text(row, "QueryType") == "TXT");
    assert!(tunnelled.count() > 40);
}

fn steps_and_counts_agree(case: &Case) {
    let truth = &case.truth;
    assert!(truth.steps.is_sorted_by_key(|step| step.time));
    assert_eq!(truth.start, truth.steps[0].time);
    for step in &truth.steps {
        let time = step.time.timestamp_nanos_opt().unwrap();
        assert!((truth.start..truth.end).contains(&step.time));
        let begins = step.tables.iter().any(|name| {
            let table = Table::ALL.iter().find(|table| table.name() == name).unwrap();
            case.of(*table).iter().any(|row| number(row, "TimeGenerated") == time)
        });
        // The desktop opens with the processes of its session, before the logon.
        assert!(
            begins || step.name == "persistence" || step.name == "remote desktop",
            "{}",
            step.name
        );
    }
    for &table in Table::ALL {
        assert_eq!(truth.rows[table.name()], case.of(table).len() as u64);
        assert!(truth.attack_rows[table.name()] > 0);
    }
}

fn decoys_never_occur(case: &Case) {
    let mut decoys: HashSet<&str> =
        case.feed.lines().skip(1).map(|line| line.split(',').nth(1).unwrap()).collect();
    assert!(decoys.len() > 200);
    let truth = &case.truth;
    let own: Vec<&str> = case
        .feed
        .lines()
        .filter(|line| line.contains("second-stage script") || line.contains("exfiltration tool"))
        .map(|line| line.split(',').nth(1).unwrap())
        .chain([truth.c2_domain.as_str(), truth.c2_ip.as_str(), truth.attacker_ip.as_str()])
        .collect();
    assert_eq!(own.len(), 5);
    for value in &own {
        assert!(decoys.remove(value), "{value} is not in the feed");
    }
    let mut seen: HashSet<&str> = HashSet::new();
    for row in case.tables.values().flatten() {
        for value in row.values() {
            if let crate::reading::Value::Text(value) = value {
                assert!(!decoys.contains(value.as_str()), "{value}");
                seen.extend(own.iter().copied().filter(|own| value.contains(own)));
            }
        }
    }
    assert_eq!(seen.len(), own.len(), "every indicator of the intruder occurs");
}

fn the_intruders_ranges_are_the_intruders_alone(case: &Case) {
    let truth = &case.truth;
    let begin = truth.start.timestamp_nanos_opt().unwrap();
    let end = truth.end.timestamp_nanos_opt().unwrap();
    let mut traces = 0_u64;
    for (table, rows) in &case.tables {
        for row in rows {
            let outside = ["203.0.113.", "198.51.100.", "example."].iter().any(|range| {
                row.values().any(|value| {
                    matches!(value, crate::reading::Value::Text(text) if text.contains(range))
                })
            });
            if outside {
                traces += 1;
                let time = number(row, "TimeGenerated");
                assert!((begin..=end).contains(&time), "{table}: {row:?}");
            }
        }
    }
    assert!(traces <= truth.attack_rows.values().sum());
}
