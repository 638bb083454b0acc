//! Asking about texts as a caller has them: typed or not, and not always indicators.

use super::Lookup;
use crate::error::quotable;
use crate::{Indicator, IndicatorKind, IntelError, Judgement};

/// What came of one text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It is an indicator, and this is the verdict on it.
    Judged(Judgement),
    /// It is none of the kind it is said to be, or of any: nobody was asked.
    Refused {
        /// The text as given, shortened and without control characters.
        text: String,
        /// The kind it is said to be; `None` where none was said.
        kind: Option<IndicatorKind>,
        /// Why, in a sentence.
        reason: String,
    },
}

impl Lookup {
    /// What the feeds say of each text, in order; with the name of a kind (`ipv4`, `dns`, ...) where the caller
    /// knows it. `only` names the feeds to ask; `None` asks all.
    ///
    /// # Errors
    ///
    /// Where a kind has an unknown name. A text that is no indicator is an answer, not an error.
    pub fn ask_texts<T: AsRef<str>>(
        &self,
        texts: &[(T, Option<T>)],
        only: Option<&[String]>,
    ) -> Result<Vec<Answer>, IntelError> {
        let wanted = |feed: &str| only.is_none_or(|only| only.iter().any(|name| name == feed));
        texts
            .iter()
            .map(|(text, kind)| {
                let text = text.as_ref();
                let kind = kind.as_ref().map(|name| name.as_ref().parse()).transpose()?;
                let indicator = match kind {
                    Some(kind) => Indicator::of(kind, text),
                    None => match Indicator::parse(text) {
                        Some(indicator) => Ok(indicator),
                        None => {
                            return Ok(refused(text, None, "it is no indicator of a known kind"));
                        }
                    },
                };
                Ok(match indicator {
                    Ok(indicator) => Answer::Judged(self.judge(&indicator, &wanted)),
                    Err(error) => refused(text, kind, &error.to_string()),
                })
            })
            .collect()
    }
}

fn refused(text: &str, kind: Option<IndicatorKind>, reason: &str) -> Answer {
    Answer::Refused { text: quotable(text), kind, reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::{Feed, State};

    fn lookup() -> Lookup {
        let malicious = "value,verdict\nevil.example.net,malicious\n";
        let benign = "value,verdict\nevil.example.net,benign\n";
        let feeds = [("a.csv", malicious), ("b.csv", benign)];
        let feeds = feeds.map(|(name, text)| Feed::from_csv(name, text).unwrap().0);
        Lookup::new(feeds.into(), DateTime::UNIX_EPOCH)
    }

    #[test]
    fn a_text_that_is_no_indicator_is_refused_and_the_rest_is_judged() {
        let asked =
            [("no indicator", None), ("evil[.]example[.]net", None), ("10.0.0", Some("ipv4"))];
        let answers = lookup().ask_texts(&asked, None).unwrap();
        assert!(matches!(&answers[0], Answer::Refused { kind: None, .. }));
        assert!(matches!(&answers[1], Answer::Judged(judged) if judged.sources.len() == 2));
        assert!(matches!(&answers[2], Answer::Refused { kind: Some(IndicatorKind::Ipv4), .. }));
    }

    #[test]
    fn only_the_named_feeds_weigh_in() {
        let only = ["a.csv".to_owned()];
        let answers = lookup().ask_texts(&[("evil.example.net", None)], Some(&only)).unwrap();
        let Answer::Judged(judged) = &answers[0] else { panic!("refused") };
        assert_eq!((judged.state, judged.sources.len()), (State::Malicious, 1));
    }

    #[test]
    fn an_unknown_kind_is_an_error() {
        let error = lookup().ask_texts(&[("x", Some("ipv5"))], None).unwrap_err();
        assert!(matches!(error, IntelError::UnknownKind { .. }));
    }
}
