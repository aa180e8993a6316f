//! What a surface nobody renews costs: uncertainty that grows with its age.

use crate::surface::MAX_VOL_PPM;
use backstop_quantities::convert::{u32_saturating, u64_or_zero};
use backstop_quantities::{mul_div_ceil, mul_div_floor};

/// One point of volatility, ppm.
pub const POINT_PPM: u32 = 10_000;
/// Seconds a surface may be stale before maintenance margin widens.
pub const MM_GRACE_SECONDS: i64 = 6 * 3_600;
const HOUR_SECONDS: u64 = 3_600;

/// How far volatility may be off, either way, ppm, at most 500 points: an add-on of the requirement under its
/// cap, never a part of a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Widening {
    /// At initial margin; rounded up.
    pub im_ppm: u32,
    /// At maintenance margin; rounded down, as a limit on the owner's behalf.
    pub mm_ppm: u32,
}

/// Widening of a surface that has been stale (older than its greatest age) for so many seconds: one
/// point an hour, at initial margin from the first second, at maintenance after six hours. Negative
/// seconds count as 0. Continuous: neither tier ever jumps, and maintenance gains at most a point in
/// any hour.
pub fn widening(stale_seconds: i64) -> Widening {
    let points = |seconds: Option<u64>| {
        seconds
            .unwrap_or(u64::from(MAX_VOL_PPM))
            .min(MAX_VOL_PPM.into())
    };
    let stale = u64_or_zero(stale_seconds);
    let late = stale.saturating_sub(u64_or_zero(MM_GRACE_SECONDS));
    let im = points(mul_div_ceil(stale, POINT_PPM.into(), HOUR_SECONDS));
    let mm = points(mul_div_floor(late, POINT_PPM.into(), HOUR_SECONDS));
    Widening {
        im_ppm: u32_saturating(im),
        mm_ppm: u32_saturating(mm),
    }
}
