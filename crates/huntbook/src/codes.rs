//! Every diagnostic code, from all crates.

use huntbook_diagnostics::CodeDoc;

/// Codes of `huntbook-obfuscate`, which knows no diagnostics.
const OBFUSCATION: &[CodeDoc] = &[
    CodeDoc::new(
        "OBF0001",
        "no random bytes",
        "The operating system gave no randomness, so no key can be made. Give a key file that exists.",
        "a sandbox without getrandom",
    ),
    CodeDoc::new(
        "OBF0002",
        "key file cannot be read or written",
        "The path is a folder, is missing its folder's permission, or the disk is full.",
        "huntbook hunt logs/ --feed feed/ --key /",
    ),
    CodeDoc::new(
        "OBF0003",
        "key file is open to others",
        "Whoever reads the key can reveal what was obfuscated. The message has the command that mends it.",
        "chmod 644 key; huntbook hunt logs/ --feed feed/ --key key",
    ),
    CodeDoc::new(
        "OBF0004",
        "key file does not hold a key",
        "A key is 64 hexadecimal digits. A damaged key cannot be guessed back: restore it from a copy.",
        "echo secret > key",
    ),
    CodeDoc::new(
        "OBF0005",
        "unknown kind",
        "The message lists the kinds that there are.",
        "Obfuscator(column_map={'Account': 'acount'})",
    ),
    CodeDoc::new(
        "OBF0006",
        "policy cannot be read",
        "The YAML is broken or has another shape than rules of kinds; line and column are in the message.",
        "rules: [",
    ),
    CodeDoc::new(
        "OBF0007",
        "kind cannot be revealed",
        "Names and text become one-way tokens. Addresses, GUIDs and SIDs can be revealed.",
        "ob.reveal('string', 'abc')",
    ),
    CodeDoc::new(
        "OBF0008",
        "text is not an obfuscated value of the kind",
        "Only what the same key and realm made can be revealed, and only where the original was well formed.",
        "ob.reveal('ip', 'no address')",
    ),
    CodeDoc::new(
        "OBF0009",
        "type cannot be obfuscated",
        "Unions and list views have no obfuscated form. Give a rule `null` or `keep`, or cast the column to text.",
        "a column of Arrow type Union",
    ),
    CodeDoc::new(
        "OBF0010",
        "batch differs from the plan",
        "A plan is made for one table. Make a plan for this one.",
        "the plan of SigninLogs on a batch of SecurityEvent",
    ),
    CodeDoc::new(
        "OBF0011",
        "column cannot be built",
        "Arrow refused the result, as when a column grows beyond 2 GiB of text. Obfuscate smaller batches.",
        "a batch of 3 GiB of text",
    ),
];

/// What each code means, sorted by code.
#[must_use]
pub fn codes() -> Vec<CodeDoc> {
    let groups = [
        huntbook_intel::CODES,
        huntbook_kql::CODES,
        huntbook_kql_syntax::CODES,
        huntbook_queries::CODES,
        OBFUSCATION,
    ];
    let mut codes: Vec<CodeDoc> = groups.concat();
    codes.sort_by_key(|code| code.code);
    codes
}

#[cfg(test)]
mod tests {
    use huntbook_obfuscate::ObfuscationError;

    use super::*;

    #[test]
    fn each_code_is_documented_once() {
        let codes = codes();
        assert!(codes.len() > 40, "{}", codes.len());
        assert!(codes.windows(2).all(|pair| pair[0].code != pair[1].code));
        assert!(codes.iter().all(|code| !code.explanation.is_empty() && !code.example.is_empty()));
    }

    #[test]
    fn each_code_of_obfuscation_is_documented() {
        let documented: Vec<&str> = OBFUSCATION.iter().map(|code| code.code).collect();
        assert_eq!(documented, ObfuscationError::CODES);
    }
}
