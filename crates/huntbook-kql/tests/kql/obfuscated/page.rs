//! The page `docs/concepts/what-survives.md` names cases that are there and hold what it says.

use std::fs;
use std::path::Path;

use regex::Regex;

use super::cases;

#[test]
fn each_case_that_the_page_names_is_there_and_is_lost_where_it_says_so() {
    let page = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap())
        .join("../../docs/concepts/what-survives.md");
    let page = fs::read_to_string(page).unwrap();
    let (survives, lost) = page.split_once("\n## Is lost\n").unwrap();
    let cases = cases::read();
    let name = Regex::new("`([a-z-]+: [^`]+)`").unwrap();
    for (part, is_lost) in [(survives, false), (lost, true)] {
        let mut named = 0;
        for found in name.captures_iter(part) {
            let case = cases.iter().find(|case| case.name == found[1]);
            let case = case.unwrap_or_else(|| panic!("there is no case `{}`", &found[1]));
            assert_eq!(case.lost.is_some(), is_lost, "{}", case.name);
            named += 1;
        }
        assert!(named >= 10, "{named}");
    }
}
