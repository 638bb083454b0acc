//! Access into `dynamic` values: a whole chain becomes one call.

use huntbook_diagnostics::Diagnostic;
use huntbook_kql_syntax::ast::{Expr, ExprKind};
use serde_json::Value as Json;

use super::{Binder, Row};
use crate::codes;
use crate::functions::path::{DYNAMIC_STEP, PATH};
use crate::ir::{Node, Scalar, Value};
use crate::types::KqlType;

impl Binder<'_> {
    /// `base.key` and `base[index]`.
    pub(super) fn path(&mut self, expression: &Expr, row: Row<'_>) -> Option<Scalar> {
        if let ExprKind::Path { base, member } = &expression.kind
            && let ExprKind::Name(step) = &base.kind
            && let Some(value) = crate::operators::scan::state_column(step, member, row)
        {
            if value.is_err() && row.open {
                return Some(self.absent_column(member));
            }
            return self.accept(value);
        }
        let (base, step) = match &expression.kind {
            ExprKind::Path { base, member } => (base, Scalar::text(member.name.clone())),
            ExprKind::Index { base, index } => {
                let index_span = index.span;
                let index = self.scalar(index, row)?;
                if !matches!(
                    index.kind,
                    KqlType::String | KqlType::Int | KqlType::Long | KqlType::Dynamic
                ) {
                    let message = format!(
                        "a dynamic value is indexed by a string or a whole number, not by `{}`",
                        index.kind
                    );
                    self.report(
                        Diagnostic::error(codes::WRONG_OPERAND_TYPE, message).at(index_span),
                    );
                    return None;
                }
                (base, index)
            }
            _ => return None,
        };
        let bound = match (step.as_literal(), self.outputs(base, row)) {
            (Some(Value::Long(position)), Some(outputs)) => {
                let position = usize::try_from(*position).ok();
                let mut outputs = outputs.ok()?;
                if position.is_some_and(|position| position < outputs.len()) {
                    return position.map(|position| outputs.swap_remove(position).1);
                }
                self.report(
                    Diagnostic::error(
                        codes::WRONG_OPERAND_TYPE,
                        format!("the call has {} columns, counted from 0", outputs.len()),
                    )
                    .at(expression.span),
                );
                return None;
            }
            (_, Some(outputs)) => outputs.ok()?.swap_remove(0).1,
            (_, None) => self.scalar(base, row)?,
        };
        if bound.kind != KqlType::Dynamic {
            let message = format!("a value of type `{}` has no parts", bound.kind);
            let hint = (bound.kind == KqlType::String)
                .then(|| "JSON in a string is reached through `parse_json(...)`".to_owned());
            self.report(
                Diagnostic::error(codes::WRONG_OPERAND_TYPE, message)
                    .at(expression.span)
                    .maybe_hint(hint),
            );
            return None;
        }
        Some(step_into(bound, step))
    }
}

/// One step further; constant steps after constant steps extend the same call.
fn step_into(base: Scalar, step: Scalar) -> Scalar {
    let constant = match step.as_literal() {
        Some(Value::Text(key)) if step.kind == KqlType::String => Some(Json::from(key.as_str())),
        Some(Value::Long(position)) => Some(Json::from(*position)),
        Some(Value::Int(position)) => Some(Json::from(*position)),
        _ => None,
    };
    let Some(constant) = constant else {
        let step = crate::convert::convert(step, KqlType::Dynamic)
            .expect("strings, numbers and dynamics convert to dynamic");
        return Scalar::kernel(&DYNAMIC_STEP, vec![base, step]);
    };
    if let Node::Kernel { kernel, arguments } = &base.node
        && kernel.name == PATH.name
        && let [inner, path] = arguments.as_slice()
        && let Some(Value::Text(steps)) = path.as_literal()
    {
        let mut steps = crate::dynamic::parse(steps);
        if let Some(steps) = steps.as_array_mut() {
            steps.push(constant);
        }
        return Scalar::kernel(&PATH, vec![inner.clone(), Scalar::text(steps.to_string())]);
    }
    let steps = Json::Array(vec![constant]);
    Scalar::kernel(&PATH, vec![base, Scalar::text(steps.to_string())])
}
