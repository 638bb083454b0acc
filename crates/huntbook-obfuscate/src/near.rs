//! Near names: what a misspelt name may have meant.

/// Longer names are not compared: nobody misspells so much.
const LONGEST: usize = 64;

/// The one of `candidates` that is nearest to `name`, if it is near at all: at most one change for each
/// three characters, ignoring ASCII case.
pub(crate) fn nearest<'c>(
    name: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    if name.len() > LONGEST {
        return None;
    }
    let limit = name.chars().count().div_ceil(3);
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= LONGEST)
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(changes, _)| *changes <= limit)
        .min_by_key(|(changes, _)| *changes)
        .map(|(_, candidate)| candidate)
}

/// The words that an error about `name` ends with, or nothing.
pub(crate) fn hint<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> String {
    nearest(name, candidates).map_or_else(String::new, |near| format!("; `{near}` is near"))
}

/// How many characters must be put in, left out or replaced to make `right` of `left`.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().map(|letter| letter.to_ascii_lowercase()).collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (line, letter) in left.chars().map(|letter| letter.to_ascii_lowercase()).enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for (place, other) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = row[place + 1];
            row[place + 1] = replaced.min(diagonal + 1).min(row[place] + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misspelt_name_finds_the_nearest_and_another_word_none() {
        let names = ["account", "host", "hash", "path"];
        assert_eq!(nearest("acount", names), Some("account"));
        assert_eq!(nearest("HOTS", names), Some("host"));
        assert_eq!(nearest("zebra", names), None);
        assert_eq!(nearest(&"a".repeat(65), names), None);
        assert_eq!(hint("pathh", names), "; `path` is near");
    }
}
