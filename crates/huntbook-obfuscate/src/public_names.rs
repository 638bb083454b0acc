//! Names that are the same on every machine, for the segments of paths, URLs and resource identifiers.
//!
//! They stay, so that an analyst still sees `System32`, `powershell.exe`, `CurrentVersion\Run` or
//! `/api/v1/login`. Names of accounts and groups are in [`well_known`](crate::well_known).

mod lists;

/// The longest name in any list, in bytes.
const LONGEST: usize = 48;

/// A list of names that is searched from the range of the first byte.
pub(crate) struct Names {
    names: &'static [&'static str],
    /// Where the names of each first byte begin; one more at the end.
    starts: [u16; 257],
    /// For each first byte, a bit for each length of a name that begins with it.
    lengths: [u64; 256],
}

impl Names {
    const fn new(names: &'static [&'static str]) -> Self {
        let mut starts = [0; 257];
        let mut lengths = [0; 256];
        let mut index = 0;
        while index < names.len() {
            let name = names[index].as_bytes();
            assert!(!name.is_empty() && name.len() <= LONGEST, "a name has 1 to 48 bytes");
            lengths[name[0] as usize] |= 1 << name.len();
            starts[name[0] as usize + 1] += 1;
            index += 1;
        }
        let mut first = 0;
        while first < 256 {
            starts[first + 1] += starts[first];
            first += 1;
        }
        Self { names, starts, lengths }
    }

    /// Whether `name` is in the list, whatever its case.
    #[inline]
    pub(crate) fn contains(&self, name: &str) -> bool {
        let Some(first) = name.as_bytes().first() else { return false };
        let first = usize::from(first.to_ascii_lowercase());
        name.len() <= LONGEST
            && self.lengths[first] >> name.len() & 1 == 1
            && self.find(name, first)
    }

    fn find(&self, name: &str, first: usize) -> bool {
        let mut lower = [0; LONGEST];
        let lower = &mut lower[..name.len()];
        lower.copy_from_slice(name.as_bytes());
        lower.make_ascii_lowercase();
        let range = usize::from(self.starts[first])..usize::from(self.starts[first + 1]);
        self.names[range].binary_search_by(|known| known.as_bytes().cmp(lower)).is_ok()
    }
}

/// Folders, files, programs and registry keys, each as a whole segment or as a file name without extension.
pub(crate) static SEGMENTS: Names = Names::new(lists::NAMES);

/// Words of the paths of URLs.
pub(crate) static URL_WORDS: Names = Names::new(lists::URL_WORDS);

/// Extensions of file names, without the dot.
pub(crate) static EXTENSIONS: Names = Names::new(lists::EXTENSIONS);

/// Schemes of URIs.
pub(crate) static SCHEMES: Names = Names::new(lists::SCHEMES);

/// Schemes of URIs that have no `//`.
pub(crate) static OPAQUE_SCHEMES: Names = Names::new(lists::OPAQUE_SCHEMES);

/// Environment variables.
pub(crate) static ENVIRONMENT: Names = Names::new(lists::ENVIRONMENT);

/// Regions of Azure.
pub(crate) static AZURE_REGIONS: Names = Names::new(lists::AZURE_REGIONS);

/// Services in Amazon resource names.
pub(crate) static AWS_SERVICES: Names = Names::new(lists::AWS_SERVICES);

/// Types of resources in Amazon resource names.
pub(crate) static AWS_TYPES: Names = Names::new(lists::AWS_TYPES);

/// What follows a segment that holds one folder for each user.
const SHARED_FOLDERS: [&str; 9] =
    ["public", "default", "default user", "all users", "shared", "defaultapppool", ".", "..", "*"];

/// Whether `name` beside the folders of users belongs to no user.
pub(crate) fn is_shared_folder(name: &str) -> bool {
    SHARED_FOLDERS.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Names that have a number at their end.
const NUMBERED: [&str; 16] = [
    "com",
    "controlset",
    "cpu",
    "disk",
    "harddisk",
    "harddiskvolume",
    "harddiskvolumeshadowcopy",
    "java",
    "jdk",
    "jre",
    "lpt",
    "partition",
    "perl",
    "php",
    "python",
    "tty",
];

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
            lists::NAMES,
            lists::URL_WORDS,
            lists::EXTENSIONS,
            lists::SCHEMES,
            lists::OPAQUE_SCHEMES,
            lists::ENVIRONMENT,
            lists::AZURE_REGIONS,
            lists::AWS_SERVICES,
            lists::AWS_TYPES,
        ] {
            assert!(list.is_sorted_by(|left, right| left.as_bytes() < right.as_bytes()));
            for name in list {
                assert!(!name.bytes().any(|byte| byte.is_ascii_uppercase()), "{name}");
            }
        }
    }

    #[test]
    fn every_name_is_found_in_any_case() {
        for name in lists::NAMES {
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
