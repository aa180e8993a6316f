//! The market's insurance fund: stakes in, fees in. Draws happen where losses are paid.

mod stake;
mod sweep_fees;

pub use stake::*;
pub use sweep_fees::*;
