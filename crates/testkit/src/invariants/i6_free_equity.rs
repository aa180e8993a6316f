//! I6: nobody gets something for nothing.
//!
//! What each owner has, wallets, margin accounts, option tokens, stake, deposits of requests, rights of exercise, is valued before and after an
//! instruction at the same prices, those after it: the underlying at the published price, an option at what it
//! would pay at that price, from PriceFixed on at what it pays, from Finalised on after the haircut; a stake at
//! the fund's assets; claims and recapitalisation tokens at nothing. Any prices would do: an instruction that
//! moves positions between owners moves as much to one as from the other.
//!
//! - No owner gains, but in a trade and in a step of liquidation.
//! - There at most two owners are touched, in a sweep as many as its offers have and the taker, and together they gain at most what the fund pays.
//! - Who owes more than he has and is closed gains what is written off.
//!
//! Why: whatever sequence somebody plays with his own accounts, he cannot end richer. Tolerance: none; what
//! rounds, rounds against him.

use std::collections::{BTreeMap, BTreeSet};

use backstop_interface::pda;
use solana_pubkey::Pubkey;

use super::act::Act;
use super::worth::{Prices, ATOM};
use super::{ensure, Books, Violation};

/// Instructions between owners, and how many at most.
const TRADES: [(&str, usize); 8] = [
    // The holder and every short, at the price that decided.
    ("execute_exercise", usize::MAX),
    ("fill_offer", 2),
    ("fill_quote", 2),
    ("execute_fill", 2),
    ("transfer_leg", 2),
    ("bid", 2),
    ("convert", 2),
    ("sweep", 9),
];

pub(super) fn check(act: &Act) -> Result<(), Violation> {
    let Some(prices) = Prices::after(act) else {
        return Ok(());
    };
    let (before, after) = (prices.worth(act.before), prices.worth(act.after));
    let forgiven = prices.forgiven(act);
    let owners: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let gain = |owner: &Pubkey| {
        let of = |all: &BTreeMap<Pubkey, i128>| all.get(owner).copied().unwrap_or(0);
        of(&after) - of(&before) - forgiven.get(owner).copied().unwrap_or(0)
    };
    let gains: Vec<_> = owners
        .into_iter()
        .map(|owner| (owner, gain(owner)))
        .collect();
    let trade = TRADES.iter().find(|(name, _)| *name == act.name);
    let Some((_, most)) = trade else {
        return gains.iter().try_for_each(|(owner, gain)| {
            ensure(*gain <= 0, "I6 free equity", || {
                format!("{owner} gained {} atoms by {}", gain / ATOM, act.name)
            })
        });
    };
    let touched = gains.iter().filter(|(_, gain)| *gain != 0).count();
    ensure(touched <= *most, "I6 bystanders", || {
        format!("{touched} owners are richer or poorer by {}", act.name)
    })?;
    let (total, paid) = (gains.iter().map(|(_, gain)| gain).sum::<i128>(), paid(act));
    ensure(total <= paid * ATOM, "I6 gains of a trade", || {
        format!(
            "{} made {} atoms, the fund paid {paid}",
            act.name,
            total / ATOM
        )
    })
}

/// What the fund paid, in quote atoms.
fn paid(act: &Act) -> i128 {
    let fund = pda::insurance_fund(&act.market);
    let assets = |books: &Books| books.funds.get(&fund).map_or(0, |fund| fund.assets_atoms);
    i128::from(assets(act.before).saturating_sub(assets(act.after)))
}
