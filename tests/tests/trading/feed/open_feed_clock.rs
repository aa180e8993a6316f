use anchor_lang::error::ErrorCode;
use backstop_client::feed::open_feed_clock;
use backstop_interface::accounts::FeedClock;
use backstop_testkit::{expect_landed, key, pubkey};

use crate::setup::{genesis_before, open, refuse, swapped, two_markets, ADDRESS_IN_USE};

#[test]
fn anyone_opens_a_clock_that_has_seen_nothing() {
    let (mut stage, _) = genesis_before("open_feed_clock");
    let given = open_feed_clock(&stage.keys, pubkey("stranger"));
    expect_landed(stage.world.send(&[given], &[&key("stranger")]));
    let clock: FeedClock = stage.read(&stage.keys.clock).expect("it was created");
    assert_eq!(clock.feed_id, stage.keys.feed_id);
    assert_eq!(
        (
            clock.publish_at,
            clock.price,
            clock.healthy_seconds,
            clock.gap_ended_at
        ),
        (0, 0, 0, 0)
    );
}

#[test]
fn open_feed_clock_rejects_a_second_one_that_would_forget_what_was_seen() {
    let mut stage = open();
    let given = open_feed_clock(&stage.keys, pubkey("stranger"));
    refuse(&mut stage, "stranger", &given, ADDRESS_IN_USE);
}

#[test]
fn markets_of_one_feed_share_one_clock() {
    let (mut stage, other) = two_markets();
    assert_eq!(stage.keys.clock, other.clock);
    let given = open_feed_clock(&other, pubkey("stranger"));
    refuse(&mut stage, "stranger", &given, ADDRESS_IN_USE);
}

#[test]
fn open_feed_clock_rejects_an_address_that_is_not_the_feeds() {
    let (mut stage, _) = genesis_before("open_feed_clock");
    let given = swapped(
        open_feed_clock(&stage.keys, pubkey("stranger")),
        &stage.keys.clock,
        &pubkey("elsewhere"),
    );
    refuse(&mut stage, "stranger", &given, ErrorCode::ConstraintSeeds);
}
