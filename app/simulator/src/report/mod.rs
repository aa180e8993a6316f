//! The record of a replay and its three forms: a terminal text, JSON, and one self-contained HTML page.

pub mod amount;
mod books;
mod deliver;
mod html;
mod recording;
#[cfg(test)]
mod sample;
mod text;

pub use books::{Claim, Layer, LossShares, Settlement, Vault};
pub use deliver::{deliver, DeliverError, Delivered};
pub use html::render as to_html;
pub use recording::{
    AccountSeries, AuctionPoint, AuctionSeries, Bid, Event, FundPoint, HealthPoint, Meta, Recording, Stage,
};
pub use text::{final_tables, timeline, verdict};
