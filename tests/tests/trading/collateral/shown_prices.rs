//! Prices and pools of collaterals: each that is not usable by its own error.

use backstop_interface::stake_pool::StakePool;
use backstop_interface::BackstopError;
use backstop_testkit::pyth::PythPrice;
use backstop_testkit::stage::{stake_pool_bytes, STAKE_POOL_PROGRAM};
use backstop_testkit::{address, expect_landed, key, Stage};

use super::setting::{metas, short, showing, STABLE, STAKED};
use crate::setup::{refuse, PRICE};

/// Seconds a price may be old when value leaves.
const MAX_AGE: i64 = 25;

fn holding(other: &str, atoms: u64) -> Stage {
    let mut stage = short();
    expect_landed(stage.deposit_other("writer", other, atoms));
    // A minute after the last tick, so that only age binds.
    stage.pass(60, 200 * PRICE);
    stage
}

fn stable(stage: &Stage, before_seconds: i64) -> PythPrice {
    let at = stage.world.now() - before_seconds;
    PythPrice::new(stage.other("stable").price.feed_id, 1_000_000_000, at)
}

#[track_caller]
fn assert_refused(stage: &mut Stage, other: &str, error: BackstopError) {
    let given = showing(stage, metas(stage, &[other]));
    refuse(stage, "writer", &given, error);
}

#[track_caller]
fn assert_lands(stage: &mut Stage, other: &str) {
    let given = showing(stage, metas(stage, &[other]));
    expect_landed(stage.world.send(&[given], &[&key("writer")]));
}

#[test]
fn a_price_is_taken_at_the_edge_and_refused_beyond_it() {
    let mut stage = holding("stable", 100 * STABLE);
    let edges = [
        (stable(&stage, MAX_AGE + 1), BackstopError::PriceStale),
        (stable(&stage, -6), BackstopError::PriceFromFuture),
        (
            stable(&stage, 0).conf_bps(501),
            BackstopError::PriceTooUncertain,
        ),
        (
            stable(&stage, 0).partial(5),
            BackstopError::PriceNotFullyVerified,
        ),
        (
            stable(&stage, 0).raw(0, -8),
            BackstopError::PriceNotPositive,
        ),
        (
            stable(&stage, 0).raw(100, 1),
            BackstopError::PriceExponentOutOfRange,
        ),
    ];
    for (price, error) in edges {
        stage.publish_other("stable", price);
        assert_refused(&mut stage, "stable", error);
    }
    for price in [
        stable(&stage, MAX_AGE),
        stable(&stage, 0).conf_bps(499),
        stable(&stage, -5),
    ] {
        stage.publish_other("stable", price);
        assert_lands(&mut stage.clone(), "stable");
    }
}

#[test]
fn no_price_goes_back_on_an_account() {
    let mut stage = holding("stable", 100 * STABLE);
    stage.publish_other("stable", stable(&stage, 3));
    assert_lands(&mut stage, "stable");
    let used = stage
        .account_of("writer")
        .expect("opened")
        .collateral_price_at;
    assert_eq!(used, [stage.world.now() - 3, 0]);
    stage.publish_other("stable", stable(&stage, 4));
    assert_refused(&mut stage, "stable", BackstopError::PriceOlderThanLastUsed);
    // Nor does it where the slot was free in between.
    stage.publish_other("stable", stable(&stage, 3));
    expect_landed(stage.withdraw_other("writer", "stable", 100 * STABLE));
    expect_landed(stage.deposit_other("writer", "stable", 100 * STABLE));
    stage.publish_other("stable", stable(&stage, 4));
    assert_refused(&mut stage, "stable", BackstopError::PriceOlderThanLastUsed);
    stage.publish_other("stable", stable(&stage, 3));
    assert_lands(&mut stage, "stable");
}

#[test]
fn a_price_lags_the_clock_of_its_own_feed_by_ten_seconds_at_most() {
    let mut stage = holding("stable", 100 * STABLE);
    expect_landed(stage.tick_other("stable"));
    stage.publish_other("stable", stable(&stage, 11));
    assert_refused(&mut stage, "stable", BackstopError::PriceBehindFeedClock);
    stage.publish_other("stable", stable(&stage, 10));
    assert_lands(&mut stage, "stable");
}

#[test]
fn a_pool_counts_in_its_epoch_and_the_next() {
    let mut stage = holding("staked", STAKED);
    stage.world.set_epoch(7);
    stage.set_pool("staked", 1_100_000, 1_000_000);
    for (epoch, fine) in [(7, true), (8, true), (9, false)] {
        stage.world.set_epoch(epoch);
        if fine {
            assert_lands(&mut stage.clone(), "staked");
        } else {
            assert_refused(&mut stage, "staked", BackstopError::StakePoolStale);
        }
    }
}

#[test]
fn a_pool_has_to_be_the_one_listed_and_sound() {
    let mut stage = holding("staked", STAKED);
    let keys = stage.other("staked").keys;
    let pool = keys.stake_pool.expect("it has one");
    let good = StakePool {
        pool_mint: keys.mint,
        total_lamports: 1_100_000,
        pool_token_supply: 1_000_000,
        last_update_epoch: 0,
    };
    // Another pool of the same token, by address.
    let elsewhere = address("another pool");
    stage.world.write_stake_pool(&elsewhere, &good);
    let mut behind = metas(&stage, &["staked"]);
    behind[3].pubkey = elsewhere;
    let given = showing(&stage, behind);
    refuse(&mut stage, "writer", &given, BackstopError::WrongStakePool);
    // Another program's account at the address.
    let mut fork = stage.clone();
    fork.world.clone_at(&pool, pool, address("another program"));
    assert_refused(&mut fork, "staked", BackstopError::WrongStakePool);
    let mint = stage.keys.underlying_mint;
    let cases = [
        (
            StakePool {
                pool_mint: mint,
                ..good
            },
            BackstopError::WrongStakePool,
        ),
        (
            StakePool {
                pool_token_supply: 0,
                ..good
            },
            BackstopError::StakePoolMalformed,
        ),
        (
            StakePool {
                total_lamports: 0,
                ..good
            },
            BackstopError::StakePoolMalformed,
        ),
    ];
    for (bad, error) in cases {
        stage.world.write_stake_pool(&pool, &bad);
        assert_refused(&mut stage, "staked", error);
    }
    // Another type, and other lengths.
    let whole = stake_pool_bytes(&good);
    let mut list = whole.clone();
    list[0] = 2;
    let long = [whole.clone(), vec![0]].concat();
    for data in [list, whole[..610].to_vec(), long, vec![]] {
        stage.world.write_foreign(&pool, STAKE_POOL_PROGRAM, data);
        assert_refused(&mut stage, "staked", BackstopError::StakePoolMalformed);
    }
}
