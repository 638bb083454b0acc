//! `geo_from_wkt`: well-known text to GeoJSON.

use serde_json::Value;

use super::function;
use super::geojson::{collection, number, shape};
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;

function!(
    GEO_FROM_WKT,
    "geo_from_wkt(wkt: string) -> dynamic",
    "The shape of a well-known text in GeoJSON; null where it is none.",
    "geo_from_wkt",
    |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&FROM_WKT, vec![call.string(0)?]))
    }
);

/// How deep collections may nest.
const MOST_DEPTH: usize = 32;

/// The text that is left to read.
struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn take(&mut self, symbol: char) -> Option<()> {
        self.skip();
        self.rest = self.rest.strip_prefix(symbol)?;
        Some(())
    }

    fn while_true(&mut self, fits: impl Fn(char) -> bool) -> &'a str {
        self.skip();
        let end = self.rest.find(|letter: char| !fits(letter)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    fn number(&mut self) -> Option<f64> {
        let text = self.while_true(|letter| letter.is_ascii_digit() || "+-.eE".contains(letter));
        text.parse().ok().filter(|number: &f64| number.is_finite())
    }

    fn position(&mut self) -> Option<Value> {
        let (longitude, latitude) = (self.number()?, self.number()?);
        let valid = (-180.0..=180.0).contains(&longitude) && (-90.0..=90.0).contains(&latitude);
        valid.then(|| Value::Array(vec![number(longitude), number(latitude)]))
    }

    /// `( item, ... )`.
    fn list(&mut self, mut item: impl FnMut(&mut Self) -> Option<Value>) -> Option<Vec<Value>> {
        self.take('(')?;
        let mut items = vec![item(self)?];
        while self.take(',').is_some() {
            items.push(item(self)?);
        }
        self.take(')')?;
        Some(items)
    }

    fn line(&mut self) -> Option<Value> {
        let line = self.list(Self::position)?;
        (line.len() >= 2).then(|| Value::Array(line))
    }

    fn ring(&mut self) -> Option<Value> {
        let ring = self.list(Self::position)?;
        (ring.len() >= 4 && ring.first() == ring.last()).then(|| Value::Array(ring))
    }

    fn polygon(&mut self) -> Option<Value> {
        self.list(Self::ring).map(Value::Array)
    }

    /// The position of a multipoint, which may stand in parentheses.
    fn loose_position(&mut self) -> Option<Value> {
        let enclosed = self.take('(').is_some();
        let position = self.position()?;
        if enclosed {
            self.take(')')?;
        }
        Some(position)
    }

    fn geometry(&mut self, depth: usize) -> Option<Value> {
        let word = self.while_true(|letter| letter.is_ascii_alphabetic()).to_ascii_uppercase();
        Some(match word.as_str() {
            "POINT" => {
                let mut positions = self.list(Self::position)?;
                let position = positions.pop().filter(|_| positions.is_empty())?;
                shape("Point", position)
            }
            "LINESTRING" => shape("LineString", self.line()?),
            "POLYGON" => shape("Polygon", self.polygon()?),
            "MULTIPOINT" => shape("MultiPoint", Value::Array(self.list(Self::loose_position)?)),
            "MULTILINESTRING" => shape("MultiLineString", Value::Array(self.list(Self::line)?)),
            "MULTIPOLYGON" => shape("MultiPolygon", Value::Array(self.list(Self::polygon)?)),
            "GEOMETRYCOLLECTION" if depth < MOST_DEPTH => {
                collection(self.list(|reader| reader.geometry(depth + 1))?)
            }
            _ => return None,
        })
    }
}

fn parse(text: &str) -> Option<Value> {
    let mut reader = Reader { rest: text };
    let geometry = reader.geometry(0)?;
    reader.skip();
    reader.rest.is_empty().then_some(geometry)
}

const FROM_WKT: Kernel = Kernel {
    name: "kql_geo_from_wkt",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        arguments.text_column(|row| Some(parse(text.get(row))?.to_string()))
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&FROM_WKT];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deep_and_broken_texts_give_nothing() {
        assert_eq!(parse(&"GEOMETRYCOLLECTION(".repeat(10_000)), None);
        for text in [
            "",
            "POINT",
            "POINT (1)",
            "POINT (1 2",
            "POINT (1 2) x",
            "POINT (200 2)",
            "POINT (1 2, 3 4)",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
