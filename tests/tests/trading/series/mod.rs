//! Expiries and series.

mod close_series;
mod create_expiry;
mod create_series;
mod option_mint;
mod option_mint_extensions;
