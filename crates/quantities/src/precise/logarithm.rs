//! Natural logarithm: a table of 257 reciprocals brings the mantissa next to 1, a series does the
//! rest.

use super::product::mul_high;
use super::Scaled;

/// Reciprocals of 1, 1 + 1/256, ..., 2.
const STEP_COUNT: usize = 257;
const THIRD_Q31: i64 = 715_827_883;
const QUARTER_Q31: i64 = 1 << 29;
const FIFTH_Q31: i64 = 429_496_730;
const SIXTH_Q31: i64 = 357_913_941;

/// A reciprocal and minus its own logarithm.
#[derive(Clone, Copy)]
struct Step {
    /// R with R / 2^16 next to the reciprocal; exact by definition, at most 2^16.
    reciprocal_q16: u64,
    /// ln(2^16 / R), Q62.
    logarithm_q62: i64,
}

static STEPS: [Step; STEP_COUNT] = steps();

#[allow(
    clippy::indexing_slicing,
    reason = "evaluated by the compiler, an overrun fails the build"
)]
const fn steps() -> [Step; STEP_COUNT] {
    let mut table = [Step {
        reciprocal_q16: 0,
        logarithm_q62: 0,
    }; STEP_COUNT];
    let mut i = 0;
    while i < STEP_COUNT {
        let place = 256 + i as u64;
        let reciprocal_q16 = ((256 << 16) + place / 2) / place;
        table[i] = Step {
            reciprocal_q16,
            logarithm_q62: minus_ln_q62(reciprocal_q16),
        };
        i += 1;
    }
    table
}

/// -ln(R / 2^16) in Q62 for R in [2^15, 2^16]: twice the odd series of (2^16 - R) / (2^16 + R),
/// whose argument is at most 1/3.
const fn minus_ln_q62(reciprocal_q16: u64) -> i64 {
    let unit = 1i128 << 16;
    let s = ((unit - reciprocal_q16 as i128) << 66) / (unit + reciprocal_q16 as i128);
    let square = ((s >> 4) * (s >> 4)) >> 62;
    // Q66: the roundings of thirty terms stay below half a unit of Q62.
    let mut power = s;
    let mut sum = 0;
    let mut odd = 1;
    while odd < 61 {
        sum += power / odd;
        power = (power * square) >> 62;
        odd += 2;
    }
    ((2 * sum + (1 << 3)) >> 4) as i64
}

/// ln of a mantissa in [1, 2), Q63 with its top bit set, in Q62; error below 2^-56.5, and 0 for 1.
///
/// With z = mantissa * R / 2^16 - 1, |z| < 2^-8.9, it is ln(2^16 / R) + z - z^2 p,
/// p = 1/2 - z/3 + z^2/4 - z^3/5 + z^4/6. The first term left out is below 2^-65.
#[inline]
pub(super) fn mantissa_ln_q62(mantissa: u64) -> i64 {
    // The nearest place: 0 to 256.
    let place = ((mantissa & !(1 << 63)).wrapping_add(1 << 54)) >> 55;
    let Some(step) = STEPS.get(place as usize) else {
        return 0;
    };
    // mantissa * R / 2^16 by halves of the mantissa; about 2^63.
    let product = ((mantissa >> 32).wrapping_mul(step.reciprocal_q16) << 16)
        .wrapping_add((mantissa & 0xFFFF_FFFF).wrapping_mul(step.reciprocal_q16) >> 16);
    let z = product.wrapping_sub(1 << 63) as i64;
    // z^2 in Q80: |z| < 2^54.1 in Q63 and 2^63.1 in Q72.
    let size = z.unsigned_abs() << 9;
    let square = mul_high(size, size);
    // The factors of z are below 2^-1.5 in Q31, z itself below 2^22.1 in Q31 and 2^31.1 in Q40.
    let short = z >> 32;
    let c5 = FIFTH_Q31.wrapping_sub(short.wrapping_mul(SIXTH_Q31) >> 31);
    let c4 = QUARTER_Q31.wrapping_sub(short.wrapping_mul(c5) >> 31);
    let c3 = THIRD_Q31.wrapping_sub(short.wrapping_mul(c4) >> 31);
    let p = (1i64 << 62).wrapping_sub((z >> 23).wrapping_mul(c3) >> 8);
    // Q80 times Q64 to Q80, and to Q62.
    let bend = mul_high(square, (p as u64) << 1) >> 18;
    step.logarithm_q62
        .wrapping_add(z >> 1)
        .wrapping_sub(bend as i64)
}

/// ln(value) in Q56; absolute error below 2^-55. `None` for 0.
///
/// ln(a / b) of two integers is the difference of two logarithms. ln(1) is exactly 0.
#[inline]
pub fn ln_q56(value: u128) -> Option<i64> {
    let high = (value >> 64) as u64;
    let Some(top) = Scaled::new(high) else {
        return Scaled::new(value as u64).map(Scaled::ln_q56);
    };
    // The 64 leading bits. What is cut off is below 2^-63 of them.
    let mantissa = (value >> (top.exponent() + 1)) as u64;
    Some(Scaled::from_parts(mantissa, top.exponent() + 64).ln_q56())
}
