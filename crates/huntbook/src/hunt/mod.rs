//! The demo hunt: one intrusion, asked, judged and shared in one run.
//!
//! [`hunt`] asks the logs a chain of questions, each a query of the catalogue whose values come from the
//! answer to the one before; finds the indicators in what it saw and asks the feeds; obfuscates the
//! evidence, proves that nothing leaked, and writes a report that can be handed on. It reads the logs and
//! the feeds, and nothing else: the scenario's ground truth is for the tests.

mod evidence;
mod questions;
mod report;
mod step;
mod story;

use std::collections::HashSet;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use huntbook_drivers::Cancel;
use huntbook_intel::{Judgement, Lookup, extract_batches};
use huntbook_obfuscate::{Key, Proof};
use serde::Serialize;

use crate::HuntbookError;
use crate::feeds::read_feeds;

pub use step::Step;

/// What a hunt needs to know.
#[derive(Debug)]
pub struct HuntOptions {
    /// Files and folders of logs.
    pub logs: Vec<PathBuf>,
    /// Files and folders of feeds.
    pub feeds: Vec<PathBuf>,
    /// Where the report is written.
    pub report: PathBuf,
    /// First moment, inclusive; `None`: the first event.
    pub start: Option<DateTime<Utc>>,
    /// Last moment, exclusive; `None`: just behind the last event.
    pub end: Option<DateTime<Utc>>,
    /// The clock.
    pub now: DateTime<Utc>,
    /// The key of the obfuscation.
    pub key: Key,
    /// Who the report goes to.
    pub realm: String,
}

/// What the hunt found, in clear: for the hunter's eyes, not for the report.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Findings {
    /// Addresses that sprayed passwords and got in.
    pub attacker_addresses: Vec<String>,
    /// User principal names that the attacker signed in as.
    pub accounts: Vec<String>,
    /// Service accounts that the attacker moved with, as `DOMAIN\name`.
    pub service_accounts: Vec<String>,
    /// Hosts that the attacker used, lower case, in the order of the attack.
    pub hosts: Vec<String>,
    /// Command-and-control domains.
    pub domains: Vec<String>,
    /// Addresses of the command-and-control domains.
    pub domain_addresses: Vec<String>,
}

/// Everything that came out of a hunt.
#[derive(Debug)]
pub struct Hunt {
    /// Who and what, in clear.
    pub findings: Findings,
    /// The questions and answers, in order.
    pub steps: Vec<Step>,
    /// What the feeds say of the indicators in the evidence.
    pub judgements: Vec<Judgement>,
    /// The leak check over all evidence, one a step.
    pub proofs: Vec<(String, Proof)>,
    /// The files written.
    pub files: Vec<PathBuf>,
}

impl Hunt {
    /// Whether every proof holds.
    #[must_use]
    pub fn proved(&self) -> bool {
        self.proofs.iter().all(|(_, proof)| proof.ok)
    }
}

/// Hunts and writes the report.
///
/// `tell` hears of each step before it runs. The report folder is written whole or not at all.
///
/// # Errors
///
/// Where the logs or feeds cannot be read, a query fails, the proof cannot be made, the report cannot be
/// written, or `cancel` was raised.
pub fn hunt(
    options: &HuntOptions,
    cancel: &Cancel,
    tell: &mut dyn FnMut(&str),
) -> Result<Hunt, HuntbookError> {
    let (findings, steps) = story::run(options, cancel, tell)?;
    tell("asking the feeds");
    let judgements = judge(options, &steps)?;
    tell("obfuscating and proving the evidence");
    let evidence = evidence::obfuscate(options, &steps)?;
    let files = report::write(options, &findings, &steps, &judgements, &evidence)?;
    let proofs = evidence.into_iter().map(|one| (one.name, one.proof)).collect();
    Ok(Hunt { findings, steps, judgements, proofs, files })
}

/// What the feeds say of every indicator in the answers, each asked once.
fn judge(options: &HuntOptions, steps: &[Step]) -> Result<Vec<Judgement>, HuntbookError> {
    let mut seen = HashSet::new();
    let mut indicators = Vec::new();
    for step in steps {
        for located in extract_batches(&step.result.batches, None)? {
            if seen.insert(located.indicator.clone()) {
                indicators.push(located.indicator);
            }
        }
    }
    Ok(Lookup::new(read_feeds(&options.feeds)?.feeds, options.now).ask(&indicators))
}
