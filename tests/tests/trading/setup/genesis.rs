//! Markets without positions.

use backstop_client::migration::{Migration, Step, Surroundings};
use backstop_client::MarketKeys;
use backstop_interface::accounts::StoredSurface;
use backstop_testkit::pyth::{LEGACY_PROGRAM, RECEIVER_PROGRAM};
use backstop_testkit::stage::GENESIS_FILE;
use backstop_testkit::{address, expect_landed, key, pubkey, Genesis, Stage};
use backstop_tests::program_so;

use super::{PRICE, QUOTE, UNDERLYING};

/// A surface of 90 % for a day falling to 75 % for half a year.
pub fn surface() -> StoredSurface {
    StoredSurface {
        atm_vol_ppm: [900_000, 850_000, 800_000, 780_000, 760_000, 750_000],
        skew_ppm: 0,
        curvature_ppm: 0,
    }
}

/// A sealed market at 200 quote, ticked once, with a surface, and actors with full wallets.
pub fn open() -> Stage {
    open_with(&Genesis::default())
}

/// [`open`] with a genesis of the test's choice.
pub fn open_with(genesis: &Genesis) -> Stage {
    let mut stage = without_surface(genesis);
    expect_landed(stage.publish_surface(&surface()));
    stage
}

/// [`open`] before any publisher has spoken.
pub fn without_surface(genesis: &Genesis) -> Stage {
    let mut stage = Stage::open(program_so(), genesis);
    fill_wallets(&mut stage);
    stage
}

fn fill_wallets(stage: &mut Stage) {
    for name in ["writer", "buyer", "keeper", "stranger"] {
        stage.actor(name, 1_000_000 * QUOTE, 1_000 * UNDERLYING);
    }
}

/// A stage on which genesis stopped in front of the first step called `name`, and the steps left.
pub fn genesis_before(name: &str) -> (Stage, Vec<Step>) {
    let (mut stage, mut steps) = Stage::before_genesis(program_so(), &Genesis::default());
    let at = steps
        .iter()
        .position(|(step, _)| step == name)
        .expect("genesis has such a step");
    let rest = steps.split_off(at);
    for (_, instruction) in steps {
        expect_landed(stage.world.send(&[instruction], &[&key("genesis")]));
    }
    fill_wallets(&mut stage);
    (stage, rest)
}

/// What genesis is told of the world around it.
pub fn surroundings(stage: &Stage) -> Surroundings {
    Surroundings {
        authority: pubkey("genesis"),
        program_data: stage.world.program_data_address(),
        publishers: stage.publishers.map(pubkey),
        receiver_program: RECEIVER_PROGRAM,
        legacy_price_program: LEGACY_PROGRAM,
        legacy_price: address("legacy price"),
        fee_receiver: stage.quote_wallet("treasurer"),
        others: Vec::new(),
    }
}

/// [`open`] with a second market of the same mints and the same feed, so that only the market tells their
/// accounts apart. Returns the keys of the second.
pub fn two_markets() -> (Stage, MarketKeys) {
    let (mut stage, rest) = genesis_before("seal");
    let other = MarketKeys::new(
        1,
        stage.keys.quote_mint,
        stage.keys.underlying_mint,
        stage.keys.feed_id,
    );
    let migration = Migration::parse(GENESIS_FILE).expect("the committed genesis file is readable");
    let steps = migration
        .instructions(&other, &surroundings(&stage), &Genesis::default().params)
        .expect("known steps");
    let of_market = [
        "create_market",
        "add_collateral",
        "create_shards",
        "create_insurance_fund",
    ];
    let steps = steps
        .into_iter()
        .filter(|(name, _)| of_market.contains(&name.as_str()))
        .chain(rest);
    for (_, instruction) in steps {
        expect_landed(stage.world.send(&[instruction], &[&key("genesis")]));
    }
    stage.set_price(200 * PRICE);
    expect_landed(stage.tick());
    expect_landed(stage.publish_surface(&surface()));
    let first = std::mem::replace(&mut stage.keys, other);
    expect_landed(stage.publish_surface(&surface()));
    stage.keys = first;
    (stage, other)
}

/// Does something on another market of the same stage.
pub fn on_market<T>(stage: &mut Stage, keys: &MarketKeys, act: impl FnOnce(&mut Stage) -> T) -> T {
    let before = std::mem::replace(&mut stage.keys, *keys);
    let result = act(stage);
    stage.keys = before;
    result
}
