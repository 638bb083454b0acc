//! Numbers that identify something, and how often other numbers equal them by chance.
//!
//! `167838211` is an address in decimal, or a count of bytes. What tells them apart is how many there
//! are: both sides are counted by *bucket*, the numbers with the same twelve leading bits.

use foldhash::quality::FixedState;
use hashbrown::{HashMap, HashSet};

/// Smaller numbers equal any other by chance.
const SMALLEST: u64 = 1000;

/// So many leading bits name a bucket.
const BUCKET_BITS: u32 = 12;

/// Chance must give so many hits less often than this.
const CHANCE: f64 = 0.005;

/// Numbers that identify something.
#[derive(Default)]
pub(super) struct Numbers {
    numbers: HashSet<u64, FixedState>,
    buckets: HashMap<(u32, u64), u64, FixedState>,
}

impl Numbers {
    pub(super) fn add(&mut self, number: u64) {
        if number >= SMALLEST && self.numbers.insert(number) {
            *self.buckets.entry(bucket(number)).or_default() += 1;
        }
    }

    /// Adds the number that `digits` spell; true if they are too many for one.
    pub(super) fn add_text(&mut self, digits: &[u8]) -> bool {
        let number = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok());
        number.map(|number| self.add(number)).is_none()
    }

    /// Adds the digits of a number that is written in groups, such as that of a telephone.
    pub(super) fn add_digits(&mut self, text: &str) {
        if text.bytes().all(|byte| byte.is_ascii_digit() || b" -()+/".contains(&byte)) {
            let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).collect();
            if (7..=19).contains(&digits.len()) {
                self.add_text(&digits);
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// Whether `number` identifies something.
    pub(super) fn contains(&self, number: u64) -> bool {
        self.numbers.contains(&number)
    }
}

/// The numbers of one column that are near enough to be hit by chance.
pub(super) struct Chance<'n> {
    numbers: &'n Numbers,
    near: HashMap<(u32, u64), HashSet<u64, FixedState>, FixedState>,
    hits: u64,
    first_row: Option<u64>,
}

impl<'n> Chance<'n> {
    pub(super) fn new(numbers: &'n Numbers) -> Self {
        Self { numbers, near: HashMap::default(), hits: 0, first_row: None }
    }

    pub(super) fn add(&mut self, number: u64, row: u64) {
        let bucket = bucket(number);
        if number < SMALLEST || !self.numbers.buckets.contains_key(&bucket) {
            return;
        }
        if self.near.entry(bucket).or_default().insert(number) && self.numbers.contains(number) {
            self.hits += 1;
            self.first_row.get_or_insert(row);
        }
    }

    /// How many different numbers are sensitive, the first row of one, and whether chance explains
    /// them; `None` if there are none.
    pub(super) fn verdict(&self) -> Option<(u64, Option<u64>, bool)> {
        if self.hits == 0 {
            return None;
        }
        let mut expected = 0.0;
        for (bucket, near) in &self.near {
            let known = self.numbers.buckets.get(bucket).copied().unwrap_or_default();
            expected += near.len() as f64 * known as f64 / f64::from(bucket.0).exp2();
        }
        Some((self.hits, self.first_row, is_chance(self.hits, expected)))
    }
}

/// Whether `hits` or more are likely where `expected` are the mean.
fn is_chance(hits: u64, expected: f64) -> bool {
    if hits as f64 <= expected {
        return true;
    }
    // The upper tail of a Poisson distribution, as far as it counts.
    let mut term = (-expected).exp();
    let mut below = 0.0;
    for count in 0..hits {
        below += term;
        term *= expected / (count + 1) as f64;
        if below > 1.0 - CHANCE {
            return false;
        }
    }
    true
}

/// How many bits a number has besides those that name its bucket, and these.
fn bucket(number: u64) -> (u32, u64) {
    let bits = 64 - number.leading_zeros();
    let inner = bits.saturating_sub(BUCKET_BITS);
    (inner, number >> inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_hit_among_far_numbers_is_no_chance_and_a_dense_range_is() {
        let mut numbers = Numbers::default();
        for host in 0..200 {
            numbers.add(0x0a01_0200 + host);
        }
        let mut sparse = Chance::new(&numbers);
        sparse.add(0x0a01_0205, 7);
        sparse.add(5_000_000, 8);
        assert_eq!(sparse.verdict(), Some((1, Some(7), false)));
        let mut dense = Chance::new(&numbers);
        for number in 0x0a01_0000..0x0a02_0000 {
            dense.add(number, number);
        }
        assert!(dense.verdict().unwrap().2);
        let mut none = Chance::new(&numbers);
        none.add(0x0a01_0300, 0);
        assert_eq!(none.verdict(), None);
    }
}
