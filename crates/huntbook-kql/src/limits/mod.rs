//! What one query may take, and what happens when it would take more.
//!
//! Memory: sorts and groups go to temporary files; what cannot, such as the smaller side of a join, ends the query.
//! Time: the query ends. Rows: the answer is cut, and says so.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::task::{Context, Waker};
use std::thread;
use std::time::{Duration, Instant};

use datafusion::common::DataFusionError;
use datafusion::execution::TaskContext;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use futures::task::AtomicWaker;

use crate::KqlError;
use crate::limits::pool::QueryPool;

mod pool;

/// How much one query may take; nothing is limited by default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    /// Bytes that sorts, groups and joins may hold in memory together. Batches on their way are not counted.
    pub memory: Option<usize>,
    /// From the moment the query is asked until the answer is complete.
    pub time: Option<Duration>,
    /// Rows of the answer.
    pub rows: Option<usize>,
}

impl Limits {
    /// The context of a run, with a pool of memory of its own where memory is limited.
    pub(crate) fn apply(&self, context: TaskContext) -> Result<TaskContext, DataFusionError> {
        let Some(memory) = self.memory else { return Ok(context) };
        let mut config = context.session_config().clone();
        let execution = &mut config.options_mut().execution;
        // Of each sort, for merging what it has spilled: a quarter of the memory for all of one operator.
        let part = memory / (4 * execution.target_partitions.max(1));
        execution.sort_spill_reservation_bytes = part;
        let runtime = RuntimeEnvBuilder::from_runtime_env(&context.runtime_env())
            .with_memory_pool(Arc::new(QueryPool::new(memory, part)))
            .build_arc()?;
        // A step must be able to hold a few batches, however many steps share the memory.
        let rows = config.batch_size().min((memory >> 16).max(512));
        let config = config.with_batch_size(rows);
        Ok(context.with_session_config(config).with_runtime(runtime))
    }

    /// The error of a run, named after the limit where it is one.
    pub(crate) fn name(&self, error: DataFusionError) -> KqlError {
        match (self.memory, error.find_root()) {
            (Some(limit), DataFusionError::ResourcesExhausted(message))
                if message.contains("Failed to allocate") || message.contains(DISK) =>
            {
                let (limit, place) = (Bytes(limit), place(message));
                KqlError::OutOfMemory { limit, place, source: Box::new(error) }
            }
            _ => KqlError::Execution { source: Box::new(error) },
        }
    }
}

/// What stands in the error of temporary files that have grown too large.
const DISK: &str = "disk space";

/// Which step wanted the memory, in the words of a query.
fn place(message: &str) -> &'static str {
    let consumer = message.split(" for ").nth(1).unwrap_or_default();
    if message.contains(DISK) {
        "its temporary files"
    } else if consumer.contains("Join") {
        "a join"
    } else if consumer.contains("Sort") || consumer.contains("TopK") {
        "a sort"
    } else if consumer.contains("Group") || consumer.contains("Aggregate") {
        "a summarize or distinct"
    } else if consumer.contains("Window") {
        "a function over the rows in order"
    } else {
        "a step that keeps rows"
    }
}

/// A number of bytes, written with a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bytes(pub usize);

impl fmt::Display for Bytes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [&str; 4] = ["B", "kB", "MB", "GB"];
        let mut value = self.0 as f64;
        let mut unit = 0;
        while value >= 1_000.0 && unit + 1 < UNITS.len() {
            value /= 1_000.0;
            unit += 1;
        }
        let digits = usize::from(value.fract() > 0.0);
        write!(formatter, "{value:.digits$} {}", UNITS[unit])
    }
}

impl FromStr for Bytes {
    type Err = UnknownSize;

    /// A number with a unit: `500 MB`, `2GB`, `1.5 GiB`; without one, of bytes.
    fn from_str(text: &str) -> Result<Self, UnknownSize> {
        let unknown = || UnknownSize(text.to_owned());
        let wanted = text.trim();
        let end = wanted.find(|letter: char| letter.is_ascii_alphabetic()).unwrap_or(wanted.len());
        let (amount, unit) = wanted.split_at(end);
        let scale: u32 = match unit.to_ascii_lowercase().as_str() {
            "" | "b" => 1,
            "k" | "kb" => 1_000,
            "kib" => 1 << 10,
            "m" | "mb" => 1_000_000,
            "mib" => 1 << 20,
            "g" | "gb" => 1_000_000_000,
            "gib" => 1 << 30,
            _ => return Err(unknown()),
        };
        let amount: f64 = amount.trim().parse().map_err(|_| unknown())?;
        let bytes = amount * f64::from(scale);
        // Beyond what a number can count there is no memory either.
        if (1.0..9e15).contains(&bytes) { Ok(Self(bytes as usize)) } else { Err(unknown()) }
    }
}

/// A text that says no number of bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no amount of memory: write `500 MB` or `2 GB`")]
pub struct UnknownSize(String);

/// The end of a query's time. It wakes whoever waits for the answer, on any runtime.
#[derive(Debug)]
pub(crate) struct Deadline {
    pub(crate) limit: Duration,
    shared: Arc<Shared>,
    /// Dropped with the deadline, which ends the thread.
    _alive: Sender<()>,
}

#[derive(Debug, Default)]
struct Shared {
    over: AtomicBool,
    waker: AtomicWaker,
}

impl Deadline {
    /// The deadline of a query that was asked at `asked`; `None` where the system gives no thread or there is no limit.
    pub(crate) fn new(limit: Option<Duration>, asked: Instant) -> std::io::Result<Option<Self>> {
        let Some(limit) = limit else { return Ok(None) };
        let shared = Arc::new(Shared::default());
        let left = limit.saturating_sub(asked.elapsed());
        let (alive, dropped) = channel::<()>();
        let theirs = Arc::clone(&shared);
        thread::Builder::new().name("huntbook-deadline".to_owned()).spawn(move || {
            if dropped.recv_timeout(left) == Err(RecvTimeoutError::Timeout) {
                theirs.over.store(true, Ordering::Release);
                theirs.waker.wake();
            }
        })?;
        Ok(Some(Self { limit, shared, _alive: alive }))
    }

    /// Whether the time is over; otherwise the task is woken when it is.
    pub(crate) fn is_over(&self, context: &Context<'_>) -> bool {
        self.watch(context.waker());
        self.shared.over.load(Ordering::Acquire)
    }

    fn watch(&self, waker: &Waker) {
        self.shared.waker.register(waker);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_have_a_unit() {
        let texts = [0, 999, 1_000, 1_500_000, 64_000_000].map(|bytes| Bytes(bytes).to_string());
        assert_eq!(texts, ["0 B", "999 B", "1 kB", "1.5 MB", "64 MB"]);
    }

    #[test]
    fn bytes_are_read_with_and_without_a_unit() {
        for (text, bytes) in [
            ("1", 1),
            ("64 MB", 64_000_000),
            ("1.5gib", 1_610_612_736),
            (" 2G ", 2_000_000_000),
            ("100kB", 100_000),
        ] {
            assert_eq!(text.parse(), Ok(Bytes(bytes)), "{text}");
        }
        for text in
            ["", "MB", "0", "-1 GB", "1 TB", "1e300 GB", "nan", "inf GB", "1 G B", "1,5 GB", "é"]
        {
            assert!(text.parse::<Bytes>().is_err(), "{text}");
        }
    }
}
