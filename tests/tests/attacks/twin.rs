//! Two complete markets of one protocol on one chain, driven in step.

use backstop_client::migration::{Migration, Step, Surroundings};
use backstop_client::MarketKeys;
use backstop_testkit::pyth::{PythPrice, LEGACY_PROGRAM, RECEIVER_PROGRAM};
use backstop_testkit::stage::{NewCollateral, OtherCollateral, GENESIS_FILE};
use backstop_testkit::{address, expect_landed, key, pubkey, Genesis, Outcome, Stage};
use backstop_tests::program_so;
use solana_pubkey::Pubkey;

/// One quote.
pub const QUOTE: u64 = 1_000_000;
/// One quote as a price.
pub const PRICE: u64 = 1_000_000_000;
/// Days from genesis to the expiry the scenes are about.
const STORY_DAYS: i64 = 2;
/// Seconds of a day.
const DAY_SECONDS: i64 = 86_400;
/// Days from genesis to the expiry beside it.
const MUSEUM_DAYS: i64 = 30;
/// Feed of the second market.
const SECOND_FEED: [u8; 32] = [7; 32];

/// Everybody who acts in a scene.
pub const ACTORS: [&str; 11] = [
    "writer", "buyer", "keeper", "bidder", "insurer", "backer", "stranger", "seized", "debtor",
    "newcomer", "holder",
];
/// Somebody with lamports and nothing else.
pub const OUTSIDER: &str = "outsider";

/// What the stage knows of a market besides the chain.
#[derive(Clone)]
struct Side {
    keys: MarketKeys,
    price_account: Pubkey,
    price: PythPrice,
    others: Vec<OtherCollateral>,
}

/// A stage that looks at market 1, and market 0 beside it.
#[derive(Clone)]
pub struct Twin {
    /// The chain, seen from the market under attack.
    pub stage: Stage,
    /// Unix second of the expiry the scenes are about.
    pub story_at: i64,
    /// Unix second of the expiry beside it, which exists from the first scene of trading on.
    pub museum_at: i64,
    other: Side,
}

impl Twin {
    /// The chain before genesis, and the steps of genesis of market 0 and of market 1.
    pub fn before_genesis() -> (Self, Vec<Step>, Vec<Step>) {
        let genesis = Genesis {
            others: vec![NewCollateral::staked(), NewCollateral::stable()],
            ..Genesis::default()
        };
        let (stage, first) = Stage::before_genesis(program_so(), &genesis);
        let mut stage = Stage {
            world: stage.world.without_signature_checks(),
            ..stage
        };
        let other = Side {
            keys: stage.keys,
            price_account: stage.price_account,
            price: stage.price.clone(),
            others: std::mem::take(&mut stage.others),
        };
        let mint = stage.world.mint("second underlying", 9);
        stage.keys = MarketKeys::new(1, stage.keys.quote_mint, mint, SECOND_FEED);
        stage.price_account = address("second price account");
        stage.price = PythPrice::new(SECOND_FEED, genesis.price, genesis.opens_at - 1)
            .after(genesis.opens_at - 2);
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
        let mut migration = Migration::parse(GENESIS_FILE).expect("the committed genesis file");
        migration.market.early_exercise = genesis.early_exercise;
        let mut second = migration
            .instructions(&stage.keys, &around, &genesis.params)
            .expect("known steps");
        let seal = second.split_off(second.len() - 1);
        for (index, new) in (15..).zip(&genesis.others) {
            let feed_id = [index; 32];
            let new = NewCollateral {
                feed_id,
                ..new.clone()
            };
            second.extend(stage.prepare(&new, pubkey("genesis")));
        }
        second.extend(seal);
        let story_at = stage.next_expiry(STORY_DAYS).expires_at;
        let museum_at = stage.next_expiry(MUSEUM_DAYS).expires_at;
        let mut twin = Self {
            stage,
            story_at,
            museum_at,
            other,
        };
        twin.people();
        (twin, first, second)
    }

    /// Actors with quote and both underlyings.
    fn people(&mut self) {
        self.stage.world.actor(OUTSIDER);
        let second = self.other.keys.underlying_mint;
        for name in ACTORS {
            let owner = self.stage.actor(name, 10_000_000 * QUOTE, 10_000 * PRICE);
            self.stage.world.fund(&owner, &second, 10_000 * PRICE);
        }
        for _ in 0..2 {
            for name in ["holder", "buyer"] {
                self.stage.fund_other(name, "stable", 100_000 * QUOTE);
                self.stage.fund_other(name, "staked", 100 * PRICE);
            }
            self.swap();
        }
    }

    /// Unix second of an expiry nobody lists a series in, a day before that of the story.
    pub fn barren_at(&self) -> i64 {
        self.story_at - DAY_SECONDS
    }

    /// Looks at the other market.
    pub fn swap(&mut self) {
        std::mem::swap(&mut self.stage.keys, &mut self.other.keys);
        std::mem::swap(&mut self.stage.price_account, &mut self.other.price_account);
        std::mem::swap(&mut self.stage.price, &mut self.other.price);
        std::mem::swap(&mut self.stage.others, &mut self.other.others);
    }

    /// Does the same in both markets; it must land in both.
    #[track_caller]
    pub fn both(&mut self, act: impl Fn(&mut Stage) -> Outcome) {
        for _ in 0..2 {
            expect_landed(act(&mut self.stage));
            self.swap();
        }
    }

    /// Sends a step of genesis.
    #[track_caller]
    pub fn run(&mut self, step: &Step) {
        expect_landed(
            self.stage
                .world
                .send(std::slice::from_ref(&step.1), &[&key("genesis")]),
        );
    }

    /// Publishes a price in both markets.
    pub fn set_price(&mut self, price: u64) {
        for _ in 0..2 {
            self.stage.set_price(price);
            self.swap();
        }
    }

    /// Moves the clock and publishes in both markets.
    pub fn pass(&mut self, seconds: i64, price: u64) {
        self.stage.world.advance(seconds);
        self.set_price(price);
    }

    /// Keeps what is published in both markets where later prices do not overwrite it: at [`kept_update`].
    pub fn keep_update(&mut self) {
        for _ in 0..2 {
            let (name, price) = (kept(&self.stage), self.stage.price.clone());
            self.stage.publish_beside(&name, &price);
            self.swap();
        }
    }

    /// [`Twin::pass`], shown to both feed clocks.
    #[track_caller]
    pub fn pass_and_tick(&mut self, seconds: i64, price: u64) {
        self.pass(seconds, price);
        self.both(Stage::tick);
    }
}

fn kept(stage: &Stage) -> String {
    format!("kept update of {}", stage.keys.market)
}

/// Where [`Twin::keep_update`] keeps that of a market.
pub fn kept_update(stage: &Stage) -> Pubkey {
    address(&kept(stage))
}
