//! Survival: what the scan of each output means for its column.
//!
//! | found | in a kept column | in an output of a transform |
//! |---|---|---|
//! | a value or label | finding | finding, unless the grammar of the kind keeps it: a public suffix, a provider of Azure |
//! | a value of a dense range | finding | finding if its own row had it; else counted as overlap |
//! | a number that identifies | finding if chance does not explain it, else note | the same, if its own row had it |
//! | the text of a `string` column | note | finding as a whole cell, else note |
//! | a label that is a public word | note | finding in text that is rewritten, if a user has that name |

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, make_array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use foldhash::quality::FixedState;
use hashbrown::{HashMap, HashSet};

use super::documents::{Documents, Overlaps, Pair};
use super::numbers::Chance;
use super::scan::{Hit, Scanner};
use super::sensitive::{Marks, Sensitive};
use super::{Check, Finding, LeafPair, ProofRule};
use crate::json::Role;
use crate::leaves::{self, LeafTexts, LeafType};
use crate::obfuscator::Obfuscator;
use crate::transform::{NEVER, Texts, Transform, canonical_identifier};
use crate::{Kind, host};

/// Free text keeps smaller numbers: they identify nobody without their column.
const LEAST_LONG_NUMBER: u64 = 1_000_000;

/// How often something was found in one column, and where first.
#[derive(Default)]
struct Count {
    outputs: u64,
    first_row: Option<u64>,
}

impl Count {
    fn add(&mut self, row: u64) {
        self.add_many(1, Some(row));
    }

    fn add_many(&mut self, outputs: u64, row: Option<u64>) {
        self.outputs += outputs;
        self.first_row = self.first_row.into_iter().chain(row).min();
    }
}

/// What one output holds; the gravest counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Survivor {
    None,
    Word,
    PlainText,
    KeptByRule,
    UserWord,
    WholeText,
    Value,
}

/// Looks through the outputs of one column.
pub(super) fn scan(
    leaf: &LeafPair<'_>,
    obfuscator: &Obfuscator,
    sensitive: &Sensitive,
    check: &mut Check,
) {
    if leaf.plan.kind == Kind::Null {
        return;
    }
    let transform = obfuscator.transform_at(leaf.plan.kind, &leaf.plan.column);
    let place = Place { path: COLUMN, kind: leaf.plan.kind, transform: transform.as_deref() };
    let mut column = Column {
        obfuscator,
        sensitive,
        counts: HashMap::default(),
        chances: HashMap::default(),
        overlaps: Overlaps::default(),
    };
    match leaves::leaf_type(&leaf.plan.data_type) {
        LeafType::Text => column.texts(leaf, place),
        LeafType::Plain => column.plain(leaf, place),
        LeafType::Binary | LeafType::Opaque => column.bytes(leaf),
    }
    column.report(&leaf.plan.column, check);
}

/// The path of what is no value of a document.
const COLUMN: u64 = 0;

/// Where outputs stand, and what is done with values there.
#[derive(Clone, Copy)]
struct Place<'a> {
    /// The hash of a path inside documents, or [`COLUMN`].
    path: u64,
    kind: Kind,
    /// What makes the outputs; nothing where values stay.
    transform: Option<&'a dyn Transform>,
}

impl Place<'_> {
    /// Whether the outputs are texts in which parts are replaced.
    const fn is_free(&self) -> bool {
        matches!(self.kind, Kind::Text | Kind::Json)
    }
}

struct Column<'a> {
    obfuscator: &'a Obfuscator,
    sensitive: &'a Sensitive,
    counts: HashMap<u8, Count, FixedState>,
    /// Numbers that identify something, by path.
    chances: HashMap<u64, Chance<'a>, FixedState>,
    overlaps: Overlaps,
}

impl<'a> Column<'a> {
    fn texts(&mut self, leaf: &LeafPair<'_>, place: Place<'_>) {
        let read = |arrays: &[ArrayRef]| {
            arrays.iter().map(leaves::texts).collect::<Option<Vec<LeafTexts>>>()
        };
        let (Some(outputs), Some(originals)) = (read(&leaf.obfuscated), read(&leaf.original))
        else {
            return;
        };
        let mut scanner = Scanner::new(self.sensitive);
        let mut seen: HashSet<&str, FixedState> = HashSet::default();
        let mut documents = (place.kind == Kind::Json)
            .then(|| Documents::new(self.obfuscator.documents_at(&leaf.plan.column)));
        let mut originals = originals.iter().flat_map(LeafTexts::iter);
        for (row, output) in (0_u64..).zip(outputs.iter().flat_map(LeafTexts::iter)) {
            let original = originals.next().flatten();
            if let Some(output) = output
                && seen.insert(output)
            {
                let original = original.unwrap_or_default();
                let pairs = documents.as_mut().and_then(|pairs| pairs.of(original, output));
                if let Some(pairs) = pairs {
                    for pair in pairs {
                        self.pair(&mut scanner, &pair, row);
                    }
                } else {
                    self.output(&mut scanner, place, output, original, row);
                }
            }
        }
        // What no row refers to, or lies under a null, is in the file nevertheless.
        for array in &leaf.obfuscated {
            let mut hidden = Vec::new();
            hidden_texts(array, &mut |text| {
                if !seen.contains(text) {
                    hidden.push(text.to_owned());
                }
            });
            for text in hidden {
                self.output(&mut scanner, place, &text, "", 0);
            }
        }
    }

    /// Judges one value of a document beside the original that stood in its place.
    fn pair(&mut self, scanner: &mut Scanner<'_>, pair: &Pair<'_>, row: u64) {
        let (output, original) = (pair.output, pair.original);
        let kind = match pair.role {
            Role::Of(kind) | Role::KeyOf(kind) => kind,
            Role::Nulled if output == "null" => return,
            Role::Key | Role::Kept | Role::Nulled | Role::Redacted => Kind::Keep,
        };
        let transform = self.obfuscator.transform(kind);
        let place = Place { path: pair.path, kind, transform };
        if transform.is_none()
            && let Some(number) = whole_number(output)
        {
            self.chance(place).add(number, row);
        }
        if let Some(transform) = transform
            && (output == original || !place.is_free())
            && !transform.is_public(original)
        {
            if output == original && !is_image(place, output, original) {
                self.count(Survivor::Value, row);
                return;
            }
            if !place.is_free() {
                self.overlaps.add(pair, transform.domain_bits(original));
            }
        }
        self.output(scanner, place, output, original, row);
    }

    fn chance(&mut self, place: Place<'_>) -> &mut Chance<'a> {
        let numbers = &self.sensitive.numbers;
        self.chances.entry(place.path).or_insert_with(|| Chance::new(numbers))
    }

    fn output(
        &mut self,
        scanner: &mut Scanner<'_>,
        place: Place<'_>,
        output: &str,
        original: &str,
        row: u64,
    ) {
        let mut worst = Survivor::None;
        match place.transform {
            None => scanner.text(output, &mut |hit| match hit.number {
                Some(number) => self.chance(place).add(number, row),
                None => worst = worst.max(in_kept(hit)),
            }),
            // What free text keeps is judged word by word.
            Some(transform) if !place.is_free() && transform.is_public(output) => {}
            Some(transform) if place.kind.is_reversible() && transform.reveal(output).is_some() => {
                worst = self.in_permuted(output);
            }
            Some(_) => scanner.text(output, &mut |hit| {
                worst = worst.max(self.in_transformed(hit, place, output, original, row));
            }),
        }
        self.count(worst, row);
    }

    /// A permutation reaches any value of its range: only whole values that chance cannot give count.
    fn in_permuted(&self, output: &str) -> Survivor {
        let is_found = |text: &str| {
            let marks = self.sensitive.marks_of(&super::tokens::lower(text));
            marks.has(Marks::TYPED) && !marks.has(Marks::DENSE)
        };
        let mut found = is_found(output);
        canonical_identifier(output, &mut |text| found |= is_found(text));
        if found { Survivor::Value } else { Survivor::None }
    }

    fn in_transformed(
        &mut self,
        hit: &Hit<'_>,
        place: Place<'_>,
        output: &str,
        original: &str,
        row: u64,
    ) -> Survivor {
        let token = String::from_utf8_lossy(hit.token);
        if let Some(number) = hit.number {
            // Free text keeps short numbers.
            let is_long = number >= LEAST_LONG_NUMBER || !place.is_free();
            if is_long
                && self.sensitive.numbers.contains(number)
                && original.to_lowercase().contains(&*token)
            {
                self.chance(place).add(number, row);
            }
            return Survivor::None;
        }
        let marks = hit.marks;
        if marks.has(Marks::SHORT) && !hit.is_whole {
            return Survivor::None;
        }
        if marks.has(Marks::DENSE) {
            let stayed = self.holds(original, hit.token) && self.moves(&token);
            let is_leak = stayed || !is_image(place, output, original);
            return if is_leak { Survivor::Value } else { Survivor::None };
        }
        if marks.has(Marks::TYPED) {
            let is_kept = is_kept_by_rule(hit.text, &token)
                || is_public_suffix(output, &token)
                || place.kind == Kind::Resource && is_provider(output, &token);
            return if is_kept { Survivor::KeptByRule } else { Survivor::Value };
        }
        if marks.has(Marks::TEXT) {
            return if hit.is_whole && !place.is_free() {
                Survivor::WholeText
            } else {
                Survivor::PlainText
            };
        }
        if marks.has(Marks::USER_WORD) && place.is_free() {
            return Survivor::UserWord;
        }
        if marks.has(Marks::WORD) { Survivor::Word } else { Survivor::None }
    }

    /// Whether the same value stands in `text`, in whatever spelling.
    fn holds(&self, text: &str, token: &[u8]) -> bool {
        let mut is_held = false;
        Scanner::new(self.sensitive).text(text, &mut |hit| is_held |= hit.token == token);
        is_held
    }

    /// Whether a permutation that takes `token` takes it elsewhere.
    fn moves(&self, token: &str) -> bool {
        let kinds = Kind::ALL.iter().filter(|kind| kind.is_reversible());
        kinds.filter_map(|kind| self.obfuscator.transform(*kind)).any(|transform| {
            let mut image = Texts::default();
            if transform.domain_bits(token) < NEVER {
                transform.write(&[token], &mut image);
            }
            !image.bytes.is_empty() && image.bytes != token.as_bytes()
        })
    }

    /// Numbers: kept ones may be identifiers of other columns.
    fn plain(&mut self, leaf: &LeafPair<'_>, place: Place<'_>) {
        if place.transform.is_some() || self.sensitive.numbers.is_empty() {
            return;
        }
        let mut row = 0;
        for array in &leaf.obfuscated {
            each_number(array, &mut |at, number| self.chance(place).add(number, row + at));
            row += array.len() as u64;
        }
    }

    fn bytes(&mut self, leaf: &LeafPair<'_>) {
        let mut scanner = Scanner::new(self.sensitive);
        let mut row = 0;
        for array in &leaf.obfuscated {
            each_bytes(array, &mut |at, bytes| {
                let mut worst = Survivor::None;
                scanner.bytes(bytes, &mut |hit| {
                    if hit.number.is_none() {
                        worst = worst.max(in_kept(hit));
                    }
                });
                self.count(worst, row + at);
            });
            row += array.len() as u64;
        }
    }

    fn count(&mut self, survivor: Survivor, row: u64) {
        if survivor != Survivor::None {
            self.counts.entry(survivor as u8).or_default().add(row);
        }
    }

    fn report(&self, column: &str, check: &mut Check) {
        for (survivor, message) in MESSAGES {
            let Some(count) = self.counts.get(&(*survivor as u8)) else { continue };
            let finding = Finding::new(ProofRule::Survival, Some(column), count.outputs, *message)
                .at_row(count.first_row);
            let is_finding = *survivor >= Survivor::UserWord;
            if is_finding { &mut check.findings } else { &mut check.notes }.push(finding);
        }
        let overlap = self.overlaps.excess();
        if overlap > 0 {
            let message =
                "far more values at a path are originals of other documents than chance gives";
            check.findings.push(Finding::new(ProofRule::Overlap, Some(column), overlap, message));
        }
        for is_chance in [false, true] {
            let mut count = Count::default();
            for (hits, row, _) in self
                .chances
                .values()
                .filter_map(Chance::verdict)
                .filter(|found| found.2 == is_chance)
            {
                count.add_many(hits, row);
            }
            if count.outputs == 0 {
                continue;
            }
            let message = if is_chance {
                "different numbers equal numbers that identify something, as often as chance gives"
            } else {
                "different numbers identify something in the original: an address, telephone, card or number"
            };
            let finding = Finding::new(ProofRule::Survival, Some(column), count.outputs, message)
                .at_row(count.first_row);
            if is_chance { &mut check.notes } else { &mut check.findings }.push(finding);
        }
    }
}

const MESSAGES: &[(Survivor, &str)] = &[
    (
        Survivor::Value,
        "different outputs hold a sensitive value of the original, or a label of one",
    ),
    (
        Survivor::WholeText,
        "different outputs are the text of a column that was obfuscated as a string",
    ),
    (
        Survivor::UserWord,
        "different outputs hold the name of a user, which is a word of products, too",
    ),
    (
        Survivor::KeptByRule,
        "different outputs hold what their kind keeps on purpose, and another column has as a label",
    ),
    (
        Survivor::PlainText,
        "different outputs hold the text of a column that was obfuscated as a string",
    ),
    (
        Survivor::Word,
        "different outputs hold words of products or logs that are labels in other columns, too",
    ),
];

/// Whether the key makes `output` of `original`.
fn is_image(place: Place<'_>, output: &str, original: &str) -> bool {
    let Some(transform) = place.transform else { return false };
    let mut image = Texts::default();
    transform.write(&[original], &mut image);
    image.bytes == output.as_bytes()
}

/// What a hit in a kept text means.
fn in_kept(hit: &Hit<'_>) -> Survivor {
    if hit.marks.has(Marks::SHORT) && !hit.is_whole {
        Survivor::None
    } else if hit.marks.has(Marks::TYPED) {
        Survivor::Value
    } else if hit.marks.has(Marks::TEXT) {
        Survivor::PlainText
    } else if hit.marks.has(Marks::WORD) {
        Survivor::Word
    } else {
        Survivor::None
    }
}

/// Whether `token` stands only where names end in `text`, in a public suffix.
fn is_kept_by_rule(text: &[u8], token: &str) -> bool {
    let text = String::from_utf8_lossy(text);
    is_public_suffix(&text, token)
}

/// Whether `token` stands in the resource identifier `text` only as a provider of Microsoft's, which the
/// grammar keeps.
fn is_provider(text: &str, token: &str) -> bool {
    let lower = text.to_lowercase();
    token.starts_with("microsoft.")
        && lower.match_indices(token).all(|(at, _)| lower[..at].ends_with("/providers/"))
}

fn is_public_suffix(text: &str, token: &str) -> bool {
    let is_outside =
        |letter: char| !(letter.is_alphanumeric() || matches!(letter, '-' | '.' | '_'));
    let lower = text.to_lowercase();
    let mut names = lower
        .split(is_outside)
        .map(|name| name.trim_matches('.'))
        .filter(|name| name.contains(token))
        .peekable();
    names.peek().is_some()
        && names.all(|name| {
            host::is_fqdn(name) && host::sensitive_labels(name).all(|label| !label.contains(token))
        })
}

/// Calls `found` with texts of an array that its rows do not show.
fn hidden_texts(array: &ArrayRef, found: &mut dyn FnMut(&str)) {
    match array.data_type() {
        DataType::Dictionary(_, _) => {
            let values = array.as_any_dictionary().values();
            if let Some(texts) = leaves::texts(values) {
                texts.iter().flatten().for_each(&mut *found);
            }
            hidden_texts(values, found);
        }
        DataType::RunEndEncoded(_, _) => {
            if let Some(values) = array.to_data().child_data().get(1) {
                let values = make_array(values.clone());
                if let Some(texts) = leaves::texts(&values) {
                    texts.iter().flatten().for_each(&mut *found);
                }
                hidden_texts(&values, found);
            }
        }
        DataType::Utf8 if array.null_count() > 0 => {
            let texts = array.as_string::<i32>();
            (0..texts.len())
                .filter(|row| texts.is_null(*row))
                .for_each(|row| found(texts.value(row)));
        }
        DataType::LargeUtf8 if array.null_count() > 0 => {
            let texts = array.as_string::<i64>();
            (0..texts.len())
                .filter(|row| texts.is_null(*row))
                .for_each(|row| found(texts.value(row)));
        }
        DataType::Utf8View if array.null_count() > 0 => {
            let texts = array.as_string_view();
            (0..texts.len())
                .filter(|row| texts.is_null(*row))
                .for_each(|row| found(texts.value(row)));
        }
        _ => {}
    }
}

/// Calls `found` with the row and value of each whole number that is not negative; a negative one of 32
/// bits as its unsigned twin, which an address may be.
fn each_number(array: &ArrayRef, found: &mut dyn FnMut(u64, u64)) {
    let data_type = array.data_type();
    if data_type.is_integer() {
        if let Ok(numbers) = cast(array, &DataType::Int64) {
            let numbers = numbers.as_primitive::<Int64Type>();
            for (row, number) in (0..).zip(numbers.iter()) {
                if let Some(number) = number.and_then(unsigned) {
                    found(row, number);
                }
            }
        }
    } else if data_type.is_numeric()
        && let Ok(numbers) = cast(array, &DataType::Float64)
    {
        let numbers = numbers.as_primitive::<Float64Type>();
        for (row, number) in (0..).zip(numbers.iter()) {
            if let Some(number) = number.and_then(whole) {
                found(row, number);
            }
        }
    }
}

fn unsigned(number: i64) -> Option<u64> {
    let twin = |_| i32::try_from(number).map(|number| u64::from(number as u32));
    u64::try_from(number).or_else(twin).ok()
}

fn whole(number: f64) -> Option<u64> {
    ((0.0..1e18).contains(&number) && number.fract() == 0.0).then_some(number as u64)
}

/// The number that a number of JSON is, if it is whole, as [`each_number`] takes it.
fn whole_number(text: &str) -> Option<u64> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    if !is_number || text.bytes().all(|byte| byte.is_ascii_digit()) {
        // The scan reads runs of digits.
        return None;
    }
    match text.parse::<i64>() {
        Ok(number) => unsigned(number),
        Err(_) => text.parse().ok().and_then(whole),
    }
}

/// Calls `found` with the row and value of each binary value, also those that lie under a null.
fn each_bytes(array: &ArrayRef, found: &mut dyn FnMut(u64, &[u8])) {
    match array.data_type() {
        DataType::Binary => {
            let values = array.as_binary::<i32>();
            (0..values.len()).for_each(|row| found(row as u64, values.value(row)));
        }
        DataType::LargeBinary => {
            let values = array.as_binary::<i64>();
            (0..values.len()).for_each(|row| found(row as u64, values.value(row)));
        }
        DataType::BinaryView => {
            let values = array.as_binary_view();
            (0..values.len()).for_each(|row| found(row as u64, values.value(row)));
        }
        DataType::FixedSizeBinary(_) => {
            let values = array.as_fixed_size_binary();
            (0..values.len()).for_each(|row| found(row as u64, values.value(row)));
        }
        DataType::Dictionary(_, _) => each_bytes(array.as_any_dictionary().values(), found),
        DataType::RunEndEncoded(_, _) => {
            if let Some(values) = array.to_data().child_data().get(1) {
                each_bytes(&make_array(values.clone()), found);
            }
        }
        _ => {}
    }
}

/// Looks through the names of columns and all metadata.
pub(super) fn scan_schema(obfuscated: &[RecordBatch], sensitive: &Sensitive, check: &mut Check) {
    let mut seen = HashSet::<_, FixedState>::default();
    for batch in obfuscated {
        let schema = batch.schema();
        let metadata = schema.metadata().iter().flat_map(|(name, value)| [name, value]);
        for text in metadata {
            if seen.insert((String::new(), text.clone())) {
                scan_name(None, text, "the metadata of the table", sensitive, check);
            }
        }
        for field in schema.flattened_fields() {
            let name = Some(field.name().as_str());
            if seen.insert((field.name().clone(), String::new())) {
                scan_name(name, field.name(), "the name of a column", sensitive, check);
            }
            for text in field.metadata().iter().flat_map(|(name, value)| [name, value]) {
                if seen.insert((field.name().clone(), text.clone())) {
                    scan_name(name, text, "the metadata of a column", sensitive, check);
                }
            }
        }
    }
}

fn scan_name(
    column: Option<&str>,
    text: &str,
    place: &str,
    sensitive: &Sensitive,
    check: &mut Check,
) {
    let mut worst = Survivor::None;
    Scanner::new(sensitive).text(text, &mut |hit| {
        worst = worst.max(match hit.number {
            Some(number) if sensitive.numbers.contains(number) && hit.token.len() > 7 => {
                Survivor::Value
            }
            Some(_) => Survivor::None,
            None => in_kept(hit),
        });
    });
    let message = format!("{place} holds a sensitive value of the original, or a label of one");
    // The name of the column would be the value itself.
    let shown = column.filter(|name| *name != text || worst < Survivor::UserWord);
    match worst {
        Survivor::None | Survivor::Word => {}
        Survivor::PlainText => {
            check.notes.push(Finding::new(ProofRule::Survival, shown, 1, message));
        }
        _ => check.findings.push(Finding::new(ProofRule::Survival, shown, 1, message)),
    }
}

/// What survives in a text that is no table: finding or note.
pub(super) fn scan_other(
    name: &str,
    sensitive: &Sensitive,
    scan: impl FnOnce(&mut Scanner<'_>, &mut dyn FnMut(&Hit<'_>)),
) -> Check {
    let mut check = Check::default();
    let (mut values, mut texts) = (0, 0);
    scan(&mut Scanner::new(sensitive), &mut |hit| match hit.number {
        Some(_) => {}
        // Tables hold images of dense ranges, and reports repeat them.
        None if hit.marks.has(Marks::DENSE) && sensitive.is_image(hit.token) => {}
        None => match in_kept(hit) {
            Survivor::Value => values += 1,
            Survivor::PlainText => texts += 1,
            _ => {}
        },
    });
    let push = |list: &mut Vec<Finding>, count| {
        if count > 0 {
            let message =
                format!("`{name}` holds a sensitive value of the original, or a label of one");
            list.push(Finding::new(ProofRule::Survival, None, count, message));
        }
    };
    push(&mut check.findings, values);
    push(&mut check.notes, texts);
    check
}
