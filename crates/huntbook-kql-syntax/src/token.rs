//! Tokens: the words of a KQL text, with nothing left out.

use huntbook_diagnostics::Span;

/// A piece of the text. Tokens follow each other without a gap, so white space is one, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it stands; never empty.
    pub span: Span,
}

/// The kinds of token.
///
/// A word is a [`TokenKind::Name`] whether or not the grammar gives it a meaning: KQL's keywords may be
/// names, so only the parser can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// Spaces, tabs, line ends, zero-width spaces and a byte order mark.
    Whitespace,
    /// `// ...` without its line end; and, before anything else, a line that starts with `#`: a directive to Microsoft's tools.
    Comment,
    /// A word: `Account`, `where`, `$left`, `4625Events`.
    Name,
    /// `42` or `0x2A`.
    Integer,
    /// `1.5`, `1e3`.
    Real,
    /// `1d`, `1.5h`, `100ms`.
    Timespan,
    /// A string literal in any of its forms.
    String(StringToken),
    /// The inside of `datetime(...)` and the other typed literals, without the brackets. It is not made of
    /// tokens: `datetime(2024-05-01T10:00)` holds neither numbers nor names.
    Raw(LiteralType),
    /// `(`.
    OpenParenthesis,
    /// `)`.
    CloseParenthesis,
    /// `[`.
    OpenBracket,
    /// `]`.
    CloseBracket,
    /// `{`.
    OpenBrace,
    /// `}`.
    CloseBrace,
    /// `|`.
    Pipe,
    /// `,`.
    Comma,
    /// `;`.
    Semicolon,
    /// `:`.
    Colon,
    /// `.`.
    Dot,
    /// `..`.
    DotDot,
    /// `=`.
    Assign,
    /// `==`.
    Equal,
    /// `!=` or `<>`.
    NotEqual,
    /// `=~`.
    EqualTilde,
    /// `!~`.
    BangTilde,
    /// `=>`.
    Arrow,
    /// `<`.
    Less,
    /// `<=`.
    LessEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterEqual,
    /// `+`.
    Plus,
    /// `-`.
    Minus,
    /// `*`.
    Star,
    /// `/`.
    Slash,
    /// `%`.
    Percent,
    /// `!` that no `=` or `~` follows; `!has` is this and a name.
    Bang,
    /// `~` that is not part of `=~` or `!~`; `in~` is a name and this.
    Tilde,
    /// `@` that opens no literal.
    At,
    /// `?`.
    Question,
    /// A character that KQL has no use for.
    Unknown,
}

/// How a string literal is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StringToken {
    /// What the characters between the quotes mean.
    pub form: StringForm,
    /// The quotes.
    pub quote: Quote,
    /// Prefixed with `h` or `H`: the value is kept out of logs.
    pub hidden: bool,
    /// Whether the closing quote is there.
    pub closed: bool,
}

/// What the characters between the quotes of a literal mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StringForm {
    /// `"..."`: a backslash starts an escape; ends with the line.
    Plain,
    /// `@"..."`: only the doubled quote is special; ends with the line.
    Verbatim,
    /// Three backticks or three tildes on either side: every character stands for itself, line ends too.
    MultiLine,
}

/// The quotes of a literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quote {
    /// `'`.
    Single,
    /// `"`.
    Double,
    /// Three backticks.
    Backticks,
    /// `~~~`.
    Tildes,
}

impl Quote {
    /// The quote as written.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Single => "'",
            Self::Double => "\"",
            Self::Backticks => "```",
            Self::Tildes => "~~~",
        }
    }
}

/// The types whose literals are written `type(text)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LiteralType {
    /// `bool(...)`, `boolean(...)`.
    Bool,
    /// `int(...)`.
    Int,
    /// `long(...)`.
    Long,
    /// `real(...)`, `double(...)`.
    Real,
    /// `decimal(...)`.
    Decimal,
    /// `datetime(...)`, `date(...)`.
    Datetime,
    /// `timespan(...)`, `time(...)`.
    Timespan,
    /// `guid(...)`.
    Guid,
}

impl LiteralType {
    /// The type that `keyword(` opens a literal of.
    #[must_use]
    pub fn from_keyword(keyword: &str) -> Option<Self> {
        Some(match keyword {
            "bool" | "boolean" => Self::Bool,
            "int" => Self::Int,
            "long" => Self::Long,
            "real" | "double" => Self::Real,
            "decimal" => Self::Decimal,
            "datetime" | "date" => Self::Datetime,
            "timespan" | "time" => Self::Timespan,
            "guid" => Self::Guid,
            _ => return None,
        })
    }

    /// KQL's name of the type.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Long => "long",
            Self::Real => "real",
            Self::Decimal => "decimal",
            Self::Datetime => "datetime",
            Self::Timespan => "timespan",
            Self::Guid => "guid",
        }
    }
}

impl TokenKind {
    /// Whether the parser passes over it: white space or a comment.
    #[must_use]
    pub const fn is_trivia(self) -> bool {
        matches!(self, Self::Whitespace | Self::Comment)
    }

    /// The closing bracket of an opening one.
    pub(crate) const fn closer(self) -> Option<Self> {
        match self {
            Self::OpenParenthesis => Some(Self::CloseParenthesis),
            Self::OpenBracket => Some(Self::CloseBracket),
            Self::OpenBrace => Some(Self::CloseBrace),
            _ => None,
        }
    }

    pub(crate) const fn is_closer(self) -> bool {
        matches!(self, Self::CloseParenthesis | Self::CloseBracket | Self::CloseBrace)
    }
}
