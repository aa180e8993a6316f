//! Scales of initial margin and the contribution of a trade: bounds and monotonicity.

use crate::cases::{for_all, Class};
use backstop_quantities::Vol;
use backstop_risk::stress::{added_atoms, both_ppb, Cover, StressParams};
use backstop_risk::uncovered::{allot, Allotment, Uncovered};
use backstop_risk::RiskError;
use proptest::prelude::*;

const ONE: u64 = 1_000_000_000;

fn cover(means: u64, uncovered: u64) -> Cover {
    Cover {
        means_atoms: means,
        uncovered_atoms: uncovered,
    }
}

fn any_cover() -> impl Strategy<Value = Cover> {
    let means = prop_oneof![Just(0u64), 1u64..1_000, 1u64..1 << 50];
    (means, 0u64..1_300_000_000, any::<bool>()).prop_map(|(means, part, none)| {
        let uncovered = (u128::from(means.max(1)) * u128::from(part) / 1_000_000_000) as u64;
        cover(means, if none && part % 8 == 0 { 0 } else { uncovered })
    })
}

/// The scale of initial margin: both factors.
fn scale(params: &StressParams, forecast: u32, cover: &Cover) -> u64 {
    both_ppb(
        params.forecast_scale_ppb(Vol::new(forecast)),
        params.cover_scale_ppb(cover),
    )
}

#[test]
fn scales_by_hand() {
    let params = StressParams::default();
    let forecast = |vol| params.forecast_scale_ppb(Vol::new(vol));
    assert_eq!(forecast(50_000), ONE);
    assert_eq!(forecast(800_000), ONE);
    assert_eq!(forecast(800_001), 1_000_001_250);
    assert_eq!(forecast(1_000_000), 1_250_000_000);
    assert_eq!(forecast(1_200_000), 1_500_000_000);
    assert_eq!(forecast(5_000_000), 1_500_000_000);
    let used = |means, uncovered| params.cover_scale_ppb(&cover(means, uncovered));
    assert_eq!(used(1_000, 0), ONE);
    assert_eq!(used(1_000, 700), ONE);
    assert_eq!(used(1_000, 850), 1_500_000_000);
    assert_eq!(used(1_000, 1_000), 2_000_000_000);
    assert_eq!(used(1_000, 5_000), 2_000_000_000);
    assert_eq!(used(0, 0), ONE);
    assert_eq!(used(0, 1), 2_000_000_000);
    let both = scale(&params, 5_000_000, &cover(1, 1));
    assert_eq!(both, 3_000_000_000);
    let wild = StressParams {
        forecast_cap_ppb: 2_000_000_000,
        cover_cap_ppb: 3_000_000_000,
        ..params
    };
    assert_eq!(wild.validate(), Ok(()));
    assert_eq!(scale(&wild, 5_000_000, &cover(1, 1)), 3_000_000_000);
}

#[test]
fn scales_never_fall_with_forecast_or_use_and_stay_in_their_bounds() {
    let vols = (50_000u32..5_000_000, 0u32..1_000_000);
    let cases = (vols, any_cover(), 0u64..1 << 40);
    type Case = ((u32, u32), Cover, u64);
    let classes: [Class<Case>; 6] = [
        ("calm", |c| c.0 .0 <= 800_000),
        ("raised forecast", |c| {
            (800_001..1_200_000).contains(&c.0 .0)
        }),
        ("forecast at its cap", |c| c.0 .0 > 1_200_000),
        ("raised cover", |c| {
            let scale = StressParams::default().cover_scale_ppb(&c.1);
            ONE < scale && scale < 2 * ONE
        }),
        ("cover used up", |c| c.1.uncovered_atoms > c.1.means_atoms),
        ("no means", |c| c.1.means_atoms == 0),
    ];
    for_all("scales", cases, &classes, |((vol, more), cover, beyond)| {
        let params = StressParams::default();
        let at = |vol, cover: &Cover| scale(&params, vol, cover);
        let now = at(*vol, cover);
        prop_assert!((ONE..=3 * ONE).contains(&now));
        prop_assert!(now <= at(vol + more, cover));
        let worse = Cover {
            uncovered_atoms: cover.uncovered_atoms + beyond,
            ..*cover
        };
        prop_assert!(now <= at(*vol, &worse));
        let richer = Cover {
            means_atoms: cover.means_atoms + beyond,
            ..*cover
        };
        prop_assert!(at(*vol, &richer) <= now);
        Ok(())
    });
}

#[test]
fn risk_is_added_only_within_the_limit_and_always_taken_away() {
    let number = || prop_oneof![Just(0u64), 0u64..1_000];
    let pair = move || (number(), number()).prop_map(|(down, up)| [down, up]);
    let room = || prop_oneof![Just(0u64), 0u64..4_000];
    let limit = (room(), room()).prop_map(|(down, up)| [down, up]);
    let cases = (pair(), pair(), pair(), limit).prop_map(|(before, after, others, limit)| {
        let sums = [0, 1].map(|side| after[side] + others[side]);
        let told = Allotment {
            limit,
            ..Allotment::default()
        };
        (told, before, after, sums)
    });
    type Case = (Allotment, Uncovered, Uncovered, Uncovered);
    fn rises(c: &Case, side: usize) -> bool {
        c.2[side] > c.1[side]
    }
    fn beyond(c: &Case, side: usize) -> bool {
        c.3[side] > c.0.limit[side]
    }
    let classes: [Class<Case>; 6] = [
        ("rises within the limit", |c| {
            rises(c, 0) && rises(c, 1) && !beyond(c, 0) && !beyond(c, 1)
        }),
        ("rises beyond the limit", |c| rises(c, 0) && beyond(c, 0)),
        ("falls beyond the limit", |c| {
            !rises(c, 0) && !rises(c, 1) && beyond(c, 0)
        }),
        ("one side rises, one falls beyond", |c| {
            rises(c, 0) && !beyond(c, 0) && !rises(c, 1) && beyond(c, 1)
        }),
        ("no limit", |c| c.0.limit == [0, 0]),
        ("covered writing without a limit", |c| {
            c.0.limit == [0, 0] && c.2 == [0, 0]
        }),
    ];
    for_all("allows", cases, &classes, |case| {
        let (told, before, after, own) = case;
        let refused = (0..2).any(|side| rises(case, side) && beyond(case, side));
        prop_assert_eq!(told.allows(*before, *after, *own), !refused);
        let added = (0..2).any(|side| rises(case, side));
        prop_assert_eq!(added_atoms(*before, *after) > 0, added);
        prop_assert!(told.allows(*before, *before, *own));
        Ok(())
    });
}

/// Without means no shard has a limit, so whatever adds uncovered loss is refused.
#[test]
fn without_means_only_covered_writing_is_possible() {
    let told = |own, sums| allot(own, sums, 0, 16).expect("part of the sums");
    for (before, after, allowed) in [
        ([0, 0], [0, 1], false),
        ([3, 3], [4, 2], false),
        ([0, 0], [0, 0], true),
        ([5, 0], [5, 0], true),
        ([5, 1], [4, 0], true),
    ] {
        let told = told(before, before);
        assert_eq!(told.allows(before, after, after), allowed, "{after:?}");
    }
}

#[test]
fn a_contribution_grows_with_risk_storm_and_stress_up_to_its_share_of_the_premium() {
    let amount = || prop_oneof![Just(0u64), 1u64..1_000_000, 1u64..1 << 45];
    let cases = (amount(), amount(), ONE..=3 * ONE, amount(), 0u64..ONE);
    type Case = (u64, u64, u64, u64, u64);
    fn due(c: &Case) -> u64 {
        StressParams::default().contribution_atoms(c.0, c.1, c.2)
    }
    let classes: [Class<Case>; 4] = [
        ("capped by the premium", |c| due(c) > 0 && due(c) == c.0 / 8),
        ("below the cap", |c| due(c) > 0 && due(c) < c.0 / 8),
        ("no risk added", |c| c.1 == 0),
        ("no premium", |c| c.0 == 0),
    ];
    for_all("contribution", cases, &classes, |case| {
        let (premium, added, scale, more, stress) = *case;
        let now = due(case);
        prop_assert!(now <= premium / 8);
        prop_assert!(added > 0 || now == 0);
        prop_assert!(now <= due(&(premium, added + more, scale, 0, 0)));
        prop_assert!(now <= due(&(premium, added, scale + stress, 0, 0)));
        prop_assert!(now <= due(&(premium + more, added, scale, 0, 0)));
        let exact = added as f64 / 1e3 * scale as f64 / 1e9;
        prop_assert!(now == premium / 8 || (now as f64 - exact).abs() <= 5.0 + exact * 1e-9);
        Ok(())
    });
}

#[test]
fn stress_parameters_beyond_their_bounds_are_named() {
    let good = StressParams::default();
    let refused = |params: StressParams, name| {
        assert_eq!(
            params.validate(),
            Err(RiskError::ParameterOutOfBounds(name))
        );
    };
    assert_eq!(good.validate(), Ok(()));
    refused(
        StressParams {
            calm_vol_ppm: 0,
            ..good
        },
        "calm_vol_ppm",
    );
    refused(
        StressParams {
            forecast_cap_ppb: 0,
            ..good
        },
        "forecast_cap_ppb",
    );
    refused(
        StressParams {
            cover_knee_ppb: ONE,
            ..good
        },
        "cover_knee_ppb",
    );
    refused(
        StressParams {
            cover_cap_ppb: 0,
            ..good
        },
        "cover_cap_ppb",
    );
    refused(
        StressParams {
            contribution_ppb: ONE,
            ..good
        },
        "contribution_ppb",
    );
    refused(
        StressParams {
            contribution_cap_ppb: ONE,
            ..good
        },
        "contribution_cap_ppb",
    );
}
