//! Arguments: a caller's value read as its parameter's type, and written for its place.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use huntbook_kql_syntax::{LiteralType, StringForm, TokenKind, quote_name, quote_string, tokenize};

use crate::lexed::{Place, Slot};
use crate::literal;
use crate::time::{days_from_now, parse_time, parse_timespan, within_years};
use crate::{ParameterType, Value};

/// A value that has its parameter's type.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Typed {
    Text(String),
    Int(i64),
    Float(f64),
    Bool(bool),
    Datetime(DateTime<Utc>),
    Timespan(TimeDelta),
    List(Vec<Typed>),
    Ip(IpAddr),
    Guid(String),
    Name(String),
    Clause(String),
}

/// Why a value was refused: the code and the end of the sentence that begins with the parameter.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) code: &'static str,
    pub(crate) reason: String,
    pub(crate) hints: Vec<String>,
}

fn refuse(value: &Value, wanted: &str) -> Refusal {
    Refusal {
        code: crate::codes::BAD_VALUE,
        reason: format!("is {wanted}, not {}", shown(value)),
        hints: Vec::new(),
    }
}

/// The value for a message: short, whatever it holds.
fn shown(value: &Value) -> String {
    let text = value.to_string();
    let short: String = text.chars().take(60).collect();
    let more = if short.len() < text.len() { "..." } else { "" };
    format!("{} `{short}{more}`", value.kind())
}

/// `value` as one of type `kind`.
pub(crate) fn coerce(
    kind: ParameterType,
    value: &Value,
    now: DateTime<Utc>,
) -> Result<Typed, Refusal> {
    match kind {
        ParameterType::Str => text(value, "one text").map(Typed::Text),
        ParameterType::Int => int(value).map(Typed::Int),
        ParameterType::Float => float(value).map(Typed::Float),
        ParameterType::Bool => bool_of(value).map(Typed::Bool),
        ParameterType::Datetime => datetime(value, now).map(Typed::Datetime),
        ParameterType::Timespan => timespan(value).map(Typed::Timespan),
        ParameterType::List => list(value, now).map(Typed::List),
        ParameterType::Ip => match value {
            Value::Text(text) => {
                let bare = text.trim();
                bare.parse().map(Typed::Ip).map_err(|_| refuse(value, "an IPv4 or IPv6 address"))
            }
            _ => Err(refuse(value, "an IPv4 or IPv6 address")),
        },
        ParameterType::Guid => guid(value).map(Typed::Guid),
        ParameterType::Table => name(value, "the name of a table").map(Typed::Name),
        ParameterType::Column => name(value, "the name of a column").map(Typed::Name),
        ParameterType::Clause => {
            let clause = text(value, "query text")?;
            whole_clause(&clause).map(|()| Typed::Clause(clause))
        }
    }
}

fn text(value: &Value, wanted: &str) -> Result<String, Refusal> {
    match value {
        Value::List(_) => Err(refuse(value, wanted)),
        scalar => Ok(scalar.to_string()),
    }
}

fn int(value: &Value) -> Result<i64, Refusal> {
    let wanted = "a whole number";
    match value {
        Value::Int(number) => Ok(*number),
        Value::Float(number) if number.fract() == 0.0 && number.abs() < 9e15 => Ok(*number as i64),
        Value::Text(text) => text.trim().parse().map_err(|_| refuse(value, wanted)),
        _ => Err(refuse(value, wanted)),
    }
}

fn float(value: &Value) -> Result<f64, Refusal> {
    let number = match value {
        Value::Int(number) => Some(*number as f64),
        Value::Float(number) => Some(*number),
        // Rust reads `inf` and `nan`, too, which are no literals of KQL.
        Value::Text(text) => text.trim().parse().ok(),
        _ => None,
    };
    number.filter(|number| number.is_finite()).ok_or_else(|| refuse(value, "a finite number"))
}

fn bool_of(value: &Value) -> Result<bool, Refusal> {
    match value {
        Value::Bool(truth) => Ok(*truth),
        Value::Text(text) if text.trim().eq_ignore_ascii_case("true") => Ok(true),
        Value::Text(text) if text.trim().eq_ignore_ascii_case("false") => Ok(false),
        _ => Err(refuse(value, "true or false")),
    }
}

fn datetime(value: &Value, now: DateTime<Utc>) -> Result<DateTime<Utc>, Refusal> {
    let wanted = "an instant within the years 1 to 9999";
    match value {
        Value::Datetime(instant) => within_years(*instant).ok_or_else(|| refuse(value, wanted)),
        Value::Int(days) => days_from_now(*days as f64, now).ok_or_else(|| refuse(value, wanted)),
        Value::Float(days) => days_from_now(*days, now).ok_or_else(|| refuse(value, wanted)),
        Value::Text(text) => parse_time(text, now).map_err(|fault| Refusal {
            code: fault.code,
            reason: format!("is an instant: {}", fault.message),
            hints: fault.hints,
        }),
        _ => Err(refuse(value, wanted)),
    }
}

fn timespan(value: &Value) -> Result<TimeDelta, Refusal> {
    match value {
        Value::Timespan(length) => Some(*length),
        Value::Text(text) => parse_timespan(text),
        _ => None,
    }
    .ok_or_else(|| refuse(value, "a length of time such as `90m`, `1d` or `1.02:03:04`"))
}

fn list(value: &Value, now: DateTime<Utc>) -> Result<Vec<Typed>, Refusal> {
    let items = match value {
        Value::List(items) => items.clone(),
        Value::Text(text) => split_items(text),
        scalar => vec![scalar.clone()],
    };
    items.iter().map(|item| list_item(item, now)).collect()
}

fn list_item(item: &Value, now: DateTime<Utc>) -> Result<Typed, Refusal> {
    match item {
        Value::Int(number) => Ok(Typed::Int(*number)),
        Value::Bool(truth) => Ok(Typed::Bool(*truth)),
        Value::Float(_) => float(item).map(Typed::Float),
        Value::Datetime(_) => datetime(item, now).map(Typed::Datetime),
        Value::Timespan(length) => Ok(Typed::Timespan(*length)),
        Value::Text(text) => Ok(Typed::Text(text.clone())),
        Value::List(_) => Err(refuse(item, "a list of single values")),
    }
}

/// The items of `a, b` or `'a', 'b'`; no item where there is nothing but white space.
fn split_items(text: &str) -> Vec<Value> {
    let mut items = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let quote = rest.chars().next().filter(|first| matches!(first, '\'' | '"'));
        let quoted = quote.and_then(|quote| {
            let (item, behind) = rest[1..].split_once(quote)?;
            let behind = behind.trim_start();
            (behind.is_empty() || behind.starts_with(',')).then_some((item, behind))
        });
        let (item, behind) = quoted.unwrap_or_else(|| {
            let end = rest.find(',').unwrap_or(rest.len());
            (rest[..end].trim(), &rest[end..])
        });
        items.push(Value::Text(item.to_owned()));
        rest = behind.strip_prefix(',').unwrap_or(behind).trim_start();
    }
    items
}

fn guid(value: &Value) -> Result<String, Refusal> {
    let Value::Text(text) = value else { return Err(refuse(value, "a GUID")) };
    let bare = text.trim();
    let bare = bare.strip_prefix('{').and_then(|bare| bare.strip_suffix('}')).unwrap_or(bare);
    let groups: Vec<&str> = bare.split('-').collect();
    let shaped = groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12]);
    let hexadecimal = bare.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    if shaped && hexadecimal { Ok(bare.to_ascii_lowercase()) } else { Err(refuse(value, "a GUID")) }
}

fn name(value: &Value, wanted: &str) -> Result<String, Refusal> {
    match value {
        Value::Text(text) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
        _ => Err(refuse(value, wanted)),
    }
}

/// Refuses a clause that is more than one statement or that leaves a bracket or a literal open.
fn whole_clause(clause: &str) -> Result<(), Refusal> {
    let refused = |problem: &str| {
        Err(Refusal {
            code: crate::codes::LEAVES_ITS_PLACE,
            reason: format!("is a clause, and {problem}"),
            hints: vec!["a clause is balanced and part of one statement".to_owned()],
        })
    };
    let mut open = Vec::new();
    for token in tokenize(clause) {
        let problem = match token.kind {
            TokenKind::Semicolon => Some("`;` would begin another statement"),
            TokenKind::String(string) if !string.closed => Some("a literal in it has no end"),
            closer @ (TokenKind::CloseParenthesis
            | TokenKind::CloseBracket
            | TokenKind::CloseBrace) => {
                (open.pop() != Some(closer)).then_some("a bracket in it closes one outside")
            }
            opener => {
                open.extend(closer_of(opener));
                None
            }
        };
        if let Some(problem) = problem {
            return refused(problem);
        }
    }
    if open.is_empty() { Ok(()) } else { refused("a bracket in it is not closed") }
}

const fn closer_of(opener: TokenKind) -> Option<TokenKind> {
    match opener {
        TokenKind::OpenParenthesis => Some(TokenKind::CloseParenthesis),
        TokenKind::OpenBracket => Some(TokenKind::CloseBracket),
        TokenKind::OpenBrace => Some(TokenKind::CloseBrace),
        _ => None,
    }
}

/// The type that a value must have at `place`, which may ask for more than its parameter does.
pub(crate) const fn kind_at(place: Place, kind: ParameterType) -> ParameterType {
    match place {
        Place::Typed(LiteralType::Datetime) => ParameterType::Datetime,
        Place::Typed(LiteralType::Timespan) => ParameterType::Timespan,
        Place::Typed(LiteralType::Guid) => ParameterType::Guid,
        Place::Typed(LiteralType::Bool) => ParameterType::Bool,
        Place::Typed(LiteralType::Int | LiteralType::Long) | Place::TimespanAmount => {
            ParameterType::Int
        }
        Place::Typed(LiteralType::Real | LiteralType::Decimal) => ParameterType::Float,
        Place::Literal(_) | Place::Comment | Place::Value | Place::Other => kind,
    }
}

/// `value` as it is written at `slot`.
pub(crate) fn write(value: &Typed, slot: &Slot) -> Result<String, Refusal> {
    let form = slot.placeholder.form.as_deref();
    match slot.place {
        Place::Literal(string) => {
            let text = plain(value, form);
            match string.form {
                StringForm::Plain => Ok(literal::inside_plain(&text, string.quote)),
                StringForm::Verbatim => literal::inside_verbatim(&text, string.quote)
                    .ok_or_else(|| unwritable("a line end cannot stand in a verbatim literal")),
                StringForm::MultiLine if text.contains(string.quote.text()) => {
                    Err(unwritable("the quotes of a multi-line literal cannot stand inside it"))
                }
                StringForm::MultiLine => Ok(text),
            }
        }
        Place::Comment => Ok(literal::inside_comment(&plain(value, form))),
        Place::Typed(_) | Place::TimespanAmount => Ok(plain(value, form)),
        Place::Value | Place::Other => bare(value, form, slot.may_be_empty),
    }
}

fn unwritable(problem: &str) -> Refusal {
    Refusal {
        code: crate::codes::CANNOT_BE_WRITTEN,
        reason: format!("cannot be written at its place: {problem}"),
        hints: vec!["the template would need a plain literal, '...', there".to_owned()],
    }
}

/// The value without any quotes.
pub(crate) fn plain(value: &Typed, form: Option<&str>) -> String {
    match value {
        Typed::Text(text) | Typed::Guid(text) | Typed::Name(text) | Typed::Clause(text) => {
            text.clone()
        }
        Typed::Int(number) => number.to_string(),
        Typed::Float(number) => format!("{number:?}"),
        Typed::Bool(truth) => truth.to_string(),
        Typed::Datetime(instant) => match form {
            Some(form) => instant.format(form).to_string(),
            None => literal::datetime_text(*instant),
        },
        Typed::Timespan(length) => literal::timespan_text(*length),
        Typed::Ip(address) => address.to_string(),
        Typed::List(items) => {
            items.iter().map(|item| plain(item, form)).collect::<Vec<_>>().join(", ")
        }
    }
}

fn bare(value: &Typed, form: Option<&str>, may_be_empty: bool) -> Result<String, Refusal> {
    Ok(match value {
        Typed::Text(text) => quote_string(text),
        Typed::Ip(address) => quote_string(&address.to_string()),
        Typed::Datetime(_) if form.is_some() => quote_string(&plain(value, form)),
        Typed::Datetime(_) => format!("datetime({})", plain(value, None)),
        Typed::Timespan(_) => format!("timespan({})", plain(value, None)),
        Typed::Guid(guid) => format!("guid({guid})"),
        Typed::Name(name) => quote_name(name),
        Typed::Clause(clause) => clause.clone(),
        Typed::Int(_) | Typed::Float(_) | Typed::Bool(_) => plain(value, form),
        Typed::List(items) if items.is_empty() && !may_be_empty => {
            return Err(Refusal {
                code: crate::codes::BAD_VALUE,
                reason: "is an empty list where at least one item must stand".to_owned(),
                hints: Vec::new(),
            });
        }
        Typed::List(items) => {
            let items: Result<Vec<String>, Refusal> =
                items.iter().map(|item| bare(item, form, false)).collect();
            items?.join(", ")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-11-20T00:00:00Z".parse().unwrap()
    }

    #[test]
    fn each_type_refuses_what_it_is_not() {
        let injection = "5 | union Secret";
        for kind in [
            ParameterType::Int,
            ParameterType::Float,
            ParameterType::Bool,
            ParameterType::Datetime,
            ParameterType::Timespan,
            ParameterType::Ip,
            ParameterType::Guid,
        ] {
            assert!(coerce(kind, &Value::from(injection), now()).is_err(), "{kind:?}");
        }
        assert!(coerce(ParameterType::Float, &Value::Float(f64::NAN), now()).is_err());
        assert!(coerce(ParameterType::Str, &Value::from(vec!["a"]), now()).is_err());
    }

    #[test]
    fn text_is_read_as_the_type_it_is_for() {
        assert_eq!(coerce(ParameterType::Int, &"5".into(), now()), Ok(Typed::Int(5)));
        assert_eq!(coerce(ParameterType::Bool, &"True".into(), now()), Ok(Typed::Bool(true)));
        assert_eq!(
            coerce(ParameterType::Guid, &"{D4F7B9C0-0000-4000-8000-00000000000A}".into(), now()),
            Ok(Typed::Guid("d4f7b9c0-0000-4000-8000-00000000000a".to_owned()))
        );
    }

    #[test]
    fn a_list_is_read_from_text_with_or_without_quotes() {
        let texts = |text: &str| match coerce(ParameterType::List, &text.into(), now()).unwrap() {
            Typed::List(items) => items.iter().map(|item| plain(item, None)).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        assert_eq!(texts("a, b"), ["a", "b"]);
        assert_eq!(texts("'a', 'b,c'"), ["a", "b,c"]);
        assert_eq!(texts("O'Brien, x"), ["O'Brien", "x"]);
        assert_eq!(texts("  "), Vec::<String>::new());
    }

    #[test]
    fn a_clause_must_be_whole() {
        let clause = |text: &str| coerce(ParameterType::Clause, &text.into(), now());
        for text in
            ["", "| where a == 'b'", "| summarize count() by bin(t, 1h)", "| take 1 // note"]
        {
            assert!(clause(text).is_ok(), "{text}");
        }
        for text in ["| where (a", "a) or true", "| where a == 'b", "; Secret", "([)]", "{"] {
            assert_eq!(clause(text).unwrap_err().code, "QRY0105", "{text}");
        }
    }
}
