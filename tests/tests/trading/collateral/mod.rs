//! Collaterals with feeds of their own: listed, deposited, shown to margin checks, counted, observed.

mod deposit;
mod listing;
mod observe;
pub mod setting;
mod shown;
mod shown_prices;
mod token_2022;
mod worth;
