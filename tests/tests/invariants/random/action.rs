//! What random actors do, as data: a list of actions can be repeated, shortened and printed.

use super::weights::{SCENES, SETTLEMENT, STRESS, TRADING};

/// Kinds of action; the numbers of an [`Action`] choose who, what and how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    CreateExpiry,
    CreateSeries,
    OpenAccount,
    CloseAccount,
    DepositQuote,
    DepositUnderlying,
    WithdrawQuote,
    WithdrawUnderlying,
    PlaceOffer,
    CancelOffer,
    BuyTokens,
    BuyLedger,
    Stake,
    Sweep,
    Surface,
    Preview,
    Tick,
    ManyTicks,
    Move,
    Crash,
    Silence,
    Donate,
    Liquidate,
    Bid,
    Convert,
    Repay,
    CloseEstate,
    Jump,
    Points,
    Fix,
    Fold,
    Settle,
    CloseCollecting,
    BidRecapitalisation,
    Finalise,
    Redeem,
    WithdrawOption,
    DepositOption,
    TransferLeg,
    SetDelegate,
    CancelAll,
    CloseOffer,
    PlaceBid,
    PlaceGuard,
    Sweeping,
    Quote,
    WriteOption,
    RequestFill,
    ExecuteFill,
    VoidFill,
    Measure,
    ShareCover,
    CloseSeries,
    CloseExpiry,
    DepositOther,
    WithdrawOther,
    ConvertOther,
    Observe,
    RequestExercise,
    VoidExercise,
    Synchronise,
    PayExercise,
    RedeemExercise,
    Blur,
    SceneOrders,
    SceneExercise,
    SceneSubsidy,
    SceneEstate,
}

impl Verb {
    /// Every verb that is ever generated.
    pub fn all() -> impl Iterator<Item = Self> {
        let lists = [TRADING, STRESS, SETTLEMENT];
        let drawn = lists.into_iter().flatten().map(|(verb, _)| *verb);
        drawn.chain(SCENES.map(|(verb, _)| verb))
    }
}

/// One thing somebody does.
#[derive(Clone, Copy, Debug)]
pub struct Action {
    /// What.
    pub verb: Verb,
    /// Who.
    pub who: u8,
    /// To whom or with what.
    pub what: u8,
    /// How much.
    pub size: u16,
}

/// A small generator of pseudo-random numbers (splitmix64): the same seed gives the same actions everywhere.
pub struct Random(pub u64);

impl Random {
    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// One of the verbs, each as likely as its weight says.
    pub fn pick(&mut self, weights: &[(Verb, u64)]) -> Verb {
        let total: u64 = weights.iter().map(|(_, weight)| weight).sum();
        let mut point = self.next() % total;
        for (verb, weight) in weights {
            if point < *weight {
                return *verb;
            }
            point -= weight;
        }
        unreachable!("the point lies below the sum of the weights")
    }
}
