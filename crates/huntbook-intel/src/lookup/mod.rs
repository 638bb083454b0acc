//! Looking indicators up in feeds: [`Lookup`], columns of tables, and the result table.

mod columns;
mod index;
mod result_table;
mod texts;

use std::fmt;
use std::net::IpAddr;

use chrono::{DateTime, Utc};

pub use columns::{ColumnMatches, MatchedIndicator};
pub use texts::Answer;

use crate::indicators::domain;
use crate::verdicts::reconcile::reconcile;
use crate::verdicts::weigh;
use crate::{Feed, Indicator, IndicatorKind, Judgement, Match, Relation, SourceAnswer};
use index::{Head, Index};

/// A set of feeds that can be asked, at one point in time.
///
/// ```
/// use chrono::{TimeZone, Utc};
/// use huntbook_intel::{Feed, Indicator, Lookup, State};
///
/// let (feed, _problems) = Feed::from_csv("demo.csv", "type,value,verdict\ndomain,evil.example.net,malicious\n")?;
/// let now = Utc.with_ymd_and_hms(2026, 11, 20, 0, 0, 0).unwrap();
/// let lookup = Lookup::new(vec![feed], now);
///
/// let asked: Vec<_> = Indicator::parse("cdn.evil[.]example[.]net").into_iter().collect();
/// let judged = lookup.ask(&asked);
/// assert_eq!(judged[0].state, State::Malicious);
/// assert_eq!(judged[0].evidence[0], "feed `demo.csv` lists its parent domain `evil.example.net` as malicious (confidence 50)");
/// # Ok::<(), huntbook_intel::IntelError>(())
/// ```
pub struct Lookup {
    feeds: Vec<Source>,
    index: Index,
    now: DateTime<Utc>,
}

impl fmt::Debug for Lookup {
    /// Names the feeds; they may list millions.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let feeds: Vec<_> = self.feeds().collect();
        f.debug_struct("Lookup")
            .field("feeds", &feeds)
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

/// A feed without its listings.
struct Source {
    name: String,
    kinds: Vec<IndicatorKind>,
}

impl Lookup {
    /// The lookup over `feeds`, in their order. `now` decides which listings have expired.
    #[must_use]
    pub fn new(feeds: Vec<Feed>, now: DateTime<Utc>) -> Self {
        let sources = feeds.iter().map(|feed| {
            let mut kinds = Vec::new();
            for listing in feed.listings() {
                if !kinds.contains(&listing.listed.kind()) {
                    kinds.push(listing.listed.kind());
                }
            }
            Source { name: feed.name().to_owned(), kinds }
        });
        Self { feeds: sources.collect(), index: Index::new(feeds), now }
    }

    /// The verdict on each of `indicators`, in their order.
    ///
    /// A name is also matched by its parents, a URL by its host, an e-mail address by its domain, an
    /// address by its networks; the evidence says by which. How listings are weighed and sources
    /// reconciled is documented with the crate's verdict rules.
    #[must_use]
    pub fn ask(&self, indicators: &[Indicator]) -> Vec<Judgement> {
        indicators.iter().map(|indicator| self.judge(indicator, &|_| true)).collect()
    }

    /// Names of the feeds, in their order.
    pub fn feeds(&self) -> impl Iterator<Item = &str> {
        self.feeds.iter().map(|feed| feed.name.as_str())
    }

    /// The verdict of the feeds that are `wanted`.
    fn judge(&self, indicator: &Indicator, wanted: &dyn Fn(&str) -> bool) -> Judgement {
        let mut matches: Vec<Vec<Match>> = self.feeds.iter().map(|_| Vec::new()).collect();
        for (head, relation) in self.heads(indicator) {
            for entry in self.index.chain(head) {
                matches[entry.feed as usize]
                    .push(Match { listing: entry.listing.clone(), relation });
            }
        }
        let asked = self.feeds.iter().zip(matches).filter(|(feed, _)| wanted(&feed.name));
        let answers = asked.map(|(feed, matches)| {
            if matches.is_empty() {
                weigh::without_match(&feed.name, indicator.kind, feed.could_match(indicator))
            } else {
                weigh::answer(&feed.name, indicator, matches, self.now)
            }
        });
        let answers: Vec<SourceAnswer> = answers.collect();
        reconcile(indicator.clone(), answers)
    }

    /// Everything listed that concerns `indicator`.
    fn heads(&self, indicator: &Indicator) -> Vec<(Head, Relation)> {
        let mut heads = Vec::new();
        match (indicator.kind, indicator.value.parse()) {
            (_, Ok(address)) => {
                let one = match address {
                    IpAddr::V4(address) => self.index.ipv4(address),
                    IpAddr::V6(address) => self.index.ipv6(address),
                };
                heads.extend(one.map(|head| (head, Relation::Same)));
                heads.extend(self.index.networks(address).map(|head| (head, Relation::Network)));
            }
            (kind, Err(_)) => {
                let value = &indicator.value;
                heads.extend(self.index.text(value.as_bytes()).map(|head| (head, Relation::Same)));
                if kind == IndicatorKind::Domain {
                    let parents = domain::parents(value)
                        .filter_map(|parent| self.index.text(parent.as_bytes()));
                    heads.extend(parents.map(|head| (head, Relation::Parent)));
                }
                if let Some(host) = indicator.host() {
                    let of_host = self.heads(&host).into_iter();
                    heads.extend(of_host.map(|(head, relation)| match relation {
                        Relation::Parent => (head, Relation::ParentOfHost),
                        Relation::Network => (head, Relation::Network),
                        _ => (head, Relation::Host),
                    }));
                }
            }
        }
        heads
    }
}

impl Source {
    fn could_match(&self, indicator: &Indicator) -> bool {
        self.kinds.contains(&indicator.kind)
            || indicator.host().is_some_and(|host| self.kinds.contains(&host.kind))
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;
    use crate::State;

    const FEED: &str = "type,value,verdict,confidence,first_seen,last_seen,valid_until,description\n\
        domain,evil.example.net,malicious,90,2026-11-16T00:00:00Z,2026-11-19T00:00:00Z,,C2 of the demo intrusion\n\
        ipv4,203.0.113.7,malicious,80,,,2026-11-01T00:00:00Z,spray\n\
        ipv4,10.0.0.5,malicious,95,,,,\n\
        ipv4,198.51.100.0/24,suspicious,60,,,,\n\
        domain,srv.corp,suspicious,60,,,,\n\
        url,http://evil.example.net/a,malicious,70,,,,\n";

    fn judge(text: &str) -> Judgement {
        let (feed, problems) = Feed::from_csv("indicators.csv", FEED).unwrap();
        assert!(problems.is_empty(), "{problems:?}");
        let (other, _) = Feed::from_csv(
            "good.csv",
            "value,verdict,confidence\nok.evil.example.net,benign,100\n",
        )
        .unwrap();
        let now = Utc.with_ymd_and_hms(2026, 11, 20, 0, 0, 0).unwrap();
        Lookup::new(vec![feed, other], now).ask(&[Indicator::parse(text).unwrap()]).remove(0)
    }

    #[test]
    fn a_listed_indicator_has_the_sentence_and_times_of_its_feed() {
        let judged = judge("evil.example.net");
        assert_eq!((judged.state, judged.confidence), (State::Malicious, 90));
        assert_eq!(
            judged.evidence,
            [
                "feed `indicators.csv` lists it as malicious (confidence 90): C2 of the demo intrusion",
                "not listed by `good.csv`"
            ]
        );
        assert_eq!(judged.last_seen, Utc.with_ymd_and_hms(2026, 11, 19, 0, 0, 0).single());
    }

    #[test]
    fn a_parent_a_host_and_a_network_match_with_less_weight_and_are_named() {
        let cases = [
            ("cdn.evil.example.net", State::Malicious, 72, "its parent domain `evil.example.net`"),
            ("https://evil.example.net/b", State::Malicious, 72, "its host `evil.example.net`"),
            (
                "https://a.evil.example.net/b",
                State::Malicious,
                63,
                "`evil.example.net`, a parent of its host,",
            ),
            ("x@evil.example.net", State::Malicious, 72, "its domain `evil.example.net`"),
            ("198.51.100.77", State::Suspicious, 42, "its network `198.51.100.0/24`"),
            ("http://198.51.100.77/", State::Suspicious, 42, "its network `198.51.100.0/24`"),
        ];
        for (text, state, confidence, subject) in cases {
            let judged = judge(text);
            assert_eq!((judged.state, judged.confidence), (state, confidence), "{text}");
            assert!(judged.evidence[0].contains(subject), "{:?}", judged.evidence);
        }
    }

    #[test]
    fn an_expired_listing_is_weaker_and_says_so() {
        let judged = judge("203.0.113.7");
        assert_eq!((judged.state, judged.confidence), (State::Suspicious, 40));
        assert_eq!(
            judged.evidence[0],
            "feed `indicators.csv` lists it as malicious (confidence 80): spray; this expired on 2026-11-01"
        );
    }

    #[test]
    fn a_private_address_is_never_malicious_and_says_why() {
        let judged = judge("10.0.0.5");
        assert_eq!((judged.state, judged.confidence), (State::Suspicious, 30));
        assert!(
            judged.evidence[0]
                .ends_with("; it is private, so it means something else in each network")
        );
    }

    #[test]
    fn sources_that_disagree_are_both_shown() {
        let judged = judge("ok.evil.example.net");
        assert_eq!((judged.state, judged.confidence), (State::Suspicious, 36));
        assert!(judged.evidence[0].starts_with("sources disagree"));
        assert_eq!(
            judged.sources.iter().map(|answer| answer.state).collect::<Vec<_>>(),
            [State::Malicious, State::LikelyBenign]
        );
    }

    #[test]
    fn not_listed_and_not_supported_are_two_states() {
        let judged = judge("192.0.2.1");
        assert_eq!((judged.state, judged.confidence), (State::NotFound, 0));
        assert_eq!(judged.sources[1].state, State::Unsupported);
        assert_eq!(
            judged.evidence[0],
            "not listed by `indicators.csv`; that does not make it clean"
        );
        assert_eq!(judge("2001:db8::1").state, State::Unsupported);
    }

    #[test]
    fn a_revoked_listing_is_no_evidence() {
        let bundle = r#"[{"type":"indicator","revoked":true,"indicator_types":["malicious-activity"],"pattern":"[url:value='http://a.com/']"}]"#;
        let (feed, _) = Feed::from_stix("b.json", bundle).unwrap();
        let lookup = Lookup::new(vec![feed], DateTime::UNIX_EPOCH);
        let judged = lookup.ask(&[Indicator::parse("http://a.com").unwrap()]);
        assert_eq!((judged[0].state, judged[0].confidence), (State::NoEvidence, 0));
    }

    #[test]
    fn without_feeds_the_verdict_is_that_nobody_was_asked() {
        let judged = Lookup::new(Vec::new(), DateTime::UNIX_EPOCH)
            .ask(&[Indicator::parse("1.2.3.4").unwrap()]);
        assert_eq!(
            (judged[0].state, judged[0].evidence[0].as_str()),
            (State::Unsupported, "no source was asked")
        );
    }
}
