//! Which zone a recording's clock was in.
//!
//! Recorders often write local time without a zone beside a time in UTC. The difference between the two,
//! taken over many records, is the offset of the recording; without such a pair, local time counts as UTC.

use std::borrow::Cow;

use hashbrown::HashMap;

use super::super::record::Record;
use super::super::value::Value;
use super::WindowsEvent;

const SECOND: i64 = 1_000_000_000;
/// Offsets of zones are multiples of a quarter of an hour.
const STEP: i64 = 15 * 60 * SECOND;
/// The two times of one record are at most this far from a whole number of steps.
const SLACK: i64 = 5 * 60 * SECOND;
/// The farthest zone from UTC.
const FARTHEST: i64 = 14 * 3600 * SECOND;

/// Pairs of a time without a zone and one in UTC, best evidence first.
const PAIRS: [(&str, &str); 5] = [
    ("TimeCreated", "UtcTime"),
    ("EventTime", "UtcTime"),
    ("EventReceivedTime", "@timestamp"),
    ("EventTime", "@timestamp"),
    ("TimeCreated", "@timestamp"),
];

/// How many records are enough to tell.
const ENOUGH: usize = 500;

/// Turns the times of one recording into UTC.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in super::super) struct Clock {
    /// Nanoseconds to add to a time without a zone.
    offset: i64,
}

/// The votes of records on a recording's offset.
#[derive(Debug, Default)]
pub(in super::super) struct Votes {
    votes: HashMap<(usize, i64), usize>,
    records: usize,
}

impl Clock {
    /// Starts to find out a recording's zone.
    pub(in super::super) fn votes() -> Votes {
        Votes::default()
    }

    /// What was done to times without a zone, in words; `None` where nothing was.
    pub(in super::super) fn describe(self) -> Option<String> {
        let hours = self.offset as f64 / (3600 * SECOND) as f64;
        (self.offset != 0).then(|| {
            format!(
                "times without a zone were moved by {hours:+} h, as the record's times in UTC say"
            )
        })
    }

    /// `value` in UTC. Sysmon's `UtcTime` is UTC whatever the recorder's clock.
    pub(super) fn to_utc(self, name: &str, value: &Value<'_>) -> Option<i64> {
        let moment = value.as_moment()?;
        let offset = if moment.zoned || name == "UtcTime" { 0 } else { self.offset };
        moment.nanoseconds?.checked_add(offset)
    }
}

impl Votes {
    /// Whether further records would not change the outcome.
    pub(in super::super) const fn are_enough(&self) -> bool {
        self.records >= ENOUGH
    }

    pub(in super::super) fn add(&mut self, record: &Record<'_>) {
        self.records += 1;
        let event = WindowsEvent::read(record);
        let time = |name: &str| {
            let text: Cow<'_, str> =
                event.envelope.get(name).or_else(|| event.data.get(name))?.as_text()?;
            super::super::timestamp::parse_iso(&text)
        };
        for (rank, (local, utc)) in PAIRS.into_iter().enumerate() {
            if let (Some(local), Some(utc)) = (time(local), time(utc))
                && !local.zoned
                && let (Some(local), Some(utc)) = (local.nanoseconds, utc.nanoseconds)
                && let Some(offset) = whole_steps(utc.saturating_sub(local))
            {
                *self.votes.entry((rank, offset)).or_default() += 1;
                return;
            }
        }
    }

    /// The offset that most records of the best kind of evidence agree on.
    pub(in super::super) fn clock(self) -> Clock {
        let best = self.votes.keys().map(|(rank, _)| *rank).min();
        let offset = self
            .votes
            .into_iter()
            .filter(|((rank, _), _)| Some(*rank) == best)
            .max_by_key(|((_, offset), count)| (*count, std::cmp::Reverse(offset.abs()), *offset))
            .map_or(0, |((_, offset), _)| offset);
        Clock { offset }
    }
}

fn whole_steps(difference: i64) -> Option<i64> {
    let offset = (difference.saturating_add(STEP / 2)).div_euclid(STEP) * STEP;
    let near = difference.saturating_sub(offset).abs() <= SLACK;
    (near && offset.abs() <= FARTHEST).then_some(offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(records: &[&[(&'static str, &'static str)]]) -> Clock {
        let mut votes = Clock::votes();
        for fields in records {
            let record = fields
                .iter()
                .map(|(name, text)| (Cow::Borrowed(*name), Value::text(*text)))
                .collect();
            votes.add(&record);
        }
        votes.clock()
    }

    #[test]
    fn the_offset_is_that_between_local_time_and_utc() {
        let recorded = clock(&[&[
            ("EventTime", "2020-09-20 12:16:06"),
            ("EventReceivedTime", "2020-09-20 12:16:09"),
            ("@timestamp", "2020-09-20T16:16:09.362Z"),
        ]]);
        assert_eq!(recorded.offset, 4 * 3600 * SECOND);
        let sysmon = clock(&[
            &[("TimeCreated", "2020-10-19 03:30:42.058"), ("UtcTime", "2020-10-19 07:30:42.056")],
            &[("TimeCreated", "2020-10-19 03:30:43.058")],
        ]);
        assert_eq!(sysmon.offset, 4 * 3600 * SECOND);
    }

    #[test]
    fn without_evidence_local_time_is_utc() {
        assert_eq!(clock(&[&[("EventTime", "2020-09-20 12:16:06")]]), Clock::default());
        let replayed =
            [("EventTime", "2019-09-20 12:16:06"), ("@timestamp", "2020-09-20T16:16:09.362Z")];
        assert_eq!(clock(&[&replayed]), Clock::default());
    }

    #[test]
    fn a_time_with_a_zone_is_left_alone() {
        let clock = Clock { offset: 4 * 3600 * SECOND };
        let utc = |text: &'static str| clock.to_utc("TimeCreated", &Value::text(text));
        assert_eq!(utc("2020-09-20T16:16:06Z"), utc("2020-09-20 12:16:06"));
    }
}
