//! Measures a file from disk to disk: writes a Parquet of sign-in and process events, obfuscates it, and prints
//! megabytes of text a second and the largest memory of the process.
//!
//! `cargo run -p huntbook-obfuscate --example file_throughput [MEGABYTES] [FORMAT]`
//!
//! MEGABYTES of text (default 256); FORMAT is `parquet` (default), `csv` or `ndjson`.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use huntbook_obfuscate::files::{FilesOptions, Unwatched, obfuscate_files};
use huntbook_obfuscate::{Key, Kind, Obfuscator, Policy};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

const ROWS: u64 = 1 << 16;

type Column = (&'static str, fn(u64) -> String);

/// Columns of the field: some with few values, some with a new one in each row.
const COLUMNS: &[Column] = &[
    ("UserPrincipalName", |row| format!("user{}@contoso.com", scatter(row) % 20_000)),
    ("IPAddress", |row| std::net::Ipv4Addr::from(scatter(row) as u32).to_string()),
    ("Computer", |row| format!("WS-{:04}.corp.contoso.com", scatter(row + 1) % 5000)),
    ("TargetUserSid", |row| {
        format!("S-1-5-21-1004336348-1177238915-682003330-{}", 1000 + scatter(row + 2) % 20_000)
    }),
    ("CorrelationId", |row| {
        let (high, low) = (scatter(row + 3), scatter(row + 4));
        format!(
            "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
            high >> 32,
            high >> 16 & 0xffff,
            high & 0xfff,
            low >> 52,
            low & 0xffff_ffff_ffff
        )
    }),
    ("Activity", |row| format!("4624 - an account was logged on, {}", scatter(row) % 30)),
    ("CommandLine", |row| {
        format!("C:\\Windows\\System32\\svchost.exe -k netsvcs -p -s job{:x}", scatter(row + 5))
    }),
];

#[expect(clippy::print_stdout, reason = "a program that reports figures")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let megabytes: u64 = arguments.next().map_or(Ok(256), |text| text.parse())?;
    let format = arguments.next().unwrap_or_else(|| "parquet".to_owned());
    let folder = tempfile::tempdir()?;
    let source = folder.path().join(format!("events.{format}"));
    write_source(&source, &format, megabytes << 20)?;

    let policy = Policy::builtin().with_rule("CommandLine", Kind::String);
    let obfuscator = Obfuscator::new(&Key::from_bytes([7; 32]), "throughput", policy);
    let destination = folder.path().join(format!("shared.{format}"));
    let start = Instant::now();
    let report =
        obfuscate_files(&obfuscator, &[source], &destination, FilesOptions::default(), &Unwatched)?;
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{} rows, {} MB of text, {} MB in, {} MB out",
        report.rows,
        report.text_bytes >> 20,
        report.bytes_in >> 20,
        report.bytes_out >> 20
    );
    println!(
        "{seconds:.2} s, {:.0} MB of text a second, at most {} MB of memory",
        report.text_bytes as f64 / 1e6 / seconds,
        most_memory() >> 10
    );
    Ok(())
}

fn write_source(path: &Path, format: &str, bytes: u64) -> Result<(), Box<dyn std::error::Error>> {
    let mut out = BufWriter::new(File::create(path)?);
    if format != "parquet" {
        let mut written = 0;
        if format == "csv" {
            let names: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
            writeln!(out, "{}", names.join(","))?;
        }
        let mut row = 0;
        while written < bytes {
            let mut line = String::new();
            for (place, (name, value)) in COLUMNS.iter().enumerate() {
                let value = value(row);
                written += value.len() as u64;
                if format == "csv" {
                    line += if place == 0 { "\"" } else { ",\"" };
                    line += &value;
                    line += "\"";
                } else {
                    line += if place == 0 { "{" } else { "," };
                    let value = value.replace('\\', "\\\\");
                    write!(line, "\"{name}\":\"{value}\"")?;
                }
            }
            line += if format == "csv" { "" } else { "}" };
            writeln!(out, "{line}")?;
            row += 1;
        }
        return Ok(());
    }
    let properties =
        WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default()));
    let mut writer: Option<ArrowWriter<BufWriter<File>>> = None;
    let mut out = Some(out);
    let (mut written, mut first) = (0, 0);
    while written < bytes {
        let mut columns: Vec<(&str, ArrayRef)> = vec![(
            "EventID",
            Arc::new(Int64Array::from_iter_values(first as i64..(first + ROWS) as i64)),
        )];
        for (name, value) in COLUMNS {
            let texts: StringArray = (first..first + ROWS).map(|row| Some(value(row))).collect();
            written += texts.values().len() as u64;
            columns.push((name, Arc::new(texts)));
        }
        let batch = RecordBatch::try_from_iter(columns)?;
        if let Some(out) = out.take() {
            let properties = Some(properties.clone().build());
            writer = Some(ArrowWriter::try_new(out, batch.schema(), properties)?);
        }
        if let Some(writer) = &mut writer {
            writer.write(&batch)?;
        }
        first += ROWS;
    }
    if let Some(writer) = writer {
        writer.close()?;
    }
    Ok(())
}

/// The largest memory that the process ever had, in kilobytes; 0 where the system does not tell.
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or(0)
}

/// Spreads row numbers over 64 bits, one to one.
fn scatter(row: u64) -> u64 {
    let mixed = (row ^ row >> 31).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}
