//! Policies: any YAML is a policy or a named error.
#![no_main]

use huntbook_obfuscate::Policy;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Err(error) = Policy::from_yaml(text) {
        assert!(error.code().starts_with("OBF"));
    }
});
