//! Natural logarithm: a table of 64 reciprocals brings the mantissa next to 1, a series does the
//! rest.

use super::{times, LN2_Q62};

/// Intervals of the mantissa's range [1, 2).
const INTERVALS: usize = 64;
/// Terms of ln(1+z) kept; |z| < 2^-6.9, so the first one dropped is below 2^-65.
const TERMS: usize = 8;

/// A reciprocal of the middle of an interval and minus its own logarithm.
#[derive(Clone, Copy)]
struct Step {
    /// R with R / 2^16 about 1 / middle; exact by definition.
    reciprocal_q16: u64,
    /// ln(2^16 / R), Q62.
    logarithm_q62: i64,
}

static STEPS: [Step; INTERVALS] = steps();

/// (-1)^(n+1) / n in Q62 for n = 8 down to 1.
static SERIES_Q62: [i64; TERMS] = series();

#[allow(
    clippy::indexing_slicing,
    reason = "evaluated by the compiler, an overrun fails the build"
)]
const fn steps() -> [Step; INTERVALS] {
    let mut table = [Step {
        reciprocal_q16: 0,
        logarithm_q62: 0,
    }; INTERVALS];
    let mut i = 0;
    while i < INTERVALS {
        // The middle of interval i is (129 + 2i) / 128.
        let middle = 129 + 2 * i as u64;
        let reciprocal_q16 = ((128 << 16) + middle / 2) / middle;
        table[i] = Step {
            reciprocal_q16,
            logarithm_q62: minus_ln_q62(reciprocal_q16),
        };
        i += 1;
    }
    table
}

/// -ln(R / 2^16) in Q62 for R in (2^15, 2^16]: twice the odd series of (2^16 - R) / (2^16 + R),
/// whose argument is at most 1/3.
const fn minus_ln_q62(reciprocal_q16: u64) -> i64 {
    let unit = 1i128 << 16;
    let s = ((unit - reciprocal_q16 as i128) << 62) / (unit + reciprocal_q16 as i128);
    let square = (s * s) >> 62;
    let mut power = s;
    let mut sum = 0;
    let mut odd = 1;
    while odd < 61 {
        sum += power / odd;
        power = (power * square) >> 62;
        odd += 2;
    }
    (2 * sum) as i64
}

#[allow(
    clippy::indexing_slicing,
    reason = "evaluated by the compiler, an overrun fails the build"
)]
const fn series() -> [i64; TERMS] {
    let mut table = [0; TERMS];
    let mut i = 0;
    while i < TERMS {
        let n = (TERMS - i) as i64;
        let size = ((1i64 << 62) + n / 2) / n;
        table[i] = if n % 2 == 0 { -size } else { size };
        i += 1;
    }
    table
}

/// ln(value) in Q56, rounded to nearest; absolute error below 2^-56. `None` for 0.
///
/// ln(a / b) of two integers is the difference of two logarithms. ln(1) is exactly 0.
#[inline]
pub fn ln_q56(value: u128) -> Option<i64> {
    if value == 0 {
        return None;
    }
    let zeros = value.leading_zeros();
    // Top bit set: the mantissa in [1, 2), Q63. What is cut off is below 2^-63 of it.
    let mantissa = ((value << zeros) >> 64) as u64;
    let step = STEPS.get(((mantissa >> 57) & 63) as usize)?;
    // z = mantissa * R / 2^16 - 1, Q63, |z| < 2^-6.9.
    let product = ((mantissa as u128 * step.reciprocal_q16 as u128) >> 16) as u64;
    let z = product.wrapping_sub(1 << 63) as i64;
    let mut sum = 0i64;
    for coefficient in &SERIES_Q62 {
        sum = coefficient.wrapping_add(times(sum, z, 63));
    }
    let exponent = 127 - zeros as i64;
    // At most 127 ln 2 + 1 < 2^7 in Q62: needs 69 bits.
    let total =
        exponent as i128 * LN2_Q62 as i128 + step.logarithm_q62 as i128 + times(sum, z, 63) as i128;
    Some(((total + (1 << 5)) >> 6) as i64)
}
