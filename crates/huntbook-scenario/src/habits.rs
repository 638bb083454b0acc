//! Habits: a few are used much, most are used little.

use crate::dice::Dice;

/// Zipf's law over `0..n`: the item of rank *k* comes up in proportion to 1 / (*k* + 3).
///
/// The offset flattens the head: the busiest of 300 people makes some 7 % of the noise, not 16 %.
#[derive(Debug, Clone)]
pub(crate) struct Zipf {
    totals: Vec<u64>,
}

impl Zipf {
    /// The law over `items` items.
    pub(crate) fn new(items: usize) -> Self {
        let mut total = 0;
        let totals = (0..items as u64)
            .map(|rank| {
                total += 1_000_000 / (rank + 3);
                total
            })
            .collect();
        Self { totals }
    }

    /// The rank of the next item; 0 if there is none.
    pub(crate) fn draw(&self, dice: &mut Dice) -> usize {
        let point = dice.below(self.totals.last().copied().unwrap_or(0));
        self.totals.partition_point(|&total| total <= point)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_rank_comes_up_most_and_the_last_still_comes_up() {
        let law = Zipf::new(100);
        let mut dice = Dice::new(7, "zipf");
        let mut counts = [0_u32; 100];
        for _ in 0..50_000 {
            counts[law.draw(&mut dice)] += 1;
        }
        assert!(counts[0] > 5 * counts[50]);
        assert!(counts.iter().all(|&count| count > 0));
    }
}
