//! Survival: sensitive values and labels, looked for in every output.
//!
//! The search set holds hashes only. Outputs are searched whole and by *tokens*: runs of letters and
//! digits, also joined by what joins parts of names and addresses, whatever their case.

use std::hash::BuildHasher;

use arrow::array::RecordBatch;
use foldhash::quality::FixedState;
use hashbrown::{HashMap, HashSet};

use super::{Check, Finding, LeafPair, ProofRule, is_text, public_words};
use crate::leaves::{self, LeafTexts};
use crate::obfuscator::Obfuscator;
use crate::transform::{Transform, canonical_identifier};
use crate::{Kind, account, host, ip, uuid, well_known};

/// Shorter values and labels are looked for as whole cells only: they stand in any text by chance.
const SHORTEST_TOKEN: usize = 4;

/// Characters that join the parts of a name or address, one set for each way to cut a text.
const JOINERS: [&[u8]; 4] = [b"", b"-", b"-._", b"-._:@\\$%+"];

/// What a hash in the search set stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// A value of a typed column, or a label of one.
    Typed,
    /// A value of a column of plain text, which may be a word that kept columns use, too.
    Text,
}

/// The hashes of all that must not survive.
#[derive(Default)]
pub(super) struct Sensitive {
    hasher: FixedState,
    origins: HashMap<u64, Origin, FixedState>,
}

impl Sensitive {
    /// Adds `value` of a column of `kind`, and its parts, unless they are public.
    pub(super) fn learn(&mut self, kind: Kind, transform: &dyn Transform, value: &str) {
        if transform.is_public(value) {
            return;
        }
        canonical_identifier(value, &mut |part| self.add(part, Origin::Typed));
        transform.sensitive_parts(value, &mut |part| {
            let is_whole = part == value;
            let origin =
                if kind == Kind::String && is_whole { Origin::Text } else { Origin::Typed };
            let lower = part.to_lowercase();
            let is_long = is_whole || lower.len() >= SHORTEST_TOKEN;
            if is_long && !public_words::contains(&lower) && !well_known::is_private_suffix(&lower)
            {
                self.add(&lower, origin);
            }
        });
    }

    fn add(&mut self, text: &str, origin: Origin) {
        let hash = self.hash(text);
        let known = self.origins.entry(hash).or_insert(origin);
        if origin == Origin::Typed {
            *known = origin;
        }
    }

    fn hash(&self, text: &str) -> u64 {
        if text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
            self.hasher.hash_one(text)
        } else {
            self.hasher.hash_one(text.to_lowercase().as_str())
        }
    }

    fn find(&self, text: &str) -> Option<Origin> {
        self.origins.get(&self.hash(text)).copied()
    }

    /// The gravest origin of `text` as a whole or of any token in it.
    fn find_in(&self, text: &str) -> Option<Origin> {
        let mut found = self.find(text);
        for joiners in JOINERS {
            for token in tokens(text, joiners) {
                match self.find(token) {
                    Some(Origin::Typed) => return Some(Origin::Typed),
                    Some(Origin::Text) => found = Some(Origin::Text),
                    None => {}
                }
            }
        }
        found
    }
}

/// Runs of letters, digits and `joiners` in `text`, without joiners at either end.
fn tokens<'t>(text: &'t str, joiners: &'static [u8]) -> impl Iterator<Item = &'t str> {
    let is_joiner = |letter: char| letter.is_ascii() && joiners.contains(&(letter as u8));
    text.split(move |letter: char| !letter.is_alphanumeric() && !is_joiner(letter))
        .map(move |token| token.trim_matches(is_joiner))
        .filter(|token| token.len() >= SHORTEST_TOKEN)
}

/// Looks through the outputs of one column.
pub(super) fn scan(
    leaf: &LeafPair<'_>,
    obfuscator: &Obfuscator,
    sensitive: &Sensitive,
    check: &mut Check,
) {
    if !is_text(leaf) || leaf.plan.kind == Kind::Null {
        return;
    }
    let Some(texts) = leaf.obfuscated.iter().map(leaves::texts).collect::<Option<Vec<LeafTexts>>>()
    else {
        return;
    };
    let transform = obfuscator.transform(leaf.plan.kind);
    let mut searched: HashSet<&str, FixedState> = HashSet::default();
    let (mut typed, mut plain) = ((0, None), (0, None));
    for (row, text) in (0_u64..).zip(texts.iter().flat_map(LeafTexts::iter)) {
        let Some(text) = text.filter(|text| !text.is_empty()) else { continue };
        if !searched.insert(text) {
            continue;
        }
        let (count, first_row) = match find_survivor(leaf.plan.kind, transform, sensitive, text) {
            Some(Origin::Typed) => &mut typed,
            Some(Origin::Text) => &mut plain,
            None => continue,
        };
        *count += 1;
        first_row.get_or_insert(row);
    }
    let column = Some(leaf.plan.column.as_str());
    if typed.0 > 0 {
        let message = "different outputs hold a sensitive value of the original, or a label of one";
        check
            .findings
            .push(Finding::new(ProofRule::Survival, column, typed.0, message).at_row(typed.1));
    }
    if plain.0 > 0 {
        let message = "different outputs hold the text of a column that was obfuscated as a string";
        let finding = Finding::new(ProofRule::Survival, column, plain.0, message).at_row(plain.1);
        if leaf.plan.kind == Kind::Keep {
            check.notes.push(finding);
        } else {
            check.findings.push(finding);
        }
    }
}

/// What survives in one output of a column of `kind`.
fn find_survivor(
    kind: Kind,
    transform: Option<&dyn Transform>,
    sensitive: &Sensitive,
    text: &str,
) -> Option<Origin> {
    match kind {
        Kind::Keep => sensitive.find_in(text),
        // The permutations reach originals of other rows; those are counted as overlap.
        Kind::Ip if ip::is_ip(text) => None,
        Kind::Host if ip::is_ip(text.trim_start_matches('\\')) => None,
        _ if transform.is_some_and(|transform| transform.is_public(text)) => None,
        // A group of four digits of a random GUID is some label's text by chance.
        Kind::Uuid if uuid::parse(text).is_some() => {
            uuid::parse(text).and_then(|(value, _)| sensitive.find(&uuid::spell(value)))
        }
        // What stands outside labels, such as a public suffix, was kept by rule.
        Kind::Host => sensitive
            .find(text)
            .or_else(|| host::sensitive_labels(text).find_map(|label| sensitive.find_in(label))),
        Kind::Account => sensitive
            .find(text)
            .or_else(|| account::sensitive_labels(text).find_map(|label| sensitive.find_in(label))),
        Kind::Sid => sensitive.find(text),
        _ => sensitive.find_in(text),
    }
}

/// Looks through the names of columns and all metadata.
pub(super) fn scan_schema(obfuscated: &[RecordBatch], sensitive: &Sensitive, check: &mut Check) {
    let Some(batch) = obfuscated.first() else { return };
    let schema = batch.schema();
    let mut texts: Vec<&str> = Vec::new();
    for (name, value) in schema.metadata() {
        texts.extend([name.as_str(), value.as_str()]);
    }
    for field in schema.flattened_fields() {
        texts.push(field.name());
        for (name, value) in field.metadata() {
            texts.extend([name.as_str(), value.as_str()]);
        }
    }
    let count = texts.iter().filter(|text| sensitive.find_in(text) == Some(Origin::Typed)).count();
    if count > 0 {
        check.findings.push(Finding::new(
            ProofRule::Survival,
            None,
            count as u64,
            "column names or metadata hold a sensitive value of the original, or a label of one",
        ));
    }
}
