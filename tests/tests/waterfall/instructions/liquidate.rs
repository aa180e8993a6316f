use backstop_interface::accounts::AccountState;
use backstop_interface::event::{AuctionEnded, AuctionStarted};
use backstop_interface::pda;
use backstop_testkit::{expect_landed, pubkey};

use crate::setting::{Play, PRICE, QUOTE};

/// Bytes of an auction account.
pub const AUCTION_BYTES: usize = 8 + 1 + 1 + 96 + 5 * 8 + 8 + 3 + 8 + 64;

#[test]
fn liquidate_seizes_an_account_below_maintenance() {
    let mut play = Play::short_puts();
    play.jump(160);
    let (before, account) = (play.balances(), play.account_of("writer").expect("open"));
    let health = play.assess("writer");
    assert!(health.health_mm() < 0 && health.value > 0);
    let lamports = play.world.lamports(&pubkey("keeper"));
    let landed = expect_landed(play.liquidate("keeper", "writer"));

    let seized = play.account_of("writer").expect("still there");
    assert_eq!(seized.state(), AccountState::Auction);
    assert_eq!(seized.epoch, account.epoch + 1, "its offers are void");
    assert_eq!(
        (seized.quote_atoms, seized.legs),
        (account.quote_atoms, account.legs)
    );
    let auction = play.auction("writer").expect("opened");
    assert_eq!(auction.payer, pubkey("keeper"));
    assert_eq!(auction.started_at, play.world.now());
    assert_eq!(
        auction.healthy_seconds_at_start,
        play.view().clock.healthy_seconds
    );
    assert_eq!(auction.stress_at_trigger_atoms, health.stress());
    assert!(!auction.open_loss && !auction.sold_any && !auction.subsidised);
    let rent = play.world.rent(AUCTION_BYTES);
    assert_eq!(
        play.world.lamports(&pubkey("keeper")),
        lamports - rent,
        "the keeper lends the rent"
    );
    play.assert_books(&before);
    let told: AuctionStarted = play.told(&landed);
    assert_eq!(
        (told.margin_account, told.price),
        (play.margin("writer"), 160 * PRICE)
    );
    assert_eq!(
        (told.value_atoms, told.health_mm_atoms),
        (health.value, health.health_mm())
    );
}

#[test]
fn liquidate_leaves_a_healthy_account_alone() {
    let mut play = Play::short_puts();
    play.jump(190);
    let (before, account) = (play.balances(), play.account_of("writer").expect("open"));
    let lamports = play.world.lamports(&pubkey("keeper"));
    expect_landed(play.liquidate("keeper", "writer"));
    let after = play.account_of("writer").expect("open");
    assert_eq!(
        (after.state(), after.epoch),
        (AccountState::Open, account.epoch)
    );
    assert_eq!(after.portfolio_version, account.portfolio_version);
    let auction = pda::auction(&play.margin("writer"));
    assert!(
        play.world.account(&auction).is_none(),
        "no auction is left behind"
    );
    assert_eq!(
        play.world.lamports(&pubkey("keeper")),
        lamports,
        "the rent came back at once"
    );
    play.assert_books(&before);
}

#[test]
fn liquidate_is_a_no_op_while_the_auction_runs_and_on_an_estate() {
    for mut play in [Play::seized_at(160), Play::estate_at(80)] {
        let (state, auction) = (play.state("writer"), play.auction("writer").expect("lives"));
        let version = play.account_of("writer").expect("lives").portfolio_version;
        expect_landed(play.liquidate("keeper", "writer"));
        assert_eq!(play.state("writer"), state);
        assert_eq!(
            play.account_of("writer").expect("lives").portfolio_version,
            version
        );
        assert_eq!(
            play.auction("writer").expect("lives").started_at,
            auction.started_at
        );
    }
}

#[test]
fn liquidate_counts_an_insolvent_account_among_the_open_losses_once() {
    let mut play = Play::seized_at(80);
    assert_eq!(play.shard_of("writer").open_losses, 1);
    play.wait_healthy(1_200);
    let landed = expect_landed(play.liquidate("keeper", "writer"));
    assert_eq!(play.state("writer"), AccountState::Estate);
    assert_eq!(play.shard_of("writer").open_losses, 1, "counted already");
    assert_eq!(play.told::<AuctionEnded>(&landed).outcome, 2);

    let mut cured = Play::seized_at(80);
    expect_landed(cured.deposit_quote("writer", 500_000 * QUOTE));
    let landed = expect_landed(cured.liquidate("keeper", "writer"));
    assert_eq!(cured.shard_of("writer").open_losses, 0);
    assert_eq!(cured.told::<AuctionEnded>(&landed).outcome, 0);
}

#[test]
fn liquidate_waits_for_the_whole_curve_before_it_makes_an_estate() {
    let mut play = Play::seized_at(80);
    play.wait_healthy(1_190);
    expect_landed(play.liquidate("keeper", "writer"));
    assert_eq!(
        play.state("writer"),
        AccountState::Auction,
        "1 190 of 1 200 healthy seconds"
    );
    play.wait_healthy(10);
    expect_landed(play.liquidate("keeper", "writer"));
    assert_eq!(play.state("writer"), AccountState::Estate);
    assert_eq!(
        play.account_of("writer")
            .expect("estate")
            .conversion_started_at,
        play.world.now()
    );
}
