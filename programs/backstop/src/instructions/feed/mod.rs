//! What the chain knows of prices and volatility.

mod observe_collateral;
mod open_feed_clock;
mod preview_price;
mod submit_surface;
mod tick;

pub use observe_collateral::*;
pub use open_feed_clock::*;
pub use preview_price::*;
pub use submit_surface::*;
pub use tick::*;
