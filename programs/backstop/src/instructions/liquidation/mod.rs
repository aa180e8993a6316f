//! Seize, auction, estate: the first stages of the waterfall, driven by anyone.

mod bid;
mod bid_effects;
mod close_estate;
mod convert;
mod liquidate;
mod repay;
mod step;

pub(crate) use bid_effects::draw;

pub use bid::*;
pub use close_estate::*;
pub use convert::*;
pub use liquidate::*;
pub use repay::*;
