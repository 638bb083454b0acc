//! `pi`, `atan2`, the gamma, error and beta functions, and `welch_test`.

use arrow::datatypes::Float64Type;
use huntbook_diagnostics::Diagnostic;
use statrs::function::{beta, erf, gamma};

use super::{Function, Naming};
use crate::bind::Call;
use crate::ir::{Scalar, Value};
use crate::kernel::Kernel;
use crate::types::KqlType;

macro_rules! of_reals {
    ($($constant:ident, $kernel:ident, $name:literal, $parameters:literal, $count:literal, $naming:expr, $summary:literal, $compute:expr;)+) => {
        $(pub(crate) const $constant: Function = Function {
            name: $name,
            aliases: &[],
            signature: concat!($name, "(", $parameters, ") -> real"),
            summary: $summary,
            naming: $naming,
            bind: |call| Ok(Scalar::kernel(&$kernel, reals(call, $count)?)),
        };
        const $kernel: Kernel = Kernel {
            name: concat!("kql_", $name),
            returns: KqlType::Real,
            evaluate: |arguments| {
                let columns = (0..$count)
                    .map(|index| arguments.primitive::<Float64Type>(index))
                    .collect::<Result<Vec<_>, _>>()?;
                let compute: fn([f64; $count]) -> Option<f64> = $compute;
                arguments.primitive_column::<Float64Type>(KqlType::Real, |row| {
                    let mut numbers = [0.0; $count];
                    for (number, column) in numbers.iter_mut().zip(&columns) {
                        *number = column.get(row)?;
                    }
                    compute(numbers)
                })
            },
        };)+
    };
}

of_reals! {
    ATAN2, ATAN2_KERNEL, "atan2", "y: real, x: real", 2, Naming::FirstArgument,
        "The angle in radians between the x axis and the line to the point.", |[y, x]| Some(y.atan2(x));
    GAMMA, GAMMA_KERNEL, "gamma", "number: real", 1, Naming::FirstArgument, "The gamma function.",
        |[number]| Some(gamma_of(number));
    LOGGAMMA, LOGGAMMA_KERNEL, "loggamma", "number: real", 1, Naming::FirstArgument,
        "The natural logarithm of the absolute value of the gamma function.", |[number]| Some(gamma::ln_gamma(number));
    ERF, ERF_KERNEL, "erf", "number: real", 1, Naming::FirstArgument, "The error function.", |[number]| Some(erf::erf(number));
    ERFC, ERFC_KERNEL, "erfc", "number: real", 1, Naming::FirstArgument,
        "The complementary error function.", |[number]| Some(erf::erfc(number));
    BETA_CDF, BETA_CDF_KERNEL, "beta_cdf", "x: real, alpha: real, beta: real", 3, Naming::Numbered,
        "The probability that the beta distribution gives at most `x`. NaN where `x` is outside of 0 to 1, or a parameter not positive.",
        |[x, alpha, beta]| Some(beta_cdf(x, alpha, beta));
    BETA_INV, BETA_INV_KERNEL, "beta_inv", "probability: real, alpha: real, beta: real", 3, Naming::Numbered,
        "The `x` for which `beta_cdf` gives the probability. Null where that is outside of 0 to 1; NaN where a parameter is not positive.",
        |[probability, alpha, beta]| beta_inv(probability, alpha, beta);
    BETA_PDF, BETA_PDF_KERNEL, "beta_pdf", "x: real, alpha: real, beta: real", 3, Naming::Numbered,
        "The density of the beta distribution at `x`. NaN where `x` is not between 0 and 1, or a parameter not positive.",
        |[x, alpha, beta]| Some(beta_pdf(x, alpha, beta));
    WELCH_TEST, WELCH_TEST_KERNEL, "welch_test",
        "mean1: real, variance1: real, count1: real, mean2: real, variance2: real, count2: real", 6, Naming::Numbered,
        "The two-sided p-value of Welch's t-test: how likely means so different are where the populations have one mean.",
        |numbers| Some(welch(numbers));
}

pub(crate) const PI: Function = Function {
    name: "pi",
    aliases: &[],
    signature: "pi() -> real",
    summary: "The ratio of a circle's circumference to its diameter.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(0..=0)?;
        Ok(Scalar::literal(Value::Real(std::f64::consts::PI), KqlType::Real))
    },
};

fn reals(call: &Call<'_>, count: usize) -> Result<Vec<Scalar>, Diagnostic> {
    call.arity(count..=count)?;
    (0..count).map(|index| call.typed(index, KqlType::Real)).collect()
}

/// Whole numbers have exact values, which the approximation misses by the last digit.
fn gamma_of(number: f64) -> f64 {
    if number.fract() == 0.0 && (1.0..=23.0).contains(&number) {
        return (1..number as u64).product::<u64>() as f64;
    }
    if number.fract() == 0.0 && number <= 0.0 { f64::NAN } else { gamma::gamma(number) }
}

fn are_parameters(alpha: f64, beta: f64) -> bool {
    alpha > 0.0 && beta > 0.0 && alpha.is_finite() && beta.is_finite()
}

fn beta_cdf(x: f64, alpha: f64, beta: f64) -> f64 {
    if !(0.0..=1.0).contains(&x) || !are_parameters(alpha, beta) {
        return f64::NAN;
    }
    beta::checked_beta_reg(alpha, beta, x).unwrap_or(f64::NAN)
}

fn beta_pdf(x: f64, alpha: f64, beta: f64) -> f64 {
    if !(x > 0.0 && x < 1.0 && are_parameters(alpha, beta)) {
        return f64::NAN;
    }
    let Ok(scale) = beta::checked_ln_beta(alpha, beta) else { return f64::NAN };
    ((alpha - 1.0) * x.ln() + (beta - 1.0) * (-x).ln_1p() - scale).exp()
}

/// Bisection: the distribution function is monotonic, and each step halves the error.
fn beta_inv(probability: f64, alpha: f64, beta: f64) -> Option<f64> {
    if !are_parameters(alpha, beta) {
        return Some(f64::NAN);
    }
    if !(0.0..=1.0).contains(&probability) {
        return None;
    }
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    for _ in 0..1100 {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        if beta_cdf(middle, alpha, beta) < probability {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(if probability == 0.0 { 0.0 } else { high })
}

fn welch([mean1, variance1, count1, mean2, variance2, count2]: [f64; 6]) -> f64 {
    let (error1, error2) = (variance1 / count1, variance2 / count2);
    let t = (mean1 - mean2) / (error1 + error2).sqrt();
    let freedom = (error1 + error2).powi(2)
        / (error1 * error1 / (count1 - 1.0) + error2 * error2 / (count2 - 1.0));
    // The two tails of Student's distribution.
    beta_cdf(freedom / (freedom + t * t), freedom / 2.0, 0.5)
}

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[
    &ATAN2_KERNEL,
    &GAMMA_KERNEL,
    &LOGGAMMA_KERNEL,
    &ERF_KERNEL,
    &ERFC_KERNEL,
    &BETA_CDF_KERNEL,
    &BETA_INV_KERNEL,
    &BETA_PDF_KERNEL,
    &WELCH_TEST_KERNEL,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inverse_undoes_the_distribution() {
        for probability in [0.001, 0.1, 0.5, 0.999] {
            let x = beta_inv(probability, 2.5, 7.0).unwrap();
            assert!((beta_cdf(x, 2.5, 7.0) - probability).abs() < 1e-12);
        }
    }

    #[test]
    fn hostile_numbers_do_not_panic() {
        let numbers = [
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
            0.0,
            -0.0,
            -1.5,
            1e308,
            5e-324,
            0.5,
            171.0,
            1e9,
        ];
        for first in numbers {
            let _ = (gamma_of(first), gamma::ln_gamma(first), erf::erf(first), erf::erfc(first));
            for second in numbers {
                for third in numbers {
                    let _ = (beta_cdf(first, second, third), beta_pdf(first, second, third));
                    let _ = (
                        beta_inv(first, second, third),
                        welch([first, second, third, second, first, third]),
                    );
                }
            }
        }
    }
}
