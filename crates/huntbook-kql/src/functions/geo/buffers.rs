//! `geo_point_buffer`, `geo_line_buffer`, `geo_polygon_buffer`: what lies within a distance of a shape.
//!
//! Arcs become edges that lie outside of them, so that a buffer contains all it should; it reaches at most
//! the tolerance farther.

use arrow::datatypes::Float64Type;
use datafusion::common::{DataFusionError, Result};
use s2::edge_crossings::robust_cross_prod;
use s2::point::Point;

use super::overlay::{to_geojson, unite};
use super::points::Points;
use super::shapes::{Polygon, Ring, line_edges};
use super::sphere::{RADIUS, Vertex, angle, interpolate};
use super::{function, geojson, real_or, reals, try_text_column};
use crate::bind::Call;
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;
use huntbook_diagnostics::Diagnostic;

function!(
    GEO_POINT_BUFFER,
    "geo_point_buffer(longitude: real, latitude: real, radius: real, [tolerance: real]) -> dynamic",
    "A polygon in GeoJSON that contains all within `radius` metres of a point, and nothing more than `tolerance` metres (by default 10) farther away.",
    "geo_point_buffer",
    |call| {
        call.arity(3..=4)?;
        let mut arguments = reals(call, 0..3)?;
        arguments.push(real_or(call, 3, 10.0)?);
        Ok(Scalar::kernel(&POINT, arguments))
    }
);
function!(
    GEO_LINE_BUFFER,
    "geo_line_buffer(line: dynamic, radius: real, [tolerance: real]) -> dynamic",
    "A polygon or multipolygon in GeoJSON that contains all within `radius` metres of a line or multiline, and nothing more than `tolerance` metres (by default 10) farther away.",
    "geo_line_buffer",
    |call| of_shape(call, &LINE)
);
function!(
    GEO_POLYGON_BUFFER,
    "geo_polygon_buffer(polygon: dynamic, radius: real, [tolerance: real]) -> dynamic",
    "A polygon or multipolygon in GeoJSON that contains all within `radius` metres of a polygon or multipolygon, and nothing more than `tolerance` metres (by default 10) farther away.",
    "geo_polygon_buffer",
    |call| of_shape(call, &POLYGON)
);

fn of_shape(call: &Call<'_>, kernel: &'static Kernel) -> std::result::Result<Scalar, Diagnostic> {
    call.arity(2..=3)?;
    let arguments = vec![call.dynamic(0)?, call.typed(1, KqlType::Real)?, real_or(call, 2, 10.0)?];
    Ok(Scalar::kernel(kernel, arguments))
}

/// The default tolerance in metres.
const TOLERANCE: f64 = 10.0;

/// The least tolerance as a part of the radius.
const FINEST: f64 = 1e-6;

/// How many edges a line or polygon has at most when it is buffered.
const MOST_EDGES: usize = 2_000;

/// The longest edge that a strip is made of, in radians: the side of a strip bulges.
const LONGEST: f64 = 0.01;

/// A distance, and the circle that stands for it.
#[derive(Debug, Clone, Copy)]
struct Distance {
    /// To the vertices of the circle, in radians.
    outer: f64,
    /// The vertices of a full circle, an even number.
    steps: usize,
}

impl Distance {
    fn new(radius: f64, tolerance: f64) -> Option<Self> {
        let valid = radius > 0.0 && radius < RADIUS && tolerance > 0.0;
        let part = (tolerance / radius).clamp(FINEST, 0.2);
        #[expect(clippy::cast_possible_truncation, reason = "at most 2222")]
        #[expect(clippy::cast_sign_loss, reason = "positive")]
        let half = (std::f64::consts::FRAC_PI_2 / (1.0 - part).acos()).ceil() as usize;
        let steps = 2 * half.max(3);
        #[expect(clippy::cast_precision_loss, reason = "at most 2222")]
        let outer = ((radius / RADIUS).tan() / (std::f64::consts::PI / steps as f64).cos()).atan();
        valid.then_some(Self { outer, steps })
    }

    /// The points at the distance, from `steps` many to the left of `ahead` on, counterclockwise.
    fn arc(
        &self,
        centre: &Point,
        ahead: &Point,
        range: std::ops::RangeInclusive<usize>,
    ) -> Vec<Vertex> {
        let left = Point(centre.0.cross(&ahead.0));
        #[expect(clippy::cast_precision_loss, reason = "at most 4444")]
        range
            .map(|step| {
                let turn = std::f64::consts::TAU * step as f64 / self.steps as f64;
                let towards = ahead.0 * turn.cos() + left.0 * turn.sin();
                let place = centre.0 * self.outer.cos() + towards * self.outer.sin();
                Vertex::of_point(Point(place.normalize()))
            })
            .collect()
    }

    fn circle(&self, centre: &Point) -> Vec<Vertex> {
        self.arc(centre, &centre.ortho(), 0..=self.steps - 1)
    }

    /// All around an edge: half a circle at each end.
    fn strip(&self, from: &Point, to: &Point) -> Polygon {
        let normal = robust_cross_prod(from, to).0.normalize();
        let right = Point(normal * -1.0);
        let half = self.steps / 2;
        let mut vertices = self.arc(to, &right, 0..=half);
        vertices.extend(self.arc(from, &right, half..=self.steps));
        vertices.dedup();
        if vertices.first() == vertices.last() {
            vertices.pop();
        }
        Polygon { rings: vec![Ring::new(vertices)] }
    }

    /// Strips along edges.
    fn strips(&self, edges: impl Iterator<Item = (Vertex, Vertex)>) -> Result<Vec<Polygon>> {
        let mut strips = Vec::new();
        for (from, to) in edges {
            #[expect(clippy::cast_possible_truncation, reason = "at most π / 0.01")]
            #[expect(clippy::cast_sign_loss, reason = "positive")]
            let parts = (angle(&from.point, &to.point) / LONGEST).ceil().max(1.0) as u32;
            if strips.len() + parts as usize > MOST_EDGES {
                return Err(DataFusionError::Execution(format!(
                    "a geospatial buffer goes around at most {MOST_EDGES} edges: simplify the shape first"
                )));
            }
            let place =
                |at: u32| interpolate(&from.point, &to.point, f64::from(at) / f64::from(parts));
            strips.extend((0..parts).map(|at| self.strip(&place(at), &place(at + 1))));
        }
        Ok(strips)
    }
}

/// The buffer of a polygon as GeoJSON; `tolerance` has a default.
pub(super) fn polygon_buffer(
    text: &str,
    radius: f64,
    tolerance: Option<f64>,
) -> Result<Option<String>> {
    let distance = Distance::new(radius, tolerance.unwrap_or(TOLERANCE));
    let (Some(mut polygons), Some(distance)) = (geojson::polygons(text), distance) else {
        return Ok(None);
    };
    let edges: Vec<(Vertex, Vertex)> = polygons.iter().flat_map(Polygon::edges).collect();
    polygons.extend(distance.strips(edges.into_iter())?);
    Ok(Some(to_geojson(&unite(polygons)?)))
}

fn line_buffer(text: &str, radius: f64, tolerance: f64) -> Result<Option<String>> {
    let distance = Distance::new(radius, tolerance);
    let (Some(lines), Some(distance)) = (geojson::lines(text), distance) else {
        return Ok(None);
    };
    Ok(Some(to_geojson(&unite(distance.strips(line_edges(&lines))?)?)))
}

const POINT: Kernel = Kernel {
    name: "kql_geo_point_buffer",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let points = Points::new(arguments, 0, 1)?;
        let radius = arguments.primitive::<Float64Type>(2)?;
        let tolerance = arguments.primitive::<Float64Type>(3)?;
        arguments.text_column(|row| {
            let distance = Distance::new(radius.get(row)?, tolerance.get(row)?)?;
            Some(geojson::ring_polygon(&distance.circle(&points.get(0, row)?.point)))
        })
    },
};
const LINE: Kernel = Kernel {
    name: "kql_geo_line_buffer",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        let radius = arguments.primitive::<Float64Type>(1)?;
        let tolerance = arguments.primitive::<Float64Type>(2)?;
        try_text_column(arguments, |row| match (radius.get(row), tolerance.get(row)) {
            (Some(radius), Some(tolerance)) => line_buffer(text.get(row), radius, tolerance),
            _ => Ok(None),
        })
    },
};
const POLYGON: Kernel = Kernel {
    name: "kql_geo_polygon_buffer",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        let radius = arguments.primitive::<Float64Type>(1)?;
        let tolerance = arguments.primitive::<Float64Type>(2)?;
        try_text_column(arguments, |row| match (radius.get(row), tolerance.get(row)) {
            (Some(radius), Some(tolerance)) => {
                polygon_buffer(text.get(row), radius, Some(tolerance))
            }
            _ => Ok(None),
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&POINT, &LINE, &POLYGON];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::geo::shapes::{any_contains, distance};

    #[test]
    fn buffer_reaches_as_far_as_its_radius_and_no_farther_than_the_tolerance() {
        let mut state = 5_u64;
        let mut random = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            f64::from(u32::try_from(state >> 33).unwrap()) / f64::from(1_u32 << 31)
        };
        for (radius, tolerance) in [(100.0, 10.0), (1000.0, 1.0), (50.0, 0.1)] {
            for _ in 0..15 {
                let mut place = || Vertex::new(10.0 + random() * 0.02, 50.0 + random() * 0.02);
                let line: Vec<Vertex> = (0..8).map(|_| place().unwrap()).collect();
                let lines = [line];
                let shape = Distance::new(radius, tolerance).unwrap();
                let buffer = unite(shape.strips(line_edges(&lines)).unwrap()).unwrap();
                for _ in 0..300 {
                    let point = place().unwrap().point;
                    let away = RADIUS * distance(&point, line_edges(&lines));
                    let inside = any_contains(&buffer, &point);
                    assert!(inside || away > radius, "{away} of {radius} is outside");
                    assert!(!inside || away < radius + tolerance, "{away} of {radius} is inside");
                }
            }
        }
    }
}
