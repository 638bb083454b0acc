//! Obfuscates a file of JSON lines in memory, proves the result and prints the proof.
//!
//! `cargo run -p huntbook-obfuscate --example prove_ndjson FILE`
//!
//! The key is made for this run and forgotten. The exit status is 1 if the proof finds anything.

use std::fs::File;
use std::io::{BufReader, Seek};
use std::process::ExitCode;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::json::ReaderBuilder;
use arrow::json::reader::infer_json_schema_from_seekable;
use huntbook_obfuscate::{Key, Obfuscator, Policy, prove};

const REALM: &str = "prove_ndjson";

#[expect(clippy::print_stdout, reason = "a program that prints its result")]
fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let path = std::env::args_os().nth(1).ok_or("usage: prove_ndjson FILE")?;
    let mut file = BufReader::new(File::open(path)?);
    let (schema, _) = infer_json_schema_from_seekable(&mut file, None)?;
    file.rewind()?;
    let reader = ReaderBuilder::new(Arc::new(schema)).with_coerce_primitive(true).build(file)?;
    let original = reader.collect::<Result<Vec<RecordBatch>, _>>()?;
    let Some(sample) = original.first() else { return Ok(ExitCode::SUCCESS) };

    let key = Key::generate()?;
    let obfuscator = Obfuscator::new(&key, REALM, Policy::builtin());
    let plan = obfuscator.plan(&sample.schema(), sample);
    let obfuscated = original
        .iter()
        .map(|batch| obfuscator.batch(&plan, batch))
        .collect::<Result<Vec<RecordBatch>, _>>()?;
    let proof = prove(&original, &obfuscated, &plan, &obfuscator);
    println!("{}", proof.to_json());
    Ok(if proof.ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
