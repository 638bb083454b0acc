//! Progress on the terminal, and Ctrl-C from it.

use std::path::Path;

use huntbook::diagnostics::visible;
use huntbook::obfuscate::files::{Progress, Watch};
use indicatif::{ProgressBar, ProgressStyle};

use crate::console::Console;
use crate::interrupt::Interrupt;

/// A bar on standard error, where a person watches it. Ctrl-C stops the work.
pub(crate) struct TerminalWatch {
    bar: ProgressBar,
    interrupt: Interrupt,
}

impl TerminalWatch {
    pub(crate) fn new(console: &Console) -> Self {
        let bar = if console.attended() { ProgressBar::new(0) } else { ProgressBar::hidden() };
        let template = "{bar:30} {bytes}/{total_bytes}  {bytes_per_sec}  {eta} left  {msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self { bar, interrupt: Interrupt::listen() }
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
        self.interrupt.is_asked()
    }
}
