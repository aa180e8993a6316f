//! The remaining accounts by which collaterals are shown: which, in which order, and each way to get it wrong.

use anchor_lang::prelude::Pubkey;
use anchor_lang::solana_program::instruction::AccountMeta;
use backstop_interface::BackstopError;
use backstop_testkit::{address, expect_landed, key, Stage};

use super::setting::{in_order, metas, seasoned, short, showing, STABLE, STAKED};
use crate::setup::{fund, refuse, QUOTE};

/// The writer is short and holds a staked token and a stable coin.
fn holding() -> Stage {
    let mut stage = short();
    expect_landed(stage.deposit_other("writer", "stable", 100 * STABLE));
    expect_landed(stage.deposit_other("writer", "staked", STAKED));
    stage
}

/// Both collaterals, in order.
fn both(stage: &Stage) -> Vec<AccountMeta> {
    metas(stage, &in_order(stage, &["stable", "staked"]))
}

#[track_caller]
fn assert_refused(stage: &mut Stage, behind: Vec<AccountMeta>, error: BackstopError) {
    let given = showing(stage, behind);
    refuse(stage, "writer", &given, error);
}

#[track_caller]
fn assert_lands(stage: &Stage, behind: Vec<AccountMeta>) {
    let given = showing(stage, behind);
    expect_landed(stage.clone().world.send(&[given], &[&key("writer")]));
}

#[test]
fn collaterals_are_shown_in_ascending_order_of_mints_and_a_strange_one_does_no_harm() {
    let stage = holding();
    assert_lands(&stage, both(&stage));
    let all = in_order(&stage, &["stable", "staked", "second stable"]);
    assert_lands(&stage, metas(&stage, &all));
}

#[test]
fn a_collateral_that_is_held_and_not_shown_is_refused() {
    let mut stage = holding();
    for behind in [
        vec![],
        metas(&stage, &["stable"]),
        metas(&stage, &["staked"]),
    ] {
        assert_refused(&mut stage, behind, BackstopError::CollateralMissing);
    }
}

#[test]
fn the_wrong_order_and_repeats_are_refused() {
    let mut stage = holding();
    let mut wrong = in_order(&stage, &["stable", "staked"]);
    wrong.reverse();
    let behind = metas(&stage, &wrong);
    assert_refused(&mut stage, behind, BackstopError::CollateralsOutOfOrder);
    let first = in_order(&stage, &["stable", "staked"])[0];
    let twice = [metas(&stage, &[first]), both(&stage)].concat();
    assert_refused(&mut stage, twice, BackstopError::CollateralsOutOfOrder);
}

#[test]
fn strangers_among_collaterals_are_refused() {
    let mut stage = holding();
    let keys = stage.keys;
    let account = |key: Pubkey| AccountMeta::new_readonly(key, false);
    // Nothing that is no collateral stands where one belongs: before the first it is taken for an expiry.
    for stranger in [
        keys.market,
        keys.clock,
        address("nobody"),
        stage.price_account,
    ] {
        let before = [vec![account(stranger)], both(&stage)].concat();
        assert_refused(&mut stage, before, BackstopError::ExpiryUnexpected);
        let parts = vec![
            account(stranger),
            account(stage.price_account),
            account(keys.clock),
        ];
        let behind = [both(&stage), parts].concat();
        assert_refused(&mut stage, behind, BackstopError::CollateralUnexpected);
    }
    // Quote and the underlying have no feeds of their own.
    for config in [keys.quote, keys.underlying] {
        let parts = vec![
            account(config),
            account(stage.price_account),
            account(keys.clock),
        ];
        assert_refused(&mut stage, parts, BackstopError::CollateralUnexpected);
    }
}

#[test]
fn a_part_that_lacks_is_refused() {
    let mut stage = holding();
    let stable = metas(&stage, &["stable"]);
    for count in 1..stable.len() {
        let cut = stable[..count].to_vec();
        assert_refused(&mut stage, cut, BackstopError::CollateralUnexpected);
    }
    let staked = metas(&stage, &["staked"]);
    let cut = staked[..3].to_vec();
    assert_refused(&mut stage, cut, BackstopError::WrongStakePool);
}

#[test]
fn each_part_has_to_be_the_collaterals_own() {
    let mut stage = holding();
    let (market_price, market_clock) = (stage.price_account, stage.keys.clock);
    let other = stage.other("second stable").keys;
    let cases: [(usize, Pubkey, BackstopError); 5] = [
        (1, market_price, BackstopError::PriceWrongFeed),
        (1, other.price, BackstopError::PriceWrongFeed),
        (1, address("nobody"), BackstopError::PriceWrongOwner),
        (2, market_clock, BackstopError::WrongFeedClock),
        (2, other.price, BackstopError::WrongFeedClock),
    ];
    for (part, key, error) in cases {
        let mut behind = metas(&stage, &["stable"]);
        behind[part].pubkey = key;
        assert_refused(&mut stage, behind, error);
    }
}

#[test]
fn a_collateral_of_another_owner_is_none() {
    let mut stage = holding();
    let own = stage.other("stable").keys.collateral;
    let copy = stage.world.substitute(&own, address("another program"));
    let mut behind = metas(&stage, &["stable"]);
    behind[0].pubkey = copy;
    assert_refused(&mut stage, behind, BackstopError::ExpiryUnexpected);
}

#[test]
fn a_balance_of_none_needs_no_price() {
    let mut stage = seasoned();
    crate::setup::write(&mut stage, crate::setup::CONTRACT);
    assert_lands(&stage, vec![]);
    fund(&mut stage, "stranger", QUOTE);
    expect_landed(stage.deposit_other("writer", "stable", STABLE));
    expect_landed(stage.withdraw_other("writer", "stable", STABLE));
    assert_lands(&stage, vec![]);
}

#[test]
fn the_planner_shows_what_both_sides_of_a_fill_hold() {
    let mut stage = holding();
    fund(&mut stage, "buyer", 10_000 * QUOTE);
    expect_landed(stage.deposit_other("buyer", "second stable", 100 * STABLE));
    expect_landed(stage.deposit_other("buyer", "staked", STAKED));
    let expiry = stage.expiries[0];
    let series = crate::setup::series(
        &mut stage,
        &expiry,
        190 * crate::setup::PRICE,
        backstop_interface::accounts::OptionKind::Put,
    );
    crate::setup::offer(&mut stage, &series, 7, crate::setup::CONTRACT);
    let landed =
        expect_landed(stage.buy_ledger("buyer", "writer", 7, &series, crate::setup::CONTRACT));
    assert!(landed.wire.bytes <= 1_232 && landed.wire.accounts <= 64);
}
