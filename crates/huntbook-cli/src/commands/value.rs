//! `huntbook value`.

use std::io::{self, BufRead};

use huntbook::HuntbookError;

use crate::args::ValueArguments;
use crate::console::Console;

pub(crate) fn execute(arguments: &ValueArguments) -> Result<(), HuntbookError> {
    let key = arguments.how.key_or_new()?;
    let obfuscator = arguments.how.obfuscator(&key)?;
    let show = |value: &str| Console::print(obfuscator.value(arguments.kind, value) + "\n");
    if !arguments.values.is_empty() {
        return arguments.values.iter().try_for_each(|value| show(value));
    }
    let mut line = Vec::new();
    let mut input = io::stdin().lock();
    loop {
        line.clear();
        let read = input.read_until(b'\n', &mut line).map_err(|error| HuntbookError::Config {
            message: format!("cannot read standard input: {error}"),
            hints: Vec::new(),
        })?;
        if read == 0 {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&line);
        show(text.trim_end_matches(['\n', '\r']))?;
    }
}
