//! One default through all stages, recorded.

use anchor_spl::token::ID as TOKEN;
use anchor_spl::token_2022::ID as TOKEN_2022;
use backstop_client::ExpiryKeys;
use backstop_interface::accounts::{OptionKind, StoredSurface};
use backstop_testkit::{expect_landed, key, Genesis, Moment, OfferTerms, Stage};
use backstop_tests::program_so;
use solana_account::Account;
use solana_pubkey::Pubkey;

const QUOTE: u64 = 1_000_000;
const PRICE: u64 = 1_000_000_000;
const CONTRACTS: u64 = 1_000_000_000;

/// A recorded stage: its tape begins with the first step of genesis.
pub struct Recorded {
    /// The stage after the story.
    pub stage: Stage,
    /// The expiry it was about.
    pub expiry: ExpiryKeys,
    /// Every account there was before the tape began.
    pub transplant: Vec<(Pubkey, Account)>,
    /// What the clock shows where the tape begins.
    pub begins_at: Moment,
}

impl Recorded {
    /// Whether the account belongs to the program under test or to a token program.
    pub fn is_compared(&self, address: &Pubkey) -> bool {
        let owners = [backstop_interface::ID, TOKEN, TOKEN_2022];
        self.stage
            .world
            .account(address)
            .is_some_and(|account| owners.contains(&account.owner))
    }
}

/// Plays and records the story.
pub fn recorded() -> Recorded {
    let genesis = Genesis::default();
    let (mut stage, steps) = Stage::before_genesis(program_so(), &genesis);
    let (transplant, begins_at) = (stage.world.transplant(), stage.world.moment());
    stage.world.start_tape();
    for (name, instruction) in steps {
        expect_landed(
            stage
                .world
                .send_as(&name, &[instruction], &[&key("genesis")]),
        );
    }
    stage.set_price(genesis.price);
    expect_landed(stage.tick());
    let expiry = default_of_a_writer(&mut stage);
    settlement(&mut stage, &expiry);
    Recorded {
        stage,
        expiry,
        transplant,
        begins_at,
    }
}

/// Writer, buyer, crash, seizure, a slice sold below zero, estate.
fn default_of_a_writer(stage: &mut Stage) -> ExpiryKeys {
    for name in ["writer", "buyer", "keeper", "bidder", "insurer", "backer"] {
        stage.actor(name, 1_000_000 * QUOTE, 0);
    }
    let atm_vol_ppm = [900_000, 850_000, 800_000, 780_000, 760_000, 750_000];
    expect_landed(stage.publish_surface(&StoredSurface {
        atm_vol_ppm,
        ..Default::default()
    }));
    for name in ["writer", "bidder"] {
        expect_landed(stage.open_account(name));
    }
    expect_landed(stage.stake("insurer", 10_000 * QUOTE));
    let expiry = stage.next_expiry(2);
    let put = expiry.series(200 * PRICE, OptionKind::Put);
    expect_landed(stage.create_expiry("keeper", &expiry));
    expect_landed(stage.create_series("keeper", &put));
    expect_landed(stage.deposit_quote("writer", 70_000 * QUOTE));
    expect_landed(stage.deposit_quote("bidder", 500_000 * QUOTE));
    let terms = OfferTerms {
        nonce: 1,
        premium_price: 6 * PRICE,
        contracts: CONTRACTS,
    };
    expect_landed(stage.place_offer("writer", &put, terms));
    expect_landed(stage.buy_tokens("buyer", "writer", 1, &put, CONTRACTS));
    stage.pass(20, 80 * PRICE);
    expect_landed(stage.tick());
    expect_landed(stage.liquidate("keeper", "writer"));
    for _ in 0..50 {
        stage.pass(30, 80 * PRICE);
        expect_landed(stage.tick());
    }
    expect_landed(stage.bid("bidder", "writer", 100_000_000, i64::MAX));
    expect_landed(stage.liquidate("keeper", "writer"));
    expiry
}

/// Expiry, collecting, insurance, backstop auction, haircut, redemption.
fn settlement(stage: &mut Stage, expiry: &ExpiryKeys) {
    let put = expiry.series(200 * PRICE, OptionKind::Put);
    stage.world.warp_to(expiry.expires_at - 40 * 60);
    expect_landed(stage.sample(expiry, 80 * PRICE));
    expect_landed(stage.fix_price(expiry));
    expect_landed(stage.fold_series(&put));
    for name in ["writer", "bidder"] {
        expect_landed(stage.settle(name, expiry));
    }
    stage.world.advance(1_801);
    expect_landed(stage.close_collecting(expiry));
    stage.world.advance(3_600);
    expect_landed(stage.bid_recapitalisation("backer", expiry, 1));
    stage.world.advance(4 * 3_600);
    expect_landed(stage.finalise(expiry));
    expect_landed(stage.redeem("buyer", &put, CONTRACTS));
}
