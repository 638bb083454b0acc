//! `evaluate geo_polygon_lookup(T, polygon, longitude, latitude, radius, return_unmatched = true)` and
//! `geo_line_lookup`: the rows of a table of shapes beside the points that lie in or near them.
//!
//! Each point is written as the places of all shapes at it in the set of shapes, and these are joined by equality.

use huntbook_kql_syntax::ast::Expr;

use super::super::join::joined;
use super::Plugin;
use crate::aggregates::make_set;
use crate::bind::{Binder, implicit};
use crate::convert::convert;
use crate::functions::geo::lookups;
use crate::ir::{Column, HIDDEN, JoinKey, JoinKind, Node, Parts, Relation, Scalar, Value};
use crate::types::KqlType;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Line,
    Polygon,
}

/// The names of the arguments that may be given by name, in their places.
const PARAMETERS: [&str; 8] = [
    "LookupTable",
    "LookupKey",
    "SourceLongitude",
    "SourceLatitude",
    "radius",
    "return_unmatched",
    "lookup_area_radius",
    "return_lookup_key",
];

pub(super) fn bind(
    binder: &mut Binder<'_>,
    input: Relation,
    plugin: &Plugin<'_>,
    shape: Shape,
) -> Option<Relation> {
    plugin.only(binder, &PARAMETERS)?;
    let argument = |place: usize| plugin.argument(PARAMETERS[place], place);
    let (Some(table), Some(key), Some(longitude), Some(latitude)) =
        (argument(0), argument(1), argument(2), argument(3))
    else {
        plugin.lacks(binder, "the table, its column of shapes, or the columns of the point");
        return None;
    };
    let radius = match argument(4) {
        Some(radius) => in_metres(binder, plugin, radius)?,
        None => Scalar::null(KqlType::Real),
    };
    if shape == Shape::Line && radius.is_null_literal() {
        plugin.lacks(binder, "a radius in metres");
        return None;
    }
    let unmatched = flag(binder, plugin, argument(5))?;
    if let Some(hint) = argument(6) {
        in_metres(binder, plugin, hint)?;
    }
    let with_key = flag(binder, plugin, argument(7))?;
    let shapes = binder.relation(table, plugin.scope)?;
    let key_column = plugin.column(binder, &shapes, key)?;
    if key_column.kind != KqlType::Dynamic {
        plugin.wrong(binder, "a column of type `dynamic`", key.span);
        return None;
    }
    let longitude = degrees(binder, plugin, &input, longitude)?;
    let latitude = degrees(binder, plugin, &input, latitude)?;
    let text = Scalar::kernel(&lookups::TEXT, vec![key_column.value()]);
    let set = vec![make_set(convert(text.clone(), KqlType::Dynamic)?)];
    let set = Relation::aggregate(shapes.clone(), Vec::new(), set);
    let set = Scalar { node: Node::First(Box::new(set)), kind: KqlType::Dynamic };
    let kernel = match shape {
        Shape::Line => &lookups::LINES,
        Shape::Polygon => &lookups::POLYGONS,
    };
    let null_for_none = Scalar::literal(Value::Bool(unmatched), KqlType::Bool);
    let around =
        Scalar::kernel(kernel, vec![longitude, latitude, radius, set.clone(), null_for_none]);
    let part = Column::new(format!("{HIDDEN}shape"), KqlType::Dynamic);
    let left = convert(part.value(), KqlType::Long)?;
    let right = Scalar::kernel(&lookups::PLACE, vec![text, set]);
    let shown = input.columns.len();
    let hidden_key = shapes.columns.iter().position(|column| column.name == key_column.name);
    let parts = Parts { bags_as_arrays: false, most: usize::MAX };
    let expanded = Relation::expand(input, vec![around], parts, vec![part]);
    let kind = if unmatched { JoinKind::LeftOuter } else { JoinKind::Inner };
    let pairs = joined(expanded, shapes, kind, vec![JoinKey { left, right }]);
    let columns = pairs.columns.iter().enumerate().filter(|(position, _)| {
        let is_key = hidden_key.is_some_and(|key| *position == shown + 1 + key);
        *position != shown && (with_key || !is_key)
    });
    let columns = columns.map(|(_, column)| (column.name.clone(), column.value())).collect();
    Some(Relation::project(pairs, columns))
}

/// A constant length; null is none.
fn in_metres(binder: &mut Binder<'_>, plugin: &Plugin<'_>, argument: &Expr) -> Option<Scalar> {
    let value = plugin.constant(binder, argument, KqlType::Real)?;
    let sound = match value {
        Value::Real(metres) => metres >= 0.0,
        _ => value == Value::Null,
    };
    if !sound {
        plugin.wrong(binder, "a length in metres that is not negative", argument.span);
        return None;
    }
    Some(Scalar::literal(value, KqlType::Real))
}

fn flag(binder: &mut Binder<'_>, plugin: &Plugin<'_>, argument: Option<&Expr>) -> Option<bool> {
    match argument {
        Some(argument) => {
            Some(plugin.constant(binder, argument, KqlType::Bool)? == Value::Bool(true))
        }
        None => Some(false),
    }
}

fn degrees(
    binder: &mut Binder<'_>,
    plugin: &Plugin<'_>,
    input: &Relation,
    argument: &Expr,
) -> Option<Scalar> {
    let column = plugin.column(binder, input, argument)?;
    let value = implicit(column.value(), KqlType::Real);
    if value.is_none() {
        plugin.wrong(binder, "a column of type `real`", argument.span);
    }
    value
}
