use anchor_lang::prelude::Pubkey;
use anchor_lang::AnchorDeserialize;
use backstop_client::feed::preview_price;
use backstop_client::genesis::{create_market, CreateMarketArgs};
use backstop_client::MarketKeys;
use backstop_interface::params::MarketParams;
use backstop_interface::pyth::PriceUpdate;
use backstop_interface::BackstopError;
use backstop_testkit::pyth::{PriceStatus, PythPrice, LEGACY_PROGRAM, RECEIVER_PROGRAM, SOL_USD};
use backstop_testkit::{address, expect_landed, key, pubkey, Genesis, Snapshot, Stage};
use backstop_tests::program_so;

use crate::prices::{never_genuine, refuse_each};
use crate::setup::{assert_only_changed, genesis_before, refuse, PRICE};

fn stage() -> Stage {
    let mut stage = Stage::open(program_so(), &Genesis::default());
    stage.actor("reader", 0, 0);
    stage
}

/// Sends the preview, proves that it wrote nothing and returns what it said.
fn preview(stage: &mut Stage, account: Pubkey) -> PriceUpdate {
    let before = Snapshot::whole(&stage.world);
    let landed = expect_landed(
        stage
            .world
            .send(&[preview_price(&stage.keys, account)], &[]),
    );
    assert_only_changed(&before, stage, &[]);
    let (program, data) = landed.return_data.expect("it returns the price");
    assert_eq!(program, stage.world.program_id());
    PriceUpdate::deserialize(&mut data.as_slice()).expect("a price update")
}

fn published(stage: &Stage) -> PythPrice {
    let now = stage.world.now();
    let mut price = PythPrice::new(SOL_USD, 188_081_046_000, now - 400).after(now - 401);
    // 9 404 053 of 18 808 104 600 is a little more than half a permille: rounded up in the last place.
    price.conf = 9_404_053;
    price
}

#[test]
fn it_reads_both_layouts_in_the_same_scale_whatever_the_age() {
    let mut stage = stage();
    let price = published(&stage);
    let expected = PriceUpdate {
        price: 188_081_046_000,
        confidence_ppb: 500_001,
        publish_at: price.publish_at,
        previous_publish_at: price.prev_publish_at,
        ema_price: 188_081_046_000,
    };
    stage.publish(price.clone());
    let account = stage.price_account;
    assert_eq!(preview(&mut stage, account), expected);
    let legacy = address("legacy price");
    stage.world.write_legacy_price(&legacy, &price);
    assert_eq!(preview(&mut stage, legacy), expected);
}

#[test]
fn it_brings_every_exponent_to_one_scale() {
    let mut stage = stage();
    let account = stage.price_account;
    let cases = [
        (10_000_000, 0, 10_000_000 * PRICE),
        (2_005, -1, 200_500_000_000),
        (1_999, -12, 1),
        (7, -9, 7),
    ];
    for (mantissa, exponent, expected) in cases {
        let price = published(&stage).raw(mantissa, exponent);
        stage.publish(price.clone());
        assert_eq!(preview(&mut stage, account).price, expected);
        stage
            .world
            .write_legacy_price(&address("legacy price"), &price);
        assert_eq!(preview(&mut stage, address("legacy price")).price, expected);
    }
}

#[test]
fn a_halted_legacy_feed_shows_the_price_before() {
    let mut stage = stage();
    let mut price = published(&stage);
    (price.status, price.prev_price) = (PriceStatus::Halted, 18_700_000_000);
    stage
        .world
        .write_legacy_price(&address("legacy price"), &price);
    let shown = preview(&mut stage, address("legacy price"));
    assert_eq!(
        (shown.price, shown.publish_at),
        (187 * PRICE, price.prev_publish_at)
    );
}

#[test]
fn preview_price_rejects_updates_that_are_not_genuine() {
    let mut stage = stage();
    let given = preview_price(&stage.keys, stage.price_account);
    let cases = never_genuine(&stage);
    refuse_each(&mut stage, "reader", &given, cases);
}

#[test]
fn preview_price_rejects_accounts_that_are_no_price_updates() {
    let mut stage = stage();
    let real = stage.price_account;
    let legacy_copy = stage.world.substitute(&real, LEGACY_PROGRAM);
    let given = preview_price(&stage.keys, legacy_copy);
    refuse(
        &mut stage,
        "reader",
        &given,
        BackstopError::LegacyPriceNotEnabled,
    );
    let unknown = stage.world.substitute(&real, pubkey("some program"));
    let given = preview_price(&stage.keys, unknown);
    refuse(&mut stage, "reader", &given, BackstopError::PriceWrongOwner);
    let mint = stage.keys.quote_mint;
    for owner in [RECEIVER_PROGRAM, LEGACY_PROGRAM] {
        stage.world.clone_at(&mint, address("legacy price"), owner);
        let given = preview_price(&stage.keys, address("legacy price"));
        refuse(&mut stage, "reader", &given, BackstopError::PriceMalformed);
    }
}

#[test]
fn preview_price_rejects_legacy_prices_out_of_range() {
    let mut stage = stage();
    let legacy = address("legacy price");
    let given = preview_price(&stage.keys, legacy);
    let good = published(&stage);
    let cases = [
        (good.clone().raw(0, -8), BackstopError::PriceNotPositive),
        (good.clone().raw(-1, -8), BackstopError::PriceNotPositive),
        (
            good.clone().raw(10_000_001, 0),
            BackstopError::PriceNotPositive,
        ),
        (
            good.clone().raw(200, 1),
            BackstopError::PriceExponentOutOfRange,
        ),
        (good.raw(200, -13), BackstopError::PriceExponentOutOfRange),
    ];
    for (price, error) in cases {
        stage.world.write_legacy_price(&legacy, &price);
        refuse(&mut stage, "reader", &given, error);
    }
}

#[test]
fn preview_price_rejects_a_legacy_account_the_market_does_not_name() {
    let mut stage = stage();
    let price = published(&stage);
    stage
        .world
        .write_legacy_price(&address("another legacy price"), &price);
    let given = preview_price(&stage.keys, address("another legacy price"));
    refuse(
        &mut stage,
        "reader",
        &given,
        BackstopError::LegacyPriceNotEnabled,
    );
}

#[test]
fn preview_price_rejects_legacy_prices_where_the_market_has_not_opted_in() {
    let (mut stage, _) = genesis_before("seal");
    let other = MarketKeys::new(
        1,
        stage.keys.quote_mint,
        stage.keys.underlying_mint,
        SOL_USD,
    );
    let new = CreateMarketArgs {
        feed_id: SOL_USD,
        receiver_program: RECEIVER_PROGRAM,
        legacy_price_program: LEGACY_PROGRAM,
        legacy_price: Pubkey::default(),
        params: MarketParams::default(),
        symbol: *b"SOL\0\0\0\0\0",
        level: 0,
        fee_receiver: address("fee receiver"),
        early_exercise: false,
    };
    expect_landed(stage.world.send(
        &[create_market(pubkey("genesis"), &other, &new)],
        &[&key("genesis")],
    ));
    let price = published(&stage);
    stage
        .world
        .write_legacy_price(&address("legacy price"), &price);
    let given = preview_price(&other, address("legacy price"));
    refuse(
        &mut stage,
        "stranger",
        &given,
        BackstopError::LegacyPriceNotEnabled,
    );
}
