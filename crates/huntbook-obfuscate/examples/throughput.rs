//! Measures each kind on one core: Arrow text in, Arrow text out, near-unique values.
//!
//! `cargo run -p huntbook-obfuscate --example throughput [ROWS [KIND]]`

use std::sync::Arc;
use std::time::Instant;

use arrow::array::{ArrayRef, RecordBatch};
use huntbook_obfuscate::{Key, ObfuscationError, Obfuscator, Policy};

#[path = "../benches/cases/mod.rs"]
mod cases;

const REPETITIONS: u32 = 9;

#[expect(clippy::print_stdout, reason = "a program that reports figures")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let rows: u64 = std::env::args().nth(1).map_or(Ok(1 << 18), |rows| rows.parse())?;
    let wanted = std::env::args().nth(2).unwrap_or_default();
    let key = Key::from_bytes([7; 32]);
    println!("{:<24}{:>12}{:>12}{:>12}", "kind", "M values/s", "ns/value", "MB/s in");
    for (name, kind, value) in cases::CASES.iter().filter(|(name, ..)| name.starts_with(&wanted)) {
        let texts = cases::column(rows, *value);
        let bytes = texts.values().len();
        let batch = RecordBatch::try_from_iter([("column", Arc::new(texts) as ArrayRef)])?;
        let obfuscator =
            Obfuscator::new(&key, "throughput", Policy::builtin().with_rule("column", *kind));
        let seconds = best_time(&obfuscator, &batch)?;
        let rate = rows as f64 / seconds / 1e6;
        println!(
            "{name:<24}{rate:>12.1}{:>12.1}{:>12.0}",
            1e3 / rate,
            bytes as f64 / seconds / 1e6
        );
    }
    Ok(())
}

fn best_time(obfuscator: &Obfuscator, batch: &RecordBatch) -> Result<f64, ObfuscationError> {
    let plan = obfuscator.plan(&batch.schema(), batch);
    let mut best = f64::MAX;
    for _ in 0..REPETITIONS {
        let start = Instant::now();
        let out = obfuscator.batch(&plan, batch)?;
        best = best.min(start.elapsed().as_secs_f64());
        drop(out);
    }
    Ok(best)
}
