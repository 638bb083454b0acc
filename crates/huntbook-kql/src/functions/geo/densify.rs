//! `geo_line_densify`, `geo_polygon_densify`: planar edges as chains of geodesics.
//!
//! An edge is halved until the geodesic stays within the tolerance of the planar edge, by the estimate that
//! S2's edge tessellator makes: the distance at one fraction of the way, from both ends, scaled.

use arrow::datatypes::Float64Type;
use s2::point::Point;

use super::sphere::{RADIUS, Vertex, angle, interpolate};
use super::{function, geojson, real_or, try_text_column};
use crate::bind::Call;
use crate::dynamic;
use crate::ir::{Scalar, Value};
use crate::kernel::{Arguments, Kernel};
use crate::types::KqlType;
use arrow::array::ArrayRef;
use datafusion::common::{DataFusionError, Result};
use huntbook_diagnostics::Diagnostic;

function!(
    GEO_LINE_DENSIFY,
    "geo_line_densify(line: dynamic, [tolerance: real], [preserve_crossing: bool]) -> dynamic",
    "The line or multiline with points added so that its geodesic edges stay within `tolerance` metres (0.1 to 10 000, by default 10) of the planar ones. `preserve_crossing` keeps edges crossing the antimeridian.",
    "geo_line_densify",
    |call| densified(call, &LINE)
);
function!(
    GEO_POLYGON_DENSIFY,
    "geo_polygon_densify(polygon: dynamic, [tolerance: real], [preserve_crossing: bool]) -> dynamic",
    "The polygon or multipolygon with points added so that its geodesic edges stay within `tolerance` metres (0.1 to 10 000, by default 10) of the planar ones. `preserve_crossing` keeps edges crossing the antimeridian.",
    "geo_polygon_densify",
    |call| densified(call, &POLYGON)
);

fn densified(call: &Call<'_>, kernel: &'static Kernel) -> std::result::Result<Scalar, Diagnostic> {
    call.arity(1..=3)?;
    let tolerance = real_or(call, 1, 10.0)?;
    let crossing = if call.has(2) {
        call.boolean(2)?
    } else {
        Scalar::literal(Value::Bool(false), KqlType::Bool)
    };
    Ok(Scalar::kernel(kernel, vec![call.dynamic(0)?, tolerance, crossing]))
}

/// Where on an edge the estimate is made, and what it is multiplied by.
const PLACE: f64 = 0.312_156_910_822_483_12;
const SCALE: f64 = 0.838_299_925_698_885_1;

/// How often an edge is halved at most, and how many points come out at most.
const MOST_DEPTH: u32 = 24;
const MOST_POINTS: usize = 1_048_576;

/// Makes dense chains of edges.
struct Densifier {
    /// The tolerance in radians, scaled.
    tolerance: f64,
    crossing: bool,
    /// How many points may still come out.
    left: usize,
}

impl Densifier {
    /// The dense chain of edges; `None` where it has too many points.
    fn chain(&mut self, vertices: &[Vertex]) -> Option<Vec<Vertex>> {
        let mut chain = vec![*vertices.first()?];
        for edge in vertices.windows(2) {
            let mut to = edge[1];
            if self.crossing {
                // The shorter way round, which may lead past 180 degrees.
                let across = to.longitude - edge[0].longitude;
                to.longitude -= 360.0 * (across / 360.0).round();
            }
            self.edge(edge[0], to, MOST_DEPTH, &mut chain)?;
            *chain.last_mut()? = edge[1];
        }
        Some(chain)
    }

    fn edge(
        &mut self,
        from: Vertex,
        to: Vertex,
        depth: u32,
        chain: &mut Vec<Vertex>,
    ) -> Option<()> {
        if depth == 0 || error(&from, &to) <= self.tolerance {
            let turned = (to.longitude + 540.0).rem_euclid(360.0) - 180.0;
            let within = (-180.0..=180.0).contains(&to.longitude);
            chain.push(Vertex { longitude: if within { to.longitude } else { turned }, ..to });
            self.left = self.left.checked_sub(1)?;
            return Some(());
        }
        let middle = planar(&from, &to, 0.5);
        self.edge(from, middle, depth - 1, chain)?;
        self.edge(middle, to, depth - 1, chain)
    }
}

/// About how far the geodesic is from the planar edge.
fn error(from: &Vertex, to: &Vertex) -> f64 {
    if from.point.0.dot(&to.point.0) < -1e-14 {
        return f64::INFINITY;
    }
    let apart = |fraction: f64| {
        let geodesic = interpolate(&from.point, &to.point, fraction);
        angle(&geodesic, &planar(from, to, fraction).point)
    };
    apart(PLACE).max(apart(1.0 - PLACE))
}

/// The point at a fraction of the planar edge.
fn planar(from: &Vertex, to: &Vertex, fraction: f64) -> Vertex {
    let between = |one: f64, other: f64| one * (1.0 - fraction) + other * fraction;
    let longitude = between(from.longitude, to.longitude);
    let latitude = between(from.latitude, to.latitude);
    let degrees = s2::latlng::LatLng::from_degrees(latitude, longitude);
    Vertex { longitude, latitude, point: Point::from(degrees) }
}

fn evaluate(
    arguments: &Arguments<'_>,
    densify: fn(&serde_json::Value, &mut Densifier) -> Option<serde_json::Value>,
) -> Result<ArrayRef> {
    let text = arguments.text(0)?;
    let tolerance = arguments.primitive::<Float64Type>(1)?;
    let crossing = arguments.boolean(2)?;
    try_text_column(arguments, |row| {
        let tolerance = tolerance.get(row).filter(|metres| (0.1..=10_000.0).contains(metres));
        let Some(tolerance) = tolerance else { return Ok(None) };
        let mut densifier = Densifier {
            tolerance: tolerance / RADIUS * SCALE,
            crossing: crossing.get(row).unwrap_or(false),
            left: MOST_POINTS,
        };
        let shape = densify(&dynamic::parse(text.get(row)), &mut densifier);
        if densifier.left == 0 {
            return Err(DataFusionError::Execution(format!(
                "a densified geospatial shape has at most {MOST_POINTS} points: a larger tolerance gives fewer"
            )));
        }
        Ok(shape.map(|shape| shape.to_string()))
    })
}

const LINE: Kernel = Kernel {
    name: "kql_geo_line_densify",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        evaluate(arguments, |shape, densifier| {
            let lines = geojson::lines_of(shape)?;
            let dense = lines.iter().map(|line| densifier.chain(line));
            Some(geojson::line_strings(&dense.collect::<Option<Vec<_>>>()?))
        })
    },
};
const POLYGON: Kernel = Kernel {
    name: "kql_geo_polygon_densify",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        evaluate(arguments, |shape, densifier| {
            let mut polygons = geojson::rings_of(shape)?;
            for rings in &mut polygons {
                geojson::polygon(rings)?;
                for ring in rings {
                    *ring = densifier.chain(ring)?;
                }
            }
            Some(geojson::rings(&polygons))
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&LINE, &POLYGON];
