//! `parse_command_line`: the arguments of a Windows command line, as `CommandLineToArgvW` splits it.

use serde_json::Value;

use super::{Function, Naming};
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;

pub(crate) const PARSE_COMMAND_LINE: Function = Function {
    name: "parse_command_line",
    aliases: &[],
    signature: "parse_command_line(line: string, \"windows\") -> dynamic",
    summary: "The arguments of the command line as a list of strings, as Windows' CommandLineToArgvW splits it.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(2..=2)?;
        let kind = call.constant_string(1)?;
        if !kind.eq_ignore_ascii_case("windows") {
            return Err(call.wrong(1, "`\"windows\"`", &format!("`{kind}`")));
        }
        Ok(Scalar::kernel(&ARGUMENTS, vec![call.string(0)?]))
    },
};

const BLANKS: [char; 2] = [' ', '\t'];

fn split(line: &str) -> Vec<String> {
    let line = line.trim_start_matches(BLANKS);
    if line.is_empty() {
        return Vec::new();
    }
    // In the name of the program a quote only quotes, and a backslash is itself.
    let (program, mut rest) = match line.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
        None => line.split_at(line.find(BLANKS).unwrap_or(line.len())),
    };
    let mut list = vec![program.to_owned()];
    loop {
        rest = rest.trim_start_matches(BLANKS);
        if rest.is_empty() {
            return list;
        }
        let (argument, behind) = next(rest);
        list.push(argument);
        rest = behind;
    }
}

/// The first argument, and what stands behind it.
fn next(line: &str) -> (String, &str) {
    let mut argument = String::new();
    // Pairs of backslashes mean one only before a quote.
    let mut backslashes = 0_usize;
    let mut is_quoted = false;
    let mut characters = line.char_indices().peekable();
    while let Some((position, character)) = characters.next() {
        match character {
            '\\' => backslashes += 1,
            '"' => {
                argument.extend(std::iter::repeat_n('\\', backslashes / 2));
                if backslashes % 2 == 1 {
                    argument.push('"');
                } else if is_quoted && characters.next_if(|(_, next)| *next == '"').is_some() {
                    // Two quotes inside of quotes are one, and end them.
                    argument.push('"');
                    is_quoted = false;
                } else {
                    is_quoted = !is_quoted;
                }
                backslashes = 0;
            }
            other => {
                argument.extend(std::iter::repeat_n('\\', backslashes));
                backslashes = 0;
                if BLANKS.contains(&other) && !is_quoted {
                    return (argument, &line[position..]);
                }
                argument.push(other);
            }
        }
    }
    argument.extend(std::iter::repeat_n('\\', backslashes));
    (argument, "")
}

const ARGUMENTS: Kernel = Kernel {
    name: "kql_parse_command_line",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let line = arguments.text(0)?;
        arguments.text_column(|row| Some(Value::from(split(line.get(row))).to_string()))
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&ARGUMENTS];

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn backslashes_count_before_quotes_only() {
        assert_eq!(
            split(r#"a.exe \\host\x "c:\d e\\" f\"g"#),
            ["a.exe", r"\\host\x", r"c:\d e\", r#"f"g"#]
        );
    }

    #[test]
    fn quotes_may_stand_inside_an_argument_and_be_empty() {
        assert_eq!(
            split(r#""C:\Program Files\x.exe" /p:"a b" "" 'c"#),
            [r"C:\Program Files\x.exe", "/p:a b", "", "'c"]
        );
        assert_eq!(split("  "), Vec::<String>::new());
    }
}
