//! I16 and I17: the states of expiries and of margin accounts agree with the accounts beside them, and an expiry's only
//! move forward: its price and its haircut are set once.
//!
//! Why: an auction without a seized account, or a seized account without an auction, is a portfolio nobody
//! can sell; an open loss counted twice would hold up the fund for ever. Tolerance: none.

use backstop_interface::accounts::{AccountState, ExpiryState, Shard};
use backstop_interface::pda;

use super::{ensure, same, Books, Violation};

pub(super) fn check(books: &Books) -> Result<(), Violation> {
    for (address, account) in &books.accounts {
        let sound = account.invariant();
        ensure(sound.is_ok(), "I17 account rule", || {
            format!("{address}: {sound:?}")
        })?;
        let seized = account.state() != AccountState::Open;
        let auction = books.auctions.contains_key(&pda::auction(address));
        ensure(seized == auction, "I17 auction", || {
            format!(
                "{address} is {:?}, its auction exists: {auction}",
                account.state()
            )
        })?;
    }
    for (address, auction) in &books.auctions {
        let sold = books.accounts.contains_key(&auction.margin_account);
        ensure(sold, "I17 auctioned account", || {
            format!("{address} sells an account that does not exist")
        })?;
    }
    for (address, shard) in &books.shards {
        let counted = books.auctions.values().filter(|auction| {
            auction.open_loss
                && auction.market == shard.market
                && Shard::index_of(&auction.margin_account) == shard.index
        });
        same(
            "I17 open losses",
            address,
            u64::from(shard.open_losses),
            counted.count() as u128,
        )?;
    }
    expiries(books)
}

/// A price stands from PriceFixed on, Collecting needs every series folded, a haircut comes last.
fn expiries(books: &Books) -> Result<(), Violation> {
    for (address, expiry) in &books.expiries {
        let sound = expiry.invariant();
        ensure(sound.is_ok(), "I16 expiry rule", || {
            format!("{address}: {sound:?}")
        })?;
        let (state, price) = (expiry.state(), expiry.settlement_price);
        let fixed = state >= ExpiryState::PriceFixed;
        ensure(fixed == (price > 0), "I16 settlement price", || {
            format!("{address} is {state:?} at price {price}")
        })?;
        let (folded, all) = (expiry.folded_count, expiry.series_count);
        let may_wait = state <= ExpiryState::PriceFixed;
        ensure(may_wait || folded == all, "I16 folded", || {
            format!("{address} is {state:?} with {folded} of {all} series folded")
        })?;
        let (cut, is_final) = (expiry.haircut_ppb, state == ExpiryState::Finalised);
        ensure(is_final || cut == 0, "I16 haircut", || {
            format!("{address} is {state:?} with a haircut of {cut} ppb")
        })?;
    }
    Ok(())
}

/// No expiry goes back to an earlier state, none changes its price or its haircut.
pub(super) fn check_step(before: &Books, after: &Books) -> Result<(), Violation> {
    for (address, expiry) in &after.expiries {
        let Some(was) = before.expiries.get(address) else {
            continue;
        };
        let (had, has) = (was.state(), expiry.state());
        ensure(has >= had, "I16 back edge", || {
            format!("{address} went from {had:?} back to {has:?}")
        })?;
        let price = was.settlement_price == 0 || was.settlement_price == expiry.settlement_price;
        let is_final = had == ExpiryState::Finalised;
        let cut = !is_final || was.haircut_ppb == expiry.haircut_ppb;
        ensure(price && cut, "I16 set once", || {
            format!("{address} changed its price or its haircut")
        })?;
    }
    Ok(())
}
