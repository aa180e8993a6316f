//! The owner's account. `deposit` and `withdraw` are the pattern for tests of an instruction: what it moves,
//! what it says, every refusal in the order the program checks, edges, properties, cost.

mod close_account;
mod deposit;
mod deposit_refusals;
mod open_account;
mod withdraw;
mod withdraw_prices;
mod withdraw_refusals;
mod withdraw_scales;
