//! Display grade: logarithm, exponential, root and normal distribution to about 15 digits.
//!
//! Arguments are Q56 in `i64` (the range is -128 to 128), probabilities and densities Q60, numbers
//! of any size [`Scaled`]. The margin grade, [`crate::explog`] and [`crate::normal`], is coarser and
//! cheaper. Written for the Solana machine, where a 64-bit product or quotient costs one unit and a
//! 128-bit one dozens: a term of a series gets the bits it needs and no more. Tables are computed by
//! the compiler; nothing here fails, whatever the argument.

mod exponential;
mod logarithm;
mod normal;
mod product;
mod scaled;

pub use exponential::{exp_q60, exp_scaled, root_years, sqrt_years_q60};
pub use logarithm::ln_q56;
pub use normal::{cdf_pdf_q60, cdf_q60, pdf_q60};
pub use product::{mul_high, mul_shift_floor, signed_mul_high, signed_mul_shift_floor};
pub use scaled::{product_floor, Scaled};

/// 1.0 in Q56, the format of arguments and logarithms.
pub const ONE_Q56: i64 = 1 << 56;
/// 1.0 in Q60, the format of probabilities and densities.
pub const ONE_Q60: u64 = 1 << 60;

/// ln 2 in Q62.
const LN2_Q62: i64 = 3_196_577_161_300_663_915;
/// ln 2 in Q56, rounded down, and what is missing, in Q72.
const LN2_Q56: i64 = 49_946_518_145_322_873;
const LN2_LOW_Q72: i64 = 43_977;
/// ln 2 / 64 in Q64.
const LN2_OVER_64_Q64: i64 = 199_786_072_581_291_495;
/// ln(10^9), the scale of prices and ppb, in Q56.
pub const LN_BILLION_Q56: i64 = 1_493_268_676_818_745_395;
