//! Products of a wide and a narrow number, shifted instead of divided.

const LOW_HALF: u128 = (1 << 64) - 1;

/// `a * b / 2^shift` rounded down, `u128::MAX` if it does not fit; `shift` of at most 64.
#[inline]
pub const fn mul_shift_floor(a: u128, b: u64, shift: u32) -> u128 {
    let low = (a & LOW_HALF) * b as u128;
    // Below 2^128 - 2^64 + 2^64: the carry of the low half fits.
    let high = (a >> 64) * b as u128 + (low >> 64);
    let rest = if shift >= 64 {
        0
    } else {
        (low & LOW_HALF) >> shift
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
