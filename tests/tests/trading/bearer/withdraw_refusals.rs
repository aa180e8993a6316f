//! Every refusal of taking a long out, in the order the program checks.

use backstop_client::account::{deposit, Flow};
use backstop_client::SeriesKeys;
use backstop_interface::accounts::OptionKind::Put;
use backstop_interface::BackstopError;
use backstop_testkit::{expect_landed, key, pubkey, Stage};

use super::{alike, held, taken};
use crate::prices::{never_genuine, not_usable, refuse_accounts, refuse_each};
use crate::setup::{
    fund, indebted, refuse, series, surface, swapped, terms, CONTRACT, PRICE, QUOTE,
};

/// Seconds a price may be old when value leaves.
const MAX_AGE: i64 = 25;

#[test]
fn withdraw_option_rejects_anyone_but_the_owner() {
    let (mut stage, put) = held();
    let asked = taken(&mut stage, "buyer", &put, CONTRACT);
    let asked = swapped(asked, &pubkey("buyer"), &pubkey("stranger"));
    refuse(&mut stage, "stranger", &asked, BackstopError::NotOwner);
}

#[test]
fn withdraw_option_rejects_a_series_or_an_account_of_another_market() {
    alike::rejects_another_market(taken);
}

#[test]
fn withdraw_option_rejects_another_mint_and_another_mints_account() {
    alike::rejects_another_mint(taken);
}

#[test]
fn withdraw_option_rejects_the_classic_token_program() {
    alike::rejects_the_classic_token_program(taken);
}

#[test]
fn withdraw_option_rejects_nothing_and_more_than_is_held_long() {
    let (mut stage, put) = held();
    let asked = taken(&mut stage, "buyer", &put, 0);
    refuse(&mut stage, "buyer", &asked, BackstopError::AmountIsZero);
    for (name, contracts) in [
        ("buyer", 2 * CONTRACT + 1),
        ("buyer", u64::MAX),
        ("writer", 1),
    ] {
        let asked = taken(&mut stage, name, &put, contracts);
        refuse(&mut stage, name, &asked, BackstopError::BalanceTooLow);
    }
    let low = series(&mut stage, &put.expiry, 190 * PRICE, Put);
    let asked = taken(&mut stage, "buyer", &low, 1);
    refuse(&mut stage, "buyer", &asked, BackstopError::BalanceTooLow);
}

#[test]
fn withdraw_option_rejects_an_account_in_liquidation() {
    alike::rejects_an_account_in_liquidation(taken);
}

#[test]
fn withdraw_option_rejects_an_expiry_from_its_second_on() {
    alike::rejects_an_expiry_from_its_second_on(taken);
}

#[test]
fn withdraw_option_rejects_an_account_in_debt() {
    let (mut stage, later) = indebted();
    fund(&mut stage, "stranger", 10_000 * QUOTE);
    expect_landed(stage.place_offer("stranger", &later, terms(1, PRICE, CONTRACT)));
    expect_landed(stage.buy_tokens("writer", "stranger", 1, &later, CONTRACT));
    expect_landed(stage.deposit_option("writer", &later, CONTRACT));
    let asked = taken(&mut stage, "writer", &later, CONTRACT);
    refuse(&mut stage, "writer", &asked, BackstopError::AccountInDebt);
}

/// The buyer of [`held`], who also sold as many of the 190 put: his long at 200 covers them.
fn covered() -> (Stage, SeriesKeys) {
    let (mut stage, put) = held();
    let low = series(&mut stage, &put.expiry, 190 * PRICE, Put);
    expect_landed(stage.place_offer("buyer", &low, terms(1, 4 * PRICE, 2 * CONTRACT)));
    expect_landed(stage.buy_tokens("stranger", "buyer", 1, &low, 2 * CONTRACT));
    (stage, put)
}

#[test]
fn withdraw_option_rejects_a_short_in_the_last_hour() {
    let (mut stage, put) = covered();
    stage.world.warp_to(put.expiry.expires_at - 3_600);
    stage.set_price(200 * PRICE);
    expect_landed(stage.publish_surface(&surface()));
    let asked = taken(&mut stage, "buyer", &put, 1);
    refuse(&mut stage, "buyer", &asked, BackstopError::ShortNearExpiry);
}

#[test]
fn withdraw_option_rejects_what_covers_a_short() {
    let (mut stage, put) = covered();
    let asked = taken(&mut stage, "buyer", &put, 2 * CONTRACT);
    refuse(
        &mut stage,
        "buyer",
        &asked,
        BackstopError::BelowInitialMargin,
    );
    let flow = Flow {
        mint: stage.keys.quote_mint,
        wallet: stage.quote_wallet("buyer"),
        amount_atoms: 300 * QUOTE,
    };
    let paid = deposit(&stage.keys, pubkey("buyer"), stage.margin("buyer"), flow);
    expect_landed(stage.world.send(&[paid, asked], &[&key("buyer")]));
}

#[test]
fn withdraw_option_rejects_every_price_that_is_not_genuine_or_not_usable() {
    // Who is short as well needs a price.
    let (mut stage, put) = covered();
    expect_landed(stage.deposit_quote("buyer", 300 * QUOTE));
    stage.pass(60, 200 * PRICE);
    let asked = taken(&mut stage, "buyer", &put, CONTRACT);
    let mut cases = never_genuine(&stage);
    cases.extend(not_usable(&stage, MAX_AGE));
    refuse_each(&mut stage, "buyer", &asked, cases);
    refuse_accounts(&mut stage, "buyer", &asked);
    expect_landed(stage.withdraw_option("buyer", &put, CONTRACT));
}
