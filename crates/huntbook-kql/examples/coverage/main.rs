//! How much of a corpus of queries this engine takes: how many parse, bind, plan and run, and why the others do not.
//!
//! ```text
//! cargo xtask coverage [--schemas FILE] [--folder FOLDER] [--verdicts FILE] [--list] CORPUS.jsonl ...
//! ```
//!
//! A corpus is JSON lines with a `query` and, where there is one, an `id`. The tables are empty ones of the public schemas
//! (`--schemas`: table -> column -> type); with `--folder` the queries also run on the tables in it. `--verdicts` are lines
//! of `scripts/kusto_oracle.mjs`; without them every query of the corpus is taken to be good KQL. `--list` names every query
//! that does not plan, with its cause.

mod corpus;
mod tables;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use corpus::Entry;
use huntbook_diagnostics::Diagnostic;
use huntbook_kql::{Database, Engine, KqlError, local};

#[derive(Default)]
struct Options {
    corpora: Vec<PathBuf>,
    schemas: Option<PathBuf>,
    folder: Option<PathBuf>,
    verdicts: Option<PathBuf>,
    list: bool,
}

fn options() -> Result<Options, String> {
    let mut options = Options::default();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut path = || {
            arguments.next().map(PathBuf::from).ok_or_else(|| format!("`{argument}` lacks a path"))
        };
        match argument.as_str() {
            "--schemas" => options.schemas = Some(path()?),
            "--folder" => options.folder = Some(path()?),
            "--verdicts" => options.verdicts = Some(path()?),
            "--list" => options.list = true,
            unknown if unknown.starts_with('-') => {
                return Err(format!("unknown option `{unknown}`"));
            }
            _ => options.corpora.push(argument.into()),
        }
    }
    if options.corpora.is_empty() {
        return Err("a corpus is missing".to_owned());
    }
    Ok(options)
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "this program speaks to a person")]
fn main() -> ExitCode {
    match options().and_then(|options| report(&options)) {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

/// What became of one query.
enum Outcome {
    /// It has a plan.
    Planned,
    /// The first reason why it has none.
    Refused { code: &'static str, message: String },
    /// It breaks behind the binder, which it must not.
    Broken(String),
}

fn report(options: &Options) -> Result<String, String> {
    let schemas = tables::schemas(options.schemas.as_deref())?;
    let mut text = String::new();
    for corpus in &options.corpora {
        let entries = corpus::read(corpus, options.verdicts.as_deref())?;
        let _ = writeln!(text, "{}: {} queries", corpus.display(), entries.len());
        text.push_str(&syntax(&entries));
        text.push_str(&plans(&entries, &schemas, options)?);
    }
    Ok(text)
}

/// Parsing, and whether it agrees with the verdicts.
fn syntax(entries: &[Entry]) -> String {
    let (mut parsed, mut agreed) = (0, 0);
    let mut times = Vec::with_capacity(entries.len());
    let mut differing = String::new();
    for entry in entries {
        let started = Instant::now();
        let result = huntbook_kql_syntax::parse(&entry.query);
        times.push(started.elapsed());
        let accepted = !result.has_errors();
        parsed += usize::from(accepted);
        agreed += usize::from(accepted == entry.accepted);
        if accepted != entry.accepted {
            let first = result.diagnostics.iter().find(|one| one.is_error());
            let why = first.map_or("accepted here", |one| one.message.as_str());
            let _ = writeln!(differing, "    {}: {why}", entry.id);
        }
    }
    let total = entries.len();
    format!(
        "  parse                                {}\n  agree with Microsoft's parser        {}\n{differing}  time to parse                        {}\n",
        share(parsed, total),
        share(agreed, total),
        spread(times)
    )
}

fn plans(
    entries: &[Entry],
    schemas: &tables::Schemas,
    options: &Options,
) -> Result<String, String> {
    let now = chrono::DateTime::parse_from_rfc3339("2024-05-01T12:30:00Z")
        .map_err(|error| error.to_string())?
        .to_utc();
    let public = Engine::new(tables::empty(schemas), now);
    let mut times = Vec::with_capacity(entries.len());
    let (mut planned, mut known, mut known_planned, mut open_planned) = (0, 0, 0, 0);
    let mut causes: BTreeMap<String, usize> = BTreeMap::new();
    let mut listed = String::new();
    let mut runnable = Vec::new();
    for entry in entries {
        let started = Instant::now();
        let outcome = plan(&public, &entry.query);
        times.push(started.elapsed());
        let mut unknown_table = false;
        let last = match outcome {
            Outcome::Planned => {
                planned += 1;
                outcome
            }
            Outcome::Refused { code: "KQL0101" | "KQL0103", .. } => {
                unknown_table = true;
                with_open_tables(entry, schemas, now)
            }
            other => other,
        };
        known += usize::from(!unknown_table);
        known_planned += usize::from(!unknown_table && matches!(last, Outcome::Planned));
        let cause = match last {
            Outcome::Planned => {
                open_planned += 1;
                runnable.push((entry, unknown_table));
                continue;
            }
            Outcome::Refused { code, message } => format!("{code} {message}"),
            Outcome::Broken(message) => format!("BROKEN {message}"),
        };
        if options.list {
            let _ = writeln!(listed, "    {}: {cause}", entry.id);
        }
        *causes.entry(cause).or_default() += 1;
    }
    let total = entries.len();
    let mut text = format!(
        "  bind and plan on the public tables    {}\n    of those that read nothing else     {}\n  tables of no public schema as open    {}\n  time to parse, bind and plan          {}\n",
        share(planned, total),
        share(known_planned, known),
        share(open_planned, total),
        spread(times)
    );
    text.push_str(&runs(&runnable, schemas, options, now)?);
    let mut causes: Vec<_> = causes.into_iter().collect();
    causes.sort_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(&other.0)));
    text.push_str("  the others, by cause\n");
    for (cause, count) in causes {
        let _ = writeln!(text, "    {count:4} {cause}");
    }
    text.push_str(&listed);
    Ok(text)
}

/// Runs what has a plan: on empty tables, and on those of the folder.
fn runs(
    entries: &[(&Entry, bool)],
    schemas: &tables::Schemas,
    options: &Options,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<String, String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    let mut text = String::new();
    let mut places = vec![("empty tables".to_owned(), tables::empty(schemas))];
    if let Some(folder) = &options.folder {
        let found = local::open(std::slice::from_ref(folder)).map_err(|error| error.to_string())?;
        places.push((folder.display().to_string(), tables::over(schemas, &found)));
    }
    for (place, database) in places {
        let engine = Engine::new(database, now);
        let (mut ran, mut unmapped, mut total) = (0, 0, 0);
        let mut failures = String::new();
        for (entry, _) in entries.iter().filter(|(_, unknown)| !unknown) {
            total += 1;
            match runtime.block_on(engine.query(&entry.query)) {
                Ok(_) => ran += 1,
                Err(error) if is_unmapped(&error) => unmapped += 1,
                Err(error) => {
                    let _ = writeln!(failures, "    {}: {error}", entry.id);
                }
            }
        }
        let _ = write!(
            text,
            "  run on {place}: {}, and {unmapped} need a file of the user's\n{failures}",
            share(ran, total)
        );
    }
    Ok(text)
}

/// Whether a query only lacks a local file in the place of an address: nothing is fetched.
fn is_unmapped(error: &KqlError) -> bool {
    match error {
        KqlError::Table { source, .. } => source.to_string().starts_with("no local file"),
        KqlError::Execution { source } => source.to_string().contains("no MMDB file is given"),
        _ => false,
    }
}

fn plan(engine: &Engine, query: &str) -> Outcome {
    match engine.explain(query) {
        Ok(_) => Outcome::Planned,
        Err(error) if is_unmapped(&error) => Outcome::Planned,
        Err(error) => match first_cause(&error) {
            Some(cause) => Outcome::Refused { code: cause.code, message: cause.message.clone() },
            None => Outcome::Broken(error.to_string()),
        },
    }
}

/// What is not supported counts before what is wrong.
fn first_cause(error: &KqlError) -> Option<&Diagnostic> {
    let found = error.diagnostics();
    found.iter().find(|one| one.code.starts_with("KQL02")).or_else(|| found.first())
}

/// The query where each table that has no public schema is one whose columns are not known.
fn with_open_tables(
    entry: &Entry,
    schemas: &tables::Schemas,
    now: chrono::DateTime<chrono::Utc>,
) -> Outcome {
    const MOST: usize = 40;
    let mut database: Database = tables::empty(schemas);
    let mut outcome = Outcome::Broken("too many unknown tables".to_owned());
    for _ in 0..MOST {
        let engine = Engine::new(database.clone(), now);
        outcome = plan(&engine, &entry.query);
        let Outcome::Refused { code: "KQL0101" | "KQL0103", .. } = outcome else { return outcome };
        let missing = tables::missing(&engine, &entry.query);
        if missing.is_empty() {
            return outcome;
        }
        for name in missing {
            tables::add_open(&mut database, &name);
        }
    }
    outcome
}

fn share(part: usize, total: usize) -> String {
    let percent = if total == 0 { 0.0 } else { 100.0 * part as f64 / total as f64 };
    format!("{part} of {total} ({percent:.1} %)")
}

fn spread(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let at = |share: f64| {
        let index = ((times.len().saturating_sub(1)) as f64 * share) as usize;
        times.get(index).copied().unwrap_or_default()
    };
    format!("median {:.2?}, 99 of 100 within {:.2?}, at most {:.2?}", at(0.5), at(0.99), at(1.0))
}
