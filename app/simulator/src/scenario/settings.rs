//! What a scenario file says, field by field. Amounts are read as whole quote units and kept as quote atoms (1e6).

use serde::{Deserialize, Serialize};

use super::units::{as_whole_quote, price_from_text, whole_quote};

/// Everything a replay needs besides prices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// The name it is asked for by.
    pub name: String,
    /// A heading.
    pub title: String,
    /// What happens, in a sentence.
    pub summary: String,
    /// The market traded.
    pub market: Market,
    /// When it ends.
    pub times: Times,
    /// Who has written and bought what.
    pub books: Books,
    /// Everybody else.
    pub actors: Actors,
    /// How the path is made worse, if it is.
    #[serde(default)]
    pub stress: Option<Stress>,
    /// Unix seconds of the first anchor; 0 where prices come from elsewhere.
    #[serde(default)]
    pub start_at: i64,
    /// Name of the shipped scenario whose anchors, sources and start are used.
    #[serde(default)]
    pub path_of: Option<String>,
    /// Where the figures come from.
    #[serde(default)]
    pub sources: Vec<Source>,
    /// Published prices; straight lines between.
    #[serde(default)]
    pub anchors: Vec<Anchor>,
}

/// One underlying against one quote token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Market {
    /// Such as `SOL/USD`.
    pub name: String,
    /// Symbol of the underlying token.
    pub underlying: String,
    /// Symbol of the quote token.
    pub quote: String,
    /// Largest price move of the undamped margin grid, bps of spot.
    pub scan_range_bps: u32,
    /// Volatility the publishers submit, ppm a year (1,000,000 = 100 %).
    pub volatility_ppm: u32,
}

/// When the expiry is, and what is waited for afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Times {
    /// Seconds from the end of the last row to expiry.
    pub expiry_after_end_seconds: u32,
    /// Times to warp to, in order.
    pub deadlines: Vec<Deadline>,
}

/// A time after expiry at which something becomes possible.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deadline {
    /// Seconds after expiry.
    pub after_expiry_seconds: u32,
    /// What becomes possible.
    pub why: String,
}

/// The options outstanding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Books {
    /// Quote atoms of underlying, at the first price, under all short legs with a ratio of 1.
    #[serde(
        rename = "notional_quote",
        deserialize_with = "whole_quote",
        serialize_with = "as_whole_quote"
    )]
    pub notional_atoms: u64,
    /// Wallets that buy what is written, in turn.
    pub buyers: Vec<String>,
    /// Writers; their shares add up to 10,000 bps.
    pub writers: Vec<Writer>,
}

/// One margin account that writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Writer {
    /// Name in the report.
    pub name: String,
    /// What they do, in words.
    pub about: String,
    /// Their part of the books, bps.
    pub share_bps: u32,
    /// Collateral above the initial requirement, bps of it.
    pub cushion_bps: u32,
    /// Part of the collateral posted in the underlying, bps; the rest is quote.
    pub underlying_bps: u32,
    /// What they hold.
    pub legs: Vec<Leg>,
}

/// A leg relative to spot and to its writer's notional.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leg {
    /// Short or long.
    pub side: Side,
    /// Call or put.
    pub kind: Kind,
    /// Strike, bps of the first price.
    pub strike_bps: u32,
    /// Contracts, bps of the writer's notional ÷ first price.
    pub ratio_bps: u32,
}

/// Sign of a leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Written.
    Short,
    /// Bought.
    Long,
}

/// Right of a leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// To buy.
    Call,
    /// To sell.
    Put,
}

/// Those who keep the market running.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actors {
    /// Number of keepers that tick, trigger and settle.
    pub keepers: u32,
    /// Stakers of the insurance fund.
    pub insurers: Vec<Insurer>,
    /// Bidders in the auctions of portfolios.
    pub bidders: Vec<Bidder>,
    /// Bidders in the backstop auction.
    pub backstop: Vec<BackstopBidder>,
}

/// A staker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Insurer {
    /// Name in the report.
    pub name: String,
    /// Quote atoms staked before the market opens.
    #[serde(
        rename = "stake_quote",
        deserialize_with = "whole_quote",
        serialize_with = "as_whole_quote"
    )]
    pub stake_atoms: u64,
}

/// A bidder with an appetite and a purse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bidder {
    /// Name in the report.
    pub name: String,
    /// Discount they wait for, bps of the stressed part S of the account sold.
    pub wants_bps: u32,
    /// Quote atoms they have, for price and margin together.
    #[serde(
        rename = "cash_quote",
        deserialize_with = "whole_quote",
        serialize_with = "as_whole_quote"
    )]
    pub cash_atoms: u64,
}

/// A buyer of recapitalisation tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackstopBidder {
    /// Name in the report.
    pub name: String,
    /// Minutes of the auction they let pass before buying.
    pub waits_minutes: u32,
    /// Quote atoms they have.
    #[serde(
        rename = "cash_quote",
        deserialize_with = "whole_quote",
        serialize_with = "as_whole_quote"
    )]
    pub cash_atoms: u64,
}

/// How a path is made worse around its low.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stress {
    /// Distance from the first price until the low, bps of what it was (10,000 = unchanged).
    pub fall_bps: u32,
    /// Climb after the low, bps of what it was.
    pub rebound_bps: u32,
}

/// A published figure and who published it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The figure.
    pub figure: String,
    /// Its source.
    pub source: String,
}

/// A published price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Anchor {
    /// Seconds after `start_at`; a multiple of 5.
    pub offset_seconds: u32,
    /// Quote per whole underlying × 1e9; decimal text in the file.
    #[serde(deserialize_with = "price_from_text")]
    pub price: u64,
    /// Which figure this is.
    #[serde(default)]
    pub note: String,
}
