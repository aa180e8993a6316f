//! Helps an outsider ask: addresses, instruction builders, the planner of transactions and readers of accounts.
//!
//! Instructions are built from the committed interface description (`idls/backstop.json`), so a client
//! asks what the deployed program answers; accounts are read with the types of `backstop-interface`.

use anchor_lang::prelude::*;

pub mod account;
pub mod addresses;
pub mod bearer;
pub mod exercise;
pub mod feed;
pub mod fetch;
pub mod genesis;
pub mod insurance;
pub mod liquidation;
pub mod migration;
pub mod names;
pub mod orders;
pub mod plan;
pub mod quotes;
pub mod remaining;
pub mod requests;
pub mod series;
pub mod settlement;
pub mod trading;

mod build;

pub use addresses::{ExpiryKeys, MarketKeys, SeriesKeys};
pub use build::under_token_2022;

declare_program!(backstop);
