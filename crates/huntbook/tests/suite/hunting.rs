//! `hunt` finds the intrusion, and its report gives nobody away.

use std::collections::BTreeSet;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use huntbook::HuntbookError;
use huntbook::drivers::Cancel;
use huntbook::hunt::{Findings, Hunt, HuntOptions, hunt};
use huntbook::obfuscate::Key;
use huntbook::scenario::{Format, GroundTruth, Options, write_folder};

const ROWS: u64 = 20_000;

fn options(folder: &Path) -> HuntOptions {
    HuntOptions {
        logs: vec![folder.join("logs")],
        feeds: vec![folder.join("feed")],
        report: folder.join("report"),
        start: None,
        end: None,
        now: "2026-11-20T12:00:00Z".parse().unwrap(),
        key: Key::from_bytes([7; 32]),
        realm: "tests".into(),
    }
}

fn hunted(folder: &Path, seed: u64, format: Format) -> (GroundTruth, Hunt) {
    let scenario = Options { seed, rows: ROWS, ..Options::default() };
    let truth =
        write_folder(folder, &scenario, format, &mut |_| ControlFlow::Continue(())).unwrap();
    // The hunt must not be able to peek.
    fs::remove_file(folder.join("ground-truth.json")).unwrap();
    let hunt = hunt(&options(folder), &Cancel::new(), &mut |_| ()).unwrap();
    (truth, hunt)
}

fn expected(truth: &GroundTruth) -> Findings {
    Findings {
        attacker_addresses: vec![truth.attacker_ip.clone()],
        accounts: vec![truth.victim.upn.clone()],
        service_accounts: vec![truth.service_account.nt.clone()],
        hosts: truth.hosts.clone(),
        domains: vec![truth.c2_domain.clone()],
        domain_addresses: vec![truth.c2_ip.clone()],
    }
}

#[test]
fn the_hunt_finds_what_the_intruder_did_for_three_seeds() {
    let mut seen = BTreeSet::new();
    for seed in [7, 11, 2026] {
        let folder = tempfile::tempdir().unwrap();
        let (truth, hunt) = hunted(folder.path(), seed, Format::Parquet);
        assert_eq!(hunt.findings, expected(&truth), "seed {seed}");
        assert!(hunt.proved(), "seed {seed}: {:?}", hunt.proofs);
        seen.insert(truth.attacker_ip.clone() + &truth.c2_domain + &truth.hosts.concat());
    }
    assert_eq!(seen.len(), 3, "each seed is another intrusion");
}

#[test]
fn the_hunt_finds_the_same_in_ndjson() {
    let folder = tempfile::tempdir().unwrap();
    let (truth, hunt) = hunted(folder.path(), 3, Format::Ndjson);
    assert_eq!(hunt.findings, expected(&truth));
}

#[test]
fn the_report_is_whole_and_gives_nobody_away() {
    let folder = tempfile::tempdir().unwrap();
    let (truth, hunt) = hunted(folder.path(), 5, Format::Parquet);
    let report = folder.path().join("report");
    for name in ["report.html", "proof.json"] {
        assert!(report.join(name).is_file(), "{name}");
    }
    assert!(hunt.files.iter().all(|file| file.is_file()));

    let victim = truth.victim.upn.split('@').next().unwrap();
    let mut secrets = vec![
        victim.to_owned(),
        truth.victim.sid.clone(),
        truth.victim.object_id.clone(),
        truth.service_account.nt.split('\\').next_back().unwrap().to_owned(),
        "contoso".into(),
        truth.attacker_ip.clone(),
        truth.c2_domain.clone(),
    ];
    secrets.extend(truth.hosts.iter().map(|host| host.split('.').next().unwrap().to_owned()));
    for file in walk(&report) {
        let bytes = fs::read(&file).unwrap();
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        for secret in &secrets {
            assert!(
                !text.contains(&secret.to_lowercase()),
                "{secret} stands in {}",
                file.display()
            );
        }
    }
}

#[test]
fn a_second_report_replaces_the_first_whole() {
    let folder = tempfile::tempdir().unwrap();
    hunted(folder.path(), 5, Format::Parquet);
    let stale = folder.path().join("report/stale.txt");
    fs::write(&stale, "left over").unwrap();
    hunt(&options(folder.path()), &Cancel::new(), &mut |_| ()).unwrap();
    assert!(!stale.exists());
    assert!(folder.path().join("report/report.html").is_file());
    let names: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(names.iter().all(|name| !name.to_string_lossy().starts_with('.')), "{names:?}");
}

#[test]
fn an_interrupted_hunt_leaves_no_report() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = Options { seed: 5, rows: 2_000, ..Options::default() };
    write_folder(folder.path(), &scenario, Format::Parquet, &mut |_| ControlFlow::Continue(()))
        .unwrap();
    let cancel = Cancel::new();
    cancel.cancel();
    let error = hunt(&options(folder.path()), &cancel, &mut |_| ()).unwrap_err();
    assert!(matches!(error, HuntbookError::Interrupted), "{error}");
    assert!(!folder.path().join("report").exists());
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(walk(&path)) } else { files.push(path) }
    }
    files
}
