//! Expiries and series.

mod create_expiry;
mod create_series;
