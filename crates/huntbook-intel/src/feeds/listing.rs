//! What a feed says about one indicator or network.

use std::fmt;

use chrono::{DateTime, Utc};
use ipnet::IpNet;

use crate::{Indicator, IndicatorKind, IntelError};

/// What a feed calls an indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Opinion {
    /// Known to be harmless.
    Benign,
    /// Listed, without a statement of malice.
    Suspicious,
    /// Known to serve an attacker.
    Malicious,
}

impl Opinion {
    /// The opinion that a feed writes as `text`, in any case: `malicious`, `benign`, and the usual
    /// other words.
    pub(crate) fn read(text: &str) -> Option<Self> {
        Some(match text.trim().to_ascii_lowercase().as_str() {
            "malicious" | "malware" | "bad" | "high" | "c2" | "phishing" | "malicious-activity" => {
                Self::Malicious
            }
            "suspicious" | "warning" | "medium" | "low" | "unknown" | "anomalous-activity" => {
                Self::Suspicious
            }
            "benign" | "clean" | "good" | "harmless" | "trusted" | "information" => Self::Benign,
            _ => return None,
        })
    }

    /// `malicious`, `suspicious` or `benign`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Benign => "benign",
            Self::Suspicious => "suspicious",
            Self::Malicious => "malicious",
        }
    }
}

/// What is listed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Listed {
    /// One indicator.
    One(Indicator),
    /// Every address of a network.
    Network(IpNet),
}

impl Listed {
    /// What `text` lists, as `kind`, or as what it looks like given `None`. A network is written
    /// `198.51.100.0/24`; `*.evil.example.net` lists the name, which its subdomains match anyway.
    pub(crate) fn read(kind: Option<IndicatorKind>, text: &str) -> Result<Self, ListedError> {
        let is_address = matches!(kind, None | Some(IndicatorKind::Ipv4 | IndicatorKind::Ipv6));
        if is_address && let Ok(network) = text.trim().parse::<IpNet>() {
            let single = network.prefix_len() == network.max_prefix_len();
            return Ok(if single {
                Self::One(Indicator::from(network.addr()))
            } else {
                Self::Network(network.trunc())
            });
        }
        let text = text.trim().strip_prefix("*.").unwrap_or(text);
        match kind {
            Some(kind) => Indicator::of(kind, text).map(Self::One).map_err(ListedError::NotOfKind),
            None => Indicator::parse(text).map(Self::One).ok_or(ListedError::Nothing),
        }
    }

    /// The kind of the indicators that match.
    #[must_use]
    pub fn kind(&self) -> IndicatorKind {
        match self {
            Self::One(indicator) => indicator.kind,
            Self::Network(IpNet::V4(_)) => IndicatorKind::Ipv4,
            Self::Network(IpNet::V6(_)) => IndicatorKind::Ipv6,
        }
    }
}

/// Why a text lists nothing.
pub(crate) enum ListedError {
    NotOfKind(IntelError),
    Nothing,
}

impl fmt::Display for Listed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(indicator) => indicator.fmt(f),
            Self::Network(network) => network.fmt(f),
        }
    }
}

/// One entry of a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// What is listed.
    pub listed: Listed,
    /// What the feed calls it.
    pub opinion: Opinion,
    /// How sure the feed is, 0 to 100; [`Listing::DEFAULT_CONFIDENCE`] where it does not say.
    pub confidence: u8,
    /// When it was seen first.
    pub first_seen: Option<DateTime<Utc>>,
    /// When it was seen last.
    pub last_seen: Option<DateTime<Utc>>,
    /// When the feed stops standing behind it.
    pub valid_until: Option<DateTime<Utc>>,
    /// Whether the feed took it back.
    pub revoked: bool,
    /// What the feed tells people about it.
    pub description: Option<String>,
    /// Where the feed has it from.
    pub source: Option<String>,
}

impl Listing {
    /// The confidence of an entry whose feed gives none.
    pub const DEFAULT_CONFIDENCE: u8 = 50;

    /// An entry of which only this much is known.
    #[must_use]
    pub const fn new(listed: Listed, opinion: Opinion) -> Self {
        Self {
            listed,
            opinion,
            confidence: Self::DEFAULT_CONFIDENCE,
            first_seen: None,
            last_seen: None,
            valid_until: None,
            revoked: false,
            description: None,
            source: None,
        }
    }
}

/// The time that `text` spells: RFC 3339, `2026-11-20 10:00:00` or `2026-11-20`, in UTC where it names
/// no zone.
pub(crate) fn read_time(text: &str) -> Option<DateTime<Utc>> {
    use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
    let text = text.trim();
    let plain = text.strip_suffix(" UTC").unwrap_or(text);
    DateTime::parse_from_rfc3339(text)
        .map(|time| time.to_utc())
        .ok()
        .or_else(|| {
            ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f"]
                .into_iter()
                .find_map(|format| NaiveDateTime::parse_from_str(plain, format).ok())
                .map(|time| time.and_utc())
        })
        .or_else(|| {
            NaiveDate::parse_from_str(plain, "%Y-%m-%d")
                .ok()
                .map(|day| day.and_time(NaiveTime::MIN).and_utc())
        })
}
