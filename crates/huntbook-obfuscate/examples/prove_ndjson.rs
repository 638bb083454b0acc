//! Obfuscates a file of JSON lines in memory, proves the result and prints the proof: once as a table,
//! once with each line as a document and as free text, against the labels of the table.
//!
//! `cargo run -p huntbook-obfuscate --example prove_ndjson FILE`
//!
//! The key is made for this run and forgotten. The exit status is 1 if the proof finds anything.

use std::fs::File;
use std::io::{BufReader, Seek};
use std::process::ExitCode;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use arrow::json::ReaderBuilder;
use arrow::json::reader::infer_json_schema_from_seekable;
use huntbook_obfuscate::{Key, Kind, Learned, Obfuscator, Policy, Prover};

const REALM: &str = "prove_ndjson";

#[expect(clippy::print_stdout, reason = "a program that prints its result")]
fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let path = std::env::args_os().nth(1).ok_or("usage: prove_ndjson FILE")?;
    let mut file = BufReader::new(File::open(&path)?);
    let (schema, _) = infer_json_schema_from_seekable(&mut file, None)?;
    file.rewind()?;
    let reader = ReaderBuilder::new(Arc::new(schema)).with_coerce_primitive(true).build(file)?;
    let original = reader.collect::<Result<Vec<RecordBatch>, _>>()?;
    let Some(sample) = original.first() else { return Ok(ExitCode::SUCCESS) };

    let lines: StringArray = std::fs::read_to_string(&path)?.lines().map(Some).collect();
    let lines: ArrayRef = Arc::new(lines);
    let lines = RecordBatch::try_from_iter([("document", Arc::clone(&lines)), ("text", lines)])?;

    let key = Key::generate()?;
    let policy = Policy::builtin().with_rule("document", Kind::Json).with_rule("text", Kind::Text);
    let obfuscator = Obfuscator::new(&key, REALM, policy);
    let plan = obfuscator.plan(&sample.schema(), sample);
    let lines_plan = obfuscator.plan(&lines.schema(), &lines);
    let mut learned = Learned::new();
    for batch in &original {
        obfuscator.learn(&plan, batch, &mut learned);
    }
    let obfuscator = obfuscator.with_learned(Arc::new(learned));
    let obfuscated = original
        .iter()
        .map(|batch| obfuscator.batch(&plan, batch))
        .collect::<Result<Vec<RecordBatch>, _>>()?;
    let obfuscated_lines = obfuscator.batch(&lines_plan, &lines)?;

    let mut prover = Prover::new(&obfuscator);
    prover.learn(&plan, &original);
    prover.learn(&lines_plan, std::slice::from_ref(&lines));
    let start = std::time::Instant::now();
    let mut is_ok = true;
    for (plan, original, obfuscated) in
        [(&plan, &original, &obfuscated), (&lines_plan, &vec![lines], &vec![obfuscated_lines])]
    {
        let proof = prover.check(plan, original, obfuscated);
        println!("{}", proof.to_json());
        is_ok &= proof.ok;
    }
    println!("checked in {:.2} s", start.elapsed().as_secs_f64());
    Ok(if is_ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
