//! `huntbook query list`.

use huntbook::{HuntbookError, QueryProvider};

use crate::args::ListArguments;
use crate::console::Console;

pub(crate) fn execute(list: &ListArguments, console: &Console) -> Result<(), HuntbookError> {
    let provider = QueryProvider::new(&list.environment)?;
    let mut lines = String::new();
    for query in provider.list(list.filter.as_deref()) {
        let first_line = query.description.lines().next().unwrap_or_default();
        lines += &format!("{:<48} {first_line}\n", query.qualified_name());
    }
    console.print(lines)
}
