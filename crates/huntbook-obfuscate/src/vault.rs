//! The vault: an encrypted file of what tokens stand for, for the key holder.
//!
//! A vault is a *header* and *frames* of about 64 KiB of *entries*. The header names the format, its version
//! and the fingerprint of key and realm. Each frame is sealed by XChaCha20-Poly1305 with a random nonce
//! under a key that HKDF makes of master key and realm; header, number of the frame and whether it is the
//! last are sealed with it. A frame that was cut off, moved or changed is an error of its own.

mod batch;
mod frame;
mod record;
#[cfg(test)]
mod tests;
mod write;

use std::collections::HashMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::Path;

use self::frame::Header;
pub use self::write::VaultWriter;
use crate::{Key, Kind, ObfuscationError};

/// The tokens of a vault and what they stand for, in memory.
///
/// `Debug` shows how many entries there are only.
pub struct Vault {
    originals: HashMap<String, Entry, foldhash::fast::RandomState>,
}

struct Entry {
    kind: Kind,
    original: String,
}

impl Vault {
    /// The vault at `path`, which was written under `key` for `realm`.
    ///
    /// # Errors
    ///
    /// [`VaultFile`](ObfuscationError::VaultFile) if the file cannot be read,
    /// [`NotAVault`](ObfuscationError::NotAVault) if it is none,
    /// [`VaultKey`](ObfuscationError::VaultKey) if key or realm are others,
    /// [`VaultTruncated`](ObfuscationError::VaultTruncated),
    /// [`VaultOrder`](ObfuscationError::VaultOrder) and
    /// [`VaultChanged`](ObfuscationError::VaultChanged) if it is not as it was written.
    pub fn open(path: &Path, key: &Key, realm: &str) -> Result<Self, ObfuscationError> {
        let failed = |source| file_error("read", path, source);
        let file = fs::File::open(path).map_err(failed)?;
        let mut reader = frame::Reader::open(io::BufReader::new(file), path, key, realm)?;
        let mut originals = HashMap::default();
        for number in 0.. {
            let frame = reader.next_frame()?;
            for entry in record::Entries::new(&frame.entries) {
                let entry = entry.ok_or_else(|| ObfuscationError::VaultChanged {
                    path: path.to_owned(),
                    frame: number,
                })?;
                originals.entry(entry.token.to_owned()).or_insert_with(|| Entry {
                    kind: entry.kind,
                    original: entry.original.to_owned(),
                });
            }
            if frame.is_last {
                break;
            }
        }
        reader.expect_end()?;
        Ok(Self { originals })
    }

    /// What `token` stands for: the first that was recorded of the spellings that share it.
    #[must_use]
    pub fn reveal(&self, token: &str) -> Option<String> {
        self.originals.get(token).map(|entry| entry.original.clone())
    }

    /// The kind that `token` was recorded under.
    #[must_use]
    pub fn kind(&self, token: &str) -> Option<Kind> {
        self.originals.get(token).map(|entry| entry.kind)
    }

    /// How many tokens it knows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.originals.len()
    }

    /// Whether it knows none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.originals.is_empty()
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vault({} entries)", self.len())
    }
}

fn file_error(action: &'static str, path: &Path, source: io::Error) -> ObfuscationError {
    ObfuscationError::VaultFile { action, path: path.to_owned(), source }
}

/// The header of a vault under `key` for `realm`.
fn header(key: &Key, realm: &str) -> Result<Header, ObfuscationError> {
    let mut file = [0; 16];
    getrandom::fill(&mut file).map_err(ObfuscationError::Randomness)?;
    Ok(Header::new(frame::fingerprint(key, realm), file))
}
