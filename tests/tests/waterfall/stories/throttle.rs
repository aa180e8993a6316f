//! A large account is not sold to one bidder in the first minutes: at most a fifth of what it had at the
//! trigger for each publish time.

use backstop_interface::accounts::AccountState;
use backstop_interface::BackstopError;
use backstop_testkit::{expect_code, expect_landed};

use crate::setting::{Play, ALL, QUOTE};

const FIFTH: u64 = ALL / 5;

/// Ten thousand puts on auction, worth more than nothing, with a stress above 100 000 quote.
fn large() -> Play {
    let mut play = Play::open();
    play.sell_puts("writer", 10_000, 700_000);
    expect_landed(play.deposit_quote("bidder", 800_000 * QUOTE));
    play.jump(153);
    expect_landed(play.liquidate("keeper", "writer"));
    let health = play.assess("writer");
    assert!(health.value > 0 && health.stress() > 100_000 * QUOTE as i64);
    play
}

fn left_ppb(play: &Play) -> u64 {
    play.auction("writer").expect("on auction").left_ppb
}

#[test]
fn a_bid_takes_a_fifth_at_one_publish_time_and_the_next_price_another() {
    let mut play = large();
    let most = play.terms("writer").expect("on auction").max_fraction_ppb;
    assert!(most > 2 * FIFTH, "the target alone would allow more");
    expect_landed(play.bid("bidder", "writer", ALL, i64::MAX));
    assert_eq!(left_ppb(&play), ALL - FIFTH);
    expect_code(
        play.bid("bidder", "writer", 1, i64::MAX),
        BackstopError::BidThrottled,
    );
    play.wait_healthy(10);
    expect_landed(play.bid("bidder", "writer", ALL, i64::MAX));
    // A fifth of what there was at the trigger, not of what is left; rounded against the bidder.
    assert!((ALL - 2 * FIFTH..=ALL - 2 * FIFTH + 1).contains(&left_ppb(&play)));
    assert_eq!(play.state("writer"), AccountState::Auction);
}

#[test]
fn small_bids_add_up_to_the_fifth_and_do_not_block_each_other() {
    let mut play = large();
    expect_landed(play.bid("bidder", "writer", FIFTH / 2, i64::MAX));
    expect_landed(play.bid("bidder", "writer", ALL, i64::MAX));
    assert!((ALL - FIFTH..=ALL - FIFTH + 1).contains(&left_ppb(&play)));
    expect_code(
        play.bid("bidder", "writer", ALL, i64::MAX),
        BackstopError::BidThrottled,
    );
}

#[test]
fn after_five_healthy_minutes_the_target_is_the_only_limit() {
    let mut play = large();
    play.wait_healthy(300);
    expect_landed(play.bid("bidder", "writer", ALL, i64::MAX));
    assert_eq!(
        play.state("writer"),
        AccountState::Open,
        "sold to the target at once"
    );
}
