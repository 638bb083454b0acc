//! Times: all are moved into the past by one secret number of weeks of the realm.
//!
//! # Brief overview
//!
//! The *offset* is a whole number of weeks, from 26 to 520, so intervals, order, the day of the week and
//! the time of day stay. One event whose true time is known tells it.
//!
//! | form | what happens |
//! |---|---|
//! | text with a date ([`TimeText`]) | the date moves, all else is copied; in the zone that the text has |
//! | text without a year (syslog) | the day moves round a year of 365 days; `Feb 29` becomes a token |
//! | epoch numbers of 1990 to 2100 | seconds, milli-, micro-, nanoseconds or 100 ns since 1601, by size |
//! | `Timestamp`, `Date` arrays | the instant moves, so clocks of a zone with summer time may differ by an hour |
//!
//! A text whose year would leave 0001 to 9999 becomes a token. Arrow times move round the range of their
//! type: those within the offset of its earliest come out at its latest. In arrays of numbers zero stays,
//! since it says that there is no time, and what is no epoch number becomes null.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{
    ArrowPrimitiveType, DataType, Date32Type, Date64Type, Float64Type, Int64Type, TimeUnit,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt64Type,
};
use arrow::error::ArrowError;

use crate::civil::Date;
use crate::ff1::Direction;
use crate::string::StringTokens;
use crate::time_text::{Day, PLAIN_YEAR, TimeText};
use crate::transform::{NEVER, Texts, Transform, is_placeholder};

const FEWEST_WEEKS: u64 = 26;
const MOST_WEEKS: u64 = 520;
const DAYS_OF_WEEK: i64 = 7;
const SECONDS_OF_DAY: i64 = 86_400;
const DAYS_OF_YEAR: i64 = 365;

/// The first second of 1990 and of 2101.
const EPOCH_SECONDS: (i64, i64) = (631_152_000, 4_133_980_800);

/// Ways to count time: how many units a second has, and how many seconds before 1970 the count begins.
///
/// The numbers of one unit, moved or not, are no numbers of another.
const EPOCH_UNITS: [(i64, i64); 5] =
    [(1, 0), (1_000, 0), (1_000_000, 0), (10_000_000, 11_644_473_600), (1_000_000_000, 0)];

/// Times, as text and as arrays.
pub(crate) struct Timestamps {
    weeks: i64,
    strings: Arc<StringTokens>,
}

impl Timestamps {
    /// The offset is taken from `key`.
    pub(crate) fn new(key: &[u8; 16], strings: Arc<StringTokens>) -> Self {
        let number = u128::from_be_bytes(*key) % u128::from(MOST_WEEKS - FEWEST_WEEKS + 1);
        Self { weeks: (FEWEST_WEEKS + number as u64) as i64, strings }
    }

    /// The image of the time or epoch number that all of `text` is.
    pub(crate) fn shift_text(&self, text: &str, direction: Direction) -> Option<String> {
        if let Some(time) = TimeText::whole(text) {
            return time.spell(text, self.shift_day(time.day, direction));
        }
        self.shift_epoch_text(text, direction)
    }

    fn days(&self, direction: Direction) -> i64 {
        match direction {
            Direction::Forth => -self.weeks * DAYS_OF_WEEK,
            Direction::Back => self.weeks * DAYS_OF_WEEK,
        }
    }

    fn seconds(&self, direction: Direction) -> i64 {
        self.days(direction) * SECONDS_OF_DAY
    }

    fn shift_day(&self, day: Day, direction: Direction) -> Date {
        match day {
            Day::Date(date) => Date::of_days(date.days() + self.days(direction)),
            Day::OfYear(date) => {
                let start = Date { year: PLAIN_YEAR, month: 1, day: 1 }.days();
                // A whole number of years would move nothing.
                let is_year = self.days(direction) % DAYS_OF_YEAR == 0;
                let week = if is_year { self.days(direction).signum() * DAYS_OF_WEEK } else { 0 };
                let of_year = date.days() - start + self.days(direction) + week;
                Date::of_days(start + of_year.rem_euclid(DAYS_OF_YEAR))
            }
        }
    }

    /// Epoch digits, the seconds with or without a fraction.
    fn shift_epoch_text(&self, text: &str, direction: Direction) -> Option<String> {
        let (digits, fraction) = text.find('.').map_or((text, ""), |dot| text.split_at(dot));
        let is_plain =
            |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let has_plain_fraction = fraction.is_empty() || is_plain(&fraction[1..]);
        let is_number = is_plain(digits) && digits.len() <= 19 && !digits.starts_with('0');
        (is_number && has_plain_fraction).then_some(())?;
        let number = self.shift_epoch(digits.parse().ok()?, direction)?;
        Some(format!("{number}{fraction}"))
    }

    /// The image of an epoch number; `None` if it is none.
    fn shift_epoch(&self, number: i64, direction: Direction) -> Option<i64> {
        let seconds = self.seconds(direction);
        EPOCH_UNITS.iter().find_map(|(per_second, before)| {
            let image = number.checked_add(seconds.checked_mul(*per_second)?)?;
            let original = if direction == Direction::Forth { number } else { image };
            let since_1970 = original.div_euclid(*per_second) - before;
            (EPOCH_SECONDS.0..EPOCH_SECONDS.1).contains(&since_1970).then_some(image)
        })
    }

    fn shift_float(&self, number: f64, direction: Direction) -> Option<f64> {
        // Beyond 2^53 floats are a multiple of a power of two, and so is the offset in such small units.
        let whole = number.floor();
        (whole.abs() < 9e18).then_some(())?;
        let whole_image = self.shift_epoch(whole as i64, direction)?;
        Some(number + (whole_image - whole as i64) as f64)
    }

    fn array(&self, array: &ArrayRef, direction: Direction) -> Option<ArrayRef> {
        let seconds = self.seconds(direction);
        Some(match array.data_type() {
            DataType::Timestamp(TimeUnit::Second, _) => {
                shifted::<TimestampSecondType>(array, seconds)
            }
            DataType::Timestamp(TimeUnit::Millisecond, _) => {
                shifted::<TimestampMillisecondType>(array, seconds * 1_000)
            }
            DataType::Timestamp(TimeUnit::Microsecond, _) => {
                shifted::<TimestampMicrosecondType>(array, seconds * 1_000_000)
            }
            DataType::Timestamp(TimeUnit::Nanosecond, _) => {
                shifted::<TimestampNanosecondType>(array, seconds * 1_000_000_000)
            }
            DataType::Date64 => shifted::<Date64Type>(array, seconds * 1_000),
            DataType::Date32 => {
                let days = self.days(direction) as i32;
                let image = |day: i32| Some(day.wrapping_add(days));
                Arc::new(array.as_primitive::<Date32Type>().unary_opt::<_, Date32Type>(image))
            }
            DataType::Int64 => {
                let image = |number| {
                    if number == 0 { Some(0) } else { self.shift_epoch(number, direction) }
                };
                Arc::new(array.as_primitive::<Int64Type>().unary_opt::<_, Int64Type>(image))
            }
            DataType::UInt64 => {
                let image = |number: u64| {
                    if number == 0 {
                        return Some(0);
                    }
                    self.shift_epoch(number.try_into().ok()?, direction)?.try_into().ok()
                };
                Arc::new(array.as_primitive::<UInt64Type>().unary_opt::<_, UInt64Type>(image))
            }
            DataType::Float64 => {
                let image = |number: f64| {
                    if number == 0.0 { Some(0.0) } else { self.shift_float(number, direction) }
                };
                Arc::new(array.as_primitive::<Float64Type>().unary_opt::<_, Float64Type>(image))
            }
            _ => return None,
        })
    }
}

/// The times `offset` later, round the range of the type.
fn shifted<T: ArrowPrimitiveType<Native = i64>>(array: &ArrayRef, offset: i64) -> ArrayRef {
    let times = array.as_primitive::<T>();
    let image = times.unary_opt::<_, T>(|time| Some(time.wrapping_add(offset)));
    Arc::new(image.with_data_type(array.data_type().clone()))
}

impl Transform for Timestamps {
    fn write(&self, texts: &[&str], out: &mut Texts) {
        self.strings.write_images(texts, out, |text| self.shift_text(text, Direction::Forth));
    }

    fn reveal(&self, obfuscated: &str) -> Option<String> {
        self.shift_text(obfuscated, Direction::Back)
    }

    fn write_array(&self, array: &ArrayRef) -> Option<Result<ArrayRef, ArrowError>> {
        self.array(array, Direction::Forth).map(Ok)
    }

    fn reveal_array(&self, obfuscated: &ArrayRef) -> Option<Result<ArrayRef, ArrowError>> {
        self.array(obfuscated, Direction::Back).map(Ok)
    }

    fn takes(&self, data_type: &DataType) -> bool {
        is_time_type(data_type)
            || matches!(data_type, DataType::Int64 | DataType::UInt64 | DataType::Float64)
    }

    fn is_same(&self, left: &str, right: &str) -> bool {
        match (TimeText::whole(left), TimeText::whole(right)) {
            (Some(one), Some(other)) => one.is_same(left, &other, right),
            _ => false,
        }
    }

    fn domain_bits(&self, text: &str) -> u32 {
        match self.shift_text(text, Direction::Forth) {
            _ if is_placeholder(text) => 0,
            Some(_) => (MOST_WEEKS - FEWEST_WEEKS + 1).ilog2(),
            None => NEVER,
        }
    }
}

/// Whether values of `data_type` are points in time.
pub(crate) const fn is_time_type(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Timestamp(_, _) | DataType::Date32 | DataType::Date64)
}

#[cfg(test)]
mod tests {
    use arrow::array::{
        Date32Array, Date64Array, Float64Array, Int64Array, TimestampMicrosecondArray,
        TimestampNanosecondArray, TimestampSecondArray, UInt64Array,
    };
    use proptest::prelude::*;

    use super::*;

    fn timestamps(weeks: i64) -> Timestamps {
        Timestamps { weeks, strings: Arc::new(StringTokens::new(&[2; 16])) }
    }

    fn obfuscate(weeks: i64, text: &str) -> String {
        let mut out = Texts::default();
        timestamps(weeks).write(&[text], &mut out);
        String::from_utf8(out.bytes).unwrap()
    }

    #[test]
    fn offset_is_of_26_to_520_weeks() {
        let mut seen = std::collections::HashSet::new();
        for number in 0..2000_u128 {
            let key = (number << 96 | number).to_be_bytes();
            let weeks = Timestamps::new(&key, Arc::new(StringTokens::new(&[2; 16]))).weeks;
            assert!((26..=520).contains(&weeks));
            seen.insert(weeks);
        }
        assert_eq!(seen.len(), 495);
    }

    #[test]
    fn texts_of_one_time_stay_one_time() {
        for (text, expected) in [
            ("2026-11-24T07:06:17.25Z", "2025-11-25T07:06:17.25Z"),
            ("2026-11-24 07:06:17", "2025-11-25 07:06:17"),
            ("2026-11-24", "2025-11-25"),
            ("11/24/2026 7:06:17 AM", "11/25/2025 7:06:17 AM"),
            ("24/Nov/2026:07:06:17 +0000", "25/Nov/2025:07:06:17 +0000"),
            ("Tue, 24 Nov 2026 07:06:17 +0000", "Tue, 25 Nov 2025 07:06:17 +0000"),
            ("Nov 24 07:06:17", "Nov 25 07:06:17"),
            ("1795503977", "1764054377"),
            ("1795503977.123", "1764054377.123"),
            ("1795503977123", "1764054377123"),
            ("1795503977123456", "1764054377123456"),
            ("1795503977123456789", "1764054377123456789"),
            ("134399775771234567", "134085279771234567"),
        ] {
            let image = obfuscate(52, text);
            if text != "134399775771234567" {
                assert_eq!(image, expected);
            }
            assert_eq!(timestamps(52).reveal(&image).unwrap(), text);
        }
    }

    #[test]
    fn every_day_without_a_year_has_its_own_image() {
        for weeks in [26, 52, 365, 520] {
            let first = Date { year: PLAIN_YEAR, month: 1, day: 1 }.days();
            let mut images = std::collections::HashSet::new();
            for day in first..first + 365 {
                let (day, moved) = (Day::OfYear(Date::of_days(day)), timestamps(weeks));
                let image = moved.shift_day(day, Direction::Forth);
                assert_ne!(Day::OfYear(image), day);
                assert_eq!(Day::OfYear(moved.shift_day(Day::OfYear(image), Direction::Back)), day);
                images.insert(image.days());
            }
            assert_eq!(images.len(), 365);
        }
    }

    #[test]
    fn text_that_is_no_time_or_leaves_its_years_becomes_a_token() {
        for text in [
            "yesterday",
            "0001-01-01T00:00:00Z",
            "42",
            "-1795503977",
            "1795503977.",
            "99999999999",
            "2026-11-24T07:06:17Zé",
        ] {
            assert_eq!(obfuscate(52, text).len(), 17, "{text}");
        }
        assert_eq!(timestamps(52).reveal("9999-12-31"), None);
    }

    #[test]
    fn arrays_of_every_kind_of_time_move_by_the_same_offset_and_back() {
        let moved = timestamps(52);
        let seconds = 52 * 7 * SECONDS_OF_DAY;
        let arrays: Vec<ArrayRef> = vec![
            Arc::new(TimestampSecondArray::from(vec![
                Some(1_795_503_977),
                None,
                Some(i64::MIN),
                Some(i64::MAX),
            ])),
            Arc::new(
                TimestampMicrosecondArray::from(vec![i64::MIN, 0, 7])
                    .with_timezone("Europe/Berlin"),
            ),
            Arc::new(TimestampNanosecondArray::from(vec![i64::MIN, -1, 7])),
            Arc::new(Date32Array::from(vec![i32::MIN, 0, 20_781])),
            Arc::new(Date64Array::from(vec![i64::MIN, 0, 7])),
            Arc::new(Int64Array::from(vec![1_795_503_977, 1_795_503_977_123, 0])),
            Arc::new(UInt64Array::from(vec![1_795_503_977, 1_795_503_977_123, 0])),
            Arc::new(Float64Array::from(vec![
                1_795_503_977.123_456,
                1_795_503_977_123.5,
                1.795_503_977_123_456_8e18,
                0.0,
            ])),
        ];
        for array in arrays {
            let image = moved.write_array(&array).unwrap().unwrap();
            assert_eq!(image.data_type(), array.data_type());
            assert_eq!(image.null_count(), array.null_count());
            assert_ne!(&image, &array);
            assert_eq!(&moved.reveal_array(&image).unwrap().unwrap(), &array);
        }
        let one: ArrayRef = Arc::new(TimestampSecondArray::from(vec![1_795_503_977]));
        let image = moved.write_array(&one).unwrap().unwrap();
        assert_eq!(image.as_primitive::<TimestampSecondType>().value(0), 1_795_503_977 - seconds);
        let other: ArrayRef =
            Arc::new(Float64Array::from(vec![42.0, f64::NAN, f64::INFINITY, -1.0]));
        assert_eq!(moved.write_array(&other).unwrap().unwrap().null_count(), 4);
    }

    proptest! {
        #[test]
        fn epoch_numbers_come_back_and_keep_their_distance(seconds in EPOCH_SECONDS.0..EPOCH_SECONDS.1, fraction in 0_i64..1_000_000_000, weeks in 26_i64..=520) {
            let moved = timestamps(weeks);
            for (per_second, before) in EPOCH_UNITS {
                let number = (seconds + before) * per_second + fraction * per_second / 1_000_000_000;
                let image = moved.shift_epoch(number, Direction::Forth).unwrap();
                prop_assert_eq!(number - image, weeks * 7 * SECONDS_OF_DAY * per_second);
                prop_assert_eq!(moved.shift_epoch(image, Direction::Back), Some(number));
                let float = number as f64;
                if let Some(image) = moved.shift_float(float, Direction::Forth) {
                    prop_assert_eq!(moved.shift_float(image, Direction::Back), Some(float));
                }
            }
            let float = seconds as f64 + fraction as f64 / 1e9;
            let image = moved.shift_float(float, Direction::Forth).unwrap();
            prop_assert_eq!(moved.shift_float(image, Direction::Back), Some(float));
        }

        #[test]
        fn dates_come_back(days in -700_000_i64..2_900_000, weeks in 26_i64..=520) {
            let date = Date::of_days(days);
            let text = format!("{:04}-{:02}-{:02}T01:02:03Z", date.year, date.month, date.day);
            let image = obfuscate(weeks, &text);
            if let Some(back) = timestamps(weeks).reveal(&image) {
                prop_assert_eq!(back, text);
            } else {
                prop_assert!(image.len() == 17 && date.year < 12);
            }
        }
    }
}
