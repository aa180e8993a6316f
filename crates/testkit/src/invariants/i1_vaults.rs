//! I1: every vault holds at least what is recorded as owed out of it, and every total is the sum of its
//! parts.
//!
//! Why: a total that drifts from its parts is a claim nobody can be paid, or money nobody owns. Tolerance
//! of the totals: none, they are sums of integers. Tolerance of the vaults: upwards only, because anybody
//! may send tokens to a vault and that changes nobody's claim; what a vault holds beyond its books was sent to it,
//! and no instruction changes it by an atom. All amounts are unsigned, so none is negative.

use std::collections::BTreeMap;

use backstop_interface::accounts::{Collateral, CollateralKind, ExpiryState, Shard};
use backstop_interface::pda;
use solana_pubkey::Pubkey;

use super::{ensure, same, Books, Violation};

pub(super) fn check(books: &Books) -> Result<(), Violation> {
    for (address, collateral) in &books.collaterals {
        let walked = claims(books, collateral);
        same(
            "I1 collateral claims",
            address,
            collateral.claims_atoms,
            walked,
        )?;
        covered(
            books,
            "I1 collateral vault",
            &collateral.vault,
            collateral.claims_atoms,
        )?;
    }
    for fund in books.funds.values() {
        covered(books, "I1 insurance vault", &fund.vault, fund.assets_atoms)?;
        let stakes = books
            .stakes
            .values()
            .filter(|stake| stake.market == fund.market && stake.epoch == fund.epoch);
        let shares = stakes.map(|stake| u128::from(stake.shares)).sum();
        same(
            "I1 insurance shares",
            fund.market,
            fund.total_shares,
            shares,
        )?;
    }
    uncovered(books)?;
    escrows(books)?;
    recapitalisation(books)
}

/// What a shard counts of uncovered loss is what its accounts say it counts of them.
fn uncovered(books: &Books) -> Result<(), Violation> {
    for (address, shard) in &books.shards {
        let own = books.accounts_of(shard.market);
        let own = own.filter(|(account, _)| Shard::index_of(account) == shard.index);
        let walked = own.fold([0u128; 2], |[down, up], (_, account)| {
            let [account_down, account_up] = account.uncovered_atoms.map(u128::from);
            [down + account_down, up + account_up]
        });
        for (counted, walked) in shard.uncovered_atoms.into_iter().zip(walked) {
            same("I1 uncovered loss", address, counted, walked)?;
        }
    }
    Ok(())
}

/// Tokens sold for expiries that are closed grow by exactly what those sold that disappeared; what lies in a vault beyond
/// its books stays there.
pub(super) fn check_step(before: &Books, after: &Books) -> Result<(), Violation> {
    let was = excesses(before);
    for (vault, excess) in excesses(after) {
        let had = was.get(&vault).copied().unwrap_or(0);
        ensure(excess == had, "I1 excess", || {
            format!("{vault} held {had} beyond its books, now {excess}")
        })?;
    }
    let grown = sold_by_closed(after) - sold_by_closed(before);
    let gone = before.expiries.iter();
    let gone = gone.filter(|(address, _)| !after.expiries.contains_key(*address));
    let closed: i128 = gone
        .map(|(_, expiry)| i128::from(expiry.tokens_sold_atoms))
        .sum();
    ensure(grown == closed, "I1 tokens sold", || {
        format!("tokens sold without an expiry grew by {grown}, closed ones sold {closed}")
    })
}

/// What every vault, escrow and the treasury holds beyond its books.
fn excesses(books: &Books) -> BTreeMap<Pubkey, i128> {
    let collaterals = books.collaterals.values();
    let collaterals = collaterals.map(|one| (one.vault, one.claims_atoms));
    let funds = books.funds.values();
    let funds = funds.map(|fund| (fund.vault, fund.assets_atoms));
    let expiries = books.expiries.iter();
    let escrows = expiries.map(|(address, one)| (pda::escrow(address), one.books_atoms()));
    let treasury = books.protocol.as_ref().map(|one| {
        let supply = one.recapitalisation_supply_atoms;
        let kept = supply.saturating_sub(one.recapitalisation_sold_atoms);
        (pda::treasury(), kept)
    });
    let all = collaterals.chain(funds).chain(escrows).chain(treasury);
    all.map(|(vault, booked)| (vault, i128::from(books.held(&vault)) - i128::from(booked)))
        .collect()
}

/// Tokens sold that no expiry there is accounts for.
fn sold_by_closed(books: &Books) -> i128 {
    let sold = books.protocol.as_ref();
    let sold = sold.map_or(0, |one| i128::from(one.recapitalisation_sold_atoms));
    let expiries = books.expiries.values();
    sold - expiries
        .map(|expiry| i128::from(expiry.tokens_sold_atoms))
        .sum::<i128>()
}

/// What margin accounts, shards and requests have to get out of a vault.
fn claims(books: &Books, collateral: &Collateral) -> u128 {
    let accounts = books
        .accounts_of(collateral.market)
        .map(|(_, account)| match collateral.kind {
            CollateralKind::Quote => u128::from(account.quote_atoms),
            _ => {
                let slots = account
                    .collaterals
                    .iter()
                    .filter(|slot| slot.mint == collateral.mint);
                slots.map(|slot| u128::from(slot.atoms)).sum()
            }
        });
    let shards = books
        .shards
        .values()
        .filter(|shard| shard.market == collateral.market);
    let fees = shards
        .map(|shard| u128::from(shard.claims_atoms()))
        .sum::<u128>();
    let is_quote = collateral.kind == CollateralKind::Quote;
    let requests = books
        .requests
        .values()
        .filter(|request| request.market == collateral.market);
    let deposits = requests
        .map(|request| u128::from(request.deposit_atoms))
        .sum::<u128>();
    accounts.sum::<u128>() + if is_quote { fees + deposits } else { 0 }
}

/// Escrows: held ≥ booked; until the haircut is fixed the books are what writers, insurance and backstop
/// brought, less what rights of exercise were paid, to the atom.
fn escrows(books: &Books) -> Result<(), Violation> {
    for (address, expiry) in &books.expiries {
        covered(
            books,
            "I1 escrow",
            &pda::escrow(address),
            expiry.books_atoms(),
        )?;
        if expiry.state() < ExpiryState::Finalised {
            let parts = [
                expiry.collected_atoms,
                expiry.insured_atoms,
                expiry.recapitalised_atoms,
            ];
            let brought = parts.map(u128::from).iter().sum();
            let kept = expiry.escrow_atoms.saturating_add(expiry.exercised_atoms);
            same("I1 escrow sources", address, kept, brought)?;
            same("I1 escrow recoveries", address, expiry.recovered_atoms, 0)?;
        }
        let minted = books.supply(&pda::claim_mint(address));
        ensure(minted <= expiry.claims_atoms, "I1 claims", || {
            format!(
                "{address}: {minted} claim tokens exist, {} were booked",
                expiry.claims_atoms
            )
        })?;
    }
    Ok(())
}

/// Recapitalisation tokens: what was sold left the treasury, and the supply never grows.
fn recapitalisation(books: &Books) -> Result<(), Violation> {
    let Some(protocol) = &books.protocol else {
        return Ok(());
    };
    let (sold, supply) = (
        protocol.recapitalisation_sold_atoms,
        protocol.recapitalisation_supply_atoms,
    );
    let (all, of_closed) = (i128::from(sold), sold_by_closed(books));
    ensure(of_closed >= 0, "I1 tokens sold", || {
        format!("{all} sold, the expiries say {}", all - of_closed)
    })?;
    covered(
        books,
        "I1 treasury",
        &pda::treasury(),
        supply.saturating_sub(sold),
    )?;
    let existing = books.supply(&pda::recapitalisation_mint());
    ensure(existing <= supply, "I1 token supply", || {
        format!("{existing} tokens exist of {supply} minted at genesis")
    })
}

fn covered(
    books: &Books,
    invariant: &'static str,
    vault: &Pubkey,
    booked: u64,
) -> Result<(), Violation> {
    let held = books.held(vault);
    ensure(held >= booked, invariant, || {
        format!("{vault} holds {held}, owes {booked}")
    })
}
