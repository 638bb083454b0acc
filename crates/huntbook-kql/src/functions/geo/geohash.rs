//! `geo_point_to_geohash` and the functions over geohashes.

use arrow::datatypes::Int64Type;

use super::geojson;
use super::points::Points;
use super::sphere::Vertex;
use super::{function, long_or, reals};
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;
use serde_json::Value;

function!(
    GEO_POINT_TO_GEOHASH,
    "geo_point_to_geohash(longitude: real, latitude: real, [accuracy: long]) -> string",
    "The geohash of a point, `accuracy` characters long (1 to 18, by default 5); empty where an argument is out of range.",
    "geo_point_to_geohash",
    |call| {
        call.arity(2..=3)?;
        let mut arguments = reals(call, 0..2)?;
        arguments.push(long_or(call, 2, 5)?);
        Ok(Scalar::kernel(&OF_POINT, arguments))
    }
);
function!(
    GEO_GEOHASH_TO_CENTRAL_POINT,
    "geo_geohash_to_central_point(geohash: string) -> dynamic",
    "The centre of a geohash's area in GeoJSON.",
    "geo_geohash_to_central_point",
    |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&CENTRE, vec![call.string(0)?]))
    }
);
function!(
    GEO_GEOHASH_TO_POLYGON,
    "geo_geohash_to_polygon(geohash: string) -> dynamic",
    "A geohash's area in GeoJSON.",
    "geo_geohash_to_polygon",
    |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&POLYGON, vec![call.string(0)?]))
    }
);
function!(
    GEO_GEOHASH_NEIGHBORS,
    "geo_geohash_neighbors(geohash: string) -> dynamic",
    "The geohashes around a geohash, eight unless it lies at a pole.",
    "geo_geohash_neighbors",
    |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&NEIGHBORS, vec![call.string(0)?]))
    }
);

const ALPHABET: &[u8; 32] = b"0123456789bcdefghjkmnpqrstuvwxyz";

/// The longest geohash.
const LONGEST: usize = 18;

/// A cell of a grid that halves the ranges of both coordinates in turn.
#[derive(Debug, Clone, Copy)]
struct Cell {
    /// The number of characters.
    length: usize,
    column: u64,
    row: u64,
}

impl Cell {
    fn of_point(point: &Vertex, length: i64) -> Option<Self> {
        let length =
            usize::try_from(length).ok().filter(|length| (1..=LONGEST).contains(length))?;
        let (columns, rows) = bits(length);
        let column = halve(point.longitude, 180.0, columns);
        Some(Self { length, column, row: halve(point.latitude, 90.0, rows) })
    }

    fn parse(text: &str) -> Option<Self> {
        let length = text.len();
        if !(1..=LONGEST).contains(&length) {
            return None;
        }
        let (mut column, mut row, mut even) = (0, 0, true);
        for byte in text.bytes() {
            let value = ALPHABET.iter().position(|letter| *letter == byte)? as u64;
            for bit in (0..5).rev() {
                let target = if even { &mut column } else { &mut row };
                *target = *target << 1 | (value >> bit & 1);
                even = !even;
            }
        }
        Some(Self { length, column, row })
    }

    fn text(self) -> String {
        let (mut columns, mut rows) = bits(self.length);
        let mut even = true;
        let mut next = || {
            let (value, left) =
                if even { (self.column, &mut columns) } else { (self.row, &mut rows) };
            even = !even;
            *left -= 1;
            (value >> *left & 1) as usize
        };
        let letter = |_| char::from(ALPHABET[(0..5).fold(0, |value, _| value << 1 | next())]);
        (0..self.length).map(letter).collect()
    }

    /// West, east, south and north in degrees.
    fn bounds(self) -> [f64; 4] {
        let (columns, rows) = bits(self.length);
        #[expect(clippy::cast_precision_loss, reason = "at most 45 bits")]
        let edge = |index: u64, bits: u32, limit: f64| {
            2.0 * limit * (index as f64 / (1_u64 << bits) as f64) - limit
        };
        [
            edge(self.column, columns, 180.0),
            edge(self.column + 1, columns, 180.0),
            edge(self.row, rows, 90.0),
            edge(self.row + 1, rows, 90.0),
        ]
    }

    /// The cell so many columns east and rows north; none beyond a pole.
    fn moved(self, east: i64, north: i64) -> Option<Self> {
        let (columns, rows) = bits(self.length);
        let row = self.row.checked_add_signed(north).filter(|row| row >> rows == 0)?;
        let column = self.column.wrapping_add_signed(east) & ((1 << columns) - 1);
        Some(Self { column, row, ..self })
    }
}

/// How many bits of a geohash are longitude, and how many latitude.
fn bits(length: usize) -> (u32, u32) {
    let bits = 5 * length as u32;
    (bits.div_ceil(2), bits / 2)
}

/// The index of the part that holds `value`, with the range halved `bits` times.
fn halve(value: f64, limit: f64, bits: u32) -> u64 {
    let (mut low, mut high) = (-limit, limit);
    (0..bits).fold(0, |index, _| {
        let middle = f64::midpoint(low, high);
        if value >= middle {
            low = middle;
            index << 1 | 1
        } else {
            high = middle;
            index << 1
        }
    })
}

/// The steps east and north to the neighbours, in KQL's order.
const STEPS: [(i64, i64); 8] =
    [(-1, -1), (-1, 1), (1, -1), (0, 1), (-1, 0), (1, 1), (1, 0), (0, -1)];

fn neighbors(text: &str) -> Option<String> {
    let cell = Cell::parse(text)?;
    let around = STEPS.iter().filter_map(|(east, north)| cell.moved(*east, *north));
    let mut texts: Vec<String> = Vec::new();
    for text in around.map(Cell::text) {
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    Some(Value::from(texts).to_string())
}

const OF_POINT: Kernel = Kernel {
    name: "kql_geo_point_to_geohash",
    returns: KqlType::String,
    evaluate: |arguments| {
        let points = Points::new(arguments, 0, 1)?;
        let length = arguments.primitive::<Int64Type>(2)?;
        arguments.text_column(|row| {
            let cell = || Cell::of_point(&points.get(0, row)?, length.get(row)?);
            Some(cell().map(Cell::text).unwrap_or_default())
        })
    },
};
const CENTRE: Kernel = Kernel {
    name: "kql_geo_geohash_to_central_point",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        arguments.text_column(|row| {
            let [west, east, south, north] = Cell::parse(text.get(row))?.bounds();
            let centre = Vertex::new(f64::midpoint(west, east), f64::midpoint(south, north))?;
            Some(geojson::point(&centre))
        })
    },
};
const POLYGON: Kernel = Kernel {
    name: "kql_geo_geohash_to_polygon",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        arguments.text_column(|row| {
            let [west, east, south, north] = Cell::parse(text.get(row))?.bounds();
            let corners = [(west, south), (east, south), (east, north), (west, north)];
            let vertices = corners.iter().map(|(east, north)| Vertex::new(*east, *north));
            Some(geojson::ring_polygon(&vertices.collect::<Option<Vec<_>>>()?))
        })
    },
};
const NEIGHBORS: Kernel = Kernel {
    name: "kql_geo_geohash_neighbors",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        arguments.text_column(|row| neighbors(text.get(row)))
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&OF_POINT, &CENTRE, &POLYGON, &NEIGHBORS];
