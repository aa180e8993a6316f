//! The owner adds collateral while his account is on auction.

use backstop_interface::accounts::AccountState;
use backstop_interface::event::AuctionEnded;
use backstop_interface::BackstopError;
use backstop_testkit::expect_landed;

use crate::setting::{Play, ALL, QUOTE};

#[test]
fn a_top_up_short_of_the_target_does_not_restart_the_clock() {
    let mut play = Play::seized_at(160);
    play.wait_healthy(300);
    let (auction, terms) = (
        play.auction("writer").expect("seized"),
        play.terms("writer").expect("on offer"),
    );
    expect_landed(play.deposit_quote("writer", 1_000 * QUOTE));
    let topped = play.terms("writer").expect("on offer");
    assert_eq!(
        topped.sold,
        terms.sold + 1_000_000_000,
        "the owner's own quote is sold with the rest"
    );
    assert_eq!(
        topped.price_whole,
        terms.price_whole + 1_000_000_000,
        "the same discount of the same stress"
    );
    expect_landed(play.liquidate("keeper", "writer"));
    let after = play.auction("writer").expect("still on auction");
    assert_eq!(play.state("writer"), AccountState::Auction);
    assert_eq!(
        (after.started_at, after.healthy_seconds_at_start),
        (auction.started_at, auction.healthy_seconds_at_start)
    );

    // 300 seconds before and 900 after the top-up make the 20 minutes.
    play.wait_healthy(900);
    expect_landed(play.liquidate("keeper", "writer"));
    assert_eq!(play.state("writer"), AccountState::Estate);
}

#[test]
fn a_top_up_to_the_target_cures() {
    let mut play = Play::seized_at(160);
    play.wait_healthy(300);
    let gap = play.terms("writer").expect("on offer").target_gap;
    let before = play.balances();
    expect_landed(play.deposit_quote("writer", gap.unsigned_abs() - 2));
    let mut short = play.clone();
    expect_landed(short.liquidate("keeper", "writer"));
    assert_eq!(
        short.state("writer"),
        AccountState::Auction,
        "two atoms short of the target"
    );

    expect_landed(play.deposit_quote("writer", QUOTE));
    let landed = expect_landed(play.liquidate("keeper", "writer"));
    assert_eq!(play.told::<AuctionEnded>(&landed).outcome, 0, "cured");
    assert_eq!(play.state("writer"), AccountState::Open);
    assert!(play.auction("writer").is_none());
    // Open again, but not free: initial margin decides about withdrawals.
    let refused = play
        .withdraw_quote("writer", QUOTE)
        .expect_err("below initial margin");
    assert_eq!(
        refused.code(),
        Some(BackstopError::BelowInitialMargin.into())
    );
    play.assert_books(&before);

    // A new breach is a new auction with a new clock.
    play.jump(120);
    expect_landed(play.liquidate("second", "writer"));
    let again = play.auction("writer").expect("seized again");
    assert_eq!(
        (again.started_at, again.healthy_seconds_at_start),
        (play.world.now(), play.view().clock.healthy_seconds)
    );
    assert!(!again.sold_any);
}

/// A bid was taken before: the auction ends as sold.
#[test]
fn a_top_up_after_a_bid_ends_the_auction_as_sold() {
    let mut play = Play::seized_at(160);
    expect_landed(play.bid("bidder", "writer", ALL / 10, i64::MAX));
    expect_landed(play.deposit_quote("writer", 100_000 * QUOTE));
    let landed = expect_landed(play.liquidate("keeper", "writer"));
    assert_eq!(play.told::<AuctionEnded>(&landed).outcome, 1);
    assert_eq!(play.state("writer"), AccountState::Open);
}
