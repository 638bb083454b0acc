//! `evaluate narrow()`: a row for each cell: the number of the row from 0, the name of the column, the value as text.

use super::Plugin;
use crate::bind::Binder;
use crate::convert::convert;
use crate::dynamic;
use crate::functions::bags::packed;
use crate::functions::path::PATH;
use crate::ir::{Column, HIDDEN, Parts, Relation, Scalar, Value, WindowCall};
use crate::types::KqlType;
use crate::windows::NUMBER;

pub(super) fn bind(
    binder: &mut Binder<'_>,
    input: Relation,
    plugin: &Plugin<'_>,
) -> Option<Relation> {
    if let Some(argument) = plugin.arguments.first() {
        plugin.wrong(binder, "no argument", argument.span);
        return None;
    }
    let number = Column::new(format!("{HIDDEN}row"), KqlType::Long);
    let part = Column::new(format!("{HIDDEN}cell"), KqlType::Dynamic);
    let shown = input.columns.iter().filter(|column| !column.is_hidden());
    let members = shown.filter_map(|column| {
        let text = convert(column.value(), KqlType::String)?;
        Some((column.name.clone(), convert(text, KqlType::Dynamic)?))
    });
    let cells = packed(members);
    let partition = input.parts().map(Column::value).collect();
    let arguments = vec![Scalar::long(0), Scalar::literal(Value::Bool(false), KqlType::Bool)];
    let call = WindowCall { function: &NUMBER, arguments, partition };
    let hidden = super::super::hidden_values(&input);
    let numbered = Relation::window(input, vec![(call, number.clone())]);
    let parts = Parts { bags_as_arrays: true, most: usize::MAX };
    let rows = Relation::expand(numbered, vec![cells], parts, vec![part.clone()]);
    let at = |position: i64| {
        let path = Scalar::text(dynamic::parse(&format!("[{position}]")).to_string());
        convert(Scalar::kernel(&PATH, vec![part.value(), path]), KqlType::String)
    };
    let result = [
        ("Row".to_owned(), number.value()),
        ("Column".to_owned(), at(0)?),
        ("Value".to_owned(), at(1)?),
    ];
    Some(Relation::project(rows, hidden.into_iter().chain(result).collect()))
}
