//! Prints how fast indicators are extracted and matched on this machine: one thread, CPU time where Linux tells it.
//!
//! ```text
//! cargo run -p huntbook-intel --example figures [ROWS]
//! ```
#![expect(clippy::print_stdout, reason = "it is a program that prints figures")]

use std::error::Error;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use arrow::array::{ArrayRef, StringArray};
use chrono::DateTime;
use huntbook_intel::{Feed, Indicator, IndicatorKind, Listed, Listing, Lookup, Opinion, extract};

/// Makes the value with a number.
type Value = fn(u64) -> String;

/// Listed indicators of each kind.
const LISTED: u64 = 1_000_000;

fn main() -> Result<(), Box<dyn Error>> {
    let rows: u64 = std::env::args().nth(1).map_or(Ok(2_000_000), |rows| rows.parse())?;
    extraction();
    let kinds: [(IndicatorKind, Value); 3] = [
        (IndicatorKind::Ipv4, address),
        (IndicatorKind::Domain, domain),
        (IndicatorKind::Sha256, digest),
    ];
    for (kind, value) in kinds {
        matching(kind, value, rows)?;
    }
    Ok(())
}

fn extraction() {
    let lines: Vec<String> = (0..100_000)
        .map(|row| {
            let row = mixed(row);
            format!(
                "2026-11-20T10:11:12Z fw01 action=allow proto=tcp src=10.{}.{}.7 dst={} dport=443 bytes={row} host={} \
                 user=CONTOSO\\ada.king cmd=\"C:\\Windows\\System32\\svchost.exe -k netsvcs -p -s Schedule\" rule=\"outbound web\"",
                row % 250,
                row % 99,
                address(row),
                domain(row),
            )
        })
        .collect();
    let text = lines.join("\n");
    let plain = "the quick brown fox jumps over the lazy dog and runs away from it all day long\n"
        .repeat(200_000);
    for (name, text) in
        [("log lines, 3 indicators each", &text), ("prose without indicators", &plain)]
    {
        let (found, time) = best(|| text.lines().map(|line| extract(line).len()).sum::<usize>());
        let megabytes = text.len() as f64 / 1e6;
        println!(
            "extract, {name}: {:.0} MB/s ({found} found in {megabytes:.0} MB)",
            megabytes / time.as_secs_f64()
        );
    }
}

/// A column of which one row in a hundred is listed, against a feed of a million indicators of its kind.
fn matching(kind: IndicatorKind, value: Value, rows: u64) -> Result<(), Box<dyn Error>> {
    let listings = (0..LISTED)
        .map(|n| Ok(Listing::new(Listed::One(Indicator::of(kind, &value(n))?), Opinion::Malicious)))
        .collect::<Result<Vec<_>, huntbook_intel::IntelError>>()?;
    let started = clock();
    let lookup = Lookup::new(vec![Feed::new("synthetic", listings)], DateTime::UNIX_EPOCH);
    let built = clock().saturating_sub(started);
    let listed = |row: u64| {
        if row.is_multiple_of(100) { mixed(row) % LISTED } else { LISTED + mixed(row) % (1 << 31) }
    };
    let column: ArrayRef =
        Arc::new(StringArray::from_iter_values((0..rows).map(|row| value(listed(row)))));
    let (matches, time) =
        best(|| lookup.match_column(Some(kind), &column).map(|matches| matches.rows.true_count()));
    println!(
        "match {kind}, {rows} rows, {LISTED} listed: {:.1} M values/s ({} match; set built in {:.1} s)",
        rows as f64 / 1e6 / time.as_secs_f64(),
        matches?,
        built.as_secs_f64(),
    );
    Ok(())
}

/// The shortest of five runs: the machine may be shared.
fn best<T>(mut run: impl FnMut() -> T) -> (T, Duration) {
    let mut timed = || {
        let started = clock();
        let result = run();
        (result, clock().saturating_sub(started))
    };
    let first = timed();
    (0..4).map(|_| timed()).fold(first, |best, next| if next.1 < best.1 { next } else { best })
}

/// Time that this thread spent on a processor, or, where the system does not tell it, time that passed.
fn clock() -> Duration {
    static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|told| told.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| STARTED.elapsed(), Duration::from_nanos)
}

/// A number that looks random and is the same in each run (`SplitMix64`).
const fn mixed(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn address(n: u64) -> String {
    let bits = 0x1000_0000u32.wrapping_add(n as u32);
    std::net::Ipv4Addr::from(bits.reverse_bits().swap_bytes() | 0x1000_0000).to_string()
}

fn domain(n: u64) -> String {
    format!("h{:x}.site{:x}.example.net", mixed(n) & 0xff_ffff, n)
}

fn digest(n: u64) -> String {
    let part = |number: u64| mixed(n * 4 + number);
    format!("{:016x}{:016x}{:016x}{:016x}", part(0), part(1), part(2), part(3))
}
