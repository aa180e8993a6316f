//! `add_collateral` of tokens with feeds of their own.

use anchor_lang::prelude::Pubkey;
use anchor_lang::solana_program::instruction::Instruction;
use backstop_client::feed::open_clock_of;
use backstop_client::genesis::{
    add_collateral, add_collateral_with_feed, AddCollateralArgs, OwnFeed,
};
use backstop_interface::accounts::{CollateralKind, MARKET_PARTS};
use backstop_interface::stake_pool::StakePool;
use backstop_interface::BackstopError;
use backstop_testkit::stage::{NewCollateral, STAKE_POOL_PROGRAM};
use backstop_testkit::{address, expect_landed, key, pubkey, Stage};

use crate::setup::{books, genesis_before, refuse};

const FEED: [u8; 32] = [21; 32];

/// Genesis before the shards, a mint of nine decimals, its clock, and a pool that redeems it.
fn before_listing() -> (Stage, Pubkey, OwnFeed) {
    let (mut stage, _) = genesis_before("create_shards");
    let mint = stage.world.mint("listed", 9);
    let open = open_clock_of(&FEED, pubkey("genesis"));
    expect_landed(stage.world.send(&[open], &[&key("genesis")]));
    let pool = address("the pool");
    stage.world.write_stake_pool(&pool, &sound(mint));
    let own = OwnFeed {
        feed_id: FEED,
        stake_pool: Some(pool),
    };
    (stage, mint, own)
}

fn sound(mint: Pubkey) -> StakePool {
    StakePool {
        pool_mint: mint,
        total_lamports: 11,
        pool_token_supply: 10,
        last_update_epoch: 0,
    }
}

fn list(stage: &Stage, mint: Pubkey, args: AddCollateralArgs, own: &OwnFeed) -> Instruction {
    add_collateral_with_feed(pubkey("genesis"), &stage.keys, mint, args, own)
}

fn staked() -> AddCollateralArgs {
    NewCollateral::staked().args
}

fn stable() -> AddCollateralArgs {
    NewCollateral::stable().args
}

#[test]
fn it_fixes_feed_pool_and_its_owner_and_is_no_part_the_market_waits_for() {
    let (mut stage, mint, own) = before_listing();
    let parts = stage.protocol().missing_parts;
    assert_eq!(parts, MARKET_PARTS - 2);
    let given = list(&stage, mint, staked(), &own);
    expect_landed(stage.world.send(&[given], &[&key("genesis")]));
    let config = books(&stage, &mint);
    assert_eq!(config.kind, CollateralKind::LiquidStaking);
    assert_eq!(config.feed_id, FEED);
    assert_eq!(Some(config.stake_pool), own.stake_pool);
    assert_eq!(config.stake_pool_program, STAKE_POOL_PROGRAM);
    assert_eq!(config.cap_atoms, staked().cap_atoms);
    assert_eq!(config.listed_at, stage.world.now());
    assert_eq!((config.below_since, config.observed_at), (0, 0));
    assert_eq!(stage.protocol().missing_parts, parts);

    let coin = stage.world.mint("coin", 6);
    let own = OwnFeed {
        stake_pool: None,
        ..own
    };
    let given = list(&stage, coin, stable(), &own);
    expect_landed(stage.world.send(&[given], &[&key("genesis")]));
    let config = books(&stage, &coin);
    assert_eq!(config.kind, CollateralKind::Stable);
    assert_eq!(config.stake_pool, Pubkey::default());
    assert_eq!(stage.protocol().missing_parts, parts);
}

#[test]
fn add_collateral_rejects_a_kind_that_is_not_the_mints() {
    let (mut stage, mint, own) = before_listing();
    for kind in [CollateralKind::Quote, CollateralKind::Underlying] {
        let args = AddCollateralArgs { kind, ..stable() };
        let given = list(&stage, mint, args, &own);
        refuse(&mut stage, "genesis", &given, BackstopError::WrongMint);
    }
    let (mut stage, _) = genesis_before("add_collateral");
    let (quote, underlying) = (stage.keys.quote_mint, stage.keys.underlying_mint);
    let cases = [
        (quote, CollateralKind::Underlying),
        (quote, CollateralKind::Stable),
        (underlying, CollateralKind::Quote),
        (underlying, CollateralKind::LiquidStaking),
    ];
    for (mint, kind) in cases {
        let args = AddCollateralArgs { kind, ..stable() };
        let given = add_collateral(pubkey("genesis"), &stage.keys, mint, args);
        refuse(&mut stage, "genesis", &given, BackstopError::WrongMint);
    }
}

#[test]
fn add_collateral_rejects_a_feed_that_is_not_the_tokens_own() {
    let (mut stage, mint, _) = before_listing();
    // None shown, and the market's.
    let none = add_collateral(pubkey("genesis"), &stage.keys, mint, stable());
    refuse(&mut stage, "genesis", &none, BackstopError::WrongFeedClock);
    let open = open_clock_of(&stage.keys.feed_id, pubkey("genesis"));
    expect_landed(stage.world.send(&[open], &[&key("genesis")]));
    let markets = OwnFeed {
        feed_id: stage.keys.feed_id,
        stake_pool: None,
    };
    let given = list(&stage, mint, stable(), &markets);
    refuse(&mut stage, "genesis", &given, BackstopError::WrongFeedClock);
}

#[test]
fn add_collateral_rejects_a_feed_where_the_markets_is_used() {
    let (mut stage, _) = genesis_before("add_collateral");
    let open = open_clock_of(&FEED, pubkey("genesis"));
    expect_landed(stage.world.send(&[open], &[&key("genesis")]));
    let own = OwnFeed {
        feed_id: FEED,
        stake_pool: None,
    };
    let args = AddCollateralArgs {
        kind: CollateralKind::Underlying,
        ..stable()
    };
    let given = list(&stage, stage.keys.underlying_mint, args, &own);
    refuse(&mut stage, "genesis", &given, BackstopError::WrongFeedClock);
}

#[test]
fn add_collateral_rejects_a_pool_that_does_not_redeem_the_token() {
    let (mut stage, mint, own) = before_listing();
    let pool = own.stake_pool.expect("named");
    let without = OwnFeed {
        stake_pool: None,
        ..own
    };
    let given = list(&stage, mint, staked(), &without);
    refuse(&mut stage, "genesis", &given, BackstopError::WrongStakePool);
    let given = list(&stage, mint, stable(), &own);
    refuse(&mut stage, "genesis", &given, BackstopError::WrongStakePool);
    let other = StakePool {
        pool_mint: stage.keys.underlying_mint,
        ..sound(mint)
    };
    stage.world.write_stake_pool(&pool, &other);
    let given = list(&stage, mint, staked(), &own);
    refuse(&mut stage, "genesis", &given, BackstopError::WrongStakePool);
    stage
        .world
        .write_foreign(&pool, STAKE_POOL_PROGRAM, vec![1; 610]);
    refuse(
        &mut stage,
        "genesis",
        &given,
        BackstopError::StakePoolMalformed,
    );
    stage.world.write_stake_pool(&pool, &sound(mint));
    stage.world.set_epoch(2);
    refuse(&mut stage, "genesis", &given, BackstopError::StakePoolStale);
}

#[test]
fn add_collateral_rejects_decimals_a_pool_or_a_price_cannot_count() {
    let (mut stage, _, own) = before_listing();
    let pool = own.stake_pool.expect("named");
    let eight = stage.world.mint("eight", 8);
    stage.world.write_stake_pool(&pool, &sound(eight));
    let given = list(&stage, eight, staked(), &own);
    refuse(
        &mut stage,
        "genesis",
        &given,
        BackstopError::DecimalsNotAllowed,
    );
    let ten = stage.world.mint("ten", 10);
    let without = OwnFeed {
        stake_pool: None,
        ..own
    };
    let given = list(&stage, ten, stable(), &without);
    refuse(
        &mut stage,
        "genesis",
        &given,
        BackstopError::DecimalsNotAllowed,
    );
}

#[test]
fn add_collateral_rejects_a_cap_below_the_least_deposit() {
    let (mut stage, _, own) = before_listing();
    let own = OwnFeed {
        stake_pool: None,
        ..own
    };
    let coin = stage.world.mint("coin", 6);
    let capped = |cap_atoms| AddCollateralArgs {
        cap_atoms,
        ..stable()
    };
    let least = stable().least_deposit_atoms;
    let given = list(&stage, coin, capped(least - 1), &own);
    refuse(&mut stage, "genesis", &given, BackstopError::CapOutOfBounds);
    let given = list(&stage, coin, capped(least), &own);
    expect_landed(stage.world.send(&[given], &[&key("genesis")]));
}
