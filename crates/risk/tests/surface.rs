//! The surface between its nodes, and how publishers move it.

#[path = "laws/cases.rs"]
mod cases;

use backstop_quantities::{Price, UnixSeconds, Vol};
use backstop_risk::surface::{
    blend, select, Submission, Surface, MAX_CURVATURE_PPM, MAX_SKEW_PPM, MAX_SMILE_VOL_PPM,
    MIN_SMILE_VOL_PPM, TENOR_SECONDS,
};
use backstop_risk::RiskError;
use cases::{for_all, Class};
use proptest::prelude::*;

const NOW: UnixSeconds = UnixSeconds::new(1_800_000_000);
const SPOT: Price = Price::new(150_000_000_000);

fn flat(vol: u32) -> Surface {
    Surface {
        atm_vol_ppm: [vol; 6],
        skew_ppm: -50_000,
        curvature_ppm: 20_000,
    }
}

fn submitted(vol: u32, age: i64) -> Option<Submission> {
    Some(Submission {
        surface: flat(vol),
        submitted_at: NOW.plus(-age),
    })
}

prop_compose! {
    /// Surfaces without calendar arbitrage: volatilities built from rising total variance.
    fn valid()(
        first in 300_000u64..2_000_000,
        rises in prop::array::uniform6(prop_oneof![Just(0u64), 0u64..1_000_000]),
        skew_ppm in -MAX_SKEW_PPM..=MAX_SKEW_PPM,
        curvature_ppm in 0i32..=MAX_CURVATURE_PPM,
    ) -> Surface {
        let mut variance = 0u128;
        let mut atm_vol_ppm = [0u32; 6];
        for ((slot, seconds), rise) in atm_vol_ppm.iter_mut().zip(TENOR_SECONDS).zip(rises) {
            let own = u128::from(first) * u128::from(first) * 86_400;
            variance = if variance == 0 { own } else { variance + variance / 1_000_000 * u128::from(rise) };
            let root = ((variance / seconds as u128) as f64).sqrt().ceil();
            *slot = (root as u32).clamp(50_000, 5_000_000);
        }
        Surface { atm_vol_ppm, skew_ppm, curvature_ppm }
    }
}

fn is_valid(surface: &Surface) -> bool {
    surface.validate().is_ok()
}

#[test]
fn volatility_stays_in_its_clamp() {
    type Case = (Surface, u64, i64, u64);
    fn vol(case: &Case) -> u32 {
        let (surface, strike, seconds, spot) = case;
        surface
            .vol(Price::new(*spot), Price::new(*strike), *seconds)
            .get()
    }
    let classes: [Class<Case>; 5] = [
        ("expired", |c| c.2 <= 0),
        ("within the tenors", |c| {
            (TENOR_SECONDS[0]..TENOR_SECONDS[5]).contains(&c.2)
        }),
        ("no spot", |c| c.3 == 0),
        ("in a wing", |c| {
            c.0.atm_vol(c.2).get().abs_diff(vol(c)) > 10_000
        }),
        ("near the money", |c| c.1 / 2 < c.3 && c.3 / 2 < c.1),
    ];
    // Nodes anywhere within their bounds, so that wings reach as far as they can.
    let wild = (
        prop::array::uniform6(50_000u32..=5_000_000),
        -MAX_SKEW_PPM..=MAX_SKEW_PPM,
        0i32..=MAX_CURVATURE_PPM,
    )
        .prop_map(|(atm_vol_ppm, skew_ppm, curvature_ppm)| Surface {
            atm_vol_ppm,
            skew_ppm,
            curvature_ppm,
        });
    let surface = prop_oneof![valid(), wild];
    let seconds = prop_oneof![any::<i64>(), 0i64..20_000_000];
    let near = (1u64 << 20..1 << 40, 50u64..200).prop_map(|(k, part)| (k, k / 100 * part));
    let prices = prop_oneof![
        4 => (1u64.., any::<u64>()),
        4 => near,
        1 => (1u64..).prop_map(|strike| (strike, 0)),
    ];
    let cases = (surface, prices, seconds)
        .prop_map(|(surface, (strike, spot), seconds)| (surface, strike, seconds, spot));
    for_all("clamp", cases, &classes, |case| {
        prop_assert!((MIN_SMILE_VOL_PPM..=MAX_SMILE_VOL_PPM).contains(&vol(case)));
        Ok(())
    });
}

#[test]
fn total_variance_never_falls_in_time() {
    type Case = (Surface, i64, i64);
    fn tenor(seconds: i64) -> usize {
        TENOR_SECONDS.iter().filter(|t| **t <= seconds).count()
    }
    let classes: [Class<Case>; 4] = [
        ("before the first tenor", |c| tenor(c.1) == 0),
        ("within one span", |c| tenor(c.1) == tenor(c.1 + c.2)),
        ("over a node", |c| tenor(c.1) != tenor(c.1 + c.2)),
        ("beyond the last tenor", |c| tenor(c.1 + c.2) == 6),
    ];
    let start = prop_oneof![
        1_000i64..200_000,
        3_600i64..15_552_000,
        15_000_000i64..17_000_000
    ];
    let cases = (
        valid().prop_filter("no calendar arbitrage", is_valid),
        start,
        prop_oneof![1i64..1_000, 1i64..1_000_000],
    );
    for_all("variance", cases, &classes, |(surface, seconds, later)| {
        let variance = |t: i64| {
            // One ppm up on the later side covers the rounding down of both.
            let vol = u128::from(surface.atm_vol(t).get());
            (vol * vol * t as u128, (vol + 3) * (vol + 2) * t as u128)
        };
        prop_assert!(variance(*seconds).0 <= variance(seconds + later).1);
        Ok(())
    });
}

#[test]
fn blending_moves_at_most_a_tenth_and_keeps_bounds_and_variance() {
    let classes: [Class<(Surface, Surface, i64)>; 5] = [
        ("clock went back", |c| c.2 < 0),
        ("a part of a step", |c| (1..300).contains(&c.2)),
        ("a whole step", |c| c.2 >= 300),
        ("rises", |c| c.1.atm_vol_ppm[0] > c.0.atm_vol_ppm[0]),
        ("falls", |c| c.1.atm_vol_ppm[0] < c.0.atm_vol_ppm[0]),
    ];
    let surface = || valid().prop_filter("no calendar arbitrage", is_valid);
    let elapsed = prop_oneof![-100i64..300, -100i64..10_000];
    let cases = (surface(), surface(), elapsed);
    for_all("blend", cases, &classes, |(current, selected, elapsed)| {
        let next = blend(current, selected, *elapsed);
        prop_assert_eq!(next.check_bounds(), Ok(()));
        // A ppm that validation allows, and one that rounding takes of each of two nodes.
        let looser = next.atm_vol_ppm.map(|vol| vol + 3);
        for i in 0..5 {
            let (vol, then) = (u128::from(next.atm_vol_ppm[i]), u128::from(looser[i + 1]));
            let (soon, late) = (TENOR_SECONDS[i] as u128, TENOR_SECONDS[i + 1] as u128);
            prop_assert!(vol * vol * soon <= then * then * late);
        }
        let nodes = current.atm_vol_ppm.iter().zip(next.atm_vol_ppm);
        for ((from, got), to) in nodes.zip(selected.atm_vol_ppm) {
            prop_assert!(got.abs_diff(*from) <= to.abs_diff(*from) / 10);
            prop_assert!(got.abs_diff(to) <= from.abs_diff(to));
        }
        Ok(())
    });
}

#[test]
fn one_liar_among_three_cannot_choose_the_surface() {
    let classes: [Class<(u32, u32, u32, usize)>; 4] = [
        ("lies low", |c| c.2 < c.0),
        ("lies high", |c| c.2 > c.0 + c.1),
        ("between the honest", |c| c.0 < c.2 && c.2 < c.0 + c.1),
        ("first in the row", |c| c.3 == 0),
    ];
    let cases = (200_000u32..2_000_000, 0u32..1_000).prop_flat_map(|(honest, spread)| {
        let lie = prop_oneof![
            3 => 50_000u32..5_000_000,
            1 => honest..=honest + spread,
        ];
        (Just(honest), Just(spread), lie, 0usize..3)
    });
    for_all("liar", cases, &classes, |(honest, spread, lie, place)| {
        let mut all = [submitted(*honest, 1), submitted(honest + spread, 1), None];
        all[2] = submitted(*lie, 1);
        all.swap(2, *place);
        let chosen = select(&all, NOW, 60).expect("three fresh ones");
        let vol = all[chosen].expect("present").surface.atm_vol_ppm[0];
        prop_assert!((*honest..=honest + spread).contains(&vol));
        Ok(())
    });
}

#[test]
fn nodes_are_met_and_variance_is_linear_between() {
    let surface = Surface {
        atm_vol_ppm: [1_200_000, 900_000, 850_000, 800_000, 750_000, 700_000],
        skew_ppm: 0,
        curvature_ppm: 0,
    };
    assert_eq!(surface.validate(), Ok(()));
    for (vol, seconds) in surface.atm_vol_ppm.into_iter().zip(TENOR_SECONDS) {
        assert!(surface.atm_vol(seconds).get().abs_diff(vol) <= 1);
    }
    assert_eq!(surface.atm_vol(60), Vol::new(1_200_000));
    assert_eq!(surface.atm_vol(TENOR_SECONDS[5] * 2), Vol::new(700_000));
    // Halfway in time between 14 and 30 days: (0.85^2 * 14 + 0.8^2 * 30) / 2 over 22 days.
    assert!(surface.atm_vol(1_900_800).get().abs_diff(816_241) <= 1);
}

#[test]
fn skew_raises_low_strikes_and_curvature_both_wings() {
    let surface = flat(800_000);
    let at = |strike: u64| {
        surface
            .vol(SPOT, Price::new(strike * 1_000_000_000), 604_800)
            .get()
    };
    assert_eq!(at(150), 800_000);
    assert!(at(120) > at(150));
    assert!(at(120) > at(187));
    // Two standard deviations up: 1 - 0.05 * 2 + 0.02 * 4 = 0.98.
    let up = (150.0 * (2.0 * 0.8 * (7.0f64 / 365.0).sqrt()).exp() * 1e9) as u64;
    assert!(
        surface
            .vol(SPOT, Price::new(up), 604_800)
            .get()
            .abs_diff(784_000)
            <= 2
    );
    // Flat beyond four deviations.
    assert_eq!(at(1_500), at(3_000));
}

#[test]
fn bounds_are_named() {
    let good = flat(800_000);
    assert_eq!(good.validate(), Ok(()));
    let named = |surface: Surface, name| {
        assert_eq!(
            surface.validate(),
            Err(RiskError::ParameterOutOfBounds(name))
        );
    };
    named(flat(49_999), "atm_vol_ppm");
    named(
        Surface {
            skew_ppm: 200_001,
            ..good
        },
        "skew_ppm",
    );
    named(
        Surface {
            curvature_ppm: -1,
            ..good
        },
        "curvature_ppm",
    );
    let mut inverted = good;
    inverted.atm_vol_ppm[1] = 300_000;
    assert_eq!(inverted.validate(), Err(RiskError::CalendarArbitrage));
}

#[test]
fn selection_needs_three_fresh_ones() {
    let fresh = [
        submitted(1_000_000, 60),
        submitted(900_000, 0),
        submitted(950_000, 5),
    ];
    assert_eq!(select(&fresh, NOW, 60), Some(2));
    let stale = [
        submitted(1_000_000, 61),
        submitted(900_000, 0),
        submitted(950_000, 5),
    ];
    assert_eq!(select(&stale, NOW, 60), None);
    let early = [
        submitted(1_000_000, -1),
        submitted(900_000, 0),
        submitted(950_000, 5),
    ];
    assert_eq!(select(&early, NOW, 60), None);
    let four = [
        None,
        submitted(1, 1),
        submitted(2, 1),
        submitted(9, 1),
        submitted(8, 1),
    ];
    assert_eq!(
        select(&four, NOW, 60),
        Some(2),
        "the lower median of an even number"
    );
    assert_eq!(select(&[], NOW, 60), None);
}

#[test]
fn a_blend_takes_fifty_minutes_at_least() {
    let (from, to) = (flat(1_000_000), flat(2_000_000));
    assert_eq!(blend(&from, &to, 300).atm_vol_ppm[0], 1_100_000);
    assert_eq!(blend(&from, &to, 30).atm_vol_ppm[0], 1_010_000);
    assert_eq!(blend(&from, &to, 86_400).atm_vol_ppm[0], 1_100_000);
    assert_eq!(blend(&to, &from, 300).atm_vol_ppm[0], 1_900_000);
    assert_eq!(blend(&from, &to, -5), from);
}
