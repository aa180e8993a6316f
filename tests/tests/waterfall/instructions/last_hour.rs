//! The last hour and after: margin checks see the settlement average, from expiries shown to them.

use anchor_lang::prelude::{AccountMeta, Pubkey};
use anchor_lang::solana_program::instruction::Instruction;
use backstop_interface::accounts::AccountState;
use backstop_interface::event::AuctionStarted;
use backstop_interface::BackstopError;
use backstop_testkit::{expect_landed, key};

use crate::setting::{Play, CONTRACT, PRICE, QUOTE};

const HOUR: i64 = 3_600;

fn showing(mut instruction: Instruction, shown: &[Pubkey]) -> Instruction {
    let metas = shown
        .iter()
        .map(|key| AccountMeta::new_readonly(*key, false));
    instruction.accounts.extend(metas);
    instruction
}

/// The writer is short 1 000 puts at 200 with 75 880 quote; `before` seconds are left, the price is 200.
fn writer_before_expiry(before: i64) -> Play {
    let mut play = Play::short_puts();
    let at = play.expiry.expires_at - before;
    play.world.warp_to(at - 1);
    play.set_price(200 * PRICE);
    expect_landed(play.tick());
    play.pass(1, 200 * PRICE);
    expect_landed(play.tick());
    play
}

/// Seconds pass at a price, in steps without a gap of the feed.
fn live(play: &mut Play, seconds: i64, price: u64) {
    for _ in 0..seconds / 30 {
        play.pass(30, price * PRICE);
        expect_landed(play.tick());
    }
}

/// The three points of the average were at `points`, then the price is `after`.
fn after_points(points: u64, after: u64) -> Play {
    let mut play = writer_before_expiry(HOUR);
    let expiry = play.expiry;
    expect_landed(play.sample(&expiry, points * PRICE));
    live(&mut play, 150, after);
    play
}

#[test]
fn an_expiry_is_needed_from_its_last_hour_on() {
    let mut play = writer_before_expiry(HOUR + 1);
    let bare = play.ask_liquidate("keeper", "writer");
    expect_landed(
        play.world
            .clone()
            .send(std::slice::from_ref(&bare), &[&key("keeper")]),
    );
    play.pass(1, 200 * PRICE);
    play.refuses(bare.clone(), "keeper", BackstopError::ExpiryMissing);
    let shown = showing(bare, &[play.expiry.expiry]);
    expect_landed(play.world.send(&[shown], &[&key("keeper")]));
}

#[test]
fn liquidate_rejects_strangers_repeats_and_another_order() {
    let mut play = writer_before_expiry(HOUR);
    let later = play.next_expiry(7);
    expect_landed(play.create_expiry("keeper", &later));
    let foreign = play.other.expiry(play.expiry.expires_at + 86_400);
    expect_landed(play.elsewhere(|stage| stage.create_expiry("keeper", &foreign)));
    let own = play.expiry.expiry;
    let bare = play.ask_liquidate("keeper", "writer");
    let unexpected = [
        ("a vault", play.keys.vault),
        ("another account of the program", play.keys.fund),
        ("the margin account", play.margin("writer")),
        ("an expiry of another market", foreign.expiry),
        ("nothing", play.other.expiry(1).expiry),
    ];
    for (what, stranger) in unexpected {
        println!("{what}");
        for shown in [vec![stranger], vec![stranger, own], vec![own, stranger]] {
            let bent = showing(bare.clone(), &shown);
            play.refuses(bent, "keeper", BackstopError::ExpiryUnexpected);
        }
    }
    for shown in [
        vec![own, own],
        vec![later.expiry, own],
        vec![own, later.expiry, own],
    ] {
        let bent = showing(bare.clone(), &shown);
        play.refuses(bent, "keeper", BackstopError::ExpiriesOutOfOrder);
    }
    let only_later = showing(bare.clone(), &[later.expiry]);
    play.refuses(only_later, "keeper", BackstopError::ExpiryMissing);
    // One that nobody judged holds legs in does no harm.
    let more = showing(bare, &[own, later.expiry]);
    expect_landed(play.world.send(&[more], &[&key("keeper")]));
}

#[test]
fn withdraw_bid_and_fill_need_the_same() {
    let mut play = writer_before_expiry(2 * HOUR);
    let (put, near) = (play.put, play.expiry.expiry);
    let nonce = play.place("writer", &put, 100, 6);
    expect_landed(play.deposit_quote("second", 50_000 * QUOTE));
    expect_landed(play.buy_ledger("second", "writer", nonce, &put, 100 * CONTRACT));
    let later = play.next_expiry(7);
    expect_landed(play.create_expiry("keeper", &later));
    let far = later.series(200 * PRICE, put.kind);
    expect_landed(play.create_series("keeper", &far));
    live(&mut play, HOUR, 200);

    // Holding a long that expires within the hour, and short in a later one: taking money out.
    expect_landed(play.write_option("second", &far, CONTRACT));
    let bare = play.ask_withdraw("second", QUOTE);
    play.refuses(bare.clone(), "second", BackstopError::ExpiryMissing);
    let twice = showing(bare.clone(), &[near, near]);
    play.refuses(twice, "second", BackstopError::ExpiriesOutOfOrder);
    expect_landed(
        play.world
            .send(&[showing(bare, &[near])], &[&key("second")]),
    );

    // Writing in a later one.
    let nonce = play.place("second", &far, 10, 20);
    let bare = play.ask_fill("buyer", "second", nonce, &far, CONTRACT);
    play.refuses(bare.clone(), "buyer", BackstopError::ExpiryMissing);
    let stranger = showing(bare.clone(), &[play.keys.vault]);
    play.refuses(stranger, "buyer", BackstopError::ExpiryUnexpected);
    expect_landed(play.world.send(&[showing(bare, &[near])], &[&key("buyer")]));

    // Bidding for one who is short in it.
    live(&mut play, 120, 150);
    expect_landed(play.liquidate("keeper", "writer"));
    assert_eq!(play.state("writer"), AccountState::Auction);
    let bare = play.ask_bid("bidder", "writer", 100_000_000, i64::MAX);
    play.refuses(bare.clone(), "bidder", BackstopError::ExpiryMissing);
    let twice = showing(bare.clone(), &[near, near]);
    play.refuses(twice, "bidder", BackstopError::ExpiriesOutOfOrder);
    expect_landed(
        play.world
            .send(&[showing(bare, &[near])], &[&key("bidder")]),
    );
}

#[test]
fn what_the_points_have_lost_no_recovery_brings_back() {
    let mut play = after_points(80, 200);
    assert_eq!(play.cash("writer"), 75_880 * QUOTE);
    let landed = expect_landed(play.liquidate("keeper", "writer"));
    let told: AuctionStarted = play.told(&landed);
    // 1 000 puts at 200 pay 120 each, whatever the price is now.
    assert_eq!(told.value_atoms, -44_120 * QUOTE as i64);
    assert_eq!(
        play.state("writer"),
        AccountState::Estate,
        "no live leg is left"
    );
}

#[test]
fn what_the_points_have_won_no_fall_takes_away() {
    let mut play = after_points(220, 80);
    expect_landed(play.liquidate("keeper", "writer"));
    assert_eq!(play.state("writer"), AccountState::Open);
    let health = play.assess("writer");
    assert_eq!(
        health.value,
        75_880 * QUOTE as i64,
        "the puts are worth nothing"
    );
    assert_eq!(
        (health.r_im, health.r_mm),
        (0, 0),
        "and nothing can change that"
    );
}

#[test]
fn a_point_that_is_known_counts_for_its_part() {
    let mut play = writer_before_expiry(HOUR);
    let (put, expiry) = (play.put, play.expiry);
    live(&mut play, HOUR - 150, 200);
    // The first of three points, at T - 2 minutes, is at 80; the rest is open, at 200 and 60 seconds.
    play.world.warp_to(expiry.expires_at - 120);
    play.set_price(80 * PRICE);
    expect_landed(play.submit_point(&expiry, 0));
    live(&mut play, 30, 200);
    let one = play.assess("writer");
    // Two thirds of a put at 260 on an average that is 200 now: worth 40 a contract and hardly more.
    let contracts = -play.leg("writer", &put) / CONTRACT as i64;
    let least = 75_880 * QUOTE as i64 - contracts * 41 * QUOTE as i64;
    // Less than a millionth of a contract is dropped.
    let most = 75_880 * QUOTE as i64 - contracts * 40 * QUOTE as i64 + 200;
    assert!(
        (least..=most).contains(&one.value),
        "{} in {least}..={most}",
        one.value
    );
}

#[test]
fn a_fixed_price_counts_until_the_account_is_settled() {
    let mut play = after_points(80, 200);
    let expiry = play.expiry;
    expect_landed(play.fix_price(&expiry));
    let landed = expect_landed(play.liquidate("keeper", "writer"));
    let told: AuctionStarted = play.told(&landed);
    assert_eq!(told.value_atoms, -44_120 * QUOTE as i64);
}
