//! What collaterals with feeds of their own count: on the chain to the atom, by what may be withdrawn.

use backstop_interface::BackstopError;
use backstop_testkit::{expect_code, expect_landed, Stage};

use super::setting::{listed, seasoned, short, spare, STABLE, STAKED};
use crate::setup::{write, CONTRACT, PRICE, QUOTE};

/// Exactly `atoms` of quote can leave the writer's account.
#[track_caller]
fn assert_spare(stage: &mut Stage, atoms: u64) {
    assert_eq!(spare(stage), atoms);
    let above = stage.clone().withdraw_quote("writer", atoms + 1);
    expect_code(above, BackstopError::BelowInitialMargin);
    expect_landed(stage.clone().withdraw_quote("writer", atoms));
}

#[test]
fn a_stable_coin_counts_price_times_weight_and_less_as_it_loses_its_peg() {
    let mut stage = short();
    let without = spare(&stage);
    expect_landed(stage.deposit_other("writer", "stable", 1_000 * STABLE));
    // Price, what initial margin counts of 1 000, and what value does.
    let cases = [
        (1_000_000_000, 900_000_000, 1_000_000_000),
        // Never above par.
        (1_020_000_000, 900_000_000, 1_000_000_000),
        (990_000_000, 891_000_000, 990_000_000),
        // Three quarters of the weight are left half way down a quarter of the fall.
        (980_000_000, 661_500_000, 980_000_000),
        (950_000_000, 0, 950_000_000),
        (400_000_000, 0, 400_000_000),
    ];
    let value = stage.assess("writer").value - 1_000_000_000;
    for (price, im_atoms, value_atoms) in cases {
        stage.set_other_price("stable", price);
        assert_spare(&mut stage, without + im_atoms);
        assert_eq!(stage.assess("writer").value, value + value_atoms);
    }
}

#[test]
fn maintenance_margin_counts_a_stable_coin_that_lost_its_peg_at_its_price() {
    let mut stage = short();
    let without = stage.assess("writer").health_mm();
    expect_landed(stage.deposit_other("writer", "stable", 1_000 * STABLE));
    for (price, mm_atoms) in [(1_000_000_000, 950_000_000), (500_000_000, 475_000_000)] {
        stage.set_other_price("stable", price);
        assert_eq!(stage.assess("writer").health_mm(), without + mm_atoms);
    }
}

#[test]
fn a_staked_token_is_worth_the_lower_of_market_and_redemption() {
    let mut stage = short();
    let value = stage.assess("writer").value;
    expect_landed(stage.deposit_other("writer", "staked", 10 * STAKED));
    // Its pool pays 1.1 of the underlying: 220 quote.
    let cases = [(220, 2_200), (260, 2_200), (210, 2_100), (190, 1_900)];
    for (price, worth) in cases {
        stage.set_other_price("staked", price * PRICE);
        assert_eq!(
            stage.assess("writer").value,
            value + worth * QUOTE as i64,
            "market price {price}"
        );
        let (exact, mut fork) = (spare(&stage), stage.clone());
        let above = stage.clone().withdraw_quote("writer", exact + 1);
        expect_code(above, BackstopError::BelowInitialMargin);
        expect_landed(fork.withdraw_quote("writer", exact));
    }
    // The pool pays less: so does the token, whatever its market.
    stage.set_other_price("staked", 220 * PRICE);
    stage.set_pool("staked", 1_050_000, 1_000_000);
    assert_eq!(stage.assess("writer").value, value + 2_100 * QUOTE as i64);
}

#[test]
fn worth_beyond_its_size_counts_half_for_initial_margin() {
    let mut stage = short();
    let without = spare(&stage);
    // Whole up to 1 000 000 quote.
    stage.fund_other("writer", "stable", 2_000_000 * STABLE);
    expect_landed(stage.deposit_other("writer", "stable", 1_200_000 * STABLE));
    let counted = 990_000 * QUOTE;
    assert_eq!(spare(&stage), without + counted);
}

#[test]
fn a_new_listing_gains_its_weight_within_a_week() {
    let mut stage = listed();
    write(&mut stage, 40 * CONTRACT);
    expect_landed(stage.deposit_other("writer", "stable", 1_000 * STABLE));
    let with = |stage: &Stage| {
        let mut bare = stage.clone();
        let all = 1_000 * STABLE;
        expect_landed(bare.withdraw_other("writer", "stable", all));
        spare(stage) - spare(&bare)
    };
    // Genesis was the listing; seconds pass with its transactions' prices, none with the clock.
    assert_eq!(with(&stage), 0);
    stage.pass(302_400, 200 * PRICE);
    expect_landed(stage.tick());
    assert_eq!(with(&stage), 450 * QUOTE);
    stage.pass(151_200, 200 * PRICE);
    expect_landed(stage.tick());
    assert_eq!(with(&stage), 675 * QUOTE);
}

#[test]
fn two_collaterals_and_the_underlying_add_up() {
    let mut stage = seasoned();
    write(&mut stage, 80 * CONTRACT);
    let value = stage.assess("writer").value;
    expect_landed(stage.deposit_other("writer", "stable", 100 * STABLE));
    expect_landed(stage.deposit_other("writer", "second stable", 200 * STABLE));
    expect_landed(stage.deposit_underlying("writer", STAKED));
    assert_eq!(stage.assess("writer").value, value + 500 * QUOTE as i64);
    let exact = spare(&stage);
    expect_landed(stage.clone().withdraw_quote("writer", exact));
    let above = stage.withdraw_quote("writer", exact + 1);
    expect_code(above, BackstopError::BelowInitialMargin);
}
