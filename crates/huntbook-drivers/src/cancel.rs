//! How a caller stops a query.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

type Check = dyn Fn() -> bool + Send + Sync;

/// A wish to stop, shared between whoever may have it and the query that it stops.
///
/// Clones are one and the same. The default is one that nobody pulls.
#[derive(Clone, Default)]
pub struct Cancel {
    pulled: Arc<AtomicBool>,
    check: Option<Arc<Check>>,
}

impl Cancel {
    /// A wish that nobody has had yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A wish that `check` also tells. It is called on the thread that called
    /// [`Driver::run`](crate::Driver::run), about twenty times a second while that waits, so it may look at
    /// what belongs to the thread, such as an interpreter's pending signals.
    #[must_use]
    pub fn with_check(check: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self { pulled: Arc::default(), check: Some(Arc::new(check)) }
    }

    /// Stops the queries that were given this wish or a clone of it.
    pub fn cancel(&self) {
        self.pulled.store(true, Ordering::Release);
    }

    /// Whether the wish was had. Once `true`, always `true`.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        if self.pulled.load(Ordering::Acquire) {
            return true;
        }
        let now = self.check.as_ref().is_some_and(|check| check());
        if now {
            self.cancel();
        }
        now
    }
}

impl fmt::Debug for Cancel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Cancel")
            .field("pulled", &self.pulled.load(Ordering::Acquire))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_is_the_same_wish() {
        let cancel = Cancel::new();
        let clone = cancel.clone();
        assert!(!clone.is_cancelled());
        cancel.cancel();
        assert!(clone.is_cancelled());
    }

    #[test]
    fn a_check_that_was_true_once_stays_true() {
        let once = AtomicBool::new(true);
        let cancel = Cancel::with_check(move || once.swap(false, Ordering::Relaxed));
        assert!(cancel.is_cancelled());
        assert!(cancel.is_cancelled());
    }
}
