//! `project-rename new = old, ...`: columns under new names, in their places.

use huntbook_diagnostics::{Diagnostic, near_hint};
use huntbook_kql_syntax::ast::{ExprKind, NamedExpr};

use crate::bind::{Binder, duplicate};
use crate::codes;
use crate::ir::Relation;

pub(crate) fn bind(
    binder: &mut Binder<'_>,
    input: Relation,
    renamed: &[NamedExpr],
) -> Option<Relation> {
    let mut columns = input.column_values();
    let mut sound = true;
    for one in renamed {
        let (Some(new), ExprKind::Name(old)) = (one.names.first(), &one.value.kind) else {
            let message = "`project-rename` takes `new = old`";
            binder.report(Diagnostic::error(codes::WRONG_NAMES, message).at(one.span));
            sound = false;
            continue;
        };
        if let Some(position) = input.columns.iter().position(|column| column.name == old.name) {
            columns[position].0.clone_from(&new.name);
            continue;
        }
        if input.open {
            columns.push((new.name.clone(), binder.absent_column(old)));
            continue;
        }
        let known = input.columns.iter().map(|column| column.name.as_str());
        let message = format!("column `{}` not found", old.name);
        binder.report(
            Diagnostic::error(codes::UNKNOWN_COLUMN, message)
                .at(old.span)
                .maybe_hint(near_hint("column", &old.name, known)),
        );
        sound = false;
    }
    for one in renamed {
        let Some(new) = one.names.first() else { continue };
        if columns.iter().filter(|(name, _)| *name == new.name).count() > 1 {
            binder.report(duplicate(&new.name, new.span));
            sound = false;
        }
    }
    sound.then(|| Relation::project(input, columns))
}
