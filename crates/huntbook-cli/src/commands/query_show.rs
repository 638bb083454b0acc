//! `huntbook query show`.

use std::fmt::Write as _;

use huntbook::{HuntbookError, QueryProvider};

use crate::args::ShowArguments;
use crate::console::Console;

pub(crate) fn execute(show: &ShowArguments) -> Result<(), HuntbookError> {
    let provider = QueryProvider::new(&show.environment)?;
    let query = provider.get(&show.name)?;
    let mut page =
        format!("{}\n\n{}\n\nparameters\n", query.qualified_name(), query.description.trim());
    for parameter in &query.parameters {
        let kind = parameter.kind.name();
        let default = parameter
            .default
            .as_ref()
            .map_or_else(|| "required".to_owned(), |default| format!("default `{default}`"));
        let _ =
            writeln!(page, "  {} ({kind}, {default})  {}", parameter.name, parameter.description);
    }
    if !query.techniques.is_empty() {
        let _ = writeln!(page, "\nATT&CK  {}", query.techniques.join(", "));
    }
    let _ = writeln!(page, "\nquery\n{}", query.template.trim_end());
    Console::print(page)
}
