//! The calendar: when the company is busy.
//!
//! The range is cut into slots of ten minutes, each with a weight: people by their working hours,
//! machines the same all day. A *position* is a point on the running total of these weights; rows
//! that are spread evenly over positions are spread over time as a company's logs are.

use chrono::{DateTime, Datelike, TimeDelta, Timelike, Utc, Weekday};

/// Windows counts time in ticks of 100 ns.
const TICKS_PER_SLOT: u64 = 600 * 10_000_000;

/// How busy people are in each hour (UTC) of a working day.
const WORKING_DAY: [u64; 24] =
    [2, 1, 1, 1, 1, 3, 10, 36, 78, 98, 100, 92, 68, 78, 96, 94, 86, 62, 30, 18, 12, 8, 5, 3];

/// How busy people are in each hour of a weekend day.
const DAY_OFF: [u64; 24] = [1, 1, 1, 0, 0, 1, 1, 2, 4, 6, 7, 7, 6, 6, 6, 5, 5, 5, 5, 5, 5, 4, 3, 2];

/// How busy machines are in every hour.
const MACHINES: u64 = 34;

/// When the company is busy.
#[derive(Debug)]
pub(crate) struct Calendar {
    start: DateTime<Utc>,
    /// The running total of the slots' weights; the first is 0.
    totals: Vec<u64>,
}

impl Calendar {
    /// The calendar of `days` days from `start`.
    pub(crate) fn new(start: DateTime<Utc>, days: u32) -> Self {
        let slots = i64::from(days) * 144;
        let mut totals = vec![0];
        let mut total = 0;
        for slot in 0..slots {
            total += people_at(start + TimeDelta::minutes(10 * slot)) + MACHINES;
            totals.push(total);
        }
        Self { start, totals }
    }

    /// The moment of row `row` of `rows`.
    pub(crate) fn moment(&self, row: u64, rows: u64) -> DateTime<Utc> {
        let total = self.totals.last().copied().unwrap_or(0);
        // 2^20 parts of a weight keep rows of one slot apart.
        let fine = (u128::from(row) * (u128::from(total) << 20)) / u128::from(rows.max(1));
        let whole = (fine >> 20) as u64;
        let slot = self.totals.partition_point(|&before| before <= whole).saturating_sub(1);
        let slot = slot.min(self.totals.len().saturating_sub(2));
        let weight = self.totals.get(slot + 1).map_or(1, |next| next - self.totals[slot]).max(1);
        let into = fine - (u128::from(self.totals[slot]) << 20);
        let ticks = (into * u128::from(TICKS_PER_SLOT) / (u128::from(weight) << 20)) as i64;
        self.start + TimeDelta::minutes(10 * slot as i64) + TimeDelta::nanoseconds(ticks * 100)
    }
}

/// The share, out of a thousand, of what happens at `time` that people do.
pub(crate) fn people_share(time: DateTime<Utc>) -> u64 {
    let people = people_at(time);
    people * 1000 / (people + MACHINES)
}

/// Whether `time` lies on a Monday to Friday.
pub(crate) fn is_working_day(time: DateTime<Utc>) -> bool {
    !matches!(time.weekday(), Weekday::Sat | Weekday::Sun)
}

/// Whether `time` lies in the window in which backups and scans run.
pub(crate) fn is_night(time: DateTime<Utc>) -> bool {
    matches!(time.hour(), 22..24 | 0..4)
}

fn people_at(time: DateTime<Utc>) -> u64 {
    let hours = if is_working_day(time) { &WORKING_DAY } else { &DAY_OFF };
    hours[time.hour() as usize]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Options;

    #[test]
    fn moments_rise_and_stay_in_the_range() {
        let options = Options::default();
        let calendar = Calendar::new(options.start(), options.days);
        let moments: Vec<_> = (0..10_000).map(|row| calendar.moment(row, 10_000)).collect();
        assert!(moments.is_sorted());
        assert_eq!(moments[0], options.start());
        assert!(moments[9_999] < options.end);
        assert_eq!(calendar.moment(10_000, 10_000), options.end);
    }

    #[test]
    fn a_working_hour_is_busier_than_a_night_hour_and_than_a_sunday_hour() {
        let options = Options::default();
        let calendar = Calendar::new(options.start(), options.days);
        let count = |day: u32, hour: u32| {
            (0..100_000)
                .map(|row| calendar.moment(row, 100_000))
                .filter(|moment| moment.day() == day && moment.hour() == hour)
                .count()
        };
        assert!(count(17, 10) > 3 * count(17, 3));
        assert!(count(17, 10) > 3 * count(15, 10));
    }
}
