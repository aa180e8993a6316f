//! Offers that sell only what their writer holds long.

use backstop_client::trading::PlaceOfferArgs;
use backstop_client::SeriesKeys;
use backstop_interface::accounts::{Offer, Side};
use backstop_interface::BackstopError;
use backstop_testkit::{expect_landed, Stage};

use crate::orders::order;
use crate::setup::{
    by_wallet, fund, leg, refuse, terms, totals, written, CONTRACT, LOT, PRICE, QUOTE,
};

/// The buyer holds 2 of the 200 put in his account and offers 5, reduce-only, as number 7.
fn reducing() -> (Stage, SeriesKeys) {
    let (mut stage, put) = written(2 * CONTRACT);
    fund(&mut stage, "buyer", 100 * QUOTE);
    expect_landed(stage.buy_ledger("buyer", "writer", 1, &put, 2 * CONTRACT));
    let terms = terms(7, 7 * PRICE, 5 * CONTRACT);
    expect_landed(stage.place_reducing("buyer", &put, terms));
    (stage, put)
}

#[test]
fn it_sells_a_long_down_to_nothing() {
    let (mut stage, put) = reducing();
    let offer: Offer = stage.read(&stage.offer("buyer", 7)).expect("placed");
    assert!(offer.reduce_only);
    expect_landed(stage.buy_tokens("stranger", "buyer", 7, &put, CONTRACT / 2));
    expect_landed(stage.buy_tokens("stranger", "buyer", 7, &put, 3 * CONTRACT / 2));
    assert_eq!(leg(&stage, "buyer", &put), 0);
    assert_eq!(totals(&stage, &put), (4 * CONTRACT, 0, 4 * CONTRACT));
}

#[test]
fn fill_offer_rejects_a_lot_more_than_is_held_long() {
    let (mut stage, put) = reducing();
    let error = BackstopError::ReduceOnly;
    let given = by_wallet(&mut stage, ("buyer", 7), &put, 2 * CONTRACT + LOT);
    refuse(&mut stage, "buyer", &given, error);
    expect_landed(stage.buy_tokens("stranger", "buyer", 7, &put, 2 * CONTRACT));
    let given = by_wallet(&mut stage, ("buyer", 7), &put, LOT);
    refuse(&mut stage, "buyer", &given, error);
    // It sells again when there is a long again.
    expect_landed(stage.deposit_option("buyer", &put, CONTRACT));
    expect_landed(stage.buy_tokens("stranger", "buyer", 7, &put, CONTRACT));
}

#[test]
fn fill_offer_rejects_a_writer_who_is_short_or_has_no_leg() {
    for name in ["writer", "stranger"] {
        let (mut stage, put) = written(CONTRACT);
        if name == "stranger" {
            fund(&mut stage, name, 10_000 * QUOTE);
        }
        expect_landed(stage.place_reducing(name, &put, terms(7, 7 * PRICE, CONTRACT)));
        let given = by_wallet(&mut stage, (name, 7), &put, LOT);
        refuse(&mut stage, "buyer", &given, BackstopError::ReduceOnly);
    }
}

/// Where the position is smaller than the least fill, all of it may be taken, and no less.
#[test]
fn a_position_below_the_least_fill_is_taken_whole() {
    let (mut stage, put) = reducing();
    let args = PlaceOfferArgs {
        nonce: 8,
        premium_price: 7 * PRICE,
        contracts: 5 * CONTRACT,
        least_fill_contracts: 3 * CONTRACT,
        reduce_only: true,
        ..PlaceOfferArgs::default()
    };
    expect_landed(stage.place("buyer", &put, args));
    let given = by_wallet(&mut stage, ("buyer", 8), &put, 2 * CONTRACT - LOT);
    refuse(&mut stage, "buyer", &given, BackstopError::FillOutOfRange);
    expect_landed(stage.buy_tokens("stranger", "buyer", 8, &put, 2 * CONTRACT));
    assert_eq!(leg(&stage, "buyer", &put), 0);
}

/// The buyer holds 2.5 lots of the 200 put and offers them, reduce-only, in fills of three lots, as number 8.
fn odd() -> (Stage, SeriesKeys) {
    let (mut stage, put) = written(2 * CONTRACT);
    fund(&mut stage, "buyer", 100 * QUOTE);
    expect_landed(stage.buy_tokens("buyer", "writer", 1, &put, CONTRACT));
    expect_landed(stage.deposit_option("buyer", &put, 2 * LOT + LOT / 2));
    let args = PlaceOfferArgs {
        nonce: 8,
        premium_price: 7 * PRICE,
        contracts: 3 * LOT,
        least_fill_contracts: 3 * LOT,
        reduce_only: true,
        ..PlaceOfferArgs::default()
    };
    expect_landed(stage.place("buyer", &put, args));
    (stage, put)
}

/// There is room for whole lots, and of a position below a lot for all of it.
#[test]
fn an_odd_position_is_taken_in_whole_lots_and_its_rest_whole() {
    let (mut stage, put) = odd();
    for (contracts, error) in [
        (2 * LOT + LOT / 2, BackstopError::OffLot),
        (LOT, BackstopError::FillOutOfRange),
        (3 * LOT, BackstopError::ReduceOnly),
    ] {
        let given = by_wallet(&mut stage, ("buyer", 8), &put, contracts);
        refuse(&mut stage, "buyer", &given, error);
    }
    expect_landed(stage.buy_tokens("stranger", "buyer", 8, &put, 2 * LOT));
    for contracts in [LOT / 2 - 1, LOT / 2 + 1] {
        let given = by_wallet(&mut stage, ("buyer", 8), &put, contracts);
        refuse(&mut stage, "buyer", &given, BackstopError::OffLot);
    }
    expect_landed(stage.buy_tokens("stranger", "buyer", 8, &put, LOT / 2));
    assert_eq!(leg(&stage, "buyer", &put), 0);
}

#[test]
fn a_sweep_takes_the_rest_of_an_odd_position_too() {
    let (mut stage, put) = odd();
    fund(&mut stage, "stranger", 100 * QUOTE);
    for filled in [2 * LOT, LOT / 2] {
        let mut bought = order(&stage, &put, Side::Ask, 3 * LOT, &[("buyer", 8)]);
        bought.least_contracts = 1;
        let before = leg(&stage, "buyer", &put).unsigned_abs();
        expect_landed(stage.sweep("stranger", &[bought], i64::MAX));
        assert_eq!(before - leg(&stage, "buyer", &put).unsigned_abs(), filled);
    }
    assert_eq!(leg(&stage, "buyer", &put), 0);
}
