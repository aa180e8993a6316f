//! An account exercises wait for is judged by nobody, and its short does not trade, until it has borne them.

use backstop_client::exercise;
use backstop_interface::accounts::OptionKind;
use backstop_interface::BackstopError::*;
use backstop_testkit::{expect_code, expect_landed};

use crate::setting::{Play, CONTRACT, PRICE, QUOTE};

#[test]
fn nobody_judges_or_trades_it_and_anybody_ends_that() {
    let mut play = Play::written();
    let put = play.put;
    play.exercise(1, 5 * CONTRACT, 180 * PRICE);
    play.set_price(180 * PRICE);
    expect_code(
        play.clone().withdraw_quote("writer", QUOTE),
        ExercisesNotBorne,
    );
    expect_code(
        play.clone().liquidate("keeper", "writer"),
        ExercisesNotBorne,
    );
    expect_code(play.clone().measure("writer"), ExercisesNotBorne);
    expect_code(
        play.clone().write_option("writer", &put, CONTRACT),
        ExercisesNotBorne,
    );
    let call = play.week.series(200 * PRICE, OptionKind::Call);
    expect_landed(play.create_series("keeper", &call));
    expect_code(
        play.clone().write_option("writer", &call, CONTRACT),
        ExercisesNotBorne,
    );
    // What only helps it needs no judge.
    play.step("deposit", |stage| stage.deposit_quote("writer", QUOTE));
    play.bear("writer");
    play.step("withdraw", |stage| stage.withdraw_quote("writer", QUOTE));
    play.step("write_option", |stage| {
        stage.write_option("writer", &call, CONTRACT)
    });
}

/// The same transaction serves: nobody stops a liquidation by waiting.
#[test]
fn bearing_and_judging_fit_one_transaction() {
    let mut play = Play::written();
    let put = play.put;
    play.exercise(1, 5 * CONTRACT, 180 * PRICE);
    let bears = exercise::synchronise(&play.keys, &put, play.margin("writer"));
    let judged =
        backstop_client::insurance::measure(&play.keys, play.margin("writer"), play.price_account);
    let judged = play.showing(judged, &[play.margin("writer")]);
    expect_landed(play.world.send(&[bears, judged], &[]));
    assert_eq!(play.leg("writer"), -3 * CONTRACT as i64);
}

#[test]
fn a_judge_is_shown_the_expiry_of_an_american_short() {
    let mut play = Play::written();
    let account = play.margin("writer");
    let bare = backstop_client::insurance::measure(&play.keys, account, play.price_account);
    play.world.expect_refused(&[bare], &[], ExpiryMissing);
    expect_landed(play.measure("writer"));
}

/// A long held in the ledger bears nothing, and what it meets nets in the series' books only.
#[test]
fn an_american_leg_is_not_taken_over_by_who_holds_the_other_side() {
    let mut play = Play::written();
    let put = play.put;
    expect_landed(play.open_account("holder"));
    expect_landed(play.deposit_quote("holder", 10_000 * QUOTE));
    play.step("deposit_option", |stage| {
        stage.deposit_option("holder", &put, 2 * CONTRACT)
    });
    play.set_price(200 * PRICE);
    expect_code(
        play.clone()
            .transfer_leg("writer", "holder", &put, -(CONTRACT as i64), 0),
        OtherSideHeld,
    );
    play.step("transfer_leg", |stage| {
        stage.transfer_leg("writer", "second", &put, -(CONTRACT as i64), 0)
    });
    assert_eq!(
        (play.leg("writer"), play.leg("second")),
        (-5 * CONTRACT as i64, -5 * CONTRACT as i64)
    );
    play.exercise(1, 5 * CONTRACT, 180 * PRICE);
    play.bear("second");
    assert_eq!(play.leg("second"), -2_500_000);
    play.bear("holder");
    assert_eq!(play.leg("holder"), 2 * CONTRACT as i64);
    // A short that bore it and one that did not do not meet.
    expect_code(
        play.clone()
            .transfer_leg("second", "writer", &put, -(CONTRACT as i64), 0),
        ExercisesNotBorne,
    );
}

/// An account on auction bears what waits for it, and so does who buys a slice of it, from then on.
#[test]
fn a_slice_is_sold_once_what_waits_is_borne() {
    let mut play = Play::open();
    play.write("writer", 80 * CONTRACT);
    expect_landed(play.deposit_quote("second", 300_000 * QUOTE));
    play.pass(20, 80 * PRICE);
    expect_landed(play.tick());
    play.step("liquidate", |stage| stage.liquidate("keeper", "writer"));
    play.exercise(1, 8 * CONTRACT, 80 * PRICE);
    let fraction = 10_000_000;
    let early = play.clone().bid("second", "writer", fraction, i64::MAX);
    expect_code(early, ExercisesNotBorne);
    let version = play
        .account_of("writer")
        .expect("it is there")
        .portfolio_version;
    play.bear("writer");
    let seen = play.account_of("writer").expect("it is there");
    assert_eq!(seen.portfolio_version, version, "bidders are not put off");
    assert_eq!(play.leg("writer"), -72 * CONTRACT as i64);
    play.step("bid", |stage| {
        stage.bid("second", "writer", fraction, i64::MAX)
    });
    assert_eq!(play.leg("second"), -720_000);
    play.bear("second");
    assert_eq!(play.leg("second"), -720_000);
    play.exercise(2, 36 * CONTRACT, 80 * PRICE);
    play.bear("second");
    assert_eq!(play.leg("second"), -360_000);
    play.bear("writer");
    play.pay(1);
    play.pay(2);
}
