//! Refusals of a fill that concern the offer and the accounts it names, in the order the program checks.

use anchor_lang::error::ErrorCode;
use anchor_lang::solana_program::instruction::Instruction;
use backstop_client::trading::{
    cancel_offer, fill_offer, place_offer, Buyer, Fill, PlaceOfferArgs,
};
use backstop_client::SeriesKeys;
use backstop_interface::accounts::OptionKind;
use backstop_interface::BackstopError;
use backstop_testkit::{expect_landed, key, pubkey, OfferTerms, Stage};

use crate::setup::{
    by_wallet, fund, on_market, refuse, seized, series, swapped, two_markets, write, written,
    CONTRACT, LOT, PRICE, QUOTE,
};

/// A fill of one contract of offer number 1.
fn one(stage: &mut Stage, put: &SeriesKeys) -> Instruction {
    by_wallet(stage, ("writer", 1), put, CONTRACT)
}

#[test]
fn fill_offer_rejects_a_series_the_offer_does_not_name() {
    let (mut stage, put) = written(CONTRACT);
    let other = series(&mut stage, &put.expiry, 190 * PRICE, OptionKind::Put);
    let given = by_wallet(&mut stage, ("writer", 1), &other, CONTRACT);
    refuse(&mut stage, "buyer", &given, BackstopError::WrongSeries);
}

#[test]
fn fill_offer_rejects_a_writer_the_offer_does_not_name() {
    let (mut stage, put) = written(CONTRACT);
    fund(&mut stage, "stranger", 10_000 * QUOTE);
    let given = swapped(
        one(&mut stage, &put),
        &stage.margin("writer"),
        &stage.margin("stranger"),
    );
    refuse(&mut stage, "buyer", &given, BackstopError::OfferVoid);
}

#[test]
fn fill_offer_rejects_mints_the_series_and_the_market_do_not_name() {
    let (mut stage, put) = written(CONTRACT);
    let other = series(&mut stage, &put.expiry, 190 * PRICE, OptionKind::Put);
    let elsewhere = stage
        .world
        .token_account(&pubkey("buyer"), &other.option_mint);
    let given = one(&mut stage, &put);
    let destination = given.accounts[14].pubkey;
    let wrong_mint = swapped(given.clone(), &put.option_mint, &other.option_mint);
    refuse(&mut stage, "buyer", &wrong_mint, BackstopError::WrongMint);
    let wrong_payment = swapped(
        given.clone(),
        &stage.quote_wallet("buyer"),
        &stage.underlying_wallet("buyer"),
    );
    refuse(
        &mut stage,
        "buyer",
        &wrong_payment,
        BackstopError::WrongMint,
    );
    let wrong_destination = swapped(given, &destination, &elsewhere);
    refuse(
        &mut stage,
        "buyer",
        &wrong_destination,
        BackstopError::WrongMint,
    );
}

#[test]
fn fill_offer_rejects_a_vault_the_books_do_not_name_and_the_vault_as_payer() {
    let (mut stage, put) = written(CONTRACT);
    let keys = stage.keys;
    for vault in [
        keys.insurance_vault,
        keys.underlying_vault,
        put.expiry.escrow,
    ] {
        let given = swapped(one(&mut stage, &put), &keys.vault, &vault);
        refuse(&mut stage, "buyer", &given, BackstopError::WrongVault);
    }
    let given = swapped(
        one(&mut stage, &put),
        &stage.quote_wallet("buyer"),
        &keys.vault,
    );
    refuse(
        &mut stage,
        "buyer",
        &given,
        ErrorCode::ConstraintDuplicateMutableAccount,
    );
}

#[test]
fn fill_offer_rejects_the_accounts_of_another_market() {
    let (mut stage, other) = two_markets();
    let put = write(&mut stage, CONTRACT);
    on_market(&mut stage, &other, |stage| write(stage, CONTRACT));
    let (keys, writer) = (stage.keys, stage.margin("writer"));
    let mut given = one(&mut stage, &put);
    let index = backstop_interface::accounts::Shard::index_of(&writer);
    let theirs = backstop_interface::pda::shard(&other.market, index);
    let pairs = [
        (keys.market, other.market),
        (keys.vol_surface, other.vol_surface),
        (keys.underlying, other.underlying),
        (keys.quote, other.quote),
        (keys.vault, other.vault),
        (keys.shard_of(&writer), theirs),
    ];
    for (ours, theirs) in pairs {
        given = swapped(given, &ours, &theirs);
    }
    refuse(&mut stage, "buyer", &given, BackstopError::WrongMarket);
}

#[test]
fn fill_offer_rejects_a_shard_the_writers_key_does_not_select() {
    let (mut stage, put) = written(CONTRACT);
    let mine = stage.keys.shard_of(&stage.margin("writer"));
    let market = stage.keys.market;
    for index in 0..16 {
        let theirs = backstop_interface::pda::shard(&market, index);
        if theirs != mine {
            let given = swapped(one(&mut stage, &put), &mine, &theirs);
            refuse(&mut stage, "buyer", &given, BackstopError::ShardMismatch);
        }
    }
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
    assert_eq!(
        crate::setup::state(&stage, "writer"),
        backstop_interface::accounts::AccountState::Open
    );
    let given = one(&mut stage, &put);
    refuse(&mut stage, "buyer", &given, BackstopError::OfferVoid);
    expect_landed(stage.cancel_offer("writer", 1));
    expect_landed(stage.place_offer(
        "writer",
        &put,
        OfferTerms {
            nonce: 1,
            premium_price: 6 * PRICE,
            contracts: CONTRACT,
        },
    ));
    expect_landed(stage.buy_tokens("buyer", "writer", 1, &put, CONTRACT));
}

#[test]
fn fill_offer_rejects_offers_of_an_account_closed_and_opened_again() {
    let (mut stage, put) = written(CONTRACT);
    fund(&mut stage, "stranger", QUOTE);
    expect_landed(stage.place_offer(
        "stranger",
        &put,
        OfferTerms {
            nonce: 1,
            premium_price: PRICE,
            contracts: LOT,
        },
    ));
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
    let terms = OfferTerms {
        nonce: 1,
        premium_price: PRICE,
        contracts: CONTRACT,
    };
    expect_landed(stage.place_offer("stranger", &put, terms));
    stage.world.warp_to(put.expiry.expires_at - 3_601);
    stage.set_price(200 * PRICE);
    expect_landed(stage.publish_surface(&crate::setup::surface()));
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
    expect_landed(stage.place_offer(
        "writer",
        &put,
        OfferTerms {
            nonce: 2,
            premium_price: 1,
            contracts,
        },
    ));
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
            expect_landed(stage.place_offer(
                "writer",
                &series,
                OfferTerms {
                    nonce,
                    premium_price,
                    contracts: LOT,
                },
            ));
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
    expect_landed(stage.place_offer(
        "writer",
        &call,
        OfferTerms {
            nonce: 40,
            premium_price: 199 * PRICE,
            contracts: LOT,
        },
    ));
    stage.pass(5, 199 * PRICE);
    let given = by_wallet(&mut stage, ("writer", 40), &call, LOT);
    refuse(
        &mut stage,
        "buyer",
        &given,
        BackstopError::PremiumOutOfRange,
    );
}
