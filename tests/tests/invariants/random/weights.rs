//! How likely each verb is at each time of a game, and where the scenes come.

use super::action::{Action, Random, Verb};

/// Likely early: accounts, offers, trades.
pub const TRADING: &[(Verb, u64)] = &[
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
    (Verb::Preview, 2),
    (Verb::Tick, 6),
    (Verb::Move, 4),
    (Verb::Donate, 1),
    (Verb::Liquidate, 3),
    (Verb::Bid, 2),
    (Verb::WithdrawOption, 5),
    (Verb::DepositOption, 5),
    (Verb::TransferLeg, 4),
    (Verb::SetDelegate, 2),
    (Verb::CancelAll, 2),
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
    (Verb::Blur, 2),
];

/// Likely in the middle: crashes, seizures, bids, estates.
pub const STRESS: &[(Verb, u64)] = &[
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
    (Verb::Blur, 2),
];

/// Likely late: expiry, settlement, backstop, redemption.
pub const SETTLEMENT: &[(Verb, u64)] = &[
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

/// Scripted stretches, and about where in a game they come, in hundredths of it.
pub const SCENES: [(Verb, u64); 4] = [
    (Verb::SceneOrders, 12),
    (Verb::SceneExercise, 26),
    (Verb::SceneSubsidy, 40),
    (Verb::SceneEstate, 55),
];

/// `count` actions: mostly trading at first, stress next, settlement last, each with a share of the others.
/// With an odd seed nobody bids: time passes instead, so that estates and shortfalls come about. With every
/// third seed little quote is paid in: writers own something and cannot pay, so that debts come about. Each scene is in
/// every second game; three games of four begin with a surface.
pub fn generate(seed: u64, count: usize) -> Vec<Action> {
    let mut random = Random(seed);
    let mut actions = Vec::with_capacity(count);
    let mut add = |verb, bits: u64| {
        let (who, what, size) = (bits as u8, (bits >> 8) as u8, (bits >> 16) as u16);
        actions.push(Action {
            verb,
            who,
            what,
            size,
        });
    };
    if !random.next().is_multiple_of(4) {
        add(Verb::Surface, random.next() & !0xFF00 | 0x0100);
    }
    let mut scenes: Vec<_> = SCENES.into_iter().rev().collect();
    for index in 0..count {
        let progress = 100 * index / count;
        while scenes.last().is_some_and(|(_, at)| *at <= progress as u64) {
            let scene = scenes.pop();
            let bits = random.next();
            if let Some((verb, _)) = scene.filter(|_| bits >> 63 == 0) {
                add(verb, bits);
            }
        }
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
        add(verb, random.next());
    }
    actions
}
