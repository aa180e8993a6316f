//! True of numbers and units, whatever we trade.
//!
//! Money, prices and counts are newtypes, so that only meaningful sums compile; every rounding
//! direction is in the name of the function. The fixed-point functions work in Q30
//! (1.0 = 2^30) on 64-bit integers; [`precise`] holds their finer siblings, for values people see.
//! Nothing here allocates, panics or knows a float.
#![no_std]
#![forbid(unsafe_code)]
#![deny(missing_docs)]
// What the crates above deny besides is what this one is there for: `as` between widths, bare division and arithmetic
// in ranges proved beside it, so that they need none.
#![deny(
    clippy::float_arithmetic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

pub mod bits;
pub mod convert;
pub mod explog;
pub mod normal;
pub mod precise;
pub mod ratio;
pub mod root;
pub mod units;

pub use ratio::{
    fraction_q30_floor, mul_div_ceil, mul_div_floor, signed_mul_div_ceil, signed_mul_div_floor,
    Reciprocal,
};
pub use units::{Atoms, Contracts, Ppb, Price, Shares, UnixSeconds, Vol};

/// 1.0 in parts per billion.
pub const ONE_PPB: u64 = 1_000_000_000;
/// 1.0 in the Q30 format of this crate.
pub const ONE_Q30: i64 = 1 << 30;
/// Scale of [`Price`]: 1 quote = 1 000 000 000.
pub const PRICE_SCALE: u64 = 1_000_000_000;
/// Scale of [`Contracts`]: 1 contract = 1 000 000.
pub const CONTRACTS_SCALE: i64 = 1_000_000;
/// Seconds in the ACT/365 year.
pub const YEAR_SECONDS: i64 = 31_536_000;
