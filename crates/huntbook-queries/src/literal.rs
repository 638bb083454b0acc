//! How values are written in KQL.

use std::fmt::Write as _;

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use huntbook_kql_syntax::{Quote, quote_string};

const TICKS_A_SECOND: i64 = 10_000_000;

/// An instant in RFC 3339, UTC, to KQL's 100 nanoseconds, without trailing zeros.
pub(crate) fn datetime_text(instant: DateTime<Utc>) -> String {
    let ticks = (instant.nanosecond() / 100) % 10_000_000;
    let fraction = fraction_text(i64::from(ticks));
    format!("{}{fraction}Z", instant.format("%Y-%m-%dT%H:%M:%S"))
}

/// A length of time as `d.hh:mm:ss.fffffff`, without trailing zeros.
pub(crate) fn timespan_text(length: TimeDelta) -> String {
    let sign = if length < TimeDelta::zero() { "-" } else { "" };
    let seconds = length.num_seconds().unsigned_abs();
    let ticks = length.subsec_nanos().unsigned_abs() / 100;
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let (hours, minutes, seconds) = (rest / 3600, rest / 60 % 60, rest % 60);
    let fraction = fraction_text(i64::from(ticks));
    let mut text = String::from(sign);
    if days > 0 {
        let _ = write!(text, "{days}.");
    }
    let _ = write!(text, "{hours:02}:{minutes:02}:{seconds:02}{fraction}");
    text
}

fn fraction_text(ticks: i64) -> String {
    debug_assert!(ticks < TICKS_A_SECOND);
    if ticks == 0 {
        return String::new();
    }
    format!(".{ticks:07}").trim_end_matches('0').to_owned()
}

/// `value` as it stands between the quotes of a plain literal.
pub(crate) fn inside_plain(value: &str, quote: Quote) -> String {
    let quoted = quote_string(value);
    // Double quotes stay escaped inside single ones: the escape means the same there.
    let inside =
        quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default();
    match quote {
        Quote::Single => inside.replace('\'', "\\'"),
        Quote::Double | Quote::Backticks | Quote::Tildes => inside.to_owned(),
    }
}

/// `value` as it stands between the quotes of a verbatim literal; `None` where it holds a line end, which
/// such a literal has no way to write.
pub(crate) fn inside_verbatim(value: &str, quote: Quote) -> Option<String> {
    let one_line = !value.contains(['\n', '\r', '\u{2028}', '\u{2029}']);
    one_line.then(|| value.replace(quote.text(), &quote.text().repeat(2)))
}

/// `value` as it stands in a comment: on one line.
pub(crate) fn inside_comment(value: &str) -> String {
    value.replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_keep_seven_digits() {
        let instant: DateTime<Utc> = "2026-11-20T00:00:00.123456789Z".parse().unwrap();
        assert_eq!(datetime_text(instant), "2026-11-20T00:00:00.1234567Z");
        let even: DateTime<Utc> = "2026-11-20T00:00:00.5Z".parse().unwrap();
        assert_eq!(datetime_text(even), "2026-11-20T00:00:00.5Z");
    }

    #[test]
    fn timespans_are_clocks() {
        assert_eq!(timespan_text(TimeDelta::minutes(90)), "01:30:00");
        assert_eq!(timespan_text(TimeDelta::milliseconds(-93_784_500)), "-1.02:03:04.5");
    }
}
