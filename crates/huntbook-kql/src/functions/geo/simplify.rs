//! `geo_line_simplify`, `geo_polygon_simplify`, `geo_simplify_polygons_array`.
//!
//! As S2's builder does it: vertices closer than the tolerance become one, then chains of edges that stay
//! within the tolerance of a single edge become that edge.

use std::collections::HashMap;

use arrow::datatypes::Float64Type;
use s2::cellid::CellID;
use s2::latlng::LatLng;

use super::geojson::{self, Line};
use super::overlay::{to_geojson, union_lines, unite};
use super::shapes::{Polygon, Ring};
use super::sphere::{RADIUS, Vertex, angle, distance_to_edge};
use super::unions::all_of;
use super::{function, real_or, try_text_column};
use crate::bind::Call;
use crate::ir::Scalar;
use crate::kernel::{Arguments, Kernel};
use crate::types::KqlType;
use arrow::array::ArrayRef;
use datafusion::common::Result;
use huntbook_diagnostics::Diagnostic;

function!(
    GEO_LINE_SIMPLIFY,
    "geo_line_simplify(line: dynamic, [tolerance: real]) -> dynamic",
    "The line or multiline with fewer vertices, none of them closer than `tolerance` metres (by default 10) to another; null where nothing is left.",
    "geo_line_simplify",
    |call| simplified(call, &LINE)
);
function!(
    GEO_POLYGON_SIMPLIFY,
    "geo_polygon_simplify(polygon: dynamic, [tolerance: real]) -> dynamic",
    "The polygon or multipolygon with fewer vertices, none of them closer than `tolerance` metres (by default 10) to another; null where nothing is left.",
    "geo_polygon_simplify",
    |call| simplified(call, &POLYGON)
);
function!(
    GEO_SIMPLIFY_POLYGONS_ARRAY,
    "geo_simplify_polygons_array(polygons: dynamic, [tolerance: real]) -> dynamic",
    "The union of an array of polygons and multipolygons with fewer vertices, none of them closer than `tolerance` metres (by default 10) to another; null where nothing is left.",
    "geo_simplify_polygons_array",
    |call| simplified(call, &POLYGONS)
);

fn simplified(call: &Call<'_>, kernel: &'static Kernel) -> std::result::Result<Scalar, Diagnostic> {
    call.arity(1..=2)?;
    Ok(Scalar::kernel(kernel, vec![call.dynamic(0)?, real_or(call, 1, 10.0)?]))
}

/// The largest tolerance in metres.
const MOST_TOLERANCE: f64 = 7_800_000.0;

/// How many vertices one edge takes the place of at most.
const LONGEST_CHAIN: usize = 1000;

/// The vertices that are left, in the order of S2's curve.
struct Sites {
    radius: f64,
    vertices: Vec<Vertex>,
    /// The sites in each cube of a grid of the radius.
    grid: HashMap<[i64; 3], Vec<usize>>,
}

impl Sites {
    fn new<'a>(vertices: impl Iterator<Item = &'a Vertex>, radius: f64) -> Self {
        let place = |vertex: &Vertex| {
            CellID::from(LatLng::from_degrees(vertex.latitude, vertex.longitude)).0
        };
        let mut ordered: Vec<(u64, Vertex)> =
            vertices.map(|vertex| (place(vertex), *vertex)).collect();
        ordered.sort_by_key(|(cell, _)| *cell);
        let mut sites = Self { radius, vertices: Vec::new(), grid: HashMap::new() };
        for (_, vertex) in ordered {
            if sites.nearest(&vertex).is_none() {
                let cube = sites.cube(&vertex);
                sites.grid.entry(cube).or_default().push(sites.vertices.len());
                sites.vertices.push(vertex);
            }
        }
        sites
    }

    fn cube(&self, vertex: &Vertex) -> [i64; 3] {
        let axes = [vertex.point.0.x, vertex.point.0.y, vertex.point.0.z];
        #[expect(clippy::cast_possible_truncation, reason = "a cube is at least 1e-15 wide")]
        axes.map(|axis| (axis / self.radius.max(1e-15)).floor() as i64)
    }

    /// The closest site within the radius.
    fn nearest(&self, vertex: &Vertex) -> Option<usize> {
        let [x, y, z] = self.cube(vertex);
        let mut best: Option<(f64, usize)> = None;
        for near in (0..27).map(|at| [x + at % 3 - 1, y + at / 3 % 3 - 1, z + at / 9 - 1]) {
            for site in self.grid.get(&near).into_iter().flatten() {
                let away = angle(&self.vertices[*site].point, &vertex.point);
                let within = away < self.radius || away == 0.0;
                if within && best.is_none_or(|(known, _)| away < known) {
                    best = Some((away, *site));
                }
            }
        }
        best.map(|(_, site)| site)
    }

    /// The sites that stand for vertices, each once in a row.
    fn snap(&self, vertices: &[Vertex]) -> Vec<usize> {
        let mut sites: Vec<usize> =
            vertices.iter().filter_map(|vertex| self.nearest(vertex)).collect();
        sites.dedup();
        sites
    }

    /// The positions of a chain that stay when edges that nearly run straight are joined.
    fn straighten(&self, chain: &[usize]) -> Vec<usize> {
        let place = |index: usize| self.vertices[chain[index]].point;
        let mut kept = vec![0];
        let mut start = 0;
        while start + 1 < chain.len() {
            let mut end = start + 1;
            while end + 1 < chain.len() && end + 1 - start < LONGEST_CHAIN {
                let (from, to) = (place(start), place(end + 1));
                let near = |index| distance_to_edge(&place(index), &from, &to) <= self.radius;
                if from.0 == to.0 || !(start + 1..=end).all(near) {
                    break;
                }
                end += 1;
            }
            kept.push(end);
            start = end;
        }
        kept
    }

    fn line(&self, line: &Line) -> Option<Line> {
        let chain = self.snap(line);
        let kept = self.straighten(&chain);
        let line: Line =
            kept.into_iter().filter_map(|at| Some(self.vertices[*chain.get(at)?])).collect();
        (line.len() >= 2).then_some(line)
    }

    fn ring(&self, ring: &Ring) -> Option<Ring> {
        let mut chain = self.snap(&ring.vertices);
        while chain.len() > 1 && chain.first() == chain.last() {
            chain.pop();
        }
        // A ring has no end; the first site of the curve is taken for one.
        let start = chain.iter().enumerate().min_by_key(|(_, site)| **site)?.0;
        let count = chain.len();
        chain.rotate_left(start);
        chain.push(chain[0]);
        let mut kept: Vec<usize> =
            self.straighten(&chain).into_iter().map(|at| (at + start) % count).collect();
        kept.pop();
        kept.sort_unstable();
        let mut vertices: Vec<Vertex> =
            kept.into_iter().map(|at| self.vertices[chain[(at + count - start) % count]]).collect();
        vertices.dedup();
        (vertices.len() >= 3).then(|| Ring::new(vertices))
    }
}

fn polygons(polygons: Vec<Polygon>, radius: f64) -> Result<Option<String>> {
    let polygons = unite(polygons)?;
    let rings = || polygons.iter().flat_map(|polygon| &polygon.rings);
    let sites = Sites::new(rings().flat_map(|ring| &ring.vertices), radius);
    let simpler: Vec<Polygon> = polygons
        .iter()
        .map(|polygon| {
            let shell = (0..polygon.rings.len()).find(|index| !polygon.is_hole(*index));
            let rings = polygon.rings.iter().enumerate().filter_map(|(index, ring)| {
                let simple = sites.ring(ring);
                // Without its shell a polygon is gone.
                if simple.is_none() && Some(index) == shell { None } else { Some(simple) }
            });
            Polygon { rings: rings.flatten().collect() }
        })
        .filter(|polygon| !polygon.rings.is_empty())
        .collect();
    Ok((!simpler.is_empty()).then(|| to_geojson(&simpler)))
}

fn evaluate(
    arguments: &Arguments<'_>,
    simplify: fn(&str, f64) -> Result<Option<String>>,
) -> Result<ArrayRef> {
    let (text, tolerance) = (arguments.text(0)?, arguments.primitive::<Float64Type>(1)?);
    try_text_column(arguments, |row| {
        match tolerance.get(row).filter(|metres| (0.0..=MOST_TOLERANCE).contains(metres)) {
            Some(metres) => simplify(text.get(row), metres / RADIUS),
            None => Ok(None),
        }
    })
}

const LINE: Kernel = Kernel {
    name: "kql_geo_line_simplify",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        evaluate(arguments, |text, radius| {
            let Some(mut lines) = geojson::lines(text) else { return Ok(None) };
            if lines.len() > 1 {
                lines = union_lines(&lines)?;
            }
            let sites = Sites::new(lines.iter().flatten(), radius);
            let simpler: Vec<Line> = lines.iter().filter_map(|line| sites.line(line)).collect();
            Ok((!simpler.is_empty()).then(|| geojson::line_strings(&simpler).to_string()))
        })
    },
};
const POLYGON: Kernel = Kernel {
    name: "kql_geo_polygon_simplify",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        evaluate(arguments, |text, radius| match geojson::polygons(text) {
            Some(shapes) => polygons(shapes, radius),
            None => Ok(None),
        })
    },
};
const POLYGONS: Kernel = Kernel {
    name: "kql_geo_simplify_polygons_array",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        evaluate(arguments, |text, radius| match all_of(text, geojson::polygons_of) {
            Some(shapes) => polygons(shapes, radius),
            None => Ok(None),
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&LINE, &POLYGON, &POLYGONS];
