//! Refusals of a fill that concern the accounts it names, in the order the program checks.

use anchor_lang::error::ErrorCode;
use anchor_lang::solana_program::instruction::Instruction;
use backstop_client::SeriesKeys;
use backstop_interface::accounts::{OptionKind, Shard};
use backstop_interface::{pda, BackstopError};
use backstop_testkit::{pubkey, Stage};

use crate::setup::{
    by_wallet, fund, on_market, refuse, series, swapped, two_markets, write, written, CONTRACT,
    PRICE, QUOTE,
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
    let index = Shard::index_of(&writer);
    let theirs = pda::shard(&other.market, index);
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
        let theirs = pda::shard(&market, index);
        if theirs != mine {
            let given = swapped(one(&mut stage, &put), &mine, &theirs);
            refuse(&mut stage, "buyer", &given, BackstopError::ShardMismatch);
        }
    }
}
