//! The scalar functions: one file a function or a family, one line of [`FUNCTIONS`] each.
//!
//! # Brief overview
//!
//! A [`Function`] has a name, a signature and a summary (from which the reference page is made), a rule for
//! the name of its column, and `bind`, which checks a call and gives its meaning: a kernel, or an expression
//! that DataFusion has natively.

pub(crate) mod arithmetic;
mod array_iff;
mod array_shapes;
mod array_sort;
mod arrays;
mod bag_edit;
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
mod pack_all;
mod parse_url;
pub(crate) mod path;
mod period;
mod range;
mod regexes;
mod replace;
mod series;
mod sets;
pub(crate) mod several;
mod sketches;
mod split;
mod strcat;
mod strings;
mod substring;
pub(crate) mod text_operators;
mod treepath;
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
    &arrays::ARRAY_SUM,
    &arrays::ZIP,
    &arrays::DYNAMIC_TO_JSON,
    &array_iff::ARRAY_IFF,
    &array_shapes::ARRAY_REVERSE,
    &array_shapes::ARRAY_ROTATE_LEFT,
    &array_shapes::ARRAY_ROTATE_RIGHT,
    &array_shapes::ARRAY_SHIFT_LEFT,
    &array_shapes::ARRAY_SHIFT_RIGHT,
    &array_shapes::ARRAY_SPLIT,
    &range::RANGE,
    &range::REPEAT,
    &bags::BAG_PACK,
    &bags::BAG_KEYS,
    &bags::BAG_MERGE,
    &bags::BAG_HAS_KEY,
    &bag_edit::BAG_REMOVE_KEYS,
    &bag_edit::BAG_SET_KEY,
    &bag_edit::BAG_ZIP,
    &pack_all::PACK_ALL,
    &pack_all::BAG_PACK_COLUMNS,
    &treepath::TREEPATH,
    &sets::SET_HAS_ELEMENT,
    &sets::SET_UNION,
    &sets::SET_INTERSECT,
    &sets::SET_DIFFERENCE,
    &sets::SET_EQUALS,
    &sets::JACCARD_INDEX,
    // Kept summaries
    &sketches::PERCENTILE_TDIGEST,
    &sketches::PERCENTILES_ARRAY_TDIGEST,
    &sketches::RANK_TDIGEST,
    &sketches::PERCENTRANK_TDIGEST,
    &sketches::TDIGEST_MERGE,
    &sketches::TDIGEST_ISVALID,
    &sketches::HLL_MERGE,
    &sketches::DCOUNT_HLL,
    &sketches::HLL_ISVALID,
    // Series
    &series::elementwise::SERIES_ABS,
    &series::elementwise::SERIES_ACOS,
    &series::elementwise::SERIES_ADD,
    &series::elementwise::SERIES_ASIN,
    &series::elementwise::SERIES_ATAN,
    &series::elementwise::SERIES_CEILING,
    &series::elementwise::SERIES_COS,
    &series::elementwise::SERIES_DIVIDE,
    &series::elementwise::SERIES_EQUALS,
    &series::elementwise::SERIES_EXP,
    &series::elementwise::SERIES_FLOOR,
    &series::elementwise::SERIES_GREATER,
    &series::elementwise::SERIES_GREATER_EQUALS,
    &series::elementwise::SERIES_LESS,
    &series::elementwise::SERIES_LESS_EQUALS,
    &series::elementwise::SERIES_LOG,
    &series::elementwise::SERIES_MULTIPLY,
    &series::elementwise::SERIES_NOT_EQUALS,
    &series::elementwise::SERIES_POW,
    &series::elementwise::SERIES_SIGN,
    &series::elementwise::SERIES_SIN,
    &series::elementwise::SERIES_SUBTRACT,
    &series::elementwise::SERIES_TAN,
    &series::fill::SERIES_FILL_BACKWARD,
    &series::fill::SERIES_FILL_CONST,
    &series::fill::SERIES_FILL_FORWARD,
    &series::fill::SERIES_FILL_LINEAR,
    &series::filters::SERIES_FIR,
    &series::filters::SERIES_IIR,
    &series::stats::SERIES_STATS_DYNAMIC,
    &series::fit_line::SERIES_FIT_LINE_DYNAMIC,
    &series::fit_2lines::SERIES_FIT_2LINES_DYNAMIC,
    &series::outliers::SERIES_OUTLIERS,
    &series::products::SERIES_SUM,
    &series::products::SERIES_PRODUCT,
    &series::products::SERIES_MAGNITUDE,
    &series::products::SERIES_DOT_PRODUCT,
    &series::products::SERIES_COSINE_SIMILARITY,
    &series::products::SERIES_PEARSON_CORRELATION,
    &series::decompose::SERIES_DECOMPOSE_FORECAST,
    &series::decompose::SERIES_SEASONAL,
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
        .chain(several::SEVERAL.iter().map(|function| function.name))
}

/// Whether KQL has a function of this name that is not implemented here.
pub(crate) fn is_known_elsewhere(name: &str) -> bool {
    known::NAMES.contains(&name) || known::SERVICES.contains(&name)
}
