//! Keys from passphrases: Argon2id (RFC 9106) with 64 MiB, 3 passes and 4 lanes, its second
//! recommended choice.
//!
//! The salt is SHA-256 of a constant of the scheme and of what the caller gives. It does not depend on
//! the realm, so one passphrase gives one key, and the realms part later. A salt of one's own, such as the
//! name of the company, makes tables of passphrases that were computed for others useless.

use argon2::{Algorithm, Argon2, Params, Version};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::Key;
use crate::ObfuscationError;

/// How many characters a passphrase must have.
const SHORTEST: usize = 12;

/// What the salt begins with.
const SALT_DOMAIN: &[u8] = b"huntbook/v1/passphrase\0";

const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
const LANES: u32 = 4;

impl Key {
    /// The key that `passphrase` and `salt`, which may be empty, give on every machine.
    ///
    /// Takes a fraction of a second and 64 MiB. The passphrase counts byte by byte: no case, space or
    /// Unicode form is changed.
    ///
    /// # Errors
    ///
    /// [`WeakPassphrase`](ObfuscationError::WeakPassphrase) if it has fewer than 12 characters that are
    /// not space.
    #[expect(
        clippy::missing_panics_doc,
        reason = "it does not: the invariant is named at the place"
    )]
    pub fn from_passphrase(passphrase: &str, salt: &str) -> Result<Self, ObfuscationError> {
        let characters = passphrase.chars().filter(|letter| !letter.is_whitespace()).count();
        if characters < SHORTEST {
            return Err(ObfuscationError::WeakPassphrase { minimum: SHORTEST });
        }
        let salt = Sha256::new().chain_update(SALT_DOMAIN).chain_update(salt).finalize();
        let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(32))
            .expect("RFC 9106 recommends these parameters");
        let mut bytes = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.as_bytes(), &salt, bytes.as_mut_slice())
            .expect("a text in memory is shorter than 4 GiB and 32 bytes of salt suffice");
        Ok(Self::from_bytes(*bytes))
    }
}

#[cfg(test)]
mod tests {
    use argon2::{AssociatedData, ParamsBuilder};

    use super::*;

    #[test]
    fn passphrase_and_salt_make_the_key() {
        let key = Key::from_passphrase("correct horse battery", "").unwrap();
        let prints = [
            Key::from_passphrase("correct horse battery", "contoso").unwrap().fingerprint(),
            Key::from_passphrase("correct horse batterY", "").unwrap().fingerprint(),
        ];
        assert!(!prints.contains(&key.fingerprint()) && prints[0] != prints[1]);
        let again = Key::from_passphrase("correct horse battery", "").unwrap();
        assert_eq!(key.fingerprint(), again.fingerprint());
    }

    #[test]
    fn short_or_empty_passphrase_is_refused_and_not_repeated() {
        for passphrase in ["", "letmein", "           a            ", "elevenchars"] {
            let error = Key::from_passphrase(passphrase, "salt").unwrap_err();
            assert_eq!(error.code(), "OBF0023");
            assert!(!error.to_string().contains("letmein"), "{error}");
        }
    }

    /// RFC 9106, section 5.3.
    #[test]
    fn argon2id_has_the_published_vector() {
        let params = ParamsBuilder::new()
            .m_cost(32)
            .t_cost(3)
            .p_cost(4)
            .data(AssociatedData::new(&[4; 12]).unwrap())
            .build()
            .unwrap();
        let secret = [3; 8];
        let argon2 =
            Argon2::new_with_secret(&secret, Algorithm::Argon2id, Version::V0x13, params).unwrap();
        let mut tag = [0; 32];
        argon2.hash_password_into(&[1; 32], &[2; 16], &mut tag).unwrap();
        assert_eq!(
            hex::encode(tag),
            "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"
        );
    }
}
