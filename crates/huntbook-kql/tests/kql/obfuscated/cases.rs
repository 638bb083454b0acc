//! The Markdown files of `conformance/obfuscated`.
//!
//! A case is a `## title` and a fence `kql` or `sql`. Before the fence may stand
//!
//! * `columns: Name=kind, Others=set of kind`: what a column of the result holds that has no source of its name;
//!   `Table.Column` stands for the kind of that column;
//! * `order: kept`: rows are compared in order, not as a multiset;
//! * `ip: prefix, subnet`: the modes for addresses under which the law holds; otherwise in each;
//! * `lost: why`: the law must not hold;
//! * `waits: what`: the case does not run before this is built.
//!
//! In a query `{kind:text}` stands for the literal of a value, on the other side for that of its obfuscated form;
//! `{Table.Column:text}` is of the kind of that column, and a text `$name.of.it` is looked up in the ground truth.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use huntbook_kql_syntax::quote_string;
use huntbook_obfuscate::IpMode;
use regex::{Captures, Regex};

use super::world::{MODES, World};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Language {
    Kql,
    Sql,
}

/// What a case says of a column of its result.
#[derive(Debug)]
pub(super) struct Declared {
    /// A kind, or the `Table.Column` whose kind it has.
    pub(super) kind: String,
    /// Whether the cells are JSON arrays of such values.
    pub(super) is_set: bool,
}

/// One query.
#[derive(Debug)]
pub(super) struct Case {
    /// File and title.
    pub(super) name: String,
    pub(super) language: Language,
    /// The query with its placeholders.
    pub(super) text: String,
    pub(super) columns: BTreeMap<String, Declared>,
    pub(super) ordered: bool,
    pub(super) modes: Vec<IpMode>,
    pub(super) lost: Option<String>,
    /// What has to be built before the case can run.
    pub(super) waits: Option<String>,
}

static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\{([A-Za-z]+(?:\.\w+)?):([^{}]*)\}").expect("a pattern of this file")
});

impl Case {
    /// The query for one side of `world`.
    pub(super) fn query(&self, world: &World, obfuscated: bool) -> String {
        let literal = |found: &Captures<'_>| {
            let kind = world.kind(&found[1]);
            let mut text = match found[2].strip_prefix('$') {
                Some(path) => world.truth(path),
                None => found[2].to_owned(),
            };
            if obfuscated {
                text = world.obfuscator.value(kind, &text);
            }
            match self.language {
                Language::Kql => quote_string(&text),
                Language::Sql => format!("'{}'", text.replace('\'', "''")),
            }
        };
        PLACEHOLDER.replace_all(&self.text, literal).into_owned()
    }
}

/// Every case, in the order of files and places.
pub(super) fn read() -> Vec<Case> {
    let folder = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"))
        .join("../../conformance/obfuscated");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the cases stand in the checkout")
        .map(|entry| entry.expect("a readable folder").path())
        .collect();
    files.sort();
    let mut cases = Vec::new();
    for file in files {
        let stem = file.file_stem().expect("a file").to_string_lossy().into_owned();
        read_file(&stem, &fs::read_to_string(&file).expect("a readable file"), &mut cases);
    }
    cases
}

fn read_file(stem: &str, text: &str, cases: &mut Vec<Case>) {
    let first = cases.len();
    let mut in_fence = false;
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("## ").filter(|_| !in_fence) {
            cases.push(Case {
                name: format!("{stem}: {title}"),
                language: Language::Kql,
                text: String::new(),
                columns: BTreeMap::new(),
                ordered: false,
                modes: MODES.to_vec(),
                lost: None,
                waits: None,
            });
            continue;
        }
        if cases.len() == first {
            continue;
        }
        let case = cases.last_mut().expect("a title was read");
        if let Some(fence) = line.strip_prefix("```") {
            in_fence = !in_fence;
            match fence {
                "" | "kql" => {}
                "sql" => case.language = Language::Sql,
                other => panic!("{}: unknown fence `{other}`", case.name),
            }
        } else if in_fence {
            case.text.push_str(line);
            case.text.push('\n');
        } else if let Some(columns) = line.strip_prefix("columns:") {
            case.columns = columns.split(',').map(|column| declared(&case.name, column)).collect();
        } else if let Some(modes) = line.strip_prefix("ip:") {
            case.modes = modes.split(',').map(|mode| named(mode.trim())).collect();
        } else if let Some(why) = line.strip_prefix("lost:") {
            case.lost = Some(why.trim().to_owned());
        } else if let Some(what) = line.strip_prefix("waits:") {
            case.waits = Some(what.trim().to_owned());
        } else if line == "order: kept" {
            case.ordered = true;
        }
    }
    for case in &cases[first..] {
        assert!(!case.text.is_empty(), "{}: no query", case.name);
    }
}

fn declared(case: &str, text: &str) -> (String, Declared) {
    let (column, kind) = text.trim().split_once('=').unwrap_or_else(|| panic!("{case}: `{text}`"));
    let (kind, is_set) = kind.strip_prefix("set of ").map_or((kind, false), |kind| (kind, true));
    (column.to_owned(), Declared { kind: kind.to_owned(), is_set })
}

fn named(mode: &str) -> IpMode {
    serde_json::from_value(mode.into()).unwrap_or_else(|error| panic!("`{mode}`: {error}"))
}
