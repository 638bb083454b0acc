//! Near names: what a misspelt name may have meant.

/// At most this many suggestions are made.
const MOST: usize = 3;

/// The candidates closest to `name`, best first, at most three.
///
/// A candidate counts when it is equal but for case, when the edit distance (with transpositions, case
/// ignored) is at most a third of the longer name, or when one begins with the other or with something
/// close to it (`Acount` and `AccountUPN`). Ties keep the order of the candidates.
///
/// # Complexity
///
/// O(candidates · name length · candidate length) time.
#[must_use]
pub fn near<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted = name.to_lowercase();
    let mut scored: Vec<(usize, &str)> = candidates
        .into_iter()
        .filter_map(|candidate| Some((distance(&wanted, &candidate.to_lowercase())?, candidate)))
        .collect();
    scored.sort_by_key(|(distance, _)| *distance);
    scored.dedup_by_key(|(_, candidate)| *candidate);
    scored.into_iter().take(MOST).map(|(_, candidate)| candidate).collect()
}

/// `similar <thing>s: ...` for the near names, or `None` where nothing is near.
#[must_use]
pub fn near_hint<'a>(
    thing: &str,
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    let names: Vec<String> =
        near(name, candidates).iter().map(|near| format!("`{near}`")).collect();
    match names.len() {
        0 => None,
        1 => Some(format!("similar {thing}: {}", names[0])),
        _ => Some(format!("similar {thing}s: {}", names.join(", "))),
    }
}

fn distance(wanted: &str, candidate: &str) -> Option<usize> {
    let longer = wanted.chars().count().max(candidate.chars().count());
    let edits = strsim::damerau_levenshtein(wanted, candidate);
    let shorter_is_word = wanted.len().min(candidate.len()) >= 3;
    let begins = candidate.starts_with(wanted)
        || wanted.starts_with(candidate)
        || begins_closely(wanted, candidate);
    if edits * 3 <= longer.max(3) {
        Some(edits)
    } else if shorter_is_word && begins {
        Some(longer)
    } else {
        None
    }
}

/// Whether `candidate` begins with something at most a quarter away from `wanted`.
fn begins_closely(wanted: &str, candidate: &str) -> bool {
    let length = wanted.chars().count();
    let beginning: String = candidate.chars().take(length + 1).collect();
    strsim::damerau_levenshtein(wanted, &beginning) * 4 <= length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_puts_the_smallest_distance_first() {
        assert_eq!(
            near("Acount", ["AccountUPN", "Account", "Computer"]),
            ["Account", "AccountUPN"]
        );
    }

    #[test]
    fn near_ignores_case() {
        assert_eq!(near("computer", ["Computer"]), ["Computer"]);
    }

    #[test]
    fn near_of_an_unlike_name_is_empty() {
        assert!(near("zzz", ["Account", "Computer"]).is_empty());
        assert_eq!(near_hint("column", "zzz", ["Account"]), None);
    }

    #[test]
    fn near_sees_swapped_letters() {
        assert_eq!(near("summarzie", ["summarize", "sort"]), ["summarize"]);
    }
}
