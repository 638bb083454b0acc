//! `geo_intersects_*` and `geo_intersection_*`: whether shapes meet, and in what.

use datafusion::common::{DataFusionError, Result};
use s2::edge_crossings::{Crossing, crossing_sign};

use super::geojson::{self, Geometry, Line};
use super::overlay::{Operation, combine, intersect_lines, intersect_with_polygons, unite};
use super::shapes::{Polygon, any_contains, line_edges};
use super::sphere::{Bounds, Vertex, touching};
use super::{function, try_text_column};
use crate::bind::Call;
use crate::ir::Scalar;
use crate::kernel::{Kernel, Prepared};
use crate::types::KqlType;
use huntbook_diagnostics::Diagnostic;

function!(
    GEO_INTERSECTS_2LINES,
    "geo_intersects_2lines(line1: dynamic, line2: dynamic) -> bool",
    "Whether two lines or multilines meet.",
    "geo_intersects_2lines",
    |call| of_two(call, &LINES_MEET)
);
function!(
    GEO_INTERSECTS_LINE_WITH_POLYGON,
    "geo_intersects_line_with_polygon(line: dynamic, polygon: dynamic) -> bool",
    "Whether a line or multiline has a point in a polygon or multipolygon or on its boundary.",
    "geo_intersects_line_with_polygon",
    |call| of_two(call, &LINE_AND_POLYGON_MEET)
);
function!(
    GEO_INTERSECTS_2POLYGONS,
    "geo_intersects_2polygons(polygon1: dynamic, polygon2: dynamic) -> bool",
    "Whether two polygons or multipolygons meet.",
    "geo_intersects_2polygons",
    |call| of_two(call, &POLYGONS_MEET)
);
function!(
    GEO_INTERSECTION_2LINES,
    "geo_intersection_2lines(line1: dynamic, line2: dynamic) -> dynamic",
    "What two lines or multilines share, in GeoJSON: an empty collection where they do not meet.",
    "geo_intersection_2lines",
    |call| of_two(call, &SHARED_BY_LINES)
);
function!(
    GEO_INTERSECTION_LINE_WITH_POLYGON,
    "geo_intersection_line_with_polygon(line: dynamic, polygon: dynamic) -> dynamic",
    "What of a line or multiline lies in a polygon or multipolygon, in GeoJSON: an empty collection where they do not meet.",
    "geo_intersection_line_with_polygon",
    |call| of_two(call, &LINE_IN_POLYGON)
);
function!(
    GEO_INTERSECTION_2POLYGONS,
    "geo_intersection_2polygons(polygon1: dynamic, polygon2: dynamic) -> dynamic",
    "What two polygons or multipolygons share, in GeoJSON: an empty collection where they do not meet.",
    "geo_intersection_2polygons",
    |call| of_two(call, &SHARED_BY_POLYGONS)
);

fn of_two(call: &Call<'_>, kernel: &'static Kernel) -> std::result::Result<Scalar, Diagnostic> {
    call.arity(2..=2)?;
    Ok(Scalar::kernel(kernel, vec![call.dynamic(0)?, call.dynamic(1)?]))
}

/// How many pairs of edges are looked at.
const MOST_PAIRS: usize = 50_000_000;

type Edges = Vec<(Vertex, Vertex)>;

/// Whether an edge of one side has a point in common with an edge of the other.
fn edges_meet(first: Edges, second: Edges) -> Result<bool> {
    let own = first.len();
    let edges: Edges = first.into_iter().chain(second).collect();
    let boxes: Vec<Bounds> =
        edges.iter().map(|(from, to)| Bounds::of_edge(&from.point, &to.point)).collect();
    let mut found = false;
    let looked = touching(&boxes, MOST_PAIRS, |one, other| {
        if one < own && other >= own {
            let ((a, b), (c, d)) = (&edges[one], &edges[other]);
            let shared = a == c || a == d || b == c || b == d;
            let cross = crossing_sign(&a.point, &b.point, &c.point, &d.point);
            found = shared || cross == Crossing::Cross;
        }
        !found
    });
    looked.map(|()| found).ok_or_else(|| {
        DataFusionError::Execution(format!(
            "geospatial shapes with {} edges are too many to compare: simplify them first",
            edges.len()
        ))
    })
}

fn lines_meet(first: &[Line], second: &[Line]) -> Result<bool> {
    edges_meet(line_edges(first).collect(), line_edges(second).collect())
}

fn line_and_polygon_meet(lines: &[Line], polygons: &[Polygon]) -> Result<bool> {
    if lines.iter().any(|line| any_contains(polygons, &line[0].point)) {
        return Ok(true);
    }
    edges_meet(line_edges(lines).collect(), polygons.iter().flat_map(Polygon::edges).collect())
}

fn polygons_meet(first: &[Polygon], second: &[Polygon]) -> Result<bool> {
    let reaches = |these: &[Polygon], those: &[Polygon]| {
        let rings = these.iter().flat_map(|polygon| &polygon.rings);
        rings.into_iter().any(|ring| any_contains(those, &ring.vertices[0].point))
    };
    if reaches(first, second) || reaches(second, first) {
        return Ok(true);
    }
    let edges = |polygons: &[Polygon]| polygons.iter().flat_map(Polygon::edges).collect();
    edges_meet(edges(first), edges(second))
}

fn written(shapes: &[Geometry]) -> String {
    geojson::geometries(shapes).to_string()
}

fn shared_by_polygons(first: &[Polygon], second: &[Polygon]) -> Result<String> {
    let (first, second) = (unite(first.to_vec())?, unite(second.to_vec())?);
    combine(&first, &second, Operation::Intersection).map(|shapes| written(&shapes))
}

/// A kernel of two shapes, each read once where it is constant.
macro_rules! of_two {
    ($constant:ident, $name:literal, bool, $first:expr, $second:expr, $with:expr) => {
        const $constant: Kernel = Kernel {
            name: $name,
            returns: KqlType::Bool,
            evaluate: |arguments| {
                let mut first = Prepared::new(arguments.text(0)?, $first);
                let mut second = Prepared::new(arguments.text(1)?, $second);
                let mut failure = None;
                let column = arguments.bool_column(|row| {
                    let (first, second) = (first.get(row).as_deref()?, second.get(row).as_deref()?);
                    $with(first, second).map_err(|error| failure = Some(error)).ok()
                })?;
                failure.map_or(Ok(column), Err)
            },
        };
    };
    ($constant:ident, $name:literal, dynamic, $first:expr, $second:expr, $with:expr) => {
        const $constant: Kernel = Kernel {
            name: $name,
            returns: KqlType::Dynamic,
            evaluate: |arguments| {
                let mut first = Prepared::new(arguments.text(0)?, $first);
                let mut second = Prepared::new(arguments.text(1)?, $second);
                try_text_column(arguments, |row| {
                    match (first.get(row).as_deref(), second.get(row).as_deref()) {
                        (Some(first), Some(second)) => $with(first, second).map(Some),
                        _ => Ok(None),
                    }
                })
            },
        };
    };
}

of_two!(LINES_MEET, "kql_geo_intersects_2lines", bool, geojson::lines, geojson::lines, lines_meet);
of_two!(
    LINE_AND_POLYGON_MEET,
    "kql_geo_intersects_line_with_polygon",
    bool,
    geojson::lines,
    geojson::polygons,
    line_and_polygon_meet
);
of_two!(
    POLYGONS_MEET,
    "kql_geo_intersects_2polygons",
    bool,
    geojson::polygons,
    geojson::polygons,
    polygons_meet
);
of_two!(
    SHARED_BY_LINES,
    "kql_geo_intersection_2lines",
    dynamic,
    geojson::lines,
    geojson::lines,
    |first, second| intersect_lines(first, second).map(|shapes| written(&shapes))
);
of_two!(
    LINE_IN_POLYGON,
    "kql_geo_intersection_line_with_polygon",
    dynamic,
    geojson::lines,
    geojson::polygons,
    |lines, polygons| intersect_with_polygons(lines, polygons).map(|shapes| written(&shapes))
);
of_two!(
    SHARED_BY_POLYGONS,
    "kql_geo_intersection_2polygons",
    dynamic,
    geojson::polygons,
    geojson::polygons,
    shared_by_polygons
);

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[
    &LINES_MEET,
    &LINE_AND_POLYGON_MEET,
    &POLYGONS_MEET,
    &SHARED_BY_LINES,
    &LINE_IN_POLYGON,
    &SHARED_BY_POLYGONS,
];
