//! `geo_polygon_to_s2cells`, `geo_line_to_s2cells`, `geo_polygon_to_h3cells`: shapes as sets of cells.

use std::collections::{BTreeSet, VecDeque};

use arrow::datatypes::{Float64Type, Int64Type};
use h3o::{CellIndex, Resolution};
use s2::cell::Cell;
use s2::cellid::CellID;
use s2::edge_crossings::{Crossing, crossing_sign};
use s2::point::Point;
use serde_json::Value;

use super::cells::level;
use super::h3::{cell_of, centre, resolution, tokens};
use super::shapes::{Polygon, any_contains, line_edges};
use super::sphere::{RADIUS, Vertex, angle, edge_distance};
use super::{buffers, function, geojson, long_or, real_or, try_text_column};
use crate::bind::Call;
use crate::dynamic;
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;
use huntbook_diagnostics::Diagnostic;

function!(
    GEO_POLYGON_TO_S2CELLS,
    "geo_polygon_to_s2cells(polygon: dynamic, [level: long], [radius: real]) -> dynamic",
    "The tokens of the S2 cells of a level (0 to 30, by default 11) that cover a polygon or multipolygon and what lies within `radius` metres of it; null where they are more than 65 536.",
    "geo_polygon_to_s2cells",
    |call| covered(call, &POLYGON, 11)
);
function!(
    GEO_LINE_TO_S2CELLS,
    "geo_line_to_s2cells(line: dynamic, [level: long], [radius: real]) -> dynamic",
    "The tokens of the S2 cells of a level (0 to 30, by default 11) that cover a line or multiline and what lies within `radius` metres of it; null where they are more than 65 536.",
    "geo_line_to_s2cells",
    |call| covered(call, &LINE, 11)
);
function!(
    GEO_POLYGON_TO_H3CELLS,
    "geo_polygon_to_h3cells(polygon: dynamic, [resolution: long], [radius: real]) -> dynamic",
    "The H3 cells of a resolution (0 to 15, by default 6) whose centres lie in a polygon or multipolygon with straight edges, enlarged by `radius` metres; null where they are more than 61 680.",
    "geo_polygon_to_h3cells",
    |call| covered(call, &H3CELLS, 6)
);

fn covered(call: &Call<'_>, kernel: &'static Kernel, default: i64) -> Result<Scalar, Diagnostic> {
    call.arity(1..=3)?;
    let arguments = vec![call.dynamic(0)?, long_or(call, 1, default)?, real_or(call, 2, 0.0)?];
    Ok(Scalar::kernel(kernel, arguments))
}

const MOST_S2_CELLS: usize = 65_536;
const MOST_H3_CELLS: usize = 61_680;

/// A shape being covered with cells of one level.
struct Cover<'a> {
    edges: &'a [(Vertex, Vertex)],
    /// The polygons, none where only lines are covered.
    polygons: &'a [Polygon],
    level: u64,
    /// In radians.
    radius: f64,
    cells: Vec<CellID>,
}

impl Cover<'_> {
    /// The cells that the shape comes to, or `None` where they are too many.
    fn run(mut self) -> Option<Vec<CellID>> {
        let all: Vec<usize> = (0..self.edges.len()).collect();
        for face in 0..6 {
            self.visit(CellID::from_face(face), &all)?;
        }
        Some(self.cells)
    }

    /// Adds what of `cell` covers the shape, of which only `edges` come near the cell above it.
    fn visit(&mut self, id: CellID, edges: &[usize]) -> Option<()> {
        let cell = Cell::from(id);
        let near: Vec<usize> =
            edges.iter().copied().filter(|edge| self.is_near(&cell, *edge)).collect();
        let inside = near.is_empty();
        if inside && !any_contains(self.polygons, &cell.center()) {
            return Some(());
        }
        if id.level() == self.level {
            self.cells.push(id);
            return (self.cells.len() <= MOST_S2_CELLS).then_some(());
        }
        if inside {
            let count = 4_u64.checked_pow((self.level - id.level()) as u32)?;
            if self.cells.len() as u64 + count > MOST_S2_CELLS as u64 {
                return None;
            }
            self.cells.extend(id.child_iter_at_level(self.level));
            return Some(());
        }
        id.children().into_iter().try_for_each(|child| self.visit(child, &near))
    }

    fn is_near(&self, cell: &Cell, edge: usize) -> bool {
        let (from, to) = (&self.edges[edge].0.point, &self.edges[edge].1.point);
        if cell.contains_point(from) || cell.contains_point(to) {
            return true;
        }
        let corners = cell.vertices();
        let sides = (0..4).map(|at| (&corners[at], &corners[(at + 1) % 4]));
        let meets = |(a, b): (&Point, &Point)| {
            crossing_sign(a, b, from, to) != Crossing::DoNotCross
                || self.radius > 0.0 && edge_distance(a, b, from, to) <= self.radius
        };
        sides.into_iter().any(meets)
    }
}

fn s2_tokens(cells: Option<Vec<CellID>>) -> Option<String> {
    let tokens = cells?.into_iter().map(|cell| Value::from(cell.to_token()));
    Some(tokens.collect::<Value>().to_string())
}

/// A radius in metres as radians.
fn radians(metres: Option<f64>) -> Option<f64> {
    metres
        .map(|metres| metres / RADIUS)
        .filter(|radius| (0.0..=std::f64::consts::PI).contains(radius))
}

const POLYGON: Kernel = Kernel {
    name: "kql_geo_polygon_to_s2cells",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let (text, levels) = (arguments.text(0)?, arguments.primitive::<Int64Type>(1)?);
        let radius = arguments.primitive::<Float64Type>(2)?;
        arguments.text_column(|row| {
            let polygons = geojson::polygons(text.get(row))?;
            let edges: Vec<_> = polygons.iter().flat_map(Polygon::edges).collect();
            let (level, radius) = (level(levels.get(row)?)?, radians(radius.get(row))?);
            let cells = Vec::new();
            s2_tokens(Cover { edges: &edges, polygons: &polygons, level, radius, cells }.run())
        })
    },
};
const LINE: Kernel = Kernel {
    name: "kql_geo_line_to_s2cells",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let (text, levels) = (arguments.text(0)?, arguments.primitive::<Int64Type>(1)?);
        let radius = arguments.primitive::<Float64Type>(2)?;
        arguments.text_column(|row| {
            let edges: Vec<_> = line_edges(&geojson::lines(text.get(row))?).collect();
            let (level, radius) = (level(levels.get(row)?)?, radians(radius.get(row))?);
            let cells = Vec::new();
            s2_tokens(Cover { edges: &edges, polygons: &[], level, radius, cells }.run())
        })
    },
};

/// Whether the point lies in a polygon with edges that are straight in degrees.
fn planar_contains(rings: &[Vec<Vertex>], point: &Vertex) -> bool {
    let crosses = |edge: &[Vertex]| {
        let (from, to) = (&edge[0], &edge[1]);
        (from.latitude > point.latitude) != (to.latitude > point.latitude)
            && point.longitude
                < from.longitude
                    + (point.latitude - from.latitude) / (to.latitude - from.latitude)
                        * (to.longitude - from.longitude)
    };
    rings.iter().flat_map(|ring| ring.windows(2)).filter(|edge| crosses(edge)).count() % 2 == 1
}

/// The cells whose centres lie in the polygon; `None` where they are too many.
fn h3_cells(rings: &[Vec<Vertex>], level: Resolution) -> Option<BTreeSet<CellIndex>> {
    let mut found = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut queue = VecDeque::new();
    // The boundary is walked in steps shorter than a cell, then what lies inside is filled from there.
    let step = level.edge_length_rads() / 2.0;
    for edge in rings.iter().flat_map(|ring| ring.windows(2)) {
        let (from, to) = (&edge[0], &edge[1]);
        let wide = (to.longitude - from.longitude).hypot(to.latitude - from.latitude).to_radians();
        let steps = (wide.max(angle(&from.point, &to.point)) / step).ceil();
        if steps > 4.0 * MOST_H3_CELLS as f64 {
            return None;
        }
        for at in 0..=steps as u64 {
            let part = if steps == 0.0 { 0.0 } else { at as f64 / steps };
            let between = |one: f64, other: f64| one + (other - one) * part;
            let point = Vertex::new(
                between(from.longitude, to.longitude),
                between(from.latitude, to.latitude),
            )?;
            let cell = cell_of(&point, level)?;
            for near in cell.grid_disk::<Vec<_>>(1) {
                if seen.insert(near) {
                    queue.push_back(near);
                }
            }
        }
        if seen.len() > 8 * MOST_H3_CELLS {
            return None;
        }
    }
    while let Some(cell) = queue.pop_front() {
        if !planar_contains(rings, &centre(cell)?) {
            continue;
        }
        found.insert(cell);
        if found.len() > MOST_H3_CELLS {
            return None;
        }
        for near in cell.grid_disk::<Vec<_>>(1) {
            if seen.insert(near) {
                queue.push_back(near);
            }
        }
    }
    Some(found)
}

fn polygon_to_h3(text: &str, level: i64) -> Option<Value> {
    let level = resolution(level)?;
    let shape = dynamic::parse(text);
    geojson::polygons_of(&shape)?;
    let mut cells = BTreeSet::new();
    for rings in geojson::rings_of(&shape)? {
        cells.extend(h3_cells(&rings, level)?);
        if cells.len() > MOST_H3_CELLS {
            return None;
        }
    }
    Some(tokens(cells))
}

const H3CELLS: Kernel = Kernel {
    name: "kql_geo_polygon_to_h3cells",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let (text, levels) = (arguments.text(0)?, arguments.primitive::<Int64Type>(1)?);
        let radius = arguments.primitive::<Float64Type>(2)?;
        try_text_column(arguments, |row| {
            let (Some(level), Some(metres)) = (levels.get(row), radius.get(row)) else {
                return Ok(None);
            };
            let found = if metres == 0.0 {
                polygon_to_h3(text.get(row), level)
            } else {
                let larger = buffers::polygon_buffer(text.get(row), metres, None)?;
                larger.and_then(|larger| polygon_to_h3(&larger, level))
            };
            Ok(found.map(|cells| cells.to_string()))
        })
    },
};
