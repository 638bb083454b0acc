//! Work on all cores.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use huntbook::HuntbookError;
use huntbook::drivers::Cancel;

/// The results of `work` for each of `items`, in their order.
///
/// The threads live as long as this call, so that a process that forks later takes no half of a thread
/// pool with it.
///
/// # Errors
///
/// One error of `work`, or [`HuntbookError::Interrupted`] soon after `cancel` is set.
pub(crate) fn map<T: Sync, R: Send>(
    items: &[T],
    cancel: &Cancel,
    work: impl Fn(&T) -> Result<R, HuntbookError> + Sync,
) -> Result<Vec<R>, HuntbookError> {
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<Option<R>>> = Mutex::new(items.iter().map(|_| None).collect());
    let run = || -> Result<(), HuntbookError> {
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(place) else { return Ok(()) };
            if cancel.is_cancelled() {
                return Err(HuntbookError::Interrupted);
            }
            let result = work(item).inspect_err(|_| next.store(items.len(), Ordering::Relaxed))?;
            results.lock().unwrap_or_else(PoisonError::into_inner)[place] = Some(result);
        }
    };
    thread::scope(|scope| {
        let helpers: Vec<_> = (1..cores.min(items.len())).map(|_| scope.spawn(run)).collect();
        let mut outcome = run();
        for helper in helpers {
            match helper.join() {
                Ok(other) => outcome = outcome.and(other),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        outcome
    })?;
    let results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(results.into_iter().map(|result| result.expect("each item was worked on")).collect())
}
