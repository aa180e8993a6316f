//! Prices and volatility.

mod open_feed_clock;
mod preview_price;
mod submit_surface;
mod tick;
