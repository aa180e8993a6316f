//! Nobody bids: an estate, its collateral converted, settled, short, socialised, closed.

use backstop_interface::accounts::AccountState;
use backstop_interface::BackstopError;
use backstop_testkit::expect_landed;

use crate::setting::{Play, ALL, CONTRACT, PRICE, QUOTE, SOL};

#[test]
fn an_estate_pays_what_it_has_and_its_expiry_shares_the_rest() {
    let mut play = Play::estate_with_collateral();
    let expiry = play.expiry;
    let before = play.balances();
    assert_eq!(play.cash("writer"), 35_880 * QUOTE);

    // The owner rules no more: neither out nor, now that it is his creditors', in.
    let out = play.withdraw_quote("writer", QUOTE).expect_err("frozen");
    assert_eq!(out.code(), Some(BackstopError::AccountNotOpen.into()));
    let into = play.deposit_quote("writer", QUOTE).expect_err("given up");
    assert_eq!(into.code(), Some(BackstopError::AccountNotOpen.into()));

    // Half the collateral at the oracle's price, half at 2 % under it.
    expect_landed(play.convert("backer", "writer", 150 * SOL));
    play.pass(1_800, 80 * PRICE);
    expect_landed(play.convert("backer", "writer", 150 * SOL));
    let cash = (35_880 + 12_000 + 11_760) * QUOTE;
    assert_eq!(play.cash("writer"), cash);
    play.assert_books(&before);

    play.expire_at(80);
    expect_landed(play.settle("writer", &expiry));
    let missing = 120_000 * QUOTE - cash;
    let books = play.expiry_of(&expiry);
    assert_eq!((books.escrow_atoms, books.debts_atoms), (cash, missing));
    play.world.advance(1_800);
    expect_landed(play.close_collecting(&expiry));
    assert_eq!(play.expiry_of(&expiry).shortfall_atoms, missing);
    play.world.advance(4 * 3_600);
    expect_landed(play.finalise(&expiry));
    let haircut = (u128::from(missing) * u128::from(ALL)).div_ceil(u128::from(120_000 * QUOTE));
    assert_eq!(u128::from(play.expiry_of(&expiry).haircut_ppb), haircut);

    let put = play.put;
    let wallet = play.quote_wallet("buyer");
    let held = play.world.balance(&wallet);
    expect_landed(play.redeem("buyer", &put, 1_000 * CONTRACT));
    let paid = play.world.balance(&wallet) - held;
    assert!(
        paid <= cash && paid > cash - 120,
        "all the estate had, to the haircut's last digit: {paid}"
    );

    expect_landed(play.close_estate("keeper", "writer"));
    assert!(play.account_of("writer").is_none());
    assert_eq!(play.shard_of("writer").open_losses, 0);
    play.assert_books(&before);
}

/// After the curve the portfolio stays on offer; the last bidder leaves an estate that owes nothing.
#[test]
fn an_estate_sold_late_owes_nothing_at_settlement() {
    let mut play = Play::estate_at(80);
    let (expiry, put) = (play.expiry, play.put);
    let before = play.balances();
    expect_landed(play.bid("bidder", "writer", ALL, i64::MAX));
    assert_eq!((play.leg("writer", &put), play.cash("writer")), (0, 0));
    assert_eq!(play.state("writer"), AccountState::Estate);
    expect_landed(play.close_estate("keeper", "writer"));
    play.expire_at(80);
    expect_landed(play.settle("bidder", &expiry));
    play.close_and_finalise();
    let books = play.expiry_of(&expiry);
    assert_eq!(
        (books.haircut_ppb, books.escrow_atoms, books.debts_atoms),
        (0, 120_000 * QUOTE, 0)
    );
    play.assert_books(&before);
}
