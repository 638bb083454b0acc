//! A call being bound: its arguments, and the checks that functions make of them.

use std::ops::RangeInclusive;

use huntbook_diagnostics::{Diagnostic, Span};

use crate::aggregates::Accumulation;
use crate::codes;
use crate::convert::convert;
use crate::functions::several;
use crate::ir::{AggregateCall, Column, Scalar, Value};
use crate::locations::IpLocations;
use crate::types::KqlType;

/// A function or aggregate with the arguments that it was given.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    /// The name as written.
    pub(crate) name: &'a str,
    /// Where the whole call stands.
    pub(crate) span: Span,
    /// The arguments in order.
    pub(crate) arguments: Vec<Argument>,
    /// The columns that `*` stands for.
    pub(crate) columns: &'a [Column],
    /// Nanoseconds since 1970.
    pub(crate) now: i64,
    /// Where addresses are, if the database knows.
    pub(crate) locations: Option<IpLocations>,
}

/// One argument.
#[derive(Debug, Clone)]
pub(crate) struct Argument {
    pub(crate) value: ArgumentValue,
    /// The name that the argument suggests for a column.
    pub(crate) suggestion: Option<String>,
    pub(crate) span: Span,
}

/// What an argument is.
#[derive(Debug, Clone)]
pub(crate) enum ArgumentValue {
    Scalar(Scalar),
    /// `*`.
    Star,
    /// `typeof(long)`.
    Type(KqlType),
}

/// A bound aggregate: what runs over the group, and what is then done to its first output.
#[derive(Debug)]
pub(crate) struct BoundAggregate {
    pub(crate) call: AggregateCall,
    pub(crate) finish: Option<fn(Scalar) -> Scalar>,
}

impl BoundAggregate {
    pub(crate) fn new(call: AggregateCall) -> Self {
        Self { call, finish: None }
    }

    /// An aggregate of one output.
    pub(crate) fn single(
        accumulation: &'static Accumulation,
        arguments: Vec<Scalar>,
        kind: KqlType,
        name: String,
    ) -> Self {
        let outputs = vec![Column::new(name, kind)];
        Self::new(AggregateCall { accumulation, arguments, filter: None, outputs })
    }

    /// The same over the rows for which `filter` is true.
    pub(crate) fn filtered(mut self, filter: Scalar) -> Self {
        self.call.filter = Some(filter);
        self
    }

    /// The same with `finish` done to its output.
    pub(crate) fn finished(mut self, finish: fn(Scalar) -> Scalar) -> Self {
        self.finish = Some(finish);
        self
    }
}

impl Call<'_> {
    /// Checks the number of arguments.
    pub(crate) fn arity(&self, wanted: RangeInclusive<usize>) -> Result<(), Diagnostic> {
        let given = self.arguments.len();
        if wanted.contains(&given) {
            return Ok(());
        }
        let wanted = match (*wanted.start(), *wanted.end()) {
            (1, 1) => "1 argument".to_owned(),
            (least, most) if least == most => format!("{least} arguments"),
            (least, usize::MAX) => {
                format!("at least {least} argument{}", if least == 1 { "" } else { "s" })
            }
            (least, most) => format!("{least} to {most} arguments"),
        };
        let message = format!("`{}` takes {wanted}, not {given}", self.name);
        Err(Diagnostic::error(codes::WRONG_ARGUMENT_COUNT, message)
            .at(self.span)
            .maybe_hint(self.signature_hint()))
    }

    /// The name that an aggregate gives its column: `prefix_` and what the first argument suggests.
    pub(crate) fn prefixed(&self, prefix: &str) -> String {
        let first = self.arguments.first().and_then(|argument| argument.suggestion.as_deref());
        format!("{prefix}_{}", first.unwrap_or_default())
    }

    fn signature_hint(&self) -> Option<String> {
        let signature = crate::functions::find(self.name)
            .map(|function| function.signature)
            .or_else(|| several::find(self.name).map(|function| function.signature))
            .or_else(|| crate::aggregates::find(self.name).map(|aggregate| aggregate.signature))?;
        Some(format!("the signature is `{signature}`"))
    }

    /// Whether there is an argument at `index`.
    pub(crate) fn has(&self, index: usize) -> bool {
        index < self.arguments.len()
    }

    fn argument(&self, index: usize) -> Result<&Argument, Diagnostic> {
        self.arguments.get(index).ok_or_else(|| {
            let message = format!("`{}` lacks argument {}", self.name, index + 1);
            Diagnostic::error(codes::WRONG_ARGUMENT_COUNT, message)
                .at(self.span)
                .maybe_hint(self.signature_hint())
        })
    }

    /// Where an argument stands.
    pub(crate) fn span_of(&self, index: usize) -> Span {
        self.arguments.get(index).map_or(self.span, |argument| argument.span)
    }

    /// An argument of any scalar type.
    pub(crate) fn scalar(&self, index: usize) -> Result<Scalar, Diagnostic> {
        match &self.argument(index)?.value {
            ArgumentValue::Scalar(scalar) => Ok(scalar.clone()),
            ArgumentValue::Star => Err(self.wrong(index, "a value", "`*`")),
            ArgumentValue::Type(_) => Err(self.wrong(index, "a value", "a type")),
        }
    }

    /// All arguments from `first` on, of any scalar type.
    pub(crate) fn scalars(&self, first: usize) -> Result<Vec<Scalar>, Diagnostic> {
        (first..self.arguments.len()).map(|index| self.scalar(index)).collect()
    }

    /// An argument of type `kind`, with the casts that KQL makes by itself: a smaller number to a larger,
    /// and dynamic to anything.
    pub(crate) fn typed(&self, index: usize, kind: KqlType) -> Result<Scalar, Diagnostic> {
        let scalar = self.scalar(index)?;
        let given = scalar.kind;
        implicit(scalar, kind).ok_or_else(|| {
            self.wrong(index, &format!("a value of type `{kind}`"), &format!("`{given}`"))
        })
    }

    pub(crate) fn string(&self, index: usize) -> Result<Scalar, Diagnostic> {
        self.typed(index, KqlType::String)
    }

    pub(crate) fn long(&self, index: usize) -> Result<Scalar, Diagnostic> {
        self.typed(index, KqlType::Long)
    }

    pub(crate) fn boolean(&self, index: usize) -> Result<Scalar, Diagnostic> {
        self.typed(index, KqlType::Bool)
    }

    pub(crate) fn datetime(&self, index: usize) -> Result<Scalar, Diagnostic> {
        self.typed(index, KqlType::Datetime)
    }

    pub(crate) fn dynamic(&self, index: usize) -> Result<Scalar, Diagnostic> {
        self.typed(index, KqlType::Dynamic)
    }

    /// An argument of any type as text: the cast of `tostring`.
    pub(crate) fn as_string(&self, index: usize) -> Result<Scalar, Diagnostic> {
        let scalar = self.scalar(index)?;
        let given = scalar.kind;
        convert(scalar, KqlType::String)
            .ok_or_else(|| self.wrong(index, "a value that has a text form", &format!("`{given}`")))
    }

    /// An argument of any type as dynamic.
    pub(crate) fn as_dynamic(&self, index: usize) -> Result<Scalar, Diagnostic> {
        let scalar = self.scalar(index)?;
        let given = scalar.kind;
        convert(scalar, KqlType::Dynamic).ok_or_else(|| {
            self.wrong(index, "a value that `dynamic` can hold", &format!("`{given}`"))
        })
    }

    /// An argument that is a constant string.
    pub(crate) fn constant_string(&self, index: usize) -> Result<String, Diagnostic> {
        match self.scalar(index)?.as_literal() {
            Some(Value::Text(text)) => Ok(text.clone()),
            _ => Err(self.not_constant(index, "string")),
        }
    }

    /// An argument that is a constant whole number.
    pub(crate) fn constant_long(&self, index: usize) -> Result<i64, Diagnostic> {
        match self.scalar(index)?.as_literal() {
            Some(Value::Long(number)) => Ok(*number),
            Some(Value::Int(number)) => Ok(i64::from(*number)),
            _ => Err(self.not_constant(index, "whole number")),
        }
    }

    fn not_constant(&self, index: usize, what: &str) -> Diagnostic {
        let message =
            format!("argument {} of `{}` must be a constant {what}", index + 1, self.name);
        Diagnostic::error(codes::NOT_CONSTANT, message).at(self.span_of(index))
    }

    /// The diagnostic for an argument of the wrong type.
    pub(crate) fn wrong(&self, index: usize, wanted: &str, given: &str) -> Diagnostic {
        let message =
            format!("argument {} of `{}` must be {wanted}, not {given}", index + 1, self.name);
        Diagnostic::error(codes::WRONG_ARGUMENT_TYPE, message)
            .at(self.span_of(index))
            .maybe_hint(self.signature_hint())
    }
}

/// `value` cast to `kind` where KQL does so by itself.
pub(crate) fn implicit(value: Scalar, kind: KqlType) -> Option<Scalar> {
    use KqlType::{Decimal, Dynamic, Int, Long, Real};
    match (value.kind, kind) {
        (from, to) if from == to => Some(value),
        (Int, Long | Real | Decimal) | (Long, Real | Decimal) | (Real, Decimal) | (Dynamic, _) => {
            convert(value, kind)
        }
        // A constant that fits is as good as one written in the type.
        (Long, Int) if value.as_literal().is_some() => convert(value, kind),
        _ if value.is_null_literal() => Some(Scalar::null(kind)),
        _ => None,
    }
}
