//! [`Digest`]: how values are distributed, what `tdigest` gives. Exact up to some thousand different values; beyond
//! that a rank is off by a few thousandths of a percent at most.

use std::mem::size_of;

use serde_json::{Value, json};

use crate::dynamic::{number, real};
use crate::time::{TICK, format_datetime, format_timespan};
use crate::types::KqlType;

/// The most different values that a cell keeps.
const MOST: usize = 8192;

/// An integer that orders as the real does.
pub(crate) fn key_of_real(number: f64) -> i64 {
    flipped(number.to_bits().cast_signed())
}

/// The real of such an integer.
pub(crate) fn real_of_key(key: i64) -> f64 {
    f64::from_bits(flipped(key).cast_unsigned())
}

/// Negative reals order by their bits the other way round.
fn flipped(bits: i64) -> i64 {
    if bits < 0 { bits ^ i64::MAX } else { bits }
}

/// Values of one type with their weights.
#[derive(Debug, Clone)]
pub(crate) struct Digest {
    kind: KqlType,
    /// In order of the key, each key once: a whole number, ticks of nanoseconds, or [`key_of_real`].
    values: Vec<(i64, i64)>,
}

impl Digest {
    /// The digest of keys with weights, in any order.
    pub(crate) fn new(kind: KqlType, mut values: Vec<(i64, i64)>) -> Self {
        values.sort_unstable();
        values.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 = kept.1.saturating_add(next.1);
            }
            same
        });
        let mut digest = Self { kind, values };
        digest.compress();
        digest
    }

    /// Reads what [`Self::to_json`] wrote.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let Value::Object(digest) = serde_json::from_str(text).ok()? else { return None };
        let kind: KqlType = digest.get("tdigest")?.as_str()?.parse().ok()?;
        let keys = digest.get("values")?.as_array()?.iter();
        let weights = digest.get("weights")?.as_array()?;
        if keys.len() != weights.len() {
            return None;
        }
        let key = |key: &Value| match kind {
            KqlType::Real => number(key).map(key_of_real),
            _ => key.as_i64(),
        };
        let values = keys.zip(weights).map(|(value, weight)| {
            Some((key(value)?, weight.as_i64().filter(|weight| *weight > 0)?))
        });
        Some(Self::new(kind, values.collect::<Option<_>>()?))
    }

    pub(crate) fn to_json(&self) -> String {
        let keys: Value = self
            .values
            .iter()
            .map(|(key, _)| match self.kind {
                KqlType::Real => real(real_of_key(*key)),
                _ => Value::from(*key),
            })
            .collect();
        let weights: Value = self.values.iter().map(|(_, weight)| Value::from(*weight)).collect();
        json!({"tdigest": self.kind.name(), "values": keys, "weights": weights}).to_string()
    }

    /// Both together; `None` where they are of different types.
    pub(crate) fn merged(mut self, other: Self) -> Option<Self> {
        if other.values.is_empty() {
            return Some(self);
        }
        if self.values.is_empty() {
            return Some(other);
        }
        let kind = (self.kind == other.kind).then_some(self.kind)?;
        self.values.extend(other.values);
        Some(Self::new(kind, self.values))
    }

    /// In bytes.
    pub(crate) fn size(&self) -> usize {
        self.values.capacity() * size_of::<(i64, i64)>()
    }

    fn total(&self) -> i64 {
        self.values.iter().fold(0_i64, |sum, (_, weight)| sum.saturating_add(*weight))
    }

    /// Neighbours become one, of the greatest value among them, until few enough are left.
    fn compress(&mut self) {
        if self.values.len() <= MOST {
            return;
        }
        let share = (self.total() / (MOST as i64 / 2)).max(1);
        let mut kept: Vec<(i64, i64)> = Vec::with_capacity(MOST);
        let (least, rest) = self.values.split_first().expect("there are more than the most");
        kept.push(*least);
        let mut open: Option<(i64, i64)> = None;
        for (key, weight) in rest {
            let together = open.map_or(*weight, |(_, sum)| sum.saturating_add(*weight));
            if together > share
                && let Some(done) = open.take()
            {
                kept.push(done);
                open = Some((*key, *weight));
            } else {
                open = Some((*key, together));
            }
        }
        kept.extend(open);
        self.values = kept;
    }

    /// The least value of which a share of all, in percent, is not greater.
    pub(crate) fn percentile(&self, percent: f64) -> Option<i64> {
        let wanted = percent.clamp(0.0, 100.0) * self.total() as f64 / 100.0;
        let mut sum = 0_i64;
        for (key, weight) in &self.values {
            sum = sum.saturating_add(*weight);
            if sum as f64 >= wanted {
                return Some(*key);
            }
        }
        self.values.last().map(|(key, _)| *key)
    }

    /// The weight of the values up to `value`, and that of all.
    pub(crate) fn rank(&self, value: &Value) -> Option<(i64, i64)> {
        let key = match self.kind {
            KqlType::Real => key_of_real(value.as_f64()?),
            KqlType::Datetime => crate::time::parse_datetime(value.as_str()?)?,
            KqlType::Timespan => crate::time::parse_timespan(value.as_str()?)?,
            _ => value.as_i64().or_else(|| value.as_f64().map(|number| number.floor() as i64))?,
        };
        let below = self.values.iter().take_while(|(known, _)| *known <= key);
        Some((below.fold(0_i64, |sum, (_, weight)| sum.saturating_add(*weight)), self.total()))
    }

    /// A key as a dynamic value.
    pub(crate) fn shown(&self, key: i64) -> Value {
        shown(self.kind, key)
    }
}

/// A key as a dynamic value.
pub(crate) fn shown(kind: KqlType, key: i64) -> Value {
    match kind {
        KqlType::Real => real(real_of_key(key)),
        KqlType::Datetime => Value::from(format_datetime(key.div_euclid(TICK) * TICK)),
        KqlType::Timespan => Value::from(format_timespan(key)),
        _ => Value::from(key),
    }
}
