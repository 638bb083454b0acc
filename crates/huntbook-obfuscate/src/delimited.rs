//! Delimited text: each part is a token, and the delimiters between them stay.

use crate::transform::{Texts, Transform, is_placeholder};

/// Transforms the parts of texts between given characters.
pub(crate) struct Delimited<'t> {
    parts: &'t dyn Transform,
    delimiters: &'t str,
}

impl<'t> Delimited<'t> {
    /// Each part between `delimiters`, which are ASCII, goes through `parts`.
    pub(crate) fn new(parts: &'t dyn Transform, delimiters: &'t str) -> Self {
        Self { parts, delimiters }
    }

    fn is_delimiter(&self, letter: char) -> bool {
        self.delimiters.contains(letter)
    }
}

impl Transform for Delimited<'_> {
    fn write(&self, texts: &[&str], out: &mut Texts) {
        let split: Vec<&str> =
            texts.iter().flat_map(|text| text.split(|letter| self.is_delimiter(letter))).collect();
        let mut written = Texts::with_capacity(split.len(), 0);
        self.parts.write(&split, &mut written);
        let mut start = 0;
        let mut parts = written.ends.iter().map(|end| {
            let part = &written.bytes[start..*end];
            start = *end;
            part
        });
        for text in texts {
            let first = parts.next().expect("a text has one part more than delimiters");
            out.push(first);
            for delimiter in text.matches(|letter| self.is_delimiter(letter)) {
                out.push(delimiter.as_bytes());
                out.push(parts.next().expect("a part follows each delimiter"));
            }
            out.end_row();
        }
    }

    fn is_public(&self, text: &str) -> bool {
        text.split(|letter| self.is_delimiter(letter)).all(is_placeholder)
    }

    fn sensitive_parts(&self, text: &str, found: &mut dyn FnMut(&str)) {
        for part in text.split(|letter| self.is_delimiter(letter)) {
            self.parts.sensitive_parts(part, found);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::string::StringTokens;

    fn write(delimiters: &str, texts: &[&str]) -> Vec<String> {
        let strings = StringTokens::new(&[1; 16]);
        let mut out = Texts::default();
        Delimited::new(&strings, delimiters).write(texts, &mut out);
        let mut start = 0;
        out.ends
            .iter()
            .map(|end| {
                let row = String::from_utf8(out.bytes[start..*end].to_vec()).unwrap();
                start = *end;
                row
            })
            .collect()
    }

    #[test]
    fn parts_are_tokens_and_delimiters_stay() {
        let rows = write("/@", &["a/b@a", "", "//", "no delimiter", "é/"]);
        let parts: Vec<&str> = rows[0].split(['/', '@']).collect();
        assert_eq!(parts.len(), 3);
        assert!(parts[0] == parts[2] && parts[0] != parts[1] && parts[0].len() == 17);
        assert_eq!((rows[1].as_str(), rows[2].as_str(), rows[3].len()), ("", "//", 17));
        assert!(rows[4].ends_with('/') && rows[4].len() == 18);
    }

    proptest! {
        #[test]
        fn any_text_has_its_delimiters_and_as_many_parts(text in "[a-c/\\\\é -]{0,30}") {
            let row = &write("/\\", &[&text])[0];
            let delimiters = |text: &str| text.matches(['/', '\\']).collect::<String>();
            prop_assert_eq!(delimiters(row), delimiters(&text));
            for (part, token) in text.split(['/', '\\']).zip(row.split(['/', '\\'])) {
                prop_assert!(is_placeholder(part) && part == token || token.len() == 17);
            }
        }
    }
}
