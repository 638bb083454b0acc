//! Whole columns against all feeds.
//!
//! Values of a typed column are matched without making an [`Indicator`] of each: an address becomes a
//! number, a name or digest is put in lower case on the stack. A dictionary column is matched once a
//! distinct value.

use arrow::array::{Array, ArrayRef, BooleanArray, UInt32Array};
use arrow::compute::{cast, take};
use arrow::datatypes::DataType;
use foldhash::fast::RandomState;
use hashbrown::HashMap;
use memchr::memchr_iter;

use super::Lookup;
use crate::indicators::{domain, ipv4, ipv6, is_text, texts};
use crate::{Indicator, IndicatorKind, IntelError};

/// Longest name or digest that is matched on the stack.
const LONGEST: usize = 253;

/// Which rows of a column match, and what matched.
#[derive(Debug, Clone)]
pub struct ColumnMatches {
    /// One value a row: whether any feed says anything about it; null where the column is null.
    pub rows: BooleanArray,
    /// The distinct indicators that matched, most frequent first.
    pub indicators: Vec<MatchedIndicator>,
}

/// An indicator of a column of which a feed says something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchedIndicator {
    /// The indicator, for [`Lookup::ask`].
    pub indicator: Indicator,
    /// Its first row.
    pub row: u64,
    /// The number of its rows.
    pub count: u64,
}

impl Lookup {
    /// The rows of `column` of which a feed says something, good or bad.
    ///
    /// `kind` is the kind of the column's values (either kind of address stands for both); given
    /// `None`, each value is told by its shape, which is slower. Cells are single values, not running
    /// text: for that see [`extract_batches`](crate::extract_batches).
    ///
    /// # Errors
    ///
    /// [`IntelError::Unmatchable`] where the column is no column of text.
    pub fn match_column(
        &self,
        kind: Option<IndicatorKind>,
        column: &ArrayRef,
    ) -> Result<ColumnMatches, IntelError> {
        if !is_text(column.data_type()) {
            return Err(IntelError::Unmatchable { data_type: column.data_type().clone() });
        }
        if let DataType::Dictionary(..) = column.data_type() {
            return Ok(self.match_dictionary(kind, column));
        }
        let mut matched = vec![false; column.len()];
        let mut places = Places::default();
        for (row, text) in texts(column) {
            if self.is_listed(kind, text) {
                matched[row as usize] = true;
                places.add(text, row, 1);
            }
        }
        Ok(ColumnMatches {
            rows: BooleanArray::new(matched.into(), column.logical_nulls()),
            indicators: places.indicators(kind),
        })
    }

    fn match_dictionary(&self, kind: Option<IndicatorKind>, column: &ArrayRef) -> ColumnMatches {
        use arrow::array::AsArray;
        let dictionary = column.as_any_dictionary();
        let values = dictionary.values();
        let keys = cast(dictionary.keys(), &DataType::UInt32)
            .unwrap_or_else(|_| arrow::array::new_null_array(&DataType::UInt32, column.len()));
        let keys: &UInt32Array = keys.as_primitive();
        let mut counted = vec![(0u64, 0u64); values.len()];
        for (row, key) in keys.iter().enumerate().rev() {
            if let Some(place) = key.and_then(|key| counted.get_mut(key as usize)) {
                *place = (row as u64, place.1 + 1);
            }
        }
        let mut matched = vec![false; values.len()];
        let mut places = Places::default();
        for (value, text) in texts(values) {
            let (row, count) = counted[value as usize];
            if count > 0 && self.is_listed(kind, text) {
                matched[value as usize] = true;
                places.add(text, row, count);
            }
        }
        let matched: ArrayRef =
            std::sync::Arc::new(BooleanArray::new(matched.into(), values.logical_nulls()));
        let rows = take(&matched, keys, None).map_or_else(
            |_| BooleanArray::new_null(column.len()),
            |rows| rows.as_boolean().clone(),
        );
        ColumnMatches { rows, indicators: places.indicators(kind) }
    }

    fn is_listed(&self, kind: Option<IndicatorKind>, text: &str) -> bool {
        match kind {
            Some(IndicatorKind::Ipv4 | IndicatorKind::Ipv6) => self.is_listed_address(text),
            Some(IndicatorKind::Domain) => self.is_listed_name(text),
            Some(IndicatorKind::Md5 | IndicatorKind::Sha1 | IndicatorKind::Sha256) => {
                let mut buffer = [0; LONGEST];
                lower(text.trim(), &mut buffer)
                    .is_some_and(|digest| self.index.text(digest).is_some())
            }
            Some(IndicatorKind::Url | IndicatorKind::Email) | None => {
                read(kind, text).is_some_and(|indicator| !self.heads(&indicator).is_empty())
            }
        }
    }

    fn is_listed_address(&self, text: &str) -> bool {
        if let Some(address) = ipv4::parse(text.as_bytes()) {
            return self.index.ipv4(address).is_some()
                || self.index.networks(address.into()).next().is_some();
        }
        match ipv6::parse(text) {
            Some(std::net::IpAddr::V6(address)) => {
                self.index.ipv6(address).is_some()
                    || self.index.networks(address.into()).next().is_some()
            }
            _ => {
                !text.is_empty()
                    && Indicator::parse(text).is_some_and(|found| !self.heads(&found).is_empty())
            }
        }
    }

    /// A name, or an address where a name is expected, as in `RemoteUrl` of Defender.
    ///
    /// The public suffix list is asked only once something is found: it costs more than a look into the
    /// set.
    fn is_listed_name(&self, text: &str) -> bool {
        if text.ends_with(|c: char| c.is_ascii_digit() || c == ']') {
            return self.is_listed_address(text);
        }
        let mut buffer = [0; LONGEST];
        let Some(name) = lower(text.strip_suffix('.').unwrap_or(text), &mut buffer) else {
            return read(Some(IndicatorKind::Domain), text)
                .is_some_and(|found| !self.heads(&found).is_empty());
        };
        if self.index.text(name).is_some() {
            return true;
        }
        let mut dots = memchr_iter(b'.', name).peekable();
        while let Some(dot) = dots.next() {
            // What stands behind the last dot is a suffix and nobody's name.
            if dots.peek().is_some() && self.index.text(&name[dot + 1..]).is_some() {
                let name = std::str::from_utf8(name).unwrap_or_default();
                return domain::parents(name)
                    .any(|parent| self.index.text(parent.as_bytes()).is_some());
            }
        }
        false
    }
}

/// `text` in lower case, where it is short and ASCII; copied to `buffer` only where something changes.
fn lower<'a>(text: &'a str, buffer: &'a mut [u8; LONGEST]) -> Option<&'a [u8]> {
    let bytes = text.as_bytes();
    if bytes.len() > LONGEST || !bytes.is_ascii() {
        return None;
    }
    // Without a way out of the loop, many bytes are looked at together.
    if !bytes.iter().fold(false, |found, byte| found | byte.is_ascii_uppercase()) {
        return Some(bytes);
    }
    let lower = buffer.get_mut(..bytes.len())?;
    lower.copy_from_slice(bytes);
    lower.make_ascii_lowercase();
    Some(lower)
}

fn read(kind: Option<IndicatorKind>, text: &str) -> Option<Indicator> {
    match kind {
        Some(kind) => Indicator::of(kind, text).ok(),
        None => Indicator::parse(text),
    }
}

/// Where the distinct texts that matched stand.
#[derive(Default)]
struct Places<'a>(HashMap<&'a str, (u64, u64), RandomState>);

impl<'a> Places<'a> {
    fn add(&mut self, text: &'a str, row: u64, count: u64) {
        let place = self.0.entry(text).or_insert((row, 0));
        *place = (place.0.min(row), place.1 + count);
    }

    /// The indicators of the texts; different spellings of one are added up.
    fn indicators(self, kind: Option<IndicatorKind>) -> Vec<MatchedIndicator> {
        let mut matched: HashMap<Indicator, (u64, u64), RandomState> = HashMap::default();
        for (text, (row, count)) in self.0 {
            let Some(indicator) = Indicator::parse(text).or_else(|| read(kind, text)) else {
                continue;
            };
            let place = matched.entry(indicator).or_insert((row, 0));
            *place = (place.0.min(row), place.1 + count);
        }
        let mut indicators: Vec<MatchedIndicator> = matched
            .into_iter()
            .map(|(indicator, (row, count))| MatchedIndicator { indicator, row, count })
            .collect();
        indicators.sort_by_key(|matched| (std::cmp::Reverse(matched.count), matched.row));
        indicators
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{DictionaryArray, Int64Array, StringArray};
    use arrow::datatypes::Int32Type;
    use chrono::DateTime;
    use proptest::prelude::*;

    use super::*;
    use crate::Feed;

    fn lookup() -> Lookup {
        let feed = "value\n203.0.113.7\n198.51.100.0/24\n2001:db8::7\nevil.example.net\nco.uk\nhttp://a.example.com/x\n\
                    d41d8cd98f00b204e9800998ecf8427e\n";
        Lookup::new(vec![Feed::from_csv("f", feed).unwrap().0], DateTime::UNIX_EPOCH)
    }

    fn rows(kind: Option<IndicatorKind>, values: &[&str]) -> Vec<bool> {
        let column: ArrayRef = Arc::new(StringArray::from(values.to_vec()));
        lookup().match_column(kind, &column).unwrap().rows.iter().map(Option::unwrap).collect()
    }

    #[test]
    fn each_kind_of_column_matches_as_ask_does() {
        let cases: [(IndicatorKind, &[&str], &[bool]); 4] = [
            (
                IndicatorKind::Ipv4,
                &[
                    "203.0.113.7",
                    "203.0.113.8",
                    "198.51.100.9",
                    "::ffff:203.0.113.7",
                    "203.0.113.7:443",
                    "2001:DB8::7",
                    "",
                    "x",
                ],
                &[true, false, true, true, true, true, false, false],
            ),
            (
                IndicatorKind::Domain,
                &[
                    "EVIL.example.net.",
                    "a.b.evil.example.net",
                    "notevil.example.net",
                    "example.net",
                    "x.co.uk",
                    "203.0.113.7",
                    "",
                ],
                &[true, true, false, false, false, true, false],
            ),
            (
                IndicatorKind::Url,
                &["http://a.example.com/x#f", "https://evil.example.net/", "http://b.example.com/"],
                &[true, true, false],
            ),
            (IndicatorKind::Md5, &["D41D8CD98F00B204E9800998ECF8427E", "00"], &[true, false]),
        ];
        for (kind, values, expected) in cases {
            assert_eq!(rows(Some(kind), values), expected, "{kind}");
        }
        assert_eq!(rows(None, &["203.0.113.7", "evil[.]example[.]net", "no"]), [true, true, false]);
    }

    #[test]
    fn a_dictionary_column_gives_the_same_rows_and_counts() {
        let values = [
            Some("203.0.113.8"),
            None,
            Some("203.0.113.7"),
            Some("203.0.113.7"),
            Some("198.51.100.1"),
        ];
        let plain: ArrayRef = Arc::new(StringArray::from(values.to_vec()));
        let dictionary: ArrayRef =
            Arc::new(values.into_iter().collect::<DictionaryArray<Int32Type>>());
        let of = |column| lookup().match_column(Some(IndicatorKind::Ipv4), column).unwrap();
        let (plain, dictionary) = (of(&plain), of(&dictionary));
        assert_eq!(plain.rows, dictionary.rows);
        assert_eq!(
            plain.rows.iter().collect::<Vec<_>>(),
            [Some(false), None, Some(true), Some(true), Some(true)]
        );
        assert_eq!(plain.indicators, dictionary.indicators);
        let first = &plain.indicators[0];
        assert_eq!((first.indicator.value.as_str(), first.row, first.count), ("203.0.113.7", 2, 2));
    }

    #[test]
    fn a_column_of_numbers_is_an_error_that_names_its_type() {
        let column: ArrayRef = Arc::new(Int64Array::from(vec![1]));
        let error = lookup().match_column(None, &column).unwrap_err();
        assert!(error.to_string().starts_with("a column of Int64"));
    }

    proptest! {
        #[test]
        fn a_row_matches_exactly_if_ask_knows_its_value(
            texts in prop::collection::vec(r"((a|b|evil|co)\.){0,3}(evil\.example\.net|co\.uk|example\.net)|(203\.0\.113|198\.51\.100)\.[0-9]", 1..20),
        ) {
            let lookup = lookup();
            let column: ArrayRef = Arc::new(StringArray::from(texts.clone()));
            for kind in [None, Some(IndicatorKind::Domain)] {
                let matches = lookup.match_column(kind, &column).unwrap();
                for (text, matched) in texts.iter().zip(&matches.rows) {
                    let Ok(asked) = Indicator::parse(text)
                        .map_or_else(|| Indicator::of(IndicatorKind::Domain, text), Ok) else { continue };
                    // A bare public suffix is a name of its own only where the column says that it holds names.
                    if kind.is_some() || Indicator::parse(text).is_some() {
                        prop_assert_eq!(matched, Some(lookup.ask(&[asked])[0].state.is_known()), "{}", text);
                    }
                }
            }
        }
    }
}
