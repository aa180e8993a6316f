//! How a surface is used over time: averaged, stale, checked, and compared with what was realised.
//!
//! The surface itself, its selection and blending are [`crate::surface`].

mod arbitrage;
mod average;
mod hold;
mod probability;
mod realised;
mod staleness;

pub use arbitrage::{check_arbitrage, Arbitrage, ArbitrageReport, Violation};
pub(crate) use average::EARLIER_MINUTES;
pub use average::{AveragedSurface, WINDOW_SECONDS};
pub use hold::{observe_breach, BreachState, Hold, FAR_HOLD_SECONDS, FORGET_SECONDS, HOLD_SECONDS};
pub use probability::{breach_probability, health_at_move, Revalued, FORECAST_SECONDS};
pub use realised::{grid_step, RealisedVol, GRID_SECONDS};
pub(crate) use realised::{FAST_STEPS, FLOOR_PPB, FLOOR_SECONDS, SLOW_STEPS};
pub use staleness::{widening, Widening, MM_GRACE_SECONDS, POINT_PPM};
