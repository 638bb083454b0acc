//! The first pass over all files: the labels of typed columns, so that free text that holds them hides them, too.
//!
//! A Parquet file is read only in the columns that teach.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use zip::ZipArchive;

use super::folder::Layout;
use super::format::{Content, Format};
use super::progress::{Counted, Meter};
use super::run::{self, FilesOptions, Job};
use super::{csv, gzip, lines, parquet, pipeline};
use crate::learned::Typed;
use crate::{Kind, Learned, ObfuscationError, Obfuscator};

/// What `obfuscator` knows and all files of `layout` teach.
///
/// A file that cannot be read is passed over if it may be left out.
pub(super) fn learn(
    obfuscator: &Obfuscator,
    layout: &Layout,
    destination: &Path,
    scratch: &Path,
    options: FilesOptions,
    meter: &Meter<'_>,
) -> Result<Learned, ObfuscationError> {
    let mut learned = obfuscator.learned().clone();
    if let [only] = layout.entries.as_slice()
        && only.format == (Format::File { content: Content::Parquet, gzip: false })
        && !layout.is_folder
    {
        let skip_unknown = options.skip_unknown;
        let job = Job { obfuscator, path: &only.source, destination, scratch, meter, skip_unknown };
        return match learn_only_parquet(&job, &mut learned) {
            Err(ObfuscationError::FileFormat { .. }) if skip_unknown => Ok(learned),
            other => other.map(|()| learned).map_err(|error| error.in_file(&only.source)),
        };
    }
    for entry in &layout.entries {
        meter.go_on()?;
        let skip_unknown = options.skip_unknown;
        let job =
            Job { obfuscator, path: &entry.source, destination, scratch, meter, skip_unknown };
        let outcome = match entry.format {
            Format::Zip => learn_archive(&job, &mut learned),
            Format::File { content, gzip } => learn_file(&job, content, gzip, &mut learned),
        };
        match outcome {
            Err(ObfuscationError::FileFormat { .. }) if skip_unknown => {}
            other => other.map_err(|error| error.in_file(&entry.source))?,
        }
    }
    Ok(learned)
}

fn learn_file(
    job: &Job<'_>,
    content: Content,
    gzip: bool,
    learned: &mut Learned,
) -> Result<(), ObfuscationError> {
    if content == Content::Parquet && !gzip {
        return learn_parquet(job, job.path, learned);
    }
    let file = File::open(job.path).map_err(|error| job.unreadable(error))?;
    let file = Counted::new(file, job.meter);
    if gzip {
        learn_content(job, content, &mut gzip::unpack(file), learned)
    } else {
        learn_content(job, content, &mut BufReader::with_capacity(1 << 16, file), learned)
    }
}

fn learn_archive(job: &Job<'_>, learned: &mut Learned) -> Result<(), ObfuscationError> {
    let file = File::open(job.path).map_err(|error| job.unreadable(error))?;
    let failed = |error| super::zip::damaged(job, error);
    let mut archive =
        ZipArchive::new(BufReader::new(Counted::new(file, job.meter))).map_err(failed)?;
    for index in 0..archive.len() {
        let mut member = archive.by_index(index).map_err(failed)?;
        if member.is_dir() || member.is_symlink() {
            continue;
        }
        let name = String::from_utf8_lossy(member.name_raw()).into_owned();
        let shown = PathBuf::from(format!("{}!{name}", job.path.display()));
        let job = Job { path: &shown, ..*job };
        let outcome = super::zip::content(&job, Path::new(&name))
            .and_then(|content| learn_content(&job, content, &mut member, learned));
        match outcome {
            Err(ObfuscationError::FileFormat { .. }) if job.skip_unknown => {}
            other => other?,
        }
    }
    Ok(())
}

fn learn_content(
    job: &Job<'_>,
    content: Content,
    input: &mut (dyn Read + Send),
    learned: &mut Learned,
) -> Result<(), ObfuscationError> {
    match content {
        Content::Parquet => {
            let unpacked = run::unpack(job, input)?;
            learn_parquet(job, unpacked.path(), learned)
        }
        Content::Csv { delimiter } => learn_csv(job, delimiter, input, learned),
        Content::Ndjson | Content::Json => learn_json(job, content, input, learned),
        // Text teaches nothing, but what is none is found before anything is written.
        Content::Text => job.text(input).map(|_| ()),
    }
}

fn learn_parquet(
    job: &Job<'_>,
    path: &Path,
    learned: &mut Learned,
) -> Result<(), ObfuscationError> {
    let source = parquet::Source::open(job, path)?;
    let plan = source.plan(job)?;
    source.learn(job, &plan, learned, Learned::new)
}

/// Learns from the only file of a data set: what its own text needs.
fn learn_only_parquet(job: &Job<'_>, learned: &mut Learned) -> Result<(), ObfuscationError> {
    let source = parquet::Source::open(job, job.path)?;
    let plan = source.plan(job)?;
    let has = |kind| plan.columns().iter().any(|leaf| leaf.kind == kind);
    if has(Kind::Json) {
        source.learn(job, &plan, learned, Learned::new)
    } else if has(Kind::Text) {
        source.learn(job, &plan, learned, Learned::brief)
    } else {
        Ok(())
    }
}

fn learn_csv(
    job: &Job<'_>,
    delimiter: u8,
    input: &mut (dyn Read + Send),
    learned: &mut Learned,
) -> Result<(), ObfuscationError> {
    let mut rows = csv::Rows::open(job, delimiter, input)?;
    let Some(first) = rows.next(job)? else { return Ok(()) };
    let plan = job.obfuscator.plan(&rows.schema, &first);
    if !plan.columns().iter().any(|column| column.kind.teaches()) {
        return Ok(());
    }
    let mut first = Some(first);
    pipeline::run(
        || {
            job.meter.go_on()?;
            if let Some(first) = first.take() { Ok(Some(first)) } else { rows.next(job) }
        },
        |batch| {
            let mut found = Learned::new();
            job.obfuscator.learn(&plan, &batch, &mut found);
            Ok(found)
        },
        |found| {
            learned.merge(&found);
            Ok(())
        },
    )
}

fn learn_json(
    job: &Job<'_>,
    content: Content,
    input: &mut (dyn Read + Send),
    learned: &mut Learned,
) -> Result<(), ObfuscationError> {
    let (head, mut input) = job.text(input)?;
    if content == Content::Json && !super::json::is_ndjson(&head) {
        let text = super::json::read_whole(job, &mut input)?;
        let (mut typed, at) = (Typed::default(), job.obfuscator.documents_at(""));
        if !typed.document(&at, &text) {
            text.lines().for_each(|line| _ = typed.document(&at, line));
        }
        typed.teach(job.obfuscator, learned);
        return Ok(());
    }
    lines::learn(
        job,
        input,
        |line, typed: &mut Typed| _ = typed.document(&job.obfuscator.documents_at(""), line),
        |typed| typed.teach(job.obfuscator, learned),
    )
}
