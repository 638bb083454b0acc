//! The two streams, and what the terminal can show.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use huntbook::HuntbookError;
use huntbook::diagnostics::Style;

/// Standard output for data, standard error for words about it.
#[derive(Debug)]
pub(crate) struct Console {
    style: Style,
    attended: bool,
}

impl Console {
    /// The console of this process: colours where standard error is a terminal and `NO_COLOR` is not set.
    pub(crate) fn from_process() -> Self {
        let attended = io::stderr().is_terminal();
        let colours = attended && std::env::var_os("NO_COLOR").is_none();
        Self { style: if colours { Style::Ansi } else { Style::Plain }, attended }
    }

    pub(crate) const fn style(&self) -> Style {
        self.style
    }

    /// Whether a person watches standard error, so that a moving bar makes sense.
    pub(crate) const fn attended(&self) -> bool {
        self.attended
    }

    /// Writes data to standard output.
    pub(crate) fn print(data: impl AsRef<[u8]>) -> Result<(), HuntbookError> {
        let mut out = io::stdout().lock();
        out.write_all(data.as_ref()).and_then(|()| out.flush()).map_err(to_standard_output)
    }

    /// Writes a line of words to standard error; nothing is left to say when even that fails.
    pub(crate) fn say(words: &str) {
        let _ = writeln!(io::stderr().lock(), "{words}");
    }

    /// The present moment: the only place where the command line reads the clock.
    #[expect(
        clippy::disallowed_methods,
        reason = "the program's edge hands the clock to the libraries"
    )]
    pub(crate) fn now() -> DateTime<Utc> {
        Utc::now()
    }
}

pub(crate) fn to_standard_output(source: io::Error) -> HuntbookError {
    HuntbookError::Write { path: PathBuf::from("standard output"), source: source.into() }
}

/// Whether the reader of standard output went away, as `head` does: no error of ours.
pub(crate) fn is_broken_pipe(error: &HuntbookError) -> bool {
    let HuntbookError::Write { source, .. } = error else { return false };
    source
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
