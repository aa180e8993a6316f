//! I3: every long has a short, and every payoff has a payer.
//!
//! Before a series is folded: tokens + ledger longs + requested + unassigned = shorts, the last two of American series
//! only (`i3_exercise`); the totals are the walked legs plus what was
//! netted inside accounts without the series at hand (`unreported`, counted on both sides).
//!
//! From the fold on, over the folded series of an expiry:
//! - `owed` ≥ Σ payoff of the tokens outstanding + Σ payoff of the ledger longs not yet settled + Σ payoff of
//!   the unreported + Σ receivables. Not an equation: `owed` is one floor over a whole series, the parts are
//!   floors of their own, and floor(a) + floor(b) ≤ floor(a + b).
//! - until the haircut is fixed: escrow + debts, written off or not, + Σ payoff of the shorts not yet settled ≥ `owed`. The left side
//!   rounds up, the right side down, so it holds to the atom.
//! - afterwards: escrow ≥ owed × (1 − haircut), because the haircut is rounded up once and every payment down.
//! - `unsettled` = Σ shorts + unreported of the accounts not yet settled, `unpaid` = Σ longs + unreported,
//!   `receivables` and `debts` = Σ those of the accounts, exactly. These say when an expiry may be closed. In a step
//!   `written_off` grows by the debts of the accounts that disappear.
//!
//! Why: these are what make a redemption possible whoever comes last. Tolerance: none but the directions
//! named. Burning option tokens outside the program lowers a supply below `token_contracts`, which is why
//! that comparison has a direction too.

use backstop_interface::accounts::{Expiry, ExpiryState, Series};
use backstop_quantities::Price;
use backstop_risk::settlement::payoff;
use solana_pubkey::Pubkey;

use super::i3_sums::{ceil, debts, floor, is_of, receivables, sum};
use super::{ensure, i3_exercise, same, Books, Violation};

pub(super) fn check(books: &Books) -> Result<(), Violation> {
    for (address, series) in &books.series {
        let supply = books.supply(&series.mint);
        ensure(supply <= series.token_contracts, "I3 tokens", || {
            format!(
                "series {address}: {supply} tokens exist, {} were booked",
                series.token_contracts
            )
        })?;
        if !series.folded {
            balanced(books, address, series)?;
        }
    }
    books
        .expiries
        .iter()
        .try_for_each(|(address, expiry)| of_expiry(books, address, expiry))
}

/// What is written off is what closed estates owed.
pub(super) fn check_step(before: &Books, after: &Books) -> Result<(), Violation> {
    for (address, expiry) in &after.expiries {
        let was = before.expiries.get(address);
        let was = was.map_or(0, |earlier| u128::from(earlier.written_off_atoms));
        let gone = before
            .accounts_of(expiry.market)
            .filter(|(address, _)| !after.accounts.contains_key(*address));
        let slots = gone.flat_map(|(_, account)| &account.expiries);
        let owed = slots.filter(|slot| slot.expires_at == expiry.expires_at);
        let closed: u128 = owed.map(|slot| u128::from(slot.debt_atoms)).sum();
        let written_off = expiry.written_off_atoms;
        same("I3 debts written off", address, written_off, was + closed)?;
    }
    Ok(())
}

fn balanced(books: &Books, address: &Pubkey, series: &Series) -> Result<(), Violation> {
    let walked = sum(books, series, |contracts| contracts);
    let longs = walked.longs + walked.unreported;
    same(
        "I3 ledger longs",
        address,
        series.ledger_long_contracts,
        longs,
    )?;
    same(
        "I3 shorts",
        address,
        series.short_contracts,
        walked.shorts + walked.unreported,
    )?;
    let holders = u128::from(series.token_contracts)
        + u128::from(series.ledger_long_contracts)
        + u128::from(series.requested_contracts)
        + u128::from(series.unassigned_contracts);
    same(
        "I3 longs and shorts",
        address,
        series.short_contracts,
        holders,
    )
}

fn of_expiry(books: &Books, address: &Pubkey, expiry: &Expiry) -> Result<(), Violation> {
    let of_it = || {
        books
            .series
            .values()
            .filter(|series| series.expiry == *address)
    };
    same(
        "I3 series count",
        address,
        u64::from(expiry.series_count),
        of_it().count() as u128,
    )?;
    let folded = || of_it().filter(|series| series.folded);
    same(
        "I3 folded count",
        address,
        u64::from(expiry.folded_count),
        folded().count() as u128,
    )?;
    owes(books, address, expiry, folded())
}

/// What the folded series owe, and who pays it.
fn owes<'a>(
    books: &Books,
    address: &Pubkey,
    expiry: &Expiry,
    folded: impl Iterator<Item = &'a Series>,
) -> Result<(), Violation> {
    // Rights are owed from the moment the price is fixed.
    let fixed = expiry.settlement_price > 0;
    let rights = if fixed { expiry.rights_atoms.into() } else { 0 };
    let mut claims = receivables(books, expiry) + rights;
    let mut payable = i3_exercise::costs(books, address);
    let (mut unsettled, mut unpaid) = (0, 0);
    for series in folded {
        let pays = payoff(
            series.kind.into(),
            Price::new(series.strike_price),
            Price::new(expiry.settlement_price),
        )
        .get();
        let floors = sum(books, series, |contracts| floor(contracts, pays));
        let outside = [series.token_contracts, series.requested_contracts];
        let outside = outside.map(|contracts| u128::from(floor(contracts, pays)));
        claims += outside.iter().sum::<u128>() + floors.longs + floors.unreported;
        let ceils = sum(books, series, |contracts| ceil(contracts, pays));
        payable += remaining(books, series, pays) + ceils.unreported;
        let contracts = sum(books, series, |contracts| contracts);
        unsettled += contracts.shorts + contracts.unreported;
        unpaid += contracts.longs + contracts.unreported;
    }
    same("I3 unpaid", address, expiry.unpaid_contracts, unpaid)?;
    same(
        "I3 unsettled",
        address,
        expiry.unsettled_contracts,
        unsettled,
    )?;
    let owed = u128::from(expiry.owed_atoms);
    ensure(owed >= claims, "I3 owed", || {
        format!("{address}: owes {owed}, claims on it {claims}")
    })?;
    let waiting = receivables(books, expiry);
    same("I3 receivables", address, expiry.receivables_atoms, waiting)?;
    same(
        "I3 debts",
        address,
        expiry.debts_atoms,
        debts(books, expiry),
    )?;
    solvent(address, expiry, payable)
}

/// Whoever is owed can be paid: in full from what is there or due, later from what is there after the haircut.
fn solvent(address: &Pubkey, expiry: &Expiry, payable: u128) -> Result<(), Violation> {
    let (escrow, owed) = (
        u128::from(expiry.escrow_atoms),
        u128::from(expiry.owed_atoms),
    );
    if expiry.state() < ExpiryState::Finalised {
        let debts = u128::from(expiry.debts_atoms) + u128::from(expiry.written_off_atoms);
        let payers = escrow + debts + payable;
        return ensure(payers >= owed, "I3 payers", || {
            format!("{address}: owes {owed}, payers bring {payers}")
        });
    }
    let one = 1_000_000_000;
    let due = owed * (one - u128::from(expiry.haircut_ppb));
    ensure(escrow * one >= due, "I3 escrow after the haircut", || {
        format!(
            "{address}: {escrow} in escrow, {owed} owed, haircut {} ppb",
            expiry.haircut_ppb
        )
    })
}

/// Payoffs of the shorts of a series after the exercises that wait for them, rounded up, in quote atoms.
fn remaining(books: &Books, series: &Series, pays: u64) -> u128 {
    let address = books.series.iter().find(|(_, one)| one.mint == series.mint);
    let address = address.map(|(address, _)| *address).unwrap_or_default();
    let accounts = books.accounts_of(series.market);
    let shorts = accounts.flat_map(|(_, account)| {
        let legs = account.legs.iter();
        legs.filter(move |leg| leg.quantity_contracts < 0 && is_of(account, leg, series))
    });
    shorts
        .map(|leg| i3_exercise::waiting(books, &address, series, leg).left)
        .map(|left| u128::from(ceil(left, pays)))
        .sum()
}
