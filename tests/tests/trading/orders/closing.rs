//! Who may not add risk may still close: near mark, what he holds or owes becomes smaller.

use backstop_client::trading::PlaceOfferArgs;
use backstop_client::SeriesKeys;
use backstop_interface::accounts::{OptionKind, Pricing, Side};
use backstop_interface::snapshot::Purpose;
use backstop_interface::BackstopError::*;
use backstop_testkit::pyth::PythPrice;
use backstop_testkit::{expect_code, expect_landed, Genesis, Stage};

use super::{bid, cash, order, outcomes, told, ANY};
use crate::setup::{
    expiry, fund, leg, mark, open, open_with, put, refuse, series, surface, CONTRACT, LOT, PRICE,
    QUOTE,
};

/// The writer with 10 000 quote is short a lot of the 200 put in a day and 60 in a month and left a guard order for all
/// of them at any health; the stranger and the buyer, who hold the other sides, have 100 000.
fn two_expiries(stage: &mut Stage) -> (SeriesKeys, SeriesKeys) {
    fund(stage, "writer", 10_000 * QUOTE);
    for name in ["stranger", "buyer"] {
        fund(stage, name, 100_000 * QUOTE);
    }
    let (day, month) = (expiry(stage, 1), expiry(stage, 30));
    let (near, far) = (put(stage, &day), put(stage, &month));
    let premium = mark(stage, &near);
    expect_landed(stage.fill_quote("buyer", "writer", &near, LOT, premium));
    let premium = mark(stage, &far);
    expect_landed(stage.fill_quote("stranger", "writer", &far, 60 * CONTRACT, premium));
    let guard = PlaceOfferArgs {
        pricing: Pricing::Guard {
            health_ppb: 1_000_000_000,
            slip_ppb: 20_000_000,
        },
        ..bid(3, u64::MAX, 60 * CONTRACT)
    };
    expect_landed(stage.place("writer", &far, guard));
    (near, far)
}

/// [`two_expiries`] so many seconds before the first of them, at 190 quote.
fn before_expiry(seconds: i64) -> (Stage, SeriesKeys) {
    let mut stage = open();
    let (near, far) = two_expiries(&mut stage);
    stage.world.warp_to(near.expiry.expires_at - seconds);
    stage.set_price(190 * PRICE);
    expect_landed(stage.tick());
    expect_landed(stage.publish_surface(&surface()));
    (stage, far)
}

/// A guard order stands, and its owner buys back, while a short of another expiry is within its last hour, or over and
/// not settled.
#[test]
fn a_short_within_the_hour_or_over_does_not_stop_closing_another() {
    for seconds in [3_000, 0, -3_600] {
        println!("{seconds} before the first expiry");
        let (mut stage, far) = before_expiry(seconds);
        let sold = order(&stage, &far, Side::Bid, CONTRACT, &[("writer", 3)]);
        let landed = expect_landed(stage.sweep("stranger", &[sold], ANY));
        assert_eq!(outcomes(&told(&stage, &landed)), [(CONTRACT, 0)]);
        let price = mark(&stage, &far);
        expect_landed(stage.fill_quote("writer", "stranger", &far, CONTRACT, price));
        assert_eq!(leg(&stage, "writer", &far), -58_000_000);
        // Far from mark, beyond nothing, and the other way it is not closing.
        let dear = stage.fill_quote("writer", "stranger", &far, CONTRACT, 2 * price);
        expect_code(dear, ShortNearExpiry);
        let beyond = stage.fill_quote("writer", "stranger", &far, 58 * CONTRACT + LOT, price);
        expect_code(beyond, ShortNearExpiry);
        let more = stage.fill_quote("stranger", "writer", &far, LOT, price);
        expect_code(more, ShortNearExpiry);
        expect_code(stage.withdraw_quote("writer", 1), ShortNearExpiry);
    }
}

/// The same where the offers fill: a request, a wallet's and an account's fill.
#[test]
fn a_long_is_sold_out_of_an_account_short_within_the_hour() {
    let (mut stage, far) = {
        let mut stage = open();
        let (near, far) = two_expiries(&mut stage);
        // The stranger holds the month and writes a lot of the day.
        let premium = mark(&stage, &near);
        expect_landed(stage.fill_quote("buyer", "stranger", &near, LOT, premium));
        stage.world.warp_to(near.expiry.expires_at - 3_000);
        stage.set_price(190 * PRICE);
        expect_landed(stage.tick());
        expect_landed(stage.publish_surface(&surface()));
        (stage, far)
    };
    let price = mark(&stage, &far);
    expect_landed(stage.place("stranger", &far, super::ask(1, price, 61 * CONTRACT)));
    expect_landed(stage.buy_ledger("buyer", "stranger", 1, &far, CONTRACT));
    expect_landed(stage.buy_tokens("keeper", "stranger", 1, &far, CONTRACT));
    assert_eq!(leg(&stage, "stranger", &far), 58_000_000);
    let beyond = crate::setup::by_ledger(&stage, "buyer", ("stranger", 1), &far, 59 * CONTRACT);
    refuse(&mut stage, "buyer", &beyond, ShortNearExpiry);
}

/// The day's puts ended at 20 and were settled: the writer is in debt, with cash that came later, and short a month.
#[test]
fn an_account_in_debt_closes_and_adds_nothing() {
    let mut genesis = Genesis::default();
    genesis.params.settlement_points = 1;
    let mut stage = open_with(&genesis);
    let (near, far) = two_expiries(&mut stage);
    let premium = mark(&stage, &near);
    expect_landed(stage.fill_quote("buyer", "writer", &near, 80 * CONTRACT, premium));
    stage.world.warp_to(near.expiry.expires_at - 60);
    expect_landed(stage.sample(&near.expiry, 20 * PRICE));
    expect_landed(stage.fix_price(&near.expiry));
    expect_landed(stage.fold_series(&near));
    expect_landed(stage.settle("writer", &near.expiry));
    expect_landed(stage.tick());
    expect_landed(stage.publish_surface(&surface()));
    expect_landed(stage.deposit_quote("writer", 100_000 * QUOTE));
    let debt = stage.account_of("writer").expect("open").debt_atoms();
    assert!(debt > 0);
    let (price, before) = (mark(&stage, &far), cash(&stage, "writer"));
    expect_landed(stage.fill_quote("writer", "stranger", &far, CONTRACT, price));
    assert_eq!(before - cash(&stage, "writer"), price.div_ceil(1_000));
    let after = stage.account_of("writer").expect("open");
    assert_eq!(after.debt_atoms(), debt);
    for (buyer, seller, premium, code) in [
        ("stranger", "writer", price, AccountInDebt),
        ("writer", "stranger", price * 106 / 100, AccountInDebt),
    ] {
        let given = stage.fill_quote(buyer, seller, &far, CONTRACT, premium);
        expect_code(given, code);
    }
}

/// As many puts of the expiry that is over as leave the writer below maintenance margin.
const NEARS: u64 = 155;

/// The writer holds a far put, is short a lower one and has lost in an expiry that is over what he has. And the far put.
fn lost_by_what_is_over() -> (Stage, SeriesKeys) {
    let (stage, far, _) = lost(NEARS);
    (stage, far)
}

/// The same with the lower put.
fn lost(nears: u64) -> (Stage, SeriesKeys, SeriesKeys) {
    let mut genesis = Genesis::default();
    genesis.params.settlement_points = 1;
    let mut stage = open_with(&genesis);
    let (near, far) = two_expiries(&mut stage);
    let month = far.expiry;
    let lower = series(&mut stage, &month, 190 * PRICE, OptionKind::Put);
    expect_landed(stage.cancel_offer("writer", 3));
    for (buyer, seller, of, size) in [
        ("writer", "stranger", &far, 111),
        ("stranger", "writer", &lower, 50),
        ("buyer", "writer", &near, nears),
    ] {
        let premium = mark(&stage, of);
        expect_landed(stage.fill_quote(buyer, seller, of, size * CONTRACT, premium));
    }
    stage.world.warp_to(near.expiry.expires_at - 60);
    expect_landed(stage.sample(&near.expiry, 130 * PRICE));
    expect_landed(stage.fix_price(&near.expiry));
    expect_landed(stage.tick());
    expect_landed(stage.publish_surface(&surface()));
    (stage, far, lower)
}

/// What is over does not count where risk is added. Who lost there what he has is held to it all the same: he may not
/// take the cover off what he holds, and may sell it.
#[test]
fn what_is_over_and_lost_counts_against_who_closes() {
    let (mut stage, far, lower) = lost(150);
    let found = stage.assess("writer");
    assert!(found.value > 0 && found.health_im() < 0);
    let (account, price, now) = (
        stage.account_of("writer").expect("open"),
        stage.price_update(),
        stage.world.now(),
    );
    let without = stage.view();
    let without = without.assess_for(Purpose::Risk, &account, price, now);
    assert!(without.expect("in range").health_im() > 9_000 * QUOTE as i64);
    let price = mark(&stage, &lower);
    let uncovers = stage.fill_quote("writer", "stranger", &lower, 50 * CONTRACT, price);
    expect_code(uncovers, BelowInitialMargin);
    let price = mark(&stage, &far);
    expect_landed(stage.fill_quote("stranger", "writer", &far, CONTRACT, price));
    assert_eq!(leg(&stage, "writer", &far), 50_000_000);
}

/// A sale that leaves out what is over proves no health: the note of a breach stays.
#[test]
fn a_closing_trade_strikes_out_no_note_of_a_breach_by_what_is_over() {
    let (mut stage, far) = lost_by_what_is_over();
    let spot = stage.price_update().price().get();
    let now = stage.world.now();
    let feed = stage.keys.feed_id;
    stage.publish(PythPrice::new(feed, spot, now + 1).ema(spot * 2));
    stage.world.advance(1);
    assert!(stage.assess("writer").health_mm() < 0);
    expect_landed(stage.liquidate("keeper", "writer"));
    let noted = |stage: &Stage| {
        let account = stage.account_of("writer").expect("open");
        (account.noted_at, account.note_reason)
    };
    let before = noted(&stage);
    assert!(before.0 > 0);
    let price = mark(&stage, &far);
    expect_landed(stage.fill_quote("stranger", "writer", &far, CONTRACT, price));
    assert_eq!(noted(&stage), before);
    // What he owes with what is over stays counted.
    let counted = stage.account_of("writer").expect("open").uncovered_atoms;
    expect_landed(stage.measure("writer"));
    let measured = stage.account_of("writer").expect("open").uncovered_atoms;
    assert!(
        measured != [0; 2] && counted == measured,
        "{counted:?} {measured:?}"
    );
}
