//! `geo_point_to_h3cell` and the functions over H3 cells.

use arrow::datatypes::{Int32Type, Int64Type};
use h3o::{CellIndex, LatLng, Resolution};
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
    GEO_POINT_TO_H3CELL,
    "geo_point_to_h3cell(longitude: real, latitude: real, [resolution: long]) -> string",
    "The H3 cell of a point at a resolution from 0 to 15 (by default 6); empty where an argument is out of range.",
    "geo_point_to_h3cell",
    |call| {
        call.arity(2..=3)?;
        let mut arguments = reals(call, 0..2)?;
        arguments.push(long_or(call, 2, 6)?);
        Ok(Scalar::kernel(&OF_POINT, arguments))
    }
);
function!(
    GEO_H3CELL_LEVEL,
    "geo_h3cell_level(h3cell: string) -> int",
    "The resolution of an H3 cell.",
    "geo_h3cell_level",
    |call| of_cell(call, &LEVEL)
);
function!(
    GEO_H3CELL_NEIGHBORS,
    "geo_h3cell_neighbors(h3cell: string) -> dynamic",
    "The H3 cells around a cell, six unless it is a pentagon.",
    "geo_h3cell_neighbors",
    |call| of_cell(call, &NEIGHBORS)
);
function!(
    GEO_H3CELL_TO_CENTRAL_POINT,
    "geo_h3cell_to_central_point(h3cell: string) -> dynamic",
    "The centre of an H3 cell in GeoJSON.",
    "geo_h3cell_to_central_point",
    |call| of_cell(call, &CENTRE)
);
function!(
    GEO_H3CELL_TO_POLYGON,
    "geo_h3cell_to_polygon(h3cell: string) -> dynamic",
    "The area of an H3 cell in GeoJSON.",
    "geo_h3cell_to_polygon",
    |call| of_cell(call, &POLYGON)
);
function!(
    GEO_H3CELL_PARENT,
    "geo_h3cell_parent(h3cell: string, [resolution: long]) -> string",
    "The H3 cell of a lower resolution that a cell belongs to, by default of the next lower one; empty where there is none.",
    "geo_h3cell_parent",
    |call| with_resolution(call, &PARENT)
);
function!(
    GEO_H3CELL_CHILDREN,
    "geo_h3cell_children(h3cell: string, [resolution: long]) -> dynamic",
    "The H3 cells of a higher resolution that belong to a cell, by default of the next higher one; null where the resolutions are more than 5 apart.",
    "geo_h3cell_children",
    |call| with_resolution(call, &CHILDREN)
);
function!(
    GEO_H3CELL_RINGS,
    "geo_h3cell_rings(h3cell: string, distance: long) -> dynamic",
    "The rings of H3 cells around a cell up to a distance of at most 142, the first of which is the cell itself.",
    "geo_h3cell_rings",
    |call| {
        call.arity(2..=2)?;
        Ok(Scalar::kernel(&RINGS, vec![call.string(0)?, call.long(1)?]))
    }
);

fn of_cell(call: &Call<'_>, kernel: &'static Kernel) -> Result<Scalar, Diagnostic> {
    call.arity(1..=1)?;
    Ok(Scalar::kernel(kernel, vec![call.string(0)?]))
}

fn with_resolution(call: &Call<'_>, kernel: &'static Kernel) -> Result<Scalar, Diagnostic> {
    call.arity(1..=2)?;
    Ok(Scalar::kernel(kernel, vec![call.string(0)?, long_or(call, 1, NEXT)?]))
}

/// The resolution that stands for the next one.
const NEXT: i64 = i64::MIN;

/// The most levels between a cell and its children.
const MOST_LEVELS: u8 = 5;

/// The most rings around a cell.
const MOST_RINGS: i64 = 142;

pub(super) fn resolution(number: i64) -> Option<Resolution> {
    Resolution::try_from(u8::try_from(number).ok()?).ok()
}

fn cell(text: &str) -> Option<CellIndex> {
    let hex = (1..=16).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if hex { text.parse().ok() } else { None }
}

pub(super) fn cell_of(point: &Vertex, resolution: Resolution) -> Option<CellIndex> {
    Some(LatLng::new(point.latitude, point.longitude).ok()?.to_cell(resolution))
}

fn vertex(place: LatLng) -> Option<Vertex> {
    // The longitude may lie a turn off, the latitude a rounding error.
    let longitude = (place.lng() + 540.0).rem_euclid(360.0) - 180.0;
    let exact = (-180.0..=180.0).contains(&place.lng());
    let longitude = if exact { place.lng() } else { longitude };
    Vertex::new(longitude, place.lat().clamp(-90.0, 90.0))
}

pub(super) fn centre(cell: CellIndex) -> Option<Vertex> {
    vertex(LatLng::from(cell))
}

/// The cells as an array of tokens.
pub(super) fn tokens(cells: impl IntoIterator<Item = CellIndex>) -> Value {
    cells.into_iter().map(|cell| Value::from(cell.to_string())).collect()
}

fn parent(text: &str, level: i64) -> Option<CellIndex> {
    let cell = cell(text)?;
    let level = if level == NEXT { i64::from(u8::from(cell.resolution())) - 1 } else { level };
    cell.parent(resolution(level)?)
}

fn children(text: &str, level: i64) -> Option<Value> {
    let cell = cell(text)?;
    let own = u8::from(cell.resolution());
    let level = resolution(if level == NEXT { i64::from(own) + 1 } else { level })?;
    let apart = u8::from(level).checked_sub(own)?;
    (1..=MOST_LEVELS).contains(&apart).then(|| tokens(cell.children(level)))
}

fn rings(text: &str, distance: i64) -> Option<Value> {
    let cell = cell(text)?;
    let most = u32::try_from(distance).ok().filter(|_| distance <= MOST_RINGS)?;
    let mut rings = vec![Vec::new(); most as usize + 1];
    for (cell, ring) in cell.grid_disk_distances::<Vec<_>>(most) {
        rings[ring as usize].push(cell);
    }
    Some(rings.into_iter().map(tokens).collect())
}

const OF_POINT: Kernel = Kernel {
    name: "kql_geo_point_to_h3cell",
    returns: KqlType::String,
    evaluate: |arguments| {
        let points = Points::new(arguments, 0, 1)?;
        let level = arguments.primitive::<Int64Type>(2)?;
        arguments.text_column(|row| {
            let cell = || cell_of(&points.get(0, row)?, resolution(level.get(row)?)?);
            Some(cell().map(|cell| cell.to_string()).unwrap_or_default())
        })
    },
};
const LEVEL: Kernel = Kernel {
    name: "kql_geo_h3cell_level",
    returns: KqlType::Int,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        arguments.primitive_column::<Int32Type>(KqlType::Int, |row| {
            Some(i32::from(u8::from(cell(text.get(row))?.resolution())))
        })
    },
};
const NEIGHBORS: Kernel = Kernel {
    name: "kql_geo_h3cell_neighbors",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        arguments.text_column(|row| {
            let cell = cell(text.get(row))?;
            let around = cell.grid_disk::<Vec<_>>(1).into_iter().filter(|other| *other != cell);
            Some(tokens(around).to_string())
        })
    },
};
const CENTRE: Kernel = Kernel {
    name: "kql_geo_h3cell_to_central_point",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        arguments.text_column(|row| Some(geojson::point(&centre(cell(text.get(row))?)?)))
    },
};
const POLYGON: Kernel = Kernel {
    name: "kql_geo_h3cell_to_polygon",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        arguments.text_column(|row| {
            let boundary = cell(text.get(row))?.boundary();
            let vertices = boundary.iter().map(|place| vertex(*place));
            Some(geojson::ring_polygon(&vertices.collect::<Option<Vec<_>>>()?))
        })
    },
};
const PARENT: Kernel = Kernel {
    name: "kql_geo_h3cell_parent",
    returns: KqlType::String,
    evaluate: |arguments| {
        let (text, level) = (arguments.text(0)?, arguments.primitive::<Int64Type>(1)?);
        arguments.text_column(|row| {
            let found = level.get(row).and_then(|level| parent(text.get(row), level));
            Some(found.map(|cell| cell.to_string()).unwrap_or_default())
        })
    },
};
const CHILDREN: Kernel = Kernel {
    name: "kql_geo_h3cell_children",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let (text, level) = (arguments.text(0)?, arguments.primitive::<Int64Type>(1)?);
        arguments.text_column(|row| Some(children(text.get(row), level.get(row)?)?.to_string()))
    },
};
const RINGS: Kernel = Kernel {
    name: "kql_geo_h3cell_rings",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let (text, distance) = (arguments.text(0)?, arguments.primitive::<Int64Type>(1)?);
        arguments.text_column(|row| Some(rings(text.get(row), distance.get(row)?)?.to_string()))
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] =
    &[&OF_POINT, &LEVEL, &NEIGHBORS, &CENTRE, &POLYGON, &PARENT, &CHILDREN, &RINGS];
