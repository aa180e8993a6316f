//! Withdrawals and prices: each unusable price by its own error, and no price where none is needed.

use anchor_lang::solana_program::instruction::Instruction;
use backstop_client::account::{withdraw, Flow};
use backstop_interface::BackstopError;
use backstop_testkit::pyth::PythPrice;
use backstop_testkit::{address, expect_landed, key, pubkey, Stage};

use crate::prices::{never_genuine, not_usable, refuse_accounts, refuse_each};
use crate::setup::{
    expiry, fund, offer, open, put, refuse, surface, swapped, written, CONTRACT, PRICE, QUOTE,
};

/// Seconds a price may be old when value leaves.
const MAX_AGE: i64 = 25;

/// The writer is short and a minute has passed since any price was used or shown.
fn short() -> Stage {
    let (mut stage, _) = written(CONTRACT);
    stage.pass(60, 200 * PRICE);
    stage
}

fn one_quote(stage: &Stage) -> Instruction {
    let flow = Flow {
        mint: stage.keys.quote_mint,
        wallet: stage.quote_wallet("writer"),
        amount_atoms: QUOTE,
    };
    withdraw(
        &stage.keys,
        pubkey("writer"),
        stage.margin("writer"),
        flow,
        stage.price_account,
    )
}

fn update(stage: &Stage, price: u64, published_before_seconds: i64) -> PythPrice {
    PythPrice::new(
        stage.keys.feed_id,
        price,
        stage.world.now() - published_before_seconds,
    )
}

#[test]
fn an_account_without_legs_or_debt_needs_no_price() {
    let mut stage = open();
    fund(&mut stage, "writer", 2 * QUOTE);
    stage.world.advance(86_400);
    let no_account = swapped(
        one_quote(&stage),
        &stage.price_account,
        &address("nobody's account"),
    );
    expect_landed(stage.world.send(&[no_account], &[&key("writer")]));
    expect_landed(stage.withdraw_quote("writer", QUOTE));
}

#[test]
fn an_owner_of_longs_alone_takes_everything_and_needs_no_price() {
    let (mut stage, put) = written(CONTRACT);
    fund(&mut stage, "buyer", 20 * QUOTE);
    expect_landed(stage.buy_ledger("buyer", "writer", 1, &put, CONTRACT));
    stage.pass(60, 300 * PRICE);
    let flow = Flow {
        mint: stage.keys.quote_mint,
        wallet: stage.quote_wallet("buyer"),
        amount_atoms: QUOTE,
    };
    let (margin, nobody) = (stage.margin("buyer"), address("nobody's account"));
    let given = withdraw(&stage.keys, pubkey("buyer"), margin, flow, nobody);
    expect_landed(stage.world.send(&[given], &[&key("buyer")]));
    expect_landed(stage.withdraw_quote("buyer", 13 * QUOTE));
    assert_eq!(stage.account_of("buyer").expect("opened").quote_atoms, 0);
}

#[test]
fn a_price_is_taken_at_the_edge_of_every_limit() {
    for edge in [MAX_AGE, 0, -5] {
        let mut stage = short();
        stage.publish(update(&stage, 200 * PRICE, edge));
        expect_landed(stage.withdraw_quote("writer", QUOTE));
    }
    let mut stage = short();
    stage.publish(update(&stage, 200 * PRICE, 0).conf_bps(500));
    expect_landed(stage.withdraw_quote("writer", QUOTE));
}

/// An hour, and the 500 hours in which initial margin widens by as much as the greatest volatility.
const VOID_SECONDS: i64 = 3_600 + 500 * 3_600;

#[test]
fn withdraw_rejects_a_surface_that_says_nothing_any_more() {
    let mut stage = open();
    fund(&mut stage, "writer", 10_000 * QUOTE);
    let later = expiry(&mut stage, 60);
    let series = put(&mut stage, &later);
    offer(&mut stage, &series, 1, CONTRACT);
    expect_landed(stage.buy_tokens("buyer", "writer", 1, &series, CONTRACT));
    stage.pass(VOID_SECONDS - 1, 200 * PRICE);
    expect_landed(stage.withdraw_quote("writer", QUOTE));
    stage.pass(1, 200 * PRICE);
    let given = one_quote(&stage);
    refuse(&mut stage, "writer", &given, BackstopError::SurfaceStale);
    expect_landed(stage.publish_surface(&surface()));
    expect_landed(stage.withdraw_quote("writer", QUOTE));
}

#[test]
fn withdraw_rejects_accounts_that_are_no_price_updates() {
    let mut stage = short();
    let given = one_quote(&stage);
    refuse_accounts(&mut stage, "writer", &given);
    expect_landed(stage.withdraw_quote("writer", QUOTE));
}

#[test]
fn withdraw_rejects_every_price_that_is_not_genuine_or_not_usable() {
    let mut stage = short();
    let given = one_quote(&stage);
    let mut cases = never_genuine(&stage);
    cases.extend(not_usable(&stage, MAX_AGE));
    refuse_each(&mut stage, "writer", &given, cases);
    expect_landed(stage.withdraw_quote("writer", QUOTE));
}

#[test]
fn withdraw_rejects_a_price_older_than_the_one_used_last() {
    let mut stage = short();
    expect_landed(stage.withdraw_quote("writer", QUOTE));
    let given = one_quote(&stage);
    stage.publish(update(&stage, 250 * PRICE, 1));
    refuse(
        &mut stage,
        "writer",
        &given,
        BackstopError::PriceOlderThanLastUsed,
    );
    stage.publish(update(&stage, 200 * PRICE, 0));
    expect_landed(stage.withdraw_quote("writer", QUOTE));
}

#[test]
fn withdraw_rejects_a_price_that_lags_the_feed_clock_by_more_than_ten_seconds() {
    let mut stage = short();
    expect_landed(stage.tick());
    let given = one_quote(&stage);
    stage.publish(update(&stage, 250 * PRICE, 11));
    refuse(
        &mut stage,
        "writer",
        &given,
        BackstopError::PriceBehindFeedClock,
    );
    stage.publish(update(&stage, 200 * PRICE, 10));
    expect_landed(stage.withdraw_quote("writer", QUOTE));
}

/// Old, new, old: the price that suits cannot be picked twice.
#[test]
fn withdraw_rejects_going_back_within_one_transaction() {
    let mut stage = short();
    let (old, new) = (stage.price_account, address("newer price"));
    stage.publish(update(&stage, 250 * PRICE, 5));
    let newer = update(&stage, 200 * PRICE, 0);
    stage.world.write_price_update(&new, &newer);
    let with_old = one_quote(&stage);
    let with_new = swapped(with_old.clone(), &old, &new);
    let steps = [with_old.clone(), with_new, with_old];
    let failed = stage.world.expect_refused(
        &steps,
        &[&key("writer")],
        BackstopError::PriceOlderThanLastUsed,
    );
    assert_eq!(failed.instruction_index(), Some(2));
}
