//! Expiries and series: created by anyone, closed when nothing is left of them.

mod close_expiry;
mod close_series;
mod create_expiry;
mod create_series;

pub use close_expiry::*;
pub use close_series::*;
pub use create_expiry::*;
pub use create_series::*;
