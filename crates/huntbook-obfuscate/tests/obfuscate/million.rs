//! A million distinct values give as many distinct outputs, and every one comes back.

use std::collections::HashSet;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch, StringArray};
use huntbook_obfuscate::{IpMode, Key, Kind, Obfuscator, Policy, Settings};

const VALUES: u64 = 1_000_000;

/// Spreads `number` over 64 bits; a permutation, so distinct numbers stay distinct.
const fn spread(number: u64) -> u64 {
    let mixed = (number ^ number >> 31).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}

fn check(kind: Kind, settings: Settings, text: impl Fn(u64) -> String) {
    check_many(VALUES, kind, settings, text);
}

fn check_many(count: u64, kind: Kind, settings: Settings, text: impl Fn(u64) -> String) {
    let originals: StringArray = (0..count).map(|number| Some(text(number))).collect();
    let policy = Policy::empty().with_settings(settings).with_rule("value", kind);
    let obfuscator = Obfuscator::new(&Key::from_bytes([5; 32]), "million", policy);
    let batch = RecordBatch::try_from_iter([("value", Arc::new(originals) as ArrayRef)]).unwrap();
    let plan = obfuscator.plan(&batch.schema(), &batch.slice(0, 1));
    let out = obfuscator.batch(&plan, &batch).unwrap();
    let images = out.column(0).as_string::<i32>();
    let distinct: HashSet<&str> = images.iter().flatten().collect();
    assert_eq!(distinct.len() as u64, count, "{kind}");
    let back = obfuscator.reveal_batch(&plan, &out).unwrap();
    assert_eq!(back.column(0), batch.column(0), "{kind}");
}

#[test]
fn a_million_uuids_have_a_million_images_and_come_back() {
    check(Kind::Uuid, Settings::default(), |number| {
        let (high, low) = (spread(number), spread(number + VALUES));
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            high >> 16 & 0xffff,
            high & 0xfff,
            low >> 50 | 0x8000,
            low & 0xffff_ffff_ffff
        )
    });
}

#[test]
fn a_million_sids_have_a_million_images_and_come_back() {
    check(Kind::Sid, Settings::default(), |number| {
        let (high, low) = (spread(number), spread(number + VALUES));
        format!("S-1-5-21-{}-{}-{}-{}", high >> 32, high as u32, low as u32, 1000 + number % 50)
    });
}

#[test]
fn a_million_ipv4_addresses_have_a_million_images_and_come_back() {
    // Half of them close together in 10/8, half of them anywhere; odd factors keep both distinct.
    let text = |number: u64| {
        let address = if number.is_multiple_of(2) {
            0x0a00_0000 | number as u32
        } else {
            (number as u32).wrapping_mul(0x9e37_79b1)
        };
        Ipv4Addr::from(address).to_string()
    };
    let all: HashSet<String> = (0..VALUES).map(text).collect();
    let distinct = |number: u64| {
        // The few that are in both halves are taken from a range that neither half has.
        if number % 2 == 1 && text(number).starts_with("10.") {
            Ipv4Addr::from(0xac10_0000 | number as u32 & 0xf_ffff).to_string()
        } else {
            text(number)
        }
    };
    assert!(all.len() as u64 > VALUES - 5_000);
    let unique: HashSet<String> = (0..VALUES).map(distinct).collect();
    assert_eq!(unique.len() as u64, VALUES);
    check(Kind::Ip, Settings::default(), distinct);
}

#[test]
fn a_million_ipv6_addresses_have_a_million_images_and_come_back() {
    check(Kind::Ip, Settings::default(), |number| {
        let high = 0x2a00_0000_0000_0000 | spread(number) >> 8;
        Ipv6Addr::from(u128::from(high) << 64 | u128::from(spread(number + VALUES))).to_string()
    });
}

#[test]
fn many_addresses_of_the_other_modes_have_as_many_images_and_come_back() {
    for ip in [IpMode::Subnet, IpMode::Flat, IpMode::IpcryptDeterministic] {
        let settings = Settings { ip, ..Settings::default() };
        let text = |number: u64| Ipv4Addr::from(0x0a00_0000 | number as u32).to_string();
        check_many(VALUES / 5, Kind::Ip, settings, text);
    }
}

#[test]
fn a_million_hardware_addresses_have_a_million_images_and_come_back() {
    check(Kind::Mac, Settings::default(), |number| {
        format!("00:1b:{:02x}:{:02x}:{:02x}:63", number >> 16, number >> 8 & 0xff, number & 0xff)
    });
}

#[test]
fn a_million_hashes_have_a_million_images_and_come_back() {
    check(Kind::Hash, Settings::default(), |number| {
        let words: Vec<String> =
            (0..4).map(|word| format!("{:016x}", spread(number + word * VALUES))).collect();
        words.concat()
    });
}

#[test]
fn a_million_numbers_have_a_million_images_and_come_back() {
    check(Kind::Number, Settings::default(), |number| number.to_string());
}
