//! The one way from Python into long native work.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use huntbook::HuntbookError;
use huntbook::drivers::Cancel;
use pyo3::prelude::*;

use crate::errors;

/// How often a waiting call looks for Ctrl-C.
const SIGNAL_CHECK: Duration = Duration::from_millis(50);

/// The result of `work`, which runs on a thread of its own while the interpreter is free.
///
/// The calling thread looks for Ctrl-C every 50 ms; when it comes, `work` hears of it through its
/// `Cancel` and is waited for, so that it can put away what it had begun. A panic in `work` becomes a `HuntbookError` and does not
/// end the process.
///
/// # Errors
///
/// The error of `work` as its Python exception, or `KeyboardInterrupt`.
pub(crate) fn enter<T: Send>(
    py: Python<'_>,
    work: impl FnOnce(&Cancel) -> Result<T, HuntbookError> + Send,
) -> PyResult<T> {
    let cancel = Cancel::new();
    let done = Bell::default();
    let outcome = std::thread::scope(|scope| {
        let (cancel, done) = (&cancel, &done);
        let worker = scope.spawn(move || {
            // Rings when `work` returns, and when it panics.
            let _ring = Ring(done);
            work(cancel)
        });
        let mut interrupt = None;
        while !py.detach(|| done.heard(SIGNAL_CHECK)) {
            if interrupt.is_none()
                && let Err(signal) = py.check_signals()
            {
                cancel.cancel();
                interrupt = Some(signal);
            }
        }
        (py.detach(|| worker.join()), interrupt)
    });
    match outcome {
        (_, Some(interrupt)) => Err(interrupt),
        (Ok(result), None) => result.map_err(|error| errors::to_python(py, &error)),
        (Err(panic), None) => {
            let message = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied())
                .unwrap_or("no message");
            Err(errors::internal(py, message))
        }
    }
}

/// Tells the waiting thread that the work is over.
#[derive(Default)]
struct Bell {
    rung: Mutex<bool>,
    ringing: Condvar,
}

impl Bell {
    /// Whether the bell rang, waiting for it at most `patience`.
    fn heard(&self, patience: Duration) -> bool {
        let rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.ringing.wait_timeout_while(rung, patience, |rung| !*rung);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

struct Ring<'a>(&'a Bell);

impl Drop for Ring<'_> {
    fn drop(&mut self) {
        *self.0.rung.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.ringing.notify_all();
    }
}
