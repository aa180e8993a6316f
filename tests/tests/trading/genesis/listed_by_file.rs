//! Collaterals with feeds of their own that a genesis file lists.

use backstop_client::genesis::OwnFeed;
use backstop_client::migration::{Migration, MigrationError, NamedMint, Step, Surroundings};
use backstop_interface::params::CollateralNumbers;
use backstop_interface::stake_pool::StakePool;
use backstop_testkit::stage::GENESIS_FILE;
use backstop_testkit::{address, expect_landed, key, Genesis, Stage};
use backstop_tests::program_so;

use crate::setup::{books, surroundings};

const LISTED: &str = r#"
[[collateral]]
mint = "stable"
name = "coin"
weight_im_ppb = 850_000_000
weight_mm_ppb = 940_000_000
size_atoms = 3_000_000_000_000
wrong_way_ppb = 50_000_000
least_deposit_atoms = 2_000_000
cap_atoms = 70_000_000_000_000
numbers = { peg_whole_ppb = 995_000_000, peg_nothing_ppb = 960_000_000, age_ppb = 20_000_000 }

[[collateral]]
mint = "liquid_staking"
name = "token"
weight_im_ppb = 600_000_000
weight_mm_ppb = 800_000_000
size_atoms = 1_000_000_000_000
wrong_way_ppb = 0
least_deposit_atoms = 10_000_000
cap_atoms = 1_000_000_000_000
numbers = { staked_gap_ppb = 40_000_000, staked_seconds = 1_800, listing_seconds = 86_400 }
"#;

fn named(name: &str, stage: &mut Stage, feed: u8, token_2022: bool) -> NamedMint {
    let mint = match token_2022 {
        true => stage.world.mint_2022(name, 6),
        false => stage.world.mint(name, 9),
    };
    let pool = (!token_2022).then(|| address("pool of the token"));
    if let Some(pool) = pool {
        let sound = StakePool {
            pool_mint: mint,
            total_lamports: 11,
            pool_token_supply: 10,
            last_update_epoch: 0,
        };
        stage.world.write_stake_pool(&pool, &sound);
    }
    NamedMint {
        name: name.to_owned(),
        mint,
        own: OwnFeed {
            feed_id: [feed; 32],
            stake_pool: pool,
        },
        token_2022,
    }
}

fn steps(stage: &Stage, others: Vec<NamedMint>) -> Result<Vec<Step>, MigrationError> {
    let file = Migration::parse(&format!("{GENESIS_FILE}\n{LISTED}")).expect("readable");
    let around = Surroundings {
        others,
        ..surroundings(stage)
    };
    file.instructions(&stage.keys, &around, &file.params())
}

#[test]
fn genesis_lists_what_the_file_says_and_the_defaults_of_the_kind_for_the_rest() {
    let (mut stage, _) = Stage::before_genesis(program_so(), &Genesis::default());
    let coin = named("coin", &mut stage, 51, true);
    let token = named("token", &mut stage, 52, false);
    let (coin_mint, token_mint) = (coin.mint, token.mint);
    for (_, given) in steps(&stage, vec![token, coin]).expect("known steps") {
        expect_landed(stage.world.send(&[given], &[&key("genesis")]));
    }
    assert!(stage.protocol().sealed);
    let listed = books(&stage, &coin_mint);
    assert_eq!(listed.feed_id, [51; 32]);
    assert_eq!(
        (
            listed.weight_im_ppb,
            listed.weight_mm_ppb,
            listed.size_atoms
        ),
        (850_000_000, 940_000_000, 3_000_000_000_000)
    );
    assert_eq!(
        (
            listed.wrong_way_ppb,
            listed.least_deposit_atoms,
            listed.cap_atoms
        ),
        (50_000_000, 2_000_000, 70_000_000_000_000)
    );
    let expected = CollateralNumbers {
        peg_whole_ppb: 995_000_000,
        peg_nothing_ppb: 960_000_000,
        listing_seconds: 604_800,
        age_ppb: 20_000_000,
        ..CollateralNumbers::default()
    };
    assert_eq!(listed.numbers, expected);
    let listed = books(&stage, &token_mint);
    assert_eq!(listed.stake_pool, address("pool of the token"));
    let expected = CollateralNumbers {
        staked_gap_ppb: 40_000_000,
        staked_seconds: 1_800,
        listing_seconds: 86_400,
        age_ppb: 10_000_000,
        ..CollateralNumbers::default()
    };
    assert_eq!(listed.numbers, expected);
    // Quote and the underlying have none.
    for mint in [stage.keys.quote_mint, stage.keys.underlying_mint] {
        assert_eq!(books(&stage, &mint).numbers, CollateralNumbers::default());
    }
}

#[test]
fn a_collateral_nobody_names_stops_genesis_before_it_begins() {
    let (mut stage, _) = Stage::before_genesis(program_so(), &Genesis::default());
    let coin = named("coin", &mut stage, 51, true);
    let refused = steps(&stage, vec![coin]).expect_err("the token is not named");
    assert!(matches!(&refused, MigrationError::UnknownMint(name) if name == "token"));
    assert_eq!(
        refused.to_string(),
        "nobody says which mint and feed the collateral `token` has"
    );
}
