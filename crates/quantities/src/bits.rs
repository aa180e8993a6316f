//! The length of a number in bits, for a machine without an instruction for it.

/// Bits of `value` without leading zeros: 0 for 0, 64 from 2^63.
///
/// Four comparisons and a look-up; the compiler's expansion of `leading_zeros` costs twice that on the Solana
/// machine.
#[inline]
pub const fn bit_length(value: u64) -> u32 {
    let mut rest = value;
    let mut bits = 0;
    if rest >> 32 != 0 {
        rest >>= 32;
        bits = 32;
    }
    if rest >> 16 != 0 {
        rest >>= 16;
        bits |= 16;
    }
    if rest >> 8 != 0 {
        rest >>= 8;
        bits |= 8;
    }
    if rest >> 4 != 0 {
        rest >>= 4;
        bits |= 4;
    }
    // Lengths of 0 to 15, four bits each.
    let length = 0x4444_4444_3333_2210_u64.wrapping_shr(rest.wrapping_shl(2) as u32) & 15;
    length.wrapping_add(bits) as u32
}

/// A number moved left until its top bit is set; 0 stays.
#[inline]
pub const fn top(value: u64) -> u64 {
    value.wrapping_shl(64u32.wrapping_sub(bit_length(value)))
}
