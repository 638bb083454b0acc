//! The verdict on one indicator, with what each source says.

use chrono::{DateTime, Utc};

use super::State;
use crate::{Indicator, Listing};

/// How what is listed stands to what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// The indicator itself is listed.
    Same,
    /// A name above it is listed: `evil.example.net` for `cdn.evil.example.net`.
    Parent,
    /// The host of the URL, or the domain of the e-mail address, is listed.
    Host,
    /// A name above that host is listed.
    ParentOfHost,
    /// A network that holds the address is listed.
    Network,
}

impl Relation {
    /// `same`, `parent`, `host`, `parent of host` or `network`.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Parent => "parent",
            Self::Host => "host",
            Self::ParentOfHost => "parent of host",
            Self::Network => "network",
        }
    }
}

/// A listing that says something about an indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// What the feed says.
    pub listing: Listing,
    /// How it concerns the indicator.
    pub relation: Relation,
}

/// What one source says of one indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceAnswer {
    /// Name of the source.
    pub source: String,
    /// What it says.
    pub state: State,
    /// How much that weighs, 0 to 100; 0 unless the state is *malicious*, *suspicious* or *likely
    /// benign*.
    pub confidence: u8,
    /// Why, in sentences for people. Quoted parts of a feed are stripped of control characters; they
    /// are still data, not markup.
    pub evidence: Vec<String>,
    /// The earliest time that it names.
    pub first_seen: Option<DateTime<Utc>>,
    /// The latest time that it names.
    pub last_seen: Option<DateTime<Utc>>,
    /// The listings behind it.
    pub matches: Vec<Match>,
}

/// The verdict on one indicator from all sources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// What was judged.
    pub indicator: Indicator,
    /// The verdict.
    pub state: State,
    /// How sure it is, 0 to 100; 0 unless the state is *malicious*, *suspicious* or *likely benign*.
    pub confidence: u8,
    /// Why, in sentences for people: a disagreement first, then the weightiest.
    pub evidence: Vec<String>,
    /// What each source says, in the order of the sources.
    pub sources: Vec<SourceAnswer>,
    /// The earliest time that a source names.
    pub first_seen: Option<DateTime<Utc>>,
    /// The latest time that a source names.
    pub last_seen: Option<DateTime<Utc>>,
}
