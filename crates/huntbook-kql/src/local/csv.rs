//! Values between separators, as records.
//!
//! The first line names the columns. The separator is the one of comma, semicolon, tab and bar that the
//! first line holds most of. A line may be shorter than the first (its last columns are null) or longer
//! (the rest gets columns of its own), so no value is lost.

use std::borrow::Cow;

use hashbrown::HashSet;

use super::columns::{MOST_COLUMNS, TooManyColumns};
use super::json::Mistake;
use super::record::Record;
use super::value::Value;

/// What Azure's portal puts behind the name of an exported time column.
const PORTAL_ZONE: &str = " [UTC]";

/// Calls `visit` for every line of `text` behind the first, in order. An empty cell is null.
///
/// A quote that is never closed is a mistake: all lines behind it would be one cell.
pub(super) fn for_each_record<E: From<TooManyColumns> + From<Mistake>>(
    text: &str,
    separator: Option<u8>,
    visit: &mut dyn FnMut(Record<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let separator = separator.unwrap_or_else(|| likely_separator(text));
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut line = csv::StringRecord::new();
    // The text is UTF-8 and lines may have any length, so that reading cannot fail.
    let mut next = |line: &mut csv::StringRecord| reader.read_record(line).unwrap_or(false);
    if !next(&mut line) {
        return Ok(());
    }
    let mut names = Names::default();
    for name in &line {
        names.add(name)?;
    }
    let mut last = 0;
    while next(&mut line) {
        while names.names.len() < line.len() {
            names.add("")?;
        }
        let record = names
            .names
            .iter()
            .zip(&line)
            .map(|(name, cell)| {
                let value =
                    if cell.is_empty() { Value::Null } else { Value::Cell(Cow::Borrowed(cell)) };
                (Cow::Borrowed(name.as_str()), value)
            })
            .collect();
        visit(record)?;
        let begin = line.position().map_or(0, |place| place.byte() as usize);
        last = begin;
    }
    match open_quote(&text[last..]) {
        Some(place) => {
            Err(Mistake { offset: last + place, reason: "this quote is not closed" }.into())
        }
        None => Ok(()),
    }
}

/// Where a quote begins in the last line that is not closed before the text ends.
fn open_quote(line: &str) -> Option<usize> {
    let quotes: Vec<usize> = line.match_indices('"').map(|(place, _)| place).collect();
    let begin = *quotes.last().filter(|_| quotes.len() % 2 == 1)?;
    // A quote inside of a plain cell means itself; lines behind it are lines of their own.
    line[begin..].trim_end().contains('\n').then_some(begin)
}

/// The names in the first line of `text`, as those of its records.
pub(super) fn header(text: &str) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(likely_separator(text))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut names = Names::default();
    let mut line = csv::StringRecord::new();
    if reader.read_record(&mut line).unwrap_or(false) {
        // Too many are refused when the records are read.
        let _too_many = line.iter().try_for_each(|name| names.add(name));
    }
    names.names
}

/// The names of the columns so far, each once.
#[derive(Default)]
struct Names {
    names: Vec<String>,
    taken: HashSet<String>,
}

impl Names {
    /// Adds a column: `Column3` where it has no name, `name_1` where the name is taken.
    fn add(&mut self, name: &str) -> Result<(), TooManyColumns> {
        if self.names.len() == MOST_COLUMNS {
            return Err(TooManyColumns);
        }
        let name = name.trim();
        let name = name.strip_suffix(PORTAL_ZONE).unwrap_or(name);
        let base = match name {
            "" => format!("Column{}", self.names.len() + 1),
            name => name.to_owned(),
        };
        let mut unique = base.clone();
        let mut number = 1_usize;
        while !self.taken.insert(unique.clone()) {
            unique = format!("{base}_{number}");
            number += 1;
        }
        self.names.push(unique);
        Ok(())
    }
}

fn likely_separator(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let mut quoted = false;
    let mut counts = [(b',', 0_usize), (b';', 0), (b'\t', 0), (b'|', 0)];
    for byte in first.bytes() {
        quoted ^= byte == b'"';
        if let Some((_, count)) = counts.iter_mut().find(|(known, _)| *known == byte && !quoted) {
            *count += 1;
        }
    }
    // `max_by_key` takes the last of equals: the comma is put there.
    counts.reverse();
    counts.into_iter().max_by_key(|(_, count)| *count).map_or(b',', |(separator, _)| separator)
}

#[cfg(test)]
mod tests {
    use super::super::rows::Stop;
    use super::*;

    #[test]
    fn a_quote_that_is_never_closed_is_a_mistake_at_its_place() {
        let read = |text: &str| for_each_record::<Stop>(text, None, &mut |_| Ok(()));
        let text = "user,cmd\nbob,\"ok\neve,mimikatz\nzed,z\n";
        let Err(Stop::Mistake(mistake)) = read(text) else { panic!("it is one") };
        assert_eq!(&text[mistake.offset..mistake.offset + 3], "\"ok");
        for whole in [
            "a,b\n1,\"two\nlines\"\n",
            "a,b\n1,\"x \"\" y\"\n",
            "a,b\n1,5\" wide\n",
            "a,b\n1,\"ok\n",
            "",
        ] {
            assert!(read(whole).is_ok(), "{whole:?}");
        }
    }

    fn rows(text: &str) -> Vec<Vec<(String, Option<String>)>> {
        let mut rows = Vec::new();
        for_each_record(text, None, &mut |record| {
            rows.push(
                record
                    .iter()
                    .map(|(name, value)| (name.to_owned(), value.as_text().map(Cow::into_owned)))
                    .collect(),
            );
            Ok::<(), Stop>(())
        })
        .unwrap_or_else(|_| panic!("few columns, all quotes closed"));
        rows
    }

    fn row(cells: &[(&str, Option<&str>)]) -> Vec<(String, Option<String>)> {
        cells.iter().map(|(name, cell)| ((*name).to_owned(), cell.map(str::to_owned))).collect()
    }

    #[test]
    fn quotes_separators_and_line_breaks_inside_cells_are_kept() {
        let rows = rows("a,b\r\n\"x,\"\"y\"\"\nz\",2\r\n,\r\n");
        assert_eq!(rows[0], row(&[("a", Some("x,\"y\"\nz")), ("b", Some("2"))]));
        assert_eq!(rows[1], row(&[("a", None), ("b", None)]));
    }

    #[test]
    fn the_separator_is_found_in_the_first_line() {
        assert_eq!(rows("a;b\n1,5;2\n")[0], row(&[("a", Some("1,5")), ("b", Some("2"))]));
        assert_eq!(rows("\"a;b\",c\n1,2\n")[0], row(&[("a;b", Some("1")), ("c", Some("2"))]));
        assert_eq!(rows("a\n1\n")[0], row(&[("a", Some("1"))]));
    }

    #[test]
    fn odd_lines_and_names_lose_nothing() {
        let rows = rows("a,,a\n1,2,3,4\n5\n");
        let names =
            [("a", Some("1")), ("Column2", Some("2")), ("a_1", Some("3")), ("Column4", Some("4"))];
        assert_eq!(rows[0], row(&names));
        assert_eq!(rows[1], row(&[("a", Some("5"))]));
    }

    #[test]
    fn the_zone_that_a_portal_adds_to_a_name_is_dropped() {
        assert_eq!(rows("TimeGenerated [UTC],b\nx,y")[0][0].0, "TimeGenerated");
    }
}
