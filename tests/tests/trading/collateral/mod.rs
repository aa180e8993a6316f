//! Collaterals with feeds of their own: listed, deposited, shown to margin checks, counted, observed.

mod bounds;
mod deposit;
mod doubted;
mod far;
mod gap;
mod listing;
mod observe;
mod own_numbers;
pub mod setting;
mod shown;
mod shown_prices;
mod token_2022;
mod worth;

pub use setting::{coin, leaning, short, STABLE};
