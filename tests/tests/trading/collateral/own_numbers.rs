//! Two collaterals of one kind with numbers of their own are judged by those and by no others.

use backstop_client::genesis::{add_collateral_with_feed, OwnFeed};
use backstop_client::migration::Migration;
use backstop_client::remaining::CollateralKeys;
use backstop_client::MarketKeys;
use backstop_interface::params::CollateralNumbers;
use backstop_interface::BackstopError;
use backstop_testkit::stage::{NewCollateral, GENESIS_FILE};
use backstop_testkit::{expect_landed, key, pubkey, Genesis, Stage};
use backstop_tests::program_so;

use super::setting::{metas, one_quote, spare, STABLE, STAKED};
use crate::setup::{open_with, refuse, surface, surroundings, write, CONTRACT, PRICE, QUOTE};

/// Stable coins and staked tokens: one of each by the defaults, one with other numbers.
fn differing() -> Genesis {
    let mut strict = NewCollateral {
        name: "strict stable",
        feed_id: [13; 32],
        ..NewCollateral::stable()
    };
    strict.args.weight_im_ppb = 800_000_000;
    strict.args.numbers = CollateralNumbers {
        peg_whole_ppb: 1_000_000_000,
        peg_nothing_ppb: 980_000_000,
        listing_seconds: 0,
        ..strict.args.numbers
    };
    let mut patient = NewCollateral {
        name: "patient staked",
        feed_id: [14; 32],
        ..NewCollateral::staked()
    };
    patient.args.numbers = CollateralNumbers {
        staked_gap_ppb: 100_000_000,
        staked_seconds: 600,
        ..patient.args.numbers
    };
    Genesis {
        others: vec![
            NewCollateral::stable(),
            strict,
            NewCollateral::staked(),
            patient,
        ],
        ..Genesis::default()
    }
}

/// The market on its first day; the writer, short 40 puts, has all collaterals in his wallet.
fn opened() -> Stage {
    let mut stage = open_with(&differing());
    for (other, atoms) in [
        ("stable", 1_000 * STABLE),
        ("strict stable", 1_000 * STABLE),
        ("staked", 10 * STAKED),
        ("patient staked", 10 * STAKED),
    ] {
        stage.fund_other("writer", other, atoms);
    }
    write(&mut stage, 40 * CONTRACT);
    stage
}

/// What a collateral adds to what the writer can take out at its price now, proven on the chain to the atom.
#[track_caller]
fn adds(stage: &Stage, other: &str, atoms: u64) -> u64 {
    let without = spare(stage);
    let mut with = stage.clone();
    expect_landed(with.deposit_other("writer", other, atoms));
    let exact = spare(&with);
    let above = with.clone().withdraw_quote("writer", exact + 1);
    backstop_testkit::expect_code(above, BackstopError::BelowInitialMargin);
    expect_landed(with.withdraw_quote("writer", exact));
    exact - without
}

#[test]
fn each_listing_gains_its_weight_in_its_own_time() {
    let stage = opened();
    assert_eq!(adds(&stage, "stable", 1_000 * STABLE), 0);
    assert_eq!(adds(&stage, "strict stable", 1_000 * STABLE), 800 * QUOTE);
}

#[test]
fn each_stable_coin_loses_its_weight_between_its_own_prices() {
    let mut stage = opened();
    stage.pass(604_800 / 2, 200 * PRICE);
    expect_landed(stage.tick());
    // Price, what half of 900 counts of the one, and what 800 counts of the other.
    for (price, one, other) in [
        (1_000_000_000, 450_000_000, 800_000_000),
        (990_000_000, 445_500_000, 396_000_000),
        (980_000_000, 330_750_000, 0),
    ] {
        stage.set_other_price("stable", price);
        stage.set_other_price("strict stable", price);
        assert_eq!(adds(&stage, "stable", 1_000 * STABLE), one, "{price}");
        assert_eq!(
            adds(&stage, "strict stable", 1_000 * STABLE),
            other,
            "{price}"
        );
    }
}

#[test]
fn each_staked_token_is_far_below_redemption_by_its_own_gap_and_time() {
    let mut stage = opened();
    for other in ["staked", "patient staked"] {
        expect_landed(stage.deposit_other("writer", other, 10 * STAKED));
    }
    let observe = |stage: &mut Stage, seconds, price: u64| {
        stage.pass(seconds, 200 * PRICE);
        for other in ["staked", "patient staked"] {
            stage.set_other_price(other, price);
            expect_landed(stage.observe(other));
        }
        let since = |other| stage.config_of(other).below_since;
        (since("staked"), since("patient staked"))
    };
    // Redemption 220: 5 % below is 209, 10 % below is 198.
    let (usual, patient) = observe(&mut stage, 10, 198 * PRICE);
    assert_eq!((usual, patient), (stage.world.now(), 0));
    let before = stage.assess("writer").health_mm();
    let (_, patient) = observe(&mut stage, 10, 198 * PRICE - 1);
    assert_eq!(patient, stage.world.now());
    // Ten minutes later maintenance margin counts the market of the one, not of the other: 22 of 10 tokens at 85 %.
    let still = observe(&mut stage, 599, 198 * PRICE - 1);
    assert_eq!(still, (usual, patient));
    let counted = |stage: &Stage| {
        let mut bare = stage.clone();
        expect_landed(bare.withdraw_other("writer", "patient staked", 10 * STAKED));
        let with = |stage: &Stage| stage.assess("writer");
        let (all, none) = (with(stage), with(&bare));
        all.health_mm() - none.health_mm() + all.r_mm - none.r_mm
    };
    let redeemed = 10 * 220 * QUOTE as i64 * 85 / 100;
    assert_eq!(counted(&stage), redeemed);
    observe(&mut stage, 1, 198 * PRICE - 1);
    let at_market = 10 * (198 * QUOTE as i64) * 85 / 100;
    assert!((counted(&stage) - at_market).abs() <= 1);
    assert!(before > stage.assess("writer").health_mm());
    assert_eq!(stage.config_of("staked").below_since, usual);
}

/// The same coin in two markets, in the other with numbers that count all of it at once.
#[test]
fn another_markets_numbers_of_the_same_mint_are_refused() {
    let genesis = Genesis {
        others: vec![NewCollateral::stable()],
        ..Genesis::default()
    };
    let (mut stage, mut steps) = Stage::before_genesis(program_so(), &genesis);
    let seal = steps.split_off(steps.len() - 1);
    let (quote, underlying) = (stage.keys.quote_mint, stage.keys.underlying_mint);
    let other = MarketKeys::new(1, quote, underlying, stage.keys.feed_id);
    let coin = stage.other("stable").keys;
    let file = Migration::parse(GENESIS_FILE).expect("the committed file");
    let second = file.instructions(&other, &surroundings(&stage), &genesis.params);
    let second = second
        .expect("known steps")
        .into_iter()
        .filter(|(name, _)| {
            !["initialize_protocol", "open_feed_clock", "seal"].contains(&name.as_str())
        });
    let mut args = NewCollateral::stable().args;
    args.numbers.listing_seconds = 0;
    let own = OwnFeed {
        feed_id: stage.other("stable").price.feed_id,
        stake_pool: None,
    };
    let list = add_collateral_with_feed(pubkey("genesis"), &other, coin.mint, args, &own);
    let all = steps.into_iter().chain(second).map(|(_, given)| given);
    for given in all
        .chain([list])
        .chain(seal.into_iter().map(|(_, given)| given))
    {
        expect_landed(stage.world.send(&[given], &[&key("genesis")]));
    }
    stage.set_price(200 * PRICE);
    expect_landed(stage.tick());
    expect_landed(stage.publish_surface(&surface()));
    for name in ["writer", "buyer", "keeper"] {
        stage.actor(name, 1_000_000 * QUOTE, 0);
    }
    write(&mut stage, CONTRACT);
    stage.fund_other("writer", "stable", 1_000 * STABLE);
    expect_landed(stage.deposit_other("writer", "stable", 1_000 * STABLE));

    let foreign = CollateralKeys::new(&other.market, coin.mint, &own.feed_id, coin.price, None);
    assert_ne!(foreign.collateral, coin.collateral);
    let mut given = one_quote(&stage);
    let at = given.accounts.len();
    given.accounts.extend(metas(&stage, &["stable"]));
    expect_landed(
        stage
            .clone()
            .world
            .send(&[given.clone()], &[&key("writer")]),
    );
    given.accounts[at].pubkey = foreign.collateral;
    refuse(
        &mut stage,
        "writer",
        &given,
        BackstopError::CollateralUnexpected,
    );
}
