//! `geo_distance_2points`, `geo_azimuth`, `geo_angle`, `geo_point_in_circle`: what holds between points.

use arrow::datatypes::Float64Type;

use super::sphere::{RADIUS, Vertex, angle, is_antipodal};
use super::{function, reals};
use crate::ir::Scalar;
use crate::kernel::{Arguments, Kernel, Primitive};
use crate::types::KqlType;
use datafusion::common::Result;

function!(
    GEO_DISTANCE_2POINTS,
    "geo_distance_2points(longitude1: real, latitude1: real, longitude2: real, latitude2: real) -> real",
    "The shortest distance between two points in metres.",
    "geo_distance_2points",
    |call| {
        call.arity(4..=4)?;
        Ok(Scalar::kernel(&DISTANCE, reals(call, 0..4)?))
    }
);

function!(
    GEO_AZIMUTH,
    "geo_azimuth(longitude1: real, latitude1: real, longitude2: real, latitude2: real) -> real",
    "The clockwise angle in radians, from 0 to 2π, between true north and the line from the first point to the second; null where they are equal or antipodal.",
    "geo_azimuth",
    |call| {
        call.arity(4..=4)?;
        Ok(Scalar::kernel(&AZIMUTH, reals(call, 0..4)?))
    }
);

function!(
    GEO_ANGLE,
    "geo_angle(longitude1: real, latitude1: real, longitude2: real, latitude2: real, longitude3: real, latitude3: real) -> real",
    "The clockwise angle in radians, from 0 to 2π, between the lines from the second point to the first and to the third.",
    "geo_angle",
    |call| {
        call.arity(6..=6)?;
        Ok(Scalar::kernel(&ANGLE, reals(call, 0..6)?))
    }
);

function!(
    GEO_POINT_IN_CIRCLE,
    "geo_point_in_circle(longitude: real, latitude: real, centre_longitude: real, centre_latitude: real, radius: real) -> bool",
    "Whether the point lies within `radius` metres of the centre.",
    "geo_point_in_circle",
    |call| {
        call.arity(5..=5)?;
        Ok(Scalar::kernel(&IN_CIRCLE, reals(call, 0..5)?))
    }
);

/// Points of which each takes two arguments.
pub(super) struct Points<'a> {
    numbers: Vec<Primitive<'a, Float64Type>>,
}

impl<'a> Points<'a> {
    /// `count` points from argument `first` on.
    pub(super) fn new(arguments: &Arguments<'a>, first: usize, count: usize) -> Result<Self> {
        let numbers = (first..first + 2 * count).map(|index| arguments.primitive(index));
        Ok(Self { numbers: numbers.collect::<Result<_>>()? })
    }

    /// A point of a row; `None` where it is null or out of range.
    pub(super) fn get(&self, point: usize, row: usize) -> Option<Vertex> {
        Vertex::new(self.numbers[2 * point].get(row)?, self.numbers[2 * point + 1].get(row)?)
    }
}

/// The bearing of `to` as seen from `from`.
fn azimuth(from: &Vertex, to: &Vertex) -> Option<f64> {
    if angle(&from.point, &to.point) == 0.0 || is_antipodal(&from.point, &to.point) {
        return None;
    }
    let (from_latitude, to_latitude) = (from.latitude.to_radians(), to.latitude.to_radians());
    let across = (to.longitude - from.longitude).to_radians();
    let east = across.sin() * to_latitude.cos();
    let north = from_latitude.cos() * to_latitude.sin()
        - from_latitude.sin() * to_latitude.cos() * across.cos();
    Some(in_circle(east.atan2(north)))
}

/// The angle from 0 up to, but not, 2π.
fn in_circle(radians: f64) -> f64 {
    let turned = radians.rem_euclid(std::f64::consts::TAU);
    if turned >= std::f64::consts::TAU { 0.0 } else { turned }
}

const DISTANCE: Kernel = Kernel {
    name: "kql_geo_distance_2points",
    returns: KqlType::Real,
    evaluate: |arguments| {
        let points = Points::new(arguments, 0, 2)?;
        arguments.primitive_column::<Float64Type>(KqlType::Real, |row| {
            let (from, to) = (points.get(0, row)?, points.get(1, row)?);
            Some(RADIUS * angle(&from.point, &to.point))
        })
    },
};
const AZIMUTH: Kernel = Kernel {
    name: "kql_geo_azimuth",
    returns: KqlType::Real,
    evaluate: |arguments| {
        let points = Points::new(arguments, 0, 2)?;
        arguments.primitive_column::<Float64Type>(KqlType::Real, |row| {
            azimuth(&points.get(0, row)?, &points.get(1, row)?)
        })
    },
};
const ANGLE: Kernel = Kernel {
    name: "kql_geo_angle",
    returns: KqlType::Real,
    evaluate: |arguments| {
        let points = Points::new(arguments, 0, 3)?;
        arguments.primitive_column::<Float64Type>(KqlType::Real, |row| {
            let middle = points.get(1, row)?;
            let first = azimuth(&middle, &points.get(0, row)?)?;
            Some(in_circle(azimuth(&middle, &points.get(2, row)?)? - first))
        })
    },
};
const IN_CIRCLE: Kernel = Kernel {
    name: "kql_geo_point_in_circle",
    returns: KqlType::Bool,
    evaluate: |arguments| {
        let points = Points::new(arguments, 0, 2)?;
        let radius = arguments.primitive::<Float64Type>(4)?;
        arguments.bool_column(|row| {
            let (point, centre) = (points.get(0, row)?, points.get(1, row)?);
            let radius = radius.get(row).filter(|radius| *radius >= 0.0)?;
            Some(RADIUS * angle(&point.point, &centre.point) <= radius)
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&DISTANCE, &AZIMUTH, &ANGLE, &IN_CIRCLE];
