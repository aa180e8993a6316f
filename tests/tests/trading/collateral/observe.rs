//! `observe_collateral`: when maintenance margin counts the market of a liquid-staking token.

use anchor_lang::solana_program::instruction::Instruction;
use backstop_client::feed::observe_collateral;
use backstop_interface::BackstopError;
use backstop_testkit::pyth::PythPrice;
use backstop_testkit::{expect_code, expect_landed, Stage};

use super::setting::{seasoned, STAKED};
use crate::setup::{refuse, two_markets, write, CONTRACT, PRICE, QUOTE};

/// What a pool pays for a token: 1.1 at 200.
const REDEMPTION: u64 = 220;
const HOUR: i64 = 3_600;

/// The writer holds 10 staked tokens.
fn holding() -> Stage {
    let mut stage = seasoned();
    write(&mut stage, CONTRACT);
    expect_landed(stage.deposit_other("writer", "staked", 10 * STAKED));
    stage
}

fn at(stage: &mut Stage, seconds: i64, price: u64) {
    stage.pass(seconds, 200 * PRICE);
    stage.set_other_price("staked", price * PRICE);
}

fn since(stage: &Stage) -> i64 {
    stage.config_of("staked").below_since
}

/// What maintenance margin counts of the tokens, in quote atoms.
fn counted(stage: &Stage) -> i64 {
    let mut bare = stage.clone();
    expect_landed(bare.withdraw_other("writer", "staked", 10 * STAKED));
    let with = |stage: &Stage| stage.assess("writer");
    let (all, none) = (with(stage), with(&bare));
    all.health_mm() - none.health_mm() + all.r_mm - none.r_mm
}

#[test]
fn far_below_for_an_hour_the_market_counts_and_a_recovery_starts_over() {
    let mut stage = holding();
    let weighed = |price: u64| (10 * price * QUOTE * 85 / 100) as i64;
    at(&mut stage, 10, 205);
    expect_landed(stage.observe("staked"));
    let first = stage.world.now();
    assert_eq!(since(&stage), first);
    assert_eq!(counted(&stage), weighed(REDEMPTION));
    at(&mut stage, HOUR - 1, 205);
    expect_landed(stage.observe("staked"));
    assert_eq!(since(&stage), first);
    assert_eq!(counted(&stage), weighed(REDEMPTION));
    at(&mut stage, 1, 205);
    assert_eq!(counted(&stage), weighed(205));
    // Nobody has to show it again, and a market that is back counts no more.
    at(&mut stage, 1, 210);
    assert_eq!(counted(&stage), weighed(REDEMPTION));
    expect_landed(stage.observe("staked"));
    assert_eq!(since(&stage), 0);
    at(&mut stage, 1, 205);
    expect_landed(stage.observe("staked"));
    assert_eq!(since(&stage), stage.world.now());
    assert_eq!(counted(&stage), weighed(REDEMPTION));
}

#[test]
fn five_percent_below_is_not_far() {
    let mut stage = holding();
    for (price, far) in [(209_000_000_000, false), (208_999_999_990, true)] {
        stage.pass(1, 200 * PRICE);
        stage.set_other_price("staked", price);
        expect_landed(stage.observe("staked"));
        assert_eq!(since(&stage) > 0, far, "{price}");
    }
}

#[test]
fn observe_collateral_rejects_what_has_nothing_to_be_held_against() {
    let mut stage = holding();
    let keys = stage.other("stable").keys;
    let given = observe_collateral(&stage.keys, &keys, stage.price_account);
    refuse(
        &mut stage,
        "stranger",
        &given,
        BackstopError::NothingToObserve,
    );
    let refused = stage.world.send(&[given], &[]);
    expect_code(refused, BackstopError::NothingToObserve);
}

#[test]
fn observe_collateral_rejects_a_price_older_than_the_one_before() {
    let mut stage = holding();
    at(&mut stage, 60, 205);
    expect_landed(stage.observe("staked"));
    let before = PythPrice::new(
        stage.other("staked").price.feed_id,
        220 * PRICE,
        stage.world.now() - 1,
    );
    stage.publish_other("staked", before);
    let refused = stage.observe("staked");
    expect_code(refused, BackstopError::PriceOlderThanLastUsed);
}

#[test]
fn observe_collateral_rejects_prices_too_old_for_adding_risk() {
    let mut stage = holding();
    at(&mut stage, 60, 205);
    stage.world.advance(25);
    expect_landed(stage.clone().observe("staked"));
    stage.world.advance(1);
    expect_code(stage.observe("staked"), BackstopError::PriceStale);
}

#[test]
fn observe_collateral_rejects_another_collateral_or_none() {
    let mut stage = holding();
    let keys = stage.other("staked").keys;
    let stable = stage.other("stable").keys;
    let mut given = observe_collateral(&stage.keys, &keys, stage.price_account);
    given.accounts.truncate(6);
    refuse(
        &mut stage,
        "stranger",
        &given,
        BackstopError::CollateralMissing,
    );
    given.accounts.extend(stable.metas());
    refuse(
        &mut stage,
        "stranger",
        &given,
        BackstopError::CollateralMissing,
    );
}

#[test]
fn observe_collateral_rejects_a_collateral_of_another_market() {
    let (mut stage, other) = two_markets();
    let staked = backstop_client::remaining::CollateralKeys {
        mint: other.underlying_mint,
        collateral: other.underlying,
        price: stage.price_account,
        clock: other.clock,
        stake_pool: None,
    };
    let given: Instruction = observe_collateral(&stage.keys, &staked, stage.price_account);
    refuse(&mut stage, "stranger", &given, BackstopError::WrongMarket);
}
