//! The market's insurance fund: stakes in, fees in. Draws happen where losses are paid.

mod measure;
mod share_cover;
mod stake;
mod sweep_fees;

pub use measure::*;
pub use share_cover::*;
pub use stake::*;
pub use sweep_fees::*;
