//! The shapes that existing notebooks know: `account-#...`, numeric text that stays numeric, parts between
//! delimiters.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, LargeStringArray};
use arrow::datatypes::DataType;
use huntbook::obfuscate::{Kind, Obfuscator};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::cells::{Objects, Odd, Outcome, Reader, Source};
use crate::enter::enter;
use crate::leaf::Strings;
use crate::parallel;

/// 10 to the power of so many digits as hold 80 bits.
const NUMBERS: u128 = 10_u128.pow(25);

/// What is done with texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Mask {
    /// A token of the whole; that of a numeric text is numeric.
    Strings,
    /// The part that names a user becomes `account-#` and a number.
    Accounts,
    /// Addresses, SIDs and GUIDs as such, all else as [`Strings`](Self::Strings).
    Found,
    /// The parts between delimiters as [`Strings`](Self::Strings); delimiters stay.
    Items(String),
    /// The map of a kind.
    Kind(Kind),
}

impl Mask {
    /// The obfuscated form of each of `texts`, in order.
    fn texts(&self, obfuscator: &Obfuscator, texts: &[&str]) -> Vec<String> {
        match self {
            Self::Strings => strings(obfuscator, texts),
            Self::Accounts => {
                let made = obfuscator.values(Kind::Account, texts);
                texts.iter().zip(made).map(|(text, safe)| account(text, &safe)).collect()
            }
            Self::Found => found(obfuscator, texts),
            Self::Items(delimiters) => items(obfuscator, delimiters, texts),
            Self::Kind(kind) => obfuscator.values(*kind, texts),
        }
    }
}

/// The cells `values`, a list or an array of objects, masked: texts as `mask` says, those inside dicts, lists and the
/// like as what they look like. Numbers, missing values and keys stay.
pub(crate) fn cells<'py>(
    obfuscator: &Obfuscator,
    mask: &Mask,
    values: &Bound<'py, PyAny>,
    odd: &Odd<'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = values.py();
    let plan = |_: &str, data_type: DataType| match data_type {
        DataType::LargeUtf8 => Kind::String,
        _ => Kind::Keep,
    };
    let source = match values.cast::<PyList>() {
        Ok(list) => Source::List(list.clone()),
        Err(_) => Source::Array(values.cast::<Objects>()?.clone()),
    };
    let reader = Reader { odd, plan: &plan, counts_rows: false, is_root_apart: true };
    let mut cells = reader.read(py, "", source)?;
    let (mut parts, mut leaves) = (Vec::new(), Vec::new());
    // The first node is that of texts in no container.
    let masks = std::iter::once(mask).chain(std::iter::repeat(&Mask::Found));
    for (node, masked) in cells.nodes.iter_mut().zip(masks) {
        let leaf = std::mem::take(&mut node.leaf).finish();
        let (chunks, keys) = leaf.map_err(|error| PyValueError::new_err(error.to_string()))?;
        leaves.push((chunks.len(), keys));
        parts.extend(chunks.into_iter().map(|chunk| (masked, chunk)));
    }
    let apply = |(mask, chunk): &(&Mask, ArrayRef)| -> ArrayRef {
        let texts: Vec<&str> = chunk.as_string::<i64>().iter().flatten().collect();
        Arc::new(LargeStringArray::from_iter_values(mask.texts(obfuscator, &texts)))
    };
    // A thread costs more than a few values do.
    let made = if parts.iter().map(|(_, chunk)| chunk.len()).sum::<usize>() <= FEW {
        parts.iter().map(apply).collect()
    } else {
        enter(py, |cancel| parallel::map(&parts, cancel, |part| Ok(apply(part))))?
    };
    let mut made = made.into_iter();
    let mut outcomes: Vec<Outcome> = leaves
        .into_iter()
        .map(|(count, keys)| {
            Outcome::Replaced(Strings::new(made.by_ref().take(count).collect(), keys))
        })
        .collect();
    cells.build(py, odd, &mut outcomes)
}

/// So few texts are masked at once.
const FEW: usize = 64;

fn found(obfuscator: &Obfuscator, texts: &[&str]) -> Vec<String> {
    let mut out: Vec<String> = vec![String::new(); texts.len()];
    for kind in [Kind::Ip, Kind::Sid, Kind::Uuid, Kind::String] {
        let places: Vec<usize> =
            (0..texts.len()).filter(|place| kind_of(texts[*place]) == kind).collect();
        let some: Vec<&str> = places.iter().map(|place| texts[*place]).collect();
        let made = if kind == Kind::String {
            strings(obfuscator, &some)
        } else {
            obfuscator.values(kind, &some)
        };
        for (place, text) in places.into_iter().zip(made) {
            out[place] = text;
        }
    }
    out
}

fn items(obfuscator: &Obfuscator, delimiters: &str, texts: &[&str]) -> Vec<String> {
    let is_delimiter = |letter: char| delimiters.contains(letter);
    let parts: Vec<&str> = texts.iter().flat_map(|text| text.split(is_delimiter)).collect();
    let mut made = strings(obfuscator, &parts).into_iter();
    let image = |text: &&str| {
        let mut out = made.next().unwrap_or_default();
        for delimiter in text.matches(is_delimiter) {
            out.push_str(delimiter);
            out.push_str(&made.next().unwrap_or_default());
        }
        out
    };
    texts.iter().map(image).collect()
}

fn strings(obfuscator: &Obfuscator, texts: &[&str]) -> Vec<String> {
    let mut made = obfuscator.values(Kind::String, texts);
    for (text, made) in texts.iter().zip(&mut made) {
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            *made = format!("{:025}", number(made));
        }
    }
    made
}

fn account(account: &str, safe: &str) -> String {
    for separator in ['\\', '/'] {
        if let Some((head, name)) = safe.rsplit_once(separator) {
            let original = account.rsplit_once(separator).map_or(account, |(_, name)| name);
            return format!("{head}{separator}{}", numbered(original, name));
        }
    }
    let original = account.split_once('@').map_or(account, |(name, _)| name);
    match safe.split_once('@') {
        Some((name, domain)) => format!("{}@{domain}", numbered(original, name)),
        None => numbered(original, safe),
    }
}

/// `account-#` and the token's number; a well-known name, which was kept, stays.
fn numbered(original: &str, token: &str) -> String {
    if original == token {
        return token.to_owned();
    }
    format!("account-#{}", number(&token.to_lowercase()))
}

/// A number of up to 25 digits that `token` gives.
fn number(token: &str) -> u128 {
    token.bytes().fold(0, |number, byte| (number << 8 | u128::from(byte)) % NUMBERS)
}

/// What a text inside a container is taken for.
fn kind_of(text: &str) -> Kind {
    let bytes = text.as_bytes();
    match bytes.first() {
        Some(b'S' | b's') if is_sid(bytes) => Kind::Sid,
        Some(b'{') if is_guid(text) => Kind::Uuid,
        Some(first) if first.is_ascii_hexdigit() || *first == b':' => {
            if is_guid(text) {
                Kind::Uuid
            } else if is_address(text) {
                Kind::Ip
            } else {
                Kind::String
            }
        }
        _ => Kind::String,
    }
}

fn is_number(text: &str) -> bool {
    (1..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_address(text: &str) -> bool {
    let (text, zone) = text.split_once('%').map_or((text, None), |(text, zone)| (text, Some(zone)));
    let is_quad = |text: &str| text.split('.').count() == 4 && text.split('.').all(is_number);
    if zone.is_none() && is_quad(text) {
        return true;
    }
    let is_zone = zone.is_none_or(|zone| {
        !zone.is_empty() && zone.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
    });
    let (groups, quad) = text.rsplit_once(':').unwrap_or_default();
    let has_quad = quad.contains('.');
    let is_end = if has_quad { is_quad(quad) } else { quad.len() <= 4 };
    is_zone
        && is_end
        && groups.contains(':')
        && (has_quad || text.len() <= 39)
        && groups.len() <= 39
        && (groups.bytes().chain(quad.bytes().filter(|_| !has_quad)))
            .all(|byte| byte.is_ascii_hexdigit() || byte == b':')
}

fn is_sid(bytes: &[u8]) -> bool {
    let Some(rest) = bytes.get(1..).and_then(|rest| rest.strip_prefix(b"-1-")) else {
        return false;
    };
    let mut parts = rest.split(|byte| *byte == b'-');
    let is_part = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    parts.clone().count() >= 2 && parts.all(is_part)
}

fn is_guid(text: &str) -> bool {
    let text = text.strip_prefix('{').unwrap_or(text);
    let text = text.strip_suffix('}').unwrap_or(text);
    let mut parts = text.split('-');
    text.len() == 36
        && [8, 4, 4, 4, 12].into_iter().all(|length| {
            parts.next().is_some_and(|part| {
                part.len() == length && part.bytes().all(|byte| byte.is_ascii_hexdigit())
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_sids_and_guids_are_found_and_other_text_is_not() {
        for (text, kind) in [
            ("10.1.2.3", Kind::Ip),
            ("fe80::1%eth0", Kind::Ip),
            ("::ffff:10.1.2.3", Kind::Ip),
            ("2001:db8::1", Kind::Ip),
            ("S-1-5-18", Kind::Sid),
            ("{0f8fad5b-d9cb-469f-a165-70867728950e}", Kind::Uuid),
            ("10.1.2", Kind::String),
            ("12:34", Kind::String),
            ("Edge 1.2.3.4", Kind::String),
            ("S-1", Kind::String),
            ("", Kind::String),
        ] {
            assert_eq!(kind_of(text), kind, "{text}");
        }
    }

    #[test]
    fn number_of_a_token_is_that_of_its_bytes() {
        assert_eq!(number("ab"), 0x6162);
        assert!(number("aaaaaaaaaaaaaaaaa") < NUMBERS);
    }
}
