//! Exponential: e^x = 2^k * 2^(j/32) * e^f with |f| <= ln 2 / 64.

use super::{ln_q56, times, LN2_OVER_32_Q64, LN2_Q62, LN_YEAR_SECONDS_Q56};

/// 32 / ln 2 in Q16.
const STEPS_PER_UNIT_Q16: i64 = 3_025_551;
/// Terms of e^f kept; the first one dropped, f^8 / 8!, is below 2^-67.
const TERMS: usize = 8;

/// 2^(j/32) in Q63.
static ROOTS_Q63: [u64; 32] = roots();
/// 1 / n! in Q62 for n = 7 down to 0.
static SERIES_Q62: [i64; TERMS] = series();

#[allow(
    clippy::indexing_slicing,
    reason = "evaluated by the compiler, an overrun fails the build"
)]
const fn roots() -> [u64; 32] {
    let mut table = [0; 32];
    let mut j = 0;
    while j < 32 {
        // e^(j ln 2 / 32) by its own series, Q62.
        let x = (LN2_Q62 as i128 * j as i128 + 16) / 32;
        let mut term = 1i128 << 62;
        let mut sum = 0;
        let mut n = 1;
        while n < 26 {
            sum += term;
            term = ((term * x) >> 62) / n;
            n += 1;
        }
        table[j] = (2 * sum) as u64;
        j += 1;
    }
    table
}

#[allow(
    clippy::indexing_slicing,
    reason = "evaluated by the compiler, an overrun fails the build"
)]
const fn series() -> [i64; TERMS] {
    let mut table = [1 << 62; TERMS];
    let mut i = TERMS - 1;
    let mut factorial = 1;
    while i > 0 {
        table[i] = ((1i64 << 62) + factorial / 2) / factorial;
        factorial *= (TERMS - i) as i64;
        i -= 1;
    }
    table[0] = ((1i64 << 62) + factorial / 2) / factorial;
    table
}

/// A positive number as mantissa * 2^(exponent - 63), the mantissa about 1 to 2 in Q63.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Power {
    /// Q63, never 0.
    pub mantissa_q63: u64,
    /// Binary exponent, within -186 and 186.
    pub exponent: i32,
}

impl Power {
    /// The number with `bits` fractional bits, rounded down, `u128::MAX` if it does not fit.
    #[inline]
    pub const fn floor_q(self, bits: i32) -> u128 {
        self.times_floor_q(1, bits)
    }

    /// The number times `factor` with `bits` more fractional bits than the factor has, rounded
    /// down, `u128::MAX` if it does not fit.
    #[inline]
    pub const fn times_floor_q(self, factor: u64, bits: i32) -> u128 {
        let product = self.mantissa_q63 as u128 * factor as u128;
        let shift = self.exponent.saturating_add(bits).saturating_sub(63);
        if shift <= -128 {
            0
        } else if shift < 0 {
            product >> shift.unsigned_abs()
        } else if product == 0 {
            0
        } else if shift.unsigned_abs() > product.leading_zeros() {
            u128::MAX
        } else {
            product << shift.unsigned_abs()
        }
    }
}

/// e^x for any x in Q56. Relative error below 2^-60 + |x| * 2^-59.
#[inline]
pub fn exp_scaled(x_q56: i64) -> Power {
    // |x| <= 2^7, so the product is below 2^61 and n within 32 * 128 / ln 2 < 2^13.
    let n = ((x_q56 >> 24) * STEPS_PER_UNIT_Q16 + (1 << 47)) >> 48;
    // The true difference is below 2^58, so wrapping in Q64 loses nothing.
    let f = (x_q56 << 8).wrapping_sub(n.wrapping_mul(LN2_OVER_32_Q64));
    let mut sum = 0i64;
    for coefficient in &SERIES_Q62 {
        sum = coefficient.wrapping_add(times(sum, f, 64));
    }
    let root = ROOTS_Q63.get((n & 31) as usize).copied().unwrap_or(1 << 63);
    // root < 2 * 2^(-1/32) and e^f < 2^(1/63), so the product stays below 2.
    Power {
        mantissa_q63: ((root as u128 * sum as u64 as u128) >> 62) as u64,
        exponent: (n >> 5) as i32,
    }
}

/// e^x in Q60, rounded down, `u128::MAX` from x = 47.1 on. Relative error of [`exp_scaled`] and
/// an absolute one below 2^-60.
#[inline]
pub fn exp_q60(x_q56: i64) -> u128 {
    exp_scaled(x_q56).floor_q(60)
}

/// sqrt(seconds / year) in Q60, ACT/365: e^(ln(seconds / year) / 2). Relative error below 2^-54;
/// zero and negative time count as 0, results from 16 on (256 years) as 16 less one unit.
#[inline]
pub fn sqrt_years_q60(seconds: i64) -> u64 {
    let Some(logarithm) = ln_q56(seconds.max(0).unsigned_abs() as u128) else {
        return 0;
    };
    let root = exp_q60((logarithm - LN_YEAR_SECONDS_Q56) >> 1);
    if root > u64::MAX as u128 {
        u64::MAX
    } else {
        root as u64
    }
}
