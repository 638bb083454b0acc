//! The parameters of a function as `let` statements, so that its body can be bound while it is written.

use std::fmt::Write as _;

use huntbook_kql_syntax::{TokenKind, tokenize};

/// `a: string, T: (x: long)` as `let a = ""; let T = datatable(x: long)[];`.
pub(super) fn as_lets(parameters: &str) -> String {
    let mut lets = String::new();
    for parameter in split(parameters) {
        let Some((name, kind)) = parameter.split_once(':') else { continue };
        let (name, kind) = (name.trim(), kind.split('=').next().unwrap_or_default().trim());
        let value = match kind {
            "string" => "\"\"".to_owned(),
            "dynamic" => "dynamic(null)".to_owned(),
            table if table.starts_with('(') && !table.contains('*') => {
                format!("datatable{table}[]")
            }
            scalar if scalar.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
                format!("{scalar}(null)")
            }
            _ => continue,
        };
        let _ = writeln!(lets, "let {name} = {value};");
    }
    lets
}

/// The parts between commas that stand in no bracket.
fn split(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    for token in tokenize(text) {
        match token.kind {
            TokenKind::OpenParenthesis => depth += 1,
            TokenKind::CloseParenthesis => depth = depth.saturating_sub(1),
            TokenKind::Comma if depth == 0 => {
                parts.push(&text[start..token.span.start]);
                start = token.span.end;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}
