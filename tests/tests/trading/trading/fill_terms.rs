//! Refusals of a fill that concern the offer, in the order the program checks: its writer, its time, its size,
//! its premium.

use anchor_lang::error::ErrorCode;
use anchor_lang::solana_program::instruction::Instruction;
use backstop_client::trading::{
    cancel_offer, fill_offer, place_offer, Buyer, Fill, PlaceOfferArgs,
};
use backstop_client::SeriesKeys;
use backstop_interface::accounts::{AccountState, OptionKind};
use backstop_interface::BackstopError;
use backstop_testkit::{expect_landed, key, pubkey, Stage};

use crate::setup::{
    by_wallet, fund, refuse, seized, series, state, surface, terms, written, CONTRACT, LOT, PRICE,
    QUOTE,
};

/// A fill of one contract of offer number 1.
fn one(stage: &mut Stage, put: &SeriesKeys) -> Instruction {
    by_wallet(stage, ("writer", 1), put, CONTRACT)
}

#[test]
fn fill_offer_rejects_a_writer_in_liquidation() {
    let (mut stage, put) = seized();
    let given = one(&mut stage, &put);
    refuse(&mut stage, "buyer", &given, BackstopError::AccountNotOpen);
}

/// The trigger raises the epoch: what was on offer before stays void when the account is cured.
#[test]
fn fill_offer_rejects_offers_from_before_a_liquidation() {
    let (mut stage, put) = seized();
    expect_landed(stage.deposit_quote("writer", 500_000 * QUOTE));
    expect_landed(stage.liquidate("keeper", "writer"));
    assert_eq!(state(&stage, "writer"), AccountState::Open);
    let given = one(&mut stage, &put);
    refuse(&mut stage, "buyer", &given, BackstopError::OfferVoid);
    expect_landed(stage.cancel_offer("writer", 1));
    expect_landed(stage.place_offer("writer", &put, terms(1, 6 * PRICE, CONTRACT)));
    expect_landed(stage.buy_tokens("buyer", "writer", 1, &put, CONTRACT));
}

#[test]
fn fill_offer_rejects_offers_of_an_account_closed_and_opened_again() {
    let (mut stage, put) = written(CONTRACT);
    fund(&mut stage, "stranger", QUOTE);
    expect_landed(stage.place_offer("stranger", &put, terms(1, PRICE, LOT)));
    expect_landed(stage.withdraw_quote("stranger", QUOTE));
    expect_landed(stage.close_account("stranger"));
    let given = by_wallet(&mut stage, ("stranger", 1), &put, LOT);
    refuse(
        &mut stage,
        "buyer",
        &given,
        ErrorCode::AccountOwnedByWrongProgram,
    );
    stage.pass(1, 200 * PRICE);
    fund(&mut stage, "stranger", 1_000 * QUOTE);
    refuse(&mut stage, "buyer", &given, BackstopError::OfferVoid);
}

#[test]
fn fill_offer_rejects_an_offer_from_the_second_it_is_void() {
    let (mut stage, put) = written(CONTRACT);
    let void_at = stage.world.now() + 10;
    let args = PlaceOfferArgs {
        nonce: 2,
        premium_price: PRICE,
        contracts: CONTRACT,
        least_fill_contracts: LOT,
        void_at,
        reduce_only: false,
        ..PlaceOfferArgs::default()
    };
    let placed = place_offer(
        &stage.keys,
        pubkey("writer"),
        stage.margin("writer"),
        &put,
        args,
    );
    expect_landed(stage.world.send(&[placed], &[&key("writer")]));
    stage.pass(9, 200 * PRICE);
    expect_landed(stage.buy_tokens("buyer", "writer", 2, &put, LOT));
    stage.pass(1, 200 * PRICE);
    let given = by_wallet(&mut stage, ("writer", 2), &put, LOT);
    refuse(&mut stage, "buyer", &given, BackstopError::OfferVoid);
}

#[test]
fn fill_offer_rejects_an_offer_taken_back_before_it_in_the_same_transaction() {
    let (mut stage, put) = written(CONTRACT);
    let steps = [
        cancel_offer(pubkey("writer"), stage.offer("writer", 1)),
        one(&mut stage, &put),
    ];
    let failed = stage.world.expect_refused(
        &steps,
        &[&key("writer"), &key("buyer")],
        ErrorCode::AccountNotInitialized,
    );
    assert_eq!(failed.instruction_index(), Some(1));
}

#[test]
fn fill_offer_rejects_the_last_hour_and_what_comes_after() {
    let (mut stage, put) = written(CONTRACT);
    fund(&mut stage, "stranger", 1_000 * QUOTE);
    let terms = terms(1, PRICE, CONTRACT);
    expect_landed(stage.place_offer("stranger", &put, terms));
    stage.world.warp_to(put.expiry.expires_at - 3_601);
    stage.set_price(200 * PRICE);
    expect_landed(stage.publish_surface(&surface()));
    expect_landed(stage.buy_tokens("buyer", "stranger", 1, &put, LOT));
    for seconds_before in [3_600, 0, -86_400] {
        stage.world.warp_to(put.expiry.expires_at - seconds_before);
        stage.set_price(200 * PRICE);
        let given = by_wallet(&mut stage, ("stranger", 1), &put, LOT);
        refuse(&mut stage, "buyer", &given, BackstopError::ExpiryClosed);
    }
}

#[test]
fn fill_offer_rejects_nothing_fractions_of_a_lot_and_more_than_is_left() {
    let (mut stage, put) = written(10 * CONTRACT);
    let cases = [
        (0, BackstopError::AmountIsZero),
        (1, BackstopError::OffLot),
        (LOT + 1, BackstopError::OffLot),
        (u64::MAX, BackstopError::OffLot),
        (10 * CONTRACT + LOT, BackstopError::FillOutOfRange),
        (u64::MAX / LOT * LOT, BackstopError::FillOutOfRange),
    ];
    for (contracts, error) in cases {
        let given = by_wallet(&mut stage, ("writer", 1), &put, contracts);
        refuse(&mut stage, "buyer", &given, error);
    }
}

#[test]
fn fill_offer_rejects_more_contracts_than_the_books_can_hold() {
    let (mut stage, put) = written(CONTRACT);
    let contracts = u64::MAX / LOT * LOT;
    expect_landed(stage.place_offer("writer", &put, terms(2, 1, contracts)));
    for contracts in [contracts, i64::MAX.unsigned_abs() / LOT * LOT + LOT] {
        let given = by_wallet(&mut stage, ("writer", 2), &put, contracts);
        refuse(&mut stage, "buyer", &given, BackstopError::AmountOverflow);
    }
}

#[test]
fn fill_offer_rejects_a_premium_above_the_buyers_limit() {
    let (mut stage, put) = written(CONTRACT);
    let destination = one(&mut stage, &put).accounts[14].pubkey;
    let (payment, price) = (stage.quote_wallet("buyer"), stage.price_account);
    let at = |stage: &Stage, highest_premium_price: u64| {
        let (offer, writer) = (stage.offer("writer", 1), stage.margin("writer"));
        let fill = Fill {
            offer,
            writer,
            contracts: LOT,
            highest_premium_price,
        };
        fill_offer(
            &stage.keys,
            pubkey("buyer"),
            &put,
            &fill,
            Buyer::Wallet {
                payment,
                destination,
            },
            price,
        )
    };
    for limit in [0, 6 * PRICE - 1] {
        let given = at(&stage, limit);
        refuse(
            &mut stage,
            "buyer",
            &given,
            BackstopError::PremiumAboveLimit,
        );
    }
    expect_landed(stage.world.send(&[at(&stage, 6 * PRICE)], &[&key("buyer")]));
}

#[test]
fn fill_offer_rejects_premiums_from_spot_for_calls_and_from_the_strike_for_puts() {
    let (mut stage, put) = written(CONTRACT);
    let call = series(&mut stage, &put.expiry, 220 * PRICE, OptionKind::Call);
    let low_put = series(&mut stage, &put.expiry, 150 * PRICE, OptionKind::Put);
    for (index, (series, cap)) in [(call, 200 * PRICE), (low_put, 150 * PRICE)]
        .into_iter()
        .enumerate()
    {
        for (nonce, premium_price, allowed) in
            [(10, cap, false), (20, u64::MAX, false), (30, cap - 1, true)]
        {
            let nonce = nonce + index as u64;
            expect_landed(stage.place_offer("writer", &series, terms(nonce, premium_price, LOT)));
            let given = by_wallet(&mut stage, ("writer", nonce), &series, LOT);
            if allowed {
                expect_landed(stage.world.send(&[given], &[&key("buyer")]));
            } else {
                refuse(
                    &mut stage,
                    "buyer",
                    &given,
                    BackstopError::PremiumOutOfRange,
                );
            }
        }
    }
    // The cap of a call follows spot.
    expect_landed(stage.place_offer("writer", &call, terms(40, 199 * PRICE, LOT)));
    stage.pass(5, 199 * PRICE);
    let given = by_wallet(&mut stage, ("writer", 40), &call, LOT);
    refuse(
        &mut stage,
        "buyer",
        &given,
        BackstopError::PremiumOutOfRange,
    );
}
