//! The threat-intelligence feed that lies beside the logs, as CSV and as a STIX 2.1 bundle.
//!
//! Five indicators are the intruder's. The others are decoys out of the ranges reserved for
//! documentation, and never occur in the logs.

use std::collections::HashSet;
use std::fmt::Write;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::Scenario;
use crate::dice::Dice;
use crate::intrusion::{DOMAIN_WORDS, EXAMPLE_DOMAINS};

/// How many decoys of each kind.
const DECOYS: &[(&str, usize)] = &[
    ("ipv4", 70),
    ("ipv6", 20),
    ("domain", 60),
    ("url", 40),
    ("sha256", 30),
    ("sha1", 10),
    ("md5", 15),
    ("email", 15),
];

/// An indicator and what the feed says about it.
#[derive(Debug, Clone)]
pub(crate) struct FeedIndicator {
    /// `ipv4`, `ipv6`, `domain`, `url`, `sha256`, `sha1`, `md5` or `email`.
    pub(crate) kind: &'static str,
    pub(crate) value: String,
    /// `malicious`, `suspicious` or `benign`.
    pub(crate) verdict: &'static str,
    /// 0 to 100.
    pub(crate) confidence: u64,
    pub(crate) first_seen: DateTime<Utc>,
    pub(crate) last_seen: DateTime<Utc>,
    pub(crate) description: &'static str,
    pub(crate) source: &'static str,
}

/// The intruder's indicators and the decoys, shuffled together.
pub(crate) fn indicators(scenario: &Scenario) -> Vec<FeedIndicator> {
    let mut dice = Dice::new(scenario.options.seed, "feed");
    let intrusion = &scenario.intrusion;
    let mut seen = HashSet::new();
    let mut indicators = Vec::new();
    let mut add =
        |kind, value: String, judgement: (&'static str, u64, &'static str), dice: &mut Dice| {
            if !seen.insert(value.clone()) {
                return false;
            }
            let (verdict, confidence, description) = judgement;
            let source = *dice.pick(&["Example CERT", "Example ISAC", "Lab feed"]);
            let last_seen = scenario.options.end - TimeDelta::hours(dice.between(6, 400) as i64);
            indicators.push(FeedIndicator {
                kind,
                value,
                verdict,
                confidence,
                first_seen: last_seen - TimeDelta::days(dice.between(3, 240) as i64),
                last_seen,
                description,
                source,
            });
            true
        };
    let own = [
        ("domain", intrusion.control_domain.clone(), ("malicious", 95, "command and control")),
        ("ipv4", intrusion.control_address.clone(), ("malicious", 90, "command and control")),
        ("ipv4", intrusion.spray_address.clone(), ("malicious", 80, "password spraying")),
        ("url", intrusion.payload_url.clone(), ("malicious", 95, "second-stage script")),
        ("sha256", intrusion.uploader.hash("sha256", 64), ("malicious", 85, "exfiltration tool")),
    ];
    for (kind, value, judgement) in own {
        add(kind, value, judgement, &mut dice);
    }
    for &(kind, count) in DECOYS {
        let mut left = count;
        while left > 0 {
            let value = decoy(kind, &mut dice);
            let judgement = *dice.weighted(&[
                (45, ("malicious", "malware distribution")),
                (20, ("malicious", "phishing")),
                (25, ("suspicious", "scanning")),
                (10, ("benign", "research scanner")),
            ]);
            let confidence = dice.between(30, 95);
            left -=
                usize::from(add(kind, value, (judgement.0, confidence, judgement.1), &mut dice));
        }
    }
    let order = dice.sample(indicators.len(), indicators.len());
    order.into_iter().map(|place| indicators[place].clone()).collect()
}

/// A value in documentation space. Its words differ from the intruder's in number.
fn decoy(kind: &str, dice: &mut Dice) -> String {
    let domain = |dice: &mut Dice| {
        let words: Vec<&str> =
            dice.sample(DOMAIN_WORDS.len(), 3).into_iter().map(|word| DOMAIN_WORDS[word]).collect();
        format!("{}.{}", words.join("-"), dice.pick(EXAMPLE_DOMAINS))
    };
    match kind {
        "ipv4" => format!("{}.{}", dice.pick(&["203.0.113", "198.51.100"]), dice.between(1, 254)),
        "ipv6" => format!("2001:db8:{:x}::{:x}", dice.below(0xffff), dice.between(1, 0xffff)),
        "domain" => domain(dice),
        "url" => format!("https://{}/{}/{}.bin", domain(dice), dice.word(5), dice.word(6)),
        "sha1" => dice.hex(40),
        "md5" => dice.hex(32),
        "email" => format!("{}@{}", dice.word(7), domain(dice)),
        _ => dice.hex(64),
    }
}

/// The feed as CSV with a header line; no value holds a comma, a quote or a line break.
pub(crate) fn csv(indicators: &[FeedIndicator]) -> String {
    let mut text =
        String::from("type,value,verdict,confidence,first_seen,last_seen,description,source\n");
    for indicator in indicators {
        writeln!(
            text,
            "{},{},{},{},{},{},{},{}",
            indicator.kind,
            indicator.value,
            indicator.verdict,
            indicator.confidence,
            time(indicator.first_seen),
            time(indicator.last_seen),
            indicator.description,
            indicator.source
        )
        .expect("a String takes everything");
    }
    text
}

/// The feed as a STIX 2.1 bundle of indicators.
pub(crate) fn stix(scenario: &Scenario, indicators: &[FeedIndicator]) -> String {
    let mut dice = Dice::new(scenario.options.seed, "stix");
    let identity = format!("identity--{}", dice.uuid());
    let created = time(scenario.options.start());
    let mut objects = vec![json!({
        "type": "identity",
        "spec_version": "2.1",
        "id": identity,
        "created": created,
        "modified": created,
        "name": "Scenario feed",
        "identity_class": "organization",
    })];
    objects.extend(indicators.iter().map(|indicator| {
        json!({
            "type": "indicator",
            "spec_version": "2.1",
            "id": format!("indicator--{}", dice.uuid()),
            "created_by_ref": identity,
            "created": time(indicator.first_seen),
            "modified": time(indicator.last_seen),
            "name": indicator.value,
            "description": indicator.description,
            "indicator_types": [match indicator.verdict {
                "malicious" => "malicious-activity",
                "suspicious" => "anomalous-activity",
                _ => "benign",
            }],
            "pattern": pattern(indicator),
            "pattern_type": "stix",
            "valid_from": time(indicator.first_seen),
            "confidence": indicator.confidence,
            "labels": [indicator.verdict],
            "external_references": [{ "source_name": indicator.source }],
        })
    }));
    let bundle: Value =
        json!({ "type": "bundle", "id": format!("bundle--{}", dice.uuid()), "objects": objects });
    format!("{bundle:#}\n")
}

fn pattern(indicator: &FeedIndicator) -> String {
    let path = match indicator.kind {
        "ipv4" => "ipv4-addr:value",
        "ipv6" => "ipv6-addr:value",
        "domain" => "domain-name:value",
        "url" => "url:value",
        "email" => "email-addr:value",
        "sha256" => "file:hashes.'SHA-256'",
        "sha1" => "file:hashes.'SHA-1'",
        _ => "file:hashes.MD5",
    };
    // None of the values holds a quote or a backslash.
    format!("[{path} = '{}']", indicator.value)
}

/// STIX timestamps carry milliseconds.
fn time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}
