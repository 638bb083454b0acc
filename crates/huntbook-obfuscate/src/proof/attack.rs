//! Attacks: what somebody finds who has the outputs and the scheme, but not the key.
//!
//! Two are run on a sample of each column: functions without a key (is the output the value reversed, in
//! base64, hashed?), and the scheme under keys that people do use. The rest is told as facts.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hashbrown::HashSet;
use md5::Md5;
use rayon::prelude::*;
use serde::Serialize;
use sha1::Sha1;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512, Sha512_256};

use super::pairs::Checked;
use super::{Check, Finding, ProofColumn, ProofRule};
use crate::obfuscator::Obfuscator;
use crate::transform::{CHUNK, Texts};
use crate::{Key, Kind, token};

/// Values with fewer possible outputs match a wrong key by chance.
const ENOUGH_BITS: u32 = 40;

/// A wrong key is right for a whole dense range only by a chance that never comes.
const ENOUGH_DENSE_VALUES: usize = 8;

/// What was tried without the key, and what an outsider sees on purpose.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Attack {
    /// How many values and outputs were attacked.
    pub values: u64,
    /// The functions without a key that outputs were compared with.
    pub functions: Vec<&'static str>,
    /// How many outputs are such a function of a value of their column; 0 unless there is a finding.
    pub function_matches: u64,
    /// How many keys were guessed.
    pub guessed_keys: u64,
    /// How many outputs a guessed key gives; 0 unless there is a finding.
    pub key_matches: u64,
    /// How many values have no part that depends on the key, such as words that stay.
    pub without_key: u64,
    /// The length of the key.
    pub key_bits: u32,
    /// How many bits a token has: two of n values share one with a chance of n² / 2^85.
    pub token_bits: u32,
    /// What was not tried.
    pub not_tried: &'static str,
    /// What anyone sees in the outputs, on purpose.
    pub seen_on_purpose: &'static [&'static str],
}

const SEEN_ON_PURPOSE: &[&str] = &[
    "how often each value occurs: see `most_frequent` of each column",
    "which values occur together in a row, and in which order",
    "which addresses share a prefix, and whether an address is private, public or reserved",
    "relative identifiers of Windows accounts (500 is an administrator)",
    "capitals or small letters, the number of labels in a name, public suffixes",
    "words of products and logs, built-in accounts, kept columns: see `columns`",
];

const NOT_TRIED: &str = "keys beyond the guessed ones (2^256), comparison with data from elsewhere: whoever knows how often a value \
     occurs may know its token";

/// One function without a key.
struct Function {
    name: &'static str,
    apply: fn(&str, &mut Vec<String>),
}

const FUNCTIONS: &[Function] = &[
    Function {
        name: "other case",
        apply: |text, out| out.extend([text.to_lowercase(), text.to_uppercase()]),
    },
    Function { name: "reversed", apply: |text, out| out.push(text.chars().rev().collect()) },
    Function { name: "rot13", apply: |text, out| out.push(text.chars().map(rot13).collect()) },
    Function {
        name: "base64",
        apply: |text, out| out.extend([STANDARD.encode(text), URL_SAFE_NO_PAD.encode(text)]),
    },
    Function { name: "hexadecimal", apply: |text, out| out.push(hex::encode(text)) },
    Function {
        name: "crc32",
        apply: |text, out| out.extend([crc32(text).to_string(), format!("{:08x}", crc32(text))]),
    },
    Function { name: "md5", apply: |text, out| digest::<Md5>(text, out) },
    Function { name: "sha1", apply: |text, out| digest::<Sha1>(text, out) },
    Function { name: "sha224", apply: |text, out| digest::<Sha224>(text, out) },
    Function { name: "sha256", apply: |text, out| digest::<Sha256>(text, out) },
    Function { name: "sha384", apply: |text, out| digest::<Sha384>(text, out) },
    Function { name: "sha512", apply: |text, out| digest::<Sha512>(text, out) },
    Function { name: "sha512/256", apply: |text, out| digest::<Sha512_256>(text, out) },
];

/// The lengths at which hexadecimal digests are cut by those who shorten them.
const CUTS: [usize; 8] = [7, 8, 10, 12, 16, 20, 32, 40];

fn digest<D: Digest>(text: &str, out: &mut Vec<String>) {
    for text in [text.to_owned(), text.to_lowercase()] {
        let bytes = D::digest(text.as_bytes()).to_vec();
        for digits in [hex::encode_upper(&bytes), hex::encode(&bytes)] {
            out.extend(CUTS.iter().filter_map(|cut| digits.get(..*cut)).map(str::to_owned));
            out.push(digits);
        }
        out.push(STANDARD.encode(&bytes));
        out.push(URL_SAFE_NO_PAD.encode(&bytes));
        if let Some(code) = bytes.first_chunk::<16>() {
            let token = token::spell(u128::from_be_bytes(*code));
            out.push(String::from_utf8_lossy(&token).into_owned());
            out.push(crate::uuid::spell(u128::from_be_bytes(*code)));
        }
    }
}

const fn rot13(letter: char) -> char {
    let base = match letter {
        'a'..='z' => b'a',
        'A'..='Z' => b'A',
        _ => return letter,
    };
    ((letter as u8 - base + 13) % 26 + base) as char
}

fn crc32(text: &str) -> u32 {
    let mut crc = u32::MAX;
    for byte in text.bytes() {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = crc >> 1 ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 };
        }
    }
    !crc
}

/// How many keys are tried on values that need the table of IPv4, which takes a while to make.
const SLOW_KEYS: usize = 6;

/// How many keys are guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guesses {
    /// No attack at all.
    None,
    Few,
    All,
}

/// What people use as keys when they do not draw one.
fn guesses(realm: &str, guesses: Guesses) -> Vec<Key> {
    let hash = |text: &str| Key::from_bytes(Sha256::digest(text.as_bytes()).into());
    let padded = |text: &str| {
        let mut bytes = [0; 32];
        for (byte, letter) in bytes.iter_mut().zip(text.bytes()) {
            *byte = letter;
        }
        Key::from_bytes(bytes)
    };
    let mut keys = vec![
        Key::from_bytes([0; 32]),
        Key::from_bytes([0xff; 32]),
        hash(""),
        hash(realm),
        padded(realm),
        Key::from_bytes(std::array::from_fn(|place| place as u8)),
    ];
    if guesses == Guesses::All {
        keys.extend(PASSWORDS.split_ascii_whitespace().flat_map(|word| [hash(word), padded(word)]));
        keys.extend((1..=254).map(|byte| Key::from_bytes([byte; 32])));
        for byte in 1..=255 {
            let mut bytes = [0; 32];
            bytes[31] = byte;
            keys.push(Key::from_bytes(bytes));
        }
    }
    keys
}

const PASSWORDS: &str = "password 123456 12345678 123456789 qwerty abc123 password1 111111 123123 admin letmein welcome \
    monkey dragon iloveyou sunshine princess football shadow master secret test default changeme \
    changeit root toor guest user hunter2 passw0rd P@ssw0rd Password1 Welcome1 Summer2024 Winter2024 \
    Spring2025 Summer2025 Autumn2025 Winter2025 huntbook obfuscate obfuscation salt key secretkey \
    sentinel microsoft azure msticpy security";

/// Attacks the sampled values of all columns.
pub(super) fn attack(
    columns: &[Checked],
    obfuscator: &Obfuscator,
    extent: Guesses,
    check: &mut Check,
) -> Attack {
    let keys = guesses(obfuscator.realm(), extent);
    let mut attack = Attack {
        values: columns.iter().map(|column| column.sample.len() as u64).sum(),
        functions: FUNCTIONS.iter().map(|function| function.name).collect(),
        function_matches: 0,
        guessed_keys: keys.len() as u64,
        key_matches: 0,
        without_key: 0,
        key_bits: 256,
        token_bits: 84,
        not_tried: NOT_TRIED,
        seen_on_purpose: SEEN_ON_PURPOSE,
    };
    if extent == Guesses::None {
        attack.functions.clear();
        attack.guessed_keys = 0;
        attack.values = 0;
        return attack;
    }
    let found: Vec<u64> =
        columns.par_iter().map(|column| function_matches(column, obfuscator)).collect();
    for (column, count) in columns.iter().zip(found) {
        attack.function_matches += count;
        if count > 0 {
            check.findings.push(Finding::new(
                ProofRule::Attack,
                Some(&column.column.column),
                count,
                "outputs are a function without a key of values of the column",
            ));
        }
    }
    let attacked: Vec<Vec<Target<'_>>> = keys_matter(columns, obfuscator, &mut attack);
    let matches: Vec<Vec<u64>> = keys
        .par_iter()
        .enumerate()
        .map(|(place, key)| {
            let guess = obfuscator.under(key);
            let with_slow = extent == Guesses::All && place < SLOW_KEYS;
            let columns = columns.iter().zip(&attacked);
            columns
                .map(|(column, targets)| key_matches(&column.column, &guess, targets, with_slow))
                .collect()
        })
        .collect();
    for (place, column) in columns.iter().enumerate() {
        let count: u64 = matches.iter().map(|counts| counts[place]).sum();
        attack.key_matches += count;
        if count > 0 {
            check.findings.push(Finding::new(
                ProofRule::Attack,
                Some(&column.column.column),
                count,
                "outputs are what a key gives that anyone guesses",
            ));
        }
    }
    attack
}

/// How many outputs of a column are a function without a key of a value of it.
fn function_matches(column: &Checked, obfuscator: &Obfuscator) -> u64 {
    let Some(transform) = obfuscator.transform_at(column.column.kind, &column.column.column) else {
        return 0;
    };
    let outputs: HashSet<&str> = column
        .sample
        .iter()
        .map(|(_, output)| output.as_str())
        .filter(|output| !transform.is_public(output))
        .collect();
    let mut images = Vec::new();
    let mut count = 0;
    for (value, output) in &column.sample {
        // Chance puts any value of a dense range in the place of any other.
        if transform.domain_bits(value) < ENOUGH_BITS {
            continue;
        }
        images.clear();
        for function in FUNCTIONS {
            (function.apply)(value, &mut images);
        }
        let is_match = images.iter().any(|image| {
            image != value && image.len() > 3 && outputs.contains(image.as_str())
                || image == output && image.len() > 3
        });
        count += u64::from(is_match);
    }
    count
}

/// A value whose output depends on the key.
struct Target<'c> {
    value: &'c str,
    output: &'c str,
    is_dense: bool,
    /// Whether the table of IPv4 is needed.
    is_slow: bool,
}

/// Whether an IPv4 address stands in `text`.
fn holds_ipv4(text: &str) -> bool {
    text.split(|letter: char| !letter.is_ascii_digit() && letter != '.')
        .any(|run| run.len() > 6 && run.trim_matches('.').parse::<std::net::Ipv4Addr>().is_ok())
}

/// The values of each column whose output two wrong keys do not agree on.
fn keys_matter<'c>(
    columns: &'c [Checked],
    obfuscator: &Obfuscator,
    attack: &mut Attack,
) -> Vec<Vec<Target<'c>>> {
    let wrong = [0x5a, 0xa5].map(|byte| obfuscator.under(&Key::from_bytes([byte; 32])));
    let mut all = Vec::with_capacity(columns.len());
    for column in columns {
        let mut targets = Vec::new();
        let kind = column.column.kind;
        let path = column.column.column.as_str();
        if let [Some(left), Some(right)] =
            [wrong[0].transform_at(kind, path), wrong[1].transform_at(kind, path)]
        {
            for (value, output) in &column.sample {
                let bits = left.domain_bits(value);
                let is_dense = bits < ENOUGH_BITS;
                let is_slow = kind == Kind::Ip || holds_ipv4(value);
                let image = |transform: &dyn crate::transform::Transform| {
                    let mut out = Texts::default();
                    transform.write(&[value], &mut out);
                    out.bytes
                };
                if !is_dense && !is_slow && image(&*left) == image(&*right) {
                    attack.without_key += 1;
                } else {
                    targets.push(Target { value, output, is_dense, is_slow });
                }
            }
        }
        all.push(targets);
    }
    all
}

/// How many outputs of a column a guessed key gives.
fn key_matches(
    column: &ProofColumn,
    guess: &Obfuscator,
    targets: &[Target<'_>],
    with_slow: bool,
) -> u64 {
    let Some(transform) = guess.transform_at(column.kind, &column.column) else { return 0 };
    let (mut sparse, mut dense, mut dense_values) = (0, 0, 0);
    let targets: Vec<&Target<'_>> =
        targets.iter().filter(|target| with_slow || !target.is_slow).collect();
    for targets in targets.chunks(CHUNK) {
        let values: Vec<&str> = targets.iter().map(|target| target.value).collect();
        let mut images = Texts::default();
        transform.write(&values, &mut images);
        let mut start = 0;
        for (target, end) in targets.iter().zip(images.ends) {
            let is_match = images.bytes[start..end] == *target.output.as_bytes();
            start = end;
            dense_values += usize::from(target.is_dense);
            if is_match {
                *(if target.is_dense { &mut dense } else { &mut sparse }) += 1;
            }
        }
    }
    let is_dense_match = dense_values >= ENOUGH_DENSE_VALUES && dense as usize * 2 > dense_values;
    sparse + if is_dense_match { dense } else { 0 }
}
