//! Square roots.

use crate::bits::bit_length;
use crate::YEAR_SECONDS;

/// 2^12 / sqrt(31 536 000) in Q31: turns sqrt(seconds) in Q18 into sqrt(years) in Q30.
const SQRT_YEAR_FACTOR_Q31: u64 = 1_566_341_700;

/// Seconds at which [`sqrt_years_q30`] stops growing: four years.
pub const MAX_ROOT_SECONDS: i64 = 4 * YEAR_SECONDS;

/// sqrt(value), rounded down. Newton's steps from above, because a division costs as little as an
/// addition on the Solana machine.
#[inline]
pub const fn isqrt(value: u64) -> u64 {
    if value < 2 {
        return value;
    }
    // 2^ceil(bits/2) is above the root, by less than twice; from above the steps only fall.
    let mut root = 1u64 << bit_length(value).div_ceil(2);
    loop {
        let next = root.wrapping_add(value.wrapping_div(root)) >> 1;
        if next >= root {
            return root;
        }
        root = next;
    }
}

/// sqrt(seconds / year) in Q30, ACT/365. Negative time counts as 0, more than four years as four.
/// Relative error below 2^-17 / sqrt(seconds), absolute below 2^-29.
#[inline]
pub const fn sqrt_years_q30(seconds: i64) -> u64 {
    let seconds = if seconds < 0 {
        0
    } else if seconds > MAX_ROOT_SECONDS {
        MAX_ROOT_SECONDS
    } else {
        seconds
    };
    // seconds < 2^27, so the shifted value stays below 2^63 and its root below 2^32.
    let root_q18 = isqrt((seconds as u64) << 36);
    root_q18.wrapping_mul(SQRT_YEAR_FACTOR_Q31) >> 31
}
