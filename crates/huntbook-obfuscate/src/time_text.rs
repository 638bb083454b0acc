//! Times as text: where the date stands in a time, and the same text with another date.
//!
//! A *date field* is the year, month or day in a text. As times move by whole weeks, the time of day, the
//! zone and the name of the weekday stay true and are copied; only the date fields are spelt anew, in
//! the style that they had.
//!
//! | format | example |
//! |---|---|
//! | RFC 3339, ISO 8601 | `2026-11-24T07:06:17.25Z`, `2026-11-24 07:06`, `2026-11-24`, `20261124T070617Z` |
//! | United States | `11/24/2026 7:06:17 AM`, `11/24/2026` |
//! | common log format | `24/Nov/2026:07:06:17 +0000`, also in square brackets |
//! | RFC 2822 | `Tue, 24 Nov 2026 07:06:17 +0000` |
//! | `asctime` | `Tue Nov 24 07:06:17 2026` |
//! | syslog | `Nov 24 07:06:17`, without a year |

use std::ops::Range;

use crate::civil::Date;

/// A time that was found at the start of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TimeText {
    pub(crate) day: Day,
    /// How many bytes of the text are the time.
    pub(crate) length: usize,
    fields: Vec<Field>,
}

/// The day that a time names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Day {
    /// A date.
    Date(Date),
    /// A month and a day of a year that is not named, never a leap day; in a year of 365 days.
    OfYear(Date),
}

/// Any year of 365 days, for dates that name none.
pub(crate) const PLAIN_YEAR: i64 = 2001;

#[derive(Debug, Clone, PartialEq, Eq)]
struct Field {
    place: Range<usize>,
    style: Style,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Year,
    /// A number, filled up to two characters by this.
    Month(Option<u8>),
    Day(Option<u8>),
    /// `Nov`, `NOV` or `nov`.
    MonthName,
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl TimeText {
    /// The longest time that `text` begins with.
    pub(crate) fn leading(text: &str) -> Option<Self> {
        // The longest format has 40 characters, and fractions may be long.
        let bytes = &text.as_bytes()[..text.len().min(80)];
        may_begin(bytes).then_some(())?;
        let first = *bytes.first()?;
        let formats: &[fn(&mut Reader<'_>) -> Option<()>] = if first.is_ascii_digit() {
            &[iso, compact, united_states, common_log, mail]
        } else if first == b'[' {
            &[common_log]
        } else {
            &[mail, system]
        };
        let found = formats.iter().filter_map(|format| {
            let mut reader = Reader { bytes, at: 0, date: (None, 0, 0), fields: Vec::new() };
            format(&mut reader)?;
            reader.finish()
        });
        found.max_by_key(|time| time.length)
    }

    /// Where the date ends in the text.
    pub(crate) fn date_end(&self) -> usize {
        self.fields.last().map_or(0, |field| field.place.end)
    }

    /// The time that all of `text` is.
    pub(crate) fn whole(text: &str) -> Option<Self> {
        Self::leading(text).filter(|time| time.length == text.len())
    }

    /// The time in `text`, which begins with it, at another date; `None` if its year has not four digits.
    pub(crate) fn spell(&self, text: &str, date: Date) -> Option<String> {
        (1..=9999).contains(&date.year).then_some(())?;
        let mut out = String::with_capacity(self.length + 2);
        let mut copied = 0;
        for field in &self.fields {
            out.push_str(&text[copied..field.place.start]);
            copied = field.place.end;
            match field.style {
                Style::Year => {
                    for place in [1000, 100, 10, 1] {
                        out.push(char::from(b'0' + (date.year / place % 10) as u8));
                    }
                }
                Style::Month(fill) => push_number(date.month, fill, &mut out),
                Style::Day(fill) => push_number(date.day, fill, &mut out),
                Style::MonthName => {
                    let name = MONTHS[date.month as usize - 1];
                    let old = &text.as_bytes()[field.place.clone()];
                    match (old[0].is_ascii_uppercase(), old[1].is_ascii_uppercase()) {
                        (true, true) => out.push_str(&name.to_ascii_uppercase()),
                        (true, false) => out.push_str(name),
                        (false, _) => out.push_str(&name.to_ascii_lowercase()),
                    }
                }
            }
        }
        out.push_str(&text[copied..self.length]);
        Some(out)
    }

    /// Whether `left` and `right`, of which this and `other` are all, are one time whose date is filled up in two ways.
    pub(crate) fn is_same(&self, left: &str, other: &Self, right: &str) -> bool {
        let styles = |time: &Self| -> Vec<_> {
            time.fields.iter().map(|field| std::mem::discriminant(&field.style)).collect()
        };
        self.day == other.day
            && styles(self) == styles(other)
            && self.around(left).eq_ignore_ascii_case(&other.around(right))
    }

    /// What stands around the date fields.
    fn around(&self, text: &str) -> String {
        let mut out = String::new();
        let mut copied = 0;
        for field in &self.fields {
            out.push_str(&text[copied..field.place.start]);
            out.push('*');
            copied = field.place.end;
        }
        out + &text[copied..]
    }
}

/// Rules nearly all texts out that begin with no time, without reading them further.
fn may_begin(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"[").unwrap_or(bytes);
    let is_name = |at: usize, names: &[&str]| {
        let name = bytes.get(at..at + 3).unwrap_or_default();
        names.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(name))
    };
    let digits = bytes.iter().take(9).take_while(|byte| byte.is_ascii_digit()).count();
    match (digits, bytes.get(digits)) {
        (0, Some(_)) => is_name(0, &MONTHS) || is_name(0, &WEEKDAYS),
        (1 | 2, Some(b'/')) => {
            bytes.get(digits + 1).is_some_and(u8::is_ascii_digit) || is_name(digits + 1, &MONTHS)
        }
        (1 | 2, Some(b' ' | b'-')) => is_name(digits + 1, &MONTHS),
        (4, Some(b'-' | b'/')) | (8, Some(b'T')) => true,
        _ => false,
    }
}

fn push_number(number: u32, fill: Option<u8>, out: &mut String) {
    if let Some(fill) = fill.filter(|_| number < 10) {
        out.push(char::from(fill));
    }
    out.push_str(itoa::Buffer::new().format(number));
}

/// `2026-11-24` or `2026/11/24`, then perhaps a time and a zone.
fn iso(reader: &mut Reader<'_>) -> Option<()> {
    reader.year()?;
    let separator = reader.one_of(b"-/")?;
    reader.month_padded()?;
    reader.one_of(&[separator])?;
    reader.day_padded()?;
    reader.maybe(|reader| {
        reader.one_of(b"Tt ")?;
        reader.clock(2)?;
        reader.maybe(Reader::zone);
        Some(())
    });
    Some(())
}

/// `20261124T070617Z`.
fn compact(reader: &mut Reader<'_>) -> Option<()> {
    reader.year()?;
    reader.month_padded()?;
    reader.day_padded()?;
    reader.one_of(b"T")?;
    for most in [23, 59, 60] {
        (reader.digits(2, 2)? <= most).then_some(())?;
    }
    reader.one_of(b"Z")?;
    Some(())
}

/// `11/24/2026 7:06:17 AM`.
fn united_states(reader: &mut Reader<'_>) -> Option<()> {
    let month = reader.number(1)?;
    reader.one_of(b"/")?;
    let day = reader.number(1)?;
    reader.one_of(b"/")?;
    let year_at = reader.at;
    let year = reader.digits(4, 4)?;
    let mut is_bare = month.1.len() == 1 || day.1.len() == 1;
    reader.maybe(|reader| {
        reader.one_of(b" ")?;
        is_bare |= reader.clock(1)? == 1;
        reader.maybe(|reader| {
            reader.one_of(b" ")?;
            reader.one_of(b"AaPp")?;
            reader.one_of(b"Mm")?;
            Some(())
        });
        Some(())
    });
    // One field without a leading zero tells that none is written.
    let fill = (!is_bare).then_some(b'0');
    reader.date = (Some(i64::from(year)), month.0, day.0);
    reader.field(month.1, Style::Month(fill));
    reader.field(day.1, Style::Day(fill));
    reader.field(year_at..year_at + 4, Style::Year);
    Some(())
}

/// `24/Nov/2026:07:06:17 +0000`.
fn common_log(reader: &mut Reader<'_>) -> Option<()> {
    let is_bracketed = reader.one_of(b"[").is_some();
    reader.day_padded()?;
    reader.one_of(b"/")?;
    reader.month_name()?;
    reader.one_of(b"/")?;
    reader.year()?;
    reader.one_of(b":")?;
    reader.clock(2)?;
    reader.maybe(Reader::zone);
    if is_bracketed {
        reader.one_of(b"]")?;
    }
    Some(())
}

/// `Tue, 24 Nov 2026 07:06:17 +0000`, with or without the weekday; also `24-Nov-2026 07:06:17`.
fn mail(reader: &mut Reader<'_>) -> Option<()> {
    if reader.weekday().is_some() {
        reader.one_of(b",")?;
        reader.one_of(b" ")?;
    }
    let (day, place) = reader.number(1)?;
    // Two digits do not tell whether a single one would be filled up.
    let fill = (place.len() == 2).then_some(b'0');
    reader.date.2 = day;
    reader.field(place, Style::Day(fill));
    let separator = reader.one_of(b" -")?;
    reader.month_name()?;
    reader.one_of(&[separator])?;
    reader.year()?;
    reader.one_of(b" ")?;
    reader.clock(2)?;
    reader.maybe(Reader::zone);
    Some(())
}

/// `Nov 24 07:06:17` or `Tue Nov 24 07:06:17 2026`, the day filled up by a blank.
fn system(reader: &mut Reader<'_>) -> Option<()> {
    let has_weekday = reader.maybe(|reader| {
        reader.weekday()?;
        reader.one_of(b" ")?;
        Some(())
    });
    reader.month_name()?;
    reader.one_of(b" ")?;
    let start = reader.at;
    let has_blank = reader.one_of(b" ").is_some();
    let (day, place) = reader.number(1)?;
    let fill = match (has_blank, place.len(), reader.bytes[start] == b'0') {
        (true, 2, _) => return None,
        (false, 1, _) => None,
        (false, 2, true) => Some(b'0'),
        _ => Some(b' '),
    };
    reader.date.2 = day;
    reader.field(start..place.end, Style::Day(fill));
    reader.one_of(b" ")?;
    reader.clock(2)?;
    let has_year = reader.maybe(|reader| {
        reader.maybe(Reader::zone);
        reader.one_of(b" ")?;
        reader.year()
    });
    (has_year || !has_weekday).then_some(())
}

/// Reads a time from left to right.
struct Reader<'t> {
    bytes: &'t [u8],
    at: usize,
    /// Year, month and day.
    date: (Option<i64>, u32, u32),
    fields: Vec<Field>,
}

impl Reader<'_> {
    fn finish(mut self) -> Option<TimeText> {
        let (year, month, day) = self.date;
        // A digit more would make it another number.
        self.bytes.get(self.at).is_none_or(|byte| !byte.is_ascii_digit()).then_some(())?;
        let day = match year {
            Some(0) => return None,
            Some(year) => Day::Date(Date::new(year, month, day)?),
            None => Day::OfYear(Date::new(PLAIN_YEAR, month, day)?),
        };
        self.fields.sort_by_key(|field| field.place.start);
        Some(TimeText { day, length: self.at, fields: self.fields })
    }

    /// Reads what `part` reads, or nothing; tells whether it did.
    fn maybe(&mut self, part: impl FnOnce(&mut Self) -> Option<()>) -> bool {
        let (at, date, fields) = (self.at, self.date, self.fields.len());
        let is_read = part(self).is_some();
        if !is_read {
            self.at = at;
            self.date = date;
            self.fields.truncate(fields);
        }
        is_read
    }

    fn field(&mut self, place: Range<usize>, style: Style) {
        self.fields.push(Field { place, style });
    }

    fn one_of(&mut self, bytes: &[u8]) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        bytes.contains(&byte).then_some(())?;
        self.at += 1;
        Some(byte)
    }

    /// A number of so many digits.
    fn digits(&mut self, fewest: usize, most: usize) -> Option<u32> {
        let (mut number, mut count) = (0, 0);
        while count < most
            && let Some(byte) = self.bytes.get(self.at).filter(|byte| byte.is_ascii_digit())
        {
            number = number * 10 + u32::from(byte - b'0');
            count += 1;
            self.at += 1;
        }
        (count >= fewest).then_some(number)
    }

    /// A number of up to two digits, and where it stands.
    fn number(&mut self, fewest: usize) -> Option<(u32, Range<usize>)> {
        let start = self.at;
        let number = self.digits(fewest, 2)?;
        Some((number, start..self.at))
    }

    fn year(&mut self) -> Option<()> {
        let start = self.at;
        self.date.0 = Some(i64::from(self.digits(4, 4)?));
        self.field(start..self.at, Style::Year);
        Some(())
    }

    fn month_padded(&mut self) -> Option<()> {
        let (month, place) = self.number(2)?;
        self.date.1 = month;
        self.field(place, Style::Month(Some(b'0')));
        Some(())
    }

    fn day_padded(&mut self) -> Option<()> {
        let (day, place) = self.number(2)?;
        self.date.2 = day;
        self.field(place, Style::Day(Some(b'0')));
        Some(())
    }

    fn month_name(&mut self) -> Option<()> {
        let name = self.bytes.get(self.at..self.at + 3)?;
        let month = MONTHS.iter().position(|month| month.as_bytes().eq_ignore_ascii_case(name))?;
        is_plain_case(name).then_some(())?;
        self.date.1 = month as u32 + 1;
        self.field(self.at..self.at + 3, Style::MonthName);
        self.at += 3;
        Some(())
    }

    fn weekday(&mut self) -> Option<()> {
        let name = self.bytes.get(self.at..self.at + 3)?;
        WEEKDAYS.iter().any(|day| day.as_bytes().eq_ignore_ascii_case(name)).then_some(())?;
        self.at += 3;
        Some(())
    }

    /// `hh:mm[:ss[.fraction]]`; tells how many digits the hour has.
    fn clock(&mut self, fewest: usize) -> Option<usize> {
        let (hour, place) = self.number(fewest)?;
        self.one_of(b":")?;
        let minute = self.digits(2, 2)?;
        (hour <= 24 && minute <= 59).then_some(())?;
        self.maybe(|reader| {
            reader.one_of(b":")?;
            (reader.digits(2, 2)? <= 60).then_some(())?;
            reader.maybe(|reader| {
                reader.one_of(b".,")?;
                let start = reader.at;
                while reader.bytes.get(reader.at).is_some_and(u8::is_ascii_digit) {
                    reader.at += 1;
                }
                (reader.at > start).then_some(())
            });
            Some(())
        });
        Some(place.len())
    }

    /// `Z`, `+01:00`, `+0100`, `+01`, ` UTC`, ` GMT`.
    fn zone(&mut self) -> Option<()> {
        let has_blank = self.one_of(b" ").is_some();
        if self.one_of(b"Zz").is_some() {
            return Some(());
        }
        if has_blank {
            let name = self.bytes.get(self.at..self.at + 3);
            if name.is_some_and(|name| name == b"UTC" || name == b"GMT") {
                self.at += 3;
                return Some(());
            }
        }
        self.one_of(b"+-")?;
        (self.digits(2, 2)? <= 23).then_some(())?;
        self.maybe(|reader| {
            reader.maybe(|reader| reader.one_of(b":").map(|_| ()));
            (reader.digits(2, 2)? <= 59).then_some(())
        });
        Some(())
    }
}

/// Whether the case of a name is one that can be put on again.
fn is_plain_case(name: &[u8]) -> bool {
    let is_upper = |place: usize| name.get(place).is_some_and(u8::is_ascii_uppercase);
    is_upper(1) == is_upper(2) && (is_upper(0) || !is_upper(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn date_of_every_format_is_found() {
        let date = Date::new(2026, 11, 24).unwrap();
        for text in [
            "2026-11-24",
            "2026-11-24T07:06:17Z",
            "2026-11-24t07:06:17.123456789123z",
            "2026-11-24 07:06:17,5+01:00",
            "2026-11-24 07:06:60 UTC",
            "2026/11/24 07:06",
            "2026-11-24T07:06:17.000 -0830",
            "20261124T070617Z",
            "11/24/2026",
            "11/24/2026 7:06:17 AM",
            "11/24/2026 07:06:17.250 pm",
            "24/Nov/2026:07:06:17 +0000",
            "[24/Nov/2026:07:06:17 +0000]",
            "Tue, 24 Nov 2026 07:06:17 +0000",
            "24 NOV 2026 07:06 GMT",
            "24-nov-2026 07:06:17",
            "Tue Nov 24 07:06:17 2026",
            "Tue Nov 24 07:06:17 UTC 2026",
        ] {
            let time = TimeText::whole(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(time.day, Day::Date(date), "{text}");
            assert_eq!(time.spell(text, date).unwrap(), text);
        }
        let time = TimeText::whole("Nov  4 07:06:17").unwrap();
        assert_eq!(time.day, Day::OfYear(Date::new(PLAIN_YEAR, 11, 4).unwrap()));
    }

    #[test]
    fn what_is_no_time_is_not_found() {
        for text in [
            "",
            "é",
            "2026-13-24",
            "2026-02-29",
            "2026-11-24T",
            "2026-11-24T25:00:00Z",
            "2026-11-24 bob",
            "0000-01-01",
            "24/11/2026",
            "Nov 24",
            "Nov 24 07:06:17 bob",
            "nOV 24 07:06:17",
            "Feb 29 07:06:17",
            "12345",
            "[24/Nov/2026:07:06:17 +0000",
            "Tue Nov 24 07:06:17",
            "1/1/20260",
        ] {
            assert_eq!(TimeText::whole(text), None, "{text}");
        }
    }

    #[test]
    fn date_is_spelt_in_the_style_of_the_text() {
        let date = Date::new(2019, 3, 5).unwrap();
        for (text, expected) in [
            ("11/24/2026 7:06 AM", "3/5/2019 7:06 AM"),
            ("11/24/2026 10:06 AM", "03/05/2019 10:06 AM"),
            ("1/24/2026", "3/5/2019"),
            ("24 NOV 2026 07:06", "05 MAR 2019 07:06"),
            ("4 Nov 2026 07:06", "5 Mar 2019 07:06"),
            ("Nov 24 07:06:17", "Mar  5 07:06:17"),
            ("Nov 04 07:06:17", "Mar 05 07:06:17"),
        ] {
            assert_eq!(TimeText::whole(text).unwrap().spell(text, date).unwrap(), expected);
        }
    }

    #[test]
    fn time_before_other_text_ends_where_it_ends() {
        for (text, length) in [
            ("2026-11-24T07:06:17Z host sshd", 20),
            ("Nov 24 07:06:17 host sshd", 15),
            ("2026-11-24 and more", 10),
            ("11/24/2026 7:06:17 AM.", 21),
        ] {
            assert_eq!(TimeText::leading(text).unwrap().length, length, "{text}");
        }
    }
}
