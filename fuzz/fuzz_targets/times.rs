//! Times: any text is an instant within the years that there are, or an error that places it.
#![no_main]

use chrono::{DateTime, Datelike};
use huntbook_queries::parse_time;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let now = DateTime::from_timestamp(1_795_161_600, 0).expect("within the years");
    match parse_time(text, now) {
        Ok(instant) => assert!((1..=9999).contains(&instant.year())),
        Err(diagnostic) => assert_eq!(diagnostic.code, "QRY0106"),
    }
});
