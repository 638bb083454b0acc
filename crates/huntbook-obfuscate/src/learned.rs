//! Learned: the labels of one data set, so that free text that holds them hides them, too.
//!
//! Free text keeps public words. A user who is called `april`, or a machine with a name of two letters,
//! must not stay in it, so labels of typed columns are learnt first. Only their hashes are held.

mod documents;

pub(crate) use documents::Typed;

use std::hash::BuildHasher;
use std::sync::{Mutex, PoisonError};

use arrow::array::{ArrayRef, RecordBatch};
use foldhash::quality::FixedState;
use hashbrown::HashSet;

use crate::label::Lesson;
use crate::leaves;
use crate::obfuscator::{Obfuscator, TransformAt};
use crate::plan::ColumnPlan;
use crate::settings::Words;
use crate::transform::{CHUNK, Texts, Transform};
use crate::{Kind, Plan, vocabulary, well_known};

/// So many labels are held at most (256 MiB); what comes later is not learnt.
const MOST_LABELS: usize = 1 << 24;

/// Parts longer than this are no labels.
const LONGEST_LABEL: usize = 128;

/// Labels learnt from the typed columns of a data set, as hashes.
///
/// Learn all tables of a data set before any of them is obfuscated: what is learnt later changes the output of free
/// text that holds it.
#[derive(Debug, Clone, Default)]
pub struct Learned {
    labels: HashSet<u64, FixedState>,
    /// Those of `labels` that free text would keep otherwise.
    public: HashSet<u64, FixedState>,
    /// Whether labels are left out that free text replaces whether it knows them or not.
    is_brief: bool,
}

impl Learned {
    /// Nothing learnt yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Nothing learnt yet; of typed columns only what changes the output of free text is learnt, which is little.
    ///
    /// That is enough where no document of JSON has names as its keys.
    #[must_use]
    pub fn brief() -> Self {
        Self { is_brief: true, ..Self::default() }
    }

    /// How many labels have been learnt.
    #[must_use]
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether nothing has been learnt.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Adds what `other` has learnt.
    pub fn merge(&mut self, other: &Self) {
        for hash in &other.labels {
            self.insert_hash(*hash);
        }
        self.public.extend(&other.public);
    }

    /// What this and `other` have learnt.
    #[must_use]
    pub fn merged(self, other: Self) -> Self {
        let (mut most, least) =
            if self.len() < other.len() { (other, self) } else { (self, other) };
        most.merge(&least);
        most
    }

    /// Learns `label`, whatever its case. Well-known names, single characters and short numbers are not learnt.
    pub fn insert(&mut self, label: &str) {
        let label = label.trim();
        if label.chars().nth(1).is_none()
            || label.len() > LONGEST_LABEL
            || well_known::is_name(label)
            || label.len() <= 6 && label.bytes().all(|byte| byte.is_ascii_digit())
        {
            return;
        }
        let lower = label.to_lowercase();
        let hash = hash_lower(&lower);
        if self.insert_hash(hash) && (label.len() <= 2 || crate::text::is_public_name(&lower)) {
            self.public.insert(hash);
        }
    }

    /// Learns `name`, which has a dot in it and is in ASCII.
    fn insert_dotted(&mut self, name: &str) {
        if name.len() <= LONGEST_LABEL && !well_known::is_name(name) {
            self.insert_hash(hash(name));
        }
    }

    fn insert_hash(&mut self, hash: u64) -> bool {
        self.labels.len() < MOST_LABELS && self.labels.insert(hash)
    }

    /// Whether `label` has been learnt, whatever its case.
    #[inline]
    pub(crate) fn contains(&self, label: &str) -> bool {
        !self.labels.is_empty()
            && label.len() <= LONGEST_LABEL
            && self.labels.contains(&hash(label))
    }

    /// Whether `label` has been learnt although free text would keep it otherwise.
    #[inline]
    pub(crate) fn is_public(&self, label: &str) -> bool {
        !self.public.is_empty()
            && label.len() <= LONGEST_LABEL
            && self.public.contains(&hash(label))
    }

    /// Whether any learnt label would stay in free text otherwise.
    #[inline]
    pub(crate) fn has_public(&self) -> bool {
        !self.public.is_empty()
    }

    /// Whether it learns only what changes the output of free text of `obfuscator`.
    pub(crate) fn is_brief(&self, obfuscator: &Obfuscator) -> bool {
        self.is_brief && obfuscator.policy().settings().words == Words::Public
    }

    /// Learns from `text`, of `kind`, what a `lesson` of `transform` says.
    fn take(&mut self, lesson: Lesson, kind: Kind, transform: &dyn Transform, text: &str) {
        match lesson {
            Lesson::Nothing => {}
            Lesson::Whole => self.insert_dotted(text),
            Lesson::All => self.insert_all(kind, transform, text),
        }
    }

    /// Learns all labels of `text`, which is of `kind`.
    fn insert_all(&mut self, kind: Kind, transform: &dyn Transform, text: &str) {
        if !transform.is_public(text) {
            self.insert_value(kind, text, |found| transform.sensitive_parts(text, found));
        }
    }

    /// Learns the labels of one value of `kind`, whose sensitive parts are given by `parts`.
    fn insert_value(&mut self, kind: Kind, value: &str, parts: impl FnOnce(&mut dyn FnMut(&str))) {
        parts(&mut |part| {
            // Public words are names only where they name somebody: `login` of `login.example.com` is none.
            let is_own_name = part == value || kind == Kind::Account && is_user(value, part);
            if part.len() <= LONGEST_LABEL
                && (is_own_name || !vocabulary::contains(&part.to_lowercase()))
            {
                self.insert(part);
                if kind == Kind::Account && part.contains(' ') {
                    part.split(' ')
                        .filter(|word| word.len() > 2)
                        .for_each(|word| self.insert(word));
                }
            }
        });
    }
}

/// Whether `label` stands in the user part of an account, not in its domain.
fn is_user(account: &str, label: &str) -> bool {
    let user = account.split_once('\\').map_or(account, |(_, user)| user);
    user.rsplit_once('@').map_or(user, |(user, _)| user).contains(label)
}

/// Learns the labels of the typed columns of `batch`.
pub(crate) fn learn(
    obfuscator: &Obfuscator,
    plan: &Plan,
    batch: &RecordBatch,
    learned: &mut Learned,
) {
    for (column, (path, leaf)) in plan.columns().iter().zip(leaves::of_batch(batch)) {
        if path == column.column {
            learn_leaf(obfuscator, column, &leaf, learned);
        }
    }
}

/// Learns the labels of a leaf array of `column`.
pub(crate) fn learn_leaf(
    obfuscator: &Obfuscator,
    column: &ColumnPlan,
    leaf: &ArrayRef,
    learned: &mut Learned,
) {
    let kind = column.kind;
    if !kind.teaches() {
        return;
    }
    let (Some(texts), Some(transform)) =
        (leaves::texts(leaf), obfuscator.transform_at(kind, &column.column))
    else {
        return;
    };
    if let TransformAt::Documents(documents) = &transform {
        let mut typed = Typed::default();
        for text in texts.iter().flatten() {
            typed.document(documents, text);
        }
        typed.teach(obfuscator, learned);
        return;
    }
    let transform = &*transform;
    let is_brief = learned.is_brief(obfuscator);
    // Neighbouring rows often have one value.
    let mut last = "";
    let mut waiting: Vec<&str> = Vec::with_capacity(CHUNK);
    for text in texts.iter().flatten() {
        if text != last {
            if is_brief {
                waiting.push(text);
            } else {
                learned.insert_all(kind, transform, text);
            }
        }
        last = text;
        if waiting.len() == CHUNK {
            learn_briefly(kind, transform, &waiting, learned);
            waiting.clear();
        }
    }
    learn_briefly(kind, transform, &waiting, learned);
}

/// Learns from `texts` what changes the output of free text.
fn learn_briefly(kind: Kind, transform: &dyn Transform, texts: &[&str], learned: &mut Learned) {
    transform.lessons(texts, &mut |place, lesson| {
        learned.take(lesson, kind, transform, texts[place]);
    });
}

/// A transform of values of one kind that teaches `pupil` briefly what it sees.
pub(crate) struct Teaching<'a> {
    pub(crate) kind: Kind,
    pub(crate) transform: &'a dyn Transform,
    pub(crate) pupil: &'a Mutex<Learned>,
}

impl Transform for Teaching<'_> {
    fn write(&self, texts: &[&str], out: &mut Texts) {
        let mut learned = self.pupil.lock().unwrap_or_else(PoisonError::into_inner);
        self.transform.write_and_teach(texts, out, &mut |place, lesson| {
            learned.take(lesson, self.kind, self.transform, texts[place]);
        });
    }
}

fn hash_lower(lower: &str) -> u64 {
    FixedState::default().hash_one(lower.as_bytes())
}

fn hash(label: &str) -> u64 {
    if label.is_ascii() {
        let mut lower = [0; LONGEST_LABEL];
        let lower = &mut lower[..label.len()];
        lower.copy_from_slice(label.as_bytes());
        lower.make_ascii_lowercase();
        FixedState::default().hash_one(&*lower)
    } else {
        hash_lower(&label.to_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_found_in_any_case_and_well_known_names_are_not_learnt() {
        let mut learned = Learned::new();
        for label in ["April", "al", "SYSTEM", "x", "2024", "", "J\u{dc}RGEN"] {
            learned.insert(label);
        }
        assert_eq!(learned.len(), 3);
        assert!(
            learned.contains("APRIL") && learned.contains("AL") && learned.contains("j\u{fc}rgen")
        );
        assert!(!learned.contains("SYSTEM") && !learned.contains("2024"));
        assert!(learned.is_public("al") && !learned.is_public("J\u{dc}RGEN"));
    }

    #[test]
    fn public_word_is_learnt_as_the_name_of_a_user_and_not_as_a_domain() {
        let mut learned = Learned::new();
        learned.insert_value(Kind::Account, "office@service.com", |found| {
            ["office", "service", "office@service.com"].into_iter().for_each(found);
        });
        assert!(learned.contains("office") && !learned.contains("service"));
    }
}
