//! Which shapes of a set lie at a point: what `geo_polygon_lookup` and `geo_line_lookup` join by.
//!
//! The shapes of the lookup table are one JSON array of texts. It is read once, sorted, and each shape is known by its
//! place in it from then on, so that no row carries the text of a shape.

use std::fmt::Write;

use arrow::datatypes::{Float64Type, Int64Type};
use s2::point::Point;

use super::distances::distance_to_polygons;
use super::geojson::{self, Line};
use super::points::Points;
use super::shapes::{Polygon, any_contains, distance, line_edges};
use super::sphere::{RADIUS, Vertex, angle};
use crate::dynamic;
use crate::kernel::{Kernel, Prepared};
use crate::types::KqlType;

/// The JSON text of a shape as a plain text.
pub(crate) const TEXT: Kernel = Kernel {
    name: "kql_geo_lookup_text",
    returns: KqlType::String,
    evaluate: |arguments| {
        let shapes = arguments.text(0)?;
        arguments.text_column(|row| Some(shapes.get(row)))
    },
};

/// The place of a shape's text (0) in the set (1).
pub(crate) const PLACE: Kernel = Kernel {
    name: "kql_geo_lookup_place",
    returns: KqlType::Long,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        let mut sets = Prepared::new(arguments.text(1)?.of_first_row(), sorted);
        arguments.primitive_column::<Int64Type>(KqlType::Long, |row| {
            let text = text.get(row);
            let place = sets.get(row).binary_search_by(|known| known.as_str().cmp(text)).ok()?;
            i64::try_from(place).ok()
        })
    },
};

/// The places of the polygons at a point: longitude, latitude, radius in metres or null, the set, and whether a point
/// at none gives null, not an empty array.
pub(crate) const POLYGONS: Kernel = Kernel {
    name: "kql_geo_lookup_polygons",
    returns: KqlType::Dynamic,
    evaluate: |arguments| places(arguments, polygons, polygons_lie_at),
};

/// The same of lines; each is at no point where the radius is null.
pub(crate) const LINES: Kernel = Kernel {
    name: "kql_geo_lookup_lines",
    returns: KqlType::Dynamic,
    evaluate: |arguments| places(arguments, lines, lines_lie_at),
};

/// A shape, and the cap around its vertices: edges and regions lie within it, too.
struct Shape<T> {
    geometry: T,
    centre: Point,
    reach: f64,
}

impl<T> Shape<T> {
    fn new(geometry: T, vertices: &[Vertex]) -> Self {
        let sum = vertices.iter().map(|vertex| vertex.point.0).reduce(|sum, one| sum + one);
        let sum = sum.filter(|sum| sum.norm() > 1e-9);
        let centre = sum.map_or_else(Point::origin, |sum| Point(sum.normalize()));
        let reach = vertices.iter().map(|vertex| angle(&centre, &vertex.point)).fold(0.0, f64::max);
        // A cap of half the sphere is not convex, and bounds nothing.
        let reach = if reach < 1.5 { reach + 1e-9 } else { f64::INFINITY };
        Self { geometry, centre, reach }
    }

    /// Whether the point may lie within so many metres of the shape.
    fn may_lie_within(&self, point: &Point, metres: f64) -> bool {
        self.reach.is_infinite()
            || angle(&self.centre, point) <= self.reach + metres.max(0.0) / RADIUS + 1e-9
    }
}

type Shapes<T> = Vec<Option<Shape<T>>>;

fn sorted(set: &str) -> Vec<String> {
    let mut texts = dynamic::strings(set);
    texts.sort_unstable();
    texts.dedup();
    texts
}

fn polygons(set: &str) -> Shapes<Vec<Polygon>> {
    let shape = |text: &String| {
        let polygons = geojson::polygons(text)?;
        let rings = polygons.iter().flat_map(|polygon| &polygon.rings);
        let vertices: Vec<Vertex> = rings.flat_map(|ring| ring.vertices.clone()).collect();
        Some(Shape::new(polygons, &vertices))
    };
    sorted(set).iter().map(shape).collect()
}

fn lines(set: &str) -> Shapes<Vec<Line>> {
    let shape = |text: &String| {
        let lines = geojson::lines(text)?;
        let vertices: Vec<Vertex> = lines.iter().flatten().copied().collect();
        Some(Shape::new(lines, &vertices))
    };
    sorted(set).iter().map(shape).collect()
}

#[expect(clippy::ptr_arg, reason = "the shape is what `Shape` holds")]
fn polygons_lie_at(polygons: &Vec<Polygon>, point: &Vertex, radius: Option<f64>) -> bool {
    match radius {
        Some(radius) => distance_to_polygons(point, polygons) <= radius,
        None => any_contains(polygons, &point.point),
    }
}

#[expect(clippy::ptr_arg, reason = "the shape is what `Shape` holds")]
fn lines_lie_at(lines: &Vec<Line>, point: &Vertex, radius: Option<f64>) -> bool {
    radius.is_some_and(|radius| RADIUS * distance(&point.point, line_edges(lines)) <= radius)
}

fn places<T: 'static>(
    arguments: &crate::kernel::Arguments<'_>,
    prepare: fn(&str) -> Shapes<T>,
    lies_at: fn(&T, &Vertex, Option<f64>) -> bool,
) -> datafusion::common::Result<arrow::array::ArrayRef> {
    let points = Points::new(arguments, 0, 1)?;
    let radius = arguments.primitive::<Float64Type>(2)?;
    let mut sets = Prepared::new(arguments.text(3)?.of_first_row(), prepare);
    let null_for_none = arguments.boolean(4)?;
    arguments.text_column(|row| {
        let mut list = String::from("[");
        if let Some(point) = points.get(0, row) {
            let radius = radius.get(row);
            for (place, shape) in sets.get(row).iter().enumerate() {
                let Some(shape) = shape else { continue };
                if shape.may_lie_within(&point.point, radius.unwrap_or(0.0))
                    && lies_at(&shape.geometry, &point, radius)
                {
                    let comma = if list.len() > 1 { "," } else { "" };
                    let _ = write!(list, "{comma}{place}");
                }
            }
        }
        if list.len() == 1 && null_for_none.get(row) == Some(true) {
            return None;
        }
        list.push(']');
        Some(list)
    })
}

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&TEXT, &PLACE, &POLYGONS, &LINES];
