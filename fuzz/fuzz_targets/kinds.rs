//! Every kind takes any text: no panic, what is revealed is obfuscated to the same again.
#![no_main]

use std::sync::LazyLock;

use huntbook_obfuscate::{Key, Kind, Obfuscator, Policy};
use libfuzzer_sys::fuzz_target;

static OBFUSCATOR: LazyLock<Obfuscator> =
    LazyLock::new(|| Obfuscator::new(&Key::from_bytes([1; 32]), "fuzz", Policy::builtin()));

fuzz_target!(|text: &str| {
    for kind in Kind::ALL {
        let image = OBFUSCATOR.value(*kind, text);
        assert_eq!(image, OBFUSCATOR.value(*kind, text));
        if let Ok(back) = OBFUSCATOR.reveal(*kind, &image) {
            assert_eq!(OBFUSCATOR.value(*kind, &back), image, "{kind}");
        }
    }
});
