//! Estates in expiries: what is counted of each, together and one by one.
//!
//! - `deficit` of an expiry = Σ what its market's accounts remember to be counted with there, `estate_count` = how many
//!   are, `round_estates` those of this round.
//! - `worth` = Σ what its series remember, `round_series` those of this round; no more than it has.
//! - An estimate written down is that of an expiry of the market that is there, at most all of it, once.
//! - What `liquidate` or `measure` counted is what the account lacks at the price of the step, worked out here again.
//!
//! Why: a sum that drifts would cut longs for an estate that is gone, or let exercise run where one is. Tolerance: none.

use backstop_interface::accounts::{AccountState, Expiry, ExpiryState, MarginAccount};
use backstop_interface::snapshot::Purpose;
use backstop_risk::margin::Assessment;
use solana_pubkey::Pubkey;

use super::act::assess;
use super::{ensure, same, Act, Books, Violation};

pub(super) fn check(books: &Books) -> Result<(), Violation> {
    for (address, expiry) in &books.expiries {
        sums(books, address, expiry)?;
    }
    for surface in books.surfaces.values() {
        let table = surface.impaired().iter();
        let table: Vec<_> = table.filter(|one| one.expires_at > 0).collect();
        let mut seconds: Vec<i64> = table.iter().map(|one| one.expires_at).collect();
        seconds.sort_unstable();
        seconds.dedup();
        ensure(seconds.len() == table.len(), "estates once", || {
            format!("{table:?}")
        })?;
        for one in table {
            let mut expiries = books.expiries.values();
            let found = expiries.find(|expiry| {
                expiry.market == surface.market && expiry.expires_at == one.expires_at
            });
            let known = found.is_none_or(|expiry| expiry.estimate_ppb == one.haircut_ppb);
            ensure(
                known && one.haircut_ppb <= 1_000_000_000,
                "estates table",
                || {
                    format!(
                        "{one:?}, its expiry says {:?}",
                        found.map(|one| one.estimate_ppb)
                    )
                },
            )?;
        }
    }
    Ok(())
}

fn sums(books: &Books, address: &Pubkey, expiry: &Expiry) -> Result<(), Violation> {
    let (mut deficit, mut estates, mut round) = (0u128, 0u128, 0u128);
    for (_, account) in books.accounts_of(expiry.market) {
        let Some(index) = account.expiry_index(expiry.expires_at) else {
            continue;
        };
        let counted = account.deficit_atoms[index];
        deficit += u128::from(counted);
        estates += u128::from(counted > 0);
        round += u128::from(counted > 0 && account.deficit_rounds[index] == expiry.round);
    }
    same("estates deficit", address, expiry.deficit_atoms, deficit)?;
    same(
        "estates counted",
        address,
        expiry.estate_count.into(),
        estates,
    )?;
    same("estates round", address, expiry.round_estates.into(), round)?;
    let own = books.series.values().filter(|one| one.expiry == *address);
    let worth = own.clone().map(|one| u128::from(one.counted_atoms)).sum();
    same("estates worth", address, expiry.worth_atoms, worth)?;
    let round = own.filter(|one| one.counted_round == expiry.round).count();
    same(
        "estates series",
        address,
        expiry.round_series.into(),
        round as u128,
    )
}

/// What an instruction that counts estates has just counted.
pub(super) fn check_act(act: &Act) -> Result<(), Violation> {
    let counts = ["liquidate", "measure"].contains(&act.name);
    let Some(view) = act.view().filter(|_| counts) else {
        return Ok(());
    };
    for (address, account) in act.after.accounts_of(act.market) {
        let before = act.before.accounts.get(address);
        let counted = before.is_none_or(|was| {
            (was.deficit_atoms, was.deficit_rounds)
                != (account.deficit_atoms, account.deficit_rounds)
        });
        if !counted || account.state() != AccountState::Estate {
            continue;
        }
        let found = assess(&view, Purpose::Liquidation, account, act)?;
        for (index, slot) in account.expiries.iter().enumerate() {
            let mut expiries = act.after.expiries.values();
            let expiry =
                expiries.find(|one| one.market == act.market && one.expires_at == slot.expires_at);
            let Some(expiry) = expiry else {
                continue;
            };
            let lacks = match expiry.state() == ExpiryState::Finalised {
                true => 0,
                false => lacks(account, index, &found),
            };
            same("estates lack", address, account.deficit_atoms[index], lacks)?;
        }
    }
    Ok(())
}

/// What an estate lacks in one of its expiries: its net short and debt there less that expiry's share of all it has.
fn lacks(account: &MarginAccount, index: usize, found: &Assessment) -> u128 {
    let slot = &account.expiries[index];
    let short = |leg: &&backstop_interface::accounts::LegSlot| {
        leg.quantity_contracts < 0 && usize::from(leg.expiry_index) == index
    };
    let is_short = account.legs.iter().any(|leg| short(&leg));
    let owes = u128::from(found.value_by_expiry[index].min(0).unsigned_abs())
        + u128::from(slot.debt_atoms);
    if owes == 0 && !is_short {
        return 0;
    }
    let legs: i128 = found
        .counted_by_expiry
        .iter()
        .map(|one| i128::from(*one))
        .sum();
    let held = i128::from(found.v_mm) + i128::from(account.debt_atoms()) - legs;
    let cash = u128::from(account.quote_atoms);
    let means = u128::try_from(held).unwrap_or(0).max(cash);
    let paid: u128 = account
        .estate_paid_atoms
        .iter()
        .map(|one| u128::from(*one))
        .sum();
    let weights: u128 = account
        .expiries
        .iter()
        .map(|one| u128::from(one.estate_share))
        .sum();
    let share = match weights {
        0 => means,
        all => {
            let share = ((means + paid) * u128::from(slot.estate_share)).div_ceil(all);
            share
                .saturating_sub(account.estate_paid_atoms[index].into())
                .min(means)
        }
    };
    owes.saturating_sub(share).max(1)
}
