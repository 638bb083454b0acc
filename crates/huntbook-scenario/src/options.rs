//! What to generate: seed, size and time range.

use chrono::{DateTime, TimeDelta, Utc};

use crate::ScenarioError;

/// What to generate. Equal options give equal logs on every machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Chooses the company's people and hosts, the intruder's addresses and names, and all chance.
    pub seed: u64,
    /// Rows of ordinary life over all tables; the intrusion's few hundred rows come on top.
    pub rows: u64,
    /// The end of the time range, itself outside it.
    pub end: DateTime<Utc>,
    /// The length of the time range in days of 24 hours, 1 to 3660.
    pub days: u32,
}

impl Default for Options {
    /// Seed 7, 200 000 rows, the seven days before 2026-11-20 00:00 UTC.
    fn default() -> Self {
        Self {
            seed: 7,
            rows: 200_000,
            end: DateTime::from_timestamp(1_795_132_800, 0).expect("a date within range"),
            days: 7,
        }
    }
}

impl Options {
    /// The first moment of the time range.
    #[must_use]
    pub fn start(&self) -> DateTime<Utc> {
        self.end - TimeDelta::days(i64::from(self.days))
    }

    /// Checks that the range is one that can be generated.
    pub(crate) fn validate(&self) -> Result<(), ScenarioError> {
        if !(1..=3660).contains(&self.days) {
            return Err(ScenarioError::Days { days: self.days });
        }
        // Nanoseconds in 64 bits reach from 1677 to 2262.
        let year_of = |moment: DateTime<Utc>| chrono::Datelike::year(&moment);
        let start = self.end.checked_sub_signed(TimeDelta::days(i64::from(self.days)));
        if start.is_none_or(|start| year_of(start) < 1700) || year_of(self.end) > 2200 {
            return Err(ScenarioError::End { end: self.end });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_range_is_the_week_before_the_twentieth_of_november() {
        let options = Options::default();
        assert_eq!(options.end.to_rfc3339(), "2026-11-20T00:00:00+00:00");
        assert_eq!(options.start().to_rfc3339(), "2026-11-13T00:00:00+00:00");
    }

    #[test]
    fn a_range_of_no_days_is_refused() {
        let refused = Options { days: 0, ..Options::default() }.validate();
        assert!(matches!(refused, Err(ScenarioError::Days { days: 0 })));
    }
}
