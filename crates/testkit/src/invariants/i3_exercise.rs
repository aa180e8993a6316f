//! I3 of American series: exercises fall on shorts, once each, and rights have payers.
//!
//! - `requested` of a series = Σ contracts of its requests that are not decided.
//! - `rights` of an expiry = Σ what is left to pay of its rights; until the price is fixed, escrow + debts, written off
//!   or not, + what waits for shorts ≥ `rights`.
//! - Each entry of a series' exercises counts the shorts that have borne all before it and not it, exactly; no short
//!   waits for more than there are, and the number in series and expiry is the same.
//!
//! Why: an entry dropped too early lets a short off, one counted twice charges it twice. Tolerance: none. What a short
//! bears is worked out here again, in 128 bits.

use backstop_interface::accounts::{Exercises, Expiry, LegSlot, Series};
use solana_pubkey::Pubkey;

use super::i3_sums::is_of;
use super::{ensure, same, Books, Violation};

/// One in parts per billion, and of a price.
const ONE: u128 = 1_000_000_000;

/// What exercises that wait for a short take from it: what they cost, quote atoms, and what is left, millionths.
pub(super) struct Waiting {
    pub(super) cost: u128,
    pub(super) left: u64,
}

/// What waits for a short of a series; nothing for any other leg.
pub(super) fn waiting(books: &Books, address: &Pubkey, series: &Series, leg: &LegSlot) -> Waiting {
    let size = leg.quantity_contracts.unsigned_abs();
    let mut sum = Waiting {
        cost: 0,
        left: size,
    };
    let Some(exercises) = of(books, address).filter(|_| leg.bears_exercises()) else {
        return sum;
    };
    for slot in exercises
        .slots
        .iter()
        .take(usize::from(exercises.count))
        .skip(first(exercises, series, leg))
    {
        let share = u128::from(sum.left) * u128::from(slot.contracts);
        let all = u128::from(slot.shorts).max(1);
        let pays = share.div_ceil(all).min(sum.left.into()) * u128::from(slot.payoff_price);
        sum.cost += pays.div_ceil(ONE);
        sum.left -= u64::try_from(share / all).unwrap_or(u64::MAX).min(sum.left);
    }
    sum
}

/// Index of the first exercise that waits for a short.
fn first(exercises: &Exercises, series: &Series, leg: &LegSlot) -> usize {
    let behind = series.exercise_number.wrapping_sub(leg.borne);
    usize::from(exercises.count).saturating_sub(behind.into())
}

fn of<'a>(books: &'a Books, series: &Pubkey) -> Option<&'a Exercises> {
    books.exercises.values().find(|one| one.series == *series)
}

pub(super) fn check(books: &Books) -> Result<(), Violation> {
    for (address, series) in &books.series {
        let asked = books.rights.values();
        let asked = asked.filter(|one| one.series == *address && !one.exercised);
        let contracts = asked.clone().map(|one| u128::from(one.contracts)).sum();
        same(
            "I3 requested",
            address,
            series.requested_contracts,
            contracts,
        )?;
        if let Some(exercises) = of(books, address) {
            let count = asked.count() as u128;
            same("I3 asked", address, exercises.asked.into(), count)?;
            entries(books, address, series, exercises)?;
        }
    }
    books
        .expiries
        .iter()
        .try_for_each(|(address, expiry)| rights(books, address, expiry))
}

/// Every entry counts the shorts it waits for.
fn entries(
    books: &Books,
    address: &Pubkey,
    series: &Series,
    exercises: &Exercises,
) -> Result<(), Violation> {
    let numbered = books
        .expiries
        .get(&series.expiry)
        .map(|expiry| expiry.exercise_number(series.place));
    ensure(
        numbered == Some(series.exercise_number),
        "I3 exercise number",
        || {
            format!(
                "{address}: {}, its expiry says {numbered:?}",
                series.exercise_number
            )
        },
    )?;
    let mut walked = [0u128; 256];
    for (_, account) in books.accounts_of(series.market) {
        let legs = account.legs.iter();
        for leg in legs.filter(|leg| leg.bears_exercises() && is_of(account, leg, series)) {
            let behind = series.exercise_number.wrapping_sub(leg.borne);
            ensure(behind <= exercises.count, "I3 waiting", || {
                format!(
                    "{address}: {behind} exercises wait, {} are known",
                    exercises.count
                )
            })?;
            let size = u128::from(leg.quantity_contracts.unsigned_abs());
            walked[usize::from(behind)] += size;
        }
    }
    let count = usize::from(exercises.count);
    for (index, slot) in exercises.slots.iter().enumerate() {
        let waits = match index < count {
            true => walked[count - index],
            false => 0,
        };
        same("I3 behind", address, slot.behind_contracts, waits)?;
    }
    Ok(())
}

/// Rights are counted, and before they are owed like payoffs somebody pays them.
fn rights(books: &Books, address: &Pubkey, expiry: &Expiry) -> Result<(), Violation> {
    let own = books.rights.values();
    let own = own.filter(|one| one.expiry == *address && one.exercised);
    let left = own.map(|one| u128::from(one.left_atoms())).sum();
    same("I3 rights", address, expiry.rights_atoms, left)?;
    if expiry.settlement_price > 0 {
        return Ok(());
    }
    let own = books.rights.values();
    let own = own.filter(|one| one.expiry == *address && one.is_final);
    let waiting = own.map(|one| u128::from(one.lacking_atoms())).sum();
    same("I3 waiting rights", address, expiry.waiting_atoms, waiting)?;
    let debts = u128::from(expiry.debts_atoms) + u128::from(expiry.written_off_atoms);
    let payers = u128::from(expiry.escrow_atoms) + debts + costs(books, address);
    ensure(payers >= left, "I3 payers of rights", || {
        format!("{address}: rights to {left}, payers bring {payers}")
    })
}

/// What exercises that wait for shorts of an expiry cost them, in quote atoms.
pub(super) fn costs(books: &Books, expiry: &Pubkey) -> u128 {
    let series = books.series.iter();
    let american = series.filter(|(_, one)| one.expiry == *expiry && one.kind.is_american());
    american
        .flat_map(|(address, series)| {
            let accounts = books.accounts_of(series.market);
            accounts.flat_map(move |(_, account)| {
                let legs = account.legs.iter();
                let legs = legs.filter(move |leg| is_of(account, leg, series));
                legs.map(move |leg| waiting(books, address, series, leg).cost)
            })
        })
        .sum()
}
