//! Runs queries over local files and says how long each took.
//!
//! `bench DATA QUERY.kql [ROUNDS] [ANSWER.arrow]`: opens the files in the folder `DATA`, runs the query `ROUNDS`
//! times and prints one line of JSON: seconds and CPU seconds of each round, the first one with opening.
//! The last answer is written as an Arrow file.
//!
//! `bench profile DATA QUERY.kql`: prints the steps of a query with the time of each.
//!
//! `bench plan QUERIES.jsonl SCHEMAS.json`: parses, binds and plans each query over empty tables three times and
//! prints the median, the 95th percentile and the maximum of each query's least time.
#![expect(clippy::print_stdout, reason = "what it prints is what it is for")]

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::{self, File};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow::datatypes::Schema;
use arrow::ipc::writer::FileWriter;
use huntbook_kql::{Answer, Database, Engine, KqlType, local};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["plan", queries, schemas] => runtime.block_on(plan(queries, schemas)),
        ["profile", data, query] => runtime.block_on(profile(data, query)),
        [data, query, rest @ ..] => {
            let rounds = rest.first().map_or(Ok(1), |rounds| rounds.parse())?;
            runtime.block_on(run(data, query, rounds, rest.get(1).copied()))
        }
        _ => Err("usage: bench DATA QUERY.kql [ROUNDS] [ANSWER.arrow]".into()),
    }
}

fn engine(data: &str) -> Result<Engine, Box<dyn Error>> {
    let database = local::open(&[PathBuf::from(data)])?;
    Ok(Engine::new(database, "2026-11-20T00:00:00Z".parse()?))
}

async fn profile(data: &str, query: &str) -> Result<(), Box<dyn Error>> {
    let (engine, text) = (engine(data)?, fs::read_to_string(query)?);
    engine.query(&text).await?;
    println!("{}", engine.profile(&text).await?);
    Ok(())
}

async fn run(
    data: &str,
    query: &str,
    rounds: usize,
    target: Option<&str>,
) -> Result<(), Box<dyn Error>> {
    let text = fs::read_to_string(query)?;
    let (mut seconds, mut cpu) = (Vec::new(), Vec::new());
    let (began, burnt) = (Instant::now(), cpu_time());
    let engine = engine(data)?;
    let mut answer = engine.query(&text).await?;
    seconds.push(began.elapsed().as_secs_f64());
    cpu.push(cpu_time().saturating_sub(burnt).as_secs_f64());
    for _ in 0..rounds {
        let (began, burnt) = (Instant::now(), cpu_time());
        answer = engine.query(&text).await?;
        seconds.push(began.elapsed().as_secs_f64());
        cpu.push(cpu_time().saturating_sub(burnt).as_secs_f64());
    }
    if let Some(target) = target {
        write(&answer, target)?;
    }
    let rows = answer.row_count();
    println!("{}", serde_json::json!({"rows": rows, "seconds": seconds, "cpu": cpu}));
    Ok(())
}

fn write(answer: &Answer, target: &str) -> Result<(), Box<dyn Error>> {
    let mut writer = FileWriter::try_new(File::create(target)?, &answer.schema)?;
    for batch in &answer.batches {
        writer.write(batch)?;
    }
    Ok(writer.finish()?)
}

/// What all threads of this process have computed; zero where the system does not say.
fn cpu_time() -> Duration {
    let Ok(text) = fs::read_to_string("/proc/self/stat") else { return Duration::ZERO };
    let fields = text.rsplit(')').next().unwrap_or_default().split_whitespace();
    // Behind the name: user and system time, in hundredths of a second.
    let ticks: u64 = fields.skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

async fn plan(queries: &str, schemas: &str) -> Result<(), Box<dyn Error>> {
    let schemas: BTreeMap<String, BTreeMap<String, String>> =
        serde_json::from_str(&fs::read_to_string(schemas)?)?;
    let tables = schemas.into_iter().map(|(name, columns)| {
        let fields = columns
            .iter()
            .map(|(column, kind)| kind.parse().unwrap_or(KqlType::String).to_arrow(column));
        (name, Arc::new(Schema::new(fields.collect::<Vec<_>>())), Vec::new())
    });
    let engine = Engine::new(Database::from_batches(tables)?, "2026-11-20T00:00:00Z".parse()?);
    let mut times = Vec::new();
    for line in fs::read_to_string(queries)?.lines() {
        let line: serde_json::Value = serde_json::from_str(line)?;
        let text = line["query"].as_str().unwrap_or_default();
        let mut least = Duration::MAX;
        for _ in 0..3 {
            let began = Instant::now();
            if engine.stream(text).await.is_ok() {
                least = least.min(began.elapsed());
            }
        }
        if least < Duration::MAX {
            times.push((least.as_secs_f64() * 1e3, line["id"].to_string()));
        }
    }
    times.sort_by(|one, other| one.0.total_cmp(&other.0));
    let at = |share: usize| times.get(times.len() * share / 100).map_or(0.0, |time| time.0);
    let slowest: Vec<_> = times.iter().rev().take(5).collect();
    println!(
        "{}",
        serde_json::json!({
            "planned": times.len(), "median_ms": at(50), "p95_ms": at(95),
            "max_ms": times.last().map(|time| time.0), "slowest": slowest,
        })
    );
    Ok(())
}
