//! Pipelines: the operators, and the parts that only one of them has.

use huntbook_diagnostics::Span;

use super::{ColumnDeclaration, Expr, Ident, NamePattern, NamedExpr, Parameter, TypeName};

/// A table and what is done to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Pipeline {
    /// The table: a name, a call, a `datatable`, a `print`, a nested pipeline.
    pub source: Expr,
    /// The operators in order.
    pub operators: Vec<Operator>,
}

/// One `| operator ...`.
#[derive(Debug, Clone, PartialEq)]
pub struct Operator {
    /// What it does.
    pub kind: OperatorKind,
    /// `kind = inner`, `isfuzzy = true`, `hint.strategy = shuffle`, ...: what is written as `name = value` between the
    /// keyword and what the operator works on. Those of an [`OperatorKind::Unsupported`] are in its text.
    pub parameters: Vec<OperatorParameter>,
    /// The keyword.
    pub keyword: Span,
    /// From the keyword to the end of the operator.
    pub span: Span,
}

/// `name = value` between the keyword of an operator and what it works on.
#[derive(Debug, Clone, PartialEq)]
pub struct OperatorParameter {
    /// `kind`, `isfuzzy`, `hint.strategy`, ...
    pub name: Ident,
    /// A bare word (as an [`ExprKind::Name`]) or a constant.
    pub value: Expr,
}

/// The tabular operators.
#[derive(Debug, Clone, PartialEq)]
pub enum OperatorKind {
    /// `where predicate` (also `filter`).
    Where {
        /// Rows for which this is true stay.
        predicate: Expr,
    },
    /// `extend a = x, ...`.
    Extend {
        /// The columns added or replaced.
        columns: Vec<NamedExpr>,
    },
    /// `project a, b = x, ...`.
    Project {
        /// The columns of the result.
        columns: Vec<NamedExpr>,
    },
    /// `summarize aggregates by keys`.
    Summarize {
        /// Aggregates; may be empty.
        aggregates: Vec<NamedExpr>,
        /// Group keys; may be empty.
        by: Vec<NamedExpr>,
    },
    /// `sort by x desc nulls last` (also `order by`).
    Sort {
        /// Keys, the most significant first.
        keys: Vec<SortKey>,
    },
    /// `top count by x desc`.
    Top {
        /// How many rows.
        count: Expr,
        /// The key.
        key: SortKey,
    },
    /// `take count` (also `limit`).
    Take {
        /// How many rows.
        count: Expr,
    },
    /// `distinct a, b` or `distinct *`.
    Distinct {
        /// Columns; a single [`ExprKind::Star`] stands for all.
        columns: Vec<NamedExpr>,
    },
    /// `count`.
    Count,
    /// `project-away a, b*`.
    ProjectAway {
        /// The columns left out.
        columns: Vec<NamePattern>,
    },
    /// `project-keep a, b*`.
    ProjectKeep {
        /// The columns that stay, in the input's order.
        columns: Vec<NamePattern>,
    },
    /// `project-by-names "a", "b*", dynamic(["c"])`.
    ProjectByNames {
        /// Texts and arrays of texts that name the columns.
        names: Vec<Expr>,
    },
    /// `project-rename new = old, ...`.
    ProjectRename {
        /// Each names one column; its value is an [`ExprKind::Name`].
        columns: Vec<NamedExpr>,
    },
    /// `project-reorder a, b* asc, *`.
    ProjectReorder {
        /// The columns that come first.
        columns: Vec<ReorderedColumns>,
    },
    /// `join kind=inner (T) on a, $left.b == $right.c`.
    Join {
        /// The other table.
        right: Expr,
        /// Names that both sides have, or conditions over `$left` and `$right`; empty where there is no `on`.
        on: Vec<Expr>,
    },
    /// `lookup kind=leftouter (T) on a`.
    Lookup {
        /// The other table.
        right: Expr,
        /// As of [`Self::Join`].
        on: Vec<Expr>,
    },
    /// `union kind=outer withsource=Name isfuzzy=true T, (U | where x), Device*`.
    Union {
        /// The tables: names, [`ExprKind::Pattern`]s, calls and pipelines.
        tables: Vec<Expr>,
    },
    /// `range x from a to b step c`, only as an [`ExprKind::Head`].
    Range {
        /// The column.
        column: Ident,
        /// The first value.
        from: Expr,
        /// The last value that may stand in the table.
        to: Expr,
        /// The distance of neighbours.
        step: Expr,
    },
    /// `mv-expand a, b = c to typeof(long) limit 5` (also `mvexpand`).
    MvExpand {
        /// What is expanded, side by side.
        columns: Vec<ExpandedColumn>,
        /// How many rows a row may become.
        limit: Option<Expr>,
    },
    /// `mv-apply a, b = c to typeof(long) limit 5 on (where a > 1 | summarize max(a))`.
    MvApply {
        /// What is expanded, side by side.
        columns: Vec<ExpandedColumn>,
        /// How many rows a row may become.
        limit: Option<Expr>,
        /// What is done to the rows of one row.
        on: Vec<Operator>,
    },
    /// `parse kind=regex x with * "a" b:long "c" *`.
    Parse {
        /// The text.
        subject: Expr,
        /// In the order written.
        pieces: Vec<ParsePiece>,
    },
    /// `parse-where x with ...`: as `parse`, and rows that do not match are left out.
    ParseWhere {
        /// The text.
        subject: Expr,
        /// In the order written.
        pieces: Vec<ParsePiece>,
    },
    /// `parse-kv x as (a:string, b:long) with (pair_delimiter=";", kv_delimiter="=")`.
    ParseKv {
        /// The text.
        subject: Expr,
        /// The keys that become columns.
        columns: Vec<ColumnDeclaration>,
        /// `pair_delimiter`, `kv_delimiter`, `quote`, `escape`, `greedy`, `regex`.
        properties: Vec<OperatorParameter>,
    },
    /// `make-series x = count() default = 0 on t from a to b step c by k`.
    MakeSeries {
        /// One array each.
        aggregates: Vec<SeriesAggregate>,
        /// The axis.
        axis: NamedExpr,
        /// Where the axis runs.
        range: SeriesRange,
        /// Group keys; may be empty.
        by: Vec<NamedExpr>,
    },
    /// `evaluate plugin(arguments) : (schema)`; as an [`ExprKind::Head`], too.
    Evaluate {
        /// The plugin.
        name: Ident,
        /// Positional and named arguments in order.
        arguments: Vec<NamedExpr>,
        /// The declared result.
        schema: Option<Schema>,
    },
    /// `render timechart with (title = "x")`.
    Render {
        /// `timechart`, `table`, ...
        chart: Ident,
        /// `title`, `xcolumn`, `ycolumns`, `series`, `kind`, ...; one that lists several values stands once a value.
        properties: Vec<OperatorParameter>,
    },
    /// `serialize a = row_number(), ...`.
    Serialize {
        /// The columns added; may be empty.
        columns: Vec<NamedExpr>,
    },
    /// `top-nested 3 of a with others = "x" by count() desc, ...`.
    TopNested {
        /// From the outermost in.
        levels: Vec<TopNestedLevel>,
    },
    /// `top-hitters 3 of a by b`.
    TopHitters {
        /// How many.
        count: Expr,
        /// The value counted.
        of: NamedExpr,
        /// What is summed up; the rows are counted where it is not given.
        by: Option<NamedExpr>,
    },
    /// `partition by a (where b | take 1)` or `partition by a { T | where b == toscalar(a) }`.
    Partition {
        /// The column whose values part the rows.
        by: Expr,
        /// What is done to each part.
        body: PartitionBody,
    },
    /// `sample 5`.
    Sample {
        /// How many rows.
        count: Expr,
    },
    /// `sample-distinct 5 of a`.
    SampleDistinct {
        /// How many values.
        count: Expr,
        /// Of what.
        of: NamedExpr,
    },
    /// `getschema`.
    GetSchema,
    /// `invoke f(arguments)`.
    Invoke {
        /// A function whose first parameter is a table.
        name: Ident,
        /// The arguments behind the first.
        arguments: Vec<NamedExpr>,
    },
    /// `as Name`.
    As {
        /// The name of the rows at hand from here on.
        name: Ident,
    },
    /// `search kind=case_sensitive in (T, U) "x" and a:"y"`; as an [`ExprKind::Head`], too.
    Search {
        /// Which tables; empty for all, or for the input.
        tables: Vec<Expr>,
        /// A predicate in which a bare string is a term to look for in any column, and `*` is any column.
        predicate: Expr,
    },
    /// `find withsource=x in (T, U) where a == 1 project b, pack(*)`; as an [`ExprKind::Head`], too.
    Find {
        /// Which tables; empty for all, or for the input.
        tables: Vec<Expr>,
        /// Rows for which this is true stay; as of [`Self::Search`].
        predicate: Expr,
        /// What `find` makes of the columns.
        project: FindColumns,
    },
    /// `scan with_match_id=id order by a partition by b declare (c:long = 0) with (step d: a > 1 => c = a; ...)`.
    Scan {
        /// In which order the rows come; as they stand where there is none.
        order: Vec<SortKey>,
        /// What parts the rows; may be empty.
        partition: Vec<Expr>,
        /// The columns that steps fill.
        declare: Vec<Parameter>,
        /// In the order written.
        steps: Vec<ScanStep>,
    },
    /// An operator of KQL whose grammar is checked and whose text is kept; it runs to the next `|` at the same depth.
    Unsupported {
        /// The keyword as written.
        name: String,
        /// What follows the keyword, as written; may be empty.
        text: String,
    },
    /// Not an operator of KQL; a diagnostic covers it.
    Error,
}

impl OperatorKind {
    /// The keyword by which the operator is printed; `?` for an error.
    #[must_use]
    pub const fn keyword(&self) -> &str {
        match self {
            Self::Where { .. } => "where",
            Self::Extend { .. } => "extend",
            Self::Project { .. } => "project",
            Self::ProjectAway { .. } => "project-away",
            Self::ProjectByNames { .. } => "project-by-names",
            Self::ProjectKeep { .. } => "project-keep",
            Self::ProjectRename { .. } => "project-rename",
            Self::ProjectReorder { .. } => "project-reorder",
            Self::Summarize { .. } => "summarize",
            Self::Sort { .. } => "sort",
            Self::Top { .. } => "top",
            Self::TopNested { .. } => "top-nested",
            Self::TopHitters { .. } => "top-hitters",
            Self::Take { .. } => "take",
            Self::Sample { .. } => "sample",
            Self::SampleDistinct { .. } => "sample-distinct",
            Self::Distinct { .. } => "distinct",
            Self::Serialize { .. } => "serialize",
            Self::Count => "count",
            Self::GetSchema => "getschema",
            Self::As { .. } => "as",
            Self::Join { .. } => "join",
            Self::Lookup { .. } => "lookup",
            Self::Union { .. } => "union",
            Self::Range { .. } => "range",
            Self::MvExpand { .. } => "mv-expand",
            Self::MvApply { .. } => "mv-apply",
            Self::Parse { .. } => "parse",
            Self::ParseWhere { .. } => "parse-where",
            Self::ParseKv { .. } => "parse-kv",
            Self::MakeSeries { .. } => "make-series",
            Self::Evaluate { .. } => "evaluate",
            Self::Invoke { .. } => "invoke",
            Self::Render { .. } => "render",
            Self::Partition { .. } => "partition",
            Self::Scan { .. } => "scan",
            Self::Search { .. } => "search",
            Self::Find { .. } => "find",
            Self::Unsupported { name, .. } => name.as_str(),
            Self::Error => "?",
        }
    }
}

/// `pattern asc` in `project-reorder`.
#[derive(Debug, Clone, PartialEq)]
pub struct ReorderedColumns {
    /// Which columns.
    pub pattern: NamePattern,
    /// In which order those of a wildcard come; as they stand where there is none.
    pub order: Option<NameOrder>,
}

/// An order of names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameOrder {
    /// `asc`.
    Ascending,
    /// `desc`.
    Descending,
    /// `granny-asc`: `a2` before `a10`.
    NaturalAscending,
    /// `granny-desc`.
    NaturalDescending,
}

/// `name = value to typeof(type)` in `mv-expand` and `mv-apply`.
#[derive(Debug, Clone, PartialEq)]
pub struct ExpandedColumn {
    /// The column or value that is expanded.
    pub column: NamedExpr,
    /// The type of its parts.
    pub to: Option<TypeName>,
}

/// One piece of the pattern of `parse`.
#[derive(Debug, Clone, PartialEq)]
pub enum ParsePiece {
    /// `*`: any text, passed over.
    Any(Span),
    /// A constant that stands in the text; a regular expression for `kind=regex`.
    Text(Expr),
    /// `name:type`: what is read.
    Column {
        /// The new column.
        name: Ident,
        /// `string` where it is not given.
        type_name: Option<TypeName>,
    },
}

/// `name = aggregate default = value` in `make-series`.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesAggregate {
    /// The aggregate.
    pub column: NamedExpr,
    /// The value of a bin without rows.
    pub default: Option<Expr>,
}

/// Where the axis of `make-series` runs.
#[derive(Debug, Clone, PartialEq)]
pub enum SeriesRange {
    /// `from a to b step c`.
    Steps {
        /// The first bin.
        from: Option<Expr>,
        /// The end, which is not part of it.
        to: Option<Expr>,
        /// The width of a bin.
        step: Expr,
    },
    /// `in range(a, b, c)`: the end is part of it.
    In {
        /// The first bin.
        from: Expr,
        /// The last bin.
        to: Expr,
        /// The width of a bin.
        step: Expr,
    },
}

/// `(*, a:string, b:long)` behind the call of a plugin.
#[derive(Debug, Clone, PartialEq)]
pub struct Schema {
    /// The columns declared.
    pub columns: Vec<ColumnDeclaration>,
    /// Whether `*` stands before them: the columns of the input.
    pub star: bool,
}

/// One level of `top-nested`.
#[derive(Debug, Clone, PartialEq)]
pub struct TopNestedLevel {
    /// How many values; all where it is not given.
    pub count: Option<Expr>,
    /// The value.
    pub of: NamedExpr,
    /// The value under which the others are summed up.
    pub others: Option<Expr>,
    /// The aggregate that ranks the values.
    pub by: NamedExpr,
    /// Descending where it is not written.
    pub direction: Option<Direction>,
}

/// What `partition` does to each part.
#[derive(Debug, Clone, PartialEq)]
pub enum PartitionBody {
    /// `(where a | take 1)`: operators over the part.
    Operators(Vec<Operator>),
    /// `{ T | where a }`: a query that stands alone.
    Query(Box<Expr>),
}

/// `step name output=all: condition => column = value, ...;`.
#[derive(Debug, Clone, PartialEq)]
pub struct ScanStep {
    /// By which the steps refer to each other.
    pub name: Ident,
    /// Written as `optional`: a match may go past it.
    pub optional: bool,
    /// Which of its rows come out; all where it is not given.
    pub output: Option<ScanOutput>,
    /// What a row has to fulfil.
    pub condition: Expr,
    /// Declared columns and their values.
    pub assignments: Vec<(Ident, Expr)>,
    /// From `step` to the semicolon.
    pub span: Span,
}

/// Which rows of a step of `scan` come out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScanOutput {
    /// `all`.
    All,
    /// `last`.
    Last,
    /// `none`.
    None,
}

/// The columns of `find`.
#[derive(Debug, Clone, PartialEq)]
pub enum FindColumns {
    /// `project-smart`, or nothing written.
    Smart,
    /// `project a, b:string, pack(*)`.
    Listed {
        /// The columns.
        columns: Vec<FindColumn>,
        /// Whether `pack(*)` or `pack_all()` stands among them.
        packed: bool,
    },
}

/// `name:type` in the `project` of `find`.
#[derive(Debug, Clone, PartialEq)]
pub struct FindColumn {
    /// The column.
    pub name: Ident,
    /// Its type, where it is given.
    pub type_name: Option<TypeName>,
}

/// A key of `sort` or `top`.
#[derive(Debug, Clone, PartialEq)]
pub struct SortKey {
    /// What is compared.
    pub expr: Expr,
    /// `asc` or `desc` where written; KQL's default is descending.
    pub direction: Option<Direction>,
    /// `nulls first` or `nulls last` where written.
    pub nulls: Option<Nulls>,
}

/// Direction of a sort key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// `asc`.
    Ascending,
    /// `desc`.
    Descending,
}

/// Place of nulls in a sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nulls {
    /// `nulls first`.
    First,
    /// `nulls last`.
    Last,
}
