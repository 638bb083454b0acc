//! Whole numbers that identify something: a permutation that keeps sign and count of digits.
//!
//! # Brief overview
//!
//! | form | what happens |
//! |---|---|
//! | `123`, `-123`, `+123` | digits go through FF1 until the first is no zero |
//! | `00123` | the first zero stays, the other digits go through FF1 |
//! | `0x7f`, `0X7F` | the same with hexadecimal digits |
//! | integer arrays | the same, and until the image is of the array's type |
//! | float arrays | a whole number that the type holds exactly, as an integer; any other becomes null |
//! | decimal arrays | the digits without the decimal point |
//!
//! So `123` as text and as an integer have one image, unless the type is too narrow for it. Numbers of
//! one to five digits have so few possible images that whoever may obfuscate some can list them all.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{
    DataType, Decimal32Type, Decimal64Type, Decimal128Type, Float16Type, Float32Type, Float64Type,
    Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow::error::ArrowError;

use crate::digits;
use crate::ff1::{self, Direction, Ff1, walk};
use crate::string::StringTokens;
use crate::transform::{NEVER, Texts, Transform, is_placeholder};

/// More digits are no number.
const MOST_DIGITS: usize = 60;

/// Whole numbers, as text and as arrays.
pub(crate) struct Numbers {
    ff1: Ff1,
    strings: Arc<StringTokens>,
}

impl Numbers {
    pub(crate) fn new(key: &[u8; 16], strings: Arc<StringTokens>) -> Self {
        Self { ff1: Ff1::new(key), strings }
    }

    fn transform(&self, text: &str, direction: Direction) -> Option<String> {
        let parsed = Parsed::of(text)?;
        let mut image = String::with_capacity(text.len());
        image.push_str(parsed.prefix);
        for numeral in self.permute(&parsed, direction) {
            let digit = char::from_digit(u32::from(numeral), parsed.radix).unwrap_or_default();
            image.push(if parsed.upper { digit.to_ascii_uppercase() } else { digit });
        }
        Some(image)
    }

    fn permute(&self, parsed: &Parsed<'_>, direction: Direction) -> Vec<u8> {
        let mut numerals = parsed.numerals.clone();
        if numerals.len() > 1 && numerals[0] == 0 {
            // The tweak keeps these apart from the numbers with one digit less.
            self.ff1.permute(parsed.radix, b"0", &mut numerals[1..], direction);
            return numerals;
        }
        let takes_zero = numerals.len() == 1 && !parsed.is_negative;
        walk(
            numerals,
            |mut numerals| {
                self.ff1.permute(parsed.radix, b"", &mut numerals, direction);
                numerals
            },
            |numerals| takes_zero || numerals[0] != 0,
        )
    }

    /// The image of `number` among the numbers from `least` to `most`.
    fn map(&self, number: i128, (least, most): (i128, i128), direction: Direction) -> i128 {
        let is_negative = number < 0;
        let limit = if is_negative { least } else { most }.unsigned_abs();
        let magnitude = number.unsigned_abs();
        let digits = magnitude.checked_ilog10().unwrap_or(0) as usize + 1;
        let takes_zero = digits == 1 && !is_negative;
        let mut numerals = [0; 39];
        let numerals = &mut numerals[..digits];
        ff1::spell(magnitude, 10, numerals);
        loop {
            self.ff1.permute(10, b"", numerals, direction);
            let image = ff1::number(numerals, 10);
            if (takes_zero || numerals[0] != 0) && image <= limit {
                // Below zero the limit may be that of the widest type, whose size alone is too large.
                let image = image as i128;
                return if is_negative { image.wrapping_neg() } else { image };
            }
        }
    }

    fn array(
        &self,
        array: &ArrayRef,
        direction: Direction,
    ) -> Option<Result<ArrayRef, ArrowError>> {
        map_whole_numbers(array, |number, range| Some(self.map(number, range, direction))).map(Ok)
    }
}

impl Transform for Numbers {
    fn write(&self, texts: &[&str], out: &mut Texts) {
        self.strings.write_images(texts, out, |text| self.transform(text, Direction::Forth));
    }

    fn reveal(&self, obfuscated: &str) -> Option<String> {
        self.transform(obfuscated, Direction::Back)
    }

    fn write_array(&self, array: &ArrayRef) -> Option<Result<ArrayRef, ArrowError>> {
        self.array(array, Direction::Forth)
    }

    fn reveal_array(&self, obfuscated: &ArrayRef) -> Option<Result<ArrayRef, ArrowError>> {
        self.array(obfuscated, Direction::Back)
    }

    fn takes(&self, data_type: &DataType) -> bool {
        is_whole_number_type(data_type)
    }

    fn is_same(&self, left: &str, right: &str) -> bool {
        left.eq_ignore_ascii_case(right)
    }

    fn domain_bits(&self, text: &str) -> u32 {
        if is_placeholder(text) {
            return 0;
        }
        let Some(parsed) = Parsed::of(text) else { return NEVER };
        // All digits but the first, and eight or more values of that unless it is a zero that stays.
        let (others, first) = (parsed.numerals.len() as u32 - 1, parsed.numerals[0]);
        let bits = if parsed.radix == 16 { 4 * others } else { digits::bits(others as usize) };
        if others > 0 && first == 0 { bits } else { bits + 3 }
    }
}

/// A whole number as text.
struct Parsed<'t> {
    /// The sign and `0x`.
    prefix: &'t str,
    is_negative: bool,
    radix: u32,
    upper: bool,
    numerals: Vec<u8>,
}

impl<'t> Parsed<'t> {
    fn of(text: &'t str) -> Option<Self> {
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (radix, digits) =
            match unsigned.strip_prefix("0x").or_else(|| unsigned.strip_prefix("0X")) {
                Some(digits) => (16, digits),
                None => (10, unsigned),
            };
        (1..=MOST_DIGITS).contains(&digits.len()).then_some(())?;
        let numerals: Vec<u8> = digits
            .chars()
            .map(|digit| digit.to_digit(radix).map(|numeral| numeral as u8))
            .collect::<Option<_>>()?;
        let prefix = &text[..text.len() - digits.len()];
        let is_negative = text.starts_with('-');
        // There is no image with the sign of a negative zero.
        (!is_negative || numerals != [0]).then_some(())?;
        let has = |class: fn(&u8) -> bool| digits.as_bytes().iter().any(class);
        let upper = has(u8::is_ascii_uppercase) && !has(u8::is_ascii_lowercase);
        Some(Self { prefix, is_negative, radix, upper, numerals })
    }
}

/// Whether [`map_whole_numbers`] takes arrays of `data_type`.
pub(crate) fn is_whole_number_type(data_type: &DataType) -> bool {
    data_type.is_integer()
        || data_type.is_floating()
        || matches!(
            data_type,
            DataType::Decimal32(_, _) | DataType::Decimal64(_, _) | DataType::Decimal128(_, _)
        )
}

/// The array of the same type with the image of each whole number, given with the least and the most
/// that the type holds exactly; null where there is none. `None` if the array holds no numbers.
pub(crate) fn map_whole_numbers(
    array: &ArrayRef,
    map: impl Fn(i128, (i128, i128)) -> Option<i128>,
) -> Option<ArrayRef> {
    macro_rules! integers {
        ($type:ty, $native:ty) => {{
            let range = (i128::from(<$native>::MIN), i128::from(<$native>::MAX));
            let image = |number: $native| map(i128::from(number), range)?.try_into().ok();
            Arc::new(array.as_primitive::<$type>().unary_opt::<_, $type>(image)) as ArrayRef
        }};
    }
    macro_rules! decimals {
        ($type:ty, $native:ty, $precision:expr) => {{
            let most = 10_i128.checked_pow(u32::from(*$precision))? - 1;
            let image = |number: $native| {
                let number = i128::from(number);
                (-most..=most).contains(&number).then_some(())?;
                map(number, (-most, most))?.try_into().ok()
            };
            let images = array.as_primitive::<$type>().unary_opt::<_, $type>(image);
            Arc::new(images.with_data_type(array.data_type().clone())) as ArrayRef
        }};
    }
    let whole = |number: f64, bits: u32| {
        let most = (1_i128 << bits) - 1;
        (number.fract() == 0.0 && number.abs() <= most as f64).then_some(())?;
        map(number as i128, (-most, most)).map(|image| image as f64)
    };
    Some(match array.data_type() {
        DataType::Int8 => integers!(Int8Type, i8),
        DataType::Int16 => integers!(Int16Type, i16),
        DataType::Int32 => integers!(Int32Type, i32),
        DataType::Int64 => integers!(Int64Type, i64),
        DataType::UInt8 => integers!(UInt8Type, u8),
        DataType::UInt16 => integers!(UInt16Type, u16),
        DataType::UInt32 => integers!(UInt32Type, u32),
        DataType::UInt64 => integers!(UInt64Type, u64),
        DataType::Decimal32(precision, _) => decimals!(Decimal32Type, i32, precision),
        DataType::Decimal64(precision, _) => decimals!(Decimal64Type, i64, precision),
        DataType::Decimal128(precision, _) => decimals!(Decimal128Type, i128, precision),
        DataType::Float16 => {
            type Half = <Float16Type as arrow::datatypes::ArrowPrimitiveType>::Native;
            let image = |number: Half| whole(number.to_f64(), 11).map(Half::from_f64);
            Arc::new(array.as_primitive::<Float16Type>().unary_opt::<_, Float16Type>(image))
        }
        DataType::Float32 => {
            let image = |number: f32| whole(f64::from(number), 24).map(|image| image as f32);
            Arc::new(array.as_primitive::<Float32Type>().unary_opt::<_, Float32Type>(image))
        }
        DataType::Float64 => {
            let image = |number: f64| whole(number, 53);
            Arc::new(array.as_primitive::<Float64Type>().unary_opt::<_, Float64Type>(image))
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use arrow::array::{
        Decimal128Array, Float16Array, Float64Array, Int8Array, Int64Array, UInt8Array, UInt64Array,
    };
    use proptest::prelude::*;

    use super::*;

    fn numbers() -> Numbers {
        Numbers::new(&[1; 16], Arc::new(StringTokens::new(&[2; 16])))
    }

    fn obfuscate(text: &str) -> String {
        let mut out = Texts::default();
        numbers().write(&[text], &mut out);
        String::from_utf8(out.bytes).unwrap()
    }

    fn there_and_back(array: &ArrayRef) -> ArrayRef {
        let image = numbers().write_array(array).unwrap().unwrap();
        assert_eq!(image.data_type(), array.data_type());
        assert_eq!(image.null_count(), array.null_count());
        assert_eq!(&numbers().reveal_array(&image).unwrap().unwrap(), array);
        image
    }

    #[test]
    fn text_that_is_no_whole_number_becomes_a_token() {
        for text in
            ["1.5", "1,000", "0x", "0xg", "--1", "-0", "+", "1e5", " 1", "٣", &"1".repeat(61)]
        {
            assert_eq!(obfuscate(text).len(), 17, "{text}");
        }
    }

    #[test]
    fn every_number_of_a_length_has_its_own_image_of_that_length() {
        for range in [0..10, 10..100, 1000..10_000] {
            let images: HashSet<i64> = range
                .clone()
                .map(|number| obfuscate(&number.to_string()).parse().unwrap())
                .collect();
            assert_eq!(images, range.clone().collect());
            let images: HashSet<i64> = range
                .clone()
                .filter(|number| *number > 0)
                .map(|number| obfuscate(&format!("-{number}")).parse().unwrap())
                .collect();
            assert_eq!(images, range.filter(|number| *number > 0).map(|number| -number).collect());
        }
    }

    #[test]
    fn every_number_of_a_narrow_type_has_its_own_image() {
        let all: Vec<i8> = (i8::MIN..=i8::MAX).collect();
        let image = there_and_back(&(Arc::new(Int8Array::from(all)) as ArrayRef));
        let image: HashSet<i8> =
            image.as_primitive::<Int8Type>().values().iter().copied().collect();
        assert_eq!(image.len(), 256);
        let image = there_and_back(
            &(Arc::new(UInt8Array::from((0..=u8::MAX).collect::<Vec<_>>())) as ArrayRef),
        );
        let image: HashSet<u8> =
            image.as_primitive::<UInt8Type>().values().iter().copied().collect();
        assert_eq!(image.len(), 256);
    }

    #[test]
    fn edges_of_wide_types_come_back() {
        there_and_back(
            &(Arc::new(Int64Array::from(vec![Some(i64::MIN), None, Some(i64::MAX), Some(0)]))
                as ArrayRef),
        );
        there_and_back(
            &(Arc::new(UInt64Array::from(vec![u64::MAX, 0, 10_000_000_000_000_000_000]))
                as ArrayRef),
        );
        let most = 10_i128.pow(38) - 1;
        let decimals = Decimal128Array::from(vec![most, -most, 0, 1234]);
        there_and_back(&(Arc::new(decimals.with_precision_and_scale(38, 4).unwrap()) as ArrayRef));
    }

    #[test]
    fn whole_floats_have_the_image_of_the_integer_and_others_become_null() {
        let floats: ArrayRef =
            Arc::new(Float64Array::from(vec![12_345.0, 1.5, f64::NAN, f64::INFINITY, 1e300, -7.0]));
        let image = numbers().write_array(&floats).unwrap().unwrap();
        let image = image.as_primitive::<Float64Type>();
        assert_eq!(image.null_count(), 4);
        assert_eq!(image.value(0).to_string(), obfuscate("12345"));
        assert_eq!(image.value(5).to_string(), obfuscate("-7"));
        let halves: Vec<_> = (0..2048_u16).map(f32::from).collect();
        let halves =
            arrow::compute::cast(&arrow::array::Float32Array::from(halves), &DataType::Float16)
                .unwrap();
        assert!(halves.as_any().is::<Float16Array>());
        there_and_back(&halves);
    }

    proptest! {
        #[test]
        fn reveal_undoes_obfuscation(text in "[-+]?[0-9]{1,40}|[-+]?0x[0-9a-f]{1,40}|0X[A-F]{1,20}") {
            let image = obfuscate(&text);
            if Parsed::of(&text).is_some() {
                prop_assert_eq!(image.len(), text.len());
                prop_assert!(numbers().reveal(&image).unwrap().eq_ignore_ascii_case(&text));
                let has_zero = |text: &str| {
                    let digits = text.trim_start_matches(['-', '+']);
                    digits.len() > 1 && digits.starts_with('0')
                };
                prop_assert_eq!(has_zero(&image), has_zero(&text));
            }
        }

        #[test]
        fn integers_have_the_image_of_their_text(number: i32) {
            let array: ArrayRef = Arc::new(Int64Array::from(vec![i64::from(number)]));
            let image = there_and_back(&array);
            prop_assert_eq!(image.as_primitive::<Int64Type>().value(0).to_string(), obfuscate(&number.to_string()));
        }
    }
}
