//! The hard bounds of what `add_collateral` lists, by kind: at each edge it lands, beyond it is refused by the error
//! of that number.

use anchor_lang::prelude::Pubkey;
use backstop_client::feed::open_clock_of;
use backstop_client::genesis::{
    add_collateral, add_collateral_with_feed, AddCollateralArgs, OwnFeed,
};
use backstop_interface::accounts::CollateralKind;
use backstop_interface::params::CollateralNumbers;
use backstop_interface::stake_pool::StakePool;
use backstop_interface::BackstopError::{self, *};
use backstop_testkit::stage::NewCollateral;
use backstop_testkit::{address, expect_landed, key, pubkey, Stage};

use crate::setup::{books, genesis_before, refuse};

const FEED: [u8; 32] = [41; 32];
const WHOLE: u64 = 1_000_000_000;
/// The greatest cap of a token with a feed of its own.
const MOST: u64 = 1_000_000_000_000_000_000;

/// A number, its least and greatest value, who refuses what lies beyond, and how it is set.
type Bound = (
    &'static str,
    u64,
    u64,
    BackstopError,
    fn(&mut AddCollateralArgs, u64),
);

/// Bounds of every token with a feed of its own.
const PRICED: [Bound; 6] = [
    (
        "size",
        1_000_000_000,
        1_000_000_000_000_000,
        SizeOutOfBounds,
        |a, v| a.size_atoms = v,
    ),
    ("wrong way", 0, 400_000_000, WrongWayOutOfBounds, |a, v| {
        a.wrong_way_ppb = v
    }),
    (
        "least deposit",
        1,
        1_000_000_000_000,
        LeastDepositOutOfBounds,
        |a, v| a.least_deposit_atoms = v,
    ),
    ("cap", 1, MOST, CapOutOfBounds, |a, v| a.cap_atoms = v),
    ("listing", 0, 7_776_000, ListingTimeOutOfBounds, |a, v| {
        a.numbers.listing_seconds = v.cast_signed()
    }),
    ("age", 0, 100_000_000, AgeHaircutOutOfBounds, |a, v| {
        a.numbers.age_ppb = v
    }),
];

const STABLE: [Bound; 6] = [
    ("weight im", 0, 950_000_000, WeightOutOfBounds, |a, v| {
        a.weight_im_ppb = v
    }),
    ("weight mm", 0, 980_000_000, WeightOutOfBounds, |a, v| {
        a.weight_mm_ppb = v
    }),
    ("peg whole", 960_000_000, WHOLE, PegOutOfBounds, |a, v| {
        a.numbers.peg_whole_ppb = v
    }),
    (
        "peg nothing",
        500_000_000,
        990_000_000,
        PegOutOfBounds,
        |a, v| a.numbers.peg_nothing_ppb = v,
    ),
    ("gap", 0, 0, StakedGapOutOfBounds, |a, v| {
        a.numbers.staked_gap_ppb = v
    }),
    ("time", 0, 0, StakedTimeOutOfBounds, |a, v| {
        a.numbers.staked_seconds = v.cast_signed()
    }),
];

const STAKED: [Bound; 6] = [
    ("weight im", 0, 900_000_000, WeightOutOfBounds, |a, v| {
        a.weight_im_ppb = v
    }),
    ("weight mm", 0, 950_000_000, WeightOutOfBounds, |a, v| {
        a.weight_mm_ppb = v
    }),
    ("peg whole", 0, 0, PegOutOfBounds, |a, v| {
        a.numbers.peg_whole_ppb = v
    }),
    ("peg nothing", 0, 0, PegOutOfBounds, |a, v| {
        a.numbers.peg_nothing_ppb = v
    }),
    (
        "gap",
        10_000_000,
        200_000_000,
        StakedGapOutOfBounds,
        |a, v| a.numbers.staked_gap_ppb = v,
    ),
    ("time", 600, 86_400, StakedTimeOutOfBounds, |a, v| {
        a.numbers.staked_seconds = v.cast_signed()
    }),
];

/// Genesis before the shards, a mint, its clock, and a pool that redeems it.
fn before_listing() -> (Stage, Pubkey, Pubkey) {
    let (mut stage, _) = genesis_before("create_shards");
    let mint = stage.world.mint("listed", 9);
    let open = open_clock_of(&FEED, pubkey("genesis"));
    expect_landed(stage.world.send(&[open], &[&key("genesis")]));
    let pool = address("the pool");
    let sound = StakePool {
        pool_mint: mint,
        total_lamports: 11,
        pool_token_supply: 10,
        last_update_epoch: 0,
    };
    stage.world.write_stake_pool(&pool, &sound);
    (stage, mint, pool)
}

/// Terms beside which every number reaches its own bounds.
fn roomy(new: NewCollateral, weight_mm_ppb: u64) -> AddCollateralArgs {
    let mut args = AddCollateralArgs {
        weight_im_ppb: 0,
        weight_mm_ppb,
        least_deposit_atoms: 1,
        cap_atoms: MOST,
        ..new.args
    };
    if args.kind == CollateralKind::Stable {
        args.numbers.peg_whole_ppb = WHOLE;
        args.numbers.peg_nothing_ppb = 500_000_000;
    }
    args
}

#[track_caller]
fn assert_bounds(
    stage: &Stage,
    mint: Pubkey,
    own: &OwnFeed,
    args: AddCollateralArgs,
    bound: Bound,
) {
    let (name, min, max, error, set) = bound;
    let list = |value: u64| {
        let mut args = args;
        set(&mut args, value);
        let given = add_collateral_with_feed(pubkey("genesis"), &stage.keys, mint, args, own);
        (args, given)
    };
    for value in [min, max] {
        let (args, given) = list(value);
        let mut fork = stage.clone();
        expect_landed(fork.world.send(&[given], &[&key("genesis")]));
        let listed = books(&fork, &mint);
        assert_eq!(listed.numbers, args.numbers, "{name} = {value}");
        assert_eq!(
            (
                listed.weight_im_ppb,
                listed.weight_mm_ppb,
                listed.size_atoms
            ),
            (args.weight_im_ppb, args.weight_mm_ppb, args.size_atoms)
        );
        assert_eq!(
            (
                listed.wrong_way_ppb,
                listed.least_deposit_atoms,
                listed.cap_atoms
            ),
            (args.wrong_way_ppb, args.least_deposit_atoms, args.cap_atoms)
        );
    }
    // A number of seconds is signed: below 0 it is the greatest of all.
    for value in [min.wrapping_sub(1), max + 1, u64::MAX, 1 << 63] {
        let (_, given) = list(value);
        let failed = refuse(&mut stage.clone(), "genesis", &given, error);
        assert!(failed.code().is_some(), "{name} = {value}");
    }
}

#[test]
fn add_collateral_holds_every_number_of_a_stable_coin_in_its_bounds() {
    let (stage, mint, _) = before_listing();
    let own = OwnFeed {
        feed_id: FEED,
        stake_pool: None,
    };
    let args = roomy(NewCollateral::stable(), 980_000_000);
    for bound in PRICED.into_iter().chain(STABLE) {
        assert_bounds(&stage, mint, &own, args, bound);
    }
}

#[test]
fn add_collateral_holds_every_number_of_a_staked_token_in_its_bounds() {
    let (stage, mint, pool) = before_listing();
    let own = OwnFeed {
        feed_id: FEED,
        stake_pool: Some(pool),
    };
    let args = roomy(NewCollateral::staked(), 950_000_000);
    for bound in PRICED.into_iter().chain(STAKED) {
        assert_bounds(&stage, mint, &own, args, bound);
    }
}

#[test]
fn add_collateral_rejects_a_peg_that_is_lost_where_it_is_whole() {
    let (mut stage, mint, _) = before_listing();
    let own = OwnFeed {
        feed_id: FEED,
        stake_pool: None,
    };
    let pegged = |stage: &Stage, peg_nothing_ppb| {
        let mut args = NewCollateral::stable().args;
        args.numbers.peg_whole_ppb = 970_000_000;
        args.numbers.peg_nothing_ppb = peg_nothing_ppb;
        add_collateral_with_feed(pubkey("genesis"), &stage.keys, mint, args, &own)
    };
    for peg_nothing_ppb in [970_000_000, 970_000_001] {
        let given = pegged(&stage, peg_nothing_ppb);
        refuse(&mut stage, "genesis", &given, PegOutOfBounds);
    }
    let given = pegged(&stage, 969_999_999);
    expect_landed(stage.world.send(&[given], &[&key("genesis")]));
}

#[test]
fn add_collateral_rejects_numbers_that_quote_and_the_underlying_have_no_use_for() {
    let (mut stage, _) = genesis_before("add_collateral");
    let (quote, underlying) = (stage.keys.quote_mint, stage.keys.underlying_mint);
    let plain = |kind| AddCollateralArgs {
        kind,
        weight_im_ppb: WHOLE,
        weight_mm_ppb: WHOLE,
        cap_atoms: u64::MAX,
        numbers: CollateralNumbers::default(),
        ..NewCollateral::stable().args
    };
    let numbers = STABLE.into_iter().chain(STAKED).chain(PRICED);
    let numbers: Vec<_> = numbers
        .filter(|(_, _, _, error, _)| *error as u32 >= PegOutOfBounds as u32)
        .collect();
    assert_eq!(numbers.len(), 10, "two lists of four, and two of both");
    for (mint, kind) in [
        (quote, CollateralKind::Quote),
        (underlying, CollateralKind::Underlying),
    ] {
        for (_, _, _, error, set) in &numbers {
            for value in [1, WHOLE] {
                let mut args = plain(kind);
                set(&mut args, value);
                let given = add_collateral(pubkey("genesis"), &stage.keys, mint, args);
                refuse(&mut stage, "genesis", &given, *error);
            }
        }
        let given = add_collateral(pubkey("genesis"), &stage.keys, mint, plain(kind));
        expect_landed(stage.world.send(&[given], &[&key("genesis")]));
    }
}
