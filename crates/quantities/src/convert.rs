//! Conversions between integer widths that say what happens at the edge.

/// `value` as i64; values above `i64::MAX` become `i64::MAX`.
#[inline]
pub const fn i64_saturating(value: u64) -> i64 {
    if value > i64::MAX as u64 {
        i64::MAX
    } else {
        value as i64
    }
}

/// `value` as u64; negative values become 0.
#[inline]
pub const fn u64_or_zero(value: i64) -> u64 {
    if value < 0 {
        0
    } else {
        value as u64
    }
}

/// `value` as u64 if it fits.
#[inline]
pub const fn u64_exact(value: u128) -> Option<u64> {
    if value > u64::MAX as u128 {
        None
    } else {
        Some(value as u64)
    }
}

/// The bits of `value` read as a signed number. Free of cost; for values known to be below 2^63.
#[inline]
pub const fn i64_bits(value: u64) -> i64 {
    value as i64
}

/// The bits of `value` read as an unsigned number. Free of cost; for values known to be >= 0.
#[inline]
pub const fn u64_bits(value: i64) -> u64 {
    value as u64
}

/// `value` as an index. On a 64-bit or the Solana machine nothing is lost; a 32-bit host keeps the
/// low half, which every caller range-checks through `get`.
#[inline]
pub const fn index(value: u64) -> usize {
    value as usize
}

/// `value` as u32; larger values become `u32::MAX`.
#[inline]
pub const fn u32_saturating(value: u64) -> u32 {
    if value > u32::MAX as u64 {
        u32::MAX
    } else {
        value as u32
    }
}

/// `value` as i32, clamped to the range of i32.
#[inline]
pub const fn i32_saturating(value: i64) -> i32 {
    if value > i32::MAX as i64 {
        i32::MAX
    } else if value < i32::MIN as i64 {
        i32::MIN
    } else {
        value as i32
    }
}

/// `value` as u64 (a length always fits).
#[inline]
pub const fn length(value: usize) -> u64 {
    value as u64
}

/// Bits `shift` to `shift` + 63 of `value`, 1 <= `shift` <= 63: `value` / 2^`shift` rounded down if it
/// fits i64. A few instructions where a general 128-bit shift takes dozens.
#[inline]
pub const fn i64_from_shifted(value: i128, shift: u32) -> i64 {
    let high = (value >> 64) as u64;
    let low = value as u64;
    (high.wrapping_shl(64u32.wrapping_sub(shift)) | low.wrapping_shr(shift)) as i64
}
