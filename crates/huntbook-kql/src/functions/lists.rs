//! `in~`, `has_any`, `has_all`, and `in` with a list that is only known by row.

use std::collections::HashSet;

use arrow::array::ArrayRef;
use datafusion::common::Result;
use serde_json::Value;

use crate::dynamic;
use crate::kernel::{Arguments, Kernel, Prepared};
use crate::terms::{AnyOf, Case, Pattern, Place};
use crate::types::KqlType;

/// `subject in~ (list)`.
pub(crate) const IN_IGNORE_CASE: Kernel =
    Kernel { name: "kql_in_ignore_case", returns: KqlType::Bool, evaluate: in_ignore_case };
/// `subject in (list)` over dynamic values.
pub(crate) const IN_DYNAMIC: Kernel =
    Kernel { name: "kql_in_dynamic", returns: KqlType::Bool, evaluate: in_dynamic };
/// `subject has_any (list)`.
pub(crate) const HAS_ANY: Kernel =
    Kernel { name: "kql_has_any", returns: KqlType::Bool, evaluate: has_any };
/// `subject has_all (list)`.
pub(crate) const HAS_ALL: Kernel =
    Kernel { name: "kql_has_all", returns: KqlType::Bool, evaluate: has_all };
/// The elements of several dynamic lists in one; a value that is no list is one element.
pub(crate) const FLATTEN: Kernel =
    Kernel { name: "kql_flatten", returns: KqlType::Dynamic, evaluate: flatten };

fn in_ignore_case(arguments: &Arguments<'_>) -> Result<ArrayRef> {
    let subject = arguments.text(0)?;
    let mut list = Prepared::new(arguments.text(1)?, |list| {
        dynamic::strings(list).iter().map(|item| item.to_lowercase()).collect::<HashSet<_>>()
    });
    arguments.bool_column(|row| Some(list.get(row).contains(&subject.get(row).to_lowercase())))
}

fn in_dynamic(arguments: &Arguments<'_>) -> Result<ArrayRef> {
    let subject = arguments.text(0)?;
    let mut list = Prepared::new(arguments.text(1)?, |list| match dynamic::parse(list) {
        Value::Array(items) => items,
        Value::Null => Vec::new(),
        single => vec![single],
    });
    arguments.bool_column(|row| {
        let subject = dynamic::parse(subject.value(row).unwrap_or_default());
        Some(!subject.is_null() && list.get(row).contains(&subject))
    })
}

fn patterns(list: &str) -> Vec<Pattern> {
    let items = dynamic::strings(list);
    items.iter().map(|item| Pattern::new(item, Place::Term, Case::Ignored)).collect()
}

fn has_any(arguments: &Arguments<'_>) -> Result<ArrayRef> {
    let subject = arguments.text(0)?;
    let mut list = Prepared::new(arguments.text(1)?, |list| AnyOf::new(&dynamic::strings(list)));
    arguments.bool_column(|row| Some(list.get(row).matches(subject.get(row))))
}

fn has_all(arguments: &Arguments<'_>) -> Result<ArrayRef> {
    let subject = arguments.text(0)?;
    let mut list = Prepared::new(arguments.text(1)?, patterns);
    arguments.bool_column(|row| {
        let text = subject.get(row);
        Some(list.get(row).iter().all(|pattern| pattern.matches(text)))
    })
}

fn flatten(arguments: &Arguments<'_>) -> Result<ArrayRef> {
    let lists =
        (0..arguments.len()).map(|index| arguments.text(index)).collect::<Result<Vec<_>>>()?;
    arguments.text_column(|row| {
        let mut items = Vec::new();
        for list in &lists {
            match dynamic::parse(list.get(row)) {
                Value::Array(values) => items.extend(values),
                Value::Null => {}
                single => items.push(single),
            }
        }
        Some(Value::Array(items).to_string())
    })
}

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] =
    &[&IN_IGNORE_CASE, &IN_DYNAMIC, &HAS_ANY, &HAS_ALL, &FLATTEN];
