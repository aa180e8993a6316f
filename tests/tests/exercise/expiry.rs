//! Exercises that wait for shorts when the series expires.

use backstop_interface::BackstopError::*;
use backstop_testkit::{expect_code, expect_landed};

use crate::debts::settle;
use crate::setting::{Play, CONTRACT, PRICE, QUOTE};

/// A short settles once it has borne what waits for it, at the payoffs of then.
#[test]
fn shorts_bear_before_they_settle_and_the_right_is_owed() {
    let mut play = Play::written();
    let (week, put) = (play.week, play.put);
    play.exercise(1, 5 * CONTRACT, 180 * PRICE);
    play.bear("writer");
    play.world.warp_to(week.expires_at - 60);
    expect_landed(play.sample(&week, 190 * PRICE));
    play.set_price(190 * PRICE);
    let late = play.clone().pay_exercise("holder", &put, 1);
    expect_code(late, NotFinalised);
    play.step("fix_price", |stage| stage.fix_price(&week));
    assert_eq!(
        play.expiry_of(&week).owed_atoms,
        100 * QUOTE,
        "60 of it lie in the escrow"
    );
    play.step("fold_series", |stage| stage.fold_series(&put));
    assert_eq!(play.expiry_of(&week).owed_atoms, 150 * QUOTE);
    expect_code(play.clone().settle("second", &week), ExercisesNotBorne);
    play.world.advance(600);
    play.bear("second");
    assert_eq!(play.expiry_of(&week).unsettled_contracts, 5 * CONTRACT);
    // Who bears is on his way to settle: Collecting waits for him as for one who settled.
    assert_eq!(play.expiry_of(&week).last_settle_at, play.world.now());
    play.set_price(190 * PRICE);
    play.step("settle_account", |stage| stage.settle("second", &week));
    play.step("settle_account", |stage| stage.settle("writer", &week));
    let early = play.clone().pay_exercise("holder", &put, 1);
    expect_code(early, NotFinalised);
    let waits = play.view().market.params.collecting_least_seconds;
    play.world.advance(waits);
    play.set_price(190 * PRICE);
    play.step("close_collecting", |stage| stage.close_collecting(&week));
    play.step("finalise", |stage| stage.finalise(&week));
    assert_eq!(play.expiry_of(&week).haircut_ppb, 0);
    let wallet = play.wallet("holder");
    play.step("pay_exercise", |stage| {
        stage.pay_exercise("holder", &put, 1)
    });
    play.step("redeem", |stage| stage.redeem("holder", &put, 5 * CONTRACT));
    assert_eq!(play.wallet("holder"), wallet + 150 * QUOTE);
    // Nothing is left of series and expiry, and both go.
    play.step("close_series", |stage| stage.close_series("stranger", &put));
    play.step("close_expiry", |stage| stage.close_expiry(&week));
    assert!(play.world.account(&put.exercises).is_none());
}

/// A right keeps its expiry open, a request nobody decided its series.
#[test]
fn rights_and_requests_keep_series_and_expiry() {
    let mut play = Play::written();
    let (week, put) = (play.week, play.put);
    play.exercise(1, 5 * CONTRACT, 180 * PRICE);
    play.bear("writer");
    play.bear("second");
    play.world.warp_to(week.expires_at - 3_700);
    play.set_price(190 * PRICE);
    play.ask(2, 5 * CONTRACT);
    settle(&mut play, 190);
    expect_code(play.clone().close_series("stranger", &put), SeriesInUse);
    play.void(2);
    play.step("redeem", |stage| stage.redeem("holder", &put, 5 * CONTRACT));
    play.step("close_series", |stage| stage.close_series("stranger", &put));
    expect_code(play.clone().close_expiry(&week), ExpiryInUse);
    play.step("pay_exercise", |stage| {
        stage.pay_exercise("holder", &put, 1)
    });
    play.step("close_expiry", |stage| stage.close_expiry(&week));
}
