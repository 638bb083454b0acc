//! `evaluate plugin(arguments) : (schema)`: one file a plugin.

mod activity;
mod bag_unpack;
mod geo_lookup;
mod ip_lookup;
mod narrow;
mod pivot;
mod rewritten;

use huntbook_diagnostics::{Diagnostic, Span, near_hint};
use huntbook_kql_syntax::ast::{Expr, ExprKind, Ident, NamedExpr, Schema};

use crate::bind::{Binder, Row, Scope};
use crate::codes;
use crate::convert::convert;
use crate::ir::{Column, Relation, Scalar, Value};
use crate::kernel::Kernel;
use crate::types::KqlType;

/// The kernels of the plugins.
pub(crate) const KERNELS: &[&[&Kernel]] = &[bag_unpack::KERNELS, ip_lookup::KERNELS];

/// A plugin as it is called.
pub(super) struct Plugin<'a> {
    pub(super) name: &'a Ident,
    pub(super) arguments: &'a [NamedExpr],
    pub(super) schema: Option<&'a Schema>,
    pub(super) span: Span,
    pub(super) scope: &'a Scope,
}

/// A plugin of KQL.
pub(crate) struct Known {
    pub(crate) name: &'static str,
    /// Parameters and result, as the reference page shows them.
    pub(crate) signature: &'static str,
    /// What comes back, in a sentence or two.
    pub(crate) summary: &'static str,
    bind: fn(&mut Binder<'_>, Relation, &Plugin<'_>) -> Option<Relation>,
    /// Whether it may stand inside of `mv-apply` and `partition`.
    parted: bool,
}

/// Every plugin.
pub(crate) const PLUGINS: &[Known] = &[
    Known {
        name: "activity_counts_metrics",
        signature: "activity_counts_metrics(id, time, start, end, window, [key, ...])",
        summary: "For each window of time: how many rows, different ids, ids not seen before, and ids so far.",
        bind: |binder, input, plugin| rewritten::activity_counts_metrics(binder, &input, plugin),
        parted: false,
    },
    Known {
        name: "activity_metrics",
        signature: "activity_metrics(id, time, start, end, window, [key, ...])",
        summary: "For each window of time: how many ids, ids that the window before does not have, and which part of the ids of the window before comes again or does not. A window is a length, `week`, `month` or `year`.",
        bind: |binder, input, plugin| activity::activity_metrics(binder, &input, plugin),
        parted: false,
    },
    Known {
        name: "bag_unpack",
        signature: "bag_unpack(column, [prefix], [columnsConflict], [ignoredProperties]) [: (schema)]",
        summary: "A column for each key of the bags, in the place of the bags. Without a schema the data decides which.",
        bind: bag_unpack::bind,
        parted: true,
    },
    Known {
        name: "geo_line_lookup",
        signature: "geo_line_lookup(table, line, longitude, latitude, radius, [return_unmatched], [lookup_area_radius], [return_lookup_key])",
        summary: "The rows of the table whose line or multiline in GeoJSON lies within `radius` metres of the point, beside each row.",
        bind: |binder, input, plugin| {
            geo_lookup::bind(binder, input, plugin, geo_lookup::Shape::Line)
        },
        parted: true,
    },
    Known {
        name: "geo_polygon_lookup",
        signature: "geo_polygon_lookup(table, polygon, longitude, latitude, [radius], [return_unmatched], [lookup_area_radius], [return_lookup_key])",
        summary: "The rows of the table whose polygon or multipolygon in GeoJSON holds the point, or lies within `radius` metres of it, beside each row.",
        bind: |binder, input, plugin| {
            geo_lookup::bind(binder, input, plugin, geo_lookup::Shape::Polygon)
        },
        parted: true,
    },
    Known {
        name: "ipv4_lookup",
        signature: "ipv4_lookup(table, address, network, [key, ...], [return_unmatched])",
        summary: "The rows of the table whose IPv4 network holds the address, beside each row.",
        bind: |binder, input, plugin| {
            ip_lookup::bind(binder, input, plugin, ip_lookup::Version::Four)
        },
        parted: true,
    },
    Known {
        name: "ipv6_lookup",
        signature: "ipv6_lookup(table, address, network, [key, ...], [return_unmatched])",
        summary: "The rows of the table whose IPv6 or IPv4 network holds the address, beside each row.",
        bind: |binder, input, plugin| {
            ip_lookup::bind(binder, input, plugin, ip_lookup::Version::Six)
        },
        parted: true,
    },
    Known {
        name: "narrow",
        signature: "narrow()",
        summary: "A row for each cell: `Row`, `Column`, `Value`.",
        bind: narrow::bind,
        parted: true,
    },
    Known {
        name: "new_activity_metrics",
        signature: "new_activity_metrics(id, time, start, end, window, [cohort], [key, ...], [lookback])",
        summary: "For each window of time and each window from then on: of the ids that the first window has first, how many come in the second and how many do not, and how many ids the second has first. Ids of `lookback`, a table with their column, are known before.",
        bind: |binder, input, plugin| activity::new_activity_metrics(binder, &input, plugin),
        parted: false,
    },
    Known {
        name: "pivot",
        signature: "pivot(column, [aggregate], [key, ...]) [: (schema)]",
        summary: "A column for each value of the column, of the aggregate over its rows. Without a schema the data decides which.",
        bind: pivot::bind,
        parted: true,
    },
    Known {
        name: "rolling_percentile",
        signature: "rolling_percentile(value, percentile, index, bin, bins, [key, ...])",
        summary: "The percentile of the values in each bin and the bins before it.",
        bind: |binder, input, plugin| rewritten::rolling_percentile(binder, &input, plugin),
        parted: false,
    },
    Known {
        name: "schema_merge",
        signature: "schema_merge([PreserveOrder])",
        summary: "One schema of the rows of several `getschema`.",
        bind: |binder, input, plugin| rewritten::schema_merge(binder, &input, plugin),
        parted: false,
    },
    Known {
        name: "sliding_window_counts",
        signature: "sliding_window_counts(id, time, start, end, lookback, bin, [key, ...])",
        summary: "For each bin: how many rows and different ids there are in the time that ends with it.",
        bind: |binder, input, plugin| rewritten::sliding_window_counts(binder, &input, plugin),
        parted: false,
    },
];

pub(crate) fn bind(
    binder: &mut Binder<'_>,
    input: Relation,
    (name, arguments, schema): (&Ident, &[NamedExpr], Option<&Schema>),
    span: Span,
    scope: &Scope,
) -> Option<Relation> {
    let plugin = Plugin { name, arguments, schema, span, scope };
    let known = PLUGINS.iter().find(|known| known.name == name.name);
    match known {
        Some(known) if known.parted || input.parts().next().is_none() => {
            (known.bind)(binder, input, &plugin)
        }
        _ => {
            let place = if known.is_some() { " inside of `mv-apply` and `partition`" } else { "" };
            let message = format!("plugin `{}` is not supported yet{place}", name.name);
            binder.report(Diagnostic::error(codes::UNSUPPORTED_OPERATOR, message).at(name.span));
            None
        }
    }
}

impl<'a> Plugin<'a> {
    /// The argument of this name, or the one at this position among those without a name.
    pub(super) fn argument(&self, name: &str, position: usize) -> Option<&'a Expr> {
        let named = self.arguments.iter().find(|argument| {
            argument.names.first().is_some_and(|given| given.name.eq_ignore_ascii_case(name))
        });
        let positional = || {
            let mut unnamed = self.arguments.iter().filter(|argument| argument.names.is_empty());
            unnamed.nth(position)
        };
        named.or_else(positional).map(|argument| &argument.value)
    }

    /// Reports arguments under names that the plugin does not have, and too many without a name.
    pub(super) fn only(&self, binder: &mut Binder<'_>, names: &[&str]) -> Option<()> {
        let mut unnamed = 0;
        for argument in self.arguments {
            let Some(given) = argument.names.first() else {
                unnamed += 1;
                if unnamed > names.len() {
                    let message =
                        format!("`{}` takes {} arguments at most", self.name.name, names.len());
                    let diagnostic = Diagnostic::error(codes::WRONG_ARGUMENT_COUNT, message);
                    binder.report(diagnostic.at(argument.value.span));
                    return None;
                }
                continue;
            };
            if !names.iter().any(|name| name.eq_ignore_ascii_case(&given.name)) {
                let message = format!("`{}` has no argument `{}`", self.name.name, given.name);
                let diagnostic = Diagnostic::error(codes::WRONG_ARGUMENT_COUNT, message);
                let near = near_hint("argument", &given.name, names.iter().copied());
                binder.report(diagnostic.at(given.span).maybe_hint(near));
                return None;
            }
        }
        Some(())
    }

    /// Reports that an argument is missing.
    pub(super) fn lacks(&self, binder: &mut Binder<'_>, what: &str) {
        let message = format!("`{}` lacks {what}", self.name.name);
        binder.report(Diagnostic::error(codes::WRONG_ARGUMENT_COUNT, message).at(self.span));
    }

    pub(super) fn wrong(&self, binder: &mut Binder<'_>, what: &str, span: Span) {
        let message = format!("{what} is expected here by `{}`", self.name.name);
        binder.report(Diagnostic::error(codes::WRONG_ARGUMENT_TYPE, message).at(span));
    }

    /// A plain column of the input.
    pub(super) fn column(
        &self,
        binder: &mut Binder<'_>,
        input: &Relation,
        argument: &Expr,
    ) -> Option<Column> {
        let ExprKind::Name(name) = &argument.kind else {
            self.wrong(binder, "the name of a column", argument.span);
            return None;
        };
        let value = binder.scalar(argument, Row::of(input, self.scope))?;
        Some(Column::new(name.name.clone(), value.kind))
    }

    /// A constant, cast to a type.
    pub(super) fn constant(
        &self,
        binder: &mut Binder<'_>,
        argument: &Expr,
        kind: KqlType,
    ) -> Option<Value> {
        let bound = binder.scalar(argument, Row::new(&[], self.scope))?;
        let cast = convert(bound, kind);
        let value = cast.as_ref().and_then(Scalar::as_literal);
        if value.is_none() {
            let message = format!("a constant of type `{kind}` is expected here");
            binder.report(Diagnostic::error(codes::NOT_CONSTANT, message).at(argument.span));
        }
        value.cloned()
    }

    pub(super) fn constant_text(&self, binder: &mut Binder<'_>, argument: &Expr) -> Option<String> {
        match self.constant(binder, argument, KqlType::String)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}
