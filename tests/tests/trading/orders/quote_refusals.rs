//! Refusals of a trade two owners signed, in the order the program checks.

use anchor_lang::solana_program::instruction::Instruction;
use backstop_client::orders::{self, Quote};
use backstop_client::SeriesKeys;
use backstop_interface::BackstopError::{self, *};
use backstop_testkit::{expect_landed, key, pubkey, Stage};

use super::three;
use crate::setup::{seized, swapped, CONTRACT, LOT, PRICE, QUOTE};

fn quote(stage: &Stage, series: &SeriesKeys, change: impl Fn(&mut Quote)) -> Instruction {
    let mut quote = Quote {
        buyer: (stage.margin("buyer"), pubkey("buyer")),
        seller: (stage.margin("writer"), pubkey("writer")),
        contracts: CONTRACT,
        premium_price: 6 * PRICE,
    };
    change(&mut quote);
    orders::fill_quote(&stage.keys, series, &quote, stage.price_account)
}

#[track_caller]
fn refuse(stage: &mut Stage, given: &Instruction, signers: [&str; 2], error: BackstopError) {
    let [one, two] = signers.map(key);
    stage
        .world
        .expect_refused(std::slice::from_ref(given), &[&one, &two], error);
}

#[track_caller]
fn refuse_change(change: impl Fn(&mut Quote), error: BackstopError) {
    let (mut stage, put) = three();
    let given = quote(&stage, &put, change);
    refuse(&mut stage, &given, ["buyer", "writer"], error);
}

#[test]
fn fill_quote_rejects_one_account_on_both_sides() {
    let (mut stage, put) = three();
    let given = quote(&stage, &put, |quote| quote.seller = quote.buyer);
    let failed = stage.world.send(&[given], &[&key("buyer")]);
    assert_eq!(
        failed.expect_err("refused").code(),
        Some(SameAccount.into())
    );
}

#[test]
fn fill_quote_rejects_strangers_signatures_on_either_side() {
    let (mut stage, put) = three();
    let given = quote(&stage, &put, |quote| quote.buyer.1 = pubkey("stranger"));
    refuse(&mut stage, &given, ["stranger", "writer"], NotDelegate);
    let given = quote(&stage, &put, |quote| quote.seller.1 = pubkey("stranger"));
    refuse(&mut stage, &given, ["buyer", "stranger"], NotDelegate);
}

#[test]
fn fill_quote_rejects_a_side_in_liquidation() {
    let (mut stage, put) = seized();
    crate::setup::fund(&mut stage, "buyer", 1_000 * QUOTE);
    let given = quote(&stage, &put, |_| ());
    refuse(&mut stage, &given, ["buyer", "writer"], AccountNotOpen);
    let given = quote(&stage, &put, |quote| {
        std::mem::swap(&mut quote.buyer, &mut quote.seller);
    });
    refuse(&mut stage, &given, ["buyer", "writer"], AccountNotOpen);
}

#[test]
fn fill_quote_rejects_another_shard() {
    let (mut stage, put) = three();
    let given = quote(&stage, &put, |_| ());
    let own = stage.keys.shard_of(&stage.margin("writer"));
    let shards = (0..16).map(|index| backstop_interface::pda::shard(&stage.keys.market, index));
    let other = shards
        .into_iter()
        .find(|shard| *shard != own)
        .expect("sixteen");
    let given = swapped(given, &own, &other);
    refuse(&mut stage, &given, ["buyer", "writer"], ShardMismatch);
}

#[test]
fn fill_quote_rejects_the_last_hour() {
    let (mut stage, put) = three();
    stage.world.warp_to(put.expiry.expires_at - 3_600);
    stage.set_price(200 * PRICE);
    let given = quote(&stage, &put, |_| ());
    refuse(&mut stage, &given, ["buyer", "writer"], ExpiryClosed);
}

#[test]
fn fill_quote_rejects_nothing_and_fractions_of_a_lot() {
    refuse_change(|quote| quote.contracts = 0, AmountIsZero);
    refuse_change(|quote| quote.contracts = LOT + 1, OffLot);
    refuse_change(
        |quote| quote.contracts = u64::MAX / LOT * LOT,
        AmountOverflow,
    );
}

#[test]
fn fill_quote_rejects_premiums_of_nothing_and_from_the_strike() {
    refuse_change(|quote| quote.premium_price = 0, PremiumOutOfRange);
    refuse_change(|quote| quote.premium_price = 200 * PRICE, PremiumOutOfRange);
}

#[test]
fn fill_quote_rejects_a_side_in_debt() {
    let (mut stage, later) = crate::setup::indebted();
    crate::setup::fund(&mut stage, "buyer", 1_000 * QUOTE);
    let given = quote(&stage, &later, |quote| quote.premium_price = PRICE);
    refuse(&mut stage, &given, ["buyer", "writer"], AccountInDebt);
}

#[test]
fn fill_quote_rejects_a_buyer_without_cash_and_a_seller_without_margin() {
    let (mut stage, put) = three();
    expect_landed(stage.withdraw_quote("buyer", 9_994 * QUOTE + 1));
    let given = quote(&stage, &put, |_| ());
    refuse(&mut stage, &given, ["buyer", "writer"], BalanceTooLow);
    expect_landed(stage.withdraw_quote("writer", 9_990 * QUOTE));
    let given = quote(&stage, &put, |quote| quote.premium_price = PRICE);
    refuse(&mut stage, &given, ["buyer", "writer"], BelowInitialMargin);
}
