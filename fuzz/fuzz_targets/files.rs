//! Files of any bytes: obfuscated, or refused by a named error; no panic, and nothing left behind.
#![no_main]

use std::sync::LazyLock;

use huntbook_obfuscate::files::{FilesOptions, Unwatched, obfuscate_files};
use huntbook_obfuscate::{Key, Obfuscator, Policy};
use libfuzzer_sys::fuzz_target;

static OBFUSCATOR: LazyLock<Obfuscator> =
    LazyLock::new(|| Obfuscator::new(&Key::from_bytes([1; 32]), "fuzz", Policy::builtin()));

fuzz_target!(|input: (u8, &[u8])| {
    let endings = ["csv", "ndjson", "json", "txt", "parquet", "zip", "csv.gz"];
    let ending = endings[usize::from(input.0) % endings.len()];
    let folder = tempfile::tempdir().expect("the folder for temporary files can be written");
    let source = folder.path().join(format!("input.{ending}"));
    std::fs::write(&source, input.1).expect("the folder can be written");
    let destination = folder.path().join(format!("output.{ending}"));
    match obfuscate_files(
        &OBFUSCATOR,
        std::slice::from_ref(&source),
        &destination,
        FilesOptions::default(),
        &Unwatched,
    ) {
        Ok(_) => assert!(destination.exists()),
        Err(error) => {
            assert!(error.code().starts_with("OBF"));
            let left = std::fs::read_dir(folder.path()).expect("the folder is there").count();
            assert_eq!(left, 1);
        }
    }
});
