//! Instants as people write them: dates, RFC 3339, and offsets from one `now`.
//!
//! An offset is a sign, an amount and a unit (`-30m`), then perhaps `@` and a unit to round down to
//! (`-1d@d`). Units are `y`, `mon`, `w`, `d`, `h`, `m` and `s`; `m` is always minutes. Years and months are
//! those of the calendar: `-1mon` on 31 March is the last day of February. A week begins on Sunday, as
//! in KQL's `startofweek`. Everything is UTC.

mod written;

use chrono::{
    DateTime, Datelike, Duration, DurationRound, Months, NaiveDate, NaiveDateTime, NaiveTime,
    TimeDelta, Timelike, Utc,
};
use huntbook_diagnostics::{Diagnostic, Span};

use crate::codes::BAD_TIME;

const UNITS: [&str; 7] = ["y", "mon", "w", "d", "h", "m", "s"];
/// Longest text that a message repeats whole.
const SHOWN_CHARACTERS: usize = 100;
const SECONDS_A_DAY: f64 = 86_400.0;
const DATE_TIMES: [&str; 6] = [
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M:%S%.f",
    "%Y/%m/%d %H:%M",
];
const DATES: [&str; 2] = ["%Y-%m-%d", "%Y/%m/%d"];

/// The instant that `text` means, seen from `now`.
///
/// Accepted are:
///
/// * `now`; a number, days from now (`-1.5`); an offset (`-30m`, `2h@h`, `-1mon`, `now-1d@d`); rounding
///   alone (`@d`). An amount without a sign lies ahead.
/// * RFC 3339 (`2026-11-20T08:00:00+01:00`), also with blanks or without separators (`20261120T080000Z`); a
///   date; a date and a time. What has no zone is UTC.
/// * A month by its name: `20 Nov 2026 08:00`, `Nov 20, 2026 8:00 PM`, mails'
///   `Fri, 20 Nov 2026 08:00:00 +0100`, access logs' `20/Nov/2026:08:00:00 +0100`.
/// * `today`, `yesterday`, `tomorrow`, which begin at midnight, also with a time (`yesterday 08:00`).
/// * Time since 1970 by its mark: `epoch:1732089600`, `epoch:1732089600250ms`, `us`, `ns`. A bare number is days.
///
/// # Errors
///
/// `QRY0106`, placed in `text`, for anything else: what has two meanings (`01/02/2026`, `08:00 EST`), a
/// weekday that isn't the date's, fractions of months and years, an instant outside the years 1 to 9999.
///
/// ```
/// use chrono::{DateTime, Utc};
/// let now: DateTime<Utc> = "2026-11-20T08:15:30Z".parse().unwrap();
/// let start = huntbook_queries::parse_time("-1d@d", now).unwrap();
/// assert_eq!(start.to_rfc3339(), "2026-11-19T00:00:00+00:00");
/// assert!(huntbook_queries::parse_time("01/02/2026", now).is_err());
/// ```
pub fn parse_time(text: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, Diagnostic> {
    let refused = |(reason, help): Refusal| not_a_time(text, &reason, help);
    let wanted = text.trim();
    let spelled = match absolute(wanted) {
        None => written::written(wanted, now).map_err(refused)?,
        instant => instant,
    };
    let instant = match spelled {
        Some(instant) => instant,
        None => relative(wanted, now).map_err(refused)?,
    };
    within_years(instant).ok_or_else(|| {
        let help = if wanted.starts_with("epoch:") {
            "a number without a unit is seconds; milliseconds are `epoch:1732089600250ms`"
        } else {
            "a shorter offset is needed"
        };
        not_a_time(text, "lies outside the years 1 to 9999", help)
    })
}

/// The instant `days` after `now`, or `None` outside the years 1 to 9999.
pub(crate) fn days_from_now(days: f64, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    within_years(now.checked_add_signed(seconds(days * SECONDS_A_DAY)?)?)
}

/// The length of time that `text` means: `90m`, `1.5d`, `250ms`, `1.02:03:04.5`, `02:03`.
#[must_use]
pub fn parse_timespan(text: &str) -> Option<TimeDelta> {
    let wanted = text.trim();
    let (negative, body) = match wanted.strip_prefix('-') {
        Some(body) => (true, body),
        None => (false, wanted),
    };
    if !body.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let length = if body.contains(':') { clock_length(body)? } else { unit_length(body)? };
    Some(if negative { -length } else { length })
}

fn clock_length(body: &str) -> Option<TimeDelta> {
    let (days, clock) = match body.split_once('.') {
        Some((days, clock)) if clock.contains(':') => (whole(days)?, clock),
        _ => (0, body),
    };
    let mut parts = clock.split(':');
    let hours = whole(parts.next()?)?;
    let minutes = whole(parts.next()?)?;
    let (seconds, fraction) = match parts.next() {
        None => (0, 0),
        Some(part) => match part.split_once('.') {
            None => (whole(part)?, 0),
            Some((seconds, digits)) => (whole(seconds)?, nanoseconds(digits)?),
        },
    };
    if parts.next().is_some() || hours > 23 || minutes > 59 || seconds > 59 {
        return None;
    }
    TimeDelta::try_days(days)?
        .checked_add(&TimeDelta::try_seconds(hours * 3600 + minutes * 60 + seconds)?)?
        .checked_add(&TimeDelta::nanoseconds(fraction))
}

fn unit_length(body: &str) -> Option<TimeDelta> {
    let (amount, unit) = split_amount(body)?;
    let scale = match unit {
        "d" | "day" | "days" => SECONDS_A_DAY,
        "h" | "hr" | "hour" | "hours" => 3600.0,
        "m" | "min" | "minute" | "minutes" => 60.0,
        "s" | "sec" | "second" | "seconds" => 1.0,
        "ms" | "milliseconds" => 1e-3,
        "microsecond" | "microseconds" => 1e-6,
        "tick" | "ticks" => 1e-7,
        _ => return None,
    };
    seconds(amount * scale)
}

fn whole(digits: &str) -> Option<i64> {
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if plain { digits.parse().ok() } else { None }
}

fn nanoseconds(digits: &str) -> Option<i64> {
    if digits.len() > 9 {
        return None;
    }
    whole(digits).map(|value| value * 10_i64.pow(9 - digits.len() as u32))
}

fn absolute(text: &str) -> Option<DateTime<Utc>> {
    let begins_with_year = text.get(..4).is_some_and(|year| whole(year).is_some());
    if !begins_with_year {
        return None;
    }
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Some(instant.with_timezone(&Utc));
    }
    let zoneless = text.strip_suffix(['Z', 'z']).unwrap_or(text);
    let date_time = DATE_TIMES
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(zoneless, format).ok())
        .or_else(|| {
            let date = DATES.iter().find_map(|format| NaiveDate::parse_from_str(text, format).ok());
            date.map(|date| date.and_time(NaiveTime::MIN))
        })?;
    Some(date_time.and_utc())
}

type Refusal = (String, &'static str);

fn relative(text: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, Refusal> {
    let help =
        "accepted: `-30m`, `-1.5d`, `-1mon`, `-1d@d`, `now`, `2026-11-20`, `2026-11-20T08:00:00Z`";
    if text.is_empty() {
        return Err(("is empty".to_owned(), help));
    }
    if let Some(days) = number_of_days(text)? {
        return days_from_now(days, now)
            .ok_or_else(|| ("lies outside the years 1 to 9999".to_owned(), help));
    }
    let body = text.strip_prefix("now").unwrap_or(text);
    let (offset, rounding) = match body.split_once('@') {
        Some((offset, rounding)) => (offset, Some(rounding)),
        None => (body, None),
    };
    let moved = if offset.is_empty() {
        now
    } else {
        let (amount, unit) =
            split_amount(offset).ok_or_else(|| ("is not a time".to_owned(), help))?;
        moved_by(now, amount, unit)?
    };
    match rounding {
        None => Ok(moved),
        Some(unit) => rounded_down(moved, unit)
            .ok_or_else(|| (format!("cannot be rounded to `{unit}`"), "units: y mon w d h m s")),
    }
}

/// `-7` and `1.5` are days; `2020` and `20200101` could be years or dates and are refused.
fn number_of_days(text: &str) -> Result<Option<f64>, Refusal> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let numeric = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if !numeric {
        return Ok(None);
    }
    let signed = digits.len() < text.len();
    let long = digits.split('.').next().unwrap_or_default().len() > 3;
    if !signed && long {
        let reason = "may be a date or a number of days".to_owned();
        return Err((reason, "write a date as `2020-01-01`, days as `+2020d`"));
    }
    Ok(digits.parse::<f64>().ok().map(|days| if text.starts_with('-') { -days } else { days }))
}

/// A signed amount and the text behind it.
fn split_amount(text: &str) -> Option<(f64, &str)> {
    let sign = usize::from(text.starts_with(['-', '+']));
    let digits = text[sign..]
        .find(|character: char| !(character.is_ascii_digit() || character == '.'))
        .map_or(text.len(), |end| sign + end);
    let amount: f64 = text[sign..digits].parse().ok()?;
    let unit = text[digits..].trim();
    Some((if text.starts_with('-') { -amount } else { amount }, unit))
}

fn moved_by(now: DateTime<Utc>, amount: f64, unit: &str) -> Result<DateTime<Utc>, Refusal> {
    let length = match unit {
        "y" => return months(now, amount, 12),
        "mon" => return months(now, amount, 1),
        "w" => 7.0 * SECONDS_A_DAY,
        "d" => SECONDS_A_DAY,
        "h" => 3600.0,
        "m" => 60.0,
        "s" => 1.0,
        "" => return Err(("has no unit".to_owned(), "units: y mon w d h m s")),
        other => {
            let similar = UNITS.iter().find(|known| other.to_lowercase().starts_with(**known));
            let reason = match similar {
                // `M` is a month to some and a minute to others.
                Some(known) if other != "M" => {
                    format!("has the unknown unit `{other}`, perhaps `{known}`")
                }
                _ => format!("has the unknown unit `{other}`"),
            };
            return Err((reason, "units: y mon w d h m s"));
        }
    };
    seconds(amount * length)
        .and_then(|length| now.checked_add_signed(length))
        .ok_or_else(|| ("is too far away".to_owned(), "a shorter offset is needed"))
}

fn months(now: DateTime<Utc>, amount: f64, months_each: u32) -> Result<DateTime<Utc>, Refusal> {
    if amount.fract() != 0.0 {
        let reason = "has a fraction of a month or year".to_owned();
        return Err((reason, "months and years are whole; `-45d` counts days"));
    }
    let count = amount.abs() * f64::from(months_each);
    let moved = if count > 200_000.0 {
        None
    } else {
        let count = Months::new(count as u32);
        if amount < 0.0 { now.checked_sub_months(count) } else { now.checked_add_months(count) }
    };
    moved.ok_or_else(|| ("is too far away".to_owned(), "a shorter offset is needed"))
}

fn rounded_down(instant: DateTime<Utc>, unit: &str) -> Option<DateTime<Utc>> {
    let midnight = instant.date_naive().and_time(NaiveTime::MIN).and_utc();
    match unit {
        "y" => midnight.with_day(1)?.with_month(1),
        "mon" => midnight.with_day(1),
        "w" => {
            let since_sunday = instant.weekday().num_days_from_sunday();
            midnight.checked_sub_signed(Duration::days(since_sunday.into()))
        }
        "d" => Some(midnight),
        "h" => instant.with_minute(0)?.with_second(0)?.with_nanosecond(0),
        "m" => instant.with_second(0)?.with_nanosecond(0),
        "s" => instant.duration_trunc(Duration::seconds(1)).ok().or(instant.with_nanosecond(0)),
        _ => None,
    }
}

/// `amount` seconds to the microsecond: a double holds no more of a long span.
fn seconds(amount: f64) -> Option<TimeDelta> {
    let microseconds = (amount * 1e6).round();
    (microseconds.abs() < 9e18).then(|| TimeDelta::microseconds(microseconds as i64))
}

/// `instant`, or `None` outside the years 1 to 9999, which is all that KQL's `datetime` holds.
pub(crate) fn within_years(instant: DateTime<Utc>) -> Option<DateTime<Utc>> {
    (1..=9999).contains(&instant.year()).then_some(instant)
}

fn not_a_time(text: &str, reason: &str, help: &str) -> Diagnostic {
    let shown: String = text.chars().take(SHOWN_CHARACTERS).collect();
    let more = if shown.len() < text.len() { "…" } else { "" };
    Diagnostic::error(BAD_TIME, format!("`{shown}{more}` {reason}"))
        .at(Span::new(0, text.len()))
        .hint(help)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    // A Friday.
    const NOW: &str = "2026-11-20T08:15:30.5Z";

    fn now() -> DateTime<Utc> {
        NOW.parse().unwrap()
    }

    #[test]
    fn every_accepted_spelling_means_one_instant() {
        let table = [
            ("now", "2026-11-20T08:15:30.5Z"),
            (" now ", "2026-11-20T08:15:30.5Z"),
            ("now-1d", "2026-11-19T08:15:30.5Z"),
            ("-30m", "2026-11-20T07:45:30.5Z"),
            ("-90s", "2026-11-20T08:14:00.5Z"),
            ("-1h", "2026-11-20T07:15:30.5Z"),
            ("+1h", "2026-11-20T09:15:30.5Z"),
            ("1h", "2026-11-20T09:15:30.5Z"),
            ("-1d", "2026-11-19T08:15:30.5Z"),
            ("-1.5d", "2026-11-18T20:15:30.5Z"),
            ("-0.5h", "2026-11-20T07:45:30.5Z"),
            ("-2w", "2026-11-06T08:15:30.5Z"),
            ("-0.5w", "2026-11-16T20:15:30.5Z"),
            ("-1mon", "2026-10-20T08:15:30.5Z"),
            ("-12mon", "2025-11-20T08:15:30.5Z"),
            ("+1mon", "2026-12-20T08:15:30.5Z"),
            ("-1y", "2025-11-20T08:15:30.5Z"),
            ("1y", "2027-11-20T08:15:30.5Z"),
            ("-7", "2026-11-13T08:15:30.5Z"),
            ("-1.5", "2026-11-18T20:15:30.5Z"),
            ("0", "2026-11-20T08:15:30.5Z"),
            ("1", "2026-11-21T08:15:30.5Z"),
            ("+2020", "2032-06-01T08:15:30.5Z"),
            ("@s", "2026-11-20T08:15:30Z"),
            ("@m", "2026-11-20T08:15:00Z"),
            ("@h", "2026-11-20T08:00:00Z"),
            ("@d", "2026-11-20T00:00:00Z"),
            ("@w", "2026-11-15T00:00:00Z"),
            ("@mon", "2026-11-01T00:00:00Z"),
            ("@y", "2026-01-01T00:00:00Z"),
            ("now@d", "2026-11-20T00:00:00Z"),
            ("-1h@h", "2026-11-20T07:00:00Z"),
            ("2h@h", "2026-11-20T10:00:00Z"),
            ("-30m@m", "2026-11-20T07:45:00Z"),
            ("-1d@d", "2026-11-19T00:00:00Z"),
            ("1d@d", "2026-11-21T00:00:00Z"),
            ("-1d@mon", "2026-11-01T00:00:00Z"),
            ("-3mon@mon", "2026-08-01T00:00:00Z"),
            ("-1mon@w", "2026-10-18T00:00:00Z"),
            ("-1y@y", "2025-01-01T00:00:00Z"),
            ("-1w@w", "2026-11-08T00:00:00Z"),
            ("2026-11-20", "2026-11-20T00:00:00Z"),
            ("2026/11/20", "2026-11-20T00:00:00Z"),
            ("2024-01-01", "2024-01-01T00:00:00Z"),
            ("2026-11-20 12:30", "2026-11-20T12:30:00Z"),
            ("2026-11-20T12:30", "2026-11-20T12:30:00Z"),
            ("2026-11-20T12:30:15", "2026-11-20T12:30:15Z"),
            ("2026-11-20 12:30:15.25", "2026-11-20T12:30:15.25Z"),
            ("2026-11-20 12:30:15Z", "2026-11-20T12:30:15Z"),
            ("2026-11-20T12:30:15Z", "2026-11-20T12:30:15Z"),
            ("2026-11-20T12:30:15+02:00", "2026-11-20T10:30:15Z"),
            ("2026-11-20T12:30:15.1234567-05:00", "2026-11-20T17:30:15.1234567Z"),
            ("2026-11-20 08:00 UTC", "2026-11-20T08:00:00Z"),
            ("2026-11-20 08:00 utc", "2026-11-20T08:00:00Z"),
            ("2026-11-20 08:00:00 GMT", "2026-11-20T08:00:00Z"),
            ("2026-11-20 08:00 Z", "2026-11-20T08:00:00Z"),
            ("2026-11-20 08:00 +01:00", "2026-11-20T07:00:00Z"),
            ("2026-11-20 08:00:00+01:00", "2026-11-20T07:00:00Z"),
            ("2026-11-20 08:00:00 -0530", "2026-11-20T13:30:00Z"),
            ("2026-11-20T08:00:00+01", "2026-11-20T07:00:00Z"),
            ("2026-11-20T08:00+01:00", "2026-11-20T07:00:00Z"),
            ("2026-11-20  08:00:00.250 +01:00", "2026-11-20T07:00:00.25Z"),
            ("2026-11-20 08:00:00,250", "2026-11-20T08:00:00.25Z"),
            ("2026/11/20 08:00 UTC", "2026-11-20T08:00:00Z"),
            ("2026-11-20 8:00 PM", "2026-11-20T20:00:00Z"),
            ("2026-11-20 12:05am", "2026-11-20T00:05:00Z"),
            ("20 Nov 2026", "2026-11-20T00:00:00Z"),
            ("20 Nov 2026 08:00", "2026-11-20T08:00:00Z"),
            ("20 november 2026 08:00:01 UTC", "2026-11-20T08:00:01Z"),
            ("1 Sept. 2026", "2026-09-01T00:00:00Z"),
            ("20-Nov-2026 08:00", "2026-11-20T08:00:00Z"),
            ("20-Nov-2026", "2026-11-20T00:00:00Z"),
            ("Nov 20, 2026", "2026-11-20T00:00:00Z"),
            ("November 20th, 2026", "2026-11-20T00:00:00Z"),
            ("Nov 20, 2026 8:00 PM", "2026-11-20T20:00:00Z"),
            ("Nov 20,2026, 8:00:30 pm", "2026-11-20T20:00:30Z"),
            ("Nov 20, 2026, 8:00:30\u{202f}AM", "2026-11-20T08:00:30Z"),
            ("12 Nov 2026 12:00 PM", "2026-11-12T12:00:00Z"),
            ("Fri, 20 Nov 2026 08:00:00 +0100", "2026-11-20T07:00:00Z"),
            ("Fri, 20 Nov 2026 08:00:00 +0100 (CET)", "2026-11-20T07:00:00Z"),
            ("Fri, 20 Nov 2026 08:00:00 GMT", "2026-11-20T08:00:00Z"),
            ("Fri Nov 20 08:00:00 2026", "2026-11-20T08:00:00Z"),
            ("Fri Nov 20 08:00:00 UTC 2026", "2026-11-20T08:00:00Z"),
            ("Friday, November 20, 2026 8:00 AM", "2026-11-20T08:00:00Z"),
            ("Fri Nov 20 2026 08:00:00 GMT+0100 (CET)", "2026-11-20T07:00:00Z"),
            // Eastwards of UTC, the day that the weekday names is the local one.
            ("Fri, 20 Nov 2026 00:30:00 +0200", "2026-11-19T22:30:00Z"),
            ("20/Nov/2026:08:00:00 +0100", "2026-11-20T07:00:00Z"),
            ("20/Nov/2026:08:00:00", "2026-11-20T08:00:00Z"),
            ("20/Nov/2026 08:00", "2026-11-20T08:00:00Z"),
            ("20261120T080000Z", "2026-11-20T08:00:00Z"),
            ("20261120T080000", "2026-11-20T08:00:00Z"),
            ("20261120T080000.5Z", "2026-11-20T08:00:00.5Z"),
            ("20261120T0800Z", "2026-11-20T08:00:00Z"),
            ("20261120T080000+0100", "2026-11-20T07:00:00Z"),
            ("20261120080000.0Z", "2026-11-20T08:00:00Z"),
            ("epoch:1732089600", "2024-11-20T08:00:00Z"),
            ("epoch: 1732089600", "2024-11-20T08:00:00Z"),
            ("epoch:1732089600s", "2024-11-20T08:00:00Z"),
            ("epoch:1732089600.25", "2024-11-20T08:00:00.25Z"),
            ("epoch:1732089600250ms", "2024-11-20T08:00:00.25Z"),
            ("epoch:1732089600250000us", "2024-11-20T08:00:00.25Z"),
            ("epoch:1732089600250000000ns", "2024-11-20T08:00:00.25Z"),
            ("epoch:0", "1970-01-01T00:00:00Z"),
            ("epoch:-1", "1969-12-31T23:59:59Z"),
            ("today", "2026-11-20T00:00:00Z"),
            ("Yesterday", "2026-11-19T00:00:00Z"),
            ("tomorrow", "2026-11-21T00:00:00Z"),
            ("yesterday 08:00", "2026-11-19T08:00:00Z"),
            ("today 08:00 +01:00", "2026-11-20T07:00:00Z"),
        ];
        for (text, expected) in table {
            let expected: DateTime<Utc> = expected.parse().unwrap();
            assert_eq!(parse_time(text, now()).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn a_month_before_a_long_month_ends_is_its_last_day() {
        let end_of_march: DateTime<Utc> = "2026-03-31T12:00:00Z".parse().unwrap();
        let month_ago = parse_time("-1mon", end_of_march).unwrap();
        assert_eq!(month_ago, "2026-02-28T12:00:00Z".parse::<DateTime<Utc>>().unwrap());
        let leap_day: DateTime<Utc> = "2028-02-29T00:00:00Z".parse().unwrap();
        let year_ago = parse_time("-1y", leap_day).unwrap();
        assert_eq!(year_ago, "2027-02-28T00:00:00Z".parse::<DateTime<Utc>>().unwrap());
    }

    #[test]
    fn anything_else_is_an_error_that_helps() {
        for text in [
            "",
            "last week",
            "01/02/2026",
            "20/11/2026",
            "1.2.2026",
            "01-02-26",
            "26-11-20",
            "01/02/2026 08:00",
            "01/02/2026, 8:00:00 PM",
            "2026-11-20 08:00 EST",
            "Sat, 20 Nov 2026 08:00:00 +0100",
            "20 Nov",
            "20 Nov 26",
            "20/Nov/26",
            "Nov 2026",
            "31 Nov 2026",
            "20 Nov 2026 8",
            "20 Nov 2026 13:00 PM",
            "20 Nov 2026 0:30 AM",
            "20 Nov 2026 AM",
            "20 Nov 2026 +0100",
            "20 Nov 2026 08:00 09:00",
            "20 20 Nov 2026",
            "2026-11-20 2026-11-20",
            "2026-11-20 08:00 +25:00",
            "2026-11-20 -10:00 -10:00",
            "today yesterday",
            "08:00",
            "Fri",
            "Nov",
            "20261120",
            "20261120T2500Z",
            "20261120080000",
            "1732089600",
            "epoch:",
            "epoch:now",
            "epoch:1732089600000",
            "epoch:17320896000000000000000000000000000000000000000000",
            "epoch:1.0001ns",
            "epoch:1732089600h",
            "@1732089600",
            "2020",
            "20200101",
            "-1.5mon",
            "-0.5y",
            "-1days",
            "-1M",
            "-1D",
            "--1d",
            "-d",
            "1d@",
            "1d@days",
            "-1d@d@d",
            "-1d-1h",
            "2026-13-01",
            "2026-02-30",
            "2026-11-20T25:00:00Z",
            "nowish",
            "-99999999999999d",
            "-9999y",
            "-1e5d",
            "1.2.3d",
            "-\u{661}d",
            "NaN",
            "inf",
            "-30m | union Secret",
            "- 30m",
        ] {
            let error = parse_time(text, now()).unwrap_err();
            assert_eq!(error.code, "QRY0106", "{text}");
            assert!(!error.hints.is_empty(), "{text}");
        }
    }

    #[test]
    fn a_refusal_says_what_is_in_doubt() {
        for (text, hint) in [
            ("01/02/2026", "write `2026-02-01` or `1 Feb 2026`"),
            ("2026-11-20 08:00 EST", "write the zone as `+01:00` or `UTC`"),
            (
                "epoch:1732089600000",
                "a number without a unit is seconds; milliseconds are `epoch:1732089600250ms`",
            ),
            ("Sat, 20 Nov 2026", "leave the weekday out, or correct the date"),
        ] {
            assert_eq!(parse_time(text, now()).unwrap_err().hints, [hint], "{text}");
        }
    }

    #[test]
    fn a_long_text_is_cut_in_the_message() {
        let message = parse_time(&"é".repeat(1_000_000), now()).unwrap_err().message;
        assert!(message.len() < 300);
    }

    #[test]
    fn a_unit_written_out_names_the_short_one() {
        assert!(parse_time("-1days", now()).unwrap_err().message.contains("perhaps `d`"));
        assert!(parse_time("-1month", now()).unwrap_err().message.contains("perhaps `mon`"));
    }

    #[test]
    fn timespans_are_read_in_units_and_as_clocks() {
        let table = [
            ("90m", TimeDelta::minutes(90)),
            ("1d", TimeDelta::days(1)),
            ("1.5h", TimeDelta::minutes(90)),
            ("250ms", TimeDelta::milliseconds(250)),
            ("-2h", TimeDelta::hours(-2)),
            ("1.02:03:04.5", TimeDelta::milliseconds(93_784_500)),
            ("02:03", TimeDelta::minutes(123)),
        ];
        for (text, expected) in table {
            assert_eq!(parse_timespan(text), Some(expected), "{text}");
        }
        for text in ["", "d", "1", "1 fortnight", "25:00", "1:2:3:4", "--1d", "1d)", "1.2.3d"] {
            assert_eq!(parse_timespan(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC*") {
            let _ = parse_time(&text, now());
            let _ = parse_timespan(&text);
        }

        #[test]
        fn no_words_of_times_panic(text in "((today|Fri,?|Nov|2026|20(th)?|2026-11-20|20/Nov/2026|[0-9]{1,3}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,12})?)?|[ap]m|[+-][0-9:]{1,6}|utc|Z|T|epoch:|[0-9]{1,30}|(ms|us|ns)|\\(x\\)|:|é)[ ,:T]?){0,8}") {
            let _ = parse_time(&text, now());
        }

        #[test]
        fn every_instant_is_read_back_from_every_way_to_write_it(seconds in -62_135_596_800_i64..253_402_300_799) {
            let instant = DateTime::from_timestamp(seconds, 0).unwrap();
            for format in [
                "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S UTC", "%d %b %Y %H:%M:%S", "%B %d, %Y %I:%M:%S %p",
                "%a, %d %b %Y %H:%M:%S +0000", "%d/%b/%Y:%H:%M:%S +0000", "%Y%m%dT%H%M%SZ",
                "%a %b %d %H:%M:%S %Y", "epoch:%s",
            ] {
                let text = instant.format(format).to_string();
                prop_assert_eq!(parse_time(&text, now()).unwrap(), instant, "{}", text);
            }
        }

        #[test]
        fn no_offset_panics(text in "[-+]?[0-9.]{0,20}(y|mon|w|d|h|m|s)(@(y|mon|w|d|h|m|s))?") {
            let _ = parse_time(&text, now());
            let _ = parse_timespan(&text);
        }
    }
}
