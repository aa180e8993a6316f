//! Scales of initial margin and the contribution of a trade: bounds and monotonicity.

use crate::cases::{for_all, Class};
use backstop_quantities::Vol;
use backstop_risk::stress::{added_atoms, Cover, StressParams};
use backstop_risk::uncovered::Uncovered;
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
    let both = params.im_scale_ppb(Vol::new(5_000_000), &cover(1, 1));
    assert_eq!(both, 3_000_000_000);
    let wild = StressParams {
        forecast_cap_ppb: 2_000_000_000,
        cover_cap_ppb: 3_000_000_000,
        ..params
    };
    assert_eq!(wild.validate(), Ok(()));
    assert_eq!(
        wild.im_scale_ppb(Vol::new(5_000_000), &cover(1, 1)),
        3_000_000_000
    );
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
        let at = |vol, cover: &Cover| params.im_scale_ppb(Vol::new(vol), cover);
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
fn risk_is_added_only_within_the_means_and_always_taken_away() {
    let pair = || (0u64..1_000, 0u64..1_000).prop_map(|(down, up)| [down, up]);
    let cases = (any_cover(), pair(), pair());
    type Case = (Cover, Uncovered, Uncovered);
    fn rises(c: &Case) -> bool {
        c.2[0] > c.1[0] || c.2[1] > c.1[1]
    }
    let classes: [Class<Case>; 5] = [
        ("adds within the means", |c| {
            rises(c) && c.0.uncovered_atoms <= c.0.means_atoms
        }),
        ("adds beyond the means", |c| {
            rises(c) && c.0.uncovered_atoms > c.0.means_atoms
        }),
        ("falls beyond the means", |c| {
            !rises(c) && c.0.uncovered_atoms > c.0.means_atoms
        }),
        ("one side rises, one falls", |c| {
            c.2[0] > c.1[0] && c.2[1] < c.1[1]
        }),
        ("no means", |c| c.0.means_atoms == 0),
    ];
    for_all("may change", cases, &classes, |case| {
        let (cover, before, after) = case;
        let allowed = cover.may_change(*before, *after);
        prop_assert_eq!(
            allowed,
            !rises(case) || cover.uncovered_atoms <= cover.means_atoms
        );
        prop_assert_eq!(added_atoms(*before, *after) > 0, rises(case));
        prop_assert!(cover.may_change(*before, *before));
        Ok(())
    });
}

/// With no fund an account that adds uncovered loss makes the total positive, so it is refused.
#[test]
fn without_means_only_covered_writing_is_possible() {
    let empty = |uncovered| cover(0, uncovered);
    assert!(!empty(1).may_change([0, 0], [0, 1]));
    assert!(!empty(7).may_change([3, 3], [4, 2]));
    assert!(empty(0).may_change([0, 0], [0, 0]));
    assert!(empty(5).may_change([5, 0], [5, 0]));
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
