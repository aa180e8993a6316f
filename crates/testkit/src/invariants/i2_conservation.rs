//! I2: tokens in = tokens out. At every moment the token accounts of a mint hold its supply; in a step the
//! supply of every mint that is not ours is unchanged, and option and claim tokens come and go by exactly
//! what the books say.
//!
//! Why: the program may move tokens, but must create none beyond what a series or an expiry has recorded.
//! Tolerance: none. A holder who burns his own tokens through the token program would lower a supply
//! without the books; no run that is checked step by step does that.

use std::collections::{BTreeMap, BTreeSet};

use backstop_interface::pda;
use solana_pubkey::Pubkey;

use super::{ensure, Books, Violation};

pub(super) fn check(books: &Books) -> Result<(), Violation> {
    let mut totals: BTreeMap<Pubkey, u128> = BTreeMap::new();
    for holding in books.holdings.values() {
        *totals.entry(holding.mint).or_default() += u128::from(holding.atoms);
    }
    let mints: BTreeSet<_> = totals.keys().chain(books.supplies.keys()).collect();
    for mint in mints {
        let (total, supply) = (totals.get(mint).copied().unwrap_or(0), books.supply(mint));
        ensure(total == u128::from(supply), "I2 supply", || {
            format!("token accounts of {mint} hold {total}, its supply is {supply}")
        })?;
    }
    Ok(())
}

pub(super) fn check_step(before: &Books, after: &Books) -> Result<(), Violation> {
    let (was_booked, booked) = (own_mints(before), own_mints(after));
    // Mints that are gone count as well: nothing of them was left.
    let mints: BTreeSet<_> = before
        .supplies
        .keys()
        .chain(after.supplies.keys())
        .collect();
    for mint in mints {
        let created = i128::from(after.supply(mint)) - i128::from(before.supply(mint));
        let expected = booked.get(mint).unwrap_or(&0) - was_booked.get(mint).unwrap_or(&0);
        // The recapitalisation tokens are all minted by the first step of genesis.
        let genesis = before.protocol.is_none() && *mint == pda::recapitalisation_mint();
        ensure(created == expected || genesis, "I2 conservation", || {
            format!("{created:+} atoms of {mint} came to be, the books explain {expected:+}")
        })?;
    }
    Ok(())
}

/// What the books say exists of each mint whose authority is a PDA of the program.
fn own_mints(books: &Books) -> BTreeMap<Pubkey, i128> {
    let options = books
        .series
        .values()
        .map(|series| (series.mint, i128::from(series.token_contracts)));
    let claims = books.expiries.iter();
    let claims =
        claims.map(|(address, expiry)| (pda::claim_mint(address), i128::from(expiry.claims_atoms)));
    options.chain(claims).collect()
}
