//! Names that are the same everywhere and so say nothing about anyone.
//!
//! They are kept: an analyst must still see `SYSTEM`, `krbtgt` or `NT AUTHORITY`.

use crate::name_list::list;

/// The longest name in [`NAMES`], in bytes.
const LONGEST: usize = 29;

/// Built-in accounts, groups and domains of Windows and Unix, in lower case and in byte order.
const NAMES: &[&str] = list!("well_known");

/// Whether `name` is kept wherever it stands as a whole label, whatever its case.
#[inline]
pub(crate) fn is_name(name: &str) -> bool {
    // Most names are ruled out by their first byte and length, without a search.
    let Some(first) = name.as_bytes().first() else { return true };
    let first = first.to_ascii_lowercase();
    let is_possible = name.len() <= LONGEST
        && (LENGTHS_BY_FIRST_BYTE[usize::from(first)] >> name.len() & 1 == 1
            || matches!(
                name.as_bytes(),
                [b'd' | b'D', b'w' | b'W', ..] | [b'u' | b'U', b'm' | b'M', ..]
            ));
    is_possible && is_known_or_numbered(name)
}

fn is_known_or_numbered(name: &str) -> bool {
    let mut lower = [0; LONGEST];
    let Some(lower) = lower.get_mut(..name.len()) else { return false };
    lower.copy_from_slice(name.as_bytes());
    lower.make_ascii_lowercase();
    let lower = &*lower;
    let first = usize::from(lower.first().copied().unwrap_or_default());
    let names = usize::from(STARTS[first])..usize::from(STARTS[first + 1]);
    NAMES[names].iter().any(|known| known.as_bytes() == lower)
        || is_numbered(lower, b"dwm-")
        || is_numbered(lower, b"umfd-")
}

/// The names that are one word of ASCII letters and digits.
pub(crate) fn single_words() -> impl Iterator<Item = &'static str> {
    NAMES.iter().copied().filter(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// Where the names of each first byte begin in [`NAMES`]; one more at the end.
static STARTS: [u16; 257] = {
    let mut starts = [0; 257];
    let mut index = 0;
    while index < NAMES.len() {
        starts[NAMES[index].as_bytes()[0] as usize + 1] += 1;
        index += 1;
    }
    let mut first = 0;
    while first < 256 {
        starts[first + 1] += starts[first];
        first += 1;
    }
    starts
};

/// For each first byte, a bit for each length of a name that begins with it.
static LENGTHS_BY_FIRST_BYTE: [u32; 256] = {
    let mut lengths = [0; 256];
    let mut index = 0;
    while index < NAMES.len() {
        let name = NAMES[index].as_bytes();
        if name.len() <= LONGEST {
            lengths[name[0] as usize] |= 1 << name.len();
        }
        index += 1;
    }
    lengths
};

/// Whether `name` is `stem` and a number, as the accounts of the window manager are.
fn is_numbered(name: &[u8], stem: &[u8]) -> bool {
    name.strip_prefix(stem).is_some_and(|number| {
        (1..=4).contains(&number.len()) && number.iter().all(u8::is_ascii_digit)
    })
}

/// Service classes of Kerberos and Windows service principal names, in lower case.
const SERVICE_CLASSES: &[&str] = list!("service_classes");

/// Whether `name` stands before `/host` in a service principal name.
pub(crate) fn is_service_class(name: &str) -> bool {
    SERVICE_CLASSES.iter().any(|class| class.eq_ignore_ascii_case(name))
}

/// Labels with a leading `_` that service records of DNS use, and the ones below `_msdcs`.
const DNS_LABELS: &[&str] = list!("dns_labels");

/// Whether `label` belongs to the grammar of service records.
pub(crate) fn is_dns_label(label: &str) -> bool {
    DNS_LABELS.iter().any(|known| known.eq_ignore_ascii_case(label))
}

/// Last labels of private name spaces, kept as a public suffix is.
const PRIVATE_SUFFIXES: &[&str] = list!("private_suffixes");

/// Whether `label` ends names of private networks.
pub(crate) fn is_private_suffix(label: &str) -> bool {
    PRIVATE_SUFFIXES.iter().any(|known| known.eq_ignore_ascii_case(label))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_names_are_known_in_any_case() {
        for name in ["SYSTEM", "NT AUTHORITY", "Administrator", "krbtgt", "DWM-12", "umfd-0", "-"] {
            assert!(is_name(name), "{name}");
        }
    }

    #[test]
    fn names_are_grouped_by_their_first_byte_and_found() {
        assert!(NAMES.is_sorted_by_key(|name| name.as_bytes()[0]));
        assert!(NAMES.iter().all(|name| is_name(name) && is_name(&name.to_ascii_uppercase())));
    }

    #[test]
    fn other_names_are_not_known() {
        for name in ["systems", "DWM-", "dwm-12345", "dwm-x", "administrator2", "bob"] {
            assert!(!is_name(name), "{name}");
        }
    }
}
