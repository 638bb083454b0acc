//! The syntax tree: what was written, with the place of every part. It knows no tables and no types.
//!
//! One grammar serves scalar and tabular expressions, as in KQL itself: a parenthesised pipeline may
//! stand where a value does (`in ((T | project x))`), and a `let` may hold either. The binder decides.

mod pipeline;

use huntbook_diagnostics::Span;

pub use pipeline::{
    Direction, ExpandedColumn, FindColumn, FindColumns, NameOrder, Nulls, Operator, OperatorKind,
    OperatorParameter, ParsePiece, PartitionBody, Pipeline, ReorderedColumns, ScanOutput, ScanStep,
    Schema, SeriesAggregate, SeriesRange, SortKey, TopNestedLevel,
};

/// A whole query: statements that end in one that yields a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// In the order written.
    pub statements: Vec<Statement>,
    /// The whole text.
    pub span: Span,
}

/// One statement, without its semicolon.
#[derive(Debug, Clone, PartialEq)]
pub enum Statement {
    /// `let name = value` or `let name = (parameters) { body }`.
    Let(LetStatement),
    /// An expression statement; the last one is the result.
    Expression(Expr),
    /// `set name` or `set name = value`.
    Set {
        /// The option.
        name: Ident,
        /// A constant or a bare word (as an [`ExprKind::Name`]).
        value: Option<Expr>,
        /// The whole statement.
        span: Span,
    },
    /// `declare query_parameters (name:type = default, ...)`.
    Parameters {
        /// In the order written; all are scalar.
        parameters: Vec<Parameter>,
        /// The whole statement.
        span: Span,
    },
    /// A statement of KQL that is parsed by name only: `declare pattern`, `alias`, `restrict`.
    Unsupported {
        /// The keyword as written.
        name: String,
        /// What follows the keyword, as written; may be empty.
        text: String,
        /// From the keyword to the end of the statement.
        span: Span,
    },
}

/// `let name = value`.
#[derive(Debug, Clone, PartialEq)]
pub struct LetStatement {
    /// The name defined.
    pub name: Ident,
    /// A scalar, a pipeline, or an [`ExprKind::Function`].
    pub value: Expr,
    /// From `let` to the end of the value.
    pub span: Span,
}

/// A name as written; `['odd name']` is unquoted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Ident {
    /// The name without quotes or brackets.
    pub name: String,
    /// Where it stands, quotes and brackets included.
    pub span: Span,
}

/// A scalar or tabular expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of expression.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// A constant.
    Literal(Literal),
    /// A column, a `let` name or a table: the binder decides.
    Name(Ident),
    /// `*`, as in `arg_max(T, *)` or `* has "x"`.
    Star,
    /// `base.member`.
    Path {
        /// What is looked into.
        base: Box<Expr>,
        /// The key.
        member: Ident,
    },
    /// `base[index]`.
    Index {
        /// What is looked into.
        base: Box<Expr>,
        /// A key or a position.
        index: Box<Expr>,
    },
    /// `-x` or `+x`. (`not(x)` is a [`ExprKind::Call`].)
    Unary {
        /// The sign.
        operator: UnaryOperator,
        /// What it applies to.
        operand: Box<Expr>,
    },
    /// `left op right`.
    Binary {
        /// The operator.
        operator: BinaryOperator,
        /// Where the operator stands.
        operator_span: Span,
        /// Left side.
        left: Box<Expr>,
        /// Right side.
        right: Box<Expr>,
    },
    /// `subject in (a, b)` and its kin `!in`, `in~`, `!in~`, `has_any`, `has_all`.
    List {
        /// The operator.
        operator: ListOperator,
        /// Where the operator stands.
        operator_span: Span,
        /// Left side.
        subject: Box<Expr>,
        /// The elements, or a single tabular or dynamic expression.
        list: Vec<Expr>,
    },
    /// `subject between (low .. high)`; both ends belong to it.
    Between {
        /// `!between`.
        negated: bool,
        /// Where the operator stands.
        operator_span: Span,
        /// What is compared.
        subject: Box<Expr>,
        /// Lower end.
        low: Box<Expr>,
        /// Upper end.
        high: Box<Expr>,
    },
    /// `name(arguments)`; covers `not(x)`, `typeof(x)` in argument position and user functions.
    Call {
        /// The function.
        name: Ident,
        /// Positional and named arguments in order.
        arguments: Vec<NamedExpr>,
    },
    /// `base.name(arguments)`, as in `cluster("c").database("d")`.
    MemberCall {
        /// What is looked into.
        base: Box<Expr>,
        /// The function.
        name: Ident,
        /// Positional and named arguments in order.
        arguments: Vec<NamedExpr>,
    },
    /// `typeof(long)`.
    TypeOf(TypeName),
    /// A pipeline with at least one operator, or a source that can only be a table.
    Pipeline(Box<Pipeline>),
    /// `datatable(a:string, b:long) ["x", 1, ...]`.
    DataTable {
        /// The declared columns.
        columns: Vec<ColumnDeclaration>,
        /// Row-major values.
        values: Vec<Expr>,
    },
    /// `print a = 1, 2`.
    Print {
        /// The columns of the single row.
        columns: Vec<NamedExpr>,
    },
    /// `(a:string, T:(x:long)) { body }`, only as the value of a `let`.
    Function(Box<Function>),
    /// A name with wildcards where tables are listed: `Device*`, `*`.
    Pattern(NamePattern),
    /// `externaldata (columns) [addresses] with (properties)`.
    ExternalData {
        /// The declared columns.
        columns: Vec<ColumnDeclaration>,
        /// Constants, or names of constants.
        addresses: Vec<Expr>,
        /// `format = "csv"`, `ignoreFirstRecord = true`, ...
        properties: Vec<OperatorParameter>,
    },
    /// An operator that begins a pipeline and takes no input: `union`, `range`, `search`, `find`, `evaluate`, or one
    /// that is parsed by name only.
    Head(Box<Operator>),
    /// What could not be parsed; a diagnostic covers it.
    Error,
}

/// A function as the value of a `let`.
#[derive(Debug, Clone, PartialEq)]
pub struct Function {
    /// Written as `view (...) { ... }`: `union *` and `search` see it.
    pub view: bool,
    /// Parameters in order.
    pub parameters: Vec<Parameter>,
    /// `let` statements and the final expression.
    pub body: Query,
}

/// One parameter of a function.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: Ident,
    /// Its type.
    pub kind: ParameterKind,
    /// The default value of a scalar parameter.
    pub default: Option<Expr>,
}

/// Scalar or tabular parameter.
#[derive(Debug, Clone, PartialEq)]
pub enum ParameterKind {
    /// `name:string`.
    Scalar(TypeName),
    /// `name:(a:string, b:long)`; no columns for `name:(*)`.
    Tabular(Vec<ColumnDeclaration>),
}

/// `name = expression`, `(a, b) = expression`, or a bare expression.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedExpr {
    /// Names given; empty for a bare expression.
    pub names: Vec<Ident>,
    /// The value.
    pub value: Expr,
    /// From the first name to the end of the value.
    pub span: Span,
}

/// `name: type`.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnDeclaration {
    /// The column.
    pub name: Ident,
    /// Its type.
    pub type_name: TypeName,
}

/// A type as written; the binder knows which exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeName {
    /// `string`, `long`, `datetime`, ...
    pub name: String,
    /// Where it stands.
    pub span: Span,
}

/// A name in which each `*` stands for any characters, or a plain name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NamePattern {
    /// The name, wildcards included.
    pub name: Ident,
    /// Whether a `*` in it is a wildcard; a name in brackets has none.
    pub wildcard: bool,
}

/// A constant. Where the text has an inner grammar (times, decimals, JSON) it is kept as written, trimmed;
/// the binder gives it a value.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `true`, `false`, `bool(true)`; `None` for `bool(null)`.
    Bool(Option<bool>),
    /// `int(5)`; `None` for `int(null)`.
    Int(Option<i32>),
    /// `5`, `0x1F`, `long(5)`; `None` for `long(null)`.
    Long(Option<i64>),
    /// `1.5`, `1e3`, `real(1.5)`, `double(nan)`; `None` for `real(null)`.
    Real(Option<f64>),
    /// `decimal(1.5)`; `null` means null.
    Decimal(String),
    /// Any string form, unescaped; an obfuscated `h"..."` is marked.
    String {
        /// The characters that the literal stands for.
        value: String,
        /// Written as `h"..."` or `H'...'`: not to be logged.
        hidden: bool,
    },
    /// The inside of `datetime(...)`; `null` means null.
    Datetime(String),
    /// `1d`, or the inside of `timespan(...)` and `time(...)`; `null` means null.
    Timespan(String),
    /// The inside of `guid(...)`; `null` means null.
    Guid(String),
    /// The inside of `dynamic(...)`, as written.
    Dynamic(String),
}

/// A sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnaryOperator {
    /// `-`.
    Minus,
    /// `+`.
    Plus,
}

macro_rules! operators {
    ($(#[$meta:meta])* $name:ident { $($variant:ident => $symbol:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $(#[doc = concat!("`", $symbol, "`.")] $variant,)+
        }

        impl $name {
            /// Every operator of this group.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The operator as written in KQL.
            #[must_use]
            pub const fn symbol(self) -> &'static str {
                match self { $(Self::$variant => $symbol),+ }
            }
        }
    };
}

operators! {
    /// Operators between two values.
    BinaryOperator {
        Or => "or",
        And => "and",
        Equal => "==",
        NotEqual => "!=",
        Less => "<",
        LessEqual => "<=",
        Greater => ">",
        GreaterEqual => ">=",
        EqualIgnoreCase => "=~",
        NotEqualIgnoreCase => "!~",
        Add => "+",
        Subtract => "-",
        Multiply => "*",
        Divide => "/",
        Modulo => "%",
        Has => "has",
        NotHas => "!has",
        HasCs => "has_cs",
        NotHasCs => "!has_cs",
        HasPrefix => "hasprefix",
        NotHasPrefix => "!hasprefix",
        HasPrefixCs => "hasprefix_cs",
        NotHasPrefixCs => "!hasprefix_cs",
        HasSuffix => "hassuffix",
        NotHasSuffix => "!hassuffix",
        HasSuffixCs => "hassuffix_cs",
        NotHasSuffixCs => "!hassuffix_cs",
        Contains => "contains",
        NotContains => "!contains",
        ContainsCs => "contains_cs",
        NotContainsCs => "!contains_cs",
        StartsWith => "startswith",
        NotStartsWith => "!startswith",
        StartsWithCs => "startswith_cs",
        NotStartsWithCs => "!startswith_cs",
        EndsWith => "endswith",
        NotEndsWith => "!endswith",
        EndsWithCs => "endswith_cs",
        NotEndsWithCs => "!endswith_cs",
        MatchesRegex => "matches regex",
        Term => ":",
    }
}

operators! {
    /// Operators between a value and a list.
    ListOperator {
        In => "in",
        NotIn => "!in",
        InIgnoreCase => "in~",
        NotInIgnoreCase => "!in~",
        HasAny => "has_any",
        HasAll => "has_all",
    }
}
