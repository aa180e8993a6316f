//! What random actors do, as data: a list of actions can be repeated, shortened and printed.

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
}

impl Verb {
    /// Every verb that is ever generated.
    pub fn all() -> impl Iterator<Item = Self> {
        let lists = [TRADING, STRESS, SETTLEMENT];
        lists.into_iter().flatten().map(|(verb, _)| *verb)
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

    fn pick(&mut self, weights: &[(Verb, u64)]) -> Verb {
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

/// Likely early: accounts, offers, trades.
const TRADING: &[(Verb, u64)] = &[
    (Verb::CreateExpiry, 2),
    (Verb::CreateSeries, 5),
    (Verb::OpenAccount, 4),
    (Verb::CloseAccount, 1),
    (Verb::DepositQuote, 14),
    (Verb::DepositUnderlying, 6),
    (Verb::WithdrawQuote, 6),
    (Verb::WithdrawUnderlying, 4),
    (Verb::PlaceOffer, 17),
    (Verb::CancelOffer, 3),
    (Verb::BuyTokens, 17),
    (Verb::BuyLedger, 14),
    (Verb::Stake, 3),
    (Verb::Sweep, 2),
    (Verb::Surface, 3),
    (Verb::Preview, 1),
    (Verb::Tick, 6),
    (Verb::Move, 4),
    (Verb::Donate, 1),
    (Verb::Liquidate, 3),
    (Verb::Bid, 2),
    (Verb::WithdrawOption, 5),
    (Verb::DepositOption, 5),
    (Verb::TransferLeg, 4),
    (Verb::SetDelegate, 2),
    (Verb::CancelAll, 1),
    (Verb::CloseOffer, 4),
    (Verb::PlaceBid, 6),
    (Verb::PlaceGuard, 1),
    (Verb::Sweeping, 5),
    (Verb::Quote, 2),
    (Verb::WriteOption, 3),
    (Verb::RequestFill, 10),
    (Verb::ExecuteFill, 1),
    (Verb::VoidFill, 1),
    (Verb::Measure, 3),
    (Verb::ShareCover, 2),
    (Verb::DepositOther, 8),
    (Verb::WithdrawOther, 4),
    (Verb::Observe, 2),
    (Verb::RequestExercise, 8),
    (Verb::VoidExercise, 2),
    (Verb::Synchronise, 4),
    (Verb::PayExercise, 5),
];

/// Likely in the middle: crashes, seizures, bids, estates.
const STRESS: &[(Verb, u64)] = &[
    (Verb::DepositQuote, 6),
    (Verb::WithdrawQuote, 4),
    (Verb::WithdrawUnderlying, 2),
    (Verb::BuyTokens, 4),
    (Verb::BuyLedger, 5),
    (Verb::PlaceOffer, 3),
    (Verb::Stake, 1),
    (Verb::Sweep, 3),
    (Verb::Surface, 3),
    (Verb::Tick, 5),
    (Verb::ManyTicks, 9),
    (Verb::Move, 5),
    (Verb::Crash, 5),
    (Verb::Silence, 1),
    (Verb::Donate, 1),
    (Verb::Liquidate, 18),
    (Verb::Bid, 32),
    (Verb::Convert, 6),
    (Verb::Repay, 5),
    (Verb::CloseEstate, 3),
    (Verb::WithdrawOption, 2),
    (Verb::DepositOption, 2),
    (Verb::TransferLeg, 2),
    (Verb::CloseOffer, 5),
    (Verb::PlaceBid, 1),
    (Verb::PlaceGuard, 1),
    (Verb::Sweeping, 2),
    (Verb::Quote, 1),
    (Verb::RequestFill, 2),
    (Verb::Measure, 3),
    (Verb::ShareCover, 1),
    (Verb::DepositOther, 2),
    (Verb::WithdrawOther, 2),
    (Verb::ConvertOther, 4),
    (Verb::Observe, 2),
    (Verb::RequestExercise, 3),
    (Verb::VoidExercise, 1),
    (Verb::Synchronise, 5),
    (Verb::PayExercise, 3),
];

/// Likely late: expiry, settlement, backstop, redemption.
const SETTLEMENT: &[(Verb, u64)] = &[
    (Verb::DepositQuote, 2),
    (Verb::WithdrawQuote, 4),
    (Verb::WithdrawUnderlying, 2),
    (Verb::BuyLedger, 2),
    (Verb::Tick, 3),
    (Verb::ManyTicks, 3),
    (Verb::Crash, 4),
    (Verb::Liquidate, 6),
    (Verb::Bid, 5),
    (Verb::Convert, 6),
    (Verb::Repay, 20),
    (Verb::CloseEstate, 4),
    (Verb::CloseAccount, 1),
    (Verb::Jump, 8),
    (Verb::Points, 8),
    (Verb::Fix, 6),
    (Verb::Fold, 10),
    (Verb::Settle, 16),
    (Verb::CloseCollecting, 5),
    (Verb::BidRecapitalisation, 11),
    (Verb::Finalise, 4),
    (Verb::Redeem, 12),
    (Verb::Sweep, 1),
    (Verb::Surface, 2),
    (Verb::Stake, 1),
    (Verb::Donate, 1),
    (Verb::CloseSeries, 3),
    (Verb::CloseExpiry, 2),
    (Verb::WithdrawOther, 1),
    (Verb::ConvertOther, 3),
    (Verb::Observe, 1),
    (Verb::VoidExercise, 1),
    (Verb::Synchronise, 4),
    (Verb::PayExercise, 1),
    (Verb::RedeemExercise, 4),
];

/// `count` actions: mostly trading at first, stress next, settlement last, each with a share of the others.
/// With an odd seed nobody bids: time passes instead, so that estates and shortfalls come about. With every
/// third seed little quote is paid in: writers own something and cannot pay, so that debts come about.
pub fn generate(seed: u64, count: usize) -> Vec<Action> {
    let mut random = Random(seed);
    let mut actions = Vec::with_capacity(count);
    for index in 0..count {
        let progress = 100 * index / count;
        let main = match progress {
            0..=34 => TRADING,
            35..=59 => STRESS,
            _ => SETTLEMENT,
        };
        let other = [TRADING, STRESS][random.next() as usize % 2];
        let stray = random.next().is_multiple_of(12);
        let verb = match random.pick(if stray { other } else { main }) {
            Verb::Bid if seed % 2 == 1 => Verb::ManyTicks,
            Verb::DepositQuote if seed % 3 == 2 && !random.next().is_multiple_of(4) => {
                Verb::DepositUnderlying
            }
            verb => verb,
        };
        let bits = random.next();
        actions.push(Action {
            verb,
            who: bits as u8,
            what: (bits >> 8) as u8,
            size: (bits >> 16) as u16,
        });
    }
    actions
}
