//! Points in time as logs spell them.
//!
//! A *moment* is a time on the UTC line, with a note of whether its spelling named a zone. ISO 8601
//! forms are recognised anywhere; epoch numbers and month-first dates only where a schema already says
//! that the column holds times.

use chrono::{NaiveDate, NaiveDateTime};

/// A point in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    /// Nanoseconds since 1970 in UTC; `None` outside the years 1677 to 2262, which the engine shows as null.
    pub(super) nanoseconds: Option<i64>,
    /// Whether the spelling said which zone it is in.
    pub(super) zoned: bool,
}

const SECOND: i64 = 1_000_000_000;

/// Reads `2020-09-20T16:16:09.362Z` and its relatives: a blank for the `T`, one to nine digits of a
/// fraction, `Z`, `UTC`, `+02:00`, `+0200` or no zone, the date alone, and PowerShell's `/Date(ms)/`.
pub(super) fn parse_iso(text: &str) -> Option<Moment> {
    let bytes = text.as_bytes();
    if !(10..=40).contains(&bytes.len()) {
        return None;
    }
    if let Some(milliseconds) = text.strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/"))
    {
        let milliseconds: i64 = milliseconds.parse().ok()?;
        return Some(Moment { nanoseconds: milliseconds.checked_mul(1_000_000), zoned: true });
    }
    let year = digits(bytes.get(0..4)?)?;
    let month = digits(bytes.get(5..7)?)?;
    let day = digits(bytes.get(8..10)?)?;
    if bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    let Some(separator) = bytes.get(10) else {
        return Some(moment(date.and_hms_opt(0, 0, 0)?, None));
    };
    if !matches!(separator, b'T' | b't' | b' ') {
        return None;
    }
    let (time, zone) = split_zone(text.get(11..)?)?;
    Some(moment(date.and_time(parse_time(time)?), zone))
}

/// Reads what [`parse_iso`] reads, numbers since 1970, and `9/16/2020, 11:40:05.123 PM`, which is what
/// portals export.
pub(super) fn parse_any(text: &str) -> Option<Moment> {
    let text = text.trim();
    parse_iso(text).or_else(|| parse_month_first(text)).or_else(|| parse_epoch(text))
}

/// Reads a number since 1970, its unit (seconds to nanoseconds) told by its size. Numbers too small to
/// be a time after March 1973 in any unit are not times.
pub(super) fn parse_epoch(number: &str) -> Option<Moment> {
    const SMALLEST: i64 = 100_000_000;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    let unit = match whole {
        ..SMALLEST => return None,
        SMALLEST..100_000_000_000 => SECOND,
        100_000_000_000..100_000_000_000_000 => 1_000_000,
        100_000_000_000_000..100_000_000_000_000_000 => 1_000,
        100_000_000_000_000_000.. => 1,
    };
    let fraction = if fraction.is_empty() { 0 } else { i64::from(parse_fraction(fraction)?) };
    let nanoseconds = whole.checked_mul(unit)?.checked_add(fraction / (SECOND / unit))?;
    Some(Moment { nanoseconds: Some(nanoseconds), zoned: true })
}

/// A moment as ISO 8601 in UTC, with as many digits of a fraction as it has.
pub(super) fn to_iso(nanoseconds: i64) -> String {
    chrono::DateTime::from_timestamp_nanos(nanoseconds)
        .to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
}

fn parse_month_first(text: &str) -> Option<Moment> {
    let (date, time) = text.split_once([',', ' '])?;
    let mut parts = date.split('/');
    let month = digits(parts.next()?.as_bytes())?;
    let day = digits(parts.next()?.as_bytes())?;
    let year = parts.next().filter(|year| year.len() == 4)?;
    let date = NaiveDate::from_ymd_opt(i32::try_from(digits(year.as_bytes())?).ok()?, month, day)?;
    let time = time.trim_start();
    let half = time.get(time.len().checked_sub(2)?..)?;
    let afternoon = half.eq_ignore_ascii_case("PM");
    if !afternoon && !half.eq_ignore_ascii_case("AM") {
        return Some(moment(date.and_time(parse_time(time)?), None));
    }
    let clock = time[..time.len() - 2].trim_end();
    let (hour, rest) = clock.split_once(':')?;
    let hour = digits(hour.as_bytes()).filter(|hour| (1..=12).contains(hour))? % 12;
    let hour = if afternoon { hour + 12 } else { hour };
    Some(moment(date.and_time(parse_time(&format!("{hour:02}:{rest}"))?), None))
}

fn parse_time(text: &str) -> Option<chrono::NaiveTime> {
    let (clock, fraction) = match text.split_once(['.', ',']) {
        Some((clock, fraction)) => (clock, parse_fraction(fraction)?),
        None => (text, 0),
    };
    let mut parts = clock.split(':');
    let mut two =
        || parts.next().filter(|part| part.len() == 2).and_then(|part| digits(part.as_bytes()));
    let (hour, minute) = (two()?, two()?);
    let second = if clock.len() > 5 { two()? } else { 0 };
    if parts.next().is_some() {
        return None;
    }
    chrono::NaiveTime::from_hms_nano_opt(hour, minute, second, fraction)
}

/// The nanoseconds that one to nine digits behind a decimal point name.
fn parse_fraction(text: &str) -> Option<u32> {
    if !(1..=9).contains(&text.len()) {
        return None;
    }
    let value = digits(text.as_bytes())?;
    Some(value * 10_u32.pow(9 - text.len() as u32))
}

/// Splits the zone off a time; the zone is its offset from UTC in seconds.
fn split_zone(text: &str) -> Option<(&str, Option<i64>)> {
    let text = text.trim_end();
    if let Some(time) = text.strip_suffix(['Z', 'z']).or_else(|| text.strip_suffix("UTC")) {
        return Some((time.trim_end(), Some(0)));
    }
    let Some(sign_at) = text.rfind(['+', '-']) else { return Some((text, None)) };
    let (time, zone) = text.split_at(sign_at);
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let zone = &zone.as_bytes()[1..];
    let (hours, minutes) = match zone {
        [h1, h2] => (digits(&[*h1, *h2])?, 0),
        [h1, h2, b':', m1, m2] | [h1, h2, m1, m2] => (digits(&[*h1, *h2])?, digits(&[*m1, *m2])?),
        _ => return None,
    };
    if hours > 18 || minutes > 59 {
        return None;
    }
    Some((time.trim_end(), Some(sign * i64::from(hours * 3600 + minutes * 60))))
}

fn moment(clock: NaiveDateTime, zone: Option<i64>) -> Moment {
    let nanoseconds = clock
        .and_utc()
        .timestamp_nanos_opt()
        .and_then(|nanoseconds| nanoseconds.checked_sub(zone.unwrap_or(0).checked_mul(SECOND)?));
    Moment { nanoseconds, zoned: zone.is_some() }
}

fn digits(bytes: &[u8]) -> Option<u32> {
    if bytes.is_empty() || bytes.len() > 9 {
        return None;
    }
    bytes.iter().try_fold(0_u32, |value, byte| {
        byte.is_ascii_digit().then(|| value * 10 + u32::from(byte - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<i64> {
        parse_any(text).and_then(|moment| moment.nanoseconds)
    }

    const NOON: i64 = 1_600_603_200 * SECOND;

    #[test]
    fn parse_reads_every_spelling_of_one_moment() {
        for text in [
            "2020-09-20T12:00:00Z",
            "2020-09-20 12:00:00",
            "2020-09-20 12:00",
            "2020-09-20T12:00:00.000000000Z",
            "2020-09-20T14:00:00+02:00",
            "2020-09-20T05:00:00.0-0700",
            "2020-09-20 12:00:00,000 UTC",
            "9/20/2020, 12:00:00.000 PM",
            "9/20/2020 12:00:00 PM",
            "1600603200",
            "1600603200.0",
            "1600603200000",
            "1600603200000000",
            "1600603200000000000",
            "/Date(1600603200000)/",
        ] {
            assert_eq!(at(text), Some(NOON), "{text}");
        }
    }

    #[test]
    fn parse_keeps_seven_digits_of_a_fraction() {
        assert_eq!(at("2020-09-20T12:00:00.1234567Z"), Some(NOON + 123_456_700));
        assert_eq!(at("1600603200.495991"), Some(NOON + 495_991_000));
        assert_eq!(at("1600603200000.5"), Some(NOON + 500_000));
    }

    #[test]
    fn parse_of_other_text_is_none() {
        for text in [
            "",
            "2020",
            "2020-13-01",
            "2020-09-20X12:00:00",
            "2020-09-20T25:00:00",
            "2020-09-20T1:2",
            "99",
            "12/31/20 1:00 PM",
            "2020-09-20T12:00:00+99:00",
            "2020-09-2\u{e9}T",
            "1/2/2020 \u{e9}",
        ] {
            assert_eq!(parse_any(text), None, "{text}");
        }
    }

    #[test]
    fn a_year_outside_the_engine_is_a_time_without_nanoseconds() {
        assert_eq!(
            parse_iso("0001-01-01T00:00:00Z"),
            Some(Moment { nanoseconds: None, zoned: true })
        );
    }

    #[test]
    fn a_zone_is_noticed() {
        assert!(parse_iso("2020-09-20T12:00:00Z").is_some_and(|moment| moment.zoned));
        assert!(parse_iso("2020-09-20 12:00:00").is_some_and(|moment| !moment.zoned));
    }
}
