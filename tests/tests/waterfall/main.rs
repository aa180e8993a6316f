//! From a default to the last redemption on the real bytecode: one file for each instruction of
//! liquidation, insurance and settlement, and stories that run across them.

mod ask;
mod instructions;
mod prices;
mod setting;
mod stories;
