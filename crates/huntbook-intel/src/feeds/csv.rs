//! Feeds as CSV: `type,value,verdict,confidence,first_seen,last_seen,description,source`.
//!
//! Header names are read without regard to case, with blanks and dashes as `_`, and under the other
//! names of the table below. Only `value` is needed: without `type` an indicator is told by its shape,
//! without `verdict` it is *suspicious*, without `confidence` 50. A row that cannot be read is a
//! diagnostic with its line; the others stay.

use csv::{ReaderBuilder, StringRecord, Trim};
use huntbook_diagnostics::{Diagnostic, Span, near_hint};

use super::listing::{Listed, ListedError, read_time};
use super::{Feed, Listing, Opinion, Problems, codes};
use crate::error::quotable;
use crate::{IndicatorKind, IntelError};

/// Each column with the header names under which it is read.
const COLUMNS: &[(Column, &[&str])] = &[
    (Column::Type, &["type", "ioc_type", "indicator_type", "observable_type", "kind"]),
    (Column::Value, &["value", "indicator", "ioc", "ioc_value", "observable", "indicator_value"]),
    (Column::Verdict, &["verdict", "classification", "opinion", "threat_level"]),
    (Column::Confidence, &["confidence", "confidence_level", "confidence_score", "score"]),
    (Column::FirstSeen, &["first_seen", "firstseen", "first_seen_utc", "valid_from"]),
    (Column::LastSeen, &["last_seen", "lastseen", "last_seen_utc"]),
    (Column::ValidUntil, &["valid_until", "validuntil", "expires", "expiration"]),
    (Column::Description, &["description", "comment", "notes", "threat"]),
    (Column::Source, &["source", "provider", "reporter"]),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Type,
    Value,
    Verdict,
    Confidence,
    FirstSeen,
    LastSeen,
    ValidUntil,
    Description,
    Source,
}

impl Feed {
    /// The feed that a CSV `text` holds, and what could not be read of it.
    ///
    /// # Errors
    ///
    /// [`IntelError::Format`] where there is no header or no column of values; the hint lists near
    /// names.
    pub fn from_csv(name: &str, text: &str) -> Result<(Self, Vec<Diagnostic>), IntelError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = ReaderBuilder::new()
            .flexible(true)
            .trim(Trim::All)
            .delimiter(delimiter(text))
            .from_reader(text.as_bytes());
        let wrong = |problem: String, hint| IntelError::Format {
            feed: name.to_owned(),
            format: "a CSV table",
            problem,
            hint,
        };
        let header = reader.headers().map_err(|error| wrong(error.to_string(), None))?.clone();
        let columns: Vec<Option<Column>> = header.iter().map(column).collect();
        if !columns.contains(&Some(Column::Value)) {
            let found: Vec<_> = header.iter().map(|name| format!("`{}`", quotable(name))).collect();
            let hint = header.iter().find_map(|found| near_hint("column", "value", [found]));
            return Err(wrong(
                format!("line 1 has no column `value`, only {}", found.join(", ")),
                hint,
            ));
        }
        let mut feed = Self::empty(name);
        let mut problems = Problems::default();
        let mut record = StringRecord::new();
        loop {
            let start = reader.position().clone();
            match reader.read_record(&mut record) {
                Ok(false) => break,
                Ok(true) => {
                    let place = record.position().unwrap_or(&start);
                    let span = Span::new(place.byte() as usize, reader.position().byte() as usize);
                    let row = Row { record: &record, columns: &columns, line: place.line(), span };
                    match row.listing(&mut problems) {
                        Ok(listing) => feed.listings.push(listing),
                        Err(problem) => problems.skip(problem),
                    }
                }
                Err(error) => {
                    let line = error.position().map_or(start.line(), csv::Position::line);
                    problems.skip(Diagnostic::error(
                        codes::BAD_ROW.code,
                        format!("line {line}: {error}"),
                    ));
                    if reader.position().byte() == start.byte() {
                        break;
                    }
                }
            }
        }
        let problems = feed.finish(problems);
        Ok((feed, problems))
    }
}

/// `;` or a tab where the first line has more of it than commas.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |delimiter: u8| first.bytes().filter(|byte| *byte == delimiter).count();
    // The last of equals wins, so that the comma stands last.
    [b';', b'\t', b','].into_iter().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
}

fn column(header: &str) -> Option<Column> {
    let name = header.trim_matches(['#', '"', ' ']).to_lowercase().replace([' ', '-'], "_");
    COLUMNS.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(column, _)| *column)
}

struct Row<'a> {
    record: &'a StringRecord,
    columns: &'a [Option<Column>],
    line: u64,
    span: Span,
}

impl Row<'_> {
    /// The listing of this row; what leaves it readable is added to `problems`.
    fn listing(&self, problems: &mut Problems) -> Result<Listing, Diagnostic> {
        let value = self.field(Column::Value).ok_or_else(|| self.problem("the value is empty"))?;
        let kind = self.kind()?;
        let listed = Listed::read(kind, value).map_err(|error| match error {
            ListedError::NotOfKind(error) => self.problem(&error.to_string()),
            ListedError::Nothing => {
                self.problem(&format!("`{}` is no indicator of a known kind", quotable(value)))
            }
        })?;
        let opinion = match self.field(Column::Verdict) {
            None => Opinion::Suspicious,
            Some(text) => Opinion::read(text).ok_or_else(|| {
                self.problem(&format!("`{}` is no verdict", quotable(text)))
                    .hint("verdicts are `malicious`, `suspicious` and `benign`")
            })?,
        };
        let text = |column| self.field(column).map(ToOwned::to_owned);
        let mut listing = Listing::new(listed, opinion);
        if let Some(text) = self.field(Column::Confidence) {
            match text.parse::<f64>() {
                Ok(confidence) if (0.0..=100.0).contains(&confidence) => {
                    listing.confidence = confidence.round() as u8;
                }
                _ => problems.warn(self.warning(&format!(
                    "`{}` is no confidence between 0 and 100; {} is assumed",
                    quotable(text),
                    listing.confidence
                ))),
            }
        }
        listing.first_seen = self.time(Column::FirstSeen, problems);
        listing.last_seen = self.time(Column::LastSeen, problems);
        listing.valid_until = self.time(Column::ValidUntil, problems);
        listing.description = text(Column::Description);
        listing.source = text(Column::Source);
        Ok(listing)
    }

    fn kind(&self) -> Result<Option<IndicatorKind>, Diagnostic> {
        let Some(text) = self.field(Column::Type) else { return Ok(None) };
        if ["ip", "ip:port", "cidr", "network", "hash", "file_hash"]
            .iter()
            .any(|general| general.eq_ignore_ascii_case(text))
        {
            return Ok(None);
        }
        text.parse().map(Some).map_err(|error: IntelError| {
            self.problem(&format!("`{}` is not a kind of indicator", quotable(text)))
                .maybe_hint(error.hint().map(ToOwned::to_owned))
        })
    }

    fn time(
        &self,
        column: Column,
        problems: &mut Problems,
    ) -> Option<chrono::DateTime<chrono::Utc>> {
        let text = self.field(column)?;
        let time = read_time(text);
        if time.is_none() {
            problems
                .warn(self.warning(&format!("`{}` is no time; it is left out", quotable(text))));
        }
        time
    }

    fn field(&self, column: Column) -> Option<&str> {
        let index = self.columns.iter().position(|known| *known == Some(column))?;
        self.record.get(index).filter(|text| !text.is_empty())
    }

    fn problem(&self, message: &str) -> Diagnostic {
        Diagnostic::error(codes::BAD_ROW.code, format!("line {}: {message}", self.line))
            .at(self.span)
    }

    fn warning(&self, message: &str) -> Diagnostic {
        Diagnostic::warning(codes::BAD_FIELD.code, format!("line {}: {message}", self.line))
            .at(self.span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FEED: &str = "Type,Value,Verdict,Confidence,First Seen,Last-Seen,Description,Source\n\
        ipv4,203.0.113.7,malicious,90,2026-11-16T09:00:00Z,2026-11-19,\"spray, from here\",demo\n\
        ipv4,999.1.1.1,malicious,90,,,,\n\
        domian,evil.example.net,malicious,90,,,,\n\
        domain,hxxp://x,malicious,90,,,,\n\
        ,evil[.]example[.]net,,120,yesterday,,,\n\
        ipv4,198.51.100.0/24,suspicious,40,,,,\n\
        sha256,zz,evil,1\n";

    #[test]
    fn rows_become_listings_and_bad_ones_are_diagnostics_with_their_line() {
        let (feed, problems) = Feed::from_csv("f.csv", FEED).unwrap();
        let listed: Vec<_> =
            feed.listings().iter().map(|listing| listing.listed.to_string()).collect();
        assert_eq!(listed, ["203.0.113.7", "evil.example.net", "198.51.100.0/24"]);
        assert_eq!(feed.skipped(), 4);
        let messages: Vec<_> = problems.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "line 3: `999.1.1.1` is not an IPv4 address",
                "line 4: `domian` is not a kind of indicator",
                "line 5: `hxxp://x` is not a domain",
                "line 6: `120` is no confidence between 0 and 100; 50 is assumed",
                "line 6: `yesterday` is no time; it is left out",
                "line 8: `zz` is not a SHA-256 digest",
            ]
        );
        assert_eq!(problems[1].hints, ["similar kind: `domain`"]);
        assert!(problems[0].span.unwrap().slice(FEED).unwrap().starts_with("ipv4,999"));
    }

    #[test]
    fn a_listing_keeps_all_that_its_row_says() {
        let (feed, _) = Feed::from_csv("f.csv", FEED).unwrap();
        let listing = &feed.listings()[0];
        assert_eq!((listing.opinion, listing.confidence), (Opinion::Malicious, 90));
        assert_eq!(listing.description.as_deref(), Some("spray, from here"));
        assert_eq!(listing.last_seen, read_time("2026-11-19T00:00:00Z"));
        let bare = &feed.listings()[1];
        assert_eq!((bare.opinion, bare.confidence), (Opinion::Suspicious, 50));
    }

    #[test]
    fn a_header_without_values_is_an_error_that_says_what_is_there() {
        let error = Feed::from_csv("f.csv", "type,valeu\nipv4,1.2.3.4\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "feed `f.csv` is not a CSV table: line 1 has no column `value`, only `type`, `valeu`"
        );
        assert_eq!(error.hint(), Some("similar column: `valeu`"));
    }

    #[test]
    fn semicolons_tabs_and_a_byte_order_mark_are_read() {
        for text in ["\u{feff}type;value\nipv4;203.0.113.7\n", "IOC\tnote\n203.0.113.7\tx\n"] {
            assert_eq!(Feed::from_csv("f", text).unwrap().0.listings().len(), 1);
        }
    }
}
