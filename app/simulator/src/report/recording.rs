//! What a replay remembers: series over time, events, and the final account of every atom.
//!
//! Times are unix seconds, prices quote per whole underlying × 1e9, amounts atoms (quote × 1e6 unless a mint says
//! otherwise). Nothing here depends on the clock of the machine, so equal runs give equal recordings.

use serde::{Deserialize, Serialize};

use super::books::Settlement;
use super::event::{Event, Stage};
use crate::path::Step;
use crate::scenario::Source;

/// A whole replay.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Recording {
    /// What was replayed, by which program.
    pub meta: Meta,
    /// The market, every step seen.
    pub price: Vec<Step>,
    /// Margin accounts, in the order in which they were first seen.
    pub accounts: Vec<AccountSeries>,
    /// Auctions, in the order in which they began.
    pub auctions: Vec<AuctionSeries>,
    /// The insurance fund (and Reserve line) over time.
    pub fund: Vec<FundPoint>,
    /// Everything worth telling, oldest first.
    pub timeline: Vec<Event>,
    /// How it ended; absent while no books were kept.
    pub settlement: Option<Settlement>,
    /// The rule of the protocol that did not hold and ended the replay, if one did not.
    pub violation: Option<String>,
}

/// What was replayed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Meta {
    /// Name of the scenario.
    pub scenario: String,
    /// Its heading.
    pub title: String,
    /// What happens, in a sentence.
    pub summary: String,
    /// Such as `SOL/USD`.
    pub market: String,
    /// Symbol of the quote token.
    pub quote: String,
    /// The candle file, if prices came from one.
    pub candles: Option<String>,
    /// The seed of everything random.
    pub seed: u64,
    /// SHA-256 of the program's bytes, hex.
    pub program_sha256: String,
    /// Where the prices come from.
    pub sources: Vec<Source>,
    /// Instructions that landed; every invariant was checked after each of them.
    pub landed_count: u64,
    /// Instructions of actors that the program refused.
    pub refused_count: u64,
}

/// One margin account over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountSeries {
    /// Its owner's name.
    pub name: String,
    /// Oldest first.
    pub points: Vec<HealthPoint>,
}

/// A margin account at one time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthPoint {
    /// Unix seconds.
    pub at: i64,
    /// health(MM): value at maintenance weights less the maintenance requirement; liquidatable below zero.
    pub health_atoms: i64,
    /// What the account is worth; insolvent below zero.
    pub value_atoms: i64,
}

/// One auction over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuctionSeries {
    /// What is sold, such as the owner's name.
    pub name: String,
    /// The asking price, oldest first.
    pub points: Vec<AuctionPoint>,
    /// The bids that landed.
    pub bids: Vec<Bid>,
}

/// An asking price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuctionPoint {
    /// Unix seconds.
    pub at: i64,
    /// Price of the whole portfolio; below zero the fund pays.
    pub price_atoms: i64,
}

/// A bid that landed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bid {
    /// Unix seconds.
    pub at: i64,
    /// Who bid.
    pub bidder: String,
    /// Price of the whole at that moment.
    pub price_atoms: i64,
    /// What changed hands for the slice: positive from the bidder, negative from the fund to the bidder.
    pub paid_atoms: i64,
    /// The slice, parts per billion of the whole.
    pub fraction_ppb: u64,
}

/// The fund at one time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FundPoint {
    /// Unix seconds.
    pub at: i64,
    /// The market's insurance fund.
    pub fund_atoms: u64,
    /// What the shared Reserve would still pay.
    pub reserve_atoms: u64,
}

impl Recording {
    /// Appends a point to the account of that name, which appears with its first point.
    pub fn record_health(&mut self, name: &str, point: HealthPoint) {
        match self
            .accounts
            .iter_mut()
            .find(|account| account.name == name)
        {
            Some(account) => account.points.push(point),
            None => self.accounts.push(AccountSeries {
                name: name.into(),
                points: vec![point],
            }),
        }
    }

    /// The auction of that name, which appears when first asked for.
    pub fn auction_mut(&mut self, name: &str) -> &mut AuctionSeries {
        let index = self
            .auctions
            .iter()
            .position(|auction| auction.name == name)
            .unwrap_or_else(|| {
                self.auctions.push(AuctionSeries {
                    name: name.into(),
                    points: Vec::new(),
                    bids: Vec::new(),
                });
                self.auctions.len() - 1
            });
        &mut self.auctions[index]
    }

    /// Whether any event belongs to the stage.
    pub fn entered(&self, stage: Stage) -> bool {
        self.timeline.iter().any(|event| event.stage == stage)
    }

    /// First and last time of anything recorded.
    pub fn span(&self) -> Option<(i64, i64)> {
        let times = self.times();
        Some((*times.first()?, *times.last()?))
    }

    /// Every time at which anything was recorded, rising, without repeats.
    pub fn times(&self) -> Vec<i64> {
        let mut times: Vec<i64> = (self.price.iter().map(|step| step.at))
            .chain(
                self.accounts
                    .iter()
                    .flat_map(|account| account.points.iter().map(|point| point.at)),
            )
            .chain(
                self.auctions
                    .iter()
                    .flat_map(|auction| auction.points.iter().map(|point| point.at)),
            )
            .chain(
                self.auctions
                    .iter()
                    .flat_map(|auction| auction.bids.iter().map(|bid| bid.at)),
            )
            .chain(self.fund.iter().map(|point| point.at))
            .chain(self.timeline.iter().map(|event| event.at))
            .collect();
        times.sort_unstable();
        times.dedup();
        times
    }
}
