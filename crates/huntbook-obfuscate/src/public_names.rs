//! Names that are the same on every machine, for the segments of paths, URLs and resource identifiers.
//!
//! They stay, so that an analyst still sees `System32`, `powershell.exe`, `CurrentVersion\Run` or
//! `/api/v1/login`. Names of accounts and groups are in [`well_known`](crate::well_known).

use crate::name_list::list;

/// The longest name in any list, in bytes.
const LONGEST: usize = 48;

/// A list of names and a hash table of `SLOTS` places over it, a power of two.
pub(crate) struct Names<const SLOTS: usize> {
    list: &'static [&'static str],
    /// One more than the index of a name, or 0; a name whose place is taken has the next free one.
    slots: [u16; SLOTS],
    /// For each first byte, a bit for each length of a name that begins with it.
    lengths: [u64; 256],
}

impl<const SLOTS: usize> Names<SLOTS> {
    const fn new(list: &'static [&'static str]) -> Self {
        assert!(SLOTS.is_power_of_two() && SLOTS >= 2 * list.len(), "half of the places are free");
        let mut slots = [0; SLOTS];
        let mut lengths = [0; 256];
        let mut index = 0;
        while index < list.len() {
            let name = list[index].as_bytes();
            assert!(!name.is_empty() && name.len() <= LONGEST, "a name has 1 to 48 bytes");
            lengths[name[0] as usize] |= 1 << name.len();
            let mut lower = [0; LONGEST];
            let mut place = 0;
            while place < name.len() {
                lower[place] = name[place];
                place += 1;
            }
            let mut slot = hash(&lower, name.len()) % SLOTS;
            while slots[slot] != 0 {
                slot = (slot + 1) % SLOTS;
            }
            index += 1;
            slots[slot] = index as u16;
        }
        Self { list, slots, lengths }
    }

    /// Whether `name` is in the list, whatever its case.
    #[inline]
    pub(crate) fn contains(&self, name: &str) -> bool {
        let Some(first) = name.as_bytes().first() else { return false };
        let first = usize::from(first.to_ascii_lowercase());
        name.len() <= LONGEST && self.lengths[first] >> name.len() & 1 == 1 && self.find(name)
    }

    fn find(&self, name: &str) -> bool {
        let mut lower = [0; LONGEST];
        lower[..name.len()].copy_from_slice(name.as_bytes());
        lower.make_ascii_lowercase();
        let mut slot = hash(&lower, name.len()) % SLOTS;
        while let Some(index) = usize::from(self.slots[slot]).checked_sub(1) {
            if self.list[index].as_bytes() == &lower[..name.len()] {
                return true;
            }
            slot = (slot + 1) % SLOTS;
        }
        false
    }
}

/// A hash of the first `length` bytes of `name`, which holds zeros after them.
#[inline]
const fn hash(name: &[u8; LONGEST], length: usize) -> usize {
    let (words, _) = name.as_chunks::<8>();
    let mut hash = length as u64;
    let mut index = 0;
    while 8 * index < length {
        hash = (hash ^ u64::from_le_bytes(words[index])).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        hash ^= hash >> 29;
        index += 1;
    }
    (hash >> 8) as usize
}

/// Folders, files, programs and registry keys, each as a whole segment or as a file name without extension.
pub(crate) static SEGMENTS: Names<4096> = Names::new(list!("segments"));

/// Words of the paths of URLs.
pub(crate) static URL_WORDS: Names<2048> = Names::new(list!("url_words"));

/// Extensions of file names, without the dot.
pub(crate) static EXTENSIONS: Names<1024> = Names::new(list!("extensions"));

/// Schemes of URIs.
pub(crate) static SCHEMES: Names<512> = Names::new(list!("schemes"));

/// Schemes of URIs that have no `//`.
pub(crate) static OPAQUE_SCHEMES: Names<128> = Names::new(list!("opaque_schemes"));

/// Environment variables.
pub(crate) static ENVIRONMENT: Names<256> = Names::new(list!("environment"));

/// Regions of Azure.
pub(crate) static AZURE_REGIONS: Names<256> = Names::new(list!("azure_regions"));

/// Services in Amazon resource names.
pub(crate) static AWS_SERVICES: Names<512> = Names::new(list!("aws_services"));

/// Types of resources in Amazon resource names.
pub(crate) static AWS_TYPES: Names<512> = Names::new(list!("aws_types"));

/// What follows a segment that holds one folder for each user.
const SHARED_FOLDERS: &[&str; 9] = list!("shared_folders");

/// Whether `name` beside the folders of users belongs to no user.
pub(crate) fn is_shared_folder(name: &str) -> bool {
    SHARED_FOLDERS.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Names that have a number at their end.
const NUMBERED: &[&str; 16] = list!("numbered");

/// Whether `name` is a public name and up to four digits, such as `HarddiskVolume3`.
pub(crate) fn is_numbered(name: &str) -> bool {
    let stem = name.trim_end_matches(|digit: char| digit.is_ascii_digit() || digit == '.');
    (1..=4).contains(&(name.len() - stem.len()))
        && NUMBERED.iter().any(|known| known.eq_ignore_ascii_case(stem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_in_byte_order_and_lower_case() {
        for list in [
            SEGMENTS.list,
            URL_WORDS.list,
            EXTENSIONS.list,
            SCHEMES.list,
            OPAQUE_SCHEMES.list,
            ENVIRONMENT.list,
            AZURE_REGIONS.list,
            AWS_SERVICES.list,
            AWS_TYPES.list,
        ] {
            assert!(list.is_sorted_by(|left, right| left.as_bytes() < right.as_bytes()));
            for name in list {
                assert!(!name.bytes().any(|byte| byte.is_ascii_uppercase()), "{name}");
            }
        }
    }

    #[test]
    fn every_name_is_found_in_any_case() {
        for name in SEGMENTS.list {
            assert!(SEGMENTS.contains(name) && SEGMENTS.contains(&name.to_uppercase()), "{name}");
        }
        for name in ["", "contoso", "bob", "system33", "é"] {
            assert!(!SEGMENTS.contains(name) && !URL_WORDS.contains(name), "{name}");
        }
    }

    #[test]
    fn names_with_a_number_are_known_by_their_stem() {
        assert!(is_numbered("HarddiskVolume3") && is_numbered("Python3.11"));
        assert!(!is_numbered("HarddiskVolume") && !is_numbered("bob3") && !is_numbered("123"));
    }
}
