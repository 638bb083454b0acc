//! The frozen vectors of the scheme, as `huntbook value` gives them.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

const VECTORS: &str = "../../tests/reference/scheme-v1.json";

/// Runs `huntbook value` with `input` as its lines.
fn value(key: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_huntbook"))
        .env("HUNTBOOK_KEY_FILE", key)
        .arg("value")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    // Output is read meanwhile, so neither side waits for the other.
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    let _ = writer.join().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

#[test]
fn values_are_those_of_the_frozen_vectors() {
    let root = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let path = Path::new(&root).join(VECTORS);
    let file: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key");
    fs::write(&key, file["key"].as_str().unwrap()).unwrap();
    make_private(&key);
    let realm = file["realm"].as_str().unwrap();

    // By kind and mode of addresses: each text and its image.
    let mut groups: BTreeMap<_, Vec<(&str, &str)>> = BTreeMap::new();
    for vector in file["vectors"].as_array().unwrap() {
        let text = |name: &str| vector[name].as_str().unwrap();
        let pair = (text("text"), text("image"));
        groups
            .entry((text("kind"), vector.get("ip").and_then(Value::as_str)))
            .or_default()
            .push(pair);
    }
    assert!(!groups.is_empty());
    for ((kind, ip), pairs) in groups {
        let mut arguments = vec![kind, "--realm", realm];
        arguments.extend(ip.into_iter().flat_map(|mode| ["--ip", mode]));
        let is_line = |(text, _): &(&str, &str)| !text.contains(['\n', '\r']);
        let (lines, others): (Vec<_>, Vec<_>) = pairs.into_iter().partition(is_line);
        let mut input = String::new();
        for (text, _) in &lines {
            input += text;
            input.push('\n');
        }
        let output = String::from_utf8(value(&key, &arguments, &input).stdout).unwrap();
        let images: Vec<&str> = output.lines().collect();
        assert_eq!(images.len(), lines.len(), "{kind} {ip:?}");
        for ((text, expected), image) in lines.iter().zip(images) {
            assert_eq!(image, *expected, "{kind} {ip:?} {text:?}");
        }
        for (text, expected) in others {
            let arguments = [arguments.as_slice(), &["--", text]].concat();
            let output = String::from_utf8(value(&key, &arguments, "").stdout).unwrap();
            assert_eq!(output, format!("{expected}\n"), "{kind} {ip:?} {text:?}");
        }
    }
}

/// A key that others can read is refused.
fn make_private(key: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(key, fs::Permissions::from_mode(0o600)).unwrap();
    }
    #[cfg(not(unix))]
    let _ = key;
}
