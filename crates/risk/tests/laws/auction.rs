//! The auction: slices, and continuity of the price.

use crate::cases::{for_all, Class};
use backstop_risk::liquidation::{quote, AuctionParams, AuctionQuote, AuctionState};
use proptest::prelude::*;

pub const QUOTE: i64 = 1_000_000;
pub const ONE: i128 = 1_000_000_000;

/// A seized account, and what the fund may pay for it.
pub type Seized = (AuctionState, u64);

prop_compose! {
    pub fn seized()(
        value in prop_oneof![
            -1_000_000i64 * QUOTE..1_000_000 * QUOTE,
            0i64..50_000 * QUOTE,
        ],
        below in 1i64..1_000_000 * QUOTE,
        paid_in_atoms in prop_oneof![Just(0u64), 0u64..500_000_000_000],
        debt_atoms in prop_oneof![Just(0u64), 0u64..500_000_000_000],
        healthy_seconds in 0i64..1_500,
        room in prop_oneof![Just(0u64), 0u64..1_000_000_000_000],
        kept_atoms in prop_oneof![Just(0u64), 0u64..500_000_000_000],
        kept_stress_ppb in prop_oneof![Just(0i128), 0i128..900_000_000],
    ) -> Seized {
        let health_mm = value.min(0) - below;
        let kept_stress = i128::from(value - health_mm) * kept_stress_ppb / ONE;
        let kept_health_atoms = kept_atoms as i64 - kept_stress as i64;
        (AuctionState {
            value, health_mm, paid_in_atoms, debt_atoms, kept_atoms, kept_health_atoms, healthy_seconds,
        }, room)
    }
}

pub fn terms((state, room): &Seized) -> AuctionQuote {
    quote(state, &AuctionParams::default(), *room).expect("stressed")
}

/// What stays with the account whatever is sold, towards the target of 30 %.
fn stays(state: &AuctionState) -> i128 {
    let stress = i128::from(state.kept_atoms) - i128::from(state.kept_health_atoms);
    i128::from(state.kept_health_atoms) - (stress * 3 + 9) / 10
}

const CLASSES: [Class<Seized>; 11] = [
    ("solvent", |(state, _)| state.value >= 0),
    ("insolvent", |(state, _)| state.value < 0),
    ("cash", |case| terms(case).cash > 0),
    ("debt", |case| terms(case).cash < 0),
    ("penalty", |case| terms(case).penalty_atoms > 0),
    ("the bidder pays", |case| terms(case).price_whole > 0),
    ("the bidder is paid", |case| terms(case).price_whole < 0),
    ("cash and fund at their end", |case| {
        let got = terms(case);
        got.price_whole <= 0 && got.price_whole == -(got.cash.max(0) + case.1 as i64)
    }),
    ("something is kept", |(state, _)| state.kept_atoms > 0),
    ("what is kept delays the target", |(state, _)| {
        stays(state) < 0
    }),
    ("slice of a part", |case| {
        (1..1_000_000_000).contains(&terms(case).max_fraction_ppb)
    }),
];

#[test]
fn the_largest_slice_brings_the_rest_to_target_and_no_further() {
    let mut classes = CLASSES.to_vec();
    classes.push(("part, cash and penalty", |case| {
        let got = terms(case);
        got.cash > 0 && got.penalty_atoms > 0 && got.max_fraction_ppb < 1_000_000_000
    }));
    classes.push(("part, debt and penalty", |case| {
        let got = terms(case);
        got.cash < 0 && got.penalty_atoms > 0 && got.max_fraction_ppb < 1_000_000_000
    }));
    for_all("slice", seized(), &classes, |case| {
        let got = terms(case);
        prop_assert!((1..=1_000_000_000).contains(&got.max_fraction_ppb));
        let f = i128::from(got.max_fraction_ppb);
        if f == ONE {
            return Ok(());
        }
        // health(MM) less target after the slice, in ppb of an atom: what was sold scales with 1 - f,
        // cash and what is kept stay, the net payment comes in, what the fund pays is no cost of the account.
        let cash = i128::from(got.cash) + stays(&case.0);
        let paid_in = i128::from(got.price_whole) - i128::from(got.penalty_atoms);
        let by_fund = i128::from(-got.price_whole - got.cash.max(0)).max(0);
        let sold_part = i128::from(got.target_gap) - cash;
        let after = ONE * cash + f * (paid_in + by_fund) + (ONE - f) * sold_part;
        prop_assert!(after >= 0, "short of the target by {}", -after);
        // f is rounded up to a ppb: no lot is smaller than a ppb of the account.
        let ppb = sold_part.abs() + paid_in.abs() + by_fund;
        prop_assert!(after <= ppb + ONE, "past the target by {after}");
        Ok(())
    });
}

#[test]
fn the_price_is_continuous_in_time_and_never_rises() {
    for_all(
        "time",
        (seized(), 1i64..600),
        &time_classes(),
        |((state, room), wait)| {
            let later = |healthy_seconds| {
                terms(&(
                    AuctionState {
                        healthy_seconds,
                        ..*state
                    },
                    *room,
                ))
            };
            let now = later(state.healthy_seconds);
            let next = later(state.healthy_seconds + 1);
            let after = later(state.healthy_seconds + wait);
            prop_assert!(after.price_whole <= now.price_whole);
            prop_assert!(next.price_whole <= now.price_whole);
            // The steepest part of the curve falls 18 % of S in 120 s.
            prop_assert!(now.price_whole - next.price_whole <= now.stress / 600 + 3);
            Ok(())
        },
    );
}

fn time_classes() -> [Class<(Seized, i64)>; 5] {
    [
        ("first two minutes", |c| c.0 .0.healthy_seconds < 120),
        ("to the end of the curve", |c| {
            (360..1_200).contains(&c.0 .0.healthy_seconds)
        }),
        ("after the curve", |c| c.0 .0.healthy_seconds >= 1_200),
        ("falls", |((state, room), _)| {
            let healthy_seconds = state.healthy_seconds + 1;
            let next = (
                AuctionState {
                    healthy_seconds,
                    ..*state
                },
                *room,
            );
            terms(&next).price_whole < terms(&(*state, *room)).price_whole
        }),
        ("held at a quarter of what is sold", |(case, _)| {
            let got = terms(case);
            got.sold >= got.stress / 2 && got.price_whole - got.sold / 4 <= 1
        }),
    ]
}

/// Moves of value and health, and how many digits to add to them.
type Shift = (i64, i64, u32);

/// A move of the market moves value and health; p follows by at most six times the one and four times
/// the other: |dp/dX| <= 1 + 4 (gS - 3X/4)/S + w < 6, |dp/dS| <= 1 + 2 + 1.
#[test]
fn the_price_is_continuous_in_the_market() {
    let moves = (-1_000i64..1_000, -1_000i64..1_000, 0u32..7);
    let classes: [Class<(Seized, Shift)>; 4] = [
        ("a few atoms", |(_, m)| m.2 < 2),
        ("thousands of quote", |(_, m)| m.2 > 5),
        ("between a quarter and half of the stress", |(case, _)| {
            let got = terms(case);
            got.sold > got.stress / 4 && got.sold < got.stress / 2
        }),
        ("below a quarter of the stress", |(case, _)| {
            terms(case).sold < terms(case).stress / 4
        }),
    ];
    for_all(
        "market",
        (seized(), moves),
        &classes,
        |((state, room), (a, b, digits))| {
            let scale = 10i64.pow(*digits);
            let kept_stress = state.kept_atoms as i64 - state.kept_health_atoms;
            let most = state.value + a * scale - kept_stress - 1;
            let moved = AuctionState {
                value: state.value + a * scale,
                // Still under stress.
                health_mm: (state.health_mm + b * scale).min(most),
                ..*state
            };
            let (now, then) = (terms(&(*state, *room)), terms(&(moved, *room)));
            let limit =
                6 * (now.sold - then.sold).abs() + 4 * (now.stress - then.stress).abs() + 10;
            let jump = (now.price_whole - then.price_whole).abs();
            prop_assert!(jump <= limit, "{jump} for at most {limit}");
            Ok(())
        },
    );
}
