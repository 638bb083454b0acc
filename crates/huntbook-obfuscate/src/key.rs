//! Keys: 32 secret bytes, and the subkeys that each kind derives from them.
//!
//! A *subkey* is HKDF-SHA256 (RFC 5869) of the key, with the *realm* as salt and `huntbook/v1/<kind>`
//! as info. Two realms share no subkey, so data given to two recipients cannot be joined.

mod passphrase;

use std::fmt;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::ObfuscationError;

/// A file longer than this is no key file; it is not read to its end.
const LONGEST_KEY_FILE: u64 = 1024;

/// The 32 secret bytes that every transform starts from.
///
/// Wiped from memory when dropped. `Debug` shows the fingerprint only.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Key([u8; 32]);

impl Key {
    /// A new key from the operating system's random source.
    ///
    /// # Errors
    ///
    /// [`ObfuscationError::Randomness`] if there is no such source.
    pub fn generate() -> Result<Self, ObfuscationError> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(ObfuscationError::Randomness)?;
        Ok(Self(bytes))
    }

    /// The key made of `bytes`.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The key written as 64 hexadecimal digits in `text`, such as the value of an environment variable;
    /// space around them is ignored.
    ///
    /// # Errors
    ///
    /// [`KeyText`](ObfuscationError::KeyText), which does not repeat the text.
    pub fn from_env_value(text: &str) -> Result<Self, ObfuscationError> {
        Self::from_digits(text.trim().as_bytes()).ok_or(ObfuscationError::KeyText)
    }

    /// The key kept at `path` as 64 hexadecimal digits; made and kept there if the file is missing.
    ///
    /// The file appears whole or not at all, readable by its owner only (0600); missing folders are
    /// made with 0700. When two processes make the file at once, both get the same key.
    ///
    /// # Errors
    ///
    /// [`KeyFileOpen`](ObfuscationError::KeyFileOpen) if other users may read the file,
    /// [`KeyFileContent`](ObfuscationError::KeyFileContent) if it holds no key,
    /// [`KeyFile`](ObfuscationError::KeyFile) if it cannot be read or written.
    pub fn load_or_create(path: &Path) -> Result<Self, ObfuscationError> {
        match Self::load(path) {
            Err(ObfuscationError::KeyFile { source, .. })
                if source.kind() == io::ErrorKind::NotFound => {}
            loaded => return loaded,
        }
        let key = Self::generate()?;
        match key.store(path) {
            Ok(()) => Ok(key),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Self::load(path),
            Err(source) => {
                Err(ObfuscationError::KeyFile { action: "write", path: path.to_owned(), source })
            }
        }
    }

    /// The bytes themselves, to hand the key to another process of its holder. Never to be shown or logged.
    #[must_use]
    pub const fn secret(&self) -> &[u8; 32] {
        &self.0
    }

    /// Sixteen hexadecimal digits that tell keys apart and say nothing about them.
    #[expect(
        clippy::missing_panics_doc,
        reason = "it does not: the invariant is named at the place"
    )]
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut bytes = [0; 8];
        Hkdf::<Sha256>::new(None, &self.0)
            .expand(b"huntbook/v1/fingerprint", &mut bytes)
            .expect("8 bytes are fewer than HKDF's limit");
        hex::encode(bytes)
    }

    fn load(path: &Path) -> Result<Self, ObfuscationError> {
        let failed =
            |source| ObfuscationError::KeyFile { action: "read", path: path.to_owned(), source };
        let file = fs::File::open(path).map_err(failed)?;
        refuse_if_open_to_others(path, &file.metadata().map_err(failed)?)?;
        let mut text = Zeroizing::new(Vec::with_capacity(LONGEST_KEY_FILE as usize));
        file.take(LONGEST_KEY_FILE).read_to_end(&mut text).map_err(failed)?;
        Self::from_digits(text.trim_ascii())
            .ok_or_else(|| ObfuscationError::KeyFileContent { path: path.to_owned() })
    }

    fn from_digits(digits: &[u8]) -> Option<Self> {
        let mut bytes = Zeroizing::new([0; 32]);
        hex::decode_to_slice(digits, bytes.as_mut_slice()).ok()?;
        Some(Self(*bytes))
    }

    /// Writes the key beside `path` and links it there, so that no reader ever sees half a key.
    fn store(&self, path: &Path) -> io::Result<()> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = folder {
            create_private_folder(folder)?;
        }
        let draft = draft_path(path)?;
        let written =
            write_private_file(&draft, &self.0).and_then(|()| fs::hard_link(&draft, path));
        let removed = fs::remove_file(&draft);
        written.and(removed)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key(fingerprint: {})", self.fingerprint())
    }
}

/// Derives the subkeys of one key and realm.
pub(crate) struct Subkeys(Hkdf<Sha256>);

impl Subkeys {
    pub(crate) fn new(key: &Key, realm: &str) -> Self {
        Self(Hkdf::new(Some(realm.as_bytes()), &key.0))
    }

    /// The subkey of `name`, of 16 bytes or, for two keys in one, 32.
    pub(crate) fn derive<const BYTES: usize>(&self, name: &str) -> Zeroizing<[u8; BYTES]> {
        let mut subkey = Zeroizing::new([0; BYTES]);
        self.0
            .expand_multi_info(&[b"huntbook/v1/", name.as_bytes()], subkey.as_mut_slice())
            .expect("so few bytes are fewer than HKDF's limit");
        subkey
    }
}

fn draft_path(path: &Path) -> io::Result<PathBuf> {
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(io::Error::other)?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", hex::encode(random)));
    Ok(path.with_file_name(name))
}

fn write_private_file(path: &Path, key: &[u8; 32]) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut digits = Zeroizing::new([0; 65]);
    hex::encode_to_slice(key, &mut digits[..64]).expect("64 digits hold 32 bytes");
    digits[64] = b'\n';
    let mut file = options.open(path)?;
    file.write_all(digits.as_slice())?;
    file.sync_all()
}

fn create_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(unix)]
fn refuse_if_open_to_others(path: &Path, metadata: &fs::Metadata) -> Result<(), ObfuscationError> {
    use std::os::unix::fs::PermissionsExt;

    let mode = metadata.permissions().mode() & 0o777;
    let others = mode & 0o077;
    if others == 0 {
        Ok(())
    } else {
        Err(ObfuscationError::KeyFileOpen { path: path.to_owned(), mode })
    }
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "permissions are checked on Unix only")]
fn refuse_if_open_to_others(_: &Path, _: &fs::Metadata) -> Result<(), ObfuscationError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_is_made_once_and_loaded_after_that() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new").join("folder").join("key");
        let made = Key::load_or_create(&path).unwrap();
        let loaded = Key::load_or_create(&path).unwrap();
        assert_eq!(made.0, loaded.0);
        let left: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().collect();
        assert_eq!(left.len(), 1, "no draft is left behind");
    }

    #[cfg(unix)]
    #[test]
    fn key_file_and_its_folder_are_for_the_owner_only() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("private").join("key");
        Key::load_or_create(&path).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().unwrap()), 0o700);
    }

    #[cfg(unix)]
    #[test]
    fn key_file_that_others_may_read_is_refused_with_the_command_that_mends_it() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        Key::load_or_create(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let error = Key::load_or_create(&path).unwrap_err();
        assert_eq!(error.code(), "OBF0003");
        assert!(error.to_string().contains(&format!("chmod 600 '{}'", path.display())), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn file_without_a_key_is_refused_and_its_content_is_not_shown() {
        let folder = tempfile::tempdir().unwrap();
        for content in ["", "secret", &"0".repeat(63), &"0".repeat(2000)] {
            let path = folder.path().join("key");
            let mut options = fs::OpenOptions::new();
            options.write(true).create(true).truncate(true);
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            options.open(&path).unwrap().write_all(content.as_bytes()).unwrap();
            let error = Key::load_or_create(&path).unwrap_err();
            assert_eq!(error.code(), "OBF0004");
            assert!(!error.to_string().contains("secret"));
        }
    }

    #[test]
    fn threads_that_make_one_key_file_get_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let prints: Vec<String> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| Key::load_or_create(&path).unwrap().fingerprint()))
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(prints.iter().all(|print| *print == prints[0]), "{prints:?}");
    }

    #[test]
    fn debug_shows_the_fingerprint_only() {
        let key = Key::from_bytes([0xab; 32]);
        let shown = format!("{key:?}");
        assert!(shown.contains(&key.fingerprint()) && !shown.contains("abab"), "{shown}");
        assert_ne!(key.fingerprint(), Key::from_bytes([0xac; 32]).fingerprint());
    }

    #[test]
    fn key_as_text_is_64_digits_and_is_not_repeated_by_the_error() {
        let digits = "0a".repeat(32);
        assert_eq!(Key::from_env_value(&format!(" {digits}\n")).unwrap().0, [10; 32]);
        for text in ["", "secret", &digits[1..], &(digits.clone() + "00")] {
            let error = Key::from_env_value(text).unwrap_err();
            assert_eq!(error.code(), "OBF0022");
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }

    /// RFC 5869, appendix A.1 to A.3.
    #[test]
    fn hkdf_has_the_published_vectors() {
        let range = |from: u8, to: u8| (from..=to).collect::<Vec<u8>>();
        let cases = [
            (
                vec![0x0b; 22],
                range(0, 0x0c),
                range(0xf0, 0xf9),
                "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
            ),
            (
                range(0, 0x4f),
                range(0x60, 0xaf),
                range(0xb0, 0xff),
                "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87",
            ),
            (
                vec![0x0b; 22],
                Vec::new(),
                Vec::new(),
                "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
            ),
        ];
        for (input, salt, info, expected) in cases {
            let mut output = vec![0; expected.len() / 2];
            Hkdf::<Sha256>::new(Some(&salt), &input).expand(&info, &mut output).unwrap();
            assert_eq!(hex::encode(output), expected);
        }
    }

    #[test]
    fn longer_subkey_begins_with_the_shorter() {
        let subkeys = Subkeys::new(&Key::from_bytes([1; 32]), "here");
        let long = subkeys.derive::<32>("vault");
        assert_eq!(long[..16], *subkeys.derive::<16>("vault"));
    }

    /// RFC 5869 with these inputs, computed by an independent implementation.
    #[test]
    fn subkeys_differ_by_name_and_realm() {
        let key = Key::from_bytes([1; 32]);
        let subkey = Subkeys::new(&key, "here").derive::<16>("ipv4");
        assert_ne!(*subkey, *Subkeys::new(&key, "here").derive("ipv6"));
        assert_ne!(*subkey, *Subkeys::new(&key, "there").derive("ipv4"));
        assert_eq!(hex::encode(*subkey), "658ec66f252dc0f267826e794946ec80");
    }
}
