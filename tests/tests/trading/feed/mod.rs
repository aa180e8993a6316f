//! Prices and volatility.

mod exponent;
mod late;
mod open_feed_clock;
mod preview_price;
mod realised;
mod submit_surface;
mod surface_over_time;
mod tick;
