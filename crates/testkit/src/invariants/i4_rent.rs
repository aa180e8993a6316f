//! I4: every account of the program is exempt from rent and has a layout of the program; series, expiries and requests of
//! exercise also hold their creators' deposits; the lamports of an account, an auction, an offer, a series, an expiry, a
//! request or a right that is done with, the deposit of a request of exercise apart, go back to whoever paid for it.
//!
//! Why: an account below the exemption can vanish with the claims in it; a closed account is the place to
//! steal lamports from. Tolerance: none downwards; anybody may send lamports to any address, so upwards
//! any. Where an estate is closed or a fill executed, the rent is the pay of who did it and not judged here.

use backstop_interface::accounts::{AccountState, MarginAccount, EXERCISE_DEPOSIT_LAMPORTS};
use solana_pubkey::Pubkey;

use super::act::Act;
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

/// Everything of the program that is gone, with who paid for it and what he must have got back.
pub(super) fn check_step(before: &Books, after: &Books) -> Result<(), Violation> {
    let gone = before.rents.iter();
    let gone = gone.filter(|(address, _)| !after.rents.contains_key(*address));
    for (address, rent) in gone {
        // The deposit of a request of exercise is for whoever decides it.
        let asked = before.rights.get(address);
        let back = match asked.is_some_and(|one| !one.exercised) {
            true => rent.least_lamports,
            false => rent.lamports,
        };
        if let Some(payer) = payer(before, address) {
            returned(before, after, address, payer, back)?;
        }
    }
    Ok(())
}

/// A request of a fill that nobody executed costs its owner nothing: what executes one is paid with its rent.
pub(super) fn check_act(act: &Act) -> Result<(), Violation> {
    if act.name != "void_fill" {
        return Ok(());
    }
    let (before, after) = (act.before, act.after);
    let gone = before.requests.iter();
    let mut gone = gone.filter(|(address, _)| !after.requests.contains_key(*address));
    gone.try_for_each(|(address, one)| {
        let rent = before.rents.get(address).map_or(0, |rent| rent.lamports);
        returned(before, after, address, one.owner, rent)
    })
}

/// Who paid for an account; none if its rent is somebody's pay: an estate's, its auction's, a request's that is filled.
fn payer(books: &Books, address: &Pubkey) -> Option<Pubkey> {
    let estate = |account: &MarginAccount| account.state() == AccountState::Estate;
    if let Some(account) = books.accounts.get(address) {
        return (!estate(account)).then_some(account.owner);
    }
    if let Some(auction) = books.auctions.get(address) {
        let sold = books.accounts.get(&auction.margin_account);
        let pays = sold.is_some_and(|account| !estate(account));
        return pays.then_some(auction.payer);
    }
    if let Some(exercises) = books.exercises.get(address) {
        return books.series.get(&exercises.series).map(|one| one.creator);
    }
    let series = books.series.get(address).map(|one| one.creator);
    let expiry = books.expiries.get(address).map(|one| one.creator);
    let right = books.rights.get(address).map(|one| one.owner);
    let offer = books.offers.get(address).map(|one| one.maker);
    series.or(expiry).or(right).or(offer)
}

/// The payer has at least what lay there more.
fn returned(
    before: &Books,
    after: &Books,
    address: &Pubkey,
    payer: Pubkey,
    lamports: u64,
) -> Result<(), Violation> {
    let wallet = |books: &Books| books.wallets.get(&payer).copied().unwrap_or(0);
    let (had, has) = (wallet(before), wallet(after));
    ensure(has >= had + lamports, "I4 rent returned", || {
        format!("{payer} paid {lamports} lamports for {address}, had {had}, has {has}")
    })
}
