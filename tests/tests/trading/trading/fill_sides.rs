//! Refusals of a fill that concern its two sides: where it goes, who may, and what each can carry.

use backstop_client::SeriesKeys;
use backstop_interface::accounts::OptionKind;
use backstop_interface::BackstopError;
use backstop_testkit::{expect_landed, Stage};

use crate::setup::{
    by_ledger, by_wallet, expiry, fund, indebted, offer, on_market, put, refuse, seized, series,
    surface, swapped, terms, two_markets, write, written, CONTRACT, LOT, NOT_THE_TOKENS_OWNER,
    PRICE, QUOTE, TOO_FEW_TOKENS,
};

/// Places of the three optional accounts among the accounts of a fill.
const PAYMENT: usize = 13;
const DESTINATION: usize = 14;
const BUYER_ACCOUNT: usize = 15;

/// The stranger offers ten contracts of a series as number 1 from a rich account.
fn strangers_offer(stage: &mut Stage, series: &SeriesKeys) {
    fund(stage, "stranger", 100_000 * QUOTE);
    let terms = terms(1, 6 * PRICE, 10 * CONTRACT);
    expect_landed(stage.place_offer("stranger", series, terms));
}

#[test]
fn fill_offer_rejects_every_mixture_of_destinations() {
    let (mut stage, put) = written(CONTRACT);
    fund(&mut stage, "buyer", 100 * QUOTE);
    let wallet = by_wallet(&mut stage, ("writer", 1), &put, LOT);
    let ledger = by_ledger(&stage, "buyer", ("writer", 1), &put, LOT);
    for use_payment in [false, true] {
        for use_destination in [false, true] {
            for use_account in [false, true] {
                let chosen = (use_payment, use_destination, use_account);
                if chosen == (true, true, false) || chosen == (false, false, true) {
                    continue;
                }
                println!("{chosen:?}");
                let mut given = ledger.clone();
                let mut take = |index: usize, from_wallet: bool| {
                    let source = if from_wallet { &wallet } else { &ledger };
                    given.accounts[index] = source.accounts[index].clone();
                };
                take(PAYMENT, use_payment);
                take(DESTINATION, use_destination);
                take(BUYER_ACCOUNT, !use_account);
                refuse(&mut stage, "buyer", &given, BackstopError::FillDestination);
            }
        }
    }
}

#[test]
fn fill_offer_rejects_the_writer_as_its_own_buyer() {
    let (mut stage, put) = written(CONTRACT);
    let given = by_ledger(&stage, "writer", ("writer", 1), &put, LOT);
    // Both are writable: named twice, the account is refused by the program itself.
    refuse(&mut stage, "writer", &given, BackstopError::SameAccount);
}

#[test]
fn fill_offer_rejects_the_account_of_somebody_else_as_buyer() {
    let (mut stage, put) = written(CONTRACT);
    fund(&mut stage, "buyer", 100 * QUOTE);
    fund(&mut stage, "stranger", 100 * QUOTE);
    let given = by_ledger(&stage, "buyer", ("writer", 1), &put, LOT);
    let given = swapped(given, &stage.margin("buyer"), &stage.margin("stranger"));
    refuse(&mut stage, "buyer", &given, BackstopError::NotDelegate);
}

#[test]
fn fill_offer_rejects_the_buyers_account_of_another_market() {
    let (mut stage, other) = two_markets();
    let put = write(&mut stage, CONTRACT);
    on_market(&mut stage, &other, |stage| {
        fund(stage, "buyer", 100 * QUOTE)
    });
    let theirs = on_market(&mut stage, &other, |stage| stage.margin("buyer"));
    let given = by_ledger(&stage, "buyer", ("writer", 1), &put, LOT);
    let given = swapped(given, &stage.margin("buyer"), &theirs);
    refuse(&mut stage, "buyer", &given, BackstopError::WrongMarket);
}

#[test]
fn fill_offer_rejects_a_buyer_in_liquidation() {
    let (mut stage, put) = seized();
    strangers_offer(&mut stage, &put);
    let given = by_ledger(&stage, "writer", ("stranger", 1), &put, LOT);
    refuse(&mut stage, "writer", &given, BackstopError::AccountNotOpen);
}

#[test]
fn fill_offer_rejects_a_writer_or_a_buyer_in_debt() {
    let (mut stage, later) = indebted();
    expect_landed(stage.deposit_quote("writer", 100_000 * QUOTE));
    let given = by_wallet(&mut stage, ("writer", 2), &later, LOT);
    refuse(&mut stage, "buyer", &given, BackstopError::AccountInDebt);
    strangers_offer(&mut stage, &later);
    let given = by_ledger(&stage, "writer", ("stranger", 1), &later, LOT);
    refuse(&mut stage, "writer", &given, BackstopError::AccountInDebt);
}

#[test]
fn fill_offer_rejects_a_side_that_is_short_in_an_expiry_within_the_hour() {
    let (mut stage, near) = written(CONTRACT);
    let month = expiry(&mut stage, 30);
    let far = put(&mut stage, &month);
    offer(&mut stage, &far, 2, CONTRACT);
    strangers_offer(&mut stage, &far);
    stage.world.warp_to(near.expiry.expires_at - 3_600);
    stage.set_price(200 * PRICE);
    expect_landed(stage.publish_surface(&surface()));
    let given = by_wallet(&mut stage, ("writer", 2), &far, LOT);
    refuse(&mut stage, "buyer", &given, BackstopError::ShortNearExpiry);
    let given = by_ledger(&stage, "writer", ("stranger", 1), &far, LOT);
    refuse(&mut stage, "writer", &given, BackstopError::ShortNearExpiry);
    expect_landed(stage.buy_tokens("buyer", "stranger", 1, &far, LOT));
}

#[test]
fn fill_offer_rejects_a_buyers_account_that_cannot_pay_the_premium() {
    let (mut stage, put) = written(CONTRACT);
    fund(&mut stage, "buyer", 6 * QUOTE);
    expect_landed(stage.withdraw_quote("buyer", 1));
    let given = by_ledger(&stage, "buyer", ("writer", 1), &put, CONTRACT);
    refuse(&mut stage, "buyer", &given, BackstopError::BalanceTooLow);
}

#[test]
fn fill_offer_rejects_a_wallet_that_cannot_pay_or_is_not_the_buyers() {
    let (mut stage, put) = written(CONTRACT);
    let poor = stage.world.named_token_account(
        "poor",
        &backstop_testkit::pubkey("buyer"),
        &stage.keys.quote_mint,
    );
    let (own, of_stranger) = (stage.quote_wallet("buyer"), stage.quote_wallet("stranger"));
    let given = by_wallet(&mut stage, ("writer", 1), &put, CONTRACT);
    refuse(
        &mut stage,
        "buyer",
        &swapped(given.clone(), &own, &poor),
        TOO_FEW_TOKENS,
    );
    refuse(
        &mut stage,
        "buyer",
        &swapped(given, &own, &of_stranger),
        NOT_THE_TOKENS_OWNER,
    );
}

/// The writer may sell exactly as much as his margin carries: one lot more is refused.
#[test]
fn fill_offer_rejects_a_writer_below_initial_margin_by_one_lot() {
    let (mut stage, put) = written(CONTRACT);
    offer(&mut stage, &put, 2, 1_000 * CONTRACT);
    let (mut fits, mut breaks) = (0_u64, 1_000 * CONTRACT / LOT);
    while breaks - fits > 1 {
        let lots = (fits + breaks) / 2;
        let mut fork = stage.clone();
        match fork.buy_tokens("buyer", "writer", 2, &put, lots * LOT) {
            Ok(_) => fits = lots,
            Err(_) => breaks = lots,
        }
    }
    assert!(fits > 0, "the account carries something");
    let given = by_wallet(&mut stage, ("writer", 2), &put, breaks * LOT);
    refuse(
        &mut stage,
        "buyer",
        &given,
        BackstopError::BelowInitialMargin,
    );
    expect_landed(stage.buy_tokens("buyer", "writer", 2, &put, fits * LOT));
    assert!(stage.assess("writer").health_im() >= 0);
}

/// A short buyer with nothing to spare pays far too much for a call: what he gets does not carry his short.
#[test]
fn fill_offer_rejects_a_buyer_below_initial_margin() {
    let (mut stage, put) = written(10 * CONTRACT);
    let free = u64::try_from(stage.assess("writer").health_im()).expect("healthy");
    expect_landed(stage.withdraw_quote("writer", free));
    let call = series(&mut stage, &put.expiry, 220 * PRICE, OptionKind::Call);
    fund(&mut stage, "stranger", 10_000 * QUOTE);
    let terms = terms(1, 100 * PRICE, CONTRACT);
    expect_landed(stage.place_offer("stranger", &call, terms));
    let given = by_ledger(&stage, "writer", ("stranger", 1), &call, CONTRACT);
    refuse(
        &mut stage,
        "writer",
        &given,
        BackstopError::BelowInitialMargin,
    );
    expect_landed(stage.deposit_quote("writer", 100 * QUOTE));
    expect_landed(stage.buy_ledger("writer", "stranger", 1, &call, CONTRACT));
}
