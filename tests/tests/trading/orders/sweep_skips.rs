//! What makes a sweep leave an offer aside: the fill goes on, the event says why, nothing of the maker changes.

use backstop_client::trading::PlaceOfferArgs;
use backstop_interface::accounts::{OptionKind, Side};
use backstop_interface::BackstopError::{self, *};
use backstop_testkit::{expect_landed, Stage};

use super::{ask, bid, cash, left, order, outcomes, three, told, ANY};
use crate::setup::{fund, leg, totals, CONTRACT, LOT, PRICE, QUOTE};

/// The buyer wants one contract from offer 1 of the stranger and then from offer 1 of the writer: the first is
/// skipped for this reason, the second filled.
#[track_caller]
fn skipped(stage: &mut Stage, put: &backstop_client::SeriesKeys, reason: BackstopError) {
    let bytes = |stage: &Stage| {
        let account = stage.world.account(&stage.margin("stranger"));
        account.map(|account| account.data)
    };
    let before = bytes(stage);
    let offers = [("stranger", 1), ("writer", 1)];
    let mut bought = order(stage, put, Side::Ask, CONTRACT, &offers);
    bought.limit_price = 6 * PRICE;
    let landed = expect_landed(stage.sweep("buyer", &[bought], ANY));
    let event = told(stage, &landed);
    assert_eq!(outcomes(&event), [(0, reason.into()), (CONTRACT, 0)]);
    assert_eq!(before, bytes(stage));
    assert_eq!(leg(stage, "writer", put), -1_000_000);
    assert_eq!(totals(stage, put), (0, CONTRACT, CONTRACT));
}

/// [`three`], where the writer asks 6 for one contract.
fn beside() -> (Stage, backstop_client::SeriesKeys) {
    let (mut stage, put) = three();
    expect_landed(stage.place("writer", &put, ask(1, 6 * PRICE, CONTRACT)));
    (stage, put)
}

#[test]
fn a_maker_whose_margin_is_short() {
    let (mut stage, put) = beside();
    expect_landed(stage.place("stranger", &put, ask(1, 5 * PRICE, CONTRACT)));
    expect_landed(stage.withdraw_quote("stranger", 9_980 * QUOTE));
    skipped(&mut stage, &put, BelowInitialMargin);
    assert_eq!(left(&stage, "stranger", 1), CONTRACT);
    assert_eq!(cash(&stage, "stranger"), 20 * QUOTE);
}

#[test]
fn an_offer_that_was_taken_back() {
    let (mut stage, put) = beside();
    expect_landed(stage.place("stranger", &put, ask(1, 5 * PRICE, CONTRACT)));
    expect_landed(stage.cancel_offer("stranger", 1));
    skipped(&mut stage, &put, OfferVoid);
}

#[test]
fn an_offer_of_an_account_that_was_closed() {
    let (mut stage, put) = beside();
    expect_landed(stage.place("stranger", &put, ask(1, 5 * PRICE, CONTRACT)));
    expect_landed(stage.withdraw_quote("stranger", 10_000 * QUOTE));
    expect_landed(stage.close_account("stranger"));
    skipped(&mut stage, &put, OfferVoid);
    stage.pass(1, 200 * PRICE);
    fund(&mut stage, "stranger", 1_000 * QUOTE);
    expect_landed(stage.place("writer", &put, ask(2, 6 * PRICE, CONTRACT)));
    let offers = [("stranger", 1), ("writer", 2)];
    let bought = order(&stage, &put, Side::Ask, CONTRACT, &offers);
    let landed = expect_landed(stage.sweep("buyer", &[bought], ANY));
    let reasons = outcomes(&told(&stage, &landed));
    assert_eq!(reasons, [(0, OfferVoid.into()), (CONTRACT, 0)]);
}

#[test]
fn an_offer_whose_time_is_over() {
    let (mut stage, put) = beside();
    let args = PlaceOfferArgs {
        void_at: stage.world.now() + 5,
        ..ask(1, 5 * PRICE, CONTRACT)
    };
    expect_landed(stage.place("stranger", &put, args));
    stage.pass(5, 200 * PRICE);
    skipped(&mut stage, &put, OfferVoid);
}

#[test]
fn an_offer_that_fills_larger_orders_only() {
    let (mut stage, put) = beside();
    let args = PlaceOfferArgs {
        least_fill_contracts: CONTRACT + LOT,
        ..ask(1, 5 * PRICE, 2 * CONTRACT)
    };
    expect_landed(stage.place("stranger", &put, args));
    skipped(&mut stage, &put, FillOutOfRange);
}

#[test]
fn an_offer_beyond_the_limit() {
    let (mut stage, put) = beside();
    expect_landed(stage.place("stranger", &put, ask(1, 6 * PRICE + 1, CONTRACT)));
    skipped(&mut stage, &put, PremiumAboveLimit);
}

#[test]
fn an_offer_that_asks_for_as_much_as_can_be_won() {
    let (mut stage, put) = beside();
    expect_landed(stage.place("stranger", &put, ask(1, 200 * PRICE, CONTRACT)));
    let offers = [("stranger", 1), ("writer", 1)];
    let bought = order(&stage, &put, Side::Ask, CONTRACT, &offers);
    let landed = expect_landed(stage.sweep("buyer", &[bought], ANY));
    let reasons = outcomes(&told(&stage, &landed));
    assert_eq!(reasons, [(0, PremiumOutOfRange.into()), (CONTRACT, 0)]);
}

#[test]
fn a_bid_whose_maker_lacks_the_premium() {
    let (mut stage, put) = three();
    expect_landed(stage.place("stranger", &put, bid(1, 6 * PRICE, CONTRACT)));
    expect_landed(stage.withdraw_quote("stranger", 9_995 * QUOTE));
    expect_landed(stage.place("buyer", &put, bid(1, 5 * PRICE, CONTRACT)));
    let offers = [("stranger", 1), ("buyer", 1)];
    let sold = order(&stage, &put, Side::Bid, CONTRACT, &offers);
    let landed = expect_landed(stage.sweep("writer", &[sold], ANY));
    let reasons = outcomes(&told(&stage, &landed));
    assert_eq!(reasons, [(0, BalanceTooLow.into()), (CONTRACT, 0)]);
    assert_eq!(leg(&stage, "stranger", &put), 0);
    assert_eq!(totals(&stage, &put), (0, CONTRACT, CONTRACT));
}

/// A seized maker's offers are void; he does not stop the others.
#[test]
fn a_maker_in_liquidation() {
    let (mut stage, put) = crate::setup::seized();
    for name in ["stranger", "buyer"] {
        fund(&mut stage, name, 10_000 * QUOTE);
    }
    expect_landed(stage.place("stranger", &put, ask(1, 130 * PRICE, LOT)));
    let offers = [("writer", 1), ("stranger", 1)];
    let bought = order(&stage, &put, Side::Ask, LOT, &offers);
    let landed = expect_landed(stage.sweep("buyer", &[bought], ANY));
    let reasons = outcomes(&told(&stage, &landed));
    assert_eq!(reasons, [(0, AccountNotOpen.into()), (LOT, 0)]);
}

/// The maker has taken his offer back and placed another of the same number, so at the same address.
#[test]
fn an_offer_that_now_names_another_series_or_side() {
    let (mut stage, put) = beside();
    let other = crate::setup::series(&mut stage, &put.expiry, 210 * PRICE, OptionKind::Put);
    for (series, args, reason) in [
        (other, ask(1, 5 * PRICE, CONTRACT), WrongSeries),
        (put, bid(1, 5 * PRICE, CONTRACT), WrongSide),
    ] {
        let mut stage = stage.clone();
        expect_landed(stage.place("stranger", &put, ask(1, 5 * PRICE, CONTRACT)));
        expect_landed(stage.cancel_offer("stranger", 1));
        expect_landed(stage.place("stranger", &series, args));
        skipped(&mut stage, &put, reason);
        assert_eq!(left(&stage, "stranger", 1), CONTRACT);
    }
}

/// A delegate has offered it far below mark.
#[test]
fn an_offer_of_a_delegate_far_from_mark() {
    let (mut stage, put) = beside();
    expect_landed(stage.set_delegate("stranger", 0, Some("keeper")));
    let placed = backstop_client::trading::place_offer(
        &stage.keys,
        backstop_testkit::pubkey("keeper"),
        stage.margin("stranger"),
        &put,
        ask(1, 5 * PRICE, CONTRACT),
    );
    expect_landed(
        stage
            .world
            .send(&[placed], &[&backstop_testkit::key("keeper")]),
    );
    skipped(&mut stage, &put, TradeOffMark);
}
