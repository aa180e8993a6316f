//! A bidder who holds the other side: what nets in his account is reported later, and nothing is lost.

use backstop_testkit::expect_landed;

use crate::setting::{Play, ALL, CONTRACT, QUOTE};

/// Of the writer's 1 000 puts 600 lie in a wallet and 400 in the bidder's account; `price` seizes him.
fn bidder_is_long(price: u64) -> Play {
    let mut play = Play::open();
    let put = play.put;
    play.sell_puts("writer", 600, 70_000);
    expect_landed(play.deposit_quote("bidder", 500_000 * QUOTE));
    let nonce = play.place("writer", &put, 400, 6);
    expect_landed(play.buy_ledger("bidder", "writer", nonce, &put, 400 * CONTRACT));
    play.jump(price);
    expect_landed(play.liquidate("keeper", "writer"));
    play
}

fn unreported(play: &Play) -> u64 {
    play.account_of("bidder")
        .expect("open")
        .legs
        .iter()
        .map(|leg| leg.unreported_contracts)
        .sum()
}

/// Settles both at 150 and redeems the 600 outside: escrow and debts end at nothing.
fn settle_to_zero(play: &mut Play, left_long: u64) {
    let (expiry, put) = (play.expiry, play.put);
    let before = play.balances();
    play.expire_at(150);
    for name in ["bidder", "writer"] {
        expect_landed(play.settle(name, &expiry));
    }
    let books = play.expiry_of(&expiry);
    let owed = (600 + left_long) * 50 * QUOTE;
    assert_eq!(
        (
            books.unsettled_contracts,
            books.owed_atoms,
            books.escrow_atoms
        ),
        (0, owed, owed)
    );
    play.close_and_finalise();
    assert_eq!(play.expiry_of(&expiry).haircut_ppb, 0);
    if left_long > 0 {
        expect_landed(play.settle("bidder", &expiry));
    }
    expect_landed(play.redeem("buyer", &put, 600 * CONTRACT));
    let books = play.expiry_of(&expiry);
    assert_eq!(
        (books.owed_atoms, books.escrow_atoms, books.claims_atoms),
        (0, 0, 0)
    );
    play.assert_books(&before);
}

#[test]
fn a_bid_that_turns_a_long_into_a_short_nets_what_meets() {
    let mut play = bidder_is_long(80);
    let put = play.put;
    expect_landed(play.bid("bidder", "writer", ALL / 2, i64::MAX));
    assert_eq!(
        (play.leg("bidder", &put), unreported(&play)),
        (-100 * CONTRACT as i64, 400 * CONTRACT)
    );
    let series = play.series_of(&put);
    assert_eq!(
        (series.short_contracts, series.ledger_long_contracts),
        (1_000 * CONTRACT, 400 * CONTRACT)
    );
    // The estate that is left pays its half at 150 from what it kept.
    settle_to_zero(&mut play, 0);
}

#[test]
fn a_bid_that_leaves_a_long_nets_what_meets() {
    let mut play = bidder_is_long(80);
    let put = play.put;
    expect_landed(play.bid("bidder", "writer", ALL / 4, i64::MAX));
    assert_eq!(
        (play.leg("bidder", &put), unreported(&play)),
        (150 * CONTRACT as i64, 250 * CONTRACT)
    );
    settle_to_zero(&mut play, 150);
}

/// Exactly closed: the leg holds nothing but what is still to be reported.
#[test]
fn a_bid_that_closes_a_long_is_settled_all_the_same() {
    let mut play = bidder_is_long(80);
    let put = play.put;
    expect_landed(play.bid("bidder", "writer", ALL / 10 * 4, i64::MAX));
    assert_eq!(
        (play.leg("bidder", &put), unreported(&play)),
        (0, 400 * CONTRACT)
    );
    settle_to_zero(&mut play, 0);
}

/// The next trade in the series reports it.
#[test]
fn a_trade_reports_what_was_netted() {
    let mut play = bidder_is_long(80);
    let put = play.put;
    expect_landed(play.bid("bidder", "writer", ALL / 2, i64::MAX));
    let nonce = play.place("bidder", &put, 10, 120);
    expect_landed(play.buy_tokens("buyer", "bidder", nonce, &put, 10 * CONTRACT));
    assert_eq!(
        (play.leg("bidder", &put), unreported(&play)),
        (-110 * CONTRACT as i64, 0)
    );
    let series = play.series_of(&put);
    assert_eq!(
        (series.short_contracts, series.ledger_long_contracts),
        (610 * CONTRACT, 0)
    );
    assert_eq!(series.token_contracts, 610 * CONTRACT);
}

/// So does taking a part of the long out as tokens, and putting tokens in.
#[test]
fn tokens_in_and_out_report_what_was_netted() {
    let mut play = bidder_is_long(80);
    let put = play.put;
    expect_landed(play.bid("bidder", "writer", ALL / 4, i64::MAX));
    let mut other = play.clone();
    expect_landed(play.withdraw_option("bidder", &put, 50 * CONTRACT));
    assert_eq!(
        (play.leg("bidder", &put), unreported(&play)),
        (100 * CONTRACT as i64, 0)
    );
    let series = play.series_of(&put);
    assert_eq!(
        (series.short_contracts, series.ledger_long_contracts),
        (750 * CONTRACT, 100 * CONTRACT)
    );
    assert_eq!(series.token_contracts, 650 * CONTRACT);

    other.give_tokens("buyer", "bidder", &put, 10 * CONTRACT);
    expect_landed(other.deposit_option("bidder", &put, 10 * CONTRACT));
    assert_eq!(
        (other.leg("bidder", &put), unreported(&other)),
        (160 * CONTRACT as i64, 0)
    );
    let series = other.series_of(&put);
    assert_eq!(
        (series.short_contracts, series.ledger_long_contracts),
        (750 * CONTRACT, 160 * CONTRACT)
    );
    assert_eq!(series.token_contracts, 590 * CONTRACT);
}
