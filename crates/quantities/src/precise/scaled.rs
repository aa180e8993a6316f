//! Positive numbers of any size: a 64-bit mantissa and a binary exponent.

use super::logarithm::mantissa_ln_q62;
use super::product::{mul_high, mul_wide};
use super::{LN2_LOW_Q72, LN2_Q56};

const TOP_BIT: u64 = 1 << 63;

/// mantissa * 2^(exponent - 63), at least 2^-63 apart from its neighbours relative to itself.
///
/// Products, reciprocals and roots are low by a few units of the mantissa's last bit; exponents grow
/// by one sum an operation and are far from the edges of `i64` after any that fits a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scaled {
    /// Its top bit is set.
    mantissa: u64,
    /// floor(log2) of the number.
    exponent: i64,
}

impl Scaled {
    /// 1.
    pub const ONE: Self = Self::from_parts(TOP_BIT, 0);

    /// mantissa * 2^(exponent - 63) for a mantissa with its top bit set. For constants.
    pub const fn from_parts(mantissa: u64, exponent: i64) -> Self {
        Self { mantissa, exponent }
    }

    /// An integer, exact. `None` for 0.
    #[inline]
    pub const fn new(value: u64) -> Option<Self> {
        if value == 0 {
            return None;
        }
        // The Solana machine does not count zeros; halving finds them in six comparisons.
        let mut mantissa = value;
        let mut exponent = 63;
        let mut step = 32;
        while step > 0 {
            if mantissa >> (64 - step) == 0 {
                mantissa <<= step;
                exponent -= step;
            }
            step >>= 1;
        }
        Some(Self { mantissa, exponent })
    }

    /// floor(log2) of the number.
    #[inline]
    pub const fn exponent(self) -> i64 {
        self.exponent
    }

    /// From a mantissa that may lack its top bit by one place.
    #[inline(always)]
    pub(super) const fn nearly(mantissa: u64, exponent: i64) -> Self {
        if mantissa & TOP_BIT == 0 {
            Self::from_parts(mantissa << 1, exponent.wrapping_sub(1))
        } else {
            Self::from_parts(mantissa, exponent)
        }
    }

    /// Product; low by less than 2^-60 of itself.
    #[inline]
    pub const fn times(self, other: Self) -> Self {
        let exponent = self.exponent.wrapping_add(other.exponent).wrapping_add(1);
        Self::nearly(mul_high(self.mantissa, other.mantissa), exponent)
    }

    /// 1 / number; low by less than 2^-59 of itself.
    #[inline]
    pub const fn inverse(self) -> Self {
        // From the upper half, rounded up, a quotient of 31 bits that is not above 2^95 / mantissa and
        // short of it by less than 2^-29.9 of itself.
        let upper = (self.mantissa >> 32).wrapping_add(1);
        let rough = TOP_BIT / upper;
        // mantissa * rough / 2^95 = 1 - missing / 2^63, missing below 2^33.2.
        let product = (self.mantissa >> 32)
            .wrapping_mul(rough)
            .wrapping_add((self.mantissa & 0xFFFF_FFFF).wrapping_mul(rough) >> 32);
        let missing = TOP_BIT.wrapping_sub(product);
        // 1 / (1 - e) = 1 + e + ..., of which the square of e is left out.
        let mantissa = (rough << 32).saturating_add((rough >> 2).wrapping_mul(missing) >> 29);
        Self::nearly(mantissa, self.exponent.wrapping_neg().wrapping_sub(1))
    }

    /// Square root, within 2^-61 of itself.
    #[inline]
    pub const fn root(self) -> Self {
        // mantissa * 2^(2 n - 62): an even exponent for a radicand from 2^62 to 2^64.
        let odd = self.exponent & 1;
        let radicand = self.mantissa >> (1 - odd);
        // In Q31 the root of t from 1 to 4 is t/3 + 0.708 within 4.2 %; three steps of Newton square
        // that to 2^-10, 2^-21 and 2^-43.
        let mut root = ((radicand / 3) >> 31).wrapping_add(1_521_134_251);
        root = root.wrapping_add(radicand / root) >> 1;
        root = root.wrapping_add(radicand / root) >> 1;
        root = root.wrapping_add(radicand / root) >> 1;
        if root > 0xFFFF_FFFF {
            root = 0xFFFF_FFFF;
        }
        if root.wrapping_mul(root) > radicand {
            root = root.wrapping_sub(1);
        }
        // The remainder is at most 2 root < 2^33: half of it over the root is the fraction.
        let rest = radicand.wrapping_sub(root.wrapping_mul(root));
        let mut fraction = (rest << 31) / root;
        if fraction > 0xFFFF_FFFF {
            fraction = 0xFFFF_FFFF;
        }
        Self::from_parts(
            (root << 32) | fraction,
            (self.exponent.wrapping_sub(odd)) >> 1,
        )
    }

    /// ln of the number in Q56; absolute error below 2^-55 for exponents within 200. Exactly 0 for 1.
    #[inline]
    pub fn ln_q56(self) -> i64 {
        let part = mantissa_ln_q62(self.mantissa).wrapping_add(1 << 5) >> 6;
        let whole = self.exponent.wrapping_mul(LN2_Q56);
        let rest = self.exponent.wrapping_mul(LN2_LOW_Q72) >> 16;
        whole.wrapping_add(rest).wrapping_add(part)
    }

    /// number * 2^bits rounded down, `u64::MAX` if it does not fit.
    #[inline]
    pub const fn floor_u64(self, bits: i64) -> u64 {
        let right = 63i64.wrapping_sub(self.exponent).wrapping_sub(bits);
        if right < 0 {
            u64::MAX
        } else if right >= 64 {
            0
        } else {
            self.mantissa >> right
        }
    }

    /// number * factor * 2^bits rounded down, `u64::MAX` if it does not fit.
    #[inline]
    pub const fn floor_times_u64(self, factor: u64, bits: i64) -> u64 {
        let (high, low) = mul_wide(self.mantissa, factor);
        let right = 63i64.wrapping_sub(self.exponent).wrapping_sub(bits);
        if right >= 128 || factor == 0 {
            0
        } else if right >= 64 {
            high >> (right - 64)
        } else if right < 0 || high >> right != 0 {
            // A product that is not 0 has its top bit at 2^63 or above.
            u64::MAX
        } else if right == 0 {
            low
        } else {
            (high << (64 - right)) | (low >> right)
        }
    }

    /// number * factor * 2^bits rounded down, `u128::MAX` if it does not fit.
    #[inline]
    pub const fn floor_times(self, factor: u64, bits: i64) -> u128 {
        let exponent = self.exponent.wrapping_add(bits).wrapping_sub(63);
        product_floor(self.mantissa, factor, exponent)
    }
}

/// a * b * 2^places rounded down, `u128::MAX` if it does not fit.
#[inline]
pub const fn product_floor(a: u64, b: u64, places: i64) -> u128 {
    let (high, low) = mul_wide(a, b);
    let right = places.wrapping_neg();
    if right >= 128 {
        0
    } else if right >= 64 {
        (high >> (right - 64)) as u128
    } else if right > 0 {
        (((high >> right) as u128) << 64) | ((high << (64 - right)) | (low >> right)) as u128
    } else {
        let product = ((high as u128) << 64) | low as u128;
        if product == 0 {
            0
        } else if places > product.leading_zeros() as i64 {
            u128::MAX
        } else {
            product << places
        }
    }
}
