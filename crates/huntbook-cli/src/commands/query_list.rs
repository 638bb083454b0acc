//! `huntbook query list`.

use std::fmt::Write as _;

use huntbook::{HuntbookError, QueryProvider};

use crate::args::ListArguments;
use crate::console::Console;

pub(crate) fn execute(list: &ListArguments) -> Result<(), HuntbookError> {
    let provider = QueryProvider::new(&list.environment)?;
    let mut lines = String::new();
    for query in provider.list(list.filter.as_deref()) {
        let first_line = query.description.lines().next().unwrap_or_default();
        let _ = writeln!(lines, "{:<48} {first_line}", query.qualified_name());
    }
    Console::print(lines)
}
