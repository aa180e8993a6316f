use backstop_interface::accounts::PointSlot;
use backstop_interface::BackstopError;
use backstop_testkit::pyth::{PythPrice, SOL_USD};
use backstop_testkit::{expect_landed, Outcome};

use crate::ask::swap;
use crate::prices::refuses_false_prices;
use crate::setting::{Play, PRICE};

const PROVISIONAL: u8 = 1;
const FINAL: u8 = 2;
const MISSING: u8 = 3;

/// At the second of the first of three points, two minutes before expiry.
fn at_first_point() -> (Play, i64) {
    let mut play = Play::short_puts();
    let point = play.expiry.expires_at - 120;
    play.world.warp_to(point + 60);
    (play, point)
}

/// Publishes 100 quote at `publish_at` after an update of `previous` and submits it for point 0.
fn submit(play: &mut Play, publish_at: i64, previous: i64) -> Outcome {
    play.publish(PythPrice::new(SOL_USD, 100 * PRICE, publish_at).after(previous));
    let expiry = play.expiry;
    play.submit_point(&expiry, 0)
}

fn held(play: &Play) -> PointSlot {
    play.expiry_of(&play.expiry).points[0]
}

#[test]
fn submit_point_takes_the_update_that_crosses_the_point() {
    let (mut play, point) = at_first_point();
    expect_landed(submit(&mut play, point + 30, point - 1));
    let slot = held(&play);
    assert_eq!(
        (slot.status, slot.price, slot.publish_at),
        (FINAL, 100 * PRICE, point + 30)
    );
    assert_eq!(slot.first_submitted_at, play.world.now());
    let again = play.ask_point(0);
    play.refuses(again, "keeper", BackstopError::PointDecided);
}

/// Without proof the earliest wins, until the proof comes.
#[test]
fn submit_point_prefers_the_earlier_update_and_then_the_proof() {
    let (mut play, point) = at_first_point();
    expect_landed(submit(&mut play, point + 10, point + 9));
    assert_eq!(
        (held(&play).status, held(&play).publish_at),
        (PROVISIONAL, point + 10)
    );
    let same = play.ask_point(0);
    play.refuses(same, "keeper", BackstopError::PointDecided);
    play.publish(PythPrice::new(SOL_USD, 99 * PRICE, point + 11).after(point + 10));
    let later = play.ask_point(0);
    play.refuses(later, "keeper", BackstopError::PointDecided);
    expect_landed(submit(&mut play, point + 5, point + 4));
    assert_eq!(
        (held(&play).status, held(&play).publish_at),
        (PROVISIONAL, point + 5)
    );
    expect_landed(submit(&mut play, point, point - 1));
    assert_eq!((held(&play).status, held(&play).publish_at), (FINAL, point));
}

#[test]
fn submit_point_is_final_after_fifteen_minutes_without_proof() {
    let (mut play, point) = at_first_point();
    expect_landed(submit(&mut play, point + 10, point + 9));
    play.world.advance(899);
    let mut early = play.clone();
    expect_landed(submit(&mut early, point, point - 1));
    play.world.advance(1);
    play.publish(PythPrice::new(SOL_USD, 100 * PRICE, point).after(point - 1));
    let late = play.ask_point(0);
    play.refuses(late, "keeper", BackstopError::PointDecided);
}

#[test]
fn submit_point_proves_that_a_point_is_missing() {
    let (mut late, point) = at_first_point();
    expect_landed(submit(&mut late, point + 31, point - 1));
    assert_eq!((held(&late).status, held(&late).price), (MISSING, 0));

    let (mut uncertain, point) = at_first_point();
    uncertain.publish(
        PythPrice::new(SOL_USD, 100 * PRICE, point)
            .after(point - 1)
            .conf_bps(201),
    );
    let expiry = uncertain.expiry;
    expect_landed(uncertain.submit_point(&expiry, 0));
    assert_eq!(
        (held(&uncertain).status, held(&uncertain).price),
        (MISSING, 0)
    );
    let again = uncertain.ask_point(0);
    uncertain.refuses(again, "keeper", BackstopError::PointDecided);
}

#[test]
fn submit_point_rejects_updates_that_say_nothing_about_it() {
    let (mut play, point) = at_first_point();
    for (publish_at, previous) in [
        (point - 1, point - 2),
        (point + 31, point),
        (point + 60, point + 30),
    ] {
        play.publish(PythPrice::new(SOL_USD, 100 * PRICE, publish_at).after(previous));
        let asked = play.ask_point(0);
        play.refuses(asked, "keeper", BackstopError::PointNotServed);
    }
}

#[test]
fn submit_point_rejects_bad_prices() {
    let (mut play, point) = at_first_point();
    play.publish(PythPrice::new(SOL_USD, 100 * PRICE, point).after(point - 1));
    let asked = play.ask_point(0);
    refuses_false_prices(&play, &asked, "keeper");
    // Up to five seconds ahead a price is genuine, but no point is served from the future.
    let now = play.world.now();
    play.publish(PythPrice::new(SOL_USD, 100 * PRICE, now + 1).after(point - 1));
    play.refuses(asked.clone(), "keeper", BackstopError::PriceFromFuture);
    play.publish(
        PythPrice::new(SOL_USD, 100 * PRICE, point + 1)
            .after(point)
            .conf_bps(201),
    );
    play.refuses(asked, "keeper", BackstopError::PriceTooUncertain);
}

/// Three points and sixty stand-ins: the last is an hour after expiry.
#[test]
fn submit_point_rejects_a_point_beyond_the_last_stand_in() {
    let (mut play, _) = at_first_point();
    let last = play.expiry.expires_at + 3_600;
    play.world.warp_to(last);
    play.set_price(100 * PRICE);
    for index in [63, 90, u8::MAX] {
        let asked = play.ask_point(index);
        play.refuses(asked, "keeper", BackstopError::NoSuchPoint);
    }
    let expiry = play.expiry;
    expect_landed(play.submit_point(&expiry, 62));
    assert_eq!(play.expiry_of(&expiry).points[62].status, FINAL);
}

#[test]
fn submit_point_rejects_an_expiry_of_another_market_and_one_that_is_fixed() {
    let mut play = Play::short_puts();
    let at = play.expiry.expires_at;
    let foreign = play.other.expiry(at);
    expect_landed(play.elsewhere(|stage| stage.create_expiry("keeper", &foreign)));
    play.expire_at(100);
    let asked = play.ask_point(0);
    play.refuses(asked.clone(), "keeper", BackstopError::WrongExpiryState);
    let home = play.expiry.expiry;
    play.refuses(
        swap(asked, home, foreign.expiry),
        "keeper",
        BackstopError::WrongMarket,
    );
}
