//! The weight of one listing, and what one feed says by its listings.
//!
//! | what | state | confidence |
//! |---|---|---|
//! | listed itself | as the feed says | as the feed says |
//! | a parent of the name, the host of the URL, the domain of the address | same | × 0.8 |
//! | a parent of that host, a network that holds the address | same | × 0.7 |
//! | its `valid_until` has passed | malicious becomes suspicious | × 0.5 |
//! | private address or name | malicious becomes suspicious | at most 30 |
//! | revoked | no evidence | 0 |
//!
//! Of several listings the worst state counts, and of equals the higher confidence. A benign listing
//! beside a bad one of the same feed is named in the evidence.

use chrono::{DateTime, Utc};

use super::{Match, Relation, SourceAnswer, State};
use crate::error::quotable_to;
use crate::{Indicator, IndicatorKind, Opinion};

/// Most that a listing of a private address weighs.
const MOST_FOR_PRIVATE: u8 = 30;

/// Most characters of a feed's description that evidence quotes.
const LONGEST_DESCRIPTION: usize = 200;

struct Weighed {
    state: State,
    confidence: u8,
    sentence: String,
}

/// What `feed` says of `indicator` by `matches`, of which there is at least one.
pub(crate) fn answer(
    feed: &str,
    indicator: &Indicator,
    matches: Vec<Match>,
    now: DateTime<Utc>,
) -> SourceAnswer {
    let is_private = indicator.is_private();
    let mut weighed: Vec<Weighed> =
        matches.iter().map(|found| weigh(feed, indicator, found, is_private, now)).collect();
    weighed.sort_by_key(|weighed| std::cmp::Reverse((rank(weighed.state), weighed.confidence)));
    let (state, confidence) =
        weighed.first().map_or((State::NotFound, 0), |first| (first.state, first.confidence));
    let times = || {
        matches
            .iter()
            .flat_map(|found| [found.listing.first_seen, found.listing.last_seen])
            .flatten()
    };
    let (first_seen, last_seen) = (times().min(), times().max());
    let evidence = weighed.into_iter().map(|weighed| weighed.sentence).collect();
    SourceAnswer {
        source: feed.to_owned(),
        state,
        confidence,
        evidence,
        first_seen,
        last_seen,
        matches,
    }
}

/// An answer without a listing.
pub(crate) fn without_match(feed: &str, kind: IndicatorKind, holds_kind: bool) -> SourceAnswer {
    let (state, sentence) = if holds_kind {
        (State::NotFound, format!("feed `{feed}` does not list it"))
    } else {
        (
            State::Unsupported,
            format!("feed `{feed}` lists nothing that could match {}", kind.described()),
        )
    };
    SourceAnswer {
        source: feed.to_owned(),
        state,
        confidence: 0,
        evidence: vec![sentence],
        first_seen: None,
        last_seen: None,
        matches: Vec::new(),
    }
}

/// How much a state counts against the others.
pub(crate) const fn rank(state: State) -> u8 {
    match state {
        State::Malicious => 8,
        State::Suspicious => 7,
        State::LikelyBenign => 6,
        State::NoEvidence => 5,
        State::NotFound => 4,
        State::Failed => 3,
        State::RateLimited => 2,
        State::NotSent => 1,
        State::Unsupported => 0,
    }
}

fn weigh(
    feed: &str,
    indicator: &Indicator,
    found: &Match,
    is_private: bool,
    now: DateTime<Utc>,
) -> Weighed {
    let listing = &found.listing;
    let mut sentence = format!(
        "feed `{feed}` lists {} as {} (confidence {})",
        subject(indicator, found),
        listing.opinion.word(),
        listing.confidence
    );
    if let Some(description) = &listing.description {
        sentence.push_str(": ");
        sentence.push_str(&quotable_to(LONGEST_DESCRIPTION, description));
    }
    if listing.revoked {
        sentence.push_str("; the feed has revoked this");
        return Weighed { state: State::NoEvidence, confidence: 0, sentence };
    }
    let mut state = match listing.opinion {
        Opinion::Malicious => State::Malicious,
        Opinion::Suspicious => State::Suspicious,
        Opinion::Benign => State::LikelyBenign,
    };
    let mut confidence = u32::from(listing.confidence.min(100));
    confidence = confidence * percent(found.relation) / 100;
    let weakened = if state == State::Malicious { State::Suspicious } else { state };
    if let Some(end) = listing.valid_until.filter(|end| *end < now) {
        sentence.push_str("; this expired on ");
        sentence.push_str(&end.date_naive().to_string());
        (state, confidence) = (weakened, confidence / 2);
    }
    if is_private {
        sentence.push_str("; it is private, so it means something else in each network");
        (state, confidence) = (weakened, confidence.min(u32::from(MOST_FOR_PRIVATE)));
    }
    Weighed { state, confidence: confidence as u8, sentence }
}

const fn percent(relation: Relation) -> u32 {
    match relation {
        Relation::Same => 100,
        Relation::Parent | Relation::Host => 80,
        Relation::ParentOfHost | Relation::Network => 70,
    }
}

fn subject(indicator: &Indicator, found: &Match) -> String {
    let listed = &found.listing.listed;
    match (found.relation, indicator.kind) {
        (Relation::Same, _) => "it".to_owned(),
        (Relation::Parent, _) => format!("its parent domain `{listed}`"),
        (Relation::Host, IndicatorKind::Email) => format!("its domain `{listed}`"),
        (Relation::Host, _) => format!("its host `{listed}`"),
        (Relation::ParentOfHost, IndicatorKind::Email) => {
            format!("`{listed}`, a parent of its domain,")
        }
        (Relation::ParentOfHost, _) => format!("`{listed}`, a parent of its host,"),
        (Relation::Network, _) => format!("its network `{listed}`"),
    }
}
