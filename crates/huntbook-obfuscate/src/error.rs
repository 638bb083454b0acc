//! What can go wrong, each with a stable code and what would help.

use std::path::PathBuf;

/// Why something could not be obfuscated, revealed or proved.
///
/// No variant ever holds a key or a value of the data.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ObfuscationError {
    /// The operating system gave no random bytes.
    #[error("no random bytes for a new key")]
    Randomness(#[source] getrandom::Error),
    /// The key file could not be read or written.
    #[error("cannot {action} key file `{}`", .path.display())]
    KeyFile {
        /// What was tried, such as `read`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: std::io::Error,
    },
    /// The key file can be read by others than its owner.
    #[error("key file `{}` is open to other users (mode {mode:03o}); mend it with: chmod 600 '{}'", .path.display(), .path.display())]
    KeyFileOpen {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The key file does not hold 64 hexadecimal digits.
    #[error("key file `{}` does not hold a key: 64 hexadecimal digits are expected", .path.display())]
    KeyFileContent {
        /// The file.
        path: PathBuf,
    },
    /// No kind has that name.
    #[error("unknown kind `{name}`{}; the kinds are {}", crate::Kind::near(.name), crate::Kind::names())]
    UnknownKind {
        /// What was asked for.
        name: String,
    },
    /// The policy is not valid YAML of the expected shape.
    #[error("the policy cannot be read: {reason}")]
    Policy {
        /// What is wrong and where.
        reason: String,
    },
    /// No policy that comes with this crate has that name.
    #[error("unknown policy `{name}`{hint}; the policies are {}", crate::Policy::names().join(", "))]
    UnknownPolicy {
        /// What was asked for.
        name: String,
        /// Words that name the nearest policy, or nothing.
        hint: String,
    },
    /// The policy file could not be read.
    #[error("cannot read policy file `{}`", .path.display())]
    PolicyFile {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: std::io::Error,
    },
    /// The text that should be a key is none.
    #[error("the text holds no key: 64 hexadecimal digits are expected")]
    KeyText,
    /// The passphrase is empty or too short to make a key of.
    #[error("the passphrase is too short: {minimum} characters are the least")]
    WeakPassphrase {
        /// How many characters it must have.
        minimum: usize,
    },
    /// The vault could not be read or written.
    #[error("cannot {action} vault `{}`", .path.display())]
    VaultFile {
        /// What was tried, such as `read`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: std::io::Error,
    },
    /// The file is not a vault, or of a version that is not known.
    #[error("`{}` is no vault of this version", .path.display())]
    NotAVault {
        /// The file.
        path: PathBuf,
    },
    /// The vault was written under another key or for another realm.
    #[error("vault `{}` was written under another key or for another realm", .path.display())]
    VaultKey {
        /// The file.
        path: PathBuf,
    },
    /// The vault ends too early: a part of it was cut off.
    #[error("vault `{}` is cut off after frame {frame}", .path.display())]
    VaultTruncated {
        /// The file.
        path: PathBuf,
        /// How many frames are whole.
        frame: u32,
    },
    /// Frames of the vault were left out, doubled, moved or appended.
    #[error("vault `{}` holds another frame where frame {frame} is expected", .path.display())]
    VaultOrder {
        /// The file.
        path: PathBuf,
        /// Where.
        frame: u32,
    },
    /// A frame of the vault was changed.
    #[error("frame {frame} of vault `{}` was changed", .path.display())]
    VaultChanged {
        /// The file.
        path: PathBuf,
        /// Which.
        frame: u32,
    },
    /// The vault has as many entries as it may have.
    #[error("vault `{}` is full: {limit} entries are the most; use one vault a data set", .path.display())]
    VaultFull {
        /// The file.
        path: PathBuf,
        /// How many entries it may have.
        limit: usize,
    },
    /// The kind cannot be revealed: its tokens are one-way.
    #[error("kind `{kind}` cannot be revealed: its tokens are one-way")]
    OneWay {
        /// The kind.
        kind: crate::Kind,
    },
    /// The text is not an output of the kind.
    #[error(
        "the text is not an obfuscated `{kind}`: tokens of values that did not parse are one-way"
    )]
    NotRevealable {
        /// The kind.
        kind: crate::Kind,
    },
    /// The column's Arrow type has no obfuscated form.
    #[error(
        "column `{column}` has type {data_type}, which cannot be obfuscated; give it a rule `null` or `keep`, or cast it to text"
    )]
    UnsupportedType {
        /// The column, or its dotted path.
        column: String,
        /// Its Arrow type.
        data_type: String,
    },
    /// The batch is not of the table that was planned.
    #[error("the batch differs from the plan at column `{column}`: {problem}")]
    PlanMismatch {
        /// The column.
        column: String,
        /// What differs.
        problem: String,
    },
    /// Arrow refused the result.
    #[error("cannot build column `{column}`")]
    Arrow {
        /// The column.
        column: String,
        /// What Arrow said.
        #[source]
        source: arrow::error::ArrowError,
    },
    /// A file or folder could not be read or written.
    #[error("cannot {action} `{}`: {source}", .path.display())]
    File {
        /// What was tried: `read` or `write`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The file is of a format that is not read.
    #[error("`{}` cannot be obfuscated: {reason}", .path.display())]
    FileFormat {
        /// The file; a member stands behind the `!` of its archive.
        path: PathBuf,
        /// Why, and what would help.
        reason: String,
    },
    /// The file is damaged.
    #[error("`{}`{}: {problem}", .path.display(), at_line(*.line))]
    FileContent {
        /// The file; a member stands behind the `!` of its archive.
        path: PathBuf,
        /// The line, from 1, where it is known.
        line: Option<u64>,
        /// What is wrong and what would help.
        problem: String,
    },
    /// The outputs cannot go there.
    #[error("cannot write to `{}`: {problem}", .path.display())]
    Destination {
        /// The destination.
        path: PathBuf,
        /// Why not, and what would help.
        problem: String,
    },
    /// The work was stopped; nothing half-done is left.
    #[error("interrupted: the destination is as it was")]
    Cancelled,
    /// Something is wrong with the table in a file.
    #[error("`{}`: {source}", .path.display())]
    InFile {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: Box<ObfuscationError>,
    },
}

fn at_line(line: Option<u64>) -> String {
    line.map_or_else(String::new, |line| format!(", line {line}"))
}

impl ObfuscationError {
    /// Every code, in order.
    pub const CODES: [&'static str; 27] = [
        "OBF0001", "OBF0002", "OBF0003", "OBF0004", "OBF0005", "OBF0006", "OBF0007", "OBF0008",
        "OBF0009", "OBF0010", "OBF0011", "OBF0012", "OBF0020", "OBF0021", "OBF0022", "OBF0023",
        "OBF0024", "OBF0025", "OBF0026", "OBF0027", "OBF0028", "OBF0029", "OBF0030", "OBF0031",
        "OBF0032", "OBF0033", "OBF0034",
    ];

    /// The stable code of this error, such as `OBF0003`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Randomness(_) => "OBF0001",
            Self::KeyFile { .. } => "OBF0002",
            Self::KeyFileOpen { .. } => "OBF0003",
            Self::KeyFileContent { .. } => "OBF0004",
            Self::UnknownKind { .. } => "OBF0005",
            Self::Policy { .. } => "OBF0006",
            Self::OneWay { .. } => "OBF0007",
            Self::NotRevealable { .. } => "OBF0008",
            Self::UnsupportedType { .. } => "OBF0009",
            Self::PlanMismatch { .. } => "OBF0010",
            Self::Arrow { .. } => "OBF0011",
            Self::UnknownPolicy { .. } => "OBF0020",
            Self::PolicyFile { .. } => "OBF0021",
            Self::KeyText => "OBF0022",
            Self::WeakPassphrase { .. } => "OBF0023",
            Self::VaultFile { .. } => "OBF0024",
            Self::NotAVault { .. } => "OBF0025",
            Self::VaultKey { .. } => "OBF0026",
            Self::VaultTruncated { .. } => "OBF0027",
            Self::VaultOrder { .. } => "OBF0028",
            Self::VaultChanged { .. } => "OBF0029",
            Self::VaultFull { .. } => "OBF0012",
            Self::File { .. } => "OBF0030",
            Self::FileFormat { .. } => "OBF0031",
            Self::FileContent { .. } => "OBF0032",
            Self::Destination { .. } => "OBF0033",
            Self::Cancelled => "OBF0034",
            Self::InFile { source, .. } => source.code(),
        }
    }

    /// The same error, which names the file if it did not.
    pub(crate) fn in_file(self, path: &std::path::Path) -> Self {
        match self {
            Self::File { .. }
            | Self::FileFormat { .. }
            | Self::FileContent { .. }
            | Self::Destination { .. }
            | Self::Cancelled
            | Self::InFile { .. } => self,
            other => Self::InFile { path: path.to_owned(), source: Box::new(other) },
        }
    }
}
