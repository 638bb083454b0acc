//! What a query may take, as people write it.

use std::time::Duration;

use huntbook_drivers::{Bytes, Limits};
use huntbook_queries::parse_timespan;

use crate::HuntbookError;

/// The limits of a query: `memory` as `2 GB` or a number of bytes, `time` as `30s` or `5m`, and how many rows its
/// answer may have; `None` for no limit.
///
/// # Errors
///
/// [`HuntbookError::Config`] where a text says no amount, or none above zero.
pub fn limits(
    memory: Option<&str>,
    time: Option<&str>,
    rows: Option<usize>,
) -> Result<Limits, HuntbookError> {
    let memory = memory.map(str::parse::<Bytes>).transpose();
    let memory = memory
        .map_err(|error| HuntbookError::Config { message: error.to_string(), hints: Vec::new() })?;
    let time = time.map(duration).transpose()?;
    Ok(Limits { memory: memory.map(|memory| memory.0), time, rows })
}

fn duration(text: &str) -> Result<Duration, HuntbookError> {
    let length = parse_timespan(text).and_then(|length| length.to_std().ok());
    length.filter(|length| !length.is_zero()).ok_or_else(|| HuntbookError::Config {
        message: format!("`{text}` is no length of time"),
        hints: vec!["write `30s`, `5m` or `1h`".into()],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_as_people_write_them() {
        let read = limits(Some("1.5 GB"), Some("90s"), Some(7)).unwrap();
        assert_eq!(read.memory, Some(1_500_000_000));
        assert_eq!(read.time, Some(Duration::from_secs(90)));
        assert_eq!(read.rows, Some(7));
        assert_eq!(limits(None, None, None).unwrap(), Limits::default());
    }

    #[test]
    fn what_is_no_limit_is_refused_with_what_would_help() {
        for time in ["", "soon", "-5s", "0s", "5", "5 parsecs"] {
            let error = limits(None, Some(time), None).unwrap_err().to_string();
            assert!(error.contains("is no length of time") && error.contains("30s"), "{error}");
        }
        let error = limits(Some("much"), None, None).unwrap_err().to_string();
        assert!(error.contains("`much` is no amount of memory"), "{error}");
    }
}
