//! Leaves: the texts that stand at one path of a column of Python objects.
//!
//! A leaf takes texts one after the other and hands them on in chunks. As long as texts repeat, each is
//! kept once, so that it is transformed once and becomes one Python string.

use std::hash::BuildHasher;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, LargeStringArray};
use arrow::buffer::{Buffer, OffsetBuffer, ScalarBuffer};
use arrow::error::ArrowError;
use foldhash::fast::RandomState;
use hashbrown::HashTable;
use pyo3::prelude::*;
use pyo3::types::PyString;

/// How many texts a chunk has.
pub(crate) const CHUNK: usize = 8192;

/// How many texts are looked at before a leaf gives up to look for repeated ones.
const TRIED: usize = 4096;

/// Texts in the order of the cells that they stand in.
#[derive(Default)]
pub(crate) struct Leaf {
    store: Store,
    /// Which kept text each of the first texts is; those after them are kept one by one.
    keys: Vec<u32>,
    seen: Seen,
}

enum Seen {
    Looking(HashTable<u32>, RandomState),
    /// With the number of texts that were kept until then.
    GaveUp(usize),
}

impl Default for Seen {
    fn default() -> Self {
        Self::Looking(HashTable::new(), RandomState::default())
    }
}

impl Leaf {
    /// Takes one more text.
    pub(crate) fn push(&mut self, text: &str) {
        let Seen::Looking(table, state) = &mut self.seen else {
            self.store.push(text);
            return;
        };
        let store = &mut self.store;
        let hash = state.hash_one(text.as_bytes());
        let found = table.find(hash, |key| store.bytes(*key as usize) == text.as_bytes());
        if let Some(key) = found {
            self.keys.push(*key);
        } else {
            let key = store.len() as u32;
            store.push(text);
            self.keys.push(key);
            table.insert_unique(hash, key, |key| state.hash_one(store.bytes(*key as usize)));
        }
        let often = store.len() * 2 <= self.keys.len();
        if (self.keys.len() >= TRIED && !often) || store.len() == u32::MAX as usize {
            self.seen = Seen::GaveUp(self.store.len());
        }
    }

    /// How many texts it took.
    pub(crate) fn len(&self) -> usize {
        self.keys.len() + self.store.len() - self.kept_by_key()
    }

    /// How many of the kept texts have keys: all, until it gives up.
    fn kept_by_key(&self) -> usize {
        match self.seen {
            Seen::Looking(..) => self.store.len(),
            Seen::GaveUp(kept) => kept,
        }
    }

    /// The first `count` texts, in the order that they came in, for which `is_wanted` holds.
    pub(crate) fn sample(&self, count: usize, is_wanted: impl Fn(&str) -> bool) -> ArrayRef {
        let kept_by_key = self.kept_by_key();
        let positions =
            self.keys.iter().map(|key| *key as usize).chain(kept_by_key..self.store.len());
        let texts = positions.map(|position| self.store.text(position));
        let sample: LargeStringArray =
            texts.filter(|text| is_wanted(text)).take(count).map(Some).collect();
        Arc::new(sample)
    }

    /// The chunks from `first` on that are full: no text is added to them any more.
    pub(crate) fn full_chunks(&self, first: usize) -> impl Iterator<Item = ArrayRef> {
        self.store.chunks[first..].iter().map(|chunk| Arc::new(chunk.clone()) as ArrayRef)
    }

    /// The kept texts in chunks, and how to find the text of each cell in them.
    pub(crate) fn finish(mut self) -> Result<(Vec<ArrayRef>, Keys), ArrowError> {
        let kept_by_key = self.kept_by_key();
        self.store.end_chunk()?;
        let chunks = self.store.chunks.into_iter().map(|chunk| Arc::new(chunk) as ArrayRef);
        Ok((chunks.collect(), Keys { keys: self.keys, kept_by_key }))
    }
}

/// Texts in chunks of the same number of rows.
#[derive(Default)]
struct Store {
    chunks: Vec<LargeStringArray>,
    bytes: Vec<u8>,
    ends: Vec<i64>,
}

impl Store {
    fn len(&self) -> usize {
        self.chunks.len() * CHUNK + self.ends.len()
    }

    fn push(&mut self, text: &str) {
        if self.ends.len() == CHUNK {
            self.end_chunk().expect("ends rise, and lie between whole texts");
        }
        self.bytes.extend_from_slice(text.as_bytes());
        self.ends.push(self.bytes.len() as i64);
    }

    fn end_chunk(&mut self) -> Result<(), ArrowError> {
        if self.ends.is_empty() {
            return Ok(());
        }
        let mut offsets = Vec::with_capacity(self.ends.len() + 1);
        offsets.push(0);
        offsets.append(&mut self.ends);
        let bytes = std::mem::take(&mut self.bytes);
        self.bytes.reserve(bytes.len());
        let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
        self.chunks.push(LargeStringArray::try_new(offsets, Buffer::from_vec(bytes), None)?);
        Ok(())
    }

    fn bytes(&self, position: usize) -> &[u8] {
        let row = position % CHUNK;
        if let Some(chunk) = self.chunks.get(position / CHUNK) {
            return chunk.value(row).as_bytes();
        }
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        &self.bytes[start..self.ends[row] as usize]
    }

    fn text(&self, position: usize) -> &str {
        std::str::from_utf8(self.bytes(position)).expect("whole texts were pushed")
    }
}

/// Which kept text belongs to each cell, in order.
#[derive(Default)]
pub(crate) struct Keys {
    keys: Vec<u32>,
    kept_by_key: usize,
}

impl Keys {
    fn position(&self, cell: usize) -> usize {
        match self.keys.get(cell) {
            Some(key) => *key as usize,
            None => self.kept_by_key + cell - self.keys.len(),
        }
    }
}

/// The transformed texts of a leaf as Python strings, cell after cell.
pub(crate) struct Strings {
    chunks: Vec<ArrayRef>,
    keys: Keys,
    made: Vec<Option<Py<PyString>>>,
    next: usize,
}

impl Strings {
    pub(crate) fn new(chunks: Vec<ArrayRef>, keys: Keys) -> Self {
        let made = (0..keys.kept_by_key).map(|_| None).collect();
        Self { chunks, keys, made, next: 0 }
    }

    /// The string of the next cell; `None` if there is no such cell.
    pub(crate) fn next<'py>(&mut self, py: Python<'py>) -> Option<Bound<'py, PyString>> {
        let position = self.keys.position(self.next);
        self.next += 1;
        let chunk = self.chunks.get(position / CHUNK)?.as_string_opt::<i64>()?;
        let row = position % CHUNK;
        if row >= chunk.len() {
            return None;
        }
        let Some(slot) = self.made.get_mut(position) else {
            return Some(PyString::new(py, chunk.value(row)));
        };
        let string = slot.get_or_insert_with(|| PyString::new(py, chunk.value(row)).unbind());
        Some(string.bind(py).clone())
    }
}
