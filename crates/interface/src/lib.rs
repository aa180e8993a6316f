//! What the chain stores and says: layouts, addresses, errors, events, and the one adapter from
//! accounts to a risk portfolio.
//!
//! The program writes these types, every outsider reads them; nothing here decides who may do what.

use anchor_lang::prelude::*;

pub mod accounts;
pub mod action;
pub mod breach;
pub mod calendar;
pub mod error;
pub mod event;
pub mod genesis;
pub mod impairment;
pub mod mark;
pub mod mint;
pub mod naming;
pub mod params;
pub mod pda;
pub mod pyth;
pub mod remaining;
pub mod shown;
pub mod snapshot;
pub mod stake_pool;
pub mod vols;

pub use error::{ensure, BackstopError};

declare_id!("Backstop11111111111111111111111111111111111");
