//! An account below initial margin trades near mark only, and only what makes it no worse.

use backstop_client::SeriesKeys;
use backstop_interface::accounts::{OptionKind, Side};
use backstop_interface::BackstopError::{self, *};
use backstop_testkit::{expect_landed, key, Stage};

use super::{ask, bid, fall_below_initial_margin, order, outcomes, told, ANY};
use crate::setup::{by_ledger, fund, leg, mark, refuse, series, written, CONTRACT, PRICE, QUOTE};

/// The writer is short 80 puts and below initial margin; stranger and buyer have 100 000 quote.
fn below() -> (Stage, SeriesKeys) {
    let (mut stage, put) = written(80 * CONTRACT);
    for name in ["stranger", "buyer"] {
        fund(&mut stage, name, 100_000 * QUOTE);
    }
    fall_below_initial_margin(&mut stage, "writer");
    (stage, put)
}

fn parts(mark: u64, ppm: u64) -> u64 {
    mark / 1_000_000 * ppm
}

#[test]
fn it_buys_back_within_five_percent_of_mark() {
    let (mut stage, put) = below();
    let mark = mark(&stage, &put);
    let before = stage.assess("writer");
    let cases = [
        (1, 951_000, true),
        (2, 1_049_000, true),
        (3, 1_051_000, false),
    ];
    for (nonce, ppm, allowed) in cases {
        expect_landed(stage.place("stranger", &put, ask(nonce, parts(mark, ppm), CONTRACT)));
        let given = by_ledger(&stage, "writer", ("stranger", nonce), &put, CONTRACT);
        if allowed {
            expect_landed(stage.world.send(&[given], &[&key("writer")]));
        } else {
            refuse(&mut stage, "writer", &given, TradeOffMark);
        }
    }
    assert_eq!(leg(&stage, "writer", &put), -78_000_000);
    assert!(stage.assess("writer").health_im() > before.health_im());
}

/// Selling far below mark would hand the account's value to the other side.
#[test]
fn it_does_not_buy_back_far_below_mark_either() {
    let (mut stage, put) = below();
    let cheap = parts(mark(&stage, &put), 900_000);
    expect_landed(stage.place("stranger", &put, ask(1, cheap, CONTRACT)));
    let given = by_ledger(&stage, "writer", ("stranger", 1), &put, CONTRACT);
    refuse(&mut stage, "writer", &given, TradeOffMark);
}

#[test]
fn it_writes_nothing_more_even_at_mark() {
    let (mut stage, put) = below();
    let mark = mark(&stage, &put);
    expect_landed(stage.place("stranger", &put, bid(1, mark, CONTRACT)));
    let sold = order(&stage, &put, Side::Bid, CONTRACT, &[("stranger", 1)]);
    let given = stage.sweeping("writer", &[sold], ANY);
    refuse(&mut stage, "writer", &given, BelowInitialMargin);
}

/// As a maker it is filled where the trade helps it, and skipped where it does not.
#[test]
fn its_bid_at_mark_is_filled_and_its_ask_is_skipped() {
    let (mut stage, put) = below();
    let mark = mark(&stage, &put);
    expect_landed(stage.place("writer", &put, bid(2, mark, CONTRACT)));
    expect_landed(stage.place("writer", &put, ask(3, mark, CONTRACT)));
    let sold = order(&stage, &put, Side::Bid, CONTRACT, &[("writer", 2)]);
    expect_landed(stage.sweep("stranger", &[sold], ANY));
    assert_eq!(leg(&stage, "writer", &put), -79_000_000);
    expect_landed(stage.place("stranger", &put, ask(1, mark, CONTRACT)));
    let offers = [("writer", 3), ("stranger", 1)];
    let bought = order(&stage, &put, Side::Ask, CONTRACT, &offers);
    let landed = expect_landed(stage.sweep("buyer", &[bought], ANY));
    let short: u32 = BackstopError::BelowInitialMargin.into();
    assert_eq!(
        outcomes(&told(&stage, &landed)),
        [(0, short), (CONTRACT, 0)]
    );
}

#[test]
fn a_quote_both_signed_is_bound_to_mark_too() {
    let (mut stage, put) = below();
    let mark = mark(&stage, &put);
    for (price, error) in [
        (190 * PRICE, BelowInitialMargin),
        (parts(mark, 1_060_000), TradeOffMark),
    ] {
        let failed = stage.fill_quote("writer", "stranger", &put, CONTRACT, price);
        assert_eq!(failed.expect_err("refused").code(), Some(error.into()));
    }
    expect_landed(stage.fill_quote("writer", "stranger", &put, CONTRACT, mark));
}

#[test]
fn above_it_any_price_is_free() {
    let (mut stage, put) = written(CONTRACT);
    fund(&mut stage, "stranger", 10_000 * QUOTE);
    expect_landed(stage.place("stranger", &put, ask(1, 150 * PRICE, CONTRACT)));
    expect_landed(stage.buy_ledger("writer", "stranger", 1, &put, CONTRACT));
    assert_eq!(leg(&stage, "writer", &put), 0);
}

/// No premium is zero: a short that is worth nothing is bought back at what mark itself may be wrong by, a millionth
/// of spot.
#[test]
fn it_buys_back_a_short_that_is_worth_nothing() {
    let (mut stage, put) = written(80 * CONTRACT);
    for name in ["stranger", "buyer"] {
        fund(&mut stage, name, 100_000 * QUOTE);
    }
    let far = series(&mut stage, &put.expiry, 60 * PRICE, OptionKind::Put);
    expect_landed(stage.fill_quote("stranger", "writer", &far, 10 * CONTRACT, 1));
    fall_below_initial_margin(&mut stage, "writer");
    let error = stage.price_update().price.div_ceil(1_000_000);
    assert!(mark(&stage, &far) < error / 2, "far more than 5 % of mark");
    for (nonce, price, allowed) in [(1, error, true), (2, 2 * error, false)] {
        expect_landed(stage.place("stranger", &far, ask(nonce, price, CONTRACT)));
        let given = by_ledger(&stage, "writer", ("stranger", nonce), &far, CONTRACT);
        if allowed {
            expect_landed(stage.world.send(&[given], &[&key("writer")]));
        } else {
            refuse(&mut stage, "writer", &given, TradeOffMark);
        }
    }
    assert_eq!(leg(&stage, "writer", &far), -9_000_000);
}
