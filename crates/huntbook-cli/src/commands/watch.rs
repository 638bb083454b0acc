//! Progress on the terminal, and Ctrl-C.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use huntbook::HuntbookError;
use huntbook::diagnostics::visible;
use huntbook::obfuscate::files::{Progress, Watch};
use indicatif::{ProgressBar, ProgressStyle};

use crate::console::Console;

/// A bar on standard error where a person watches it, and a flag that Ctrl-C sets.
pub(crate) struct TerminalWatch {
    bar: ProgressBar,
    interrupted: Arc<AtomicBool>,
}

impl TerminalWatch {
    /// Takes Ctrl-C from now on: the first stops the work in good order, the second ends the process.
    pub(crate) fn new(console: &Console) -> Result<Self, HuntbookError> {
        let bar = if console.attended() { ProgressBar::new(0) } else { ProgressBar::hidden() };
        let template = "{bar:30} {bytes}/{total_bytes}  {bytes_per_sec}  {eta} left  {msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        let interrupted = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&interrupted);
        ctrlc::set_handler(move || {
            if flag.swap(true, Ordering::Relaxed) {
                std::process::exit(130);
            }
        })
        .map_err(|error| HuntbookError::Config {
            message: format!("Ctrl-C cannot be watched for: {error}"),
            hints: Vec::new(),
        })?;
        Ok(Self { bar, interrupted })
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Watch for TerminalWatch {
    fn progress(&self, progress: Progress) {
        if self.bar.is_hidden() {
            return;
        }
        self.bar.set_length(progress.bytes_total);
        self.bar.set_position(progress.bytes_done);
        self.bar.set_message(format!("{} rows", progress.rows));
    }

    fn left_out(&self, source: &Path, reason: &str) {
        let source = visible(&source.display().to_string());
        self.bar.suspend(|| Console::say(&format!("left out: `{source}`: {reason}")));
    }

    fn is_cancelled(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }
}
