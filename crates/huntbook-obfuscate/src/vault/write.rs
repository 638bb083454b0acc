//! Writing a vault: each pair once, the file whole or not at all.

use std::collections::HashSet;
use std::fmt;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;
use zeroize::Zeroizing;

use super::frame::{LONGEST_FRAME, Sealer};
use super::record::{self, Record};
use super::{file_error, header};
use crate::{Key, Kind, ObfuscationError};

/// How many bytes of entries fill a frame.
const FRAME: usize = 64 * 1024;

/// How many entries a vault has at most, unless its writer is told otherwise: some 16 bytes of memory each
/// while it is written.
const MOST_ENTRIES: usize = 10_000_000;

/// A longer original or token is left out: what is that long is a document and no name.
const LONGEST_TEXT: usize = 1 << 20;

/// Writes a vault; nothing is at its path before [`finish`](Self::finish).
pub struct VaultWriter {
    path: PathBuf,
    draft: BufWriter<NamedTempFile>,
    sealer: Sealer,
    entries: Zeroizing<Vec<u8>>,
    seen: HashSet<u128, foldhash::fast::RandomState>,
    limit: usize,
}

impl VaultWriter {
    /// A writer for a new vault at `path` under `key` for `realm`. The file will be readable by its owner
    /// only (0600).
    ///
    /// # Errors
    ///
    /// [`VaultFile`](ObfuscationError::VaultFile) if there is a file at `path` already or none can be
    /// made beside it, [`Randomness`](ObfuscationError::Randomness) without random bytes.
    pub fn create(path: &Path, key: &Key, realm: &str) -> Result<Self, ObfuscationError> {
        let failed = |source| file_error("write", path, source);
        if path.try_exists().map_err(failed)? {
            return Err(failed(io::ErrorKind::AlreadyExists.into()));
        }
        let header = header(key, realm)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        // Such a file is made for its owner only.
        let draft = tempfile::Builder::new()
            .prefix(".vault-")
            .tempfile_in(folder.unwrap_or(Path::new(".")))
            .map_err(failed)?;
        let mut draft = BufWriter::new(draft);
        draft.write_all(header.bytes()).map_err(failed)?;
        Ok(Self {
            path: path.to_owned(),
            draft,
            sealer: Sealer::new(key, realm, header),
            entries: Zeroizing::new(Vec::with_capacity(FRAME + 1024)),
            seen: HashSet::default(),
            limit: MOST_ENTRIES,
        })
    }

    /// The same writer with room for `limit` entries.
    #[must_use]
    pub const fn with_limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// Records that `token` stands for `original`, unless that was recorded before, the two are equal, or
    /// one is longer than 1 MiB.
    ///
    /// # Errors
    ///
    /// [`VaultFull`](ObfuscationError::VaultFull) if there is no room,
    /// [`VaultFile`](ObfuscationError::VaultFile) if the file cannot be written.
    pub fn record(
        &mut self,
        kind: Kind,
        original: &str,
        token: &str,
    ) -> Result<(), ObfuscationError> {
        let is_long = original.len() > LONGEST_TEXT || token.len() > LONGEST_TEXT;
        if is_long || original == token || !self.seen.insert(digest(original, token)) {
            return Ok(());
        }
        if self.seen.len() > self.limit {
            return Err(ObfuscationError::VaultFull { path: self.path.clone(), limit: self.limit });
        }
        record::write(Record { kind, token, original }, &mut self.entries);
        if self.entries.len() >= FRAME {
            self.flush(false)?;
        }
        Ok(())
    }

    /// How many entries were recorded.
    #[must_use]
    pub fn len(&self) -> usize {
        self.seen.len()
    }

    /// Whether nothing was recorded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }

    /// Puts the vault at its path. Dropped without it, the writer leaves nothing behind.
    ///
    /// # Errors
    ///
    /// [`VaultFile`](ObfuscationError::VaultFile) if the file cannot be written, or another one has come
    /// to stand at its path.
    pub fn finish(mut self) -> Result<(), ObfuscationError> {
        self.flush(true)?;
        let Self { path, draft, .. } = self;
        let failed = |source| file_error("write", &path, source);
        let draft = draft.into_inner().map_err(|error| failed(error.into_error()))?;
        draft.as_file().sync_all().map_err(failed)?;
        draft.persist_noclobber(&path).map_err(|error| failed(error.error))?;
        Ok(())
    }

    fn flush(&mut self, is_last: bool) -> Result<(), ObfuscationError> {
        const { assert!(FRAME + 2 * LONGEST_TEXT + 1024 < LONGEST_FRAME, "a reader takes each frame") };
        self.sealer
            .write(&self.entries, is_last, &mut self.draft)
            .map_err(|source| file_error("write", &self.path, source))?;
        self.entries.clear();
        Ok(())
    }
}

impl fmt::Debug for VaultWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VaultWriter({}, {} entries)", self.path.display(), self.len())
    }
}

/// 128 bits that tell one pair from all others.
fn digest(original: &str, token: &str) -> u128 {
    let digest = Sha256::new()
        .chain_update((token.len() as u64).to_le_bytes())
        .chain_update(token)
        .chain_update(original)
        .finalize();
    let first = digest.first_chunk::<16>().expect("SHA-256 gives 32 bytes");
    u128::from_le_bytes(*first)
}
