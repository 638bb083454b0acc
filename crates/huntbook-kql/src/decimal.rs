//! Decimal numbers: reading, writing and computing them.
//!
//! A decimal is a whole count of 10⁻¹⁷ in 256 bits with at most 38 digits before the point, so that each of KQL's
//! comparisons, and the numbers of `parse_version`, are exact. What has more digits has no value; digits behind the
//! seventeenth are rounded, half away from zero.

use arrow::datatypes::i256;

/// Digits behind the point.
pub(crate) const SCALE: i8 = 17;
/// Digits in all.
pub(crate) const PRECISION: u8 = 55;

/// The count of a whole number.
const UNIT: i128 = 10_i128.pow(SCALE as u32);

fn unit() -> i256 {
    i256::from_i128(UNIT)
}

/// The number, unless it has too many digits.
fn checked(number: i256) -> Option<i256> {
    let end = i256::from_i128(10).checked_pow(u32::from(PRECISION))?;
    (number < end && number > end.checked_neg()?).then_some(number)
}

/// `dividend / divisor`, rounded half away from zero.
fn divided(dividend: i256, divisor: i256) -> Option<i256> {
    let (quotient, rest) = (dividend.checked_div(divisor)?, dividend.checked_rem(divisor)?);
    let twice = rest.wrapping_abs().checked_mul(i256::from_i128(2))?;
    if twice < divisor.wrapping_abs() {
        return Some(quotient);
    }
    let is_negative = (dividend < i256::ZERO) != (divisor < i256::ZERO);
    quotient.checked_add(if is_negative { i256::MINUS_ONE } else { i256::ONE })
}

/// Reads `[-]digits[.digits][e[-]digits]`.
pub(crate) fn parse(text: &str) -> Option<i256> {
    let text = text.trim();
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (is_negative, digits) = match mantissa.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = [whole, fraction].concat();
    if all.is_empty() || !all.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // The number is `all` times ten to this power; here it counts units of the scale.
    let fraction = i32::try_from(fraction.len()).ok()?;
    let power = exponent.checked_sub(fraction)?.checked_add(i32::from(SCALE))?;
    let all = all.trim_start_matches('0');
    let places = i32::try_from(all.len()).ok()?.checked_add(power)?;
    if all.is_empty() || places < 0 {
        return Some(i256::ZERO);
    }
    let places = usize::try_from(places).ok().filter(|places| *places <= usize::from(PRECISION))?;
    let kept: String = all.chars().chain(std::iter::repeat('0')).take(places).collect();
    let magnitude = if kept.is_empty() { i256::ZERO } else { i256::from_string(&kept)? };
    let rounds_up = all.as_bytes().get(places).is_some_and(|digit| *digit >= b'5');
    let magnitude = if rounds_up { magnitude.checked_add(i256::ONE)? } else { magnitude };
    checked(if is_negative { magnitude.checked_neg()? } else { magnitude })
}

/// Writes the number with a point and without zeros behind its last digit.
pub(crate) fn format(number: i256) -> String {
    let sign = if number < i256::ZERO { "-" } else { "" };
    let digits = format!("{:0>18}", number.wrapping_abs().to_string());
    let (whole, fraction) = digits.split_at(digits.len() - SCALE as usize);
    let fraction = fraction.trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{fraction}")
}

pub(crate) fn from_long(number: i64) -> i256 {
    i256::from_i128(i128::from(number) * UNIT)
}

/// The digits that a real is written with.
pub(crate) fn from_real(number: f64) -> Option<i256> {
    parse(&number.is_finite().then(|| number.to_string())?)
}

/// The whole part, where 64 bits hold it.
pub(crate) fn to_long(number: i256) -> Option<i64> {
    i64::try_from(number.checked_div(unit())?.to_i128()?).ok()
}

pub(crate) fn to_real(number: i256) -> Option<f64> {
    format(number).parse().ok()
}

pub(crate) fn add(left: i256, right: i256) -> Option<i256> {
    checked(left.checked_add(right)?)
}

pub(crate) fn subtract(left: i256, right: i256) -> Option<i256> {
    checked(left.checked_sub(right)?)
}

pub(crate) fn multiply(left: i256, right: i256) -> Option<i256> {
    checked(divided(left.checked_mul(right)?, unit())?)
}

pub(crate) fn divide(left: i256, right: i256) -> Option<i256> {
    checked(divided(left.checked_mul(unit())?, right)?)
}

/// The remainder, never negative.
pub(crate) fn modulo(left: i256, right: i256) -> Option<i256> {
    let rest = left.checked_rem(right)?;
    if rest < i256::ZERO { rest.checked_add(right.wrapping_abs()) } else { Some(rest) }
}

/// The greatest multiple of `size` that is not above the value; `None` where the size is not positive.
pub(crate) fn bin(value: i256, size: i256) -> Option<i256> {
    if size <= i256::ZERO {
        return None;
    }
    subtract(value, modulo(value, size)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn computed(
        compute: fn(i256, i256) -> Option<i256>,
        left: &str,
        right: &str,
    ) -> Option<String> {
        compute(parse(left)?, parse(right)?).map(format)
    }

    #[test]
    fn texts_are_read_and_written() {
        for (text, written) in [
            ("123.45678", "123.45678"),
            ("-0.50", "-0.5"),
            ("1e5", "100000"),
            ("1.5E-3", "0.0015"),
            (".5", "0.5"),
            ("0.123456789012345678", "0.12345678901234568"),
            ("1e-400", "0"),
            ("99999999999999999999999999999999999999", "99999999999999999999999999999999999999"),
        ] {
            assert_eq!(parse(text).map(format).as_deref(), Some(written), "{text}");
        }
        for text in [
            "",
            "-",
            ".",
            "1e39",
            "1e2147483647",
            "1e-2147483648",
            "1,5",
            "0x1",
            "é",
            "1e99999999999",
        ] {
            assert!(parse(text).is_none_or(|number| number == i256::ZERO), "{text}");
        }
    }

    #[test]
    fn arithmetic_is_exact_or_rounded_and_bounded() {
        assert_eq!(computed(add, "0.1", "0.2").as_deref(), Some("0.3"));
        assert_eq!(computed(multiply, "1.5", "-2").as_deref(), Some("-3"));
        assert_eq!(computed(divide, "1", "3").as_deref(), Some("0.33333333333333333"));
        assert_eq!(computed(divide, "2", "-3").as_deref(), Some("-0.66666666666666667"));
        assert_eq!(computed(divide, "1", "0"), None);
        assert_eq!(computed(modulo, "-1", "3").as_deref(), Some("2"));
        assert_eq!(computed(bin, "-1.25", "0.1").as_deref(), Some("-1.3"));
        let most = "99999999999999999999999999999999999999";
        assert_eq!(computed(add, most, "1"), None);
        assert_eq!(computed(multiply, most, most), None);
        assert_eq!(computed(divide, most, "0.00000000000000001"), None);
    }
}
