//! `geo_point_to_s2cell` and the functions over S2 cells.

use arrow::datatypes::Int64Type;
use s2::cell::Cell;
use s2::cellid::CellID;
use s2::latlng::LatLng;
use s2::point::Point;
use serde_json::Value;

use super::geojson;
use super::points::Points;
use super::sphere::Vertex;
use super::{function, long_or, reals};
use crate::bind::Call;
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;
use huntbook_diagnostics::Diagnostic;

function!(
    GEO_POINT_TO_S2CELL,
    "geo_point_to_s2cell(longitude: real, latitude: real, [level: long]) -> string",
    "The token of a point's S2 cell at a level from 0 to 30 (by default 11); empty where an argument is out of range.",
    "geo_point_to_s2cell",
    |call| {
        call.arity(2..=3)?;
        let mut arguments = reals(call, 0..2)?;
        arguments.push(long_or(call, 2, 11)?);
        Ok(Scalar::kernel(&OF_POINT, arguments))
    }
);
function!(
    GEO_S2CELL_NEIGHBORS,
    "geo_s2cell_neighbors(s2cell: string) -> dynamic",
    "The S2 cells around a cell, of its level.",
    "geo_s2cell_neighbors",
    |call| of_cell(call, &NEIGHBORS)
);
function!(
    GEO_S2CELL_TO_CENTRAL_POINT,
    "geo_s2cell_to_central_point(s2cell: string) -> dynamic",
    "The centre of an S2 cell in GeoJSON.",
    "geo_s2cell_to_central_point",
    |call| of_cell(call, &CENTRE)
);
function!(
    GEO_S2CELL_TO_POLYGON,
    "geo_s2cell_to_polygon(s2cell: string) -> dynamic",
    "The area of an S2 cell in GeoJSON.",
    "geo_s2cell_to_polygon",
    |call| of_cell(call, &POLYGON)
);

fn of_cell(call: &Call<'_>, kernel: &'static Kernel) -> Result<Scalar, Diagnostic> {
    call.arity(1..=1)?;
    Ok(Scalar::kernel(kernel, vec![call.string(0)?]))
}

/// The deepest level.
const DEEPEST: i64 = 30;

pub(super) fn level(number: i64) -> Option<u64> {
    u64::try_from(number).ok().filter(|_| number <= DEEPEST)
}

fn cell(token: &str) -> Option<CellID> {
    let hex = (1..=16).contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_hexdigit());
    // A cell has a mark bit; without one the crate would look for it forever.
    let cell = hex.then(|| CellID::from_token(token)).filter(|cell| cell.0 != 0)?;
    cell.is_valid().then_some(cell)
}

/// KQL's order of what the crate lists as lower left and right, below, above, left, right, upper left and
/// right.
const ORDER: [usize; 8] = [7, 0, 1, 2, 3, 5, 4, 6];

fn neighbors(token: &str) -> Option<Vec<CellID>> {
    let cell = cell(token)?;
    let around = cell.all_neighbors(cell.level());
    let mut cells: Vec<CellID> = Vec::new();
    for other in ORDER.iter().filter_map(|place| around.get(*place).copied()) {
        if !cells.contains(&other) && other != cell {
            cells.push(other);
        }
    }
    Some(cells)
}

const OF_POINT: Kernel = Kernel {
    name: "kql_geo_point_to_s2cell",
    returns: KqlType::String,
    evaluate: |arguments| {
        let points = Points::new(arguments, 0, 1)?;
        let levels = arguments.primitive::<Int64Type>(2)?;
        arguments.text_column(|row| {
            let cell = || {
                let point = points.get(0, row)?;
                let place = LatLng::from_degrees(point.latitude, point.longitude);
                Some(CellID::from(place).parent(level(levels.get(row)?)?))
            };
            Some(cell().map(|cell| cell.to_token()).unwrap_or_default())
        })
    },
};
const NEIGHBORS: Kernel = Kernel {
    name: "kql_geo_s2cell_neighbors",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        arguments.text_column(|row| {
            let cells = neighbors(text.get(row))?;
            let tokens = cells.iter().map(|cell| Value::from(cell.to_token()));
            Some(tokens.collect::<Value>().to_string())
        })
    },
};
const CENTRE: Kernel = Kernel {
    name: "kql_geo_s2cell_to_central_point",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        arguments.text_column(|row| {
            let centre = Point(cell(text.get(row))?.raw_point().normalize());
            Some(geojson::point(&Vertex::of_point(centre)))
        })
    },
};
const POLYGON: Kernel = Kernel {
    name: "kql_geo_s2cell_to_polygon",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        arguments.text_column(|row| {
            let corners = Cell::from(cell(text.get(row))?).vertices();
            Some(geojson::ring_polygon(&corners.map(Vertex::of_point)))
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&OF_POINT, &NEIGHBORS, &CENTRE, &POLYGON];
