//! `huntbook query run` on real attack recordings, held against an independent count.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The recordings, where they stand beside the checkout.
fn recordings() -> Vec<PathBuf> {
    let folder = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"))
        .join("../../../shared/logs");
    let Ok(entries) = fs::read_dir(&folder) else {
        eprintln!("left out: there are no recordings at {}", folder.display());
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut zips: Vec<_> = paths.filter(|path| path.extension() == Some("zip".as_ref())).collect();
    zips.sort();
    zips
}

/// Event ids of the Security channel, counted by reading the lines of every member.
fn counted(path: &Path) -> BTreeMap<i64, u64> {
    let mut archive = zip::ZipArchive::new(File::open(path).unwrap()).unwrap();
    let mut counts = BTreeMap::new();
    for index in 0..archive.len() {
        for line in BufReader::new(archive.by_index(index).unwrap()).lines() {
            let Ok(line) = line else { break };
            let Ok(event) = serde_json::from_str::<serde_json::Value>(&line) else { continue };
            let channel = event["Channel"].as_str().unwrap_or_default();
            if channel.eq_ignore_ascii_case("security") {
                let id = &event["EventID"];
                let id = id.as_i64().or_else(|| id.as_str()?.parse().ok()).unwrap();
                *counts.entry(id).or_default() += 1;
            }
        }
    }
    counts
}

#[test]
fn the_five_commonest_events_of_each_recording_are_those_that_were_counted() {
    for path in recordings() {
        let name = path.display();
        let output = Command::new(env!("CARGO_BIN_EXE_huntbook"))
            .args(["query", "run", "--output", "ndjson"])
            .arg("SecurityEvent | summarize count() by EventID | top 5 by count_")
            .arg(&path)
            .output()
            .unwrap();
        let counts = counted(&path);
        if counts.is_empty() {
            // Zeek and CloudTrail: to answer "none" would be wrong, and so is any row.
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{name}");
            assert!(said.contains("SecurityEvent") && output.stdout.is_empty(), "{name}: {said}");
            continue;
        }
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        let answered: Vec<(i64, u64)> = String::from_utf8(output.stdout)
            .unwrap()
            .lines()
            .map(|line| {
                let row: serde_json::Value = serde_json::from_str(line).unwrap();
                (row["EventID"].as_i64().unwrap(), row["count_"].as_u64().unwrap())
            })
            .collect();
        let mut expected: Vec<u64> = counts.values().copied().collect();
        expected.sort_unstable_by(|a, b| b.cmp(a));
        expected.truncate(5);
        assert_eq!(
            answered.iter().map(|(_, count)| *count).collect::<Vec<_>>(),
            expected,
            "{name}"
        );
        for (id, count) in answered {
            assert_eq!(counts[&id], count, "{name}: event {id}");
        }
    }
}
