//! The policies that come with this crate.

use std::sync::{Arc, LazyLock};

use super::Policy;
use super::file::{PolicyFile, unknown_policy};
use super::rules::{Rules, merge};
use crate::ObfuscationError;

/// What holds in every source.
const COMMON: &str = "common";

/// Each file by its name: `common` first, then the sources in the order in which `default` merges them.
pub(super) const FILES: &[(&str, &str)] = &[
    (COMMON, include_str!("../../policy/common.yaml")),
    ("sentinel", include_str!("../../policy/sentinel.yaml")),
    ("defender", include_str!("../../policy/defender.yaml")),
    ("windows", include_str!("../../policy/windows.yaml")),
    ("entra", include_str!("../../policy/entra.yaml")),
    ("office", include_str!("../../policy/office.yaml")),
    ("aws_cloudtrail", include_str!("../../policy/aws_cloudtrail.yaml")),
    ("zeek", include_str!("../../policy/zeek.yaml")),
    ("cef", include_str!("../../policy/cef.yaml")),
    ("ecs", include_str!("../../policy/ecs.yaml")),
    ("ocsf", include_str!("../../policy/ocsf.yaml")),
    ("default", include_str!("../../policy/default.yaml")),
    ("strict", include_str!("../../policy/strict.yaml")),
];

/// Each policy by its name, made when first asked for.
static POLICIES: LazyLock<Vec<(&str, Policy)>> = LazyLock::new(|| {
    let mut known: Vec<(&str, Policy)> = Vec::with_capacity(FILES.len());
    for (name, yaml) in FILES {
        let policy = PolicyFile::read(yaml)
            .and_then(|file| extended(file, &known))
            .expect("a test reads every built-in policy");
        known.push((name, policy));
    }
    known
});

/// The names of all of them: `default` and `strict` first, then the sources.
pub(super) fn names() -> Vec<&'static str> {
    let (sources, whole) = FILES.split_at(FILES.len() - 2);
    whole.iter().chain(sources).map(|(name, _)| *name).collect()
}

pub(super) fn named(name: &str) -> Result<Policy, ObfuscationError> {
    find(name, &POLICIES).cloned()
}

pub(super) fn yaml(name: &str) -> Result<&'static str, ObfuscationError> {
    named(name)?;
    let known = FILES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    Ok(known.map_or("", |(_, yaml)| yaml))
}

/// The policy of `file` over those of this crate that it extends.
pub(super) fn from_file(file: PolicyFile) -> Result<Policy, ObfuscationError> {
    if file.extends.is_empty() { extended(file, &[]) } else { extended(file, &POLICIES) }
}

fn find<'p>(name: &str, known: &'p [(&str, Policy)]) -> Result<&'p Policy, ObfuscationError> {
    known
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, policy)| policy)
        .ok_or_else(|| unknown_policy(name))
}

fn extended(file: PolicyFile, known: &[(&str, Policy)]) -> Result<Policy, ObfuscationError> {
    let bases: Vec<&Policy> =
        file.extends.iter().map(|name| find(name, known)).collect::<Result<_, _>>()?;
    let mut layers = vec![Arc::new(file.rules)];
    match bases.as_slice() {
        [] => {}
        [base] => layers.extend(base.layers.iter().map(Arc::clone)),
        several => layers.push(Arc::new(merge_bases(several))),
    }
    let settings =
        file.settings.or_else(|| bases.first().map(|base| base.settings)).unwrap_or_default();
    Ok(Policy { added: Vec::new(), layers, settings })
}

/// The own rules of each of `bases`, merged, and once what they have in common.
fn merge_bases(bases: &[&Policy]) -> Rules {
    let mut sources: Vec<&Rules> = Vec::new();
    for layer in bases.iter().flat_map(|base| &base.layers) {
        if !sources.iter().any(|source| std::ptr::eq(*source, layer.as_ref())) {
            sources.push(layer);
        }
    }
    merge(&sources)
}
