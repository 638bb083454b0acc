//! Random texts for tests, the same in every run. `proptest` here would have DataFusion compiled twice: it changes
//! the features of what lies below.

/// A source of random choices.
#[derive(Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `limit`; zero where that is zero.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        if limit == 0 { 0 } else { ((self.0 >> 16) as usize) % limit }
    }

    /// Fewer than `length` of the parts in a row.
    pub(crate) fn text(&mut self, parts: &[&str], length: usize) -> String {
        (0..self.below(length)).map(|_| parts[self.below(parts.len())]).collect()
    }
}
