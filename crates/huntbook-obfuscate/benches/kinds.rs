//! Each kind on one core: a column of Arrow text in, one out, near-unique values.
//!
//! `cargo bench -p huntbook-obfuscate --bench kinds --profile dev` builds with the profile of the tests and so
//! compiles no dependency anew; `... -- kinds/url` runs one. `anchor` copies 16 MiB: on a machine that is loaded, compare its
//! rate in the same run with that of a kind rather than figures of two runs.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use huntbook_obfuscate::{Key, Kind, Obfuscator, Policy};

const ROWS: u64 = 4096;

/// A case: its name, its kind, the value of a row, spread over 64 bits.
type Case = (&'static str, Kind, fn(u64) -> String);

/// Limits in million values a second, on a core that does nothing else: needed, and the goal.
const CASES: &[Case] = &[
    // 20, 40
    ("ipv4", Kind::Ip, |bits| std::net::Ipv4Addr::from(bits as u32).to_string()),
    // 6, 15
    ("ipv6", Kind::Ip, |bits| {
        let network = 0x2001_0db8_u128 << 96;
        std::net::Ipv6Addr::from(network | u128::from(bits) << 8).to_string()
    }),
    // 15, 30
    ("uuid", Kind::Uuid, |bits| {
        format!(
            "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
            bits >> 32,
            bits >> 16 & 0xffff,
            bits & 0xfff,
            bits >> 52,
            bits.rotate_left(29) & 0xffff_ffff_ffff
        )
    }),
    // 8, 20
    ("sid", Kind::Sid, |bits| {
        format!("S-1-5-21-{}-{}-{}-{}", bits as u32, bits >> 32, (bits >> 16) as u32, bits % 5000)
    }),
    // 8, 20
    ("account_upn", Kind::Account, |bits| format!("user{:x}@contoso.com", bits & 0xf_ffff)),
    // 8, 20
    ("account_nt", Kind::Account, |bits| format!("CONTOSO\\user{:x}", bits & 0xf_ffff)),
    // 8, 20
    ("host", Kind::Host, |bits| format!("host{:x}.corp.contoso.com", bits & 0xf_ffff)),
    // 0.5, 2: a URL has about ten parts, each looked up
    ("url", Kind::Url, |bits| {
        format!("https://host{:x}.contoso.com/api/v1/item{bits:x}?user=bob", bits & 0xfff)
    }),
    // 1, 4
    ("path", Kind::Path, |bits| {
        format!("C:\\Users\\user{:x}\\AppData\\Local\\Temp\\tool{bits:x}.exe", bits & 0xf_ffff)
    }),
    // 0.5, 2
    ("resource_azure", Kind::Resource, |bits| {
        format!(
            "/subscriptions/{:08x}-7a1f-4c31-9d2e-5b1c2d3e4f5a/resourceGroups/group{:x}/providers/Microsoft.Compute/virtualMachines/vm{bits:x}",
            bits as u32,
            bits & 0xfff
        )
    }),
    // 0.5, 2
    ("resource_aws", Kind::Resource, |bits| {
        format!("arn:aws:iam::{:012}:role/role{bits:x}", bits % 1_000_000_000_000)
    }),
    // 5, 20
    ("string", Kind::String, |bits| format!("C:\\Windows\\System32\\tool{bits:x}.exe -run {bits}")),
];

fn kinds(criterion: &mut Criterion) {
    let key = Key::from_bytes([7; 32]);
    let mut group = criterion.benchmark_group("kinds");
    let source = vec![0x5a_u8; 1 << 24];
    let mut target = source.clone();
    group.throughput(Throughput::Bytes(source.len() as u64));
    group.bench_function("anchor", |bencher| {
        bencher.iter(|| target.copy_from_slice(std::hint::black_box(&source)));
    });
    group.throughput(Throughput::Elements(ROWS));
    for (name, kind, value) in CASES {
        let texts: StringArray = (0..ROWS).map(|row| Some(value(scatter(row)))).collect();
        let batch = RecordBatch::try_from_iter([("column", Arc::new(texts) as ArrayRef)])
            .expect("one column is a batch");
        let policy = Policy::empty().with_rule("column", *kind);
        let obfuscator = Obfuscator::new(&key, "kinds", policy);
        let plan = obfuscator.plan(&batch.schema(), &batch);
        group.bench_function(*name, |bencher| bencher.iter(|| obfuscator.batch(&plan, &batch)));
    }
    group.finish();
}

/// Spreads row numbers over 64 bits, one to one.
fn scatter(row: u64) -> u64 {
    let mixed = (row ^ row >> 31).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(std::time::Duration::from_millis(200))
        .measurement_time(std::time::Duration::from_secs(1));
    targets = kinds
}
criterion_main!(benches);
