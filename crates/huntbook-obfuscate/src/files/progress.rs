//! Who watches the work: told how far it is, asked whether to go on.

use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::ObfuscationError;

/// How far the work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Bytes of files that were read, over all passes.
    pub bytes_done: u64,
    /// Bytes of files to read, over all passes.
    pub bytes_total: u64,
    /// Rows that were obfuscated.
    pub rows: u64,
}

/// Is told how far the work is, and says when it is to stop. Called from several threads.
pub trait Watch: Sync {
    /// Some more is done. Called often, so this has to be quick.
    fn progress(&self, _progress: Progress) {}

    /// `source` will not be in the destination, because of `reason`.
    fn left_out(&self, _source: &Path, _reason: &str) {}

    /// Whether the work is to stop; asked after each block of rows.
    fn is_cancelled(&self) -> bool {
        false
    }
}

/// Nobody watches: the work runs to its end in silence.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unwatched;

impl Watch for Unwatched {}

/// Counts what is done and tells the watcher.
pub(super) struct Meter<'w> {
    watch: &'w dyn Watch,
    done: AtomicU64,
    rows: AtomicU64,
    total: u64,
}

impl<'w> Meter<'w> {
    pub(super) fn new(watch: &'w dyn Watch, total: u64) -> Self {
        Self { watch, done: AtomicU64::new(0), rows: AtomicU64::new(0), total }
    }

    /// Counts `bytes` read and `rows` obfuscated.
    pub(super) fn advance(&self, bytes: u64, rows: u64) {
        let done = self.done.fetch_add(bytes, Ordering::Relaxed) + bytes;
        let rows = self.rows.fetch_add(rows, Ordering::Relaxed) + rows;
        self.watch.progress(Progress {
            bytes_done: done.min(self.total),
            bytes_total: self.total,
            rows,
        });
    }

    /// Tells that `source` is left out.
    pub(super) fn left_out(&self, source: &Path, reason: &str) {
        self.watch.left_out(source, reason);
    }

    /// Fails once the watcher wants the work to stop.
    pub(super) fn go_on(&self) -> Result<(), ObfuscationError> {
        if self.watch.is_cancelled() { Err(ObfuscationError::Cancelled) } else { Ok(()) }
    }
}

/// A reader whose bytes are counted.
pub(super) struct Counted<'m, R> {
    inner: R,
    meter: &'m Meter<'m>,
}

impl<'m, R> Counted<'m, R> {
    pub(super) fn new(inner: R, meter: &'m Meter<'m>) -> Self {
        Self { inner, meter }
    }
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.meter.advance(read as u64, 0);
        Ok(read)
    }
}

impl<R: Seek> Seek for Counted<'_, R> {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.inner.seek(position)
    }
}
