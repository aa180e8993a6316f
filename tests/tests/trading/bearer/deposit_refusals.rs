//! Every refusal of putting option tokens into an account, in the order the program checks.

use backstop_client::SeriesKeys;
use backstop_interface::accounts::OptionKind::Put;
use backstop_interface::accounts::{MAX_EXPIRIES, MAX_LEGS};
use backstop_interface::BackstopError;
use backstop_testkit::{expect_landed, pubkey, Stage};

use super::{alike, given, held};
use crate::setup::{
    expiry, fund, open, put, refuse, series, swapped, terms, CONTRACT, LOT, NOT_THE_TOKENS_OWNER,
    PRICE, QUOTE,
};

#[test]
fn deposit_option_rejects_anyone_but_the_accounts_owner() {
    let (mut stage, put) = held();
    let asked = given(&mut stage, "buyer", &put, CONTRACT);
    let asked = swapped(asked, &pubkey("buyer"), &pubkey("stranger"));
    refuse(&mut stage, "stranger", &asked, BackstopError::NotDelegate);
}

#[test]
fn deposit_option_rejects_tokens_of_somebody_else() {
    let (mut stage, put) = held();
    fund(&mut stage, "stranger", QUOTE);
    let asked = given(&mut stage, "stranger", &put, CONTRACT);
    let empty = stage.world.ata(&pubkey("stranger"), &put.option_mint);
    let full = stage.world.ata(&pubkey("buyer"), &put.option_mint);
    let asked = swapped(asked, &empty, &full);
    refuse(&mut stage, "stranger", &asked, NOT_THE_TOKENS_OWNER);
}

#[test]
fn deposit_option_rejects_a_series_or_an_account_of_another_market() {
    alike::rejects_another_market(given);
}

#[test]
fn deposit_option_rejects_another_mint_and_another_mints_tokens() {
    alike::rejects_another_mint(given);
}

#[test]
fn deposit_option_rejects_the_classic_token_program() {
    alike::rejects_the_classic_token_program(given);
}

#[test]
fn deposit_option_rejects_an_account_in_liquidation() {
    alike::rejects_an_account_in_liquidation(given);
}

#[test]
fn deposit_option_rejects_an_expiry_from_its_second_on() {
    alike::rejects_an_expiry_from_its_second_on(given);
}

#[test]
fn deposit_option_rejects_dust_and_more_than_the_wallet_holds() {
    let (mut stage, put) = held();
    for contracts in [0, 1, LOT - 1] {
        let asked = given(&mut stage, "buyer", &put, contracts);
        refuse(&mut stage, "buyer", &asked, BackstopError::AmountBelowLeast);
    }
    for contracts in [2 * CONTRACT + 1, u64::MAX] {
        let asked = given(&mut stage, "buyer", &put, contracts);
        refuse(&mut stage, "buyer", &asked, BackstopError::BalanceTooLow);
    }
}

/// The buyer's table is filled with tokens; one more series is refused, one he has is not.
#[track_caller]
fn full(all: impl Fn(&mut Stage, u64) -> SeriesKeys, room: u64, error: BackstopError) {
    let mut stage = open();
    fund(&mut stage, "writer", 500_000 * QUOTE);
    fund(&mut stage, "stranger", 10_000 * QUOTE);
    fund(&mut stage, "buyer", 0);
    let mut first = None;
    for number in 0..=room {
        let one = all(&mut stage, number);
        // The writer's own table is full when the last one comes.
        let seller = if number == room { "stranger" } else { "writer" };
        expect_landed(stage.place_offer(seller, &one, terms(number, PRICE, CONTRACT)));
        expect_landed(stage.buy_tokens("buyer", seller, number, &one, 2 * LOT));
        if number == room {
            let asked = given(&mut stage, "buyer", &one, LOT);
            refuse(&mut stage, "buyer", &asked, error);
        } else {
            expect_landed(stage.deposit_option("buyer", &one, LOT));
        }
        first = first.or(Some(one));
    }
    let first = first.expect("a table has room for one");
    expect_landed(stage.deposit_option("buyer", &first, LOT));
}

#[test]
fn deposit_option_rejects_a_thirty_third_leg() {
    let strike = |stage: &mut Stage, number: u64| {
        let week = stage.next_expiry(7);
        if number == 0 {
            expect_landed(stage.create_expiry("keeper", &week));
        }
        series(stage, &week, (100 + number) * PRICE, Put)
    };
    full(strike, MAX_LEGS as u64, BackstopError::LegTableFull);
}

#[test]
fn deposit_option_rejects_a_ninth_expiry() {
    let day = |stage: &mut Stage, number: u64| {
        let day = expiry(stage, 2 + number as i64);
        put(stage, &day)
    };
    full(day, MAX_EXPIRIES as u64, BackstopError::ExpiryTableFull);
}
