//! In and out of slots: what moves, caps, dust, the table.

use backstop_client::account::{deposit, Flow};
use backstop_client::remaining::CollateralKeys;
use backstop_interface::accounts::FeedClock;
use backstop_interface::event::Deposited;
use backstop_interface::stake_pool::STAKE_POOL_BYTES;
use backstop_interface::{BackstopError, ID};
use backstop_testkit::stage::STAKE_POOL_PROGRAM;
use backstop_testkit::{expect_code, expect_landed, pubkey, Stage};
use solana_instruction::AccountMeta;

use super::setting::{genesis, seasoned, STABLE, STAKED};
use crate::setup::{books, fund, open_with, refuse, QUOTE};

fn atoms(stage: &Stage, name: &str, other: &str) -> u64 {
    let mint = stage.other(other).keys.mint;
    let account = stage.account_of(name).expect("opened");
    account.collateral_atoms(&mint)
}

fn wallet(stage: &Stage, name: &str, other: &str) -> u64 {
    let mint = stage.other(other).keys.mint;
    stage.world.balance(&stage.world.ata(&pubkey(name), &mint))
}

#[test]
fn it_moves_tokens_and_books_by_the_same_atoms_both_ways() {
    let mut stage = seasoned();
    fund(&mut stage, "writer", 0);
    for (other, amount) in [("stable", 500 * STABLE), ("staked", 3 * STAKED)] {
        let mint = stage.other(other).keys.mint;
        let (_, vault) = stage.keys.collateral(&mint);
        let had = wallet(&stage, "writer", other);
        let landed = expect_landed(stage.deposit_other("writer", other, amount));
        let told: Vec<Deposited> = landed.events(&ID);
        assert_eq!((told[0].mint, told[0].amount_atoms), (mint, amount));
        assert_eq!(wallet(&stage, "writer", other), had - amount);
        assert_eq!(stage.world.balance(&vault), amount);
        assert_eq!(books(&stage, &mint).claims_atoms, amount);
        assert_eq!(atoms(&stage, "writer", other), amount);
        expect_landed(stage.withdraw_other("writer", other, amount - 1));
        assert_eq!(wallet(&stage, "writer", other), had - 1);
        assert_eq!(stage.world.balance(&vault), 1);
        assert_eq!(books(&stage, &mint).claims_atoms, 1);
        assert_eq!(atoms(&stage, "writer", other), 1);
        expect_landed(stage.withdraw_other("writer", other, 1));
    }
    let account = stage.account_of("writer").expect("opened");
    assert!(account
        .collaterals
        .iter()
        .all(|slot| slot.atoms == 0 && slot.mint == Default::default()));
    expect_landed(stage.close_account("writer"));
}

#[test]
fn the_first_slot_is_the_underlyings_whoever_comes_first() {
    let mut stage = seasoned();
    fund(&mut stage, "writer", 0);
    expect_landed(stage.deposit_other("writer", "stable", STABLE));
    expect_landed(stage.deposit_other("writer", "staked", STAKED));
    expect_landed(stage.deposit_underlying("writer", STAKED));
    let account = stage.account_of("writer").expect("opened");
    let mints: Vec<_> = account.collaterals.iter().map(|slot| slot.mint).collect();
    let own = |name| stage.other(name).keys.mint;
    assert_eq!(
        mints,
        [
            stage.keys.underlying_mint,
            own("stable"),
            own("staked"),
            Default::default()
        ]
    );
}

#[test]
fn deposit_rejects_a_third_collateral_with_a_feed_of_its_own() {
    let mut stage = seasoned();
    fund(&mut stage, "writer", 0);
    expect_landed(stage.deposit_other("writer", "stable", STABLE));
    expect_landed(stage.deposit_other("writer", "staked", STAKED));
    let refused = stage.deposit_other("writer", "second stable", STABLE);
    expect_code(refused, BackstopError::CollateralTableFull);
    // More of what is there goes in; a slot that is free again takes the third.
    expect_landed(stage.deposit_other("writer", "stable", STABLE));
    expect_landed(stage.withdraw_other("writer", "stable", 2 * STABLE));
    expect_landed(stage.deposit_other("writer", "second stable", STABLE));
}

#[test]
fn deposit_rejects_what_would_pass_the_cap_and_takes_what_fills_it() {
    let mut chosen = genesis();
    chosen.others[1].args.cap_atoms = 1_000 * STABLE;
    let mut stage = open_with(&chosen);
    for name in ["writer", "buyer"] {
        stage.fund_other(name, "stable", 2_000 * STABLE);
        fund(&mut stage, name, 0);
    }
    expect_landed(stage.deposit_other("buyer", "stable", 600 * STABLE));
    let above = stage.deposit_other("writer", "stable", 400 * STABLE + 1);
    expect_code(above, BackstopError::CollateralCapReached);
    expect_landed(stage.deposit_other("writer", "stable", 400 * STABLE));
    let full = stage.deposit_other("buyer", "stable", STABLE);
    expect_code(full, BackstopError::CollateralCapReached);
    // A full market asks nobody to leave, and who leaves makes room.
    expect_landed(stage.withdraw_other("buyer", "stable", STABLE));
    expect_landed(stage.deposit_other("writer", "stable", STABLE));
}

#[test]
fn deposit_rejects_dust_of_every_kind() {
    let mut stage = seasoned();
    fund(&mut stage, "writer", 0);
    for (other, least) in [("stable", STABLE), ("staked", STAKED / 100)] {
        let keys = stage.other(other).keys;
        let flow = Flow {
            mint: keys.mint,
            wallet: stage.world.ata(&pubkey("writer"), &keys.mint),
            amount_atoms: least - 1,
        };
        let margin = stage.margin("writer");
        let given = deposit(&stage.keys, pubkey("writer"), margin, flow);
        refuse(
            &mut stage,
            "writer",
            &given,
            BackstopError::AmountBelowLeast,
        );
        expect_landed(stage.deposit_other("writer", other, least));
    }
}

#[test]
fn withdraw_rejects_more_than_the_slot_holds() {
    let mut stage = seasoned();
    fund(&mut stage, "writer", QUOTE);
    expect_landed(stage.deposit_other("writer", "stable", STABLE));
    let refused = stage.withdraw_other("writer", "stable", STABLE + 1);
    expect_code(refused, BackstopError::BalanceTooLow);
    let none = stage.withdraw_other("writer", "staked", 1);
    expect_code(none, BackstopError::BalanceTooLow);
}

/// Dust of a collateral that cannot be judged would keep an account from being seized.
#[test]
fn what_nobody_can_judge_comes_into_no_account_that_holds_none_of_it() {
    let mut stage = seasoned();
    fund(&mut stage, "writer", 0);
    fund(&mut stage, "buyer", 0);
    expect_landed(stage.deposit_other("buyer", "stable", STABLE));
    // No price is older than the clock has seen, and the clock is a second too old.
    let clock_of = |stage: &Stage, other| -> FeedClock {
        let clock = stage.other(other).keys.clock;
        stage.read(&clock).expect("opened before the listing")
    };
    expect_landed(stage.deposit_other("buyer", "staked", STAKED));
    for other in ["stable", "staked"] {
        let oldest = clock_of(&stage, other).publish_at + 120;
        let mut edge = stage.clone();
        edge.world.warp_to(oldest);
        expect_landed(edge.deposit_other("writer", other, STAKED));
        let mut late = stage.clone();
        late.world.warp_to(oldest + 1);
        expect_code(
            late.deposit_other("writer", other, STAKED),
            BackstopError::PriceStale,
        );
        // Whoever holds it already may add to it.
        expect_landed(late.deposit_other("buyer", other, STAKED));
    }
}

#[test]
fn the_proof_that_it_can_be_judged_is_its_clock_and_its_pool() {
    let mut stage = seasoned();
    fund(&mut stage, "writer", 0);
    let [stable, staked] = ["stable", "staked"].map(|other| stage.other(other).keys);
    let plain = |stage: &mut Stage, keys: &CollateralKeys| {
        let wallet = stage.world.token_account(&pubkey("writer"), &keys.mint);
        let flow = Flow {
            mint: keys.mint,
            wallet,
            amount_atoms: STAKED,
        };
        deposit(&stage.keys, pubkey("writer"), stage.margin("writer"), flow)
    };
    let market_clock = stage.keys.clock;
    let pool = staked.stake_pool.expect("a staked token has a pool");
    let cases = [
        (stable, vec![], BackstopError::WrongFeedClock),
        (stable, vec![market_clock], BackstopError::WrongFeedClock),
        (stable, vec![pool], BackstopError::WrongFeedClock),
        (
            stable,
            vec![stable.clock, stable.clock],
            BackstopError::CollateralUnexpected,
        ),
        (staked, vec![staked.clock], BackstopError::WrongStakePool),
        (
            staked,
            vec![staked.clock, market_clock],
            BackstopError::WrongStakePool,
        ),
        (
            staked,
            vec![staked.clock, pool, pool],
            BackstopError::CollateralUnexpected,
        ),
    ];
    for (keys, shown, refusal) in cases {
        let mut given = plain(&mut stage, &keys);
        let metas = shown
            .into_iter()
            .map(|key| AccountMeta::new_readonly(key, false));
        given.accounts.extend(metas);
        refuse(&mut stage, "writer", &given, refusal);
    }
}

/// A pool that is not up to date or no pool says nothing about its token: the first deposit asks it, later ones do not.
#[test]
fn deposit_rejects_a_staked_token_of_a_pool_that_says_nothing() {
    let mut stage = seasoned();
    fund(&mut stage, "writer", 0);
    let mut stale = stage.clone();
    let epoch = stale.world.epoch();
    stale.world.set_epoch(epoch + 2);
    let outcome = stale.deposit_other("writer", "staked", STAKED);
    expect_code(outcome, BackstopError::StakePoolStale);
    let pool = stage.other("staked").keys.stake_pool.expect("it has one");
    let mut other_type = stage.clone();
    let nothing = vec![0; STAKE_POOL_BYTES];
    other_type
        .world
        .write_foreign(&pool, STAKE_POOL_PROGRAM, nothing);
    let outcome = other_type.deposit_other("writer", "staked", STAKED);
    expect_code(outcome, BackstopError::StakePoolMalformed);
    expect_landed(stage.deposit_other("writer", "staked", STAKED));
    stage.world.set_epoch(epoch + 2);
    expect_landed(stage.deposit_other("writer", "staked", STAKED));
}
