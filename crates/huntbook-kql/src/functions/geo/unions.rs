//! `geo_union_lines_array`, `geo_union_polygons_array`.

use serde_json::Value;

use super::overlay::{to_geojson, union_lines, unite};
use super::{function, geojson, try_text_column};
use crate::dynamic;
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;

function!(
    GEO_UNION_LINES_ARRAY,
    "geo_union_lines_array(lines: dynamic) -> dynamic",
    "The union of an array of lines and multilines in GeoJSON; null where one of them is not valid.",
    "geo_union_lines_array",
    |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&LINES, vec![call.dynamic(0)?]))
    }
);
function!(
    GEO_UNION_POLYGONS_ARRAY,
    "geo_union_polygons_array(polygons: dynamic) -> dynamic",
    "The union of an array of polygons and multipolygons in GeoJSON; null where one of them is not valid.",
    "geo_union_polygons_array",
    |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&POLYGONS, vec![call.dynamic(0)?]))
    }
);

/// The shapes of all elements of an array; `None` where one is none, or there are none.
pub(super) fn all_of<T>(text: &str, read: fn(&Value) -> Option<Vec<T>>) -> Option<Vec<T>> {
    let Value::Array(elements) = dynamic::parse(text) else { return None };
    let shapes = elements.iter().map(read).collect::<Option<Vec<_>>>()?;
    let shapes: Vec<T> = shapes.into_iter().flatten().collect();
    (!shapes.is_empty()).then_some(shapes)
}

const LINES: Kernel = Kernel {
    name: "kql_geo_union_lines_array",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        try_text_column(arguments, |row| {
            let Some(lines) = all_of(text.get(row), geojson::lines_of) else { return Ok(None) };
            Ok(Some(geojson::line_strings(&union_lines(&lines)?).to_string()))
        })
    },
};
const POLYGONS: Kernel = Kernel {
    name: "kql_geo_union_polygons_array",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        try_text_column(arguments, |row| {
            let Some(polygons) = all_of(text.get(row), geojson::polygons_of) else {
                return Ok(None);
            };
            Ok(Some(to_geojson(&unite(polygons)?)))
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&LINES, &POLYGONS];
