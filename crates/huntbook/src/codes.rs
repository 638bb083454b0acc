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
    CodeDoc::new(
        "OBF0012",
        "vault is full",
        "The number of entries is bounded, so that a vault fits into memory. Use one vault for each data set.",
        "a data set of more distinct names than a vault holds",
    ),
    CodeDoc::new(
        "OBF0020",
        "unknown policy",
        "The message lists the policies that come with huntbook, and the nearest name. A policy of your own is given as a file.",
        "huntbook obfuscate logs/ shared/ --policy sentinal",
    ),
    CodeDoc::new(
        "OBF0021",
        "policy file cannot be read",
        "The path is missing, is a folder, or is not UTF-8 text.",
        "huntbook obfuscate logs/ shared/ --policy missing.yaml",
    ),
    CodeDoc::new(
        "OBF0022",
        "text holds no key",
        "A key given as text, as in an environment variable, is 64 hexadecimal digits. The text is not shown.",
        "HUNTBOOK_KEY=secret huntbook obfuscate logs/ shared/",
    ),
    CodeDoc::new(
        "OBF0023",
        "passphrase is too short",
        "Whoever guesses the passphrase has the key. It has 12 characters or more; several random words are best.",
        "Key.from_passphrase('letmein')",
    ),
    CodeDoc::new(
        "OBF0024",
        "vault cannot be read or written",
        "The path is missing, its folder cannot be written, or a vault is there already: none is ever overwritten.",
        "huntbook obfuscate logs/ shared/ --vault /",
    ),
    CodeDoc::new(
        "OBF0025",
        "file is not a vault",
        "The file does not begin as a vault does, or a newer version wrote it.",
        "huntbook reveal shared/ --vault README.md",
    ),
    CodeDoc::new(
        "OBF0026",
        "vault is of another key or realm",
        "A vault opens only under the key and the realm that its data was obfuscated with.",
        "huntbook reveal shared/ --vault vault --realm another",
    ),
    CodeDoc::new(
        "OBF0027",
        "vault is cut off",
        "The end of the vault is missing, as after a copy that did not finish. Restore it from a copy.",
        "head -c 1000 vault > half",
    ),
    CodeDoc::new(
        "OBF0028",
        "vault is out of order",
        "Frames were left out, doubled, moved or appended. Restore the vault from a copy.",
        "cat vault vault > twice",
    ),
    CodeDoc::new(
        "OBF0029",
        "vault was changed",
        "What a frame holds is not what was written: damage or tampering. Restore the vault from a copy.",
        "printf x | dd of=vault bs=1 seek=200 conv=notrunc",
    ),
    CodeDoc::new(
        "OBF0030",
        "file cannot be read or written",
        "The file is missing, belongs to someone else, or the disk is full. The destination is as it was.",
        "huntbook obfuscate mising.csv shared.csv",
    ),
    CodeDoc::new(
        "OBF0031",
        "format is not read",
        "Binary files, UTF-16, event logs and archives in archives. The message says how to convert the file; `--skip-unknown` leaves it out.",
        "huntbook obfuscate Security.evtx shared.evtx",
    ),
    CodeDoc::new(
        "OBF0032",
        "file is damaged",
        "A row has more or fewer fields than the header, there is no header, or a file was cut off. The line is in the message.",
        "printf 'a,b\\n1\\n' > ragged.csv; huntbook obfuscate ragged.csv shared.csv",
    ),
    CodeDoc::new(
        "OBF0033",
        "destination is refused",
        "It exists, it is or contains a source or lies in one, or its name does not end as the source's does.",
        "huntbook obfuscate logs/ logs/shared/",
    ),
    CodeDoc::new(
        "OBF0034",
        "interrupted",
        "The work was stopped. Outputs are moved to the destination only once all are written, so it is as it was.",
        "Ctrl-C in huntbook obfuscate",
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
