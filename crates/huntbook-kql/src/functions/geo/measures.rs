//! Lengths, areas and centroids of lines and polygons. What overlaps counts once.

use datafusion::common::Result;
use s2::point::Point;

use super::geojson::{self, Line};
use super::overlay::{union_lines, unite};
use super::shapes::{Polygon, length, line_edges};
use super::sphere::{RADIUS, Vertex};
use super::{function, try_real_column, try_text_column};
use crate::bind::Call;
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;
use huntbook_diagnostics::Diagnostic;

function!(
    GEO_LINE_LENGTH,
    "geo_line_length(line: dynamic) -> real",
    "The length of a line or multiline in metres.",
    "geo_line_length",
    |call| of_shape(call, &LENGTH)
);
function!(
    GEO_LINE_CENTROID,
    "geo_line_centroid(line: dynamic) -> dynamic",
    "The centroid of a line or multiline in GeoJSON.",
    "geo_line_centroid",
    |call| of_shape(call, &LINE_CENTROID)
);
function!(
    GEO_POLYGON_PERIMETER,
    "geo_polygon_perimeter(polygon: dynamic) -> real",
    "The length of the boundary of a polygon or multipolygon in metres.",
    "geo_polygon_perimeter",
    |call| of_shape(call, &PERIMETER)
);
function!(
    GEO_POLYGON_AREA,
    "geo_polygon_area(polygon: dynamic) -> real",
    "The area of a polygon or multipolygon in square metres.",
    "geo_polygon_area",
    |call| of_shape(call, &AREA)
);
function!(
    GEO_POLYGON_CENTROID,
    "geo_polygon_centroid(polygon: dynamic) -> dynamic",
    "The centroid of a polygon or multipolygon in GeoJSON.",
    "geo_polygon_centroid",
    |call| of_shape(call, &POLYGON_CENTROID)
);

fn of_shape(call: &Call<'_>, kernel: &'static Kernel) -> std::result::Result<Scalar, Diagnostic> {
    call.arity(1..=1)?;
    Ok(Scalar::kernel(kernel, vec![call.dynamic(0)?]))
}

fn lines(text: &str) -> Result<Option<Vec<Line>>> {
    match geojson::lines(text) {
        Some(lines) if lines.len() > 1 => union_lines(&lines).map(Some),
        other => Ok(other),
    }
}

fn polygons(text: &str) -> Result<Option<Vec<Polygon>>> {
    geojson::polygons(text).map(unite).transpose()
}

/// The integral of position along lines.
fn moment(lines: &[Line]) -> Point {
    let zero = Point(Point::origin().0 * 0.0);
    line_edges(lines).fold(zero, |sum, (from, to)| {
        let (middle, apart) = (from.point.0 + to.point.0, from.point.0 - to.point.0);
        sum + Point(middle * (apart.norm() / middle.norm()))
    })
}

/// The point in the direction of an integral of position.
fn centroid(moment: Point) -> Option<String> {
    let length = moment.0.norm();
    let some = length.is_finite() && length > 0.0;
    some.then(|| geojson::point(&Vertex::of_point(Point(moment.0 * (1.0 / length)))))
}

const LENGTH: Kernel = Kernel {
    name: "kql_geo_line_length",
    returns: KqlType::Real,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        try_real_column(arguments, |row| {
            let lines = lines(text.get(row))?;
            Ok(lines.map(|lines| RADIUS * length(line_edges(&lines))))
        })
    },
};
const LINE_CENTROID: Kernel = Kernel {
    name: "kql_geo_line_centroid",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        try_text_column(arguments, |row| {
            Ok(lines(text.get(row))?.and_then(|lines| centroid(moment(&lines))))
        })
    },
};
const PERIMETER: Kernel = Kernel {
    name: "kql_geo_polygon_perimeter",
    returns: KqlType::Real,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        try_real_column(arguments, |row| {
            let around = |polygons: Vec<Polygon>| length(polygons.iter().flat_map(Polygon::edges));
            Ok(polygons(text.get(row))?.map(|polygons| RADIUS * around(polygons)))
        })
    },
};
const AREA: Kernel = Kernel {
    name: "kql_geo_polygon_area",
    returns: KqlType::Real,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        try_real_column(arguments, |row| {
            let area = |polygons: Vec<Polygon>| polygons.iter().map(Polygon::area).sum::<f64>();
            Ok(polygons(text.get(row))?.map(|polygons| RADIUS * RADIUS * area(polygons)))
        })
    },
};
const POLYGON_CENTROID: Kernel = Kernel {
    name: "kql_geo_polygon_centroid",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        try_text_column(arguments, |row| {
            let zero = Point(Point::origin().0 * 0.0);
            let sum = |polygons: Vec<Polygon>| {
                polygons.iter().fold(zero, |sum, polygon| sum + polygon.moment())
            };
            Ok(polygons(text.get(row))?.and_then(|polygons| centroid(sum(polygons))))
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] =
    &[&LENGTH, &LINE_CENTROID, &PERIMETER, &AREA, &POLYGON_CENTROID];
