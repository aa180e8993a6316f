//! Products of wide numbers, shifted instead of divided. The Solana machine multiplies 64 bits to 64
//! bits only, so the upper half of a product is put together from products of halves.

const LOW_HALF: u64 = (1 << 32) - 1;
const LOW_WORD: u128 = (1 << 64) - 1;

/// `a * b / 2^64`, never above it and less than 3 below: what carries out of the lower half is left
/// out. Exact where either factor is a power of two; never falls as a factor grows.
#[inline(always)]
pub const fn mul_high(a: u64, b: u64) -> u64 {
    let (a1, a0) = (a >> 32, a & LOW_HALF);
    let (b1, b0) = (b >> 32, b & LOW_HALF);
    // Products of halves are below 2^64, and no sum exceeds the true upper half.
    a1.wrapping_mul(b1)
        .wrapping_add(a1.wrapping_mul(b0) >> 32)
        .wrapping_add(a0.wrapping_mul(b1) >> 32)
}

/// [`mul_high`] of a signed and an unsigned factor, rounded towards minus infinity by less than 3.
#[inline(always)]
pub const fn signed_mul_high(a: i64, b: u64) -> i64 {
    let (a1, a0) = (a >> 32, a as u64 & LOW_HALF);
    let (b1, b0) = ((b >> 32) as i64, (b & LOW_HALF) as i64);
    // |a1| <= 2^31, so the signed products are within 2^63.
    a1.wrapping_mul(b1)
        .wrapping_add(a1.wrapping_mul(b0) >> 32)
        .wrapping_add((a0.wrapping_mul(b1 as u64) >> 32) as i64)
}

/// `a * b` as upper and lower word, exact.
#[inline(always)]
pub const fn mul_wide(a: u64, b: u64) -> (u64, u64) {
    let (a1, a0) = (a >> 32, a & LOW_HALF);
    let (b1, b0) = (b >> 32, b & LOW_HALF);
    // Below 2^64: (2^32 - 1)^2 + 2 (2^32 - 1) = 2^64 - 1.
    let low = a0.wrapping_mul(b0);
    let middle = a1.wrapping_mul(b0).wrapping_add(low >> 32);
    let other = a0.wrapping_mul(b1).wrapping_add(middle & LOW_HALF);
    (
        a1.wrapping_mul(b1)
            .wrapping_add(middle >> 32)
            .wrapping_add(other >> 32),
        (other << 32) | (low & LOW_HALF),
    )
}

/// `a * b / 2^shift` rounded down, `u128::MAX` if it does not fit; `shift` of at most 64.
#[inline]
pub const fn mul_shift_floor(a: u128, b: u64, shift: u32) -> u128 {
    let low = (a & LOW_WORD) * b as u128;
    // Below 2^128 - 2^64 + 2^64: the carry of the low half fits.
    let high = (a >> 64) * b as u128 + (low >> 64);
    let rest = if shift >= 64 {
        0
    } else {
        (low & LOW_WORD) >> shift
    };
    let up = 64u32.saturating_sub(shift);
    if up > high.leading_zeros() {
        u128::MAX
    } else {
        (high << up) | rest
    }
}

/// `a * b / 2^shift` towards zero with the sign of `a`, saturating; `shift` of at most 64.
#[inline]
pub const fn signed_mul_shift_floor(a: i128, b: u64, shift: u32) -> i128 {
    let magnitude = mul_shift_floor(a.unsigned_abs(), b, shift);
    let magnitude = if magnitude > i128::MAX as u128 {
        i128::MAX
    } else {
        magnitude as i128
    };
    if a < 0 {
        -magnitude
    } else {
        magnitude
    }
}
