//! `series_fft`, `series_ifft`, and the transform itself for series of any length.

use num_complex::Complex64;
use serde_json::Value;
use std::f64::consts::PI;

use super::{Series, real};
use crate::bind::Call;
use crate::functions::several::{Output, Several, unpacked};
use crate::ir::Scalar;
use crate::kernel::{Arguments, Kernel};
use crate::types::KqlType;
use arrow::array::ArrayRef;
use huntbook_diagnostics::Diagnostic;

const COLUMNS: [(&str, KqlType); 2] = [("real", KqlType::Dynamic), ("imag", KqlType::Dynamic)];

pub(crate) const SERIES_FFT: Several = Several {
    name: "series_fft",
    signature: "series_fft(real: dynamic, [imaginary: dynamic]) -> real, imag",
    summary: "The Fourier transform of the series: from points in time to frequencies.",
    bind: |call| bind(call, &FORWARD),
};

pub(crate) const SERIES_IFFT: Several = Several {
    name: "series_ifft",
    signature: "series_ifft(real: dynamic, [imaginary: dynamic]) -> real, imag",
    summary: "The inverse Fourier transform of the series: from frequencies to points in time.",
    bind: |call| bind(call, &BACKWARD),
};

fn bind(call: &Call<'_>, kernel: &'static Kernel) -> Result<Vec<Output>, Diagnostic> {
    call.arity(1..=2)?;
    let imaginary = if call.has(1) { call.dynamic(1)? } else { Scalar::null(KqlType::Dynamic) };
    let packed = Scalar::kernel(kernel, vec![call.dynamic(0)?, imaginary]);
    Ok(unpacked(call, &packed, &COLUMNS))
}

const FORWARD: Kernel = Kernel {
    name: "kql_series_fft",
    returns: KqlType::Dynamic,
    evaluate: |arguments| transformed(arguments, false),
};
const BACKWARD: Kernel = Kernel {
    name: "kql_series_ifft",
    returns: KqlType::Dynamic,
    evaluate: |arguments| transformed(arguments, true),
};

fn transformed(arguments: &Arguments<'_>, inverse: bool) -> datafusion::common::Result<ArrayRef> {
    let (real_part, imaginary) = (arguments.text(0)?, arguments.text(1)?);
    arguments.text_column(|row| {
        let real_part = Series::complete(real_part.value(row))?;
        let imaginary = match imaginary.value(row) {
            Some(cell) => Series::complete(Some(cell))?,
            None => vec![0.0; real_part.len()],
        };
        if real_part.len() != imaginary.len() {
            return None;
        }
        let values: Vec<Complex64> =
            real_part.into_iter().zip(imaginary).map(|(re, im)| Complex64::new(re, im)).collect();
        let values = transform(&values, inverse);
        let scale = if inverse { 1.0 / values.len().max(1) as f64 } else { 1.0 };
        let parts: [Value; 2] = [
            values.iter().map(|value| real(value.re * scale)).collect(),
            values.iter().map(|value| real(value.im * scale)).collect(),
        ];
        Some(Value::from(parts.as_slice()).to_string())
    })
}

/// The transform of a series of any length (Bluestein's way by powers of two), without a factor.
pub(super) fn transform(values: &[Complex64], inverse: bool) -> Vec<Complex64> {
    let count = values.len();
    if count.is_power_of_two() {
        let mut values = values.to_vec();
        powers_of_two(&mut values, inverse);
        return values;
    }
    if count == 0 {
        return Vec::new();
    }
    let sign = if inverse { 1.0 } else { -1.0 };
    // The square of the position is taken modulo what the angle repeats after, so that it stays exact.
    let chirp: Vec<Complex64> = (0..count)
        .map(|position| {
            let square = (position as u128 * position as u128) % (2 * count as u128);
            Complex64::from_polar(1.0, sign * PI * square as f64 / count as f64)
        })
        .collect();
    let length = (2 * count - 1).next_power_of_two();
    let mut left = vec![Complex64::default(); length];
    let mut right = vec![Complex64::default(); length];
    for position in 0..count {
        left[position] = values[position] * chirp[position];
        right[position] = chirp[position].conj();
        right[(length - position) % length] = chirp[position].conj();
    }
    powers_of_two(&mut left, false);
    powers_of_two(&mut right, false);
    left.iter_mut().zip(&right).for_each(|(left, right)| *left *= right);
    powers_of_two(&mut left, true);
    left.iter().zip(&chirp).map(|(value, chirp)| value * chirp / length as f64).collect()
}

/// In place, for a length that is a power of two.
fn powers_of_two(values: &mut [Complex64], inverse: bool) {
    let count = values.len();
    if count < 2 {
        return;
    }
    let shift = usize::BITS - count.trailing_zeros();
    for position in 0..count {
        let other = position.reverse_bits() >> shift;
        if position < other {
            values.swap(position, other);
        }
    }
    let sign = if inverse { 1.0 } else { -1.0 };
    let roots: Vec<Complex64> = (0..count / 2)
        .map(|position| {
            Complex64::from_polar(1.0, sign * 2.0 * PI * position as f64 / count as f64)
        })
        .collect();
    let mut half = 1;
    while half < count {
        let stride = count / (2 * half);
        for block in values.chunks_exact_mut(2 * half) {
            let (low, high) = block.split_at_mut(half);
            for (position, (low, high)) in low.iter_mut().zip(high).enumerate() {
                let turned = *high * roots[position * stride];
                *high = *low - turned;
                *low += turned;
            }
        }
        half *= 2;
    }
}

/// How the series resembles itself moved by 0, 1, 2 and so on places: sums of products of centred numbers.
pub(super) fn autocovariance(numbers: &[f64]) -> Vec<f64> {
    let length = (2 * numbers.len()).next_power_of_two();
    let mut values = vec![Complex64::default(); length];
    for (value, number) in values.iter_mut().zip(numbers) {
        value.re = *number;
    }
    powers_of_two(&mut values, false);
    for value in &mut values {
        *value = Complex64::new(value.norm_sqr(), 0.0);
    }
    powers_of_two(&mut values, true);
    values[..numbers.len()].iter().map(|value| value.re / length as f64).collect()
}

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&FORWARD, &BACKWARD];
