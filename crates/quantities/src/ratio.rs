//! Products divided once, with the rounding direction in the name.

use crate::bits::bit_length;

/// Whether a * b is below 2^63. A division costs the Solana machine one unit; the compiler's own
/// check for an overflow, which it would put for a bound of 2^64, a 128-bit product.
#[inline]
const fn product_fits(a: u64, b: u64) -> bool {
    a == 0 || b <= (u64::MAX >> 1) / a
}

/// `a * b` as `whole * d + rest`, both below 2^63, where that is found without wide numbers: by what d
/// goes into one of the factors and what is left of it. `d` is not 0.
#[inline]
const fn split(a: u64, b: u64, d: u64) -> Option<(u64, u64)> {
    if product_fits(a, b) {
        return Some((0, a.wrapping_mul(b)));
    }
    let (q, r) = (a / d, a % d);
    if product_fits(q, b) && product_fits(r, b) {
        return Some((q.wrapping_mul(b), r.wrapping_mul(b)));
    }
    let (q, r) = (b / d, b % d);
    if product_fits(q, a) && product_fits(r, a) {
        return Some((q.wrapping_mul(a), r.wrapping_mul(a)));
    }
    None
}

/// `a * b / d` rounded down. `None` if `d` is 0 or the quotient exceeds u64.
#[inline]
pub const fn mul_div_floor(a: u64, b: u64, d: u64) -> Option<u64> {
    if d == 0 {
        return None;
    }
    // 64 bits save the 128-bit division, which dominates on the Solana machine.
    if let Some((whole, rest)) = split(a, b, d) {
        return Some(whole.wrapping_add(rest / d));
    }
    let quotient = (a as u128 * b as u128) / d as u128;
    if quotient > u64::MAX as u128 {
        None
    } else {
        Some(quotient as u64)
    }
}

/// `a * b / d` rounded up. `None` if `d` is 0 or the quotient exceeds u64.
#[inline]
pub const fn mul_div_ceil(a: u64, b: u64, d: u64) -> Option<u64> {
    if d == 0 {
        return None;
    }
    if let Some((whole, rest)) = split(a, b, d) {
        return Some(whole.wrapping_add(rest.div_ceil(d)));
    }
    let quotient = (a as u128 * b as u128).div_ceil(d as u128);
    if quotient > u64::MAX as u128 {
        None
    } else {
        Some(quotient as u64)
    }
}

/// `n / d` in Q30 rounded down. `None` if `d` is 0 or the result exceeds u64.
///
/// A fraction of a number below 2^49 takes two steps of a long division, 15 bits each, where
/// [`mul_div_floor`] would need a wide one.
#[inline]
pub const fn fraction_q30_floor(n: u64, d: u64) -> Option<u64> {
    if d == 0 || d >> 49 != 0 || n > d {
        return mul_div_floor(n, 1 << 30, d);
    }
    let (high, rest) = ((n << 15) / d, (n << 15) % d);
    Some((high << 15).wrapping_add((rest << 15) / d))
}

/// `a * b / d` rounded towards minus infinity. `None` if `d` is 0 or the result exceeds i64.
#[inline]
pub const fn signed_mul_div_floor(a: i64, b: u64, d: u64) -> Option<i64> {
    let magnitude = if a < 0 {
        mul_div_ceil(a.unsigned_abs(), b, d)
    } else {
        mul_div_floor(a.unsigned_abs(), b, d)
    };
    with_sign(magnitude, a < 0)
}

/// `a * b / d` rounded towards plus infinity. `None` if `d` is 0 or the result exceeds i64.
#[inline]
pub const fn signed_mul_div_ceil(a: i64, b: u64, d: u64) -> Option<i64> {
    let magnitude = if a < 0 {
        mul_div_floor(a.unsigned_abs(), b, d)
    } else {
        mul_div_ceil(a.unsigned_abs(), b, d)
    };
    with_sign(magnitude, a < 0)
}

const fn with_sign(magnitude: Option<u64>, negative: bool) -> Option<i64> {
    match magnitude {
        Some(value) if value <= i64::MAX as u64 => {
            let value = value as i64;
            Some(if negative { -value } else { value })
        }
        _ => None,
    }
}

/// d prepared once, so that many ratios n/d cost a few 64-bit instructions each.
///
/// `ratio_q30` is never above the ratio, and low by less than two units of 2^-30.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reciprocal {
    whole: u64,
    /// d / 2^down rounded up, at most 2^34.
    short: u64,
    down: u32,
}

impl Reciprocal {
    /// Prepares 1/d. `None` if `d` is 0.
    #[inline]
    pub const fn new(d: u64) -> Option<Self> {
        if d == 0 {
            return None;
        }
        let down = bit_length(d).saturating_sub(34);
        let cut = (d >> down) << down != d;
        Some(Self {
            whole: d,
            short: (d >> down).wrapping_add(cut as u64),
            down,
        })
    }

    /// n/d in Q30, rounded down, `u64::MAX` if it does not fit.
    #[inline]
    pub const fn ratio_q30(self, n: u64) -> u64 {
        // Nobody builds one of zero.
        if self.whole == 0 || self.short == 0 {
            return u64::MAX;
        }
        let whole = n / self.whole;
        let rest = n.wrapping_sub(whole.wrapping_mul(self.whole));
        if whole >> 34 != 0 {
            return u64::MAX;
        }
        // The rest is below d, so it has at most 34 bits left here.
        let part = ((rest >> self.down) << 30) / self.short;
        (whole << 30).wrapping_add(part)
    }
}
