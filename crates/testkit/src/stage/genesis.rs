use backstop_client::migration::{Migration, Surroundings};
use backstop_client::MarketKeys;
use backstop_interface::params::MarketParams;
use solana_keypair::Keypair;
use solana_signer::Signer;

use super::{NewCollateral, Stage};
use crate::pyth::{PythPrice, LEGACY_PROGRAM, RECEIVER_PROGRAM, SOL_USD};
use crate::{address, expect_landed, key, pubkey, World};

/// The committed genesis file.
pub const GENESIS_FILE: &str = include_str!("../../../../migrations/0001-genesis.toml");

/// A Reserve line under which uncovered loss is never short of cover: ten billion quote.
pub const AMPLE_LINE_ATOMS: u64 = 10_000_000_000_000_000;

/// What a stage may choose about its market; the rest comes from [`GENESIS_FILE`].
#[derive(Clone, Debug)]
pub struct Genesis {
    /// Parameters of the market.
    pub params: MarketParams,
    /// Unix second at which the stage opens.
    pub opens_at: i64,
    /// First price, scaled 1e9.
    pub price: u64,
    /// Weights of the underlying (IM, MM), ppb; `None` keeps the file's.
    pub underlying_weights_ppb: Option<(u64, u64)>,
    /// Level of the market.
    pub level: u8,
    /// Collaterals with feeds of their own.
    pub others: Vec<NewCollateral>,
    /// Whether all mints belong to Token-2022.
    pub token_2022: bool,
    /// Whether the market lists American series.
    pub early_exercise: bool,
}

impl Default for Genesis {
    /// The file's numbers, 2026-01-01 00:00 UTC, 200 quote; but a Reserve line no test uses up, and no contribution,
    /// so that a trade costs what its own test says.
    fn default() -> Self {
        let mut params = migration().params();
        params.reserve_line_atoms = AMPLE_LINE_ATOMS;
        params.stress.contribution_ppb = 0;
        Self {
            params,
            opens_at: 1_767_225_600,
            price: 200_000_000_000,
            underlying_weights_ppb: None,
            level: 0,
            others: Vec::new(),
            token_2022: false,
            early_exercise: true,
        }
    }
}

fn migration() -> Migration {
    Migration::parse(GENESIS_FILE).expect("the committed genesis file is readable")
}

fn loaded(program_so: &[u8]) -> World {
    World::new(program_so).expect("the program binary loads")
}

impl Stage {
    /// Runs genesis to the seal on the real program, publishes the first price and ticks once.
    pub fn open(program_so: &[u8], genesis: &Genesis) -> Self {
        Self::open_in(loaded(program_so), genesis)
    }

    /// [`Stage::open`] in a fresh world of any kind, such as a traced one.
    pub fn open_in(world: World, genesis: &Genesis) -> Self {
        let (mut stage, steps) = Self::before_genesis_in(world, genesis);
        let authority = key("genesis");
        for (name, instruction) in &steps {
            expect_landed(stage.world.send_as(
                name,
                std::slice::from_ref(instruction),
                &[&authority],
            ));
        }
        stage.set_price(genesis.price);
        expect_landed(stage.tick());
        stage.share_addresses();
        stage
    }

    /// The stage with mints and publishers but nothing of the program, and the steps of genesis.
    pub fn before_genesis(
        program_so: &[u8],
        genesis: &Genesis,
    ) -> (Self, Vec<backstop_client::migration::Step>) {
        Self::before_genesis_in(loaded(program_so), genesis)
    }

    fn before_genesis_in(
        world: World,
        genesis: &Genesis,
    ) -> (Self, Vec<backstop_client::migration::Step>) {
        let authority: Keypair = key("genesis");
        let mut world = world.with_upgrade_authority(&authority.pubkey());
        world.warp_to(genesis.opens_at);
        world.airdrop(&authority.pubkey(), 1_000_000_000_000);
        let [quote_mint, underlying_mint] = if genesis.token_2022 {
            world.use_token_2022();
            [("quote", 6), ("underlying", 9)]
                .map(|(name, decimals)| world.mint_2022(name, decimals))
        } else {
            [("quote", 6), ("underlying", 9)].map(|(name, decimals)| world.mint(name, decimals))
        };
        let publishers = ["publisher one", "publisher two", "publisher three"];
        for name in publishers {
            world.actor(name);
        }
        let keys = MarketKeys::new(0, quote_mint, underlying_mint, SOL_USD);
        let around = Surroundings {
            authority: authority.pubkey(),
            program_data: world.program_data_address(),
            publishers: publishers.map(pubkey),
            receiver_program: RECEIVER_PROGRAM,
            legacy_price_program: LEGACY_PROGRAM,
            legacy_price: address("legacy price"),
            fee_receiver: world.token_account(&pubkey("treasurer"), &quote_mint),
            others: Vec::new(),
        };
        let mut migration = migration();
        migration.market.level = genesis.level;
        migration.market.early_exercise = genesis.early_exercise;
        if let Some((im, mm)) = genesis.underlying_weights_ppb {
            for step in &mut migration.collateral {
                if step.mint == backstop_client::migration::MintRole::Underlying {
                    (step.weight_im_ppb, step.weight_mm_ppb) = (im, mm);
                }
            }
        }
        let mut steps = migration
            .instructions(&keys, &around, &genesis.params)
            .expect("the genesis file names known steps");
        let price = PythPrice::new(SOL_USD, genesis.price, genesis.opens_at - 1)
            .after(genesis.opens_at - 2);
        let mut stage = Self {
            world,
            keys,
            price_account: address("price account"),
            price,
            publishers,
            expiries: Vec::new(),
            others: Vec::new(),
        };
        // Listed last, before the seal.
        let seal = steps.split_off(steps.len() - 1);
        for new in &genesis.others {
            steps.extend(stage.prepare(new, authority.pubkey()));
        }
        steps.extend(seal);
        (stage, steps)
    }
}
