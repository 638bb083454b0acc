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
use super::sphere::{RADIUS, Vertex, edge_distance};
use super::{buffers, function, geojson, long_or, real_or, try_text_column};
use crate::bind::Call;
use crate::dynamic;
use crate::ir::Scalar;
use crate::kernel::{Arguments, Kernel};
use crate::types::KqlType;
use arrow::array::ArrayRef;
use datafusion::common::{DataFusionError, Result};
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

fn covered(
    call: &Call<'_>,
    kernel: &'static Kernel,
    default: i64,
) -> std::result::Result<Scalar, Diagnostic> {
    call.arity(1..=3)?;
    let arguments = vec![call.dynamic(0)?, long_or(call, 1, default)?, real_or(call, 2, 0.0)?];
    Ok(Scalar::kernel(kernel, arguments))
}

const MOST_S2_CELLS: usize = 65_536;
const MOST_H3_CELLS: usize = 61_680;

/// How often an edge is held against a cell, and into how many steps a boundary falls.
const MOST_WORK: usize = 20_000_000;
const MOST_STEPS: f64 = 1_000_000.0;

/// A shape being covered with cells of one level.
struct Cover<'a> {
    edges: &'a [(Vertex, Vertex)],
    /// The polygons, none where only lines are covered.
    polygons: &'a [Polygon],
    level: u64,
    /// In radians.
    radius: f64,
    cells: Vec<CellID>,
    /// How many edges may still be held against cells.
    work: usize,
}

impl Cover<'_> {
    /// The tokens of the cells that the shape comes to, or `None` where they are too many.
    fn run(mut self) -> Result<Option<String>> {
        let all: Vec<usize> = (0..self.edges.len()).collect();
        let all_faces = (0..6).try_for_each(|face| self.visit(CellID::from_face(face), &all));
        if self.work == 0 {
            return Err(too_much());
        }
        let tokens = self.cells.iter().map(|cell| Value::from(cell.to_token()));
        Ok(all_faces.map(|()| tokens.collect::<Value>().to_string()))
    }

    /// Adds what of `cell` covers the shape, of which only `edges` come near the cell above it.
    fn visit(&mut self, id: CellID, edges: &[usize]) -> Option<()> {
        self.work = self.work.saturating_sub(edges.len() + 1);
        if self.work == 0 {
            return None;
        }
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

fn too_much() -> DataFusionError {
    DataFusionError::Execution(
        "a geospatial shape has too many edges to be covered with cells: simplify it first"
            .to_owned(),
    )
}

/// A radius in metres as radians.
fn radians(metres: Option<f64>) -> Option<f64> {
    metres
        .map(|metres| metres / RADIUS)
        .filter(|radius| (0.0..=std::f64::consts::PI).contains(radius))
}

/// Edges, and the polygons that they bound, if any.
type Shape = (Vec<(Vertex, Vertex)>, Vec<Polygon>);

/// The covering of what `read` finds in the text of each row.
fn evaluate(arguments: &Arguments<'_>, read: fn(&str) -> Option<Shape>) -> Result<ArrayRef> {
    let (text, levels) = (arguments.text(0)?, arguments.primitive::<Int64Type>(1)?);
    let radius = arguments.primitive::<Float64Type>(2)?;
    try_text_column(arguments, |row| {
        let level = levels.get(row).and_then(level);
        let (Some(level), Some(radius), Some((edges, polygons))) =
            (level, radians(radius.get(row)), read(text.get(row)))
        else {
            return Ok(None);
        };
        let (edges, polygons) = (&edges, &polygons);
        Cover { edges, polygons, level, radius, cells: Vec::new(), work: MOST_WORK }.run()
    })
}

const POLYGON: Kernel = Kernel {
    name: "kql_geo_polygon_to_s2cells",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        evaluate(arguments, |text| {
            let polygons = geojson::polygons(text)?;
            Some((polygons.iter().flat_map(Polygon::edges).collect(), polygons))
        })
    },
};
const LINE: Kernel = Kernel {
    name: "kql_geo_line_to_s2cells",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        evaluate(arguments, |text| Some((line_edges(&geojson::lines(text)?).collect(), Vec::new())))
    },
};

/// Whether the place lies in a polygon with edges that are straight in degrees.
fn planar_contains(rings: &[Vec<Vertex>], longitude: f64, latitude: f64) -> bool {
    let crosses = |edge: &[Vertex]| {
        let (from, to) = (&edge[0], &edge[1]);
        let slope = (to.longitude - from.longitude) / (to.latitude - from.latitude);
        (from.latitude > latitude) != (to.latitude > latitude)
            && longitude < from.longitude + (latitude - from.latitude) * slope
    };
    rings.iter().flat_map(|ring| ring.windows(2)).filter(|edge| crosses(edge)).count() % 2 == 1
}

/// Cells that may lie in a polygon, each once.
#[derive(Default)]
struct Candidates {
    seen: BTreeSet<CellIndex>,
    queue: VecDeque<CellIndex>,
}

impl Candidates {
    /// Adds a cell and those around it.
    fn add(&mut self, cell: CellIndex) {
        for near in cell.grid_disk::<Vec<_>>(1) {
            if self.seen.insert(near) {
                self.queue.push_back(near);
            }
        }
    }
}

/// Adds the cells whose centres lie in the polygon to `found`; `None` where they are too many.
fn h3_cells(
    mut rings: Vec<Vec<Vertex>>,
    level: Resolution,
    found: &mut BTreeSet<CellIndex>,
) -> Result<Option<()>> {
    // Around the antimeridian degrees are counted on beyond 180.
    let edges = || rings.iter().flat_map(|ring| ring.windows(2));
    let over = edges().any(|edge| (edge[0].longitude - edge[1].longitude).abs() > 180.0);
    let turned = |longitude: f64| longitude + if over && longitude < 0.0 { 360.0 } else { 0.0 };
    for vertex in rings.iter_mut().flatten() {
        vertex.longitude = turned(vertex.longitude);
    }
    let edges = || rings.iter().flat_map(|ring| ring.windows(2));
    // The boundary is walked in steps shorter than a cell, then what lies inside is filled from there.
    let length = |edge: &[Vertex]| {
        let east = edge[1].longitude - edge[0].longitude;
        let wide = east.hypot(edge[1].latitude - edge[0].latitude).to_radians();
        (wide / (level.edge_length_rads() / 2.0)).ceil().max(1.0)
    };
    if edges().map(length).sum::<f64>() > MOST_STEPS {
        return Err(too_much());
    }
    let mut candidates = Candidates::default();
    for edge in edges() {
        #[expect(clippy::cast_possible_truncation, reason = "at most a million")]
        #[expect(clippy::cast_sign_loss, reason = "at least 1")]
        let steps = length(edge) as u32;
        for at in 0..steps {
            let part = f64::from(at) / f64::from(steps);
            let between = |one: f64, other: f64| one + (other - one) * part;
            let longitude = between(edge[0].longitude, edge[1].longitude);
            let longitude = if longitude > 180.0 { longitude - 360.0 } else { longitude };
            let point = Vertex::new(longitude, between(edge[0].latitude, edge[1].latitude));
            if let Some(cell) = point.and_then(|point| cell_of(&point, level)) {
                candidates.add(cell);
            }
        }
    }
    while let Some(cell) = candidates.queue.pop_front() {
        let Some(place) = centre(cell) else { continue };
        if planar_contains(&rings, turned(place.longitude), place.latitude) {
            found.insert(cell);
            candidates.add(cell);
        }
        if found.len() > MOST_H3_CELLS {
            return Ok(None);
        }
    }
    Ok(Some(()))
}

fn polygon_to_h3(text: &str, level: i64) -> Result<Option<String>> {
    let shape = dynamic::parse(text);
    let valid = geojson::polygons_of(&shape).and_then(|_| geojson::rings_of(&shape));
    let (Some(level), Some(polygons)) = (resolution(level), valid) else { return Ok(None) };
    let mut found = BTreeSet::new();
    for rings in polygons {
        if h3_cells(rings, level, &mut found)?.is_none() {
            return Ok(None);
        }
    }
    Ok(Some(tokens(found).to_string()))
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
            if metres == 0.0 {
                return polygon_to_h3(text.get(row), level);
            }
            match buffers::polygon_buffer(text.get(row), metres, None)? {
                Some(larger) => polygon_to_h3(&larger, level),
                None => Ok(None),
            }
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&POLYGON, &LINE, &H3CELLS];
