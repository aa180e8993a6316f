//! Exponential: e^x = 2^k * 2^(j/64) * e^f with |f| <= ln 2 / 128.

use super::product::mul_high;
use super::{Scaled, LN2_OVER_64_Q64, LN2_Q62};

/// 64 / ln 2 in Q16.
const STEPS_PER_UNIT_Q16: i64 = 6_051_102;
/// 1/720, 1/120, 1/24 and 1/6 in Q32.
const C6_Q32: i64 = 5_965_232;
const C5_Q32: i64 = 35_791_394;
const C4_Q32: i64 = 178_956_971;
const C3_Q32: i64 = 715_827_883;

/// 2^(j/64) in Q63.
static ROOTS_Q63: [u64; 64] = roots();

#[allow(
    clippy::indexing_slicing,
    reason = "evaluated by the compiler, an overrun fails the build"
)]
const fn roots() -> [u64; 64] {
    let mut table = [0; 64];
    let mut j = 0;
    while j < 64 {
        // e^(j ln 2 / 64) by its own series, Q62.
        let x = (LN2_Q62 as i128 * j as i128 + 32) / 64;
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

/// e^x for any x in Q56. Relative error below 2^-54 + |x| * 2^-58.
///
/// e^f = 1 + f + f^2 p, p = 1/2 + f/6 + f^2/24 + f^3/120 + f^4/720; the first term left out is below
/// 2^-64.
#[inline]
pub fn exp_scaled(x_q56: i64) -> Scaled {
    // |x| <= 2^7, so the product is below 2^62 and n within 64 * 128 / ln 2 < 2^14.
    let n = ((x_q56 >> 24)
        .wrapping_mul(STEPS_PER_UNIT_Q16)
        .wrapping_add(1 << 47))
        >> 48;
    // The true difference is below 2^56.6, so wrapping in Q64 loses nothing.
    let f = (x_q56 << 8).wrapping_sub(n.wrapping_mul(LN2_OVER_64_Q64));
    // f^2 in Q76.
    let size = f.unsigned_abs() << 6;
    let square = mul_high(size, size);
    // f below 2^24.6 in Q32 and 2^32.6 in Q40, its factors below 2^29.5.
    let short = f >> 32;
    let c5 = C5_Q32.wrapping_add(short.wrapping_mul(C6_Q32) >> 32);
    let c4 = C4_Q32.wrapping_add(short.wrapping_mul(c5) >> 32);
    let c3 = C3_Q32.wrapping_add(short.wrapping_mul(c4) >> 32);
    let p = (1i64 << 62).wrapping_add((f >> 24).wrapping_mul(c3) >> 9);
    // Q76 times Q63 to Q75, and to Q62.
    let bend = mul_high(square, p as u64) >> 13;
    let sum = (1i64 << 62).wrapping_add(f >> 2).wrapping_add(bend as i64);
    let root = ROOTS_Q63.get((n & 63) as usize).copied().unwrap_or(1 << 63);
    // root times e^f, Q63 times Q63 to Q62: from 0.99 to 1.99.
    let product = mul_high(root, (sum as u64) << 1);
    Scaled::nearly(product << 1, n >> 6)
}

/// e^x in Q60, rounded down, `u128::MAX` from x = 47.1 on. Relative error of [`exp_scaled`] and
/// an absolute one below 2^-60.
#[inline]
pub fn exp_q60(x_q56: i64) -> u128 {
    exp_scaled(x_q56).floor_times(1, 60)
}

/// 1 / year and, rounded up so that a year's root is exactly 1, what brings seconds to it.
const PER_YEAR: Scaled = Scaled::from_parts(9_813_705_283_528_192_185, -25);

/// sqrt(seconds / year), ACT/365, within 2^-59 of itself; `None` for zero and negative time.
#[inline]
pub fn root_years(seconds: i64) -> Option<Scaled> {
    let time = Scaled::new(seconds.max(0).unsigned_abs())?;
    Some(time.times(PER_YEAR).root())
}

/// sqrt(seconds / year) in Q60, rounded to nearest. Relative error below 2^-59 beside that; zero and
/// negative time count as 0, results from 16 on (256 years) as 16 less one unit.
#[inline]
pub fn sqrt_years_q60(seconds: i64) -> u64 {
    let doubled = root_years(seconds).map_or(0, |root| root.floor_times(1, 61));
    let nearest = doubled.saturating_add(1) >> 1;
    if nearest > u64::MAX as u128 {
        u64::MAX
    } else {
        nearest as u64
    }
}
