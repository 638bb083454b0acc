//! The bound query: every name resolved, every type known, every implicit cast explicit.
//!
//! # Brief overview
//!
//! A [`Relation`] is a table-valued step with its columns; a [`Scalar`] is an expression over the columns of
//! the relation below it. Neither can be ill-typed: the binder makes them, lowering turns them into
//! DataFusion plans without a decision about meaning other than KQL's null logic.

use std::sync::Arc;

use arrow::datatypes::i256;

use crate::aggregates::Accumulation;
use crate::bind::size;
use crate::database::TableSource;
use crate::extract::Recipe;
use crate::kernel::Kernel;
use crate::locations::IpLocations;
use crate::scan::Program;
use crate::types::KqlType;
use crate::windows::WindowFunction;

/// A named, typed column of a relation.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: KqlType,
    /// How many nodes the column has when those that it is computed from are written in their place.
    pub(crate) weight: usize,
}

impl Column {
    /// A column that is read, not computed.
    pub(crate) fn new(name: impl Into<String>, kind: KqlType) -> Self {
        Self { name: name.into(), kind, weight: 1 }
    }
}

impl Column {
    /// Whether no query can name the column.
    pub(crate) fn is_hidden(&self) -> bool {
        self.name.starts_with(HIDDEN)
    }

    /// Whether the rows of different parts differ in the column.
    pub(crate) fn is_part(&self) -> bool {
        self.name.strip_prefix(HIDDEN).is_some_and(|name| name.starts_with(PART))
    }

    /// The column as an expression.
    pub(crate) fn value(&self) -> Scalar {
        Scalar::column(self.name.clone(), self.kind)
    }
}

/// What the name of a hidden column begins with.
pub(crate) const HIDDEN: char = '\u{2}';

/// How the name of a hidden column goes on that parts the rows.
pub(crate) const PART: &str = "each.";

/// How the name of a hidden column goes on that holds the order of the rows.
pub(crate) const ORDER: &str = "order.";

/// A column heavier than this is computed once and held, so that an optimiser that writes columns in the place
/// of their names cannot make a query grow without bound.
const HEAVY: usize = 200;

/// A constant; `None` variants do not exist, null is [`Value::Null`].
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// The null of the expression's type.
    Null,
    Bool(bool),
    Int(i32),
    Long(i64),
    Real(f64),
    /// The count of 10⁻¹⁷.
    Decimal(i256),
    /// A string, a guid or a dynamic's JSON text, as the expression's type says.
    Text(String),
    /// Nanoseconds since 1970-01-01 UTC.
    Datetime(i64),
    /// Nanoseconds.
    Timespan(i64),
}

/// An expression with its type.
#[derive(Debug, Clone)]
pub(crate) struct Scalar {
    pub(crate) node: Node,
    pub(crate) kind: KqlType,
}

/// What an expression is.
#[derive(Debug, Clone)]
pub(crate) enum Node {
    Literal(Value),
    Column(String),
    /// A call of a kernel.
    Kernel {
        kernel: &'static Kernel,
        arguments: Vec<Scalar>,
    },
    And(Box<Scalar>, Box<Scalar>),
    Or(Box<Scalar>, Box<Scalar>),
    Not(Box<Scalar>),
    /// Both sides have one type, which is not dynamic.
    Compare {
        comparison: Comparison,
        left: Box<Scalar>,
        right: Box<Scalar>,
    },
    /// All three have one type; both ends belong to the range.
    Between {
        subject: Box<Scalar>,
        low: Box<Scalar>,
        high: Box<Scalar>,
    },
    /// The values have the subject's type; none is a null literal.
    In {
        subject: Box<Scalar>,
        values: Vec<Scalar>,
        negated: bool,
    },
    /// The relation has one column of the subject's type.
    InRelation {
        subject: Box<Scalar>,
        relation: Box<Relation>,
        negated: bool,
    },
    /// The first column's value in the first row; null where there is none.
    First(Box<Relation>),
    /// True where the operand is null; strings are never.
    IsNull(Box<Scalar>),
    /// The value of the first branch whose condition is true.
    Case {
        branches: Vec<(Scalar, Scalar)>,
        otherwise: Box<Scalar>,
    },
    /// The first operand that is not null (for strings: not empty); all have one type.
    Coalesce(Vec<Scalar>),
    /// The greatest operand that is not null, or the least; all have one type.
    Extreme {
        greatest: bool,
        operands: Vec<Scalar>,
    },
    /// A cast between numbers that Arrow does as KQL does.
    Cast(Box<Scalar>),
    /// Where an address is.
    Located {
        address: Box<Scalar>,
        locations: IpLocations,
    },
    /// The operand, computed once.
    Hold(Box<Scalar>),
}

/// A comparison of two values of one type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

impl Node {
    /// The expressions that this one is made of; relations inside of it are left out.
    pub(crate) fn operands(&self) -> Vec<&Scalar> {
        match self {
            Self::Literal(_) | Self::Column(_) | Self::First(_) => Vec::new(),
            Self::Kernel { arguments: operands, .. }
            | Self::Coalesce(operands)
            | Self::Extreme { operands, .. } => operands.iter().collect(),
            Self::And(left, right) | Self::Or(left, right) | Self::Compare { left, right, .. } => {
                vec![left, right]
            }
            Self::Not(operand)
            | Self::IsNull(operand)
            | Self::Cast(operand)
            | Self::Hold(operand)
            | Self::Located { address: operand, .. }
            | Self::InRelation { subject: operand, .. } => vec![operand],
            Self::Between { subject, low, high } => vec![subject, low, high],
            Self::In { subject, values, .. } => {
                std::iter::once(subject.as_ref()).chain(values).collect()
            }
            Self::Case { branches, otherwise } => {
                let branches = branches.iter().flat_map(|(when, then)| [when, then]);
                branches.chain(std::iter::once(otherwise.as_ref())).collect()
            }
        }
    }

    /// As [`operands`](Self::operands), to be changed for others of their types.
    pub(crate) fn operands_mut(&mut self) -> Vec<&mut Scalar> {
        match self {
            Self::Literal(_) | Self::Column(_) | Self::First(_) => Vec::new(),
            Self::Kernel { arguments: operands, .. }
            | Self::Coalesce(operands)
            | Self::Extreme { operands, .. } => operands.iter_mut().collect(),
            Self::And(left, right) | Self::Or(left, right) | Self::Compare { left, right, .. } => {
                vec![left, right]
            }
            Self::Not(operand)
            | Self::IsNull(operand)
            | Self::Cast(operand)
            | Self::Hold(operand)
            | Self::Located { address: operand, .. }
            | Self::InRelation { subject: operand, .. } => vec![operand],
            Self::Between { subject, low, high } => vec![subject, low, high],
            Self::In { subject, values, .. } => {
                std::iter::once(subject.as_mut()).chain(values).collect()
            }
            Self::Case { branches, otherwise } => {
                let branches = branches.iter_mut().flat_map(|(when, then)| [when, then]);
                branches.chain(std::iter::once(otherwise.as_mut())).collect()
            }
        }
    }
}

impl Scalar {
    pub(crate) fn literal(value: Value, kind: KqlType) -> Self {
        Self { node: Node::Literal(value), kind }
    }

    pub(crate) fn text(value: impl Into<String>) -> Self {
        Self::literal(Value::Text(value.into()), KqlType::String)
    }

    pub(crate) fn long(value: i64) -> Self {
        Self::literal(Value::Long(value), KqlType::Long)
    }

    pub(crate) fn null(kind: KqlType) -> Self {
        match kind {
            KqlType::String => Self::text(""),
            _ => Self::literal(Value::Null, kind),
        }
    }

    pub(crate) fn column(name: impl Into<String>, kind: KqlType) -> Self {
        Self { node: Node::Column(name.into()), kind }
    }

    pub(crate) fn kernel(kernel: &'static Kernel, arguments: Vec<Self>) -> Self {
        Self { node: Node::Kernel { kernel, arguments }, kind: kernel.returns }
    }

    pub(crate) fn boolean(node: Node) -> Self {
        Self { node, kind: KqlType::Bool }
    }

    pub(crate) fn not(self) -> Self {
        Self::boolean(Node::Not(Box::new(self)))
    }

    #[expect(clippy::wrong_self_convention, reason = "it builds the expression, it does not ask")]
    pub(crate) fn is_null(self) -> Self {
        Self::boolean(Node::IsNull(Box::new(self)))
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self::boolean(Node::And(Box::new(self), Box::new(other)))
    }

    pub(crate) fn or(self, other: Self) -> Self {
        Self::boolean(Node::Or(Box::new(self), Box::new(other)))
    }

    pub(crate) fn compare(comparison: Comparison, left: Self, right: Self) -> Self {
        let (left, right) = (Box::new(left), Box::new(right));
        Self::boolean(Node::Compare { comparison, left, right })
    }

    /// The constant that this is, if it is one.
    pub(crate) fn as_literal(&self) -> Option<&Value> {
        match &self.node {
            Node::Literal(value) => Some(value),
            _ => None,
        }
    }

    /// Whether this is the null of its type, written as such.
    pub(crate) fn is_null_literal(&self) -> bool {
        matches!(self.node, Node::Literal(Value::Null))
    }
}

impl Relation {
    /// Rows in no order.
    pub(crate) fn unordered(step: Step, columns: Vec<Column>) -> Self {
        Self { step, columns, order: Vec::new(), serialized: false, open: false, name: None }
    }

    /// A table without rows and columns, for a name whose meaning does not matter.
    pub(crate) fn nothing() -> Self {
        Self::unordered(Step::Rows(Vec::new()), Vec::new())
    }

    /// The same columns in the same order, behind `step`.
    fn passed_on(self, step: impl FnOnce(Box<Self>) -> Step) -> Self {
        let (columns, order) = (self.columns.clone(), self.order.clone());
        let (serialized, open) = (self.serialized, self.open);
        Self { step: step(Box::new(self)), columns, order, serialized, open, name: None }
    }

    /// The relations that this one reads.
    pub(crate) fn inputs(&self) -> Vec<&Self> {
        match &self.step {
            Step::Table(_) | Step::Rows(_) | Step::Range { .. } => Vec::new(),
            Step::Filter { input, .. }
            | Step::Project { input, .. }
            | Step::Aggregate { input, .. }
            | Step::Sort { input }
            | Step::Limit { input, .. }
            | Step::Expand { input, .. }
            | Step::Extract { input, .. }
            | Step::Window { input, .. }
            | Step::Scan { input, .. } => vec![input],
            Step::Join { left, right, .. } => vec![left, right],
            Step::Union { inputs } => inputs.iter().collect(),
        }
    }

    /// The rows of `input` with these columns instead of its own. An order stays as far as its keys do.
    pub(crate) fn project(input: Self, mut columns: Vec<(String, Scalar)>) -> Self {
        if columns.is_empty() {
            // Rows without columns are still so many rows.
            columns.push((format!("{HIDDEN}{ORDER}nothing"), Scalar::long(0)));
        }
        let passed = |key: &SortKey| {
            let Node::Column(old) = &key.value.node else { return None };
            let (new, value) = columns
                .iter()
                .find(|(_, value)| matches!(&value.node, Node::Column(name) if name == old))?;
            let value = Scalar::column(new.clone(), value.kind);
            Some(SortKey { value, ..key.clone() })
        };
        let order = input.order.iter().map_while(passed).collect();
        let (names, values): (Vec<String>, Vec<Scalar>) = columns.into_iter().unzip();
        let heavy: Vec<&Column> = input.columns.iter().filter(|column| column.weight > 1).collect();
        let mut columns = Vec::with_capacity(names.len());
        let mut held = Vec::with_capacity(values.len());
        for (name, value) in names.into_iter().zip(values) {
            let kind = value.kind;
            let weight = size::weight(&value, &heavy);
            let is_heavy = weight > HEAVY && !matches!(value.node, Node::Column(_));
            held.push(if is_heavy {
                Scalar { node: Node::Hold(Box::new(value)), kind }
            } else {
                value
            });
            columns.push(Column { name, kind, weight: if is_heavy { 1 } else { weight } });
        }
        let (serialized, open) = (input.serialized, input.open);
        let step = Step::Project { input: Box::new(input), values: held };
        Self { step, columns, order, serialized, open, name: None }
    }

    /// The rows of `input` for which `predicate` is true.
    pub(crate) fn filter(input: Self, predicate: Scalar) -> Self {
        input.passed_on(|input| Step::Filter { input, predicate })
    }

    /// The rows of `input` in this order.
    pub(crate) fn sort(input: Self, order: Vec<SortKey>) -> Self {
        let (columns, open) = (input.columns.clone(), input.open);
        let step = Step::Sort { input: Box::new(input) };
        Self { step, columns, order, serialized: true, open, name: None }
    }

    /// At most `count` rows of `input`, the first ones where it has an order.
    pub(crate) fn limit(input: Self, count: usize) -> Self {
        input.passed_on(|input| Step::Limit { input, count })
    }

    /// The groups of `input`; the names are those of the keys.
    pub(crate) fn aggregate(
        input: Self,
        keys: Vec<(String, Scalar)>,
        aggregates: Vec<AggregateCall>,
    ) -> Self {
        if keys.is_empty() && aggregates.is_empty() {
            return Self::project(Self::limit(input, 0), Vec::new());
        }
        let (names, keys): (Vec<String>, Vec<Scalar>) = keys.into_iter().unzip();
        let keyed = names.into_iter().zip(&keys).map(|(name, key)| Column::new(name, key.kind));
        let outputs = aggregates.iter().flat_map(|call| call.outputs.iter().cloned());
        let columns = keyed.chain(outputs).collect();
        Self::unordered(Step::Aggregate { input: Box::new(input), keys, aggregates }, columns)
    }

    /// The rows of `input` with one more column for each call.
    pub(crate) fn window(input: Self, calls: Vec<(WindowCall, Column)>) -> Self {
        let (calls, added): (Vec<WindowCall>, Vec<Column>) = calls.into_iter().unzip();
        let mut result = input.passed_on(|input| Step::Window { input, calls });
        result.columns.extend(added);
        result
    }

    /// The rows that the steps of a program show; `added` are the declared columns, then the number of the match.
    pub(crate) fn scan(input: Self, program: Arc<Program>, added: Vec<Column>) -> Self {
        let mut result = input.passed_on(|input| Step::Scan { input, program });
        result.columns.extend(added);
        result
    }

    /// A row for each part of the values; `parts` are the columns of the parts, then of their position.
    pub(crate) fn expand(
        input: Self,
        values: Vec<Scalar>,
        kind: Parts,
        added: Vec<Column>,
    ) -> Self {
        let position = added.len() > values.len();
        let step = |input| Step::Expand { input, values, parts: kind, position };
        let mut result = input.passed_on(step);
        result.columns.extend(added);
        result
    }

    /// The rows of `input` with the columns that a recipe reads out of a text.
    pub(crate) fn extract(input: Self, text: Scalar, recipe: Recipe, added: Vec<Column>) -> Self {
        let step = |input| Step::Extract { input, text, recipe: Arc::new(recipe) };
        let mut result = input.passed_on(step);
        result.columns.extend(added);
        result
    }

    /// The rows of all inputs, whose columns are the same by name and place.
    pub(crate) fn union(mut inputs: Vec<Self>, columns: Vec<Column>) -> Self {
        if inputs.len() == 1 {
            return inputs.remove(0);
        }
        Self::unordered(Step::Union { inputs }, columns)
    }

    /// What `withsource` calls a table at a position: its name, or a number for one that was computed.
    pub(crate) fn leg_name(&self, position: usize) -> String {
        match (&self.name, &self.step) {
            (Some(name), _) => name.clone(),
            (None, Step::Table(table)) => table.name().to_owned(),
            _ => format!("union_arg{position}"),
        }
    }

    /// The columns that no query can name: those that part the rows inside of `mv-apply` and `partition`, those that
    /// are carried along with the parts, and those that hold the order of the rows.
    pub(crate) fn hidden(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|column| column.is_hidden())
    }

    /// The columns in which the rows of different parts differ.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|column| column.is_part())
    }

    /// The columns that have one value in each part.
    pub(crate) fn of_parts(&self) -> impl Iterator<Item = &Column> {
        self.hidden().filter(|column| !column.name[HIDDEN.len_utf8()..].starts_with(ORDER))
    }

    /// The columns, each as an expression over itself.
    pub(crate) fn column_values(&self) -> Vec<(String, Scalar)> {
        let value = |column: &Column| Scalar::column(column.name.clone(), column.kind);
        self.columns.iter().map(|column| (column.name.clone(), value(column))).collect()
    }
}

/// A table-valued step.
#[derive(Debug, Clone)]
pub(crate) struct Relation {
    pub(crate) step: Step,
    pub(crate) columns: Vec<Column>,
    /// The order that the rows have, where one is promised; keys are columns of this relation.
    pub(crate) order: Vec<SortKey>,
    /// Whether the rows stand in an order that functions over rows may see, by keys or as they come.
    pub(crate) serialized: bool,
    /// Whether the data decides about more columns than are known here: a name that is none of the columns is then
    /// one without values.
    pub(crate) open: bool,
    /// The name that `as` has given to the rows.
    pub(crate) name: Option<String>,
}

/// What a relation does.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// A table of the database.
    Table(Arc<dyn TableSource>),
    /// Rows of constants.
    Rows(Vec<Vec<Scalar>>),
    /// One column of the values from `from` up to `to`, or down to it, `step` apart.
    Range { from: Scalar, to: Scalar, step: Scalar },
    /// The rows for which the predicate is true.
    Filter { input: Box<Relation>, predicate: Scalar },
    /// One expression for each column of the relation.
    Project { input: Box<Relation>, values: Vec<Scalar> },
    /// Groups: the columns of the relation are the keys, then the outputs of the aggregates.
    Aggregate { input: Box<Relation>, keys: Vec<Scalar>, aggregates: Vec<AggregateCall> },
    /// The rows in the order of the relation.
    Sort { input: Box<Relation> },
    /// At most `count` rows.
    Limit { input: Box<Relation>, count: usize },
    /// Pairs of rows with equal keys. The columns are those of the left side, then those of the right side, by
    /// position; a kind that shows one side has the columns of that side only.
    Join { left: Box<Relation>, right: Box<Relation>, kind: JoinKind, on: Vec<JoinKey> },
    /// The rows of all inputs, whose columns are the same by position.
    Union { inputs: Vec<Relation> },
    /// A row for each part of the values: the columns are those of the input, then one dynamic a value, then
    /// the position of the part where `position` says so.
    Expand { input: Box<Relation>, values: Vec<Scalar>, parts: Parts, position: bool },
    /// The columns of the input, then those that the recipe reads out of the text, then whether it matched where
    /// there is a column more.
    Extract { input: Box<Relation>, text: Scalar, recipe: Arc<Recipe> },
    /// The columns of the input, then one a call, over the rows in the order of the input.
    Window { input: Box<Relation>, calls: Vec<WindowCall> },
    /// A row for each step that a row of the input meets and that shows it: the columns of the input, those that the
    /// program declares, then the number of the match.
    Scan { input: Box<Relation>, program: Arc<Program> },
}

/// Which pairs a join gives, and what of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JoinKind {
    Inner,
    LeftOuter,
    RightOuter,
    FullOuter,
    LeftSemi,
    LeftAnti,
    RightSemi,
    RightAnti,
}

impl JoinKind {
    /// Whether the columns of the left side and of the right side come out.
    pub(crate) const fn shows(self) -> (bool, bool) {
        match self {
            Self::LeftSemi | Self::LeftAnti => (true, false),
            Self::RightSemi | Self::RightAnti => (false, true),
            _ => (true, true),
        }
    }
}

/// What must be equal: an expression over the left side, and one of the same type over the right side.
#[derive(Debug, Clone)]
pub(crate) struct JoinKey {
    pub(crate) left: Scalar,
    pub(crate) right: Scalar,
}

/// What the parts of a dynamic value are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Parts {
    /// Whether a part of a bag is `[key, value]` and not a bag of one key.
    pub(crate) bags_as_arrays: bool,
    /// How many parts of a value count.
    pub(crate) most: usize,
}

/// A function over all rows in their order.
#[derive(Debug, Clone)]
pub(crate) struct WindowCall {
    pub(crate) function: &'static WindowFunction,
    pub(crate) arguments: Vec<Scalar>,
    /// Rows that differ in these are apart.
    pub(crate) partition: Vec<Scalar>,
}

/// A key to sort by.
#[derive(Debug, Clone)]
pub(crate) struct SortKey {
    pub(crate) value: Scalar,
    pub(crate) ascending: bool,
    pub(crate) nulls_first: bool,
}

/// An aggregate over the rows of a group.
#[derive(Debug, Clone)]
pub(crate) struct AggregateCall {
    pub(crate) accumulation: &'static Accumulation,
    pub(crate) arguments: Vec<Scalar>,
    /// Only rows for which this is true count.
    pub(crate) filter: Option<Scalar>,
    /// The columns that come out; several only for a [structured](Accumulation::structured) one.
    pub(crate) outputs: Vec<Column>,
}
