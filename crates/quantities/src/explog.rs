//! Natural logarithm and exponential in Q30.

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
pub const fn ln_ratio_q30(numerator: u64, denominator: u64) -> Option<i64> {
    if numerator == 0 || denominator == 0 {
        return None;
    }
    let up = numerator.leading_zeros();
    let down = denominator.leading_zeros();
    // Mantissas with the top bit set: the quotient lies in (1/2, 2), in Q32.
    let divisor = ((denominator << down) >> 32) + (((denominator << down) >> 31) & 1);
    let quotient = (numerator << up) / divisor;
    let exponent = down as i64 - up as i64;
    Some(exponent * LN2_Q30 + ln_near_one_q30(quotient))
}

/// ln of a Q32 number in (1/2, 2] by the odd series of (x-1)/(x+1) with the argument moved to
/// [3/4, 3/2), where eleven powers leave less than 2e-10.
const fn ln_near_one_q30(value_q32: u64) -> i64 {
    let (value, offset) = if value_q32 < ONE_Q32 / 4 * 3 {
        (value_q32 * 2, -LN2_Q30)
    } else if value_q32 >= ONE_Q32 / 2 * 3 {
        (value_q32 / 2, LN2_Q30)
    } else {
        (value_q32, 0)
    };
    let below = value < ONE_Q32;
    let distance = value.abs_diff(ONE_Q32);
    let s = (distance << 31) / (value + ONE_Q32);
    let s2 = (s * s) >> 31;
    // 1/11, 1/9, 1/7, 1/5, 1/3, 1 in Q31.
    let mut sum = 195_225_786;
    sum = 238_609_294 + ((sum * s2) >> 31);
    sum = 306_783_378 + ((sum * s2) >> 31);
    sum = 429_496_730 + ((sum * s2) >> 31);
    sum = 715_827_883 + ((sum * s2) >> 31);
    sum = 2_147_483_648 + ((sum * s2) >> 31);
    // 2 * s * sum in Q30 equals s * sum in Q31.
    let magnitude = ((s * sum + (1 << 30)) >> 31) as i64;
    if below {
        offset - magnitude
    } else {
        offset + magnitude
    }
}

/// e^x for x in Q30, result in Q30; relative error below 2e-9 where the result exceeds 1.
/// Beyond the range: 0 below, `u64::MAX` above.
pub const fn exp_q30(x: i64) -> u64 {
    if x >= MAX_EXPONENT_Q30 {
        return u64::MAX;
    }
    if x <= MIN_EXPONENT_Q30 {
        return 0;
    }
    let k = (x * INVERSE_LN2_Q20 + (1 << 49)) >> 50;
    // The remainder lies within ln2/2 of 0; degree nine leaves less than 1e-11.
    let f = ((x << 10) - k * LN2_Q40) >> 8;
    let mut sum: i64 = 11_836;
    sum = 106_522 + ((sum * f) >> 32);
    sum = 852_176 + ((sum * f) >> 32);
    sum = 5_965_232 + ((sum * f) >> 32);
    sum = 35_791_394 + ((sum * f) >> 32);
    sum = 178_956_971 + ((sum * f) >> 32);
    sum = 715_827_883 + ((sum * f) >> 32);
    sum = 2_147_483_648 + ((sum * f) >> 32);
    sum = 4_294_967_296 + ((sum * f) >> 32);
    sum = 4_294_967_296 + ((sum * f) >> 32);
    let mantissa = sum as u64;
    let shift = k - 2;
    if shift >= 0 {
        mantissa << shift
    } else if shift <= -64 {
        0
    } else {
        mantissa >> (-shift)
    }
}
