//! The states of a verdict, which are never merged.

use std::fmt;

/// What a source, or all sources together, say of an indicator.
///
/// *Not found* is not *no evidence*, and neither is *likely benign*: a source that knows nothing says
/// nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum State {
    /// Known to serve an attacker.
    Malicious,
    /// There is something against it, but less than that.
    Suspicious,
    /// It is known, and nothing stands against it (any more).
    NoEvidence,
    /// It is known to be harmless.
    LikelyBenign,
    /// The source was asked and does not know it. That says nothing about it.
    NotFound,
    /// The source knows nothing of this kind of indicator.
    Unsupported,
    /// The source was not asked, because the indicator must not leave.
    NotSent,
    /// The source refused to answer now.
    RateLimited,
    /// The source could not be asked.
    Failed,
}

impl State {
    /// Every state, in the order of the enum.
    pub const ALL: [Self; 9] = [
        Self::Malicious,
        Self::Suspicious,
        Self::NoEvidence,
        Self::LikelyBenign,
        Self::NotFound,
        Self::Unsupported,
        Self::NotSent,
        Self::RateLimited,
        Self::Failed,
    ];

    /// The words in the `Verdict` column: `malicious`, `no evidence`, `not found` ...
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Malicious => "malicious",
            Self::Suspicious => "suspicious",
            Self::NoEvidence => "no evidence",
            Self::LikelyBenign => "likely benign",
            Self::NotFound => "not found",
            Self::Unsupported => "unsupported",
            Self::NotSent => "not sent",
            Self::RateLimited => "rate limited",
            Self::Failed => "failed",
        }
    }

    /// The word in the `Severity` column, one of the peer's: `high`, `warning`, `information` or
    /// `unknown`.
    ///
    /// What is not known is `unknown`, never `information`.
    #[must_use]
    pub const fn severity(self) -> &'static str {
        match self {
            Self::Malicious => "high",
            Self::Suspicious => "warning",
            Self::NoEvidence | Self::LikelyBenign => "information",
            Self::NotFound
            | Self::Unsupported
            | Self::NotSent
            | Self::RateLimited
            | Self::Failed => "unknown",
        }
    }

    /// The number in the `Status` column, of the peer's `LookupStatus`: 0 OK, 1 not supported, 3 query
    /// failed, 4 no data, 10 other.
    #[must_use]
    pub const fn status(self) -> i64 {
        match self {
            Self::Malicious | Self::Suspicious | Self::NoEvidence | Self::LikelyBenign => 0,
            Self::Unsupported => 1,
            Self::RateLimited | Self::Failed => 3,
            Self::NotFound => 4,
            Self::NotSent => 10,
        }
    }

    /// Whether something stands against the indicator.
    #[must_use]
    pub const fn is_bad(self) -> bool {
        matches!(self, Self::Malicious | Self::Suspicious)
    }

    /// Whether the source knows the indicator.
    #[must_use]
    pub const fn is_known(self) -> bool {
        self.status() == 0
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.words())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_words_of_its_own() {
        let mut words: Vec<_> = State::ALL.iter().map(|state| state.words()).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), State::ALL.len());
    }

    #[test]
    fn what_is_not_known_is_never_shown_as_harmless() {
        for state in State::ALL.into_iter().filter(|state| !state.is_known()) {
            assert_eq!(state.severity(), "unknown");
        }
        assert_eq!(State::NotFound.status(), 4);
    }
}
