use anchor_lang::error::ErrorCode;
use backstop_client::series::create_series;
use backstop_client::ExpiryKeys;
use backstop_interface::accounts::OptionKind::{self, Call, Put};
use backstop_interface::BackstopError;
use backstop_testkit::pyth::PythPrice;
use backstop_testkit::{expect_landed, pubkey, Genesis, Snapshot, Stage};

use crate::setup::{
    assert_only_changed, expiry, on_market, open, open_with, refuse, series, swapped, two_markets,
    ADDRESS_IN_USE, PRICE,
};

/// The market's grid of strikes.
const TICK: u64 = PRICE / 2;

fn with_expiry() -> (Stage, ExpiryKeys) {
    let mut stage = open();
    let week = expiry(&mut stage, 7);
    (stage, week)
}

#[test]
fn anyone_makes_a_series_with_an_empty_mint() {
    let (mut stage, week) = with_expiry();
    let call = week.series(210 * PRICE, Call);
    let before = Snapshot::whole(&stage.world);
    expect_landed(stage.create_series("stranger", &call));
    assert_only_changed(
        &before,
        &stage,
        &[
            call.series,
            call.option_mint,
            week.expiry,
            pubkey("stranger"),
        ],
    );
    let account = stage.series_of(&call);
    assert_eq!(
        (account.kind, account.strike_price, account.folded),
        (Call, 210 * PRICE, false)
    );
    assert_eq!(
        (account.market, account.expiry, account.expires_at),
        (stage.keys.market, week.expiry, week.expires_at)
    );
    assert_eq!(
        (
            account.token_contracts,
            account.ledger_long_contracts,
            account.short_contracts
        ),
        (0, 0, 0)
    );
    assert_eq!(
        (account.mint, stage.expiry_of(&week).series_count),
        (call.option_mint, 1)
    );
    assert_eq!(stage.world.supply(&call.option_mint), 0);
}

#[test]
fn strikes_are_allowed_at_exactly_a_fifth_and_five_times_the_price_of_now() {
    let (mut stage, week) = with_expiry();
    for (strike, kind) in [
        (40 * PRICE, Put),
        (40 * PRICE, Call),
        (1_000 * PRICE, Call),
        (200 * PRICE + TICK, Put),
    ] {
        expect_landed(stage.create_series("keeper", &week.series(strike, kind)));
    }
    assert_eq!(stage.expiry_of(&week).series_count, 4);
}

#[test]
fn the_range_follows_the_price_of_now() {
    let (mut stage, week) = with_expiry();
    stage.pass(10, 300 * PRICE);
    let given = create_series(
        &stage.keys,
        pubkey("keeper"),
        &week.series(40 * PRICE, Call),
        stage.price_account,
    );
    refuse(
        &mut stage,
        "keeper",
        &given,
        BackstopError::StrikeNotAllowed,
    );
    expect_landed(stage.create_series("keeper", &week.series(1_500 * PRICE, Call)));
}

#[test]
fn create_series_rejects_the_expiry_of_another_market() {
    let (mut stage, other) = two_markets();
    let foreign = on_market(&mut stage, &other, |stage| expiry(stage, 7));
    let given = create_series(
        &stage.keys,
        pubkey("keeper"),
        &foreign.series(200 * PRICE, Put),
        stage.price_account,
    );
    refuse(&mut stage, "keeper", &given, BackstopError::WrongMarket);
}

#[test]
fn create_series_rejects_strikes_off_the_grid_or_out_of_range() {
    let (mut stage, week) = with_expiry();
    let off: [(u64, OptionKind); 9] = [
        (0, Put),
        (1, Put),
        (40 * PRICE - TICK, Put),
        (40 * PRICE - 1, Call),
        (40 * PRICE + 1, Call),
        (200 * PRICE + TICK - 1, Put),
        (1_000 * PRICE + TICK, Call),
        (1_000 * PRICE + 1, Call),
        (u64::MAX, Call),
    ];
    for (strike, kind) in off {
        println!("strike {strike}");
        let given = create_series(
            &stage.keys,
            pubkey("keeper"),
            &week.series(strike, kind),
            stage.price_account,
        );
        refuse(
            &mut stage,
            "keeper",
            &given,
            BackstopError::StrikeNotAllowed,
        );
    }
}

/// Old, of another feed or uncertain: no price says where strikes may lie.
#[test]
fn create_series_rejects_prices_nobody_may_use() {
    let (mut stage, week) = with_expiry();
    stage.world.advance(100);
    stage.set_price(200 * PRICE);
    expect_landed(stage.tick());
    let now = stage.world.now();
    let sound = PythPrice::new(stage.keys.feed_id, 200 * PRICE, now);
    let at = |publish_at| PythPrice::new(stage.keys.feed_id, 200 * PRICE, publish_at);
    let cases = [
        (at(now - 26), BackstopError::PriceStale),
        (at(now - 11), BackstopError::PriceBehindFeedClock),
        (at(now + 6), BackstopError::PriceFromFuture),
        (
            PythPrice::new([9; 32], 200 * PRICE, now),
            BackstopError::PriceWrongFeed,
        ),
        (sound.clone().raw(0, -8), BackstopError::PriceNotPositive),
    ];
    let put = week.series(200 * PRICE, Put);
    for (price, error) in cases {
        stage.publish(price);
        let given = create_series(&stage.keys, pubkey("keeper"), &put, stage.price_account);
        refuse(&mut stage, "keeper", &given, error);
    }
    let given = create_series(&stage.keys, pubkey("keeper"), &put, week.expiry);
    refuse(&mut stage, "keeper", &given, BackstopError::PriceWrongOwner);
    stage.publish(sound);
    expect_landed(stage.create_series("keeper", &put));
}

/// Rent and deposit lie in the series, and it knows whose they are.
#[test]
fn its_creator_leaves_a_deposit() {
    for deposit in [0, 1, 50_000_000, 10_000_000_000] {
        let mut genesis = Genesis::default();
        genesis.params.series_deposit_lamports = deposit;
        genesis.params.expiry_deposit_lamports = deposit / 2;
        let mut stage = open_with(&genesis);
        let week = expiry(&mut stage, 7);
        let put = series(&mut stage, &week, 200 * PRICE, Put);
        for (address, deposit) in [(put.series, deposit), (week.expiry, deposit / 2)] {
            let account = stage.world.account(&address).expect("created");
            let rent = stage.world.rent(account.data.len());
            assert_eq!(account.lamports, rent + deposit);
        }
        assert_eq!(stage.series_of(&put).creator, pubkey("keeper"));
        assert_eq!(stage.expiry_of(&week).creator, pubkey("keeper"));
    }
}

#[test]
fn create_series_rejects_an_expiry_from_its_second_on() {
    let (mut stage, week) = with_expiry();
    stage.world.warp_to(week.expires_at - 1);
    stage.set_price(200 * PRICE);
    expect_landed(stage.create_series("keeper", &week.series(200 * PRICE, Put)));
    for _ in 0..2 {
        stage.world.advance(1);
        let given = create_series(
            &stage.keys,
            pubkey("keeper"),
            &week.series(200 * PRICE, Call),
            stage.price_account,
        );
        refuse(&mut stage, "keeper", &given, BackstopError::ExpiryClosed);
    }
}

#[test]
fn create_series_rejects_the_sixty_fifth() {
    let (mut stage, week) = with_expiry();
    for index in 0..64 {
        series(&mut stage, &week, 100 * PRICE + index * TICK, Put);
    }
    assert_eq!(stage.expiry_of(&week).series_count, 64);
    let given = create_series(
        &stage.keys,
        pubkey("keeper"),
        &week.series(200 * PRICE, Put),
        stage.price_account,
    );
    refuse(&mut stage, "keeper", &given, BackstopError::TooManySeries);
}

#[test]
fn create_series_rejects_the_same_one_twice() {
    let (mut stage, week) = with_expiry();
    let put = series(&mut stage, &week, 200 * PRICE, Put);
    let given = create_series(&stage.keys, pubkey("stranger"), &put, stage.price_account);
    refuse(&mut stage, "stranger", &given, ADDRESS_IN_USE);
}

#[test]
fn create_series_rejects_the_address_of_another_strike() {
    let (mut stage, week) = with_expiry();
    let (low, high) = (week.series(100 * PRICE, Put), week.series(200 * PRICE, Put));
    let given = swapped(
        create_series(&stage.keys, pubkey("keeper"), &low, stage.price_account),
        &low.series,
        &high.series,
    );
    refuse(&mut stage, "keeper", &given, ErrorCode::ConstraintSeeds);
}
