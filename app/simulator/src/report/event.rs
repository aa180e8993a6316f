//! Events of a replay and the stages they belong to.

use serde::{Deserialize, Serialize};

/// The part of the waterfall an event belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Prices and the world around.
    Market,
    /// Deposits, offers, fills, stakes.
    Trade,
    /// A trigger.
    Seize,
    /// A bid that the bidder pays.
    Auction,
    /// A draw on fund or Reserve.
    Insurance,
    /// An estate and what is done with it.
    Estate,
    /// Expiry, price and collecting.
    Settle,
    /// The sale of recapitalisation tokens.
    Backstop,
    /// The haircut, redemptions and claims.
    Socialise,
}

impl Stage {
    /// All stages in the order of the waterfall.
    pub const ALL: [Self; 9] = [
        Self::Market,
        Self::Trade,
        Self::Seize,
        Self::Auction,
        Self::Insurance,
        Self::Estate,
        Self::Settle,
        Self::Backstop,
        Self::Socialise,
    ];

    /// Its name in reports.
    pub fn label(self) -> &'static str {
        match self {
            Self::Market => "market",
            Self::Trade => "trade",
            Self::Seize => "seize",
            Self::Auction => "auction",
            Self::Insurance => "insurance",
            Self::Estate => "estate",
            Self::Settle => "settle",
            Self::Backstop => "backstop",
            Self::Socialise => "socialise",
        }
    }
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Unix seconds.
    pub at: i64,
    /// The market's price then.
    pub price: u64,
    /// The part of the waterfall.
    pub stage: Stage,
    /// Who did it.
    pub who: String,
    /// What it was, in a word or two.
    pub what: String,
    /// Quote atoms that moved, if any; negative where the protocol paid.
    pub amount_atoms: Option<i64>,
    /// A sentence: who paid what to whom.
    pub text: String,
}
