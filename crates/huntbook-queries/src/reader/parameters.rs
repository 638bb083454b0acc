//! The `parameters` of a definition.

use std::collections::BTreeSet;

use huntbook_diagnostics::{Diagnostic, near_hint};

use super::{File, texts};
use crate::codes::{PART_MISSING, UNKNOWN_TYPE, WRONG_SHAPE};
use crate::node::Node;
use crate::{Parameter, ParameterType, Value};

impl File<'_> {
    pub(super) fn parameters(&mut self, name: &str, declared: &Node) -> Vec<Parameter> {
        let mut seen = BTreeSet::new();
        let mut parameters = Vec::new();
        for (parameter, node) in declared.entries() {
            if seen.insert(parameter) {
                parameters.extend(self.parameter(name, parameter, node));
            }
        }
        parameters
    }

    fn parameter(&mut self, query: &str, name: &str, node: &Node) -> Option<Parameter> {
        let here = ["sources", query, "parameters", name];
        if !matches!(node, Node::Map(_)) {
            let message =
                format!("parameter `{name}` of query `{query}` is a mapping, not {}", node.kind());
            self.report(Diagnostic::error(WRONG_SHAPE, message), &here, 0);
            return None;
        }
        self.unknown_keys(node, &here, &["description", "type", "default", "aliases", "format"]);
        let Some(written) = node.get("type").and_then(Node::scalar) else {
            let message = format!("parameter `{name}` of query `{query}` has no `type`");
            self.report(Diagnostic::error(PART_MISSING, message), &here, 0);
            return None;
        };
        let kind = ParameterType::from_name(&written).unwrap_or_else(|| {
            let known = ParameterType::ALL.map(ParameterType::name);
            let message = format!(
                "parameter `{name}` of query `{query}` has the unknown type `{written}`, read as `str`"
            );
            let fault = Diagnostic::warning(UNKNOWN_TYPE, message)
                .maybe_hint(near_hint("type", &written, known));
            self.report(fault, &here, 0);
            ParameterType::Str
        });
        Some(Parameter {
            name: name.to_owned(),
            kind,
            description: node
                .get("description")
                .and_then(Node::scalar)
                .unwrap_or_default()
                .trim()
                .to_owned(),
            default: node.get("default").and_then(|default| default_value(kind, default)),
            aliases: texts(node, "aliases"),
            format: node.get("format").and_then(Node::scalar),
        })
    }
}

/// A default as written. Nothing at all is empty text or an empty list where the type has such a value,
/// and no default elsewhere.
fn default_value(kind: ParameterType, node: &Node) -> Option<Value> {
    Some(match node {
        Node::Null => match kind {
            ParameterType::Str | ParameterType::Clause => Value::Text(String::new()),
            ParameterType::List => Value::List(Vec::new()),
            _ => return None,
        },
        Node::Bool(truth) => Value::Bool(*truth),
        Node::Int(number) => Value::Int(*number),
        Node::Float(number) => Value::Float(*number),
        Node::Text(text) => Value::Text(text.clone()),
        Node::List(items) => {
            Value::List(items.iter().filter_map(|item| default_value(kind, item)).collect())
        }
        Node::Map(_) => return None,
    })
}
