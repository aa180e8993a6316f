//! The record of a replay and its three forms: a terminal text, JSON, and one self-contained HTML page.

pub mod amount;
mod books;
mod deliver;
mod event;
mod html;
mod recording;
#[cfg(test)]
mod sample;
mod text;
mod text_table;

pub use books::{Claim, Layer, LossShares, Settlement, Vault, LOSS_EXPLAINED};
pub use deliver::{deliver, DeliverError, Delivered};
pub use event::{Event, Stage};
pub use html::render as to_html;
pub use recording::{
    AccountSeries, AuctionPoint, AuctionSeries, Bid, FundPoint, HealthPoint, Meta, Recording,
};
pub use text::{final_tables, timeline, verdict};
