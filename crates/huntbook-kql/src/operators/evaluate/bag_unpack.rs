//! `evaluate bag_unpack(bag, prefix, columnsConflict, ignoredProperties) : (schema)`: the members of objects as columns.
//!
//! The data decides which columns there are, sorted by name, unless a schema says so. A member that has one type in
//! all rows gives a column of this type, else a dynamic one.

use std::collections::BTreeMap;

use huntbook_diagnostics::Diagnostic;
use huntbook_kql_syntax::ast::Schema;
use serde_json::Value as Json;

use super::Plugin;
use crate::bind::Binder;
use crate::codes;
use crate::convert::convert;
use crate::dynamic;
use crate::extract::{How, Recipe};
use crate::ir::{Column, HIDDEN, Parts, Relation, Scalar, Value};
use crate::kernel::Kernel;
use crate::types::KqlType;

/// More columns than this are an error.
const MOST_COLUMNS: usize = 2_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Conflict {
    Error,
    ReplaceSource,
    KeepSource,
}

pub(super) fn bind(
    binder: &mut Binder<'_>,
    input: Relation,
    plugin: &Plugin<'_>,
) -> Option<Relation> {
    let Some(argument) = plugin.argument("column", 0) else {
        plugin.lacks(binder, "the column that is unpacked");
        return None;
    };
    let bag = plugin.column(binder, &input, argument)?;
    if bag.kind != KqlType::Dynamic {
        plugin.wrong(binder, "a column of type `dynamic`", argument.span);
        return None;
    }
    let prefix = match plugin.argument("OutputColumnPrefix", 1) {
        Some(prefix) => plugin.constant_text(binder, prefix)?,
        None => String::new(),
    };
    let conflict = match plugin.argument("columnsConflict", 2) {
        Some(argument) => match plugin.constant_text(binder, argument)?.as_str() {
            "error" => Conflict::Error,
            "replace_source" => Conflict::ReplaceSource,
            "keep_source" => Conflict::KeepSource,
            _ => {
                let what = "`error`, `replace_source` or `keep_source`";
                plugin.wrong(binder, what, argument.span);
                return None;
            }
        },
        None => Conflict::Error,
    };
    let ignored = match plugin.argument("ignoredProperties", 3) {
        Some(ignored) => match plugin.constant(binder, ignored, KqlType::Dynamic)? {
            Value::Text(list) => dynamic::strings(&list),
            _ => Vec::new(),
        },
        None => Vec::new(),
    };
    let known = input.columns.iter().any(|column| column.name == bag.name);
    if !known {
        // The bag itself is a column that only the data could have brought.
        return Some(input);
    }
    if let Some(schema) = plugin.schema {
        return declared(binder, input, plugin, (&bag, &prefix, conflict), schema);
    }
    let Slots::Known(slots) = slots(binder, &input, &bag, plugin)? else {
        let kept = input.column_values();
        let kept = kept.into_iter().filter(|(name, _)| *name != bag.name).collect();
        return Some(Relation { open: true, ..Relation::project(input, kept) });
    };
    let mut wanted = Vec::with_capacity(slots.len());
    for (key, kind) in slots {
        if ignored.contains(&key) {
            continue;
        }
        let name = format!("{prefix}{key}");
        let taken = name != bag.name
            && input.columns.iter().any(|column| column.name == name && !column.is_hidden());
        match conflict {
            Conflict::KeepSource if taken => continue,
            Conflict::Error if taken => {
                conflicting(binder, &name, plugin);
                return None;
            }
            _ => {}
        }
        // No query can name a column with such a character, and some of them mean something here.
        if name.is_empty() || name.contains(|character: char| character.is_control()) {
            continue;
        }
        wanted.push((name, key, kind));
    }
    let kept = input
        .column_values()
        .into_iter()
        .filter(|(name, _)| *name != bag.name && !wanted.iter().any(|(column, ..)| column == name));
    let kept = kept.collect();
    let rows = unpacked(input, &bag, wanted, kept);
    Some(Relation { open: true, ..rows })
}

fn conflicting(binder: &mut Binder<'_>, name: &str, plugin: &Plugin<'_>) {
    let message = format!("the bag has a member `{name}`, and so is a column called");
    let hint = "give a prefix, or `columnsConflict='keep_source'` or `'replace_source'`";
    binder.report(Diagnostic::error(codes::DUPLICATE_COLUMN, message).at(plugin.span).hint(hint));
}

/// The rows with these members of the bag: name of the column, key, type.
fn unpacked(
    input: Relation,
    bag: &Column,
    wanted: Vec<(String, String, KqlType)>,
    mut result: Vec<(String, Scalar)>,
) -> Relation {
    if wanted.is_empty() {
        return Relation::project(input, result);
    }
    let mut keys = Vec::with_capacity(wanted.len());
    let mut kinds = Vec::with_capacity(wanted.len());
    let mut added = Vec::with_capacity(wanted.len());
    for (position, (name, key, kind)) in wanted.into_iter().enumerate() {
        let column = Column::new(format!("{HIDDEN}slot.{position}"), kind);
        match result.iter_mut().find(|(known, _)| *known == name) {
            Some(replaced) => replaced.1 = column.value(),
            None => result.push((name, column.value())),
        }
        added.push(column);
        keys.push(key);
        kinds.push(kind);
    }
    let recipe = Recipe::new(How::Bag(keys), &kinds, false);
    Relation::project(Relation::extract(input, bag.value(), recipe, added), result)
}

/// The columns that the schema declares, and with `*` those of the input before them.
fn declared(
    binder: &mut Binder<'_>,
    input: Relation,
    plugin: &Plugin<'_>,
    (bag, prefix, conflict): (&Column, &str, Conflict),
    schema: &Schema,
) -> Option<Relation> {
    let columns = binder.declared(&schema.columns)?;
    let mut kept = super::super::hidden_values(&input);
    if schema.star {
        let shown = input.columns.iter().filter(|column| !column.is_hidden());
        kept.extend(
            shown
                .filter(|column| column.name != bag.name)
                .map(|column| (column.name.clone(), column.value())),
        );
    }
    let mut wanted = Vec::with_capacity(columns.len());
    let mut order: Vec<String> = kept.iter().map(|(name, _)| name.clone()).collect();
    for column in columns {
        let source = input
            .columns
            .iter()
            .find(|own| own.name == column.name && own.name != bag.name && !own.is_hidden());
        if !order.contains(&column.name) {
            order.push(column.name.clone());
        }
        match (source, schema.star) {
            (Some(_), true) if conflict == Conflict::KeepSource => {}
            (Some(_), true) if conflict == Conflict::Error => {
                conflicting(binder, &column.name, plugin);
                return None;
            }
            (Some(source), false) => {
                let Some(value) = convert(source.value(), column.kind) else {
                    plugin.wrong(binder, "a type that fits the column", plugin.span);
                    return None;
                };
                kept.push((column.name, value));
            }
            _ => {
                let key = column.name.strip_prefix(prefix).unwrap_or(&column.name).to_owned();
                wanted.push((column.name, key, column.kind));
            }
        }
    }
    let rows = unpacked(input, bag, wanted, kept);
    let mut values = rows.column_values();
    values.sort_by_key(|(name, _)| order.iter().position(|known| known == name));
    Some(Relation::project(rows, values))
}

/// What is known of the members of the bags.
enum Slots {
    /// The data has not been looked at.
    Unknown,
    /// The keys with the types of their values.
    Known(BTreeMap<String, KqlType>),
}

/// The members of the bags.
fn slots(
    binder: &mut Binder<'_>,
    input: &Relation,
    bag: &Column,
    plugin: &Plugin<'_>,
) -> Option<Slots> {
    let value = Scalar::kernel(&SLOTS, vec![bag.value()]);
    let part = Column::new(format!("{HIDDEN}slot"), KqlType::Dynamic);
    let slot = convert(part.value(), KqlType::String)?;
    let parts = Parts { bags_as_arrays: false, most: usize::MAX };
    let expanded = Relation::expand(input.clone(), vec![value], parts, vec![part]);
    let distinct = Relation::aggregate(expanded, vec![("slot".to_owned(), slot)], Vec::new());
    let Some(rows) = binder.observe(Relation::limit(distinct, MOST_COLUMNS * 8)) else {
        return Some(Slots::Unknown);
    };
    let mut found: BTreeMap<String, KqlType> = BTreeMap::new();
    for slot in rows.iter().filter_map(|row| row.first()?.as_deref()) {
        let Some((kind, key)) = slot.split_once(':') else { continue };
        let kind = kind.parse().unwrap_or(KqlType::Dynamic);
        let merged = match (found.get(key), kind) {
            (None, kind) => kind,
            (Some(known), kind) if *known == kind => kind,
            (Some(KqlType::Long), KqlType::Real) | (Some(KqlType::Real), KqlType::Long) => {
                KqlType::Real
            }
            _ => KqlType::Dynamic,
        };
        found.insert(key.to_owned(), merged);
    }
    if found.len() > MOST_COLUMNS {
        let message =
            format!("the bags have more than {MOST_COLUMNS} different members, too many columns");
        binder.report(
            Diagnostic::error(codes::TOO_COMPLEX, message)
                .at(plugin.span)
                .hint("declare the columns: `bag_unpack(d) : (*, Name:string)`"),
        );
        return None;
    }
    Some(Slots::Known(found))
}

/// `type:key` of each member of an object; a null has no type.
const SLOTS: Kernel = Kernel {
    name: "kql_bag_slots",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let bags = arguments.text(0)?;
        arguments.text_column(|row| {
            let Some(Json::Object(members)) = bags.value(row).map(dynamic::parse) else {
                return Some("[]".to_owned());
            };
            let slot = |(key, value): (String, Json)| {
                let kind = match value {
                    Json::Null => return None,
                    Json::Bool(_) => KqlType::Bool,
                    Json::Number(number) if number.is_f64() || number.as_i64().is_none() => {
                        KqlType::Real
                    }
                    Json::Number(_) => KqlType::Long,
                    Json::String(_) => KqlType::String,
                    Json::Array(_) | Json::Object(_) => KqlType::Dynamic,
                };
                Some(Json::String(format!("{kind}:{key}")))
            };
            Some(Json::Array(members.into_iter().filter_map(slot).collect()).to_string())
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&SLOTS];
