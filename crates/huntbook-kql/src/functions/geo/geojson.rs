//! Reading and writing GeoJSON.
//!
//! A shape is read whole or not at all: coordinates in range, at least two vertices to a line and three
//! distinct ones to a ring, rings closed and free of crossings.

use std::collections::HashSet;

use s2::edge_crossings::{Crossing, crossing_sign};
use serde_json::{Map, Value};

use super::shapes::{Polygon, Ring};
use super::sphere::{Bounds, Vertex, is_antipodal, touching};
use crate::dynamic;

/// A line, at least two vertices.
pub(super) type Line = Vec<Vertex>;

/// How many pairs of edges one polygon is searched for crossings.
const MOST_PAIRS: usize = 50_000_000;

/// A shape of any kind.
#[derive(Debug, Clone)]
pub(super) enum Geometry {
    Point(Vertex),
    Line(Line),
    Polygon(Vec<Vec<Vertex>>),
}

/// The lines of a `LineString` or `MultiLineString`.
pub(super) fn lines(text: &str) -> Option<Vec<Line>> {
    lines_of(&dynamic::parse(text))
}

pub(super) fn lines_of(value: &Value) -> Option<Vec<Line>> {
    let coordinates = value.get("coordinates")?.as_array()?;
    match value.get("type")?.as_str()? {
        "LineString" => Some(vec![line(coordinates)?]),
        "MultiLineString" if !coordinates.is_empty() => {
            coordinates.iter().map(|part| line(part.as_array()?)).collect()
        }
        _ => None,
    }
}

/// The polygons of a `Polygon` or `MultiPolygon`.
pub(super) fn polygons(text: &str) -> Option<Vec<Polygon>> {
    polygons_of(&dynamic::parse(text))
}

pub(super) fn polygons_of(value: &Value) -> Option<Vec<Polygon>> {
    rings_of(value)?.into_iter().map(|rings| polygon(&rings)).collect()
}

/// The rings of each polygon as they are written, closed, without a look at their geometry.
pub(super) fn rings_of(value: &Value) -> Option<Vec<Vec<Vec<Vertex>>>> {
    let rings = |value: &Value| -> Option<Vec<Vec<Vertex>>> {
        let rings = value.as_array().filter(|rings| !rings.is_empty())?;
        rings.iter().map(|ring| vertices(ring.as_array()?)).collect()
    };
    let coordinates = value.get("coordinates")?;
    match value.get("type")?.as_str()? {
        "Polygon" => Some(vec![rings(coordinates)?]),
        "MultiPolygon" => {
            let parts = coordinates.as_array().filter(|parts| !parts.is_empty())?;
            parts.iter().map(rings).collect()
        }
        _ => None,
    }
}

fn vertices(coordinates: &[Value]) -> Option<Vec<Vertex>> {
    let vertex = |value: &Value| {
        let pair = value.as_array()?;
        Vertex::new(pair.first()?.as_f64()?, pair.get(1)?.as_f64()?)
    };
    coordinates.iter().map(vertex).collect()
}

fn line(coordinates: &[Value]) -> Option<Line> {
    let mut line = vertices(coordinates)?;
    line.dedup();
    let sound = line.windows(2).all(|edge| !is_antipodal(&edge[0].point, &edge[1].point));
    (line.len() >= 2 && sound).then_some(line)
}

/// The polygon of closed rings, where it is valid.
pub(super) fn polygon(rings: &[Vec<Vertex>]) -> Option<Polygon> {
    let rings = rings.iter().map(|vertices| ring(vertices)).collect::<Option<Vec<_>>>()?;
    let polygon = Polygon { rings };
    is_sound(&polygon).then_some(polygon)
}

fn ring(vertices: &[Vertex]) -> Option<Ring> {
    let (last, vertices) = vertices.split_last()?;
    let first = vertices.first()?;
    let distinct: HashSet<[u64; 3]> = vertices.iter().map(Vertex::key).collect();
    if vertices.len() < 3 || last != first || distinct.len() < vertices.len() {
        return None;
    }
    let next = vertices.iter().cycle().skip(1);
    let antipodal = vertices.iter().zip(next).any(|(a, b)| is_antipodal(&a.point, &b.point));
    if antipodal { None } else { Some(Ring::new(vertices.to_vec())) }
}

/// Whether no two edges of the polygon cross or are one.
fn is_sound(polygon: &Polygon) -> bool {
    let edges: Vec<_> = polygon.rings.iter().flat_map(Ring::edges).collect();
    let boxes: Vec<Bounds> =
        edges.iter().map(|(a, b)| Bounds::of_edge(&a.point, &b.point)).collect();
    let mut sound = true;
    // What is too large to be searched is taken for sound.
    let _ = touching(&boxes, MOST_PAIRS, |one, other| {
        let ((a, b), (c, d)) = (&edges[one], &edges[other]);
        let same = (a == c && b == d) || (a == d && b == c);
        let cross = crossing_sign(&a.point, &b.point, &c.point, &d.point);
        sound = !same && !matches!(cross, Crossing::Cross);
        sound
    });
    sound
}

/// A number as GeoJSON has it: whole ones without a fraction.
pub(super) fn number(value: f64) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "degrees are small")]
    let whole = value as i64;
    #[expect(clippy::cast_precision_loss, clippy::float_cmp, reason = "exactly whole or not")]
    if whole as f64 == value { Value::from(whole) } else { Value::from(value) }
}

fn pair(vertex: &Vertex) -> Value {
    Value::Array(vec![number(vertex.longitude), number(vertex.latitude)])
}

pub(super) fn pairs(vertices: &[Vertex]) -> Value {
    vertices.iter().map(pair).collect()
}

pub(super) fn shape(kind: &str, coordinates: Value) -> Value {
    let mut shape = Map::new();
    shape.insert("type".to_owned(), Value::from(kind));
    shape.insert("coordinates".to_owned(), coordinates);
    Value::Object(shape)
}

pub(super) fn collection(geometries: Vec<Value>) -> Value {
    let mut shape = Map::new();
    shape.insert("type".to_owned(), Value::from("GeometryCollection"));
    shape.insert("geometries".to_owned(), Value::Array(geometries));
    Value::Object(shape)
}

/// The text of a point.
pub(super) fn point(vertex: &Vertex) -> String {
    shape("Point", pair(vertex)).to_string()
}

/// The text of a ring of vertices (not closed) as a polygon.
pub(super) fn ring_polygon(vertices: &[Vertex]) -> String {
    shape("Polygon", Value::Array(vec![pairs(&closed(vertices))])).to_string()
}

fn closed(vertices: &[Vertex]) -> Vec<Vertex> {
    let mut closed = vertices.to_vec();
    closed.extend(vertices.first());
    closed
}

/// Closed rings of each polygon as `Polygon` or `MultiPolygon`.
pub(super) fn rings(polygons: &[Vec<Vec<Vertex>>]) -> Value {
    let one = |rings: &Vec<Vec<Vertex>>| rings.iter().map(|ring| pairs(ring)).collect::<Value>();
    match polygons {
        [single] => shape("Polygon", one(single)),
        many => shape("MultiPolygon", many.iter().map(one).collect()),
    }
}

/// Lines as `LineString` or `MultiLineString`.
pub(super) fn line_strings(lines: &[Line]) -> Value {
    match lines {
        [single] => shape("LineString", pairs(single)),
        many => shape("MultiLineString", many.iter().map(|line| pairs(line)).collect()),
    }
}

/// Shapes as the simplest GeoJSON that holds them: one shape, many of a kind, or a collection.
pub(super) fn geometries(shapes: &[Geometry]) -> Value {
    let mut parts = Vec::new();
    let (mut points, mut lines, mut polygons) = (Vec::new(), Vec::new(), Vec::new());
    for shape in shapes {
        match shape {
            Geometry::Point(vertex) => points.push(pair(vertex)),
            Geometry::Line(line) => lines.push(line.clone()),
            Geometry::Polygon(rings) => {
                polygons.push(rings.iter().map(|ring| closed(ring)).collect::<Vec<_>>());
            }
        }
    }
    match points.len() {
        0 => {}
        1 => parts.push(shape("Point", points.remove(0))),
        _ => parts.push(shape("MultiPoint", Value::Array(points))),
    }
    if !lines.is_empty() {
        parts.push(line_strings(&lines));
    }
    if !polygons.is_empty() {
        parts.push(rings(&polygons));
    }
    if parts.len() == 1 { parts.remove(0) } else { collection(parts) }
}
