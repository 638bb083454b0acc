//! `huntbook scenario` and `huntbook hunt`: what is printed is what the intruder did.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn huntbook(folder: &Path, arguments: &[&str]) -> Output {
    let output = Command::new(env!("CARGO_BIN_EXE_huntbook"))
        .current_dir(folder)
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

#[test]
fn the_hunt_prints_the_ground_truth_of_three_seeds() {
    for seed in ["7", "8", "9"] {
        let folder = tempfile::tempdir().unwrap();
        huntbook(folder.path(), &["scenario", "demo", "--seed", seed, "--rows", "20000"]);
        let truth = fs::read_to_string(folder.path().join("demo/ground-truth.json")).unwrap();
        let truth: Value = serde_json::from_str(&truth).unwrap();
        let hunt = ["hunt", "demo/logs", "--feed", "demo/feed", "--key", "key", "--json"];
        let printed = String::from_utf8(huntbook(folder.path(), &hunt).stdout).unwrap();

        let line = |label: &str| -> String {
            let line = printed.lines().find(|line| line.starts_with(label)).unwrap();
            line[label.len()..].trim().to_owned()
        };
        let hosts: Vec<&str> =
            truth["hosts"].as_array().unwrap().iter().map(|host| host.as_str().unwrap()).collect();
        assert_eq!(line("attacker's address"), truth["attacker_ip"].as_str().unwrap());
        assert_eq!(line("account"), truth["victim"]["upn"].as_str().unwrap());
        assert_eq!(line("service account"), truth["service_account"]["nt"].as_str().unwrap());
        assert_eq!(line("hosts"), hosts.join(", "));
        assert_eq!(line("domain "), truth["c2_domain"].as_str().unwrap());
        assert_eq!(line("domain's address"), truth["c2_ip"].as_str().unwrap());
        let json: Value = serde_json::from_str(printed.lines().last().unwrap()).unwrap();
        assert_eq!(json["hosts"], truth["hosts"]);
        for name in ["report.html", "proof.json", "evidence/01-password-spray.parquet"] {
            assert!(folder.path().join("hunt-report").join(name).is_file(), "{name}");
        }
        assert!(!printed.contains(&fs::read_to_string(folder.path().join("key")).unwrap()));
    }
}
