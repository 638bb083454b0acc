//! Each kind on one core: a column of Arrow text in, one out, near-unique values.
//!
//! `cargo bench -p huntbook-obfuscate --bench kinds --profile dev` builds with the profile of the tests and so
//! compiles no dependency anew; `... -- kinds/url` runs one. `anchor` copies 16 MiB: on a machine that is loaded, compare its
//! rate in the same run with that of a kind rather than figures of two runs.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use huntbook_obfuscate::{Key, Obfuscator, Policy};

mod cases;

const ROWS: u64 = 4096;

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
    for (name, kind, value) in cases::CASES {
        let texts = cases::column(ROWS, *value);
        let batch = RecordBatch::try_from_iter([("column", Arc::new(texts) as ArrayRef)])
            .expect("one column is a batch");
        let policy = Policy::empty().with_rule("column", *kind);
        let obfuscator = Obfuscator::new(&key, "kinds", policy);
        let plan = obfuscator.plan(&batch.schema(), &batch);
        group.bench_function(*name, |bencher| bencher.iter(|| obfuscator.batch(&plan, &batch)));
    }
    group.finish();
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
