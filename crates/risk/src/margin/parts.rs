//! Parts of values, and how the value of an expiry counts.

use super::{Credit, Portfolio, EXPIRY_COUNT};
use backstop_quantities::convert::{i64_bits, u64_bits};
use backstop_quantities::{mul_div_ceil, mul_div_floor, ONE_PPB, ONE_Q30};

/// Part of each expiry's net positive option value that counts, Q30, rounded down.
pub(super) type Credits = [i64; EXPIRY_COUNT];

/// Part of a value, Q30, rounded down; exact for parts up to 2^32 and results within i64.
#[inline]
pub(super) fn part_q30(value: i64, part: i64) -> i64 {
    let high = (value >> 30).wrapping_mul(part);
    let low = (value & (ONE_Q30 - 1)).wrapping_mul(part) >> 30;
    high.wrapping_add(low)
}

/// The same rounded up.
#[inline]
pub(super) fn part_q30_ceil(value: i64, part: i64) -> i64 {
    part_q30(value.wrapping_neg(), part).wrapping_neg()
}

/// Net option value of one expiry as it counts: a part of it if positive.
#[inline]
pub(super) fn credited(value: i64, credit: i64) -> i64 {
    if value > 0 {
        part_q30(value, credit)
    } else {
        value
    }
}

/// A fraction as Q30, rounded down: credits count less.
pub(super) fn q30_floor(ppb: u64) -> i64 {
    i64_bits(mul_div_floor(ppb, u64_bits(ONE_Q30), ONE_PPB).unwrap_or(0)).min(ONE_Q30)
}

pub(super) fn q30_ceil(ppb: u64) -> i64 {
    i64_bits(mul_div_ceil(ppb, u64_bits(ONE_Q30), ONE_PPB).unwrap_or(0))
}

/// Credits of a tier: the tier's, Q30, times what an impaired expiry is expected to pay.
pub(super) fn credits(portfolio: &Portfolio, whole: i64, withdrawing: bool) -> Credits {
    let mut credits = [0; EXPIRY_COUNT];
    for (slot, terms) in credits.iter_mut().zip(portfolio.expiries) {
        *slot = match terms.credit {
            Credit::Whole => whole,
            Credit::Impaired { .. } if withdrawing => 0,
            Credit::Impaired { haircut_ppb } => {
                part_q30(whole, q30_floor(ONE_PPB.saturating_sub(haircut_ppb)))
            }
        };
    }
    credits
}
