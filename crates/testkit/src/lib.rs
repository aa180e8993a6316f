//! A world to test in: LiteSVM around the real program binary.
//!
//! Everything a test needs to stage a market without touching an account of the program: actors with
//! deterministic keys, a clock that only moves when told to, real SPL Token mints and accounts, Pyth accounts
//! of both layouts, transactions whose outcome is exact ([`Landed`] or [`Failed`]), proofs that a refused
//! transaction changed nothing ([`Snapshot`]), ledgers of who holds what ([`Balances`]) and a record of what
//! each instruction cost ([`CostLog`]).
//!
//! [`World`] knows nothing of the program's instructions, it is given the bytes; [`Stage`] runs genesis on it
//! and has a verb for each instruction. Set-up helpers
//! (mints, airdrops, price accounts) panic with a sentence when misused, because a broken stage is a broken
//! test; whatever concerns the program under test is returned as a value.
#![warn(missing_docs)]

mod attack;
mod compiled;
mod cost;
mod expect;
mod footprint;
pub mod invariants;
mod keys;
mod ledger;
mod logs;
mod outcome;
mod planned;
mod program;
pub mod pyth;
mod refusals;
mod sections;
mod send;
mod snapshot;
pub mod stage;
mod tape;
mod tokens;
mod world;

pub use backstop_client::plan::Wire;
pub use cost::{Cost, CostLog};
pub use expect::{expect_anchor, expect_code, expect_instruction_error, expect_landed};
pub use footprint::Footprint;
pub use keys::{address, key, pubkey};
pub use ledger::{Balances, Holding};
pub use logs::InstructionCost;
pub use outcome::{Failed, InnerCall, Landed};
pub use program::WorldError;
pub use snapshot::{Change, Snapshot};
pub use stage::{Genesis, OfferTerms, Outcome, Stage};
pub use tape::{Deed, Moment};
pub use world::{World, GENESIS_UNIX};
