//! Single rules of collateral, by hand.

use backstop_quantities::{Ppb, Price, UnixSeconds};
use backstop_risk::collateral::{
    aged_price, deposit_room, listed_ppb, peg_ppb, sized_atoms, CollateralParams, CollateralTerms,
    Nature, Quotation,
};
use backstop_risk::params::{self, Bounded};
use backstop_risk::RiskError;

const PARAMS: fn() -> CollateralParams = CollateralParams::default;
const HOUR: i64 = 3_600;

fn terms(nature: Nature) -> CollateralTerms {
    CollateralTerms {
        nature,
        decimals: 9,
        weight_im_ppb: 800_000_000,
        weight_mm_ppb: 900_000_000,
        size_atoms: 1_000_000_000,
        wrong_way_ppb: 0,
        listed_at: UnixSeconds::new(0),
    }
}

#[test]
fn collateral_by_hand() {
    let now = UnixSeconds::new(10_000_000);
    let at = |nature, market, redemption, below_since| {
        let quoted = Quotation {
            market: Price::new(market),
            redemption: Price::new(redemption),
            below_since,
        };
        let got = terms(nature)
            .holding(20_000_000_000, &quoted, now, &PARAMS())
            .expect("in range");
        (
            got.value_atoms,
            got.im_atoms,
            got.mm_atoms,
            got.contracts_equivalent,
        )
    };
    // 20 units at 100: worth 2 000, of which initial margin counts 1 500.
    assert_eq!(
        at(Nature::Underlying, 100_000_000_000, 0, None),
        (2_000_000_000, 1_200_000_000, 1_800_000_000, 20_000_000)
    );
    // A stable coin at 0.97: half its initial weight; at 1.03 it is worth 1.
    assert_eq!(
        at(Nature::Stable, 970_000_000, 0, None),
        (19_400_000, 7_760_000, 17_460_000, 0)
    );
    assert_eq!(
        at(Nature::Stable, 1_030_000_000, 0, None),
        (20_000_000, 16_000_000, 18_000_000, 0)
    );
    // Staked, above redemption: nobody counts more than is redeemed.
    assert_eq!(
        at(Nature::Staked, 120_000_000_000, 110_000_000_000, None),
        (2_200_000_000, 1_280_000_000, 1_980_000_000, 0)
    );
    // Staked, redeemable at 110, market 106: within the gap, initial margin and value at the market.
    assert_eq!(
        at(Nature::Staked, 106_000_000_000, 110_000_000_000, None),
        (2_120_000_000, 1_248_000_000, 1_980_000_000, 0)
    );
    // Market 90, far below for less than an hour: maintenance still redeems, and the value follows it.
    let minutes_ago = Some(UnixSeconds::new(10_000_000 - 3_599));
    assert_eq!(
        at(Nature::Staked, 90_000_000_000, 110_000_000_000, minutes_ago),
        (1_980_000_000, 1_120_000_000, 1_980_000_000, 0)
    );
    let hour_ago = Some(UnixSeconds::new(10_000_000 - HOUR));
    assert_eq!(
        at(Nature::Staked, 90_000_000_000, 110_000_000_000, hour_ago),
        (1_800_000_000, 1_120_000_000, 1_620_000_000, 0)
    );
}

#[test]
fn a_young_listing_counts_in_part_at_initial_margin_only() {
    let quoted = Quotation {
        market: Price::new(100_000_000_000),
        redemption: Price::ZERO,
        below_since: None,
    };
    let after = |seconds| {
        let got = terms(Nature::Other)
            .holding(1_000_000_000, &quoted, UnixSeconds::new(seconds), &PARAMS())
            .expect("in range");
        (got.value_atoms, got.im_atoms, got.mm_atoms)
    };
    assert_eq!(after(0), (100_000_000, 0, 90_000_000));
    assert_eq!(after(302_400), (100_000_000, 40_000_000, 90_000_000));
    assert_eq!(after(604_800), (100_000_000, 80_000_000, 90_000_000));
}

#[test]
fn rules_at_their_edges() {
    let params = PARAMS();
    assert_eq!(deposit_room(100, 40, 70), 60);
    assert_eq!(deposit_room(100, 40, 60), 60);
    assert_eq!(deposit_room(100, 40, 5), 5);
    assert_eq!(deposit_room(100, 140, 5), 0);
    assert_eq!(sized_atoms(10, 10), 10);
    assert_eq!(sized_atoms(13, 10), 11);
    assert_eq!(sized_atoms(u64::MAX, 0), u64::MAX >> 1);
    let peg = |price| peg_ppb(Price::new(price), &params).get();
    assert_eq!(peg(950_000_000), 0);
    assert_eq!(peg(950_000_004), 100);
    assert_eq!(peg(989_999_999), 999_999_975);
    assert_eq!(peg(990_000_000), 1_000_000_000);
    assert_eq!(peg(2_000_000_000), 1_000_000_000);
    let listed = |now| listed_ppb(UnixSeconds::new(1_000), UnixSeconds::new(now), &params).get();
    assert_eq!(listed(i64::MIN), 0);
    assert_eq!(listed(1_000), 0);
    assert_eq!(listed(1_000 + 302_400), 500_000_000);
    assert_eq!(listed(1_000 + 604_800), 1_000_000_000);
    assert_eq!(listed(i64::MAX), 1_000_000_000);
    let at_once = CollateralParams {
        listing_seconds: 0,
        ..params
    };
    assert_eq!(
        listed_ppb(UnixSeconds::new(5), UnixSeconds::new(5), &at_once),
        Ppb::ONE
    );
    assert_eq!(
        listed_ppb(UnixSeconds::new(5), UnixSeconds::new(4), &at_once),
        Ppb::ZERO
    );
    let aged = |age| aged_price(Price::new(1_000_000_000), age, &params).get();
    assert_eq!(aged(-5), 1_000_000_000);
    assert_eq!(aged(0), 1_000_000_000);
    assert_eq!(aged(30), 990_000_000);
    assert_eq!(aged(120), 960_000_000);
    assert_eq!(aged(1), 999_666_666);
    assert_eq!(aged(3_000), 0);
    assert_eq!(aged(i64::MAX), 0);
}

const NATURES: [Nature; 4] = [
    Nature::Underlying,
    Nature::Staked,
    Nature::Stable,
    Nature::Other,
];

/// One parameter: its row, who uses it, and how it is set.
type Parameter = (
    &'static Bounded,
    &'static [Nature],
    fn(&mut CollateralParams, i128),
);

fn unsigned(value: i128) -> u64 {
    u64::try_from(value).unwrap_or(u64::MAX)
}

fn signed(value: i128) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

const PARAMETERS: [Parameter; 6] = [
    (&params::PEG_WHOLE, &[Nature::Stable], |p, v| {
        p.peg_whole_ppb = unsigned(v)
    }),
    (&params::PEG_NOTHING, &[Nature::Stable], |p, v| {
        p.peg_nothing_ppb = unsigned(v)
    }),
    (&params::STAKED_GAP, &[Nature::Staked], |p, v| {
        p.staked_gap_ppb = unsigned(v)
    }),
    (&params::STAKED_SECONDS, &[Nature::Staked], |p, v| {
        p.staked_seconds = signed(v)
    }),
    (
        &params::LISTING_SECONDS,
        &[Nature::Staked, Nature::Stable, Nature::Other],
        |p, v| p.listing_seconds = signed(v),
    ),
    (
        &params::AGE_HAIRCUT,
        &[Nature::Staked, Nature::Stable, Nature::Other],
        |p, v| p.age_ppb = unsigned(v),
    ),
];

#[test]
fn collateral_parameters_reach_their_bounds_and_are_named_beyond_them() {
    for nature in NATURES {
        // A peg as wide as it may be, so that each end is free.
        let mut good = CollateralParams::of(nature);
        if nature == Nature::Stable {
            (good.peg_nothing_ppb, good.peg_whole_ppb) = (500_000_000, 1_000_000_000);
        }
        assert_eq!(CollateralParams::of(nature).validate(nature), Ok(()));
        for (row, users, set) in PARAMETERS {
            let (min, max) = match users.contains(&nature) {
                true => (i128::from(row.min), i128::from(row.max)),
                false => (0, 0),
            };
            let with = |value| {
                let mut params = good;
                set(&mut params, value);
                params.validate(nature)
            };
            assert_eq!((with(min), with(max)), (Ok(()), Ok(())), "{}", row.name);
            let named = Err(RiskError::ParameterOutOfBounds(row.name));
            let mut beyond = vec![max + 1, i128::from(u64::MAX)];
            beyond.extend((min > 0).then(|| min - 1));
            for value in beyond {
                assert_eq!(with(value), named, "{nature:?}: {} = {value}", row.name);
            }
        }
    }
    let negative = CollateralParams {
        staked_seconds: -1,
        ..CollateralParams::of(Nature::Staked)
    };
    let named = Err(RiskError::ParameterOutOfBounds("staked_seconds"));
    assert_eq!(negative.validate(Nature::Staked), named);
    let flat = CollateralParams {
        peg_nothing_ppb: 970_000_000,
        peg_whole_ppb: 970_000_000,
        ..CollateralParams::of(Nature::Stable)
    };
    let named = Err(RiskError::ParameterOutOfBounds("peg_nothing_ppb"));
    assert_eq!(flat.validate(Nature::Stable), named);
}

#[test]
fn a_listing_keeps_the_weights_of_its_nature() {
    let cases = [
        (Nature::Underlying, 1_000_000_000, 1_000_000_000, ""),
        (Nature::Other, 1_000_000_000, 1_000_000_000, ""),
        (Nature::Stable, 950_000_000, 980_000_000, "stable"),
        (Nature::Staked, 900_000_000, 950_000_000, "staked"),
    ];
    for (nature, most_im, most_mm, kind) in cases {
        let listed = |weight_im_ppb, weight_mm_ppb| {
            let terms = CollateralTerms {
                weight_im_ppb,
                weight_mm_ppb,
                ..terms(nature)
            };
            terms.check_listing(&CollateralParams::of(nature))
        };
        assert_eq!(listed(most_im, most_mm), Ok(()));
        if !kind.is_empty() {
            let refused = [listed(most_im + 1, most_mm), listed(most_im, most_mm + 1)];
            for (refused, tier) in refused.into_iter().zip(["im", "mm"]) {
                let Err(RiskError::ParameterOutOfBounds(name)) = refused else {
                    panic!("{nature:?} beyond its {tier} weight: {refused:?}");
                };
                assert_eq!(name, format!("{kind}_weight_{tier}_ppb"));
            }
        }
        let unused = CollateralParams {
            age_ppb: 100_000_001,
            ..CollateralParams::of(nature)
        };
        let refused = terms(nature).check_listing(&unused);
        assert_eq!(refused, Err(RiskError::ParameterOutOfBounds("age_ppb")));
    }
}
