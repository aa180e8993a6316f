use anchor_lang::error::ErrorCode;
use anchor_lang::solana_program::instruction::Instruction;
use backstop_client::trading::{place_offer, PlaceOfferArgs};
use backstop_client::SeriesKeys;
use backstop_interface::accounts::Offer;
use backstop_interface::BackstopError;
use backstop_testkit::{expect_landed, key, pubkey, Snapshot, Stage};

use crate::setup::{
    assert_only_changed, estate, expiry, fund, on_market, open, put, refuse, seized, swapped,
    two_markets, ADDRESS_IN_USE, CONTRACT, LOT, PRICE, QUOTE,
};

fn args(stage: &Stage) -> PlaceOfferArgs {
    PlaceOfferArgs {
        nonce: 7,
        premium_price: 6 * PRICE,
        contracts: 10 * CONTRACT,
        least_fill_contracts: CONTRACT,
        void_at: stage.world.now() + 600,
        reduce_only: false,
        ..PlaceOfferArgs::default()
    }
}

fn instruction(stage: &Stage, series: &SeriesKeys, args: PlaceOfferArgs) -> Instruction {
    place_offer(
        &stage.keys,
        pubkey("writer"),
        stage.margin("writer"),
        series,
        args,
    )
}

/// A funded writer and the 200 put in a week.
fn ready() -> (Stage, SeriesKeys) {
    let mut stage = open();
    fund(&mut stage, "writer", 100 * QUOTE);
    let week = expiry(&mut stage, 7);
    let put = put(&mut stage, &week);
    (stage, put)
}

#[track_caller]
fn refuse_args(change: impl Fn(&mut PlaceOfferArgs), error: BackstopError) {
    let (mut stage, put) = ready();
    let mut args = args(&stage);
    change(&mut args);
    let given = instruction(&stage, &put, args);
    refuse(&mut stage, "writer", &given, error);
}

#[test]
fn it_writes_the_offer_and_locks_nothing() {
    let (mut stage, put) = ready();
    let before = Snapshot::whole(&stage.world);
    let args = args(&stage);
    expect_landed(
        stage
            .world
            .send(&[instruction(&stage, &put, args)], &[&key("writer")]),
    );
    let address = stage.offer("writer", 7);
    assert_only_changed(&before, &stage, &[address, pubkey("writer")]);
    let offer: Offer = stage.read(&address).expect("it was placed");
    assert_eq!(
        (offer.market, offer.margin_account),
        (stage.keys.market, stage.margin("writer"))
    );
    assert_eq!(
        (offer.maker, offer.series, offer.nonce),
        (pubkey("writer"), put.series, 7)
    );
    assert_eq!(
        offer.epoch,
        stage.account_of("writer").expect("opened").epoch
    );
    assert_eq!(
        (offer.premium_price, offer.remaining_contracts),
        (6 * PRICE, 10 * CONTRACT)
    );
    assert_eq!(
        (offer.least_fill_contracts, offer.void_at, offer.reduce_only),
        (CONTRACT, args.void_at, false)
    );
}

#[test]
fn it_takes_the_least_and_the_greatest_numbers() {
    let (mut stage, put) = ready();
    let most = u64::MAX / LOT * LOT;
    let now = stage.world.now();
    let least = PlaceOfferArgs {
        nonce: 0,
        premium_price: 1,
        contracts: LOT,
        least_fill_contracts: LOT,
        void_at: now + 1,
        reduce_only: true,
        ..PlaceOfferArgs::default()
    };
    let greatest = PlaceOfferArgs {
        nonce: u64::MAX,
        premium_price: u64::MAX,
        contracts: most,
        least_fill_contracts: most,
        void_at: i64::MAX,
        reduce_only: false,
        ..PlaceOfferArgs::default()
    };
    for args in [least, greatest] {
        expect_landed(
            stage
                .world
                .send(&[instruction(&stage, &put, args)], &[&key("writer")]),
        );
    }
    let offer: Offer = stage
        .read(&stage.offer("writer", u64::MAX))
        .expect("it was placed");
    assert_eq!(
        (offer.remaining_contracts, offer.premium_price),
        (most, u64::MAX)
    );
}

#[test]
fn place_offer_rejects_anyone_but_the_owner() {
    let (mut stage, put) = ready();
    let given = place_offer(
        &stage.keys,
        pubkey("stranger"),
        stage.margin("writer"),
        &put,
        args(&stage),
    );
    refuse(&mut stage, "stranger", &given, BackstopError::NotDelegate);
}

#[test]
fn place_offer_rejects_a_series_or_an_account_of_another_market() {
    let (mut stage, other) = two_markets();
    fund(&mut stage, "writer", 100 * QUOTE);
    let foreign = on_market(&mut stage, &other, |stage| {
        fund(stage, "writer", 100 * QUOTE);
        let week = expiry(stage, 7);
        put(stage, &week)
    });
    let given = instruction(&stage, &foreign, args(&stage));
    refuse(&mut stage, "writer", &given, BackstopError::WrongMarket);
    let given = swapped(given, &stage.keys.market, &other.market);
    refuse(&mut stage, "writer", &given, BackstopError::WrongMarket);
}

#[test]
fn place_offer_rejects_an_account_in_liquidation() {
    for (mut stage, put) in [seized(), estate()] {
        let given = instruction(&stage, &put, args(&stage));
        refuse(&mut stage, "writer", &given, BackstopError::AccountNotOpen);
    }
}

#[test]
fn place_offer_rejects_the_last_hour_and_what_comes_after() {
    let (mut stage, put) = ready();
    stage.world.warp_to(put.expiry.expires_at - 3_601);
    expect_landed(stage.world.send(
        &[instruction(&stage, &put, args(&stage))],
        &[&key("writer")],
    ));
    for seconds_before in [3_600, 0, -86_400] {
        stage.world.warp_to(put.expiry.expires_at - seconds_before);
        let given = instruction(
            &stage,
            &put,
            PlaceOfferArgs {
                nonce: 8,
                ..args(&stage)
            },
        );
        refuse(&mut stage, "writer", &given, BackstopError::ExpiryClosed);
    }
}

#[test]
fn place_offer_rejects_no_contracts() {
    refuse_args(|args| args.contracts = 0, BackstopError::AmountIsZero);
}

#[test]
fn place_offer_rejects_sizes_off_the_lot() {
    refuse_args(|args| args.contracts = 1, BackstopError::OffLot);
    refuse_args(|args| args.contracts += LOT - 1, BackstopError::OffLot);
    refuse_args(|args| args.contracts = u64::MAX, BackstopError::OffLot);
    refuse_args(
        |args| args.least_fill_contracts = LOT + 1,
        BackstopError::OffLot,
    );
}

#[test]
fn place_offer_rejects_a_least_fill_of_nothing_or_of_more_than_the_offer() {
    refuse_args(
        |args| args.least_fill_contracts = 0,
        BackstopError::FillOutOfRange,
    );
    refuse_args(
        |args| args.least_fill_contracts = args.contracts + LOT,
        BackstopError::FillOutOfRange,
    );
}

#[test]
fn place_offer_rejects_a_premium_of_nothing() {
    refuse_args(
        |args| args.premium_price = 0,
        BackstopError::PremiumOutOfRange,
    );
}

#[test]
fn place_offer_rejects_an_offer_that_is_void_at_once() {
    refuse_args(|args| args.void_at -= 600, BackstopError::OfferVoid);
    refuse_args(|args| args.void_at = 0, BackstopError::OfferVoid);
    refuse_args(|args| args.void_at = i64::MIN, BackstopError::OfferVoid);
}

#[test]
fn place_offer_rejects_a_number_in_use_or_the_address_of_another() {
    let (mut stage, put) = ready();
    let given = instruction(&stage, &put, args(&stage));
    expect_landed(
        stage
            .world
            .send(std::slice::from_ref(&given), &[&key("writer")]),
    );
    refuse(&mut stage, "writer", &given, ADDRESS_IN_USE);
    let elsewhere = swapped(given, &stage.offer("writer", 7), &stage.offer("writer", 8));
    refuse(&mut stage, "writer", &elsewhere, ErrorCode::ConstraintSeeds);
}
