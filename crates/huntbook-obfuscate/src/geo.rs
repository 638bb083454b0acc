//! Coordinates: rounded to one decimal of a degree, which is about eleven kilometres.
//!
//! Latitudes, longitudes and pairs of them (`51.5074, -0.1278`) as text; floats and integers as arrays.
//! Rounding is away from zero at the half and cannot be undone. A coordinate with one decimal or none is
//! as coarse already and stays, which holds for all integers. What is no number from -180 to 180 becomes
//! a token, in an array null.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Float32Type, Float64Type};
use arrow::error::ArrowError;

use crate::number::map_whole_numbers;
use crate::string::StringTokens;
use crate::transform::{NEVER, Texts, Transform, is_placeholder};

const MOST_DEGREES: f64 = 180.0;

/// Coordinates, as text and as arrays.
pub(crate) struct Coordinates {
    strings: Arc<StringTokens>,
}

impl Coordinates {
    pub(crate) fn new(strings: Arc<StringTokens>) -> Self {
        Self { strings }
    }
}

impl Transform for Coordinates {
    fn write(&self, texts: &[&str], out: &mut Texts) {
        self.strings.write_images(texts, out, round_text);
    }

    fn write_array(&self, array: &ArrayRef) -> Option<Result<ArrayRef, ArrowError>> {
        let image: ArrayRef = match array.data_type() {
            DataType::Float32 => {
                let image = |degrees: f32| round(f64::from(degrees)).map(|degrees| degrees as f32);
                Arc::new(array.as_primitive::<Float32Type>().unary_opt::<_, Float32Type>(image))
            }
            DataType::Float64 => {
                Arc::new(array.as_primitive::<Float64Type>().unary_opt::<_, Float64Type>(round))
            }
            other if other.is_integer() => map_whole_numbers(array, |number, _| {
                (-180..=180).contains(&number).then_some(number)
            })?,
            _ => return None,
        };
        Some(Ok(image))
    }

    fn takes(&self, data_type: &DataType) -> bool {
        data_type.is_integer() || matches!(data_type, DataType::Float32 | DataType::Float64)
    }

    fn is_public(&self, text: &str) -> bool {
        is_placeholder(text) || round_text(text).is_some_and(|rounded| rounded == text)
    }

    fn is_same(&self, left: &str, right: &str) -> bool {
        // Coordinates of one place, which rounding makes one on purpose.
        matches!((round_text(left), round_text(right)), (Some(left), Some(right)) if left == right)
    }

    fn domain_bits(&self, text: &str) -> u32 {
        if round_text(text).is_some() { 0 } else { NEVER }
    }
}

/// One coordinate or a pair, rounded.
fn round_text(text: &str) -> Option<String> {
    (text.len() <= 64).then_some(())?;
    let Some(comma) = text.find([',', ';', ' ']) else { return round_one(text) };
    let (first, rest) = text.split_at(comma);
    let second = rest[1..].trim_start_matches(' ');
    let separator = &rest[..rest.len() - second.len()];
    (separator.len() <= 2).then_some(())?;
    Some(format!("{}{separator}{}", round_one(first)?, round_one(second)?))
}

fn round_one(text: &str) -> Option<String> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_plain = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = (1..=3).contains(&whole.len()) && !fraction.is_empty();
    (is_number && is_plain(whole) && is_plain(fraction)).then_some(())?;
    let degrees: f64 = text.parse().ok()?;
    let rounded = round(degrees)?;
    let is_coarse = fraction.len() == 1 || !digits.contains('.');
    Some(if is_coarse { text.to_owned() } else { format!("{rounded:.1}") })
}

/// `degrees` to one decimal, without a negative zero.
fn round(degrees: f64) -> Option<f64> {
    let rounded = (degrees * 10.0).round() / 10.0 + 0.0;
    (degrees.abs() <= MOST_DEGREES).then_some(rounded)
}

#[cfg(test)]
mod tests {
    use arrow::array::{Float32Array, Float64Array, Int64Array};

    use super::*;

    fn obfuscate(text: &str) -> String {
        let mut out = Texts::default();
        Coordinates::new(Arc::new(StringTokens::new(&[2; 16]))).write(&[text], &mut out);
        String::from_utf8(out.bytes).unwrap()
    }

    #[test]
    fn coordinates_and_pairs_are_rounded() {
        for (text, expected) in [
            ("51.5074", "51.5"),
            ("-0.1278", "-0.1"),
            ("-0.04", "0.0"),
            ("+12.96", "13.0"),
            ("51.50,-0.12", "51.5,-0.1"),
            ("51.5074, -0.1278", "51.5, -0.1"),
            ("48.8566 2.3522", "48.9 2.4"),
            ("51", "51"),
            ("51.5", "51.5"),
            ("180.00", "180.0"),
        ] {
            assert_eq!(obfuscate(text), expected);
        }
    }

    #[test]
    fn text_that_is_no_coordinate_becomes_a_token() {
        for text in [
            "181.0", "north", "1e2", "51.", ".5", "51.5074,", "1,2,3", "NaN", "inf", "--1", "é",
            "1.2é",
        ] {
            assert_eq!(obfuscate(text).len(), 17, "{text}");
        }
    }

    #[test]
    fn arrays_are_rounded_and_what_is_no_coordinate_becomes_null() {
        let coordinates = Coordinates::new(Arc::new(StringTokens::new(&[2; 16])));
        let array: ArrayRef =
            Arc::new(Float64Array::from(vec![Some(51.5074), None, Some(f64::NAN), Some(181.0)]));
        let image = coordinates.write_array(&array).unwrap().unwrap();
        assert_eq!(image.as_primitive(), &Float64Array::from(vec![Some(51.5), None, None, None]));
        let array: ArrayRef = Arc::new(Float32Array::from(vec![-0.1278]));
        let image = coordinates.write_array(&array).unwrap().unwrap();
        assert_eq!(image.as_primitive(), &Float32Array::from(vec![-0.1]));
        let array: ArrayRef = Arc::new(Int64Array::from(vec![51, 5150]));
        let image = coordinates.write_array(&array).unwrap().unwrap();
        assert_eq!(image.as_primitive(), &Int64Array::from(vec![Some(51), None]));
    }
}
