//! The market every test here begins with: two silos, one expiry with a put and a call at 200, actors
//! with full wallets.

mod acts;
mod reading;
mod scenes;

use std::ops::{Deref, DerefMut};

use backstop_client::migration::{Migration, Surroundings};
use backstop_client::{ExpiryKeys, MarketKeys, SeriesKeys};
use backstop_interface::accounts::{OptionKind, StoredSurface};
use backstop_testkit::pyth::{LEGACY_PROGRAM, RECEIVER_PROGRAM, SOL_USD};
use backstop_testkit::stage::GENESIS_FILE;
use backstop_testkit::{address, expect_landed, key, pubkey, Genesis, Stage};
use backstop_tests::program_so;

/// Atoms of one quote.
pub const QUOTE: u64 = 1_000_000;
/// Price of one quote.
pub const PRICE: u64 = 1_000_000_000;
/// Millionths of one contract.
pub const CONTRACT: u64 = 1_000_000;
/// Atoms of one SOL.
pub const SOL: u64 = 1_000_000_000;
/// All of something.
pub const ALL: u64 = 1_000_000_000;

const ACTORS: [&str; 7] = [
    "writer", "second", "buyer", "keeper", "bidder", "insurer", "backer",
];
/// Steps of genesis that a further market needs.
const OF_A_MARKET: [&str; 4] = [
    "create_market",
    "add_collateral",
    "create_shards",
    "create_insurance_fund",
];

/// The stage with what the tests keep naming.
#[derive(Clone)]
pub struct Play {
    stage: Stage,
    /// A second market of the same mints and feed, without surface.
    pub other: MarketKeys,
    /// The expiry.
    pub expiry: ExpiryKeys,
    /// Put at 200.
    pub put: SeriesKeys,
    /// Call at 200.
    pub call: SeriesKeys,
}

impl Deref for Play {
    type Target = Stage;
    fn deref(&self) -> &Stage {
        &self.stage
    }
}

impl DerefMut for Play {
    fn deref_mut(&mut self) -> &mut Stage {
        &mut self.stage
    }
}

/// The file's parameters with an average of three points: the calm story runs the file's thirty.
pub fn genesis() -> Genesis {
    let mut genesis = Genesis::default();
    genesis.params.settlement_points = 3;
    genesis
}

pub fn surface() -> StoredSurface {
    StoredSurface {
        atm_vol_ppm: [900_000, 850_000, 800_000, 780_000, 760_000, 750_000],
        skew_ppm: 0,
        curvature_ppm: 0,
    }
}

/// Two markets on the chain, not sealed, and the instruction that seals.
pub fn unsealed(
    genesis: &Genesis,
) -> (
    Stage,
    MarketKeys,
    anchor_lang::solana_program::instruction::Instruction,
) {
    let (mut stage, steps) = Stage::before_genesis(program_so(), genesis);
    let around = Surroundings {
        authority: pubkey("genesis"),
        program_data: stage.world.program_data_address(),
        publishers: stage.publishers.map(pubkey),
        receiver_program: RECEIVER_PROGRAM,
        legacy_price_program: LEGACY_PROGRAM,
        legacy_price: address("legacy price"),
        fee_receiver: stage.quote_wallet("treasurer"),
        others: Vec::new(),
    };
    let other = MarketKeys::new(
        1,
        stage.keys.quote_mint,
        stage.keys.underlying_mint,
        SOL_USD,
    );
    let file = Migration::parse(GENESIS_FILE).expect("the committed file");
    let more = file
        .instructions(&other, &around, &genesis.params)
        .expect("known steps");
    let more = more
        .into_iter()
        .filter(|(name, _)| OF_A_MARKET.contains(&name.as_str()));
    let (seal, first): (Vec<_>, Vec<_>) = steps.into_iter().partition(|(name, _)| name == "seal");
    for (_, instruction) in first.into_iter().chain(more) {
        expect_landed(stage.world.send(&[instruction], &[&key("genesis")]));
    }
    for name in ACTORS {
        stage.actor(name, 1_000_000 * QUOTE, 10_000 * SOL);
    }
    (
        stage,
        other,
        seal.into_iter()
            .next()
            .expect("genesis ends with the seal")
            .1,
    )
}

impl Play {
    pub fn open() -> Self {
        Self::with(&genesis())
    }

    pub fn with(genesis: &Genesis) -> Self {
        let (mut stage, other, seal) = unsealed(genesis);
        expect_landed(stage.world.send(&[seal], &[&key("genesis")]));
        stage.set_price(genesis.price);
        expect_landed(stage.tick());
        expect_landed(stage.publish_surface(&surface()));
        for name in ["writer", "second", "bidder"] {
            expect_landed(stage.open_account(name));
        }
        let expiry = stage.next_expiry(2);
        expect_landed(stage.create_expiry("keeper", &expiry));
        let [put, call] =
            [OptionKind::Put, OptionKind::Call].map(|kind| expiry.series(200 * PRICE, kind));
        for series in [&put, &call] {
            expect_landed(stage.create_series("keeper", series));
        }
        Self {
            stage,
            other,
            expiry,
            put,
            call,
        }
    }
}
