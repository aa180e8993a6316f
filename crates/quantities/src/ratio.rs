//! Products divided once, with the rounding direction in the name.

/// `a * b / d` rounded down. `None` if `d` is 0 or the quotient exceeds u64.
#[inline]
pub const fn mul_div_floor(a: u64, b: u64, d: u64) -> Option<u64> {
    if d == 0 {
        return None;
    }
    // A 64-bit product saves the 128-bit division, which dominates on the Solana machine.
    if let Some(product) = a.checked_mul(b) {
        return Some(product / d);
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
    if let Some(product) = a.checked_mul(b) {
        return Some(product.div_ceil(d));
    }
    let quotient = (a as u128 * b as u128).div_ceil(d as u128);
    if quotient > u64::MAX as u128 {
        None
    } else {
        Some(quotient as u64)
    }
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

/// 1/d prepared once, so that many ratios n/d cost a multiplication each.
///
/// `ratio_q30` is low by at most one unit of 2^-30 plus 2^-62 of the ratio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reciprocal {
    /// floor(2^(shift + 30) / d), between 2^62 and 2^63.
    mantissa: u64,
    shift: u32,
}

impl Reciprocal {
    /// Prepares 1/d. `None` if `d` is 0.
    pub const fn new(d: u64) -> Option<Self> {
        if d == 0 {
            return None;
        }
        // d lies in [2^(bits-1), 2^bits), so 2^(bits+62)/d lies in (2^62, 2^63].
        let bits = u64::BITS - d.leading_zeros();
        let quotient = (1u128 << (bits + 62)) / d as u128;
        let mantissa = if quotient > (1 << 63) - 1 {
            (1 << 63) - 1
        } else {
            quotient as u64
        };
        Some(Self {
            mantissa,
            shift: bits + 32,
        })
    }

    /// n/d in Q30, rounded down, `u64::MAX` if it does not fit.
    #[inline]
    pub const fn ratio_q30(self, n: u64) -> u64 {
        let ratio = (n as u128 * self.mantissa as u128) >> self.shift;
        if ratio > u64::MAX as u128 {
            u64::MAX
        } else {
            ratio as u64
        }
    }
}
