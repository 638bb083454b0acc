//! `huntbook explain`.

use huntbook::HuntbookError;
use huntbook::diagnostics::near_hint;

use crate::args::ExplainArguments;
use crate::console::Console;

pub(crate) fn execute(explain: &ExplainArguments) -> Result<(), HuntbookError> {
    let codes = huntbook::codes();
    let Some(wanted) = &explain.code else {
        let lines: Vec<String> =
            codes.iter().map(|code| format!("{}  {}\n", code.code, code.title)).collect();
        return Console::print(lines.concat());
    };
    let found = codes.iter().find(|code| code.code.eq_ignore_ascii_case(wanted));
    let Some(code) = found else {
        return Err(HuntbookError::Config {
            message: format!("there is no code `{wanted}`"),
            hints: near_hint("code", wanted, codes.iter().map(|code| code.code))
                .into_iter()
                .collect(),
        });
    };
    Console::print(format!(
        "{}: {}\n\n{}\n\nexample\n{}\n",
        code.code, code.title, code.explanation, code.example
    ))
}
