//! Hashes in hexadecimal digits: a permutation of exactly as many bits.
//!
//! MD5 (also IMPHASH), SHA-1, SHA-224, SHA-256, SHA-384 and SHA-512, known by their length. Digits stay
//! upper or lower case. Lists as Sysmon writes them (`SHA1=...,MD5=...`) and a single name before a
//! digest (`sha256:...`) keep their names. Digests of the empty file, and of zeros, which say that there
//! is none, stay.

use std::sync::Arc;

use crate::ff1::Direction;
use crate::string::StringTokens;
use crate::transform::{NEVER, Texts, Transform, is_placeholder};
use crate::word_feistel::WordFeistel;

/// The longest digest, in words of 32 bits.
const MOST_WORDS: usize = 16;

/// How many words each known digest has.
const WORDS: [usize; 6] = [4, 5, 7, 8, 12, 16];

/// What stands before a digest in a list.
const NAMES: [&str; 8] =
    ["md5", "sha1", "sha224", "sha256", "sha384", "sha512", "imphash", "authentihash"];

/// The digests of no bytes at all.
const EMPTY: [&str; 6] = [
    "d41d8cd98f00b204e9800998ecf8427e",
    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "d14a028c2a3a2bc9476102bb288234c415a2b01f828ea62ac5b3e42f",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b",
    "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
];

/// Hashes as text.
pub(crate) struct Hashes {
    permutation: WordFeistel,
    strings: Arc<StringTokens>,
}

impl Hashes {
    pub(crate) fn new(key: &[u8; 16], strings: Arc<StringTokens>) -> Self {
        Self { permutation: WordFeistel::new(key), strings }
    }

    fn transform(&self, text: &str, direction: Direction) -> Option<String> {
        let mut out = String::with_capacity(text.len());
        for (place, item) in text.split(',').enumerate() {
            if place > 0 {
                out.push(',');
            }
            let (name, mut digest) = named(item)?;
            out.push_str(name);
            self.permute(&mut digest, direction);
            digest.push(&mut out);
        }
        Some(out)
    }

    fn permute(&self, digest: &mut Digest, direction: Direction) {
        if digest.is_fixed() {
            return;
        }
        loop {
            self.permutation.permute(&mut digest.words[..digest.count], direction);
            if !digest.is_fixed() {
                return;
            }
        }
    }
}

impl Transform for Hashes {
    fn write(&self, texts: &[&str], out: &mut Texts) {
        self.strings.write_images(texts, out, |text| self.transform(text, Direction::Forth));
    }

    fn reveal(&self, obfuscated: &str) -> Option<String> {
        self.transform(obfuscated, Direction::Back)
    }

    fn is_public(&self, text: &str) -> bool {
        is_placeholder(text) || digests(text).is_some_and(|all| all.iter().all(Digest::is_fixed))
    }

    fn sensitive_parts(&self, text: &str, found: &mut dyn FnMut(&str)) {
        for item in text.split(',') {
            match named(item) {
                Some((name, digest)) if !digest.is_fixed() => found(&item[name.len()..]),
                _ => {}
            }
        }
        found(text);
    }

    fn is_same(&self, left: &str, right: &str) -> bool {
        left.eq_ignore_ascii_case(right)
    }

    fn domain_bits(&self, text: &str) -> u32 {
        let Some(digests) = digests(text) else { return NEVER };
        digests
            .iter()
            .filter(|digest| !digest.is_fixed())
            .map(|digest| 32 * digest.count as u32)
            .sum()
    }
}

fn digests(text: &str) -> Option<Vec<Digest>> {
    text.split(',').map(|item| named(item).map(|(_, digest)| digest)).collect()
}

/// The name, with what stands between, and the digest of one item of a list.
fn named(item: &str) -> Option<(&str, Digest)> {
    let start = match item.find(['=', ':']) {
        Some(end) => {
            NAMES.iter().any(|name| name.eq_ignore_ascii_case(&item[..end])).then_some(end + 1)?
        }
        None => 0,
    };
    let (name, digest) = item.split_at(start);
    Some((name, Digest::parse(digest)?))
}

#[derive(Clone, Copy)]
struct Digest {
    words: [u32; MOST_WORDS],
    count: usize,
    upper: bool,
}

impl Digest {
    fn parse(text: &str) -> Option<Self> {
        let (count, rest) = (text.len() / 8, text.len() % 8);
        (rest == 0 && WORDS.contains(&count)).then_some(())?;
        let mut digest = Self { words: [0; MOST_WORDS], count, upper: false };
        let (mut has_upper, mut has_lower) = (false, false);
        for (place, byte) in text.bytes().enumerate() {
            let word = &mut digest.words[place / 8];
            *word = *word << 4 | char::from(byte).to_digit(16)?;
            has_upper |= byte.is_ascii_uppercase();
            has_lower |= byte.is_ascii_lowercase();
        }
        digest.upper = has_upper && !has_lower;
        Some(digest)
    }

    fn is_fixed(&self) -> bool {
        let words = &self.words[..self.count];
        words.iter().all(|word| *word == 0)
            || EMPTY.iter().any(|empty| {
                empty.len() == 8 * self.count
                    && u32::from_str_radix(&empty[..8], 16) == Ok(words[0])
                    && Self::parse(empty).is_some_and(|empty| empty.words == self.words)
            })
    }

    fn push(&self, out: &mut String) {
        let alphabet = if self.upper { b"0123456789ABCDEF" } else { b"0123456789abcdef" };
        for word in &self.words[..self.count] {
            for place in (0..8).rev() {
                out.push(char::from(alphabet[(word >> (4 * place)) as usize & 15]));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn hashes() -> Hashes {
        Hashes::new(&[1; 16], Arc::new(StringTokens::new(&[2; 16])))
    }

    fn obfuscate(text: &str) -> String {
        let mut out = Texts::default();
        hashes().write(&[text], &mut out);
        String::from_utf8(out.bytes).unwrap()
    }

    #[test]
    fn list_of_sysmon_is_taken_apart() {
        let (md5, sha1) = ("0123456789ABCDEF0123456789ABCDEF", "AB".repeat(20));
        let image = obfuscate(&format!("SHA1={sha1},MD5={md5},IMPHASH={}", "0".repeat(32)));
        let expected =
            format!("SHA1={},MD5={},IMPHASH={}", obfuscate(&sha1), obfuscate(md5), "0".repeat(32));
        assert_eq!(image, expected);
        assert_ne!(obfuscate(md5), md5);
        assert_eq!(obfuscate(&md5.to_lowercase()), obfuscate(md5).to_lowercase());
    }

    #[test]
    fn digests_of_the_empty_file_stay() {
        for text in EMPTY {
            assert_eq!(obfuscate(text), text);
            assert!(hashes().is_public(&text.to_uppercase()));
        }
        assert!(!hashes().is_public(&format!("MD5={},SHA1={}", EMPTY[0], "ab".repeat(20))));
    }

    #[test]
    fn text_that_is_no_hash_becomes_a_token() {
        for text in [
            "abc",
            "é",
            &"g".repeat(32),
            &"a".repeat(33),
            &format!("bob={}", "a".repeat(32)),
            ",",
            &format!("{},", "a".repeat(32)),
        ] {
            assert_eq!(obfuscate(text).len(), 17, "{text}");
        }
    }

    proptest! {
        #[test]
        fn reveal_undoes_obfuscation(digits in prop_oneof!["[0-9a-f]{32}", "[0-9A-F]{40}", "[0-9a-f]{56}", "[0-9a-f]{64}", "[0-9a-f]{96}", "[0-9a-f]{128}"]) {
            let image = obfuscate(&digits);
            prop_assert_eq!(image.len(), digits.len());
            prop_assert_ne!(&image, &digits);
            prop_assert!(hashes().reveal(&image).unwrap().eq_ignore_ascii_case(&digits));
        }
    }
}
