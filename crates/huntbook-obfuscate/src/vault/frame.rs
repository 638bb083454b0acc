//! Header and frames of a vault: how they are sealed, and how each way to damage them is told.
//!
//! | bytes | header |
//! |---|---|
//! | 8 | `HBVAULT` and a zero |
//! | 4 | version, little-endian |
//! | 8 | fingerprint of key and realm |
//! | 16 | random, another one in each file |
//!
//! | bytes | frame |
//! |---|---|
//! | 4 | number, from 0, little-endian |
//! | 1 | 1 for the last frame, else 0 |
//! | 4 | length of what follows the nonce, little-endian |
//! | 24 | nonce |
//! | .. | sealed entries and 16 bytes of tag |

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use super::file_error;
use crate::key::Subkeys;
use crate::{Key, ObfuscationError};

const MAGIC: &[u8; 8] = b"HBVAULT\0";
const VERSION: u32 = 1;
const HEADER: usize = 36;
const FRAME_HEADER: usize = 9;
const NONCE: usize = 24;
const TAG: usize = 16;

/// No frame is longer: a length beyond this was changed.
pub(super) const LONGEST_FRAME: usize = 4 << 20;

/// The first bytes of a vault.
#[derive(Clone, Copy)]
pub(super) struct Header([u8; HEADER]);

impl Header {
    pub(super) fn new(fingerprint: [u8; 8], file: [u8; 16]) -> Self {
        let mut bytes = [0; HEADER];
        bytes[..8].copy_from_slice(MAGIC);
        bytes[8..12].copy_from_slice(&VERSION.to_le_bytes());
        bytes[12..20].copy_from_slice(&fingerprint);
        bytes[20..].copy_from_slice(&file);
        Self(bytes)
    }

    pub(super) const fn bytes(&self) -> &[u8] {
        &self.0
    }

    fn is_of_this_version(&self) -> bool {
        self.0.starts_with(MAGIC) && self.0[8..12] == VERSION.to_le_bytes()
    }

    fn fingerprint(&self) -> &[u8] {
        &self.0[12..20]
    }

    /// What is sealed with a frame.
    fn sealed_with(&self, number: u32, is_last: bool) -> [u8; HEADER + 5] {
        let mut bytes = [0; HEADER + 5];
        bytes[..HEADER].copy_from_slice(&self.0);
        bytes[HEADER..HEADER + 4].copy_from_slice(&number.to_le_bytes());
        bytes[HEADER + 4] = u8::from(is_last);
        bytes
    }
}

/// What tells key and realm from others.
pub(super) fn fingerprint(key: &Key, realm: &str) -> [u8; 8] {
    *Subkeys::new(key, realm).derive::<8>("vault-fingerprint")
}

fn cipher(key: &Key, realm: &str) -> XChaCha20Poly1305 {
    let subkey: Zeroizing<[u8; 32]> = Subkeys::new(key, realm).derive("vault");
    XChaCha20Poly1305::new_from_slice(subkey.as_slice()).expect("the subkey has 32 bytes")
}

/// Seals entries frame by frame.
pub(super) struct Sealer {
    cipher: XChaCha20Poly1305,
    header: Header,
    number: u32,
}

impl Sealer {
    pub(super) fn new(key: &Key, realm: &str, header: Header) -> Self {
        Self { cipher: cipher(key, realm), header, number: 0 }
    }

    /// Writes the next frame, which holds `entries`.
    pub(super) fn write(
        &mut self,
        entries: &[u8],
        is_last: bool,
        out: &mut impl Write,
    ) -> io::Result<()> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(io::Error::other)?;
        let aad = self.header.sealed_with(self.number, is_last);
        let sealed = self
            .cipher
            .encrypt(&XNonce::from(nonce), Payload { msg: entries, aad: &aad })
            .map_err(|_| io::Error::other("the frame cannot be sealed"))?;
        let length = u32::try_from(sealed.len()).map_err(io::Error::other)?;
        out.write_all(&self.number.to_le_bytes())?;
        out.write_all(&[u8::from(is_last)])?;
        out.write_all(&length.to_le_bytes())?;
        out.write_all(&nonce)?;
        out.write_all(&sealed)?;
        self.number = self.number.checked_add(1).ok_or(io::ErrorKind::FileTooLarge)?;
        Ok(())
    }
}

/// A frame that was opened.
pub(super) struct Frame {
    pub(super) entries: Zeroizing<Vec<u8>>,
    pub(super) is_last: bool,
}

/// Opens frame by frame.
pub(super) struct Reader<R> {
    file: R,
    path: PathBuf,
    cipher: XChaCha20Poly1305,
    header: Header,
    number: u32,
}

impl<R: Read> Reader<R> {
    pub(super) fn open(
        mut file: R,
        path: &Path,
        key: &Key,
        realm: &str,
    ) -> Result<Self, ObfuscationError> {
        let mut header = Header([0; HEADER]);
        let is_whole = read_whole(&mut file, &mut header.0)
            .map_err(|source| file_error("read", path, source))?;
        if !is_whole || !header.is_of_this_version() {
            return Err(ObfuscationError::NotAVault { path: path.to_owned() });
        }
        if header.fingerprint() != fingerprint(key, realm) {
            return Err(ObfuscationError::VaultKey { path: path.to_owned() });
        }
        Ok(Self { file, path: path.to_owned(), cipher: cipher(key, realm), header, number: 0 })
    }

    pub(super) fn next_frame(&mut self) -> Result<Frame, ObfuscationError> {
        let frame = self.number;
        let mut start = [0; FRAME_HEADER + NONCE];
        self.fill(&mut start)?;
        let [n0, n1, n2, n3, last, l0, l1, l2, l3, nonce @ ..] = start;
        if u32::from_le_bytes([n0, n1, n2, n3]) != frame {
            return Err(ObfuscationError::VaultOrder { path: self.path.clone(), frame });
        }
        let path = self.path.clone();
        let changed = || ObfuscationError::VaultChanged { path: path.clone(), frame };
        let length = u32::from_le_bytes([l0, l1, l2, l3]) as usize;
        if !(TAG..=LONGEST_FRAME).contains(&length) || last > 1 {
            return Err(changed());
        }
        let mut sealed = vec![0; length];
        self.fill(&mut sealed)?;
        let aad = self.header.sealed_with(frame, last == 1);
        let entries = self
            .cipher
            .decrypt(&XNonce::from(nonce), Payload { msg: &sealed, aad: &aad })
            .map_err(|_| changed())?;
        self.number += 1;
        Ok(Frame { entries: Zeroizing::new(entries), is_last: last == 1 })
    }

    /// Refuses what follows the last frame.
    pub(super) fn expect_end(mut self) -> Result<(), ObfuscationError> {
        let mut more = [0];
        let is_more = read_whole(&mut self.file, &mut more)
            .map_err(|source| file_error("read", &self.path, source))?;
        if is_more {
            return Err(ObfuscationError::VaultOrder { path: self.path, frame: self.number });
        }
        Ok(())
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), ObfuscationError> {
        match read_whole(&mut self.file, bytes) {
            Ok(true) => Ok(()),
            Ok(false) => Err(ObfuscationError::VaultTruncated {
                path: self.path.clone(),
                frame: self.number,
            }),
            Err(source) => Err(file_error("read", &self.path, source)),
        }
    }
}

/// Fills `bytes`; `false` if the file ends before.
fn read_whole(file: &mut impl Read, bytes: &mut [u8]) -> io::Result<bool> {
    match file.read_exact(bytes) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}
