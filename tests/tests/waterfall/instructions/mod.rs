//! One file for each instruction.

mod bid;
mod bid_refused;
mod liquidate;
