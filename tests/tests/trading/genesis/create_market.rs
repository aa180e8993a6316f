use anchor_lang::error::ErrorCode;
use anchor_lang::solana_program::instruction::Instruction;
use backstop_client::genesis::{create_market, CreateMarketArgs};
use backstop_client::MarketKeys;
use backstop_interface::accounts::{Market, SurfaceNodes, MARKET_PARTS};
use backstop_interface::params::MarketParams;
use backstop_interface::BackstopError;
use backstop_testkit::pyth::{LEGACY_PROGRAM, RECEIVER_PROGRAM, SOL_USD};
use backstop_testkit::{address, expect_landed, key, pubkey, Stage};

use crate::setup::{genesis_before, open, refuse, swapped};

pub fn new(params: MarketParams) -> CreateMarketArgs {
    CreateMarketArgs {
        feed_id: SOL_USD,
        receiver_program: RECEIVER_PROGRAM,
        legacy_price_program: LEGACY_PROGRAM,
        legacy_price: address("legacy price"),
        params,
        symbol: *b"SOL\0\0\0\0\0",
        level: 0,
        fee_receiver: address("fee receiver"),
        early_exercise: false,
    }
}

fn instruction(stage: &Stage, authority: &str) -> Instruction {
    create_market(
        pubkey(authority),
        &stage.keys,
        &new(MarketParams::default()),
    )
}

#[test]
fn it_writes_the_market_with_an_empty_surface_and_counts_what_is_missing() {
    let (mut stage, _) = genesis_before("create_market");
    expect_landed(
        stage
            .world
            .send(&[instruction(&stage, "genesis")], &[&key("genesis")]),
    );
    let market: Market = stage.read(&stage.keys.market).expect("it was created");
    assert_eq!(
        (market.quote_mint, market.underlying_mint),
        (stage.keys.quote_mint, stage.keys.underlying_mint)
    );
    assert_eq!((market.index, market.feed_id), (0, stage.keys.feed_id));
    assert_eq!(
        (market.receiver_program, market.legacy_price_program),
        (RECEIVER_PROGRAM, LEGACY_PROGRAM)
    );
    assert_eq!(
        (market.legacy_price, market.params),
        (address("legacy price"), MarketParams::default())
    );
    assert_eq!(market.symbol, *b"SOL\0\0\0\0\0");
    let surface = stage.vol_surface();
    assert_eq!((surface.market, surface.updated_at), (stage.keys.market, 0));
    assert_eq!(surface.surface, SurfaceNodes::default());
    assert!(surface
        .submissions
        .iter()
        .all(|submission| submission.submitted_at == 0));
    let protocol = stage.protocol();
    assert_eq!(
        (protocol.market_count, protocol.missing_parts),
        (1, MARKET_PARTS)
    );
}

#[test]
fn create_market_rejects_another_one_after_the_seal() {
    let mut stage = open();
    let second = MarketKeys::new(
        1,
        stage.keys.quote_mint,
        stage.keys.underlying_mint,
        stage.keys.feed_id,
    );
    let given = create_market(pubkey("genesis"), &second, &new(MarketParams::default()));
    refuse(&mut stage, "genesis", &given, BackstopError::AlreadySealed);
}

#[test]
fn create_market_rejects_anyone_but_the_genesis_authority() {
    let (mut stage, _) = genesis_before("create_market");
    let given = instruction(&stage, "stranger");
    refuse(
        &mut stage,
        "stranger",
        &given,
        BackstopError::NotGenesisAuthority,
    );
}

#[test]
fn create_market_rejects_an_underlying_of_ten_decimals() {
    let (mut stage, _) = genesis_before("create_market");
    let mint = stage.world.mint("fine grained", 10);
    let given = swapped(
        instruction(&stage, "genesis"),
        &stage.keys.underlying_mint,
        &mint,
    );
    refuse(
        &mut stage,
        "genesis",
        &given,
        BackstopError::DecimalsNotAllowed,
    );
}

#[test]
fn create_market_rejects_quote_as_its_own_underlying() {
    let (mut stage, _) = genesis_before("create_market");
    let given = swapped(
        instruction(&stage, "genesis"),
        &stage.keys.underlying_mint,
        &stage.keys.quote_mint,
    );
    refuse(&mut stage, "genesis", &given, BackstopError::WrongMint);
}

#[test]
fn create_market_rejects_a_mint_of_neither_token_program() {
    let (mut stage, _) = genesis_before("create_market");
    let own = stage.keys.underlying_mint;
    let mint = stage.world.substitute(&own, address("another program"));
    let given = swapped(
        instruction(&stage, "genesis"),
        &stage.keys.underlying_mint,
        &mint,
    );
    refuse(
        &mut stage,
        "genesis",
        &given,
        ErrorCode::AccountOwnedByWrongProgram,
    );
}

#[test]
fn create_market_rejects_an_address_other_than_the_next() {
    let (mut stage, _) = genesis_before("add_collateral");
    let given = instruction(&stage, "genesis");
    refuse(&mut stage, "genesis", &given, ErrorCode::ConstraintSeeds);
    let second = MarketKeys::new(
        1,
        stage.keys.quote_mint,
        stage.keys.underlying_mint,
        stage.keys.feed_id,
    );
    let given = create_market(pubkey("genesis"), &second, &new(MarketParams::default()));
    expect_landed(stage.world.send(&[given], &[&key("genesis")]));
    assert_eq!(stage.protocol().missing_parts, 2 * MARKET_PARTS);
}

type Change = fn(&mut MarketParams);

/// One step beyond each bound.
const BEYOND: [Change; 30] = [
    |p| p.lot_contracts = 0,
    |p| p.lot_contracts = 1_000_001,
    |p| p.strike_tick_price = 0,
    |p| p.strike_tick_price = 1_000_000_000_001,
    |p| p.recapitalisation_least_atoms = 10_000_000_000_001,
    |p| p.premium_fee_ppb = 125_000_001,
    |p| p.surface_max_age_seconds = 59,
    |p| p.surface_max_age_seconds = 86_401,
    |p| p.settlement_points = 0,
    |p| p.settlement_points = 31,
    |p| p.collecting_least_seconds = 59,
    |p| p.collecting_least_seconds = 3_601,
    |p| p.collecting_most_seconds = p.collecting_least_seconds - 1,
    |p| p.collecting_most_seconds = 21_601,
    |p| p.recapitalising_seconds = 599,
    |p| p.recapitalising_seconds = 43_201,
    |p| p.finalise_by_seconds = 3_599,
    |p| p.finalise_by_seconds = 172_801,
    |p| p.margin.scan_ppb = 49_999_999,
    |p| p.margin.mm_factor_ppb = 1_000_000_001,
    |p| p.margin.tail_damp_ppb[5] = 1_000_000_001,
    |p| p.margin.short_floor_mm_ppb = p.margin.short_floor_im_ppb + 1,
    |p| p.margin.long_credit_mm_ppb = p.margin.long_credit_im_ppb - 1,
    |p| p.auction.target_ppb = 99_999_999,
    |p| p.auction.throttle_seconds = -1,
    |p| p.auction.curve[0].healthy_seconds = 1,
    |p| p.auction.curve[3].discount_ppb = 999_999_999,
    |p| p.recapitalisation.lot_atoms = 999_999,
    |p| p.series_deposit_lamports = 10_000_000_001,
    |p| p.expiry_deposit_lamports = 10_000_000_001,
];

/// Every number at a bound that is still allowed.
const AT_BOUND: [Change; 2] = [
    |p| {
        (p.lot_contracts, p.strike_tick_price, p.premium_fee_ppb) = (1, 1, 0);
        (p.surface_max_age_seconds, p.settlement_points) = (60, 1);
        (p.collecting_least_seconds, p.collecting_most_seconds) = (60, 60);
        (p.recapitalising_seconds, p.finalise_by_seconds) = (600, 3_600);
        p.margin.scan_ppb = 50_000_000;
        (p.series_deposit_lamports, p.expiry_deposit_lamports) = (0, 0);
    },
    |p| {
        (p.lot_contracts, p.strike_tick_price, p.premium_fee_ppb) =
            (1_000_000, 1_000_000_000_000, 125_000_000);
        p.recapitalisation_least_atoms = 10_000_000_000_000;
        (p.surface_max_age_seconds, p.settlement_points) = (86_400, 30);
        (p.collecting_least_seconds, p.collecting_most_seconds) = (3_600, 21_600);
        (p.recapitalising_seconds, p.finalise_by_seconds) = (43_200, 172_800);
        p.margin.scan_ppb = 500_000_000;
        (p.series_deposit_lamports, p.expiry_deposit_lamports) = (10_000_000_000, 10_000_000_000);
    },
];

fn changed(change: Change) -> MarketParams {
    let mut params = MarketParams::default();
    change(&mut params);
    params
}

#[test]
fn create_market_rejects_each_number_beyond_its_bound() {
    let (mut stage, _) = genesis_before("create_market");
    for (index, change) in BEYOND.into_iter().enumerate() {
        println!("bound {index}");
        let given = create_market(pubkey("genesis"), &stage.keys, &new(changed(change)));
        refuse(
            &mut stage,
            "genesis",
            &given,
            BackstopError::ParameterOutOfBounds,
        );
    }
}

#[test]
fn it_takes_each_number_at_its_bound() {
    for change in AT_BOUND {
        let (mut stage, _) = genesis_before("create_market");
        let given = create_market(pubkey("genesis"), &stage.keys, &new(changed(change)));
        expect_landed(stage.world.send(&[given], &[&key("genesis")]));
        let market: Market = stage.read(&stage.keys.market).expect("it was created");
        assert_eq!(market.params, changed(change));
    }
}
