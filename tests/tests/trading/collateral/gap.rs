//! After a proven gap of a collateral's feed who stands on it has two minutes.

use backstop_interface::accounts::AccountState;
use backstop_interface::BackstopError::GraceAfterGap;
use backstop_testkit::pyth::PythPrice;
use backstop_testkit::{expect_code, expect_landed, Stage};

use super::setting::{coin, leaning, seasoned, STABLE};
use crate::setup::{state, write, CONTRACT, PRICE};

/// Half a quote.
const HALF: u64 = 500_000_000;

/// Publishes a coin's price, near its average, after a silence of its feed, and shows it to the clock of the feed.
fn after_silence(stage: &mut Stage, name: &str, price: u64, seconds: i64) {
    let (feed_id, now) = (stage.other(name).price.feed_id, stage.world.now());
    stage.publish_other(
        name,
        PythPrice::new(feed_id, price, now).after(now - seconds),
    );
    expect_landed(stage.tick_other(name));
}

/// When the account of the writer may be seized, as an outsider computes it.
fn grace_ends_at(stage: &Stage) -> i64 {
    let account = stage.account_of("writer").expect("opened");
    let health = stage.assess("writer").health_mm();
    let (price, now) = (stage.price_update(), stage.world.now());
    let ends = stage.view().grace_ends_at(&account, health, price, now);
    ends.expect("in range")
}

#[test]
fn who_stands_on_a_collateral_has_two_minutes_after_a_gap_of_its_feed() {
    let mut stage = leaning();
    after_silence(&mut stage, "stable", HALF, 61);
    let ended = stage.world.now();
    assert_eq!(grace_ends_at(&stage), ended + 120);
    for seconds in [0, 119] {
        let mut early = stage.clone();
        early.pass(seconds, 184 * PRICE);
        coin(&mut early, "stable", HALF, HALF);
        expect_code(early.liquidate("keeper", "writer"), GraceAfterGap);
    }
    stage.pass(120, 184 * PRICE);
    coin(&mut stage, "stable", HALF, HALF);
    expect_landed(stage.liquidate("keeper", "writer"));
    assert_eq!(state(&stage, "writer"), AccountState::Auction);
}

#[test]
fn a_silence_of_a_minute_gives_no_time() {
    let mut stage = leaning();
    after_silence(&mut stage, "stable", HALF, 60);
    assert!(grace_ends_at(&stage) <= stage.world.now());
    expect_landed(stage.liquidate("keeper", "writer"));
    assert_eq!(state(&stage, "writer"), AccountState::Auction);
}

/// A coin that fell in the silence is worth less than the account lacks by it; at its average it is worth more.
#[test]
fn what_a_collateral_was_worth_before_the_gap_counts() {
    let mut stage = leaning();
    let now = stage.world.now();
    let feed_id = stage.other("stable").price.feed_id;
    let fallen = PythPrice::new(feed_id, PRICE / 100, now).ema(PRICE);
    stage.publish_other("stable", fallen.clone().after(now - 61));
    expect_landed(stage.tick_other("stable"));
    let worth = 500_000_000;
    assert!(stage.assess("writer").health_mm() < -worth);
    assert_eq!(grace_ends_at(&stage), now + 120);
    // Far from its average: noted, and when it would be seized it has its time.
    expect_landed(stage.liquidate("keeper", "writer"));
    stage.pass(30, 184 * PRICE);
    coin(&mut stage, "stable", PRICE / 100, PRICE);
    expect_code(stage.liquidate("keeper", "writer"), GraceAfterGap);
}

/// Anyone may put a crumb of a coin into his account when its feed has been silent; it gives him no time.
#[test]
fn a_crumb_of_a_collateral_gives_no_time_after_its_gap() {
    let mut stage = seasoned();
    write(&mut stage, 80 * CONTRACT);
    for _ in 0..7 {
        stage.pass(20, 200 * PRICE);
        expect_landed(stage.tick());
    }
    stage.pass(20, 80 * PRICE);
    expect_landed(stage.tick());
    after_silence(&mut stage, "stable", PRICE, 61);
    expect_landed(stage.deposit_other("writer", "stable", STABLE));
    assert!(stage.assess("writer").health_mm() < -(1_000_000));
    expect_landed(stage.liquidate("keeper", "writer"));
    assert_eq!(state(&stage, "writer"), AccountState::Auction);
}
