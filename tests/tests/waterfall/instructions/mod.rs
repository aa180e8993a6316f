//! One file for each instruction.

mod bid;
mod bid_refused;
mod close_estate;
mod convert;
mod liquidate;
mod repay;
mod stake_insurance;
mod sweep_fees;
