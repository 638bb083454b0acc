//! The memory of one query, dealt out so that what can go to disk always gets there.
//!
//! A sort that has grown too large sorts and writes what it holds, and its merge needs memory for that. In
//! DataFusion's own pools the merge of a sort beside it, which takes whatever is free, can take that as well; the
//! query then ends or not by chance. Here a sort and its merge have one share, and no other can take of it.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use datafusion::common::{DataFusionError, Result};
use datafusion::execution::memory_pool::{
    MemoryConsumer, MemoryLimit, MemoryPool, MemoryReservation,
};

/// How sorts that can go to disk are called, and their merges.
const SORT: &str = "ExternalSorter[";
const MERGE: &str = "ExternalSorterMerge[";

/// A pool of fixed size, in equal shares for all that can go to disk.
#[derive(Debug)]
pub(super) struct QueryPool {
    size: usize,
    /// Bytes of a sort's share that only its merge may have.
    aside: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    shares: HashMap<usize, Share>,
    /// The share of each consumer that has one, by the consumer's number.
    owners: HashMap<usize, usize>,
    /// Bytes of those that cannot go to disk.
    unspillable: usize,
}

/// What one step that can go to disk holds.
#[derive(Debug, Default)]
struct Share {
    held: usize,
    /// Bytes of it that the merge holds.
    merging: usize,
    /// The thread that makes a sort, until its merge is made: the next thing that the thread does.
    maker: Option<ThreadId>,
    merges: bool,
    consumers: usize,
}

impl QueryPool {
    pub(super) fn new(size: usize, aside: usize) -> Self {
        Self { size, aside, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // The counters are changed in single steps: they hold whatever another thread did.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn share(&mut self, consumer: &MemoryConsumer) -> Option<&mut Share> {
        self.shares.get_mut(self.owners.get(&consumer.id())?)
    }

    /// The share that the merge of a sort belongs to.
    fn of_a_merge(&mut self) -> Option<usize> {
        let here = Some(thread::current().id());
        let (&number, share) = self.shares.iter_mut().find(|(_, share)| share.maker == here)?;
        share.maker = None;
        share.merges = true;
        Some(number)
    }

    fn add(&mut self, consumer: &MemoryConsumer, bytes: usize) {
        let Some(share) = self.share(consumer) else {
            self.unspillable += bytes;
            return;
        };
        share.held += bytes;
        if is_merge(consumer) {
            share.merging += bytes;
        }
    }

    fn reserved(&self) -> usize {
        self.shares.values().map(|share| share.held).sum::<usize>() + self.unspillable
    }
}

fn is_merge(consumer: &MemoryConsumer) -> bool {
    consumer.name().starts_with(MERGE)
}

impl MemoryPool for QueryPool {
    fn name(&self) -> &'static str {
        "query"
    }

    fn register(&self, consumer: &MemoryConsumer) {
        let mut state = self.state();
        let number = if is_merge(consumer) {
            state.of_a_merge()
        } else {
            consumer.can_spill().then_some(consumer.id())
        };
        let Some(number) = number else { return };
        state.owners.insert(consumer.id(), number);
        let share = state.shares.entry(number).or_default();
        share.consumers += 1;
        if consumer.name().starts_with(SORT) {
            share.maker = Some(thread::current().id());
        }
    }

    fn unregister(&self, consumer: &MemoryConsumer) {
        let mut state = self.state();
        let Some(number) = state.owners.remove(&consumer.id()) else { return };
        if let Some(share) = state.shares.get_mut(&number) {
            share.consumers -= 1;
            if share.consumers == 0 {
                state.shares.remove(&number);
            }
        }
    }

    fn grow(&self, reservation: &MemoryReservation, additional: usize) {
        self.state().add(reservation.consumer(), additional);
    }

    fn shrink(&self, reservation: &MemoryReservation, shrink: usize) {
        let consumer = reservation.consumer();
        let mut state = self.state();
        let Some(share) = state.share(consumer) else {
            state.unspillable = state.unspillable.saturating_sub(shrink);
            return;
        };
        share.held = share.held.saturating_sub(shrink);
        if is_merge(consumer) {
            share.merging = share.merging.saturating_sub(shrink);
        }
    }

    fn try_grow(&self, reservation: &MemoryReservation, additional: usize) -> Result<()> {
        let consumer = reservation.consumer();
        let mut state = self.state();
        let each = self.size.saturating_sub(state.unspillable) / state.shares.len().max(1);
        let free = self.size.saturating_sub(state.reserved());
        let room = match state.share(consumer) {
            None => free,
            Some(share) if share.merges && !is_merge(consumer) => {
                let aside = self.aside.min(each / 2).saturating_sub(share.merging);
                each.saturating_sub(share.held + aside)
            }
            Some(share) => each.saturating_sub(share.held),
        };
        if additional > room {
            let name = consumer.name();
            return Err(DataFusionError::ResourcesExhausted(format!(
                "Failed to allocate {additional} bytes for {name}: {room} are left to it"
            )));
        }
        state.add(consumer, additional);
        Ok(())
    }

    fn reserved(&self) -> usize {
        self.state().reserved()
    }

    fn memory_limit(&self) -> MemoryLimit {
        MemoryLimit::Finite(self.size)
    }
}

impl fmt::Display for QueryPool {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "query({} of {} bytes)", self.reserved(), self.size)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn pool() -> Arc<dyn MemoryPool> {
        Arc::new(QueryPool::new(1_000, 100))
    }

    fn sort(pool: &Arc<dyn MemoryPool>) -> (MemoryReservation, MemoryReservation) {
        let sort = MemoryConsumer::new("ExternalSorter[0]").with_can_spill(true).register(pool);
        (sort, MemoryConsumer::new("ExternalSorterMerge[0]").register(pool))
    }

    #[test]
    fn a_merge_never_takes_of_another_share() {
        let pool = pool();
        let (left, left_merge) = sort(&pool);
        let (right, right_merge) = sort(&pool);
        left_merge.try_grow(500).unwrap();
        assert!(left_merge.try_grow(1).is_err());
        assert!(left_merge.new_empty().try_grow(1).is_err(), "a second reservation of one merge");
        assert!(left.try_grow(1).is_err());
        right.try_grow(400).unwrap();
        right_merge.try_grow(100).unwrap();
        right.shrink(300);
        right_merge.try_grow(300).unwrap();
        assert_eq!(pool.reserved(), 1_000);
    }

    #[test]
    fn a_sort_leaves_what_its_merge_will_need() {
        let pool = pool();
        let (sort, merge) = sort(&pool);
        sort.try_grow(900).unwrap();
        let error = sort.try_grow(1).unwrap_err().to_string();
        assert!(error.contains("1 bytes for ExternalSorter[0]: 0 are left"), "{error}");
        merge.try_grow(100).unwrap();
        drop(sort);
        merge.try_grow(900).unwrap();
        drop(merge);
        assert_eq!(pool.reserved(), 0);
    }

    #[test]
    fn the_rest_is_shared_equally() {
        let pool = pool();
        let [one, two] = ["GroupedHashAggregateStream[0]", "GroupedHashAggregateStream[1]"]
            .map(|name| MemoryConsumer::new(name).with_can_spill(true).register(&pool));
        one.try_grow(500).unwrap();
        assert!(one.try_grow(1).is_err());
        two.try_grow(400).unwrap();
        let join = MemoryConsumer::new("HashJoinInput").register(&pool);
        join.try_grow(100).unwrap();
        assert!(join.try_grow(1).is_err());
        drop(one);
        join.try_grow(300).unwrap();
        assert!(two.try_grow(201).is_err());
        two.try_grow(200).unwrap();
    }
}
