//! I4: every account of the program is exempt from rent and has a layout of the program, and the lamports of
//! an auction that ends go back to whoever paid for it.
//!
//! Why: an account below the exemption can vanish with the claims in it; a closed account is the place to
//! steal lamports from. Tolerance: none downwards; anybody may send lamports to any address, so upwards
//! any. Where an estate is closed, the rent is the closer's pay and not judged here.

use backstop_interface::accounts::AccountState;

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
    ensure(books.unknown.is_empty(), "I4 layouts", || {
        format!("accounts of no known layout: {:?}", books.unknown)
    })
}

pub(super) fn check_step(before: &Books, after: &Books) -> Result<(), Violation> {
    let ended = before.auctions.iter().filter(|(address, auction)| {
        let sold = before.accounts.get(&auction.margin_account);
        !after.auctions.contains_key(*address)
            && sold.is_some_and(|account| account.state() != AccountState::Estate)
    });
    for (address, auction) in ended {
        let rent = before.rents.get(address).map_or(0, |rent| rent.lamports);
        let wallet = |books: &Books| books.wallets.get(&auction.payer).copied().unwrap_or(0);
        let (had, has) = (wallet(before), wallet(after));
        ensure(has >= had + rent, "I4 rent returned", || {
            format!(
                "{} paid {rent} lamports for auction {address}, had {had}, has {has}",
                auction.payer
            )
        })?;
    }
    Ok(())
}
