//! A query at each stage, for people: what was read, what it means, how it runs.

use std::fmt::Write as _;
use std::str::FromStr;

use datafusion::logical_expr::LogicalPlan;
use datafusion::sql::unparser::plan_to_sql;

use crate::ir::{AggregateCall, Column, Comparison, Node, Relation, Scalar, SortKey, Step, Value};
use crate::{decimal, lower};

/// Columns that are listed of one step.
const MOST_COLUMNS: usize = 16;
/// How long a constant is shown.
const MOST_CHARACTERS: usize = 60;

/// A stage that a query goes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Stage {
    /// The text as it was understood, in its normal form.
    Syntax,
    /// Every name resolved and every type known: a step a line, the last one first, with its columns.
    Bound,
    /// The optimised DataFusion plan: a step a line, the last one first.
    #[default]
    Plan,
    /// SQL in DataFusion's dialect, where the query can be said in it.
    Sql,
}

impl Stage {
    /// Every stage, in order.
    pub const ALL: [Self; 4] = [Self::Syntax, Self::Bound, Self::Plan, Self::Sql];

    /// The stage in one word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::Bound => "bound",
            Self::Plan => "plan",
            Self::Sql => "sql",
        }
    }
}

/// A word that names no [`Stage`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no stage is called `{0}`; there are: syntax, bound, plan, sql")]
pub struct UnknownStage(String);

impl FromStr for Stage {
    type Err = UnknownStage;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|stage| stage.name() == text);
        found.ok_or_else(|| UnknownStage(text.to_owned()))
    }
}

/// A plan as SQL.
///
/// # Errors
///
/// Why it cannot be said in SQL.
pub(crate) fn sql(plan: &LogicalPlan) -> Result<String, String> {
    if lower::has_scan(plan) {
        return Err("the steps of `scan` are no SQL".to_owned());
    }
    let statement = plan_to_sql(plan).map_err(|error| {
        // What DataFusion says goes on with the insides of the plan.
        let said = error.strip_backtrace();
        said.split(['(', '{', '\n']).next().unwrap_or_default().trim_end().to_owned()
    })?;
    Ok(statement.to_string().replace(lower::MARK, "#"))
}

/// The bound query, a step a line.
pub(crate) fn bound(relation: &Relation) -> String {
    let mut lines = String::new();
    step(relation, 0, &mut lines);
    // Names that no query can write begin with a control character.
    lines.trim_end().replace(|character: char| character.is_control() && character != '\n', "#")
}

fn step(relation: &Relation, depth: usize, lines: &mut String) {
    let what = match &relation.step {
        Step::Table(source) => format!("table {}", source.name()),
        Step::Rows(rows) => format!("rows {}", rows.len()),
        Step::Range { from, to, step } => {
            format!("range from {} to {} step {}", scalar(from), scalar(to), scalar(step))
        }
        Step::Filter { predicate, .. } => format!("filter {}", scalar(predicate)),
        Step::Project { values, .. } => {
            format!("project {}", named(relation.columns.iter().zip(values)))
        }
        Step::Aggregate { keys, aggregates, .. } => {
            let calls = aggregates.iter().map(aggregate).collect::<Vec<_>>().join(", ");
            format!("aggregate {calls} by {}", named(relation.columns.iter().zip(keys)))
        }
        Step::Sort { .. } => {
            format!("sort {}", relation.order.iter().map(key).collect::<Vec<_>>().join(", "))
        }
        Step::Limit { count, .. } => format!("limit {count}"),
        Step::Join { kind, on, .. } => {
            let pair = |key: &crate::ir::JoinKey| {
                format!("{} = {}", scalar(&key.left), scalar(&key.right))
            };
            let on = on.iter().map(pair).collect::<Vec<_>>().join(" and ");
            format!("join {kind:?} on {on}")
        }
        Step::Union { inputs } => format!("union of {}", inputs.len()),
        Step::Expand { values, .. } => format!("expand {}", list(values)),
        Step::Extract { text, .. } => format!("extract from {}", scalar(text)),
        Step::Scan { program, .. } => {
            let names = program.steps.iter().map(|step| step.name.as_str());
            format!("scan through {}", names.collect::<Vec<_>>().join(", "))
        }
        Step::Window { calls, .. } => {
            let call = |call: &crate::ir::WindowCall| {
                format!("{}({})", call.function.name, list(&call.arguments))
            };
            format!("window {}", calls.iter().map(call).collect::<Vec<_>>().join(", "))
        }
    };
    let _ = writeln!(lines, "{:depth$}{what}{}", "", columns(relation), depth = depth * 2);
    for input in relation.inputs() {
        step(input, depth + 1, lines);
    }
}

/// The columns that come out, with their types; nothing where they are those that come in.
fn columns(relation: &Relation) -> String {
    let of = |relation: &Relation| {
        let named = relation.columns.iter().filter(|column| !column.is_hidden());
        let named = named.map(|column| format!("{}: {}", column.name, column.kind.name()));
        named.collect::<Vec<_>>()
    };
    let mut columns = of(relation);
    if matches!(relation.inputs().as_slice(), [only] if of(only) == columns) {
        return String::new();
    }
    let all = columns.len();
    columns.truncate(MOST_COLUMNS);
    let more = if all > MOST_COLUMNS {
        format!(" and {} more", all - MOST_COLUMNS)
    } else {
        String::new()
    };
    format!(" -> ({}{more})", columns.join(", "))
}

fn named<'a>(columns: impl Iterator<Item = (&'a Column, &'a Scalar)>) -> String {
    let one = |(column, value): (&Column, &Scalar)| match &value.node {
        Node::Column(name) if *name == column.name => name.clone(),
        _ => format!("{} = {}", column.name, scalar(value)),
    };
    columns.map(one).collect::<Vec<_>>().join(", ")
}

fn aggregate(call: &AggregateCall) -> String {
    let outputs = call.outputs.iter().map(|column| column.name.as_str()).collect::<Vec<_>>();
    let distinct = if call.accumulation.distinct { "distinct " } else { "" };
    let function = (call.accumulation.function)();
    let filter = call.filter.as_ref().map(|filter| format!(" where {}", scalar(filter)));
    let (outputs, arguments) = (outputs.join(", "), list(&call.arguments));
    let filter = filter.unwrap_or_default();
    format!("{outputs} = {}({distinct}{arguments}){filter}", function.name())
}

fn key(key: &SortKey) -> String {
    let direction = if key.ascending { "asc" } else { "desc" };
    let nulls = if key.nulls_first { "first" } else { "last" };
    format!("{} {direction} nulls {nulls}", scalar(&key.value))
}

fn list(values: &[Scalar]) -> String {
    values.iter().map(scalar).collect::<Vec<_>>().join(", ")
}

fn scalar(value: &Scalar) -> String {
    match &value.node {
        Node::Literal(literal) => constant(literal, value),
        Node::Column(name) => name.clone(),
        Node::Kernel { kernel, arguments } => format!("{}({})", kernel.name, list(arguments)),
        Node::And(left, right) => format!("({} and {})", scalar(left), scalar(right)),
        Node::Or(left, right) => format!("({} or {})", scalar(left), scalar(right)),
        Node::Not(inner) => format!("not({})", scalar(inner)),
        Node::Compare { comparison, left, right } => {
            let sign = match comparison {
                Comparison::Equal => "==",
                Comparison::NotEqual => "!=",
                Comparison::Less => "<",
                Comparison::LessEqual => "<=",
                Comparison::Greater => ">",
                Comparison::GreaterEqual => ">=",
            };
            format!("{} {sign} {}", scalar(left), scalar(right))
        }
        Node::Between { subject, low, high } => {
            format!("{} between ({} .. {})", scalar(subject), scalar(low), scalar(high))
        }
        Node::In { subject, values, negated } => {
            let not = if *negated { "!" } else { "" };
            format!("{} {not}in ({})", scalar(subject), list(values))
        }
        Node::InRelation { subject, negated, .. } => {
            let not = if *negated { "!" } else { "" };
            format!("{} {not}in (a table)", scalar(subject))
        }
        Node::First(_) => "(the first value of a table)".to_owned(),
        Node::IsNull(inner) => format!("isnull({})", scalar(inner)),
        Node::Case { branches, otherwise } => {
            let branch =
                |(when, then): &(Scalar, Scalar)| format!("{}, {}", scalar(when), scalar(then));
            let branches = branches.iter().map(branch).collect::<Vec<_>>().join(", ");
            format!("case({branches}, {})", scalar(otherwise))
        }
        Node::Coalesce(values) => format!("coalesce({})", list(values)),
        Node::Extreme { greatest, operands } => {
            format!("{}({})", if *greatest { "max_of" } else { "min_of" }, list(operands))
        }
        Node::Cast(inner) => format!("{}({})", value.kind.name(), scalar(inner)),
        Node::Located { address, .. } => format!("located({})", scalar(address)),
        Node::Hold(inner) => scalar(inner),
    }
}

fn constant(literal: &Value, of: &Scalar) -> String {
    match literal {
        Value::Null => format!("{}(null)", of.kind.name()),
        Value::Bool(truth) => truth.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Long(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Decimal(number) => format!("decimal({})", decimal::format(*number)),
        Value::Text(text) => {
            let short: String = text.chars().take(MOST_CHARACTERS).collect();
            let more = if short.len() < text.len() { "..." } else { "" };
            huntbook_kql_syntax::quote_string(&format!("{short}{more}"))
        }
        Value::Datetime(nanoseconds) => {
            let time = chrono::DateTime::from_timestamp_nanos(*nanoseconds);
            format!("datetime({})", time.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))
        }
        Value::Timespan(nanoseconds) => {
            format!("timespan({})", crate::time::format_timespan(*nanoseconds))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::datatypes::Schema;

    use super::*;
    use crate::types::KqlType;
    use crate::{Database, Engine, KqlError};

    fn engine() -> Engine {
        let fields = vec![KqlType::String.to_arrow("a"), KqlType::Long.to_arrow("n")];
        let table = ("T".to_owned(), Arc::new(Schema::new(fields)), Vec::new());
        let database = Database::from_batches([table]).unwrap();
        Engine::new(database, "2026-11-20T00:00:00Z".parse().unwrap())
    }

    fn explained(text: &str, stage: Stage) -> String {
        engine().explain_stage(text, stage).unwrap()
    }

    const QUERY: &str = "T|where a has 'x' and n>0|summarize t=sum(n) by a";

    #[test]
    fn the_syntax_is_the_normal_form() {
        assert_eq!(
            explained(QUERY, Stage::Syntax),
            "T\n| where a has \"x\" and n > 0\n| summarize t = sum(n) by a"
        );
        assert!(engine().explain_stage("T | where", Stage::Syntax).is_err());
    }

    #[test]
    fn a_bound_step_names_its_columns_and_their_types() {
        let text = explained(QUERY, Stage::Bound);
        let lines: Vec<&str> = text.lines().map(str::trim_start).collect();
        assert!(lines[0].ends_with("-> (a: string, t: long)"), "{text}");
        assert!(
            lines.contains(&"filter (kql_has(a, \"x\") and n > 0)"),
            "the columns that pass through are not said again: {text}"
        );
        assert_eq!(*lines.last().unwrap(), "table T -> (a: string, n: long)");
        assert!(!text.contains(|character: char| character.is_control() && character != '\n'));
    }

    #[test]
    fn sql_is_given_where_the_query_can_be_said_in_it() {
        let text = explained(QUERY, Stage::Sql);
        assert!(text.contains("SELECT") && text.contains("GROUP BY"), "{text}");
        let error = engine().explain_stage("print x = 1", Stage::Sql);
        if let Err(KqlError::Unsupported(found)) = error {
            assert!(found[0].message.starts_with("the query cannot be said in SQL: "));
            assert!(found[0].message.len() < 200, "{}", found[0].message);
        }
        let scan = "T | sort by n asc | scan declare (m:long) with (step s1: true => m = s1.n;)";
        let error = engine().explain_stage(scan, Stage::Sql);
        assert!(matches!(error, Err(KqlError::Unsupported(_))), "{error:?}");
        assert!(explained(scan, Stage::Bound).contains("scan through s1"));
    }

    #[test]
    fn a_stage_is_read_from_its_name() {
        for stage in Stage::ALL {
            assert_eq!(stage.name().parse(), Ok(stage));
        }
        assert!("tree".parse::<Stage>().unwrap_err().to_string().contains("syntax, bound"));
    }
}
