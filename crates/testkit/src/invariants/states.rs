//! The states of margin accounts and expiries agree with the accounts beside them.
//!
//! Why: an auction without a seized account, or a seized account without an auction, is a portfolio nobody
//! can sell; an open loss counted twice would hold up the fund for ever. Tolerance: none.

use backstop_interface::accounts::{AccountState, ExpiryState, Shard};
use backstop_interface::pda;

use super::{ensure, same, Books, Violation};

pub(super) fn check(books: &Books) -> Result<(), Violation> {
    for (address, account) in &books.accounts {
        let sound = account.invariant();
        ensure(sound.is_ok(), "account rule", || {
            format!("{address}: {sound:?}")
        })?;
        let seized = account.state() != AccountState::Open;
        let auction = books.auctions.contains_key(&pda::auction(address));
        ensure(seized == auction, "auction", || {
            format!(
                "{address} is {:?}, its auction exists: {auction}",
                account.state()
            )
        })?;
    }
    for (address, auction) in &books.auctions {
        let sold = books.accounts.contains_key(&auction.margin_account);
        ensure(sold, "auctioned account", || {
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
            "open losses",
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
        ensure(sound.is_ok(), "expiry rule", || {
            format!("{address}: {sound:?}")
        })?;
        let (state, price) = (expiry.state(), expiry.settlement_price);
        let fixed = state >= ExpiryState::PriceFixed;
        ensure(fixed == (price > 0), "settlement price", || {
            format!("{address} is {state:?} at price {price}")
        })?;
        let (folded, all) = (expiry.folded_count, expiry.series_count);
        let may_wait = state <= ExpiryState::PriceFixed;
        ensure(may_wait || folded == all, "folded", || {
            format!("{address} is {state:?} with {folded} of {all} series folded")
        })?;
        let (cut, is_final) = (expiry.haircut_ppb, state == ExpiryState::Finalised);
        ensure(is_final || cut == 0, "haircut", || {
            format!("{address} is {state:?} with a haircut of {cut} ppb")
        })?;
    }
    Ok(())
}
