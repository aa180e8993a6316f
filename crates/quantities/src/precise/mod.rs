//! Display grade: logarithm, exponential and normal distribution to about 16 digits.
//!
//! Arguments are Q56 in `i64` (the range is -128 to 128), probabilities and densities Q60.
//! The margin grade, [`crate::explog`] and [`crate::normal`], is coarser and cheaper. Tables are
//! computed by the compiler; nothing here divides at run time or fails, whatever the argument.

mod exponential;
mod logarithm;
mod normal;
mod product;

pub use exponential::{exp_q60, exp_scaled, sqrt_years_q60, Power};
pub use logarithm::ln_q56;
pub use normal::{cdf_q60, pdf_q60};
pub use product::{mul_shift_floor, signed_mul_shift_floor};

/// 1.0 in Q56, the format of arguments and logarithms.
pub const ONE_Q56: i64 = 1 << 56;
/// 1.0 in Q60, the format of probabilities and densities.
pub const ONE_Q60: u64 = 1 << 60;

/// ln 2 in Q62.
const LN2_Q62: i64 = 3_196_577_161_300_663_915;
/// ln 2 / 32 in Q64.
const LN2_OVER_32_Q64: i64 = 399_572_145_162_582_989;
/// ln(31 536 000), the seconds of the ACT/365 year, in Q56.
pub const LN_YEAR_SECONDS_Q56: i64 = 1_244_192_557_739_782_529;
/// ln(10^9), the scale of prices and ppb, in Q56.
pub const LN_BILLION_Q56: i64 = 1_493_268_676_818_745_395;

/// `a * b / 2^shift` rounded down, for products known to fit after the shift.
#[inline]
const fn times(a: i64, b: i64, shift: u32) -> i64 {
    ((a as i128 * b as i128) >> shift) as i64
}
