//! Free text: no panic, the same again, and a planted name never survives.
#![no_main]

use std::sync::LazyLock;

use huntbook_obfuscate::{Key, Kind, Obfuscator, Policy};
use libfuzzer_sys::fuzz_target;

static OBFUSCATOR: LazyLock<Obfuscator> =
    LazyLock::new(|| Obfuscator::new(&Key::from_bytes([1; 32]), "fuzz", Policy::builtin()));

/// A word of no vocabulary, with a digit that no token of ours holds.
const PLANTED: &str = "xyzzyqq9planted";

fuzz_target!(|text: &str| {
    let image = OBFUSCATOR.value(Kind::Text, text);
    assert_eq!(image, OBFUSCATOR.value(Kind::Text, text));
    let mut planted = String::with_capacity(text.len() + 32);
    let middle = (0..=text.len() / 2).rev().find(|place| text.is_char_boundary(*place)).unwrap_or(0);
    planted.push_str(&text[..middle]);
    planted.push(' ');
    planted.push_str(PLANTED);
    planted.push(' ');
    planted.push_str(&text[middle..]);
    let image = OBFUSCATOR.value(Kind::Text, &planted).to_lowercase();
    assert!(!image.contains(PLANTED));
});
