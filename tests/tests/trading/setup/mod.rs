//! What the tests share: numbers, states to begin from, instructions to alter and assertions.

mod fills;
mod genesis;
mod marks;
mod positions;
mod proof;

pub use fills::{by_ledger, by_wallet, swapped, terms};
pub use genesis::{
    genesis_before, on_market, open, open_with, surface, surroundings, two_markets, without_surface,
};
pub use marks::{mark, mark_in, sale_fee};
pub use positions::{estate, expiry, fund, indebted, offer, put, seized, series, write, written};
pub use proof::{assert_only_changed, books, leg, refuse, state, totals};

/// Atoms of one quote.
pub const QUOTE: u64 = 1_000_000;
/// Atoms of one unit of the underlying.
pub const UNDERLYING: u64 = 1_000_000_000;
/// One quote as a price.
pub const PRICE: u64 = 1_000_000_000;
/// Millionths in one contract.
pub const CONTRACT: u64 = 1_000_000;
/// The market's lot, in millionths of a contract.
pub const LOT: u64 = 10_000;
/// What the system program answers when an account to be created exists.
pub const ADDRESS_IN_USE: u32 = 0;
/// What the token program answers when a wallet holds too little.
pub const TOO_FEW_TOKENS: u32 = 1;
/// What the token program answers when the signer does not own the token account.
pub const NOT_THE_TOKENS_OWNER: u32 = 4;
