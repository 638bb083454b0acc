//! JSON: one document a file, read as a whole.
//!
//! Many tools name NDJSON `.json`. A file that begins with one value on its first line and goes on with
//! another is read as NDJSON.

use std::io::{Read, Write};

use serde::de::IgnoredAny;

use super::ndjson;
use super::report::FileReport;
use super::run::Job;
use crate::{ObfuscationError, Obfuscator};

/// A larger document is refused, since it would have to be held in memory, and so would its obfuscated form.
const LARGEST_DOCUMENT: u64 = 256 << 20;

pub(super) fn obfuscate(
    job: &Job<'_>,
    input: &mut (dyn Read + Send),
    output: &mut (dyn Write + Send),
) -> Result<FileReport, ObfuscationError> {
    let (head, mut input) = job.text(input)?;
    if is_ndjson(&head) {
        return ndjson::obfuscate_text(job, input, output);
    }
    let text = read_whole(job, &mut input)?;
    job.meter.go_on()?;
    let Some(document) = document(job.obfuscator, &text) else {
        return ndjson::obfuscate_text(job, text.as_bytes(), output);
    };
    output.write_all(document.as_bytes()).map_err(|error| job.unwritable(error))?;
    job.meter.advance(0, 1);
    let mut report = FileReport::new("json");
    report.rows = 1;
    report.text_bytes = text.len() as u64;
    report.bytes_out = document.len() as u64;
    Ok(report)
}

/// All of `input`; bytes that are no UTF-8 are mended with replacement characters.
pub(super) fn read_whole(job: &Job<'_>, input: &mut impl Read) -> Result<String, ObfuscationError> {
    let mut bytes = Vec::new();
    let read = input.take(LARGEST_DOCUMENT + 1).read_to_end(&mut bytes);
    if read.map_err(|error| job.unreadable(error))? as u64 > LARGEST_DOCUMENT {
        return Err(job.damaged(
            None,
            format!(
                "the JSON document is larger than {} MB; write it as NDJSON, one value a line",
                LARGEST_DOCUMENT >> 20
            ),
        ));
    }
    Ok(String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

/// The obfuscated form of one document; `None` if `text` is none.
pub(super) fn document(obfuscator: &Obfuscator, text: &str) -> Option<String> {
    obfuscator.document("", text)
}

/// Whether a file that begins with `head` holds one value a line.
pub(super) fn is_ndjson(head: &[u8]) -> bool {
    let mut values = serde_json::Deserializer::from_slice(head).into_iter::<IgnoredAny>();
    let Some(Ok(_)) = values.next() else { return false };
    let (first, rest) = head.split_at(values.byte_offset());
    !first.trim_ascii().contains(&b'\n')
        && rest.contains(&b'\n')
        && !rest.trim_ascii_start().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_on_lines_of_their_own_are_ndjson_and_one_value_is_not() {
        for (text, expected) in [
            ("{\"a\":1}\n{\"a\":2}\n", true),
            ("{\"a\":1}\n", false),
            ("{\n\"a\":1\n}\n", false),
            ("[\n{\"a\":1},\n{\"a\":2}\n]", false),
            ("{\"a\":1} {\"a\":2}", false),
            ("", false),
            ("{\"a\":", false),
        ] {
            assert_eq!(is_ndjson(text.as_bytes()), expected, "{text}");
        }
    }
}
