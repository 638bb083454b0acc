//! The scalar functions: one file a function or a family, one line of [`FUNCTIONS`] each.
//!
//! # Brief overview
//!
//! A [`Function`] has a name, a signature and a summary (from which the reference page is made), a rule for
//! the name of its column, and `bind`, which checks a call and gives its meaning: a kernel, or an expression
//! that DataFusion has natively.

pub(crate) mod arithmetic;
mod arrays;
pub(crate) mod bags;
mod base64;
mod bin;
mod casts;
mod column_ifexists;
mod conditions;
mod countof;
mod datetime_add;
mod datetime_diff;
mod datetime_parts;
mod extract;
mod extract_all;
mod format_datetime;
mod indexof;
mod ipv4;
mod known;
pub(crate) mod lists;
mod math;
mod minmax;
mod now;
mod nulls;
mod parse_url;
pub(crate) mod path;
mod period;
pub(crate) mod regexes;
mod replace;
mod sets;
mod split;
mod strcat;
mod strings;
mod substring;
pub(crate) mod text_operators;
mod trim;
mod unixtime;
mod url;

use huntbook_diagnostics::Diagnostic;

use crate::bind::Call;
use crate::ir::Scalar;

/// A scalar function of KQL.
#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) name: &'static str,
    /// Other names of the same function.
    pub(crate) aliases: &'static [&'static str],
    /// Parameters and result, as the reference page shows them.
    pub(crate) signature: &'static str,
    /// What comes back, in a sentence or two.
    pub(crate) summary: &'static str,
    /// How a column of this function is named.
    pub(crate) naming: Naming,
    /// Checks a call and gives its meaning.
    pub(crate) bind: fn(&Call<'_>) -> Result<Scalar, Diagnostic>,
}

/// How KQL names the column of a call that has no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Naming {
    /// `Column1`, `Column2`, ...
    Numbered,
    /// As the first argument would be named.
    FirstArgument,
    /// The prefix, `_`, and the name of the first argument.
    Prefix(&'static str),
}

/// Every scalar function, by family.
pub(crate) const FUNCTIONS: &[&Function] = &[
    // Casts
    &casts::TOSTRING,
    &casts::TOINT,
    &casts::TOLONG,
    &casts::TOREAL,
    &casts::TOBOOL,
    &casts::TODATETIME,
    &casts::TOTIMESPAN,
    &casts::TOGUID,
    &casts::PARSE_JSON,
    &casts::GETTYPE,
    // Conditions and nulls
    &conditions::NOT,
    &conditions::IFF,
    &conditions::CASE,
    &conditions::COALESCE,
    &nulls::ISNULL,
    &nulls::ISNOTNULL,
    &nulls::ISEMPTY,
    &nulls::ISNOTEMPTY,
    &column_ifexists::COLUMN_IFEXISTS,
    // Time
    &now::NOW,
    &now::AGO,
    &bin::BIN,
    &period::STARTOFDAY,
    &period::STARTOFWEEK,
    &period::STARTOFMONTH,
    &period::STARTOFYEAR,
    &period::ENDOFDAY,
    &period::ENDOFWEEK,
    &period::ENDOFMONTH,
    &period::ENDOFYEAR,
    &datetime_add::DATETIME_ADD,
    &datetime_diff::DATETIME_DIFF,
    &datetime_parts::DATETIME_PART,
    &datetime_parts::DAYOFWEEK,
    &datetime_parts::HOUROFDAY,
    &datetime_parts::DAYOFMONTH,
    &datetime_parts::DAYOFYEAR,
    &datetime_parts::MONTHOFYEAR,
    &datetime_parts::GETYEAR,
    &format_datetime::FORMAT_DATETIME,
    &unixtime::SECONDS,
    &unixtime::MILLISECONDS,
    &unixtime::MICROSECONDS,
    &unixtime::NANOSECONDS,
    // Text
    &strings::TOLOWER,
    &strings::TOUPPER,
    &strings::STRLEN,
    &strings::STRING_SIZE,
    &strings::REVERSE,
    &strcat::STRCAT,
    &strcat::STRCAT_DELIM,
    &strcat::STRCAT_ARRAY,
    &substring::SUBSTRING,
    &split::SPLIT,
    &extract::EXTRACT,
    &extract_all::EXTRACT_ALL,
    &replace::REPLACE_STRING,
    &replace::REPLACE_REGEX,
    &replace::REPLACE,
    &trim::TRIM,
    &trim::TRIM_START,
    &trim::TRIM_END,
    &indexof::INDEXOF,
    &countof::COUNTOF,
    &base64::BASE64_DECODE_TOSTRING,
    &base64::BASE64_ENCODE_TOSTRING,
    &url::URL_DECODE,
    &url::URL_ENCODE,
    &parse_url::PARSE_URL,
    // Dynamic
    &arrays::ARRAY_LENGTH,
    &arrays::PACK_ARRAY,
    &arrays::ARRAY_CONCAT,
    &arrays::ARRAY_INDEX_OF,
    &arrays::ARRAY_SLICE,
    &arrays::ARRAY_SORT_ASC,
    &arrays::ARRAY_SORT_DESC,
    &bags::BAG_PACK,
    &bags::BAG_KEYS,
    &bags::BAG_MERGE,
    &bags::BAG_HAS_KEY,
    &sets::SET_HAS_ELEMENT,
    &sets::SET_UNION,
    &sets::SET_INTERSECT,
    &sets::SET_DIFFERENCE,
    // Numbers
    &math::ABS,
    &math::ROUND,
    &math::CEILING,
    &math::SQRT,
    &math::POW,
    &math::EXP,
    &math::LOG,
    &math::LOG2,
    &math::LOG10,
    &math::SIGN,
    &math::ISNAN,
    &math::ISINF,
    &math::ISFINITE,
    &math::TOHEX,
    &minmax::MAX_OF,
    &minmax::MIN_OF,
    // Addresses
    &ipv4::IPV4_IS_PRIVATE,
    &ipv4::IPV4_IS_IN_RANGE,
    &ipv4::IPV4_IS_MATCH,
];

/// The function of this name or alias; case counts.
pub(crate) fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS
        .iter()
        .find(|function| function.name == name || function.aliases.contains(&name))
        .copied()
}

/// All names and aliases.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    FUNCTIONS
        .iter()
        .flat_map(|function| std::iter::once(function.name).chain(function.aliases.iter().copied()))
}

/// Whether KQL has a function of this name that is not implemented here.
pub(crate) fn is_known_elsewhere(name: &str) -> bool {
    known::NAMES.contains(&name) || known::SERVICES.contains(&name)
}
