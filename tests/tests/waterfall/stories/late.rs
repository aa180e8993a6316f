//! An account that nobody settled in time is settled after the haircut is fixed.

use backstop_interface::accounts::OptionKind;
use backstop_testkit::expect_landed;

use crate::setting::{Play, ALL, CONTRACT, PRICE, QUOTE};

/// A short settled while the backstop auction runs does not change the shortfall on offer, only the haircut.
#[test]
fn a_payer_during_the_backstop_auction_lowers_the_haircut() {
    let mut play = Play::open();
    let (expiry, put) = (play.expiry, play.put);
    for name in ["writer", "second"] {
        play.sell_puts(name, 500, 100_000);
    }
    let before = play.balances();
    play.expire_at(80);
    expect_landed(play.settle("writer", &expiry));
    play.world.advance(7_200);
    expect_landed(play.close_collecting(&expiry));
    expect_landed(play.settle("second", &expiry));
    let books = play.expiry_of(&expiry);
    assert_eq!(
        (books.shortfall_atoms, books.escrow_atoms),
        (60_000 * QUOTE, 120_000 * QUOTE)
    );
    play.world.advance(4 * 3_600);
    expect_landed(play.finalise(&expiry));
    assert_eq!(play.expiry_of(&expiry).haircut_ppb, 0);
    expect_landed(play.redeem("buyer", &put, 1_000 * CONTRACT));
    let books = play.expiry_of(&expiry);
    assert_eq!(
        (books.owed_atoms, books.escrow_atoms, books.claims_atoms),
        (0, 0, 0)
    );
    play.assert_books(&before);
}

/// His own long counts at its payoff less the haircut, his short in full, and what he pays is a recovery.
#[test]
fn a_late_payer_nets_with_the_haircut_and_pays_into_the_recoveries() {
    let mut play = Play::open();
    let expiry = play.expiry;
    for name in ["writer", "second"] {
        play.sell_puts(name, 500, 100_000);
    }
    let low = expiry.series(180 * PRICE, OptionKind::Put);
    expect_landed(play.create_series("keeper", &low));
    let nonce = play.place("writer", &low, 100, 1);
    expect_landed(play.buy_ledger("second", "writer", nonce, &low, 100 * CONTRACT));
    let before = play.balances();
    play.pass_expiry(&expiry, 80);
    for series in [play.put, play.call, low] {
        expect_landed(play.fold_series(&series));
    }
    expect_landed(play.settle("writer", &expiry));
    play.world.advance(7_200);
    expect_landed(play.close_collecting(&expiry));
    assert_eq!(play.expiry_of(&expiry).shortfall_atoms, 60_000 * QUOTE);
    play.world.advance(4 * 3_600);
    expect_landed(play.finalise(&expiry));
    let books = play.expiry_of(&expiry);
    assert_eq!(
        books.haircut_ppb, 461_538_462,
        "60 000 of 130 000, rounded up"
    );

    let cash = play.cash("second");
    expect_landed(play.settle("second", &expiry));
    let long = 10_000 * QUOTE * (ALL - books.haircut_ppb) / ALL;
    assert_eq!(play.cash("second"), cash - (60_000 * QUOTE - long));
    let after = play.expiry_of(&expiry);
    assert_eq!(after.recovered_atoms, 60_000 * QUOTE, "his short, in full");
    assert_eq!(
        (after.escrow_atoms, after.owed_atoms),
        (books.escrow_atoms - long, 120_000 * QUOTE)
    );
    assert_eq!(
        (after.unsettled_contracts, after.haircut_ppb),
        (0, books.haircut_ppb)
    );
    play.assert_books(&before);

    let put = play.put;
    expect_landed(play.redeem("buyer", &put, 1_000 * CONTRACT));
    let after = play.expiry_of(&expiry);
    assert_eq!(after.owed_atoms, 0);
    assert!(after.escrow_atoms < 130, "{}", after.escrow_atoms);
    let claims = play.claims("buyer");
    assert_eq!(
        play.world.balance(&claims),
        after.claims_atoms,
        "claims are the holder's alone"
    );
    assert!(
        after.recovered_atoms > after.claims_atoms,
        "enough to repay them"
    );
    play.assert_books(&before);
}
