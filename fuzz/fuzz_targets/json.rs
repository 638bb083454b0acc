//! JSON documents: no panic; a document stays one, with the same keys and types; a planted name never survives.
#![no_main]

use std::sync::LazyLock;

use huntbook_obfuscate::{Key, Kind, Obfuscator, Policy};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

static OBFUSCATOR: LazyLock<Obfuscator> =
    LazyLock::new(|| Obfuscator::new(&Key::from_bytes([1; 32]), "fuzz", Policy::builtin()));

const PLANTED: &str = "xyzzyqq9planted";

fuzz_target!(|text: &str| {
    let image = OBFUSCATOR.value(Kind::Json, text);
    assert_eq!(image, OBFUSCATOR.value(Kind::Json, text));
    if text.trim_start().starts_with(['{', '[']) && serde_json::from_str::<Value>(text).is_ok() {
        assert!(serde_json::from_str::<Value>(&image).is_ok(), "{image}");
    }
    let planted = Value::from(vec![Value::from(format!("{text} {PLANTED} {text}"))]).to_string();
    let image = OBFUSCATOR.value(Kind::Json, &planted).to_lowercase();
    assert!(!image.contains(PLANTED));
});
