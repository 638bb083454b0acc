//! Texts of `datetime` and `timespan`: reading literals and cells, and writing them as KQL does.
//!
//! Times are nanoseconds since 1970-01-01 UTC, spans are nanoseconds. What lies outside of a signed
//! 64-bit count of nanoseconds (about 1677 to 2262) has no value and reads as `None`.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime};

/// Nanoseconds in one tick, the unit of KQL.
pub(crate) const TICK: i64 = 100;
/// Nanoseconds in a second.
pub(crate) const SECOND: i64 = 1_000_000_000;
/// Nanoseconds in a day.
pub(crate) const DAY: i64 = 86_400 * SECOND;

/// Date formats tried in order; each may be followed by a time of day.
const DATES: [&str; 10] = [
    "%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%m/%d/%Y", "%m-%d-%Y", "%d %b %Y", "%d-%b-%Y", "%b %d %Y",
    "%B %d %Y", "%Y-%j",
];
const TIMES: [&str; 4] = ["%H:%M:%S%.f", "%H:%M", "%I:%M:%S%.f %p", "%I:%M %p"];

/// Reads a datetime: ISO 8601 with or without time and offset, a year, a year and month, RFC 822, and
/// American dates with slashes. A time without offset is UTC.
pub(crate) fn parse_datetime(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Some(zoned) = parse_zoned(text) {
        return zoned.timestamp_nanos_opt();
    }
    let spaced =
        text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b' ' | b',' | b'-'));
    if spaced && text.contains([' ', ',']) && text.contains(['-', ',']) {
        // `datetime(2025, 6, 14)` and `datetime(2025 - 06 - 14)` are dates as well.
        let parts: Vec<&str> = text.split([',', '-']).map(str::trim).collect();
        return parse_naive(&parts.join("-"))?.and_utc().timestamp_nanos_opt();
    }
    let text = strip_weekday(text);
    let (text, offset) = split_offset(text);
    let naive = parse_naive(text)?;
    naive.and_utc().timestamp_nanos_opt()?.checked_sub(offset)
}

fn parse_zoned(text: &str) -> Option<DateTime<FixedOffset>> {
    DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_rfc2822(text))
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f %z"))
        .ok()
}

fn strip_weekday(text: &str) -> &str {
    match text.split_once(", ") {
        Some((weekday, rest)) if weekday.chars().all(char::is_alphabetic) => rest,
        _ => text,
    }
}

/// The text without its zone, and the zone's offset in nanoseconds.
fn split_offset(text: &str) -> (&str, i64) {
    for zone in ["Z", "z", " UTC", " GMT"] {
        if let Some(rest) = text.strip_suffix(zone) {
            return (rest.trim_end(), 0);
        }
    }
    // A sign behind the time of day is an offset; one before it belongs to the date.
    let Some(colon) = text.find(':') else { return (text, 0) };
    let Some(sign) = text[colon..].find(['+', '-']) else { return (text, 0) };
    let (before, zone) = text.split_at(colon + sign);
    let digits: String = zone[1..].chars().filter(char::is_ascii_digit).collect();
    let (hours, minutes) = match digits.len() {
        2 => (digits.parse().ok(), Some(0)),
        4 => (digits[..2].parse().ok(), digits[2..].parse().ok()),
        _ => return (text, 0),
    };
    let (Some(hours), Some(minutes)): (Option<i64>, Option<i64>) = (hours, minutes) else {
        return (text, 0);
    };
    let offset = (hours * 3600 + minutes * 60) * SECOND;
    (before.trim_end(), if zone.starts_with('-') { -offset } else { offset })
}

fn parse_naive(text: &str) -> Option<NaiveDateTime> {
    let bytes = text.as_bytes();
    if !bytes.is_ascii() {
        return None;
    }
    if bytes.len() == 4 && bytes.iter().all(u8::is_ascii_digit) {
        return NaiveDate::from_ymd_opt(text.parse().ok()?, 1, 1)?.and_hms_opt(0, 0, 0);
    }
    if bytes.len() == 7 && matches!(bytes[4], b'-' | b'/') {
        let (year, month) = (text[..4].parse().ok()?, text[5..].parse().ok()?);
        return NaiveDate::from_ymd_opt(year, month, 1)?.and_hms_opt(0, 0, 0);
    }
    for date_format in DATES {
        let Ok((date, rest)) = NaiveDate::parse_and_remainder(text, date_format) else { continue };
        let rest = rest.strip_prefix('T').unwrap_or(rest).trim();
        if rest.is_empty() {
            return date.and_hms_opt(0, 0, 0);
        }
        for time_format in TIMES {
            if let Ok(time) = NaiveTime::parse_from_str(rest, time_format) {
                return Some(date.and_time(time));
            }
        }
    }
    None
}

/// Writes a time as `tostring` does: `2024-05-01T12:30:00.0000000Z`.
pub(crate) fn format_datetime(nanoseconds: i64) -> String {
    let time = DateTime::from_timestamp_nanos(nanoseconds);
    let ticks = nanoseconds.rem_euclid(SECOND) / TICK;
    format!("{}.{ticks:07}Z", time.format("%Y-%m-%dT%H:%M:%S"))
}

/// Reads a timespan: a number with a unit (`1.5h`), `[-][d.]hh:mm[:ss[.fffffff]]`, or a bare number of days.
pub(crate) fn parse_timespan(text: &str) -> Option<i64> {
    let text = text.trim();
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text),
    };
    let magnitude = if text.contains(':') { parse_clock(text)? } else { parse_with_unit(text)? };
    i64::try_from(if negative { -magnitude } else { magnitude }).ok()
}

fn parse_clock(text: &str) -> Option<i128> {
    let (days, clock) = match (text.find('.'), text.find(':')) {
        (Some(point), Some(colon)) if point < colon => {
            (text[..point].parse::<u32>().ok()?, &text[point + 1..])
        }
        _ => (0, text),
    };
    let mut parts = clock.split(':');
    let hours: u32 = parts.next()?.parse().ok()?;
    let minutes: u32 = parts.next()?.parse().ok()?;
    let seconds = parts.next().unwrap_or("0");
    if parts.next().is_some() || hours > 23 || minutes > 59 {
        return None;
    }
    let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
    let whole: u32 = whole.parse().ok()?;
    if whole > 59 || fraction.len() > 9 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let fraction: i128 = format!("{fraction:0<9}").parse().ok()?;
    let seconds = i128::from(days) * 86_400
        + i128::from(hours) * 3_600
        + i128::from(minutes) * 60
        + i128::from(whole);
    Some(seconds * i128::from(SECOND) + fraction)
}

fn parse_with_unit(text: &str) -> Option<i128> {
    let digits = text.find(|character: char| !character.is_ascii_digit() && character != '.');
    let (number, unit) = text.split_at(digits.unwrap_or(text.len()));
    let nanoseconds = match unit.trim() {
        "" | "d" | "day" | "days" => DAY,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3_600 * SECOND,
        "m" | "min" | "minute" | "minutes" => 60 * SECOND,
        "s" | "sec" | "second" | "seconds" => SECOND,
        "ms" | "milli" | "millis" | "millisec" | "millisecond" | "milliseconds" => 1_000_000,
        "micro" | "micros" | "microsec" | "microsecond" | "microseconds" => 1_000,
        "nanosecond" | "nanoseconds" => 1,
        "tick" | "ticks" => TICK,
        _ => return None,
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let whole: i128 = if whole.is_empty() { 0 } else { whole.parse::<u64>().ok()?.into() };
    let unit = i128::from(nanoseconds);
    let fraction = match fraction.len() {
        0 => 0,
        digits @ 1..=18 => {
            i128::from(fraction.parse::<u64>().ok()?) * unit / 10_i128.pow(digits as u32)
        }
        _ => return None,
    };
    Some(whole * unit + fraction)
}

/// Writes a span as `tostring` does: `[-][d.]hh:mm:ss[.fffffff]`.
pub(crate) fn format_timespan(nanoseconds: i64) -> String {
    let sign = if nanoseconds < 0 { "-" } else { "" };
    let magnitude = nanoseconds.unsigned_abs();
    let (day, second) = (DAY.unsigned_abs(), SECOND.unsigned_abs());
    let (days, rest) = (magnitude / day, magnitude % day);
    let (seconds, ticks) = (rest / second, rest % second / TICK.unsigned_abs());
    let days = if days > 0 { format!("{days}.") } else { String::new() };
    let fraction = if ticks > 0 { format!(".{ticks:07}") } else { String::new() };
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{sign}{days}{hours:02}:{minutes:02}:{seconds:02}{fraction}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn iso(text: &str) -> Option<String> {
        parse_datetime(text).map(format_datetime)
    }

    #[test]
    fn datetime_is_read_in_each_documented_form() {
        let noon = Some("2014-11-08T15:05:02.0000000Z".to_owned());
        for text in [
            "2014-11-08T15:05:02Z",
            "2014-11-08 15:05:02",
            "2014-11-08T16:05:02+01:00",
            "2014-11-08 16:05:02.0000000 +01:00",
            "Sat, 8 Nov 2014 15:05:02 GMT",
            "8 Nov 2014 15:05:02",
            "11/8/2014 3:05:02 PM",
        ] {
            assert_eq!(iso(text), noon, "{text}");
        }
        assert_eq!(iso("2014").as_deref(), Some("2014-01-01T00:00:00.0000000Z"));
        assert_eq!(iso("2014-11").as_deref(), Some("2014-11-01T00:00:00.0000000Z"));
        assert_eq!(iso("11-08-2014").as_deref(), Some("2014-11-08T00:00:00.0000000Z"));
        assert_eq!(iso("2014-11-08 15:05").as_deref(), Some("2014-11-08T15:05:00.0000000Z"));
    }

    #[test]
    fn datetime_keeps_seven_digits() {
        assert_eq!(
            iso("2014-11-08T15:05:02.1234567Z").as_deref(),
            Some("2014-11-08T15:05:02.1234567Z")
        );
    }

    #[test]
    fn datetime_outside_of_the_range_or_no_date_is_none() {
        for text in
            ["0001-01-01", "9999-12-31", "", "yesterday", "2014-13-01", "é", "2014-11-08T25:00"]
        {
            assert_eq!(parse_datetime(text), None, "{text}");
        }
    }

    #[test]
    fn timespan_is_read_in_each_documented_form() {
        for (text, seconds) in [
            ("1d", 86_400),
            ("1.5h", 5_400),
            ("2", 172_800),
            ("1.02:03:04", 93_784),
            ("00:01", 60),
            ("-3s", -3),
        ] {
            assert_eq!(parse_timespan(text), Some(seconds * SECOND), "{text}");
        }
        assert_eq!(parse_timespan("1tick"), Some(100));
        assert_eq!(parse_timespan("0.12:34:56.7"), parse_timespan("12:34:56.7000000"));
    }

    #[test]
    fn timespan_of_other_text_is_none() {
        for text in ["", "d", "1x", "1:2:3:4", "99999999999999999999d", "24:00:00", "1.2.3h"] {
            assert_eq!(parse_timespan(text), None, "{text}");
        }
    }

    #[test]
    fn timespan_is_written_with_days_and_ticks_only_where_they_are() {
        assert_eq!(format_timespan(DAY + SECOND), "1.00:00:01");
        assert_eq!(format_timespan(-90 * SECOND), "-00:01:30");
        assert_eq!(format_timespan(1_000_000), "00:00:00.0010000");
        assert_eq!(format_timespan(i64::MIN), "-106751.23:47:16.8547758");
    }
}
