//! Dates of the civil (proleptic Gregorian) calendar, and days since 1970-01-01.

/// A date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Date {
    pub(crate) year: i64,
    /// 1 to 12.
    pub(crate) month: u32,
    /// 1 to the length of the month.
    pub(crate) day: u32,
}

/// Days of 400 years, after which the calendar repeats itself.
const DAYS_OF_ERA: i64 = 146_097;

/// Days from 0000-03-01, where eras begin here, to 1970-01-01.
const DAYS_TO_EPOCH: i64 = 719_468;

/// Days before each month of a year that begins in March.
const DAYS_BEFORE: [i64; 12] = [0, 31, 61, 92, 122, 153, 184, 214, 245, 275, 306, 337];

impl Date {
    /// The date, if there is one.
    pub(crate) fn new(year: i64, month: u32, day: u32) -> Option<Self> {
        let is_date = (1..=12).contains(&month) && day >= 1 && day <= days_of_month(year, month);
        is_date.then_some(Self { year, month, day })
    }

    /// Days since 1970-01-01.
    pub(crate) fn days(self) -> i64 {
        // A year that begins in March has its leap day, if any, at its end.
        let months = (self.month + 9) % 12;
        let year = self.year - i64::from(self.month < 3);
        let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let before_year = 365 * of_era + of_era / 4 - of_era / 100;
        let of_year = DAYS_BEFORE[months as usize] + i64::from(self.day) - 1;
        era * DAYS_OF_ERA + before_year + of_year - DAYS_TO_EPOCH
    }

    /// The date so many days after 1970-01-01.
    pub(crate) fn of_days(days: i64) -> Self {
        let days = days + DAYS_TO_EPOCH;
        let (era, of_era) = (days.div_euclid(DAYS_OF_ERA), days.rem_euclid(DAYS_OF_ERA));
        // A first guess that is at most one year too late.
        let mut year = (of_era / 365).min(399);
        while 365 * year + year / 4 - year / 100 > of_era {
            year -= 1;
        }
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let months = DAYS_BEFORE.partition_point(|before| *before <= of_year) - 1;
        let month = (months as u32 + 2) % 12 + 1;
        let day = (of_year - DAYS_BEFORE[months]) as u32 + 1;
        Self { year: era * 400 + year + i64::from(month < 3), month, day }
    }
}

fn days_of_month(year: i64, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_dates_have_their_known_days() {
        for (year, month, day, days) in [
            (1970, 1, 1, 0),
            (1969, 12, 31, -1),
            (2000, 2, 29, 11_016),
            (2000, 3, 1, 11_017),
            (2026, 11, 24, 20_781),
            (1601, 1, 1, -134_774),
            (1, 1, 1, -719_162),
            (9999, 12, 31, 2_932_896),
        ] {
            let date = Date::new(year, month, day).unwrap();
            assert_eq!((date.days(), Date::of_days(days)), (days, date));
        }
    }

    #[test]
    fn every_day_of_four_eras_follows_the_day_before() {
        let mut last = Date::of_days(-800_001);
        for days in -800_000..-200_000 {
            let date = Date::of_days(days);
            assert_eq!(date.days(), days);
            let next = Date::new(last.year, last.month, last.day + 1)
                .or_else(|| Date::new(last.year, last.month + 1, 1))
                .or_else(|| Date::new(last.year + 1, 1, 1));
            assert_eq!(next, Some(date));
            last = date;
        }
    }

    #[test]
    fn days_that_no_month_has_are_no_date() {
        for (year, month, day) in
            [(2023, 2, 29), (1900, 2, 29), (2024, 13, 1), (2024, 0, 1), (2024, 4, 31), (2024, 1, 0)]
        {
            assert_eq!(Date::new(year, month, day), None);
        }
    }
}
