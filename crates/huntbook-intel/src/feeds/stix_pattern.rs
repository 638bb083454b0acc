//! The common subset of STIX patterns: comparisons of one value, joined by `OR`.
//!
//! ```text
//! [domain-name:value = 'evil.example.net' OR url:value = 'http://evil.example.net/a']
//! [file:hashes.'SHA-256' = '…'] OR [ipv4-addr:value ISSUBSET '198.51.100.0/24']
//! [ipv4-addr:value IN ('203.0.113.7', '203.0.113.8')]
//! ```
//!
//! Source: STIX 2.1, section 9.

use super::listing::{Listed, ListedError};
use crate::IndicatorKind;
use crate::error::quotable;

/// What a pattern lists, or why it is not supported.
pub(crate) fn values(pattern: &str) -> Result<Vec<Listed>, String> {
    let tokens = tokens(pattern)?;
    let mut parser = Parser { tokens: &tokens, listed: Vec::new() };
    parser.pattern()?;
    Ok(parser.listed)
}

#[derive(Debug, PartialEq)]
enum Token {
    /// A path, an operator word or a number.
    Word(String),
    /// What stood between quotes.
    Text(String),
    /// `[ ] ( ) , = != > < >= <=`.
    Sign(String),
}

fn tokens(pattern: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut characters = pattern.chars().peekable();
    while let Some(&c) = characters.peek() {
        match c {
            c if c.is_whitespace() => {
                characters.next();
            }
            '\'' => {
                characters.next();
                tokens.push(Token::Text(quoted(&mut characters)?));
            }
            '[' | ']' | '(' | ')' | ',' => {
                characters.next();
                tokens.push(Token::Sign(c.to_string()));
            }
            '=' | '!' | '<' | '>' => {
                let mut sign = String::new();
                while let Some(&c) = characters.peek().filter(|c| "=!<>".contains(**c)) {
                    sign.push(c);
                    characters.next();
                }
                tokens.push(Token::Sign(sign));
            }
            _ => {
                let mut word = String::new();
                while let Some(&c) =
                    characters.peek().filter(|c| !c.is_whitespace() && !"[](),=!<>".contains(**c))
                {
                    characters.next();
                    if c == '\'' {
                        // `file:hashes.'SHA-256'` is one path.
                        word.push_str(&quoted(&mut characters)?);
                    } else {
                        word.push(c);
                    }
                }
                tokens.push(Token::Word(word));
            }
        }
    }
    Ok(tokens)
}

/// The rest of a quoted text, whose opening quote is read.
fn quoted(characters: &mut impl Iterator<Item = char>) -> Result<String, String> {
    let mut text = String::new();
    while let Some(c) = characters.next() {
        match c {
            '\'' => return Ok(text),
            '\\' => text.extend(characters.next()),
            c => text.push(c),
        }
    }
    Err("a quote is not closed".to_owned())
}

struct Parser<'a> {
    tokens: &'a [Token],
    listed: Vec<Listed>,
}

impl<'a> Parser<'a> {
    /// `observation (OR observation)*` to the end.
    fn pattern(&mut self) -> Result<(), String> {
        loop {
            self.sign("[")?;
            self.comparisons()?;
            self.sign("]")?;
            match self.next() {
                None => return Ok(()),
                Some(token) => is_or(token)?,
            }
        }
    }

    /// `comparison (OR comparison)*` before `]`.
    fn comparisons(&mut self) -> Result<(), String> {
        loop {
            self.comparison()?;
            match self.tokens.first() {
                Some(Token::Sign(sign)) if sign == "]" => return Ok(()),
                Some(token) => {
                    is_or(token)?;
                    self.next();
                }
                None => return Err("a `]` is missing".to_owned()),
            }
        }
    }

    fn comparison(&mut self) -> Result<(), String> {
        let path = match self.next() {
            Some(Token::Word(word)) if word != "NOT" => word,
            Some(token) => {
                return Err(format!("{} stands where a property is expected", shown(token)));
            }
            None => return Err("it ends where a property is expected".to_owned()),
        };
        let kind = kind_of(path)
            .ok_or_else(|| format!("`{}` is no property of an indicator kind", quotable(path)))?;
        let operator = self.next();
        match operator {
            Some(Token::Sign(sign)) if sign == "=" => self.value(kind),
            Some(Token::Word(word)) if word == "ISSUBSET" => self.value(kind),
            Some(Token::Word(word)) if word == "IN" => self.set(kind),
            Some(token) => Err(format!("{} is not `=`, `IN` or `ISSUBSET`", shown(token))),
            None => Err("it ends behind a property".to_owned()),
        }
    }

    /// `('a', 'b')`.
    fn set(&mut self, kind: IndicatorKind) -> Result<(), String> {
        self.sign("(")?;
        loop {
            self.value(kind)?;
            match self.next() {
                Some(Token::Sign(sign)) if sign == "," => {}
                Some(Token::Sign(sign)) if sign == ")" => return Ok(()),
                _ => return Err("a `)` is missing".to_owned()),
            }
        }
    }

    fn value(&mut self, kind: IndicatorKind) -> Result<(), String> {
        let Some(Token::Text(text)) = self.next() else {
            return Err("a text in quotes is missing".to_owned());
        };
        let listed = Listed::read(Some(kind), text).map_err(|error| match error {
            ListedError::NotOfKind(error) => error.to_string(),
            ListedError::Nothing => format!("`{}` is no indicator", quotable(text)),
        })?;
        self.listed.push(listed);
        Ok(())
    }

    fn sign(&mut self, wanted: &str) -> Result<(), String> {
        match self.next() {
            Some(Token::Sign(sign)) if sign == wanted => Ok(()),
            Some(token) => Err(format!("{} stands where `{wanted}` is expected", shown(token))),
            None => Err(format!("a `{wanted}` is missing")),
        }
    }

    fn next(&mut self) -> Option<&'a Token> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(first)
    }
}

fn is_or(token: &Token) -> Result<(), String> {
    match token {
        Token::Word(word) if word == "OR" => Ok(()),
        token => Err(format!("{} is not `OR`", shown(token))),
    }
}

fn shown(token: &Token) -> String {
    let (Token::Word(text) | Token::Text(text) | Token::Sign(text)) = token;
    format!("`{}`", quotable(text))
}

fn kind_of(path: &str) -> Option<IndicatorKind> {
    if let Some(algorithm) = path.strip_prefix("file:hashes.") {
        return algorithm.trim_matches('"').parse().ok().filter(|kind| {
            matches!(kind, IndicatorKind::Md5 | IndicatorKind::Sha1 | IndicatorKind::Sha256)
        });
    }
    Some(match path {
        "ipv4-addr:value" => IndicatorKind::Ipv4,
        "ipv6-addr:value" => IndicatorKind::Ipv6,
        "domain-name:value" => IndicatorKind::Domain,
        "url:value" => IndicatorKind::Url,
        "email-addr:value" => IndicatorKind::Email,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn listed(pattern: &str) -> Result<Vec<String>, String> {
        Ok(values(pattern)?.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn comparisons_joined_by_or_list_their_values() {
        let md5 = "d41d8cd98f00b204e9800998ecf8427e";
        let pattern = format!(
            "[file:hashes.MD5='{md5}' OR file:hashes.'MD5' = '{md5}'] OR [email-addr:value = 'a@evil.com']"
        );
        assert_eq!(listed(&pattern).unwrap(), [md5, md5, "a@evil.com"]);
        assert_eq!(
            listed("[ipv4-addr:value IN ('1.2.3.4','1.2.3.5')]").unwrap(),
            ["1.2.3.4", "1.2.3.5"]
        );
        assert_eq!(
            listed("[ipv4-addr:value ISSUBSET '198.51.100.0/24']").unwrap(),
            ["198.51.100.0/24"]
        );
    }

    #[test]
    fn anything_else_is_refused_with_its_reason() {
        let cases = [
            ("[domain-name:value = 'a.com' AND url:value = 'http://a.com']", "`AND` is not `OR`"),
            (
                "[domain-name:value = 'a.com'] FOLLOWEDBY [url:value = 'http://a.com']",
                "`FOLLOWEDBY` is not `OR`",
            ),
            ("[domain-name:value LIKE '%.com']", "`LIKE` is not `=`, `IN` or `ISSUBSET`"),
            ("[domain-name:value != 'a.com']", "`!=` is not `=`, `IN` or `ISSUBSET`"),
            ("[process:name = 'x']", "`process:name` is no property of an indicator kind"),
            ("[domain-name:value = 'a.com", "a quote is not closed"),
            ("[domain-name:value = 'a.com'", "a `]` is missing"),
            ("", "a `[` is missing"),
        ];
        for (pattern, reason) in cases {
            assert_eq!(listed(pattern).unwrap_err(), reason, "{pattern}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(pattern in r"(\[|\]|'|\\|url:value|=|OR|IN|\(|\)|,| |a\.com|é){0,30}") {
            let _ = values(&pattern);
        }
    }
}
