//! [`Distinct`]: how many different values there are, what `hll` gives. It keeps the least hashes of the values: exact
//! as long as those are all, an estimate from how close they lie beyond that.

use std::hash::{DefaultHasher, Hasher};
use std::mem::size_of;

use serde_json::{Value, json};

/// The least hashes of a set of values.
#[derive(Debug, Clone)]
pub(crate) struct Distinct {
    accuracy: i64,
    /// In order, each once, up to `clean`; behind that as they came.
    hashes: Vec<u64>,
    clean: usize,
}

impl Distinct {
    /// Nothing yet; the accuracy is from 0 to 4, from an error of 1.6 percent to one of 0.2.
    pub(crate) fn new(accuracy: i64) -> Self {
        Self { accuracy: accuracy.clamp(0, 4), hashes: Vec::new(), clean: 0 }
    }

    fn most(&self) -> usize {
        1 << [12, 14, 16, 17, 18][self.accuracy as usize]
    }

    /// Adds a value by its text.
    pub(crate) fn add(&mut self, value: &str) {
        let mut hasher = DefaultHasher::new();
        hasher.write(value.as_bytes());
        self.push(hasher.finish());
    }

    fn push(&mut self, hash: u64) {
        if self.clean == self.most()
            && self.hashes.get(self.clean - 1).is_some_and(|last| hash >= *last)
        {
            return;
        }
        self.hashes.push(hash);
        if self.hashes.len() >= self.clean + self.most().min(1024 + self.clean) {
            self.tidy();
        }
    }

    fn tidy(&mut self) {
        self.hashes.sort_unstable();
        self.hashes.dedup();
        self.hashes.truncate(self.most());
        self.clean = self.hashes.len();
    }

    /// Adds what another has seen; the coarser accuracy is kept.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.accuracy = self.accuracy.min(other.accuracy);
        self.tidy();
        for hash in &other.hashes {
            self.push(*hash);
        }
        self.tidy();
    }

    /// How many different values there are.
    pub(crate) fn count(&mut self) -> i64 {
        self.tidy();
        if self.hashes.len() < self.most() {
            return self.hashes.len() as i64;
        }
        let greatest = self.hashes.last().copied().unwrap_or(u64::MAX);
        let share = greatest as f64 / u64::MAX as f64;
        ((self.hashes.len() - 1) as f64 / share).round() as i64
    }

    /// Reads what [`Self::write`] wrote.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let Value::Object(sketch) = serde_json::from_str(text).ok()? else { return None };
        let mut distinct = Self::new(sketch.get("hll")?.as_i64()?);
        let hashes = sketch.get("hashes")?.as_array()?;
        distinct.hashes = hashes.iter().map(Value::as_u64).collect::<Option<_>>()?;
        distinct.tidy();
        Some(distinct)
    }

    pub(crate) fn write(&mut self) -> String {
        self.tidy();
        json!({"hll": self.accuracy, "hashes": self.hashes}).to_string()
    }

    /// In bytes.
    pub(crate) fn size(&self) -> usize {
        size_of::<Self>() + self.hashes.capacity() * size_of::<u64>()
    }
}
