//! I4: every account of the program is exempt from rent and has a layout of the program; series, expiries and requests of
//! exercise also hold their creators' deposits; the lamports of an auction that ends, of a series or an expiry that is
//! closed and of a request of exercise or a right that is done with, its deposit apart, go back to whoever paid for it.
//!
//! Why: an account below the exemption can vanish with the claims in it; a closed account is the place to
//! steal lamports from. Tolerance: none downwards; anybody may send lamports to any address, so upwards
//! any. Where an estate is closed, the rent is the closer's pay and not judged here.

use backstop_interface::accounts::{AccountState, EXERCISE_DEPOSIT_LAMPORTS};

use super::{ensure, Books, Violation};

pub(super) fn check(books: &Books) -> Result<(), Violation> {
    for (address, rent) in &books.rents {
        ensure(rent.lamports >= rent.least_lamports, "I4 rent", || {
            format!(
                "{address} holds {} lamports, {} make it exempt",
                rent.lamports, rent.least_lamports
            )
        })?;
    }
    deposits(books)?;
    ensure(books.unknown.is_empty(), "I4 layouts", || {
        format!("accounts of no known layout: {:?}", books.unknown)
    })
}

/// Deposits of creators lie with what they created.
fn deposits(books: &Books) -> Result<(), Violation> {
    let params = |market| books.markets.get(market).map(|market| &market.params);
    let series = books.series.iter().map(|(address, one)| {
        let deposit = params(&one.market).map_or(0, |params| params.series_deposit_lamports);
        (address, deposit)
    });
    let expiries = books.expiries.iter().map(|(address, one)| {
        let deposit = params(&one.market).map_or(0, |params| params.expiry_deposit_lamports);
        (address, deposit)
    });
    let asked = books.rights.iter().filter(|(_, one)| !one.exercised);
    let asked = asked.map(|(address, _)| (address, EXERCISE_DEPOSIT_LAMPORTS));
    for (address, deposit) in series.chain(expiries).chain(asked) {
        let Some(rent) = books.rents.get(address) else {
            continue;
        };
        let kept = rent.lamports.saturating_sub(rent.least_lamports);
        ensure(kept >= deposit, "I4 deposit", || {
            format!("{address} holds {kept} lamports above its rent, the deposit is {deposit}")
        })?;
    }
    Ok(())
}

pub(super) fn check_step(before: &Books, after: &Books) -> Result<(), Violation> {
    let ended = before.auctions.iter().filter(|(address, auction)| {
        let sold = before.accounts.get(&auction.margin_account);
        !after.auctions.contains_key(*address)
            && sold.is_some_and(|account| account.state() != AccountState::Estate)
    });
    let ended = ended.map(|(address, auction)| (address, auction.payer));
    let series = before.series.iter();
    let series = series.filter(|(address, _)| !after.series.contains_key(*address));
    let series = series.map(|(address, one)| (address, one.creator));
    let expiries = before.expiries.iter();
    let expiries = expiries.filter(|(address, _)| !after.expiries.contains_key(*address));
    let expiries = expiries.map(|(address, one)| (address, one.creator));
    let exercises = before.exercises.iter();
    let exercises = exercises.filter(|(address, _)| !after.exercises.contains_key(*address));
    let exercises = exercises.filter_map(|(address, one)| {
        let series = before.series.get(&one.series)?;
        Some((address, series.creator))
    });
    let rights = before.rights.iter();
    let rights = rights.filter(|(address, _)| !after.rights.contains_key(*address));
    let rights = rights.map(|(address, one)| (address, one.owner));
    let closed = ended.chain(series).chain(expiries).chain(exercises);
    for (address, payer) in closed.chain(rights) {
        let rent = before.rents.get(address).map_or(0, |rent| {
            // The deposit of a request is for whoever decides it.
            let asked = before.rights.get(address);
            match asked.is_some_and(|one| !one.exercised) {
                true => rent.least_lamports,
                false => rent.lamports,
            }
        });
        let wallet = |books: &Books| books.wallets.get(&payer).copied().unwrap_or(0);
        let (had, has) = (wallet(before), wallet(after));
        ensure(has >= had + rent, "I4 rent returned", || {
            format!("{payer} paid {rent} lamports for {address}, had {had}, has {has}")
        })?;
    }
    Ok(())
}
