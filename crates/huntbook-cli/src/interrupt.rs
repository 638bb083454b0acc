//! Ctrl-C: the first asks the work to stop and clean up, a second one ends the process at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use huntbook::HuntbookError;
use huntbook::obfuscate::ObfuscationError;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// The exit status of interrupted work: 128 and the number of the signal, as in a shell.
pub(crate) const EXIT_STATUS: u8 = 130;

/// Whether somebody asked the work to stop.
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Takes Ctrl-C and the signal of `kill` over from here on.
    pub(crate) fn listen() -> Self {
        let is_asked = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            // Actions run in this order, so the first signal finds the flag still down. Without them, as where
            // no handler may be set, a signal ends the process as ever.
            let status = i32::from(EXIT_STATUS);
            let _ = flag::register_conditional_shutdown(signal, status, Arc::clone(&is_asked))
                .and_then(|_| flag::register(signal, Arc::clone(&is_asked)));
        }
        Self(is_asked)
    }

    pub(crate) fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Whether `error` says no more than that somebody asked the work to stop.
pub(crate) const fn is_cause(error: &HuntbookError) -> bool {
    matches!(
        error,
        HuntbookError::Interrupted | HuntbookError::Obfuscation(ObfuscationError::Cancelled)
    )
}
