//! Genesis: one file for each of its instructions.

mod add_collateral;
mod create_insurance_fund;
pub mod create_market;
mod create_shard;
mod initialize_protocol;
mod listed_by_file;
mod market_symbol;
mod seal;
