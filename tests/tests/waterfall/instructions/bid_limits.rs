use backstop_interface::accounts::OptionKind;
use backstop_interface::BackstopError;
use backstop_testkit::expect_landed;

use crate::setting::{Play, ALL, CONTRACT, PRICE, QUOTE, SOL};

/// The portfolio is worth its SOL, and the bidder has no quote at all.
#[test]
fn bid_rejects_a_bidder_who_cannot_pay() {
    let mut play = Play::open();
    expect_landed(play.deposit_underlying("writer", 700 * SOL));
    play.sell_puts("writer", 1_000, 5_000);
    let premium = play.cash("writer");
    expect_landed(play.deposit_underlying("bidder", 10_000 * SOL));
    play.jump(140);
    expect_landed(play.liquidate("keeper", "writer"));
    let terms = play.terms("writer").expect("on auction");
    assert!(terms.price_whole > premium as i64);
    let asked = play.ask_bid("bidder", "writer", ALL, i64::MAX);
    play.refuses(asked, "bidder", BackstopError::BalanceTooLow);
}

#[test]
fn bid_rejects_a_bidder_below_initial_margin_afterwards() {
    let mut play = Play::open();
    play.sell_puts("writer", 1_000, 70_000);
    expect_landed(play.deposit_quote("bidder", 11_000 * QUOTE));
    play.jump(160);
    expect_landed(play.liquidate("keeper", "writer"));
    let asked = play.ask_bid("bidder", "writer", ALL, i64::MAX);
    play.refuses(asked, "bidder", BackstopError::BelowInitialMargin);
}

#[test]
fn bid_rejects_a_bidder_without_room_for_the_leg() {
    let mut play = Play::short_puts();
    let expiry = play.expiry;
    for step in 0..32 {
        let series = expiry.series((201 + step) * PRICE, OptionKind::Put);
        expect_landed(play.create_series("keeper", &series));
        play.sell("bidder", &series, 1, 6);
    }
    play.jump(160);
    expect_landed(play.liquidate("keeper", "writer"));
    let asked = play.ask_bid("bidder", "writer", ALL / 10, i64::MAX);
    play.refuses(asked, "bidder", BackstopError::LegTableFull);
}

#[test]
fn bid_rejects_a_bidder_without_room_for_the_expiry() {
    let mut play = Play::short_puts();
    for days in 3..11 {
        let expiry = play.next_expiry(days);
        let series = expiry.series(200 * PRICE, OptionKind::Put);
        expect_landed(play.create_expiry("keeper", &expiry));
        expect_landed(play.create_series("keeper", &series));
        play.sell("bidder", &series, 1, 6);
    }
    play.jump(160);
    expect_landed(play.liquidate("keeper", "writer"));
    let asked = play.ask_bid("bidder", "writer", ALL / 10, i64::MAX);
    play.refuses(asked, "bidder", BackstopError::ExpiryTableFull);
}

/// Every contract moved is floored: of a lot nothing is lost between the two accounts.
#[test]
fn bid_of_the_least_fraction_moves_no_contract_too_many() {
    let mut play = Play::seized_at(160);
    let put = play.put;
    expect_landed(play.bid("bidder", "writer", 1, i64::MAX));
    assert_eq!(
        play.leg("bidder", &put),
        -1,
        "a billionth of 1 000 contracts is a millionth of one"
    );
    assert_eq!(play.leg("writer", &put), 1 - 1_000 * CONTRACT as i64);
}
