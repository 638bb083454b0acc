//! The memo: images of values that came not long ago, since those of logs come again and again.
//!
//! A *place* is where a value stands or what it is: two values that are written alike may have two images.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;

/// How many values are remembered; a power of two.
const SLOTS: usize = 1 << 11;

/// Longer values are not remembered.
pub(crate) const LONGEST: usize = 512;

/// One value, and what is written for it.
#[derive(Default)]
struct Slot {
    place: usize,
    raw: String,
    image: Vec<u8>,
}

/// Remembers the last value of each slot.
pub(crate) struct Memo {
    slots: Vec<Slot>,
    hasher: RandomState,
}

impl Memo {
    pub(crate) fn new() -> Self {
        let mut slots = Vec::new();
        slots.resize_with(SLOTS, Slot::default);
        Self { slots, hasher: RandomState::default() }
    }

    /// The slot of the value written as `raw` at `place`, and whether it holds it.
    #[inline]
    pub(crate) fn find(&self, place: usize, raw: &str) -> (usize, bool) {
        let number = self.hasher.hash_one((place, raw)) as usize & (SLOTS - 1);
        let slot = &self.slots[number];
        (number, slot.place == place && slot.raw == raw)
    }

    /// What is written for the value of a slot.
    #[inline]
    pub(crate) fn image(&self, slot: usize) -> &[u8] {
        &self.slots[slot].image
    }

    /// Puts a value and what is written for it, which `write` appends, into a slot.
    pub(crate) fn put(
        &mut self,
        slot: usize,
        place: usize,
        raw: &str,
        write: impl FnOnce(&mut Vec<u8>),
    ) {
        let slot = &mut self.slots[slot];
        slot.place = place;
        slot.raw.clear();
        slot.raw.push_str(raw);
        slot.image.clear();
        write(&mut slot.image);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn value_is_known_at_its_own_place_only() {
        let mut memo = Memo::new();
        let (slot, is_known) = memo.find(1, "bob");
        assert!(!is_known);
        memo.put(slot, 1, "bob", |image| image.extend_from_slice(b"x"));
        assert_eq!(memo.find(1, "bob"), (slot, true));
        assert_eq!(memo.image(slot), b"x");
        assert!(!memo.find(2, "bob").1 && !memo.find(1, "Bob").1);
    }
}
