//! Every diagnostic code, from all crates.

use huntbook_diagnostics::CodeDoc;

/// What each code means, sorted by code.
#[must_use]
pub fn codes() -> Vec<CodeDoc> {
    let groups = [huntbook_kql_syntax::CODES, huntbook_kql::CODES, huntbook_queries::CODES];
    let mut codes: Vec<CodeDoc> = groups.concat();
    codes.sort_by_key(|code| code.code);
    codes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_is_documented_once() {
        let codes = codes();
        assert!(codes.len() > 10);
        assert!(codes.windows(2).all(|pair| pair[0].code != pair[1].code));
        assert!(codes.iter().all(|code| !code.explanation.is_empty() && !code.example.is_empty()));
    }
}
