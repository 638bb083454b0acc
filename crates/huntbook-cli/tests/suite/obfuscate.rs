//! `huntbook obfuscate`, `prove`, `reveal` and `value`: what is shared holds nothing, and comes back with the key.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const LOGS: &str = "TimeGenerated,Computer,IpAddress,Account\n\
    2026-11-19T08:00:00Z,WS-0001.contoso.com,10.1.2.3,CONTOSO\\ada.king\n\
    2026-11-19T08:05:00Z,WS-0002.contoso.com,10.1.2.4,CONTOSO\\bob.stone\n";

fn huntbook(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_huntbook"))
        .current_dir(folder)
        .env("HUNTBOOK_KEY_FILE", folder.join("key"))
        .args(arguments)
        .output()
        .unwrap()
}

fn printed(folder: &Path, arguments: &[&str]) -> String {
    let output = huntbook(folder, arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn folder_of_logs() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("logs")).unwrap();
    fs::write(folder.path().join("logs/SecurityEvent.csv"), LOGS).unwrap();
    folder
}

#[test]
fn folder_is_obfuscated_proved_and_revealed() {
    let folder = folder_of_logs();
    let folder = folder.path();
    let said = printed(folder, &["obfuscate", "logs", "out", "--column", "TimeGenerated=keep"]);
    let expected = "SecurityEvent.csv  2 rows, 3 of 4 columns obfuscated\n\
                    in clear, since a rule says so:\n";
    assert!(
        said.starts_with(expected) && said.contains("`TimeGenerated`\n1 file, 2 rows"),
        "{said}"
    );
    let out = fs::read_to_string(folder.join("out/SecurityEvent.csv")).unwrap();
    assert!(!out.contains("contoso") && !out.contains("10.1.2.3"), "{out}");

    let proof = printed(folder, &["prove", "logs", "out", "--column", "TimeGenerated=keep"]);
    assert!(proof.contains("nothing found"), "{proof}");
    let reveal = ["reveal", "out/SecurityEvent.csv", "--column", "IpAddress"];
    assert_eq!(printed(folder, &reveal), "IpAddress\n10.1.2.3\n10.1.2.4\n");
}

#[test]
fn proof_of_an_unchanged_file_fails_with_exit_status_1() {
    let folder = folder_of_logs();
    let folder = folder.path();
    printed(folder, &["obfuscate", "logs", "out"]);
    fs::write(folder.join("out/SecurityEvent.csv"), LOGS).unwrap();
    let output = huntbook(folder, &["prove", "logs", "out", "--html", "proof.html"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("FINDINGS"));
    let page = fs::read_to_string(folder.join("proof.html")).unwrap();
    assert!(page.contains("do not share") && !page.contains("contoso"), "{page}");
}

#[test]
fn values_come_from_arguments_or_lines_and_go_back() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let image = printed(folder, &["value", "ip", "10.1.2.3"]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_huntbook"))
        .current_dir(folder)
        .env("HUNTBOOK_KEY_FILE", folder.join("key"))
        .args(["value", "ip"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"10.1.2.3\r\n\n").unwrap();
    let lines = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    assert_eq!(lines, format!("{image}\n"));
    let back = printed(folder, &["reveal", "--kind", "ip", image.trim()]);
    assert_eq!(back, "10.1.2.3\n");
    assert_ne!(printed(folder, &["value", "ip", "10.1.2.3", "--realm", "other"]), image);
}

#[test]
fn report_as_json_holds_no_original() {
    let folder = folder_of_logs();
    fs::rename(
        folder.path().join("logs/SecurityEvent.csv"),
        folder.path().join("logs/WS-0001.csv"),
    )
    .unwrap();
    let report = printed(folder.path(), &["obfuscate", "logs", "out", "--json"]);
    let parsed: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(parsed["rows"], 2);
    assert!(!report.contains("WS-0001") && !report.contains("contoso"), "{report}");
}

#[test]
fn suggested_rules_are_yaml_and_the_words_stand_apart() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("a.csv"), "Account,Peer_x\nbob,10.1.2.3\nbob,10.1.2.4\n").unwrap();
    fs::write(
        folder.join("b.json"),
        "{\"Account\":\"bob\",\"doc_x\":{\"peer_x\":\"10.1.2.3\"},\"n\":1}\n{\"n\":2}\n",
    )
    .unwrap();
    let output = huntbook(folder, &["policy", "suggest", "a.csv"]);
    assert!(output.status.success());
    let (rules, said) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(said.starts_with("Account  account  "), "{said}");
    assert!(rules.contains("- \"Peer_x\" # 100 %") && !rules.contains("Account"), "{rules}");
    assert!(!rules.contains("10.1.2.3") && !said.contains("10.1.2.3"));

    fs::write(folder.join("rules.yaml"), rules).unwrap();
    let again = printed(folder, &["policy", "suggest", "a.csv", "--policy", "rules.yaml"]);
    assert!(again.contains("rules: []"), "{again}");

    let found = printed(folder, &["policy", "suggest", "b.json", "--json"]);
    let found: serde_json::Value = serde_json::from_str(&found).unwrap();
    let suggested: Vec<&str> = found["suggestions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|suggestion| suggestion["column"].as_str().unwrap())
        .collect();
    assert_eq!(suggested, ["doc_x", "doc_x.peer_x"]);
    assert_eq!(found["columns"].as_array().unwrap().len(), 2);
}

#[test]
fn vault_tells_what_tokens_stand_for_and_lies_apart_from_the_files() {
    let folder = folder_of_logs();
    let folder = folder.path();
    let refused = huntbook(folder, &["obfuscate", "logs", "out", "--vault", "out/vault"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("lies at the destination"));
    assert!(!folder.join("out").exists());

    printed(folder, &["obfuscate", "logs", "out", "--vault", "vault"]);
    let token = printed(folder, &["value", "account", "CONTOSO\\ada.king"]);
    let back = printed(folder, &["reveal", "--vault", "vault", token.trim()]);
    assert_eq!(back, "CONTOSO\\ada.king\n");
    let reveal = ["reveal", "out/SecurityEvent.csv", "--column", "Account", "--vault", "vault"];
    assert_eq!(printed(folder, &reveal), "Account\nCONTOSO\\ada.king\nCONTOSO\\bob.stone\n");

    let vault = fs::read(folder.join("vault")).unwrap();
    assert!(!vault.windows(8).any(|bytes| bytes == b"ada.king"));
    let unknown = huntbook(folder, &["reveal", "--vault", "vault", "nobody"]);
    assert_eq!(unknown.status.code(), Some(1));
    let other = huntbook(folder, &["reveal", "--vault", "vault", "--realm", "x", token.trim()]);
    assert_eq!(other.status.code(), Some(1));
}
