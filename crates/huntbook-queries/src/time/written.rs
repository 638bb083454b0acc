//! Dates and times as logs, mails and chats write them: words in any order that leave no doubt.
//!
//! A text is cut into words, and each word is a weekday, a part of the date, the date, the time of day,
//! its half (`AM`, `PM`) or the zone. Without a zone it is UTC.

use chrono::{
    DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Offset, Timelike, Utc,
    Weekday,
};

use super::{DATES, Refusal};

const LONGEST: usize = 120;
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const COMPACT: [&str; 3] = ["%Y%m%dT%H%M%S%.f", "%Y%m%dT%H%M", "%Y%m%d%H%M%S%.f"];
const CLOCKS: [&str; 2] = ["%H:%M:%S%.f", "%H:%M"];
const ABBREVIATED_ZONES: [&str; 16] = [
    "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT", "CET", "CEST", "EET", "EEST", "BST",
    "IST", "MSK", "JST",
];

/// The instant that `text` spells out, or `None` if it isn't of this kind.
///
/// # Errors
///
/// If it is of this kind, but has two meanings or contradicts itself.
pub(super) fn written(text: &str, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, Refusal> {
    if text.len() > LONGEST {
        return Ok(None);
    }
    if let Some(seconds) = text.strip_prefix("epoch:") {
        return Ok(epoch(seconds));
    }
    let mut parts = Parts::default();
    for word in words(text) {
        if parts.take(word, now)?.is_none() {
            return Ok(None);
        }
    }
    parts.instant()
}

/// `1732089600`, `1732089600.25`, `1732089600250ms`, `…us`, `…ns`: since 1970, in seconds if no unit is named.
fn epoch(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    let end = text.find(|mark: char| mark.is_ascii_alphabetic()).unwrap_or(text.len());
    let places = match text[end..].trim() {
        "" | "s" => 9,
        "ms" => 6,
        "us" => 3,
        "ns" => 0,
        _ => return None,
    };
    let amount = text[..end].trim_end();
    let (negative, amount) = match amount.strip_prefix('-') {
        Some(amount) => (true, amount),
        None => (false, amount),
    };
    let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
    if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) || fraction.len() > places {
        return None;
    }
    let digits = format!("{whole}{fraction:0<places$}");
    let nanoseconds: i128 = digits.parse().ok()?;
    let nanoseconds = if negative { -nanoseconds } else { nanoseconds };
    let seconds = i64::try_from(nanoseconds.div_euclid(1_000_000_000)).ok()?;
    let rest = u32::try_from(nanoseconds.rem_euclid(1_000_000_000)).ok()?;
    DateTime::from_timestamp(seconds, rest)
}

/// The words of `text`: between blanks, and between commas that are no decimal commas of a clock.
/// A comment in parentheses at the end, as in mails, is left out.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let told = match text.rfind('(') {
        Some(comment) if comment > 0 && text.ends_with(')') => &text[..comment],
        _ => text,
    };
    told.split_whitespace()
        .flat_map(|word| {
            let word = word.trim_end_matches(',');
            let parts = if word.contains(':') { 1 } else { usize::MAX };
            word.splitn(parts, ',')
        })
        .filter(|word| !word.is_empty())
}

#[derive(Default)]
struct Parts {
    date: Option<NaiveDate>,
    year: Option<i32>,
    month: Option<u32>,
    day: Option<u32>,
    weekday: Option<Weekday>,
    clock: Option<NaiveTime>,
    afternoon: Option<bool>,
    zone: Option<FixedOffset>,
}

impl Parts {
    /// Takes one word; `None` if it has no place here.
    fn take(&mut self, word: &str, now: DateTime<Utc>) -> Result<Option<()>, Refusal> {
        if is_numbers_only(word) {
            let reason = "has day and month in an order that cannot be known".to_owned();
            return Err((reason, "write `2026-02-01` or `1 Feb 2026`"));
        }
        if ABBREVIATED_ZONES.contains(&word.to_ascii_uppercase().as_str()) {
            let reason = format!("has the zone `{word}`, which is not the same everywhere");
            return Err((reason, "write the zone as `+01:00` or `UTC`"));
        }
        Ok(self.place(word, now))
    }

    fn place(&mut self, word: &str, now: DateTime<Utc>) -> Option<()> {
        let lower = word.to_ascii_lowercase();
        if let Some(date) = named_day(&lower, now) {
            return put(&mut self.date, date);
        }
        if let Some(month) = month(&lower) {
            return put(&mut self.month, month);
        }
        if let Some(weekday) = weekday(&lower) {
            return put(&mut self.weekday, weekday);
        }
        match lower.as_str() {
            "am" => return put(&mut self.afternoon, false),
            "pm" => return put(&mut self.afternoon, true),
            _ => {}
        }
        if let Some(zone) = zone(&lower) {
            return put(&mut self.zone, zone);
        }
        if let Some(day) = day(&lower) {
            return put(&mut self.day, day);
        }
        if lower.len() == 4 && all_digits(&lower) {
            return put(&mut self.year, lower.parse().ok()?);
        }
        self.compact(word).or_else(|| self.date_and_clock(word))
    }

    /// `20261120T080000Z`, and the `20261120080000.0Z` of directories, which is never without `Z`.
    fn compact(&mut self, word: &str) -> Option<()> {
        let (body, zone) = split_zone(word);
        if !all_digits(body.get(..8)?) {
            return None;
        }
        let moment = COMPACT
            .iter()
            .find_map(|format| NaiveDateTime::parse_from_str(body, format).ok())
            .filter(|_| zone.is_some() || body.contains('T'))?;
        put(&mut self.date, moment.date())?;
        put(&mut self.clock, moment.time())?;
        zone.map_or(Some(()), |zone| put(&mut self.zone, zone))
    }

    /// A date, a clock, or both, joined by `T` or, in access logs, by a colon.
    fn date_and_clock(&mut self, word: &str) -> Option<()> {
        let joint = match word.find(['T', 't']) {
            Some(at) if word[..at].ends_with(|last: char| last.is_ascii_digit()) => Some(at),
            _ => word.find(':').filter(|at| word[..*at].contains(['/', '-'])),
        };
        if let Some(at) = joint {
            put(&mut self.date, whole_date(&word[..at])?)?;
            return self.clock(&word[at + 1..]);
        }
        match whole_date(word) {
            Some(date) => put(&mut self.date, date),
            None => self.clock(word),
        }
    }

    /// `08:00`, `8:00:15,250`, `8:00PM`, `08:00Z`, `08:00+01:00`.
    fn clock(&mut self, word: &str) -> Option<()> {
        let (body, zone) = split_zone(word);
        if let Some(zone) = zone {
            put(&mut self.zone, zone)?;
        }
        let lower = body.to_ascii_lowercase();
        let body = match (lower.strip_suffix("am"), lower.strip_suffix("pm")) {
            (Some(clock), _) => {
                put(&mut self.afternoon, false)?;
                clock
            }
            (_, Some(clock)) => {
                put(&mut self.afternoon, true)?;
                clock
            }
            _ => &lower,
        };
        let body = body.replace(',', ".");
        let first_is_digit = body.starts_with(|first: char| first.is_ascii_digit());
        let clock = CLOCKS.iter().find_map(|format| NaiveTime::parse_from_str(&body, format).ok());
        put(&mut self.clock, clock.filter(|_| first_is_digit)?)
    }

    fn instant(self) -> Result<Option<DateTime<Utc>>, Refusal> {
        let Some(instant) = self.assembled() else { return Ok(None) };
        match self.weekday {
            Some(told) if told != instant.weekday() => {
                let reason = format!("says {told}, and that day is a {}", instant.weekday());
                Err((reason, "leave the weekday out, or correct the date"))
            }
            _ => {
                let offset = self.zone.unwrap_or_else(|| Utc.fix());
                Ok(instant.checked_sub_offset(offset).map(|instant| instant.and_utc()))
            }
        }
    }

    fn assembled(&self) -> Option<NaiveDateTime> {
        let date = match (self.date, self.year, self.month, self.day) {
            (Some(date), None, None, None) => date,
            (None, Some(year), Some(month), Some(day)) => {
                NaiveDate::from_ymd_opt(year, month, day)?
            }
            _ => return None,
        };
        let clock = match (self.clock, self.afternoon) {
            (Some(clock), None) => clock,
            (Some(clock), Some(afternoon)) => half_day(clock, afternoon)?,
            (None, None) if self.zone.is_none() => NaiveTime::MIN,
            _ => return None,
        };
        Some(date.and_time(clock))
    }
}

/// Fills an empty place; `None` if it is taken.
fn put<T>(place: &mut Option<T>, value: T) -> Option<()> {
    let empty = place.is_none();
    *place = Some(value);
    empty.then_some(())
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `01/02/2026`, `1.2.26`: which is the month?
fn is_numbers_only(word: &str) -> bool {
    let parts: Vec<&str> = word.split(['/', '.', '-']).collect();
    match parts[..] {
        [first, second, year] => {
            parts.iter().all(|part| all_digits(part))
                && [first, second].iter().all(|part| (1..=2).contains(&part.len()))
                && matches!(year.len(), 2 | 4)
        }
        _ => false,
    }
}

fn named_day(lower: &str, now: DateTime<Utc>) -> Option<NaiveDate> {
    match lower {
        "today" => Some(now.date_naive()),
        "yesterday" => now.date_naive().pred_opt(),
        "tomorrow" => now.date_naive().succ_opt(),
        _ => None,
    }
}

fn month(lower: &str) -> Option<u32> {
    let lower = lower.strip_suffix('.').unwrap_or(lower);
    let position = MONTHS.iter().position(|name| {
        lower == *name || lower == &name[..3] || (lower == "sept" && *name == "september")
    })?;
    u32::try_from(position + 1).ok()
}

fn weekday(lower: &str) -> Option<Weekday> {
    (lower.len() >= 3).then(|| lower.parse().ok()).flatten()
}

/// `8`, `20`, `1st`, `22nd`.
fn day(lower: &str) -> Option<u32> {
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|end| lower.strip_suffix(end));
    let digits = digits.unwrap_or(lower);
    ((1..=2).contains(&digits.len()) && all_digits(digits)).then(|| digits.parse().ok()).flatten()
}

fn whole_date(word: &str) -> Option<NaiveDate> {
    let begins_with_year = word.get(..4).is_some_and(all_digits);
    if begins_with_year {
        return DATES.iter().find_map(|format| NaiveDate::parse_from_str(word, format).ok());
    }
    let ends_with_year = word.len() > 4 && word.get(word.len() - 4..).is_some_and(all_digits);
    let formats = ["%d/%B/%Y", "%d-%B-%Y"];
    formats
        .iter()
        .find_map(|format| NaiveDate::parse_from_str(word, format).ok())
        .filter(|_| ends_with_year)
}

/// A clock and the zone glued to it.
fn split_zone(word: &str) -> (&str, Option<FixedOffset>) {
    if let Some(body) = word.strip_suffix(['Z', 'z']) {
        return (body, Some(Utc.fix()));
    }
    let signed = word.rfind(['+', '-']).filter(|at| *at > 0);
    match signed.and_then(|at| Some((&word[..at], zone(&word[at..])?))) {
        Some((body, zone)) => (body, Some(zone)),
        None => (word, None),
    }
}

/// `z`, `utc`, `gmt`, `+01:00`, `-0500`, `+01`, `gmt+0100`.
fn zone(lower: &str) -> Option<FixedOffset> {
    let offset = match lower {
        "z" | "utc" | "gmt" => return Some(Utc.fix()),
        _ => lower.strip_prefix("utc").or(lower.strip_prefix("gmt")).unwrap_or(lower),
    };
    let (ahead, digits) = match (offset.strip_prefix('+'), offset.strip_prefix('-')) {
        (Some(digits), _) => (1, digits),
        (_, Some(digits)) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match digits.len() {
        2 => (digits, "00"),
        4 | 5 => (digits.get(..2)?, digits.get(2..)?),
        _ => return None,
    };
    let minutes = if digits.len() == 5 { minutes.strip_prefix(':')? } else { minutes };
    if !all_digits(hours) || !all_digits(minutes) {
        return None;
    }
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    if hours > 15 || minutes > 59 {
        return None;
    }
    FixedOffset::east_opt(ahead * (hours * 3600 + minutes * 60))
}

fn half_day(clock: NaiveTime, afternoon: bool) -> Option<NaiveTime> {
    let hour = (1..=12).contains(&clock.hour()).then(|| clock.hour() % 12)?;
    clock.with_hour(if afternoon { hour + 12 } else { hour })
}
