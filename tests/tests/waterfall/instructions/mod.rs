//! One file for each instruction.

mod bid;
mod bid_limits;
mod bid_recapitalisation;
mod bid_refused;
mod close_collecting;
mod close_estate;
mod close_expiry;
mod close_series;
mod collaterals;
mod convert;
mod cover;
mod cover_refused;
mod finalise;
mod fix_price;
mod fold_series;
mod last_hour;
mod liquidate;
mod liquidate_refused;
mod noted;
mod redeem;
mod repay;
mod settle_account;
mod stake_insurance;
mod submit_point;
mod sweep_fees;
