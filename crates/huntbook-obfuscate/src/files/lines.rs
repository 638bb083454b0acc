//! Lines: blocks of whole lines, each line obfuscated on its own.

use std::borrow::Cow;
use std::io::{Read, Write};

use super::pipeline;
use super::report::FileReport;
use super::run::Job;
use crate::ObfuscationError;

/// How many bytes make a block; a longer line makes its block longer.
const BLOCK: usize = 1 << 20;

/// A longer line is refused, since it would have to be held in memory.
const LONGEST_LINE: usize = 64 << 20;

/// What became of one line.
pub(super) enum Line {
    /// It was what it should be.
    Read,
    /// It was not, and was obfuscated as free text.
    AsText,
}

/// Writes each line of `input` as `obfuscate` appends it to a buffer. Empty lines and line ends stay as they are.
pub(super) fn obfuscate(
    job: &Job<'_>,
    input: impl Read + Send,
    output: &mut (dyn Write + Send),
    report: &mut FileReport,
    obfuscate: impl Fn(&str, &mut Vec<u8>) -> Line + Sync,
) -> Result<(), ObfuscationError> {
    let mut blocks = Blocks::of(input);
    pipeline::run(
        || blocks.next(job),
        |block| Ok(obfuscate_block(&block, &obfuscate)),
        |block: Obfuscated| {
            output.write_all(&block.bytes).map_err(|error| job.unwritable(error))?;
            job.meter.advance(0, block.rows);
            report.rows += block.rows;
            report.lines_as_text += block.as_text;
            report.text_bytes += block.bytes_in;
            report.bytes_out += block.bytes.len() as u64;
            Ok(())
        },
    )
}

/// Calls `learn` with each line of `input`, block by block, and `add` with what came of each block.
pub(super) fn learn<T: Default + Send>(
    job: &Job<'_>,
    input: impl Read + Send,
    learn: impl Fn(&str, &mut T) + Sync,
    mut add: impl FnMut(T) + Send,
) -> Result<(), ObfuscationError> {
    let mut blocks = Blocks::of(input);
    pipeline::run(
        || blocks.next(job),
        |block| {
            let mut learned = T::default();
            for line in block.split(|byte| *byte == b'\n') {
                learn(&String::from_utf8_lossy(line), &mut learned);
            }
            Ok(learned)
        },
        |learned| {
            add(learned);
            Ok(())
        },
    )
}

struct Obfuscated {
    bytes: Vec<u8>,
    bytes_in: u64,
    rows: u64,
    as_text: u64,
}

fn obfuscate_block(
    block: &[u8],
    obfuscate: &(impl Fn(&str, &mut Vec<u8>) -> Line + Sync),
) -> Obfuscated {
    let mut out = Obfuscated {
        bytes: Vec::with_capacity(block.len() + block.len() / 4),
        bytes_in: block.len() as u64,
        rows: 0,
        as_text: 0,
    };
    for line in block.split_inclusive(|byte| *byte == b'\n') {
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        if text.trim_ascii().is_empty() {
            out.bytes.extend_from_slice(line);
            continue;
        }
        out.rows += 1;
        let text_or_mended: Cow<'_, str> = String::from_utf8_lossy(text);
        if let Line::AsText = obfuscate(&text_or_mended, &mut out.bytes) {
            out.as_text += 1;
        }
        out.bytes.extend_from_slice(&line[text.len()..]);
    }
    out
}

/// Cuts a stream behind lines.
struct Blocks<R> {
    input: R,
    /// The beginning of a line whose end is still to be read.
    carried: Vec<u8>,
    lines: u64,
    ended: bool,
}

impl<R: Read> Blocks<R> {
    const fn of(input: R) -> Self {
        Self { input, carried: Vec::new(), lines: 0, ended: false }
    }

    /// Some whole lines; `None` at the end.
    fn next(&mut self, job: &Job<'_>) -> Result<Option<Vec<u8>>, ObfuscationError> {
        job.meter.go_on()?;
        let mut block = std::mem::take(&mut self.carried);
        while !self.ended {
            let before = block.len();
            let read = (&mut self.input).take(BLOCK as u64).read_to_end(&mut block);
            if read.map_err(|error| job.unreadable(error))? == 0 {
                self.ended = true;
                break;
            }
            if let Some(end) = memchr::memrchr(b'\n', &block[before..]) {
                self.carried = block.split_off(before + end + 1);
                self.lines += memchr::memchr_iter(b'\n', &block).count() as u64;
                return Ok(Some(block));
            }
            if block.len() > LONGEST_LINE {
                return Err(job.damaged(
                    Some(self.lines + 1),
                    format!("the line is longer than {} MB", LONGEST_LINE >> 20),
                ));
            }
        }
        Ok(Some(block).filter(|block| !block.is_empty()))
    }
}
