//! Expiries and series, created by anyone.

mod create_expiry;
mod create_series;

pub use create_expiry::*;
pub use create_series::*;
