//! Natural logarithm and exponential in Q30.

use crate::bits::{bit_length, top};

const ONE_Q32: u64 = 1 << 32;
/// ln 2 in Q30.
const LN2_Q30: i64 = 744_261_118;
/// ln 2 in Q40.
const LN2_Q40: i64 = 762_123_384_786;
/// 1 / ln 2 in Q20.
const INVERSE_LN2_Q20: i64 = 1_512_775;
/// Arguments beyond which e^x leaves the range of u64 in Q30, or rounds to 0.
const MAX_EXPONENT_Q30: i64 = 23 << 30;
const MIN_EXPONENT_Q30: i64 = -(22 << 30);

/// ln(numerator / denominator) in Q30; absolute error below 3 * 2^-30.
/// `None` if either number is 0.
#[inline(never)]
pub const fn ln_ratio_q30(numerator: u64, denominator: u64) -> Option<i64> {
    if numerator == 0 || denominator == 0 {
        return None;
    }
    // Mantissas with the top bit set: the quotient lies in (1/2, 2), in Q32.
    let below = top(denominator);
    let divisor = (below >> 32).wrapping_add((below >> 31) & 1);
    let quotient = top(numerator).wrapping_div(divisor);
    let doublings = (bit_length(numerator) as i64).wrapping_sub(bit_length(denominator) as i64);
    let whole = doublings.wrapping_mul(LN2_Q30);
    Some(whole.wrapping_add(ln_near_one_q30(quotient)))
}

/// ln of a Q30 number in Q30; absolute error below 3 * 2^-30. `None` for 0.
#[inline(never)]
pub const fn ln_q30(value: u64) -> Option<i64> {
    if value == 0 {
        return None;
    }
    if value > 1 << 29 && value < 1 << 31 {
        // Most are near 1, and then their length need not be found.
        return Some(ln_near_one_q30(value << 2));
    }
    // In [1, 2) as Q32.
    let mantissa = top(value) >> 31;
    let doublings = (bit_length(value) as i64).wrapping_sub(31);
    let whole = doublings.wrapping_mul(LN2_Q30);
    Some(whole.wrapping_add(ln_near_one_q30(mantissa)))
}

/// ln of a Q32 number in (1/2, 2] by the odd series of (x-1)/(x+1) with the argument moved to
/// [3/4, 3/2), where eleven powers leave less than 2e-10.
#[inline]
const fn ln_near_one_q30(value_q32: u64) -> i64 {
    let (value, offset) = if value_q32 < ONE_Q32 / 4 * 3 {
        (value_q32 << 1, -LN2_Q30)
    } else if value_q32 >= ONE_Q32 / 2 * 3 {
        (value_q32 >> 1, LN2_Q30)
    } else {
        (value_q32, 0)
    };
    let below = value < ONE_Q32;
    let distance = value.abs_diff(ONE_Q32);
    // distance <= 2^31, so s <= 2^31 / 5 and s2 < 2^27; each sum stays below 2^32.
    let s = (distance << 31).wrapping_div(value.wrapping_add(ONE_Q32));
    let s2 = s.wrapping_mul(s) >> 31;
    // 1/11, 1/9, 1/7, 1/5, 1/3, 1 in Q31.
    let mut sum = 195_225_786;
    sum = term(238_609_294, sum, s2);
    sum = term(306_783_378, sum, s2);
    sum = term(429_496_730, sum, s2);
    sum = term(715_827_883, sum, s2);
    sum = term(2_147_483_648, sum, s2);
    // 2 * s * sum in Q30 equals s * sum in Q31.
    let magnitude = (s.wrapping_mul(sum).wrapping_add(1 << 30) >> 31) as i64;
    if below {
        offset.wrapping_sub(magnitude)
    } else {
        offset.wrapping_add(magnitude)
    }
}

/// coefficient + sum * x in Q31.
#[inline]
const fn term(coefficient: u64, sum: u64, x: u64) -> u64 {
    (sum.wrapping_mul(x) >> 31).wrapping_add(coefficient)
}

/// e^x for x in Q30, result in Q30; relative error below 2e-9 where the result exceeds 1.
/// Beyond the range: 0 below, `u64::MAX` above.
#[inline(never)]
pub const fn exp_q30(x: i64) -> u64 {
    if x >= MAX_EXPONENT_Q30 {
        return u64::MAX;
    }
    if x <= MIN_EXPONENT_Q30 {
        return 0;
    }
    // |x| < 2^35, so this product stays below 2^56 and |k| below 34.
    let k = x.wrapping_mul(INVERSE_LN2_Q20).wrapping_add(1 << 49) >> 50;
    // The remainder lies within ln2/2 of 0; degree nine leaves less than 1e-11.
    let f = (x << 10).wrapping_sub(k.wrapping_mul(LN2_Q40)) >> 8;
    // |f| < 2^31 and every sum below 2^33: products below 2^63.
    let mut sum: i64 = 11_836;
    sum = step(106_522, sum, f);
    sum = step(852_176, sum, f);
    sum = step(5_965_232, sum, f);
    sum = step(35_791_394, sum, f);
    sum = step(178_956_971, sum, f);
    sum = step(715_827_883, sum, f);
    sum = step(2_147_483_648, sum, f);
    sum = step(4_294_967_296, sum, f);
    sum = step(4_294_967_296, sum, f);
    let mantissa = sum as u64;
    let shift = k.wrapping_sub(2);
    if shift >= 0 {
        mantissa << (shift & 63)
    } else {
        // k > -33.
        mantissa >> (shift.wrapping_neg() & 63)
    }
}

/// coefficient + sum * f in Q32.
#[inline]
const fn step(coefficient: i64, sum: i64, f: i64) -> i64 {
    (sum.wrapping_mul(f) >> 32).wrapping_add(coefficient)
}
