//! Offers that sell only what their writer holds long.

use backstop_client::trading::PlaceOfferArgs;
use backstop_client::SeriesKeys;
use backstop_interface::accounts::Offer;
use backstop_interface::BackstopError;
use backstop_testkit::{expect_landed, Stage};

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
