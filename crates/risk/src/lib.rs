//! True of our protocol on any chain: pricing, margin, auctions, waterfall, shares, settlement.
//!
//! Pure functions of their arguments: no clock, account, allocator or float, and no panic. Time and
//! prices come in as numbers, outcomes go out as data for the caller to apply.
//!
//! Money that can be owed is `i64` quote atoms, money that exists is `u64`. Inside the margin kernel
//! arithmetic wraps within ranges stated next to it, because checked arithmetic costs three times
//! as much on the Solana machine; everywhere else it saturates or returns an error.
#![no_std]
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![deny(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::integer_division,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

pub mod assignment;
pub mod averaging;
pub mod collateral;
pub mod display;
mod error;
pub mod estate;
pub mod fees;
pub mod fixed;
pub mod liquidation;
pub mod margin;
pub mod params;
pub mod pricing;
pub mod quoting;
pub mod ramp;
pub mod recapitalisation;
pub mod settlement;
pub mod shares;
pub mod smile;
pub mod stress;
pub mod surface;
pub mod uncovered;
pub mod volatility;
pub mod waterfall;

pub use error::RiskError;
