//! What a file is, by the end of its name, and by its first bytes.

use std::ffi::OsStr;
use std::io::{self, Cursor, Read};
use std::path::Path;

use super::names;

/// How much of a file decides whether it is text.
const HEAD: u64 = 64 << 10;

/// What a file holds once it is unpacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    Parquet,
    Csv { delimiter: u8 },
    Ndjson,
    Json,
    Text,
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    File { content: Content, gzip: bool },
    Zip,
}

/// The format that the name of `path` tells; an error says why there is none.
pub(super) fn of(path: &Path) -> Result<Format, String> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let (name, gzip) = match name.strip_suffix(".gz") {
        Some(inner) => (inner.to_owned(), true),
        None => (name, false),
    };
    let content = match names::extension(&name) {
        Some("parquet" | "pq") => Content::Parquet,
        Some("csv") => Content::Csv { delimiter: b',' },
        Some("tsv") => Content::Csv { delimiter: b'\t' },
        Some("ndjson" | "jsonl") => Content::Ndjson,
        Some("json") => Content::Json,
        Some("zip") if !gzip => return Ok(Format::Zip),
        Some("zip") => return Err("a zip archive inside gzip is not read; unpack it first".into()),
        Some("evtx") => {
            return Err("Windows event logs (.evtx) are not read yet; export them as JSON".into());
        }
        _ => Content::Text,
    };
    Ok(Format::File { content, gzip })
}

/// Whether two names end in the same format, so that one can hold what the other held.
pub(super) fn same_ending(left: &OsStr, right: &OsStr) -> bool {
    match (of(Path::new(left)), of(Path::new(right))) {
        (Ok(left), Ok(right)) => left == right,
        _ => false,
    }
}

/// The text in `input`, whose first bytes were looked at: what comes back starts behind a UTF-8 byte order mark.
///
/// The inner error says why it is no text that can be read.
pub(super) fn text(
    input: &mut (dyn Read + Send),
) -> io::Result<Result<(Vec<u8>, impl Read + Send + use<'_>), &'static str>> {
    let mut head = Vec::new();
    input.take(HEAD).read_to_end(&mut head)?;
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        return Ok(Err("it is UTF-16; convert it to UTF-8, as with `iconv -f utf-16 -t utf-8`"));
    }
    if head.starts_with(b"\xef\xbb\xbf") {
        head.drain(..3);
    }
    if head.contains(&0) {
        return Ok(Err("it is binary: there are NUL bytes at its beginning"));
    }
    match std::str::from_utf8(&head) {
        Err(error) if error.error_len().is_some() => {
            return Ok(Err("it is not UTF-8; convert it, as with `iconv -t utf-8`"));
        }
        _ => {}
    }
    Ok(Ok((head.clone(), Cursor::new(head).chain(input))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn format_is_told_by_the_end_of_the_name_in_any_case() {
        let file = |content, gzip| Ok(Format::File { content, gzip });
        for (name, expected) in [
            ("a.parquet", file(Content::Parquet, false)),
            ("a.CSV", file(Content::Csv { delimiter: b',' }, false)),
            ("a.tsv.gz", file(Content::Csv { delimiter: b'\t' }, true)),
            ("a.b.JSONL", file(Content::Ndjson, false)),
            ("a.json.gz", file(Content::Json, true)),
            ("a.log", file(Content::Text, false)),
            ("a", file(Content::Text, false)),
            ("a.zip", Ok(Format::Zip)),
        ] {
            assert_eq!(of(Path::new(name)), expected, "{name}");
        }
        assert!(of(Path::new("a.evtx")).unwrap_err().contains("evtx"));
        assert!(of(Path::new("a.zip.gz")).is_err());
    }

    #[test]
    fn text_starts_behind_its_byte_order_mark_and_other_encodings_are_named() {
        let read = |bytes: &[u8]| {
            let mut bytes = bytes;
            let opened = text(&mut bytes).unwrap();
            opened.map(|(_, mut rest)| {
                let mut all = Vec::new();
                rest.read_to_end(&mut all).unwrap();
                all
            })
        };
        assert_eq!(read(b"\xef\xbb\xbfa,b"), Ok(b"a,b".to_vec()));
        assert_eq!(read(b""), Ok(Vec::new()));
        assert!(read(b"\xff\xfea\0").unwrap_err().contains("UTF-16"));
        assert!(read(b"a\0b").unwrap_err().contains("binary"));
        assert!(read(b"caf\xe9 au lait").unwrap_err().contains("UTF-8"));
        let mut cut = "é".repeat(40_000).into_bytes();
        cut.insert(0, b'a');
        assert_eq!(read(&cut), Ok(cut.clone()), "a letter cut at the end of the head is no fault");
    }
}
