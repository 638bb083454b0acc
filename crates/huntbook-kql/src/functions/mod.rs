//! The scalar functions: one file a function or a family, one line of [`FUNCTIONS`] each.
//!
//! # Brief overview
//!
//! A [`Function`] has a name, a signature and a summary (from which the reference page is made), a rule for
//! the name of its column, and `bind`, which checks a call and gives its meaning: a kernel, or an expression
//! that DataFusion has natively.

pub(crate) mod arithmetic;
mod around;
mod array_iff;
mod array_shapes;
mod array_sort;
mod arrays;
mod assert;
mod bag_edit;
pub(crate) mod bags;
mod base64;
mod base64_bytes;
mod bin;
mod bin_at;
mod binary;
mod budget;
mod casts;
mod column_ifexists;
mod compression;
mod conditions;
mod convert_units;
mod countof;
mod datetime_add;
mod datetime_diff;
mod datetime_parts;
mod dynamic_to_json;
mod estimate_data_size;
mod extract;
mod extract_all;
mod extract_json;
mod format_bytes;
mod format_datetime;
mod format_timespan;
pub(crate) mod geo;
pub(crate) mod geo_info_from_ip_address;
mod has_any_index;
mod has_ipv4;
mod hash;
mod indexof;
mod indexof_regex;
mod ingestion_time;
mod ipv4;
mod ipv4_ranges;
mod ipv6;
mod kernels;
mod known;
pub(crate) mod lists;
mod make_datetime;
mod math;
mod minmax;
mod now;
mod nulls;
mod pack_all;
mod parse_command_line;
mod parse_csv;
mod parse_ipv4;
mod parse_path;
mod parse_url;
mod parse_version;
mod parse_xml;
pub(crate) mod path;
mod period;
mod picture;
mod punycode;
mod rand;
mod range;
pub(crate) mod regexes;
mod replace;
mod replace_strings;
mod series;
mod sets;
pub(crate) mod several;
mod sketches;
mod special;
mod split;
mod strcat;
mod strcmp;
mod strings;
mod strrep;
mod substring;
mod text_functions;
pub(crate) mod text_operators;
mod timezones;
mod translate;
mod treepath;
mod trim;
mod unicode_codepoints;
mod unixtime;
mod url;

use huntbook_diagnostics::Diagnostic;

use crate::bind::Call;
use crate::ir::Scalar;

pub(crate) use kernels::KERNELS;
pub(crate) use rand::is_random;

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
    /// This name.
    Fixed(&'static str),
}

/// Every scalar function, by family.
pub(crate) const FUNCTIONS: &[&Function] = &[
    // Casts
    &casts::TOSTRING,
    &casts::TOINT,
    &casts::TOLONG,
    &casts::TOREAL,
    &casts::TODECIMAL,
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
    &column_ifexists::ISCOLUMNEXISTS,
    &assert::ASSERT,
    &estimate_data_size::ESTIMATE_DATA_SIZE,
    // Time
    &now::NOW,
    &now::AGO,
    &bin::BIN,
    &bin_at::BIN_AT,
    &around::AROUND,
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
    &datetime_parts::WEEK_OF_YEAR,
    &datetime_parts::WEEKOFYEAR,
    &format_datetime::FORMAT_DATETIME,
    &format_timespan::FORMAT_TIMESPAN,
    &make_datetime::MAKE_DATETIME,
    &make_datetime::MAKE_TIMESPAN,
    &timezones::UTC_TO_LOCAL,
    &timezones::LOCAL_TO_UTC,
    &timezones::LIST_TIMEZONES,
    &ingestion_time::INGESTION_TIME,
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
    &replace_strings::REPLACE_STRINGS,
    &translate::TRANSLATE,
    &strrep::STRREP,
    &strcmp::STRCMP,
    &strcmp::ISASCII,
    &strcmp::ISUTF8,
    &strcmp::REGEX_QUOTE,
    &unicode_codepoints::FROM_STRING,
    &unicode_codepoints::TO_STRING,
    &trim::TRIM,
    &trim::TRIM_START,
    &trim::TRIM_END,
    &indexof::INDEXOF,
    &indexof_regex::INDEXOF_REGEX,
    &has_any_index::HAS_ANY_INDEX,
    &countof::COUNTOF,
    &base64::BASE64_DECODE_TOSTRING,
    &base64::BASE64_ENCODE_TOSTRING,
    &base64_bytes::DECODE_TOARRAY,
    &base64_bytes::DECODE_TOGUID,
    &base64_bytes::ENCODE_FROMARRAY,
    &base64_bytes::ENCODE_FROMGUID,
    &compression::GZIP_COMPRESS,
    &compression::GZIP_DECOMPRESS,
    &compression::ZLIB_COMPRESS,
    &compression::ZLIB_DECOMPRESS,
    &punycode::FROM_STRING,
    &punycode::TO_STRING,
    &punycode::DOMAIN_FROM_STRING,
    &punycode::DOMAIN_TO_STRING,
    &hash::HASH,
    &hash::HASH_MD5,
    &hash::HASH_SHA1,
    &hash::HASH_SHA256,
    &url::URL_DECODE,
    &url::URL_ENCODE,
    &url::URL_ENCODE_COMPONENT,
    &parse_url::PARSE_URL,
    &parse_url::PARSE_URLQUERY,
    &parse_path::PARSE_PATH,
    &parse_command_line::PARSE_COMMAND_LINE,
    &parse_csv::PARSE_CSV,
    &parse_version::PARSE_VERSION,
    &parse_xml::PARSE_XML,
    &extract_json::EXTRACT_JSON,
    &dynamic_to_json::DYNAMIC_TO_JSON,
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
    &math::EXP2,
    &math::EXP10,
    &math::SIN,
    &math::COS,
    &math::TAN,
    &math::COT,
    &math::ASIN,
    &math::ACOS,
    &math::ATAN,
    &math::DEGREES,
    &math::RADIANS,
    &special::PI,
    &special::ATAN2,
    &special::GAMMA,
    &special::LOGGAMMA,
    &special::ERF,
    &special::ERFC,
    &special::BETA_CDF,
    &special::BETA_INV,
    &special::BETA_PDF,
    &special::WELCH_TEST,
    &math::SIGN,
    &math::ISNAN,
    &math::ISINF,
    &math::ISFINITE,
    &math::TOHEX,
    &binary::BINARY_AND,
    &binary::BINARY_OR,
    &binary::BINARY_XOR,
    &binary::BINARY_NOT,
    &binary::BINARY_SHIFT_LEFT,
    &binary::BINARY_SHIFT_RIGHT,
    &binary::BITSET_COUNT_ONES,
    &rand::RAND,
    &rand::NEW_GUID,
    &format_bytes::FORMAT_BYTES,
    &convert_units::CONVERT_ANGLE,
    &convert_units::CONVERT_ENERGY,
    &convert_units::CONVERT_FORCE,
    &convert_units::CONVERT_LENGTH,
    &convert_units::CONVERT_MASS,
    &convert_units::CONVERT_SPEED,
    &convert_units::CONVERT_TEMPERATURE,
    &convert_units::CONVERT_VOLUME,
    &minmax::MAX_OF,
    &minmax::MIN_OF,
    // Addresses
    &ipv4::IPV4_IS_PRIVATE,
    &ipv4::IPV4_IS_IN_RANGE,
    &ipv4::IPV4_IS_MATCH,
    // Places
    &geo::points::GEO_DISTANCE_2POINTS,
    &geo::points::GEO_AZIMUTH,
    &geo::points::GEO_ANGLE,
    &geo::points::GEO_POINT_IN_CIRCLE,
    &geo::distances::GEO_DISTANCE_POINT_TO_LINE,
    &geo::distances::GEO_DISTANCE_POINT_TO_POLYGON,
    &geo::distances::GEO_POINT_IN_POLYGON,
    &geo::distances::GEO_CLOSEST_POINT_ON_LINE,
    &geo::distances::GEO_CLOSEST_POINT_ON_POLYGON,
    &geo::distances::GEO_LINE_INTERPOLATE_POINT,
    &geo::distances::GEO_LINE_LOCATE_POINT,
    &geo::measures::GEO_LINE_LENGTH,
    &geo::measures::GEO_LINE_CENTROID,
    &geo::measures::GEO_POLYGON_PERIMETER,
    &geo::measures::GEO_POLYGON_AREA,
    &geo::measures::GEO_POLYGON_CENTROID,
    &geo::intersections::GEO_INTERSECTS_2LINES,
    &geo::intersections::GEO_INTERSECTS_LINE_WITH_POLYGON,
    &geo::intersections::GEO_INTERSECTS_2POLYGONS,
    &geo::intersections::GEO_INTERSECTION_2LINES,
    &geo::intersections::GEO_INTERSECTION_LINE_WITH_POLYGON,
    &geo::intersections::GEO_INTERSECTION_2POLYGONS,
    &geo::unions::GEO_UNION_LINES_ARRAY,
    &geo::unions::GEO_UNION_POLYGONS_ARRAY,
    &geo::densify::GEO_LINE_DENSIFY,
    &geo::densify::GEO_POLYGON_DENSIFY,
    &geo::simplify::GEO_LINE_SIMPLIFY,
    &geo::simplify::GEO_POLYGON_SIMPLIFY,
    &geo::simplify::GEO_SIMPLIFY_POLYGONS_ARRAY,
    &geo::buffers::GEO_POINT_BUFFER,
    &geo::buffers::GEO_LINE_BUFFER,
    &geo::buffers::GEO_POLYGON_BUFFER,
    &geo::coverings::GEO_POLYGON_TO_S2CELLS,
    &geo::coverings::GEO_LINE_TO_S2CELLS,
    &geo::coverings::GEO_POLYGON_TO_H3CELLS,
    &geo::geohash::GEO_POINT_TO_GEOHASH,
    &geo::geohash::GEO_GEOHASH_TO_CENTRAL_POINT,
    &geo::geohash::GEO_GEOHASH_TO_POLYGON,
    &geo::geohash::GEO_GEOHASH_NEIGHBORS,
    &geo::h3::GEO_POINT_TO_H3CELL,
    &geo::h3::GEO_H3CELL_LEVEL,
    &geo::h3::GEO_H3CELL_NEIGHBORS,
    &geo::h3::GEO_H3CELL_TO_CENTRAL_POINT,
    &geo::h3::GEO_H3CELL_TO_POLYGON,
    &geo::h3::GEO_H3CELL_PARENT,
    &geo::h3::GEO_H3CELL_CHILDREN,
    &geo::h3::GEO_H3CELL_RINGS,
    &geo::cells::GEO_POINT_TO_S2CELL,
    &geo::cells::GEO_S2CELL_NEIGHBORS,
    &geo::cells::GEO_S2CELL_TO_CENTRAL_POINT,
    &geo::cells::GEO_S2CELL_TO_POLYGON,
    &geo::wkt::GEO_FROM_WKT,
    &geo_info_from_ip_address::GEO_INFO_FROM_IP_ADDRESS,
    &ipv4_ranges::IPV4_COMPARE,
    &ipv4_ranges::IPV4_IS_IN_ANY_RANGE,
    &ipv4_ranges::IPV4_RANGE_TO_CIDR_LIST,
    &parse_ipv4::IPV4_NETMASK_SUFFIX,
    &parse_ipv4::PARSE_IPV4,
    &parse_ipv4::PARSE_IPV4_MASK,
    &parse_ipv4::FORMAT_IPV4,
    &parse_ipv4::FORMAT_IPV4_MASK,
    &ipv6::PARSE_IPV6,
    &ipv6::PARSE_IPV6_MASK,
    &ipv6::IPV6_COMPARE,
    &ipv6::IPV6_IS_MATCH,
    &ipv6::IPV6_IS_IN_RANGE,
    &ipv6::IPV6_IS_IN_ANY_RANGE,
    &has_ipv4::HAS_IPV4,
    &has_ipv4::HAS_ANY_IPV4,
    &has_ipv4::HAS_IPV4_PREFIX,
    &has_ipv4::HAS_ANY_IPV4_PREFIX,
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

/// Why a function of KQL has no meaning here, where there is a reason, and what helps.
pub(crate) fn reason(name: &str) -> Option<&'static str> {
    known::REASONS.iter().find(|(names, _)| names.contains(&name)).map(|(_, reason)| *reason)
}
