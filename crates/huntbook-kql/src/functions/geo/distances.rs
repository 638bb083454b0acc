//! A point and a shape: distances, closest points, containment, places along a line.

use arrow::datatypes::Float64Type;

use super::geojson::{self, Line};
use super::points::Points;
use super::shapes::{Polygon, any_contains, distance, length, line_edges};
use super::sphere::{RADIUS, Vertex, angle, at_angle, closest};
use super::{function, reals};
use crate::bind::Call;
use crate::ir::Scalar;
use crate::kernel::{Kernel, Prepared};
use crate::types::KqlType;
use huntbook_diagnostics::Diagnostic;

function!(
    GEO_DISTANCE_POINT_TO_LINE,
    "geo_distance_point_to_line(longitude: real, latitude: real, line: dynamic) -> real",
    "The shortest distance in metres between a point and a line or multiline in GeoJSON.",
    "geo_distance_point_to_line",
    |call| with_point(call, &TO_LINE)
);
function!(
    GEO_DISTANCE_POINT_TO_POLYGON,
    "geo_distance_point_to_polygon(longitude: real, latitude: real, polygon: dynamic) -> real",
    "The shortest distance in metres between a point and a polygon or multipolygon in GeoJSON; 0 inside.",
    "geo_distance_point_to_polygon",
    |call| with_point(call, &TO_POLYGON)
);
function!(
    GEO_POINT_IN_POLYGON,
    "geo_point_in_polygon(longitude: real, latitude: real, polygon: dynamic) -> bool",
    "Whether the point lies inside of the polygon or multipolygon in GeoJSON.",
    "geo_point_in_polygon",
    |call| with_point(call, &IN_POLYGON)
);
function!(
    GEO_CLOSEST_POINT_ON_LINE,
    "geo_closest_point_on_line(longitude: real, latitude: real, line: dynamic) -> dynamic",
    "The point of the line or multiline that is closest to the given one, in GeoJSON.",
    "geo_closest_point_on_line",
    |call| with_point(call, &ON_LINE)
);
function!(
    GEO_CLOSEST_POINT_ON_POLYGON,
    "geo_closest_point_on_polygon(longitude: real, latitude: real, polygon: dynamic) -> dynamic",
    "The point of the polygon or multipolygon that is closest to the given one, in GeoJSON; the given one where it lies inside.",
    "geo_closest_point_on_polygon",
    |call| with_point(call, &ON_POLYGON)
);
function!(
    GEO_LINE_INTERPOLATE_POINT,
    "geo_line_interpolate_point(line: dynamic, fraction: real) -> dynamic",
    "The point at a fraction, from 0 to 1, of the length of a line, in GeoJSON.",
    "geo_line_interpolate_point",
    |call| {
        call.arity(2..=2)?;
        Ok(Scalar::kernel(&INTERPOLATE, vec![call.dynamic(0)?, call.typed(1, KqlType::Real)?]))
    }
);
function!(
    GEO_LINE_LOCATE_POINT,
    "geo_line_locate_point(line: dynamic, longitude: real, latitude: real) -> real",
    "How far along a line, as a fraction of its length, the closest place to a point lies.",
    "geo_line_locate_point",
    |call| {
        call.arity(3..=3)?;
        let mut arguments = reals(call, 1..3)?;
        arguments.push(call.dynamic(0)?);
        Ok(Scalar::kernel(&LOCATE, arguments))
    }
);

fn with_point(call: &Call<'_>, kernel: &'static Kernel) -> Result<Scalar, Diagnostic> {
    call.arity(3..=3)?;
    let mut arguments = reals(call, 0..2)?;
    arguments.push(call.dynamic(2)?);
    Ok(Scalar::kernel(kernel, arguments))
}

pub(super) fn distance_to_polygons(point: &Vertex, polygons: &[Polygon]) -> f64 {
    if any_contains(polygons, &point.point) {
        return 0.0;
    }
    RADIUS * distance(&point.point, polygons.iter().flat_map(Polygon::edges))
}

/// The closest point of the edges.
fn nearest(point: &Vertex, edges: impl Iterator<Item = (Vertex, Vertex)>) -> Option<Vertex> {
    let mut best: Option<(f64, Vertex)> = None;
    for (from, to) in edges {
        let found = closest(&point.point, &from.point, &to.point);
        let found = if found.0 == from.point.0 {
            from
        } else if found.0 == to.point.0 {
            to
        } else {
            Vertex::of_point(found)
        };
        let away = angle(&point.point, &found.point);
        if best.as_ref().is_none_or(|(known, _)| away < *known) {
            best = Some((away, found));
        }
    }
    best.map(|(_, vertex)| vertex)
}

fn at_fraction(line: &Line, fraction: f64) -> Vertex {
    let mut left = fraction * length(line_edges(std::slice::from_ref(line)));
    for edge in line.windows(2) {
        let long = angle(&edge[0].point, &edge[1].point);
        if left < long {
            if left <= 0.0 {
                return edge[0];
            }
            return Vertex::of_point(at_angle(&edge[0].point, &edge[1].point, left));
        }
        left -= long;
    }
    line[line.len() - 1]
}

fn locate(line: &Line, point: &Vertex) -> f64 {
    let (mut before, mut best, mut place) = (0.0, f64::INFINITY, 0.0);
    for edge in line.windows(2) {
        let found = closest(&point.point, &edge[0].point, &edge[1].point);
        let away = angle(&point.point, &found);
        if away < best {
            best = away;
            place = before + angle(&edge[0].point, &found);
        }
        before += angle(&edge[0].point, &edge[1].point);
    }
    (place / before).clamp(0.0, 1.0)
}

/// The only line of a shape.
fn single_line(text: &str) -> Option<Line> {
    let mut lines = geojson::lines(text)?;
    let line = lines.pop()?;
    lines.is_empty().then_some(line)
}

const TO_LINE: Kernel = Kernel {
    name: "kql_geo_distance_point_to_line",
    returns: KqlType::Real,
    evaluate: |arguments| {
        let points = Points::new(arguments, 0, 1)?;
        let mut shapes = Prepared::new(arguments.text(2)?, geojson::lines);
        arguments.primitive_column::<Float64Type>(KqlType::Real, |row| {
            let point = points.get(0, row)?;
            Some(RADIUS * distance(&point.point, line_edges(shapes.get(row).as_deref()?)))
        })
    },
};
const TO_POLYGON: Kernel = Kernel {
    name: "kql_geo_distance_point_to_polygon",
    returns: KqlType::Real,
    evaluate: |arguments| {
        let points = Points::new(arguments, 0, 1)?;
        let mut shapes = Prepared::new(arguments.text(2)?, geojson::polygons);
        arguments.primitive_column::<Float64Type>(KqlType::Real, |row| {
            Some(distance_to_polygons(&points.get(0, row)?, shapes.get(row).as_deref()?))
        })
    },
};
const IN_POLYGON: Kernel = Kernel {
    name: "kql_geo_point_in_polygon",
    returns: KqlType::Bool,
    evaluate: |arguments| {
        let points = Points::new(arguments, 0, 1)?;
        let mut shapes = Prepared::new(arguments.text(2)?, geojson::polygons);
        arguments.bool_column(|row| {
            let point = points.get(0, row)?;
            Some(any_contains(shapes.get(row).as_deref()?, &point.point))
        })
    },
};
const ON_LINE: Kernel = Kernel {
    name: "kql_geo_closest_point_on_line",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let points = Points::new(arguments, 0, 1)?;
        let mut shapes = Prepared::new(arguments.text(2)?, geojson::lines);
        arguments.text_column(|row| {
            let found = nearest(&points.get(0, row)?, line_edges(shapes.get(row).as_deref()?))?;
            Some(geojson::point(&found))
        })
    },
};
const ON_POLYGON: Kernel = Kernel {
    name: "kql_geo_closest_point_on_polygon",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let points = Points::new(arguments, 0, 1)?;
        let mut shapes = Prepared::new(arguments.text(2)?, geojson::polygons);
        arguments.text_column(|row| {
            let point = points.get(0, row)?;
            let polygons = shapes.get(row).as_deref()?;
            if any_contains(polygons, &point.point) {
                return Some(geojson::point(&point));
            }
            let found = nearest(&point, polygons.iter().flat_map(Polygon::edges))?;
            Some(geojson::point(&found))
        })
    },
};
const INTERPOLATE: Kernel = Kernel {
    name: "kql_geo_line_interpolate_point",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let mut lines = Prepared::new(arguments.text(0)?, single_line);
        let fraction = arguments.primitive::<Float64Type>(1)?;
        arguments.text_column(|row| {
            let fraction = fraction.get(row).filter(|part| (0.0..=1.0).contains(part))?;
            Some(geojson::point(&at_fraction(lines.get(row).as_ref()?, fraction)))
        })
    },
};
const LOCATE: Kernel = Kernel {
    name: "kql_geo_line_locate_point",
    returns: KqlType::Real,
    evaluate: |arguments| {
        let points = Points::new(arguments, 0, 1)?;
        let mut lines = Prepared::new(arguments.text(2)?, single_line);
        arguments.primitive_column::<Float64Type>(KqlType::Real, |row| {
            let point = points.get(0, row)?;
            Some(locate(lines.get(row).as_ref()?, &point))
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] =
    &[&TO_LINE, &TO_POLYGON, &IN_POLYGON, &ON_LINE, &ON_POLYGON, &INTERPOLATE, &LOCATE];
