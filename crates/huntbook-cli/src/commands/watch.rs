//! Progress on the terminal.

use std::path::Path;

use huntbook::diagnostics::visible;
use huntbook::obfuscate::files::{Progress, Watch};
use indicatif::{ProgressBar, ProgressStyle};

use crate::console::Console;

/// A bar on standard error, where a person watches it.
pub(crate) struct TerminalWatch(ProgressBar);

impl TerminalWatch {
    pub(crate) fn new(console: &Console) -> Self {
        let bar = if console.attended() { ProgressBar::new(0) } else { ProgressBar::hidden() };
        let template = "{bar:30} {bytes}/{total_bytes}  {bytes_per_sec}  {eta} left  {msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self(bar)
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.0.finish_and_clear();
    }
}

impl Watch for TerminalWatch {
    fn progress(&self, progress: Progress) {
        if self.0.is_hidden() {
            return;
        }
        self.0.set_length(progress.bytes_total);
        self.0.set_position(progress.bytes_done);
        self.0.set_message(format!("{} rows", progress.rows));
    }

    fn left_out(&self, source: &Path, reason: &str) {
        let source = visible(&source.display().to_string());
        self.0.suspend(|| Console::say(&format!("left out: `{source}`: {reason}")));
    }
}
