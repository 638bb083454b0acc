//! Feeds as plain lists: one indicator or network a line.
//!
//! Comments begin with `#`, `;` or `//`. Lines of a hosts file (`0.0.0.0 evil.example.net`) list the
//! name. A list does not say what its entries are, so each is *suspicious*.

use huntbook_diagnostics::{Diagnostic, Span};

use super::listing::Listed;
use super::{Feed, Listing, Opinion, Problems, codes};
use crate::error::quotable;

impl Feed {
    /// The feed that a plain list holds, and the lines that are no indicator.
    #[must_use]
    pub fn from_text(name: &str, text: &str) -> (Self, Vec<Diagnostic>) {
        let mut feed = Self::empty(name);
        let mut problems = Problems::default();
        let mut start = 0;
        for (number, line) in (1..).zip(text.split('\n')) {
            let span = Span::new(start, start + line.len());
            start += line.len() + 1;
            let Some(entry) = entry(line) else { continue };
            match Listed::read(None, entry) {
                Ok(listed) => feed.listings.push(Listing::new(listed, Opinion::Suspicious)),
                Err(_) => problems.skip(
                    Diagnostic::error(
                        codes::BAD_ROW.code,
                        format!(
                            "line {number}: `{}` is no indicator of a known kind",
                            quotable(entry)
                        ),
                    )
                    .at(span),
                ),
            }
        }
        let problems = feed.finish(problems);
        (feed, problems)
    }
}

/// What a line lists, without comments.
fn entry(line: &str) -> Option<&str> {
    let line = line.trim_start_matches('\u{feff}').trim();
    if line.starts_with(['#', ';']) || line.starts_with("//") {
        return None;
    }
    let mut words = line.split_whitespace().take_while(|word| !word.starts_with(['#', ';']));
    match words.next()? {
        "0.0.0.0" | "127.0.0.1" | "::1" | "::" => words.next(),
        entry => Some(entry),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_comments_and_hosts_files_are_read_and_the_rest_is_reported() {
        let text = "# list\n203.0.113.7 ; spray\n0.0.0.0 evil.example.net\r\n198.51.100.0/24\n\nnot one\n; x\nhxxp://evil[.]com/a\n";
        let (feed, problems) = Feed::from_text("list.txt", text);
        let listed: Vec<_> =
            feed.listings().iter().map(|listing| listing.listed.to_string()).collect();
        assert_eq!(
            listed,
            ["203.0.113.7", "evil.example.net", "198.51.100.0/24", "http://evil.com/a"]
        );
        assert_eq!(problems[0].message, "line 6: `not` is no indicator of a known kind");
        assert_eq!(problems[0].span.unwrap().slice(text), Some("not one"));
        assert_eq!(feed.skipped(), 1);
    }
}
