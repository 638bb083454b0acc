//! The memo: images of values that came not long ago, since those of logs come again and again.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;

/// How many values are remembered; a power of two.
const SLOTS: usize = 1 << 12;

/// Longer values are not remembered.
pub(super) const LONGEST: usize = 512;

/// One value at one path, and what is written for it.
#[derive(Default)]
struct Slot {
    path: usize,
    raw: String,
    image: Vec<u8>,
}

/// Remembers the last value of each slot.
pub(super) struct Memo {
    slots: Vec<Slot>,
    hasher: RandomState,
}

impl Memo {
    pub(super) fn new() -> Self {
        let mut slots = Vec::new();
        slots.resize_with(SLOTS, Slot::default);
        Self { slots, hasher: RandomState::default() }
    }

    /// The slot of the value written as `raw` at `path`, and whether it holds it.
    #[inline]
    pub(super) fn find(&self, path: usize, raw: &str) -> (usize, bool) {
        let place = self.hasher.hash_one((path, raw)) as usize & (SLOTS - 1);
        let slot = &self.slots[place];
        (place, slot.path == path && slot.raw == raw)
    }

    /// What is written for the value of a slot.
    #[inline]
    pub(super) fn image(&self, place: usize) -> &[u8] {
        &self.slots[place].image
    }

    /// Puts a value and what is written for it, which `write` appends, into a slot.
    pub(super) fn put(
        &mut self,
        place: usize,
        path: usize,
        raw: &str,
        write: impl FnOnce(&mut Vec<u8>),
    ) {
        let slot = &mut self.slots[place];
        slot.path = path;
        slot.raw.clear();
        slot.raw.push_str(raw);
        slot.image.clear();
        write(&mut slot.image);
    }
}
