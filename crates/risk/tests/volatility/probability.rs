//! The chance of a breach within the hour.

use crate::classes::{class, for_all};
use backstop_quantities::{Contracts, Price, Vol};
use backstop_risk::margin::{
    assess, Holding, Leg, MarginParams, Portfolio, Regime, PLAIN_EXPIRIES,
};
use backstop_risk::pricing::Kind;
use backstop_risk::volatility::{breach_probability, health_at_move, Revalued};
use backstop_risk::RiskError;
use proptest::prelude::*;

const MOVES: [i64; 6] = [
    -10_000_000,
    10_000_000,
    -40_000_000,
    40_000_000,
    -200_000_000,
    250_000_000,
];

fn moves(healths: [i64; 6]) -> Vec<Revalued> {
    let point = |(move_ppb, health_atoms)| Revalued {
        move_ppb,
        health_atoms,
    };
    MOVES.into_iter().zip(healths).map(point).collect()
}

fn at_most(health: i64, healths: [i64; 6], vol: u32) -> u64 {
    breach_probability(health, &moves(healths), Vol::new(vol))
        .expect("ordered")
        .get()
}

#[test]
fn never_rises_with_health_and_never_falls_with_volatility() {
    let classes = [
        "certain",
        "impossible",
        "between",
        "breach below",
        "breach above",
        "no breach examined",
    ];
    let health = || -1_000_000i64..10_000_000;
    let cases = (
        prop_oneof![1 => -100_000i64..0, 9 => 0i64..10_000_000],
        prop::array::uniform6(health()),
        prop::array::uniform7(prop_oneof![Just(0i64), 0i64..1_000_000]),
        50_000u32..5_000_000,
        0u32..1_000_000,
    );
    for_all(
        "breach",
        &classes,
        &cases,
        |(now, there, more, vol, extra), hits| {
            let before = at_most(now, there, vol);
            let mut better = there;
            for (health, more) in better.iter_mut().zip(more) {
                *health += more;
            }
            prop_assert!(at_most(now + more[6], better, vol) <= before);
            prop_assert!(at_most(now, there, vol + extra) >= before);
            prop_assert!(before <= 1_000_000_000);
            prop_assert!(now >= 0 || before == 1_000_000_000);
            class(hits, classes[0], before == 1_000_000_000);
            class(hits, classes[1], before == 0);
            class(hits, classes[2], before > 1_000 && before < 999_999_000);
            class(hits, classes[3], [0, 2, 4].iter().any(|i| there[*i] < 0));
            class(hits, classes[4], [1, 3, 5].iter().any(|i| there[*i] < 0));
            class(hits, classes[5], now >= 0 && there.iter().all(|h| *h >= 0));
            Ok(())
        },
    );
}

/// Phi by Simpson's rule over [-12, x].
fn normal(x: f64) -> f64 {
    let n = 20_000;
    let h = (x + 12.0) / f64::from(n);
    let f = |i: i32| (-0.5 * (-12.0 + h * f64::from(i)).powi(2)).exp();
    let sum: f64 = (0..=n)
        .map(|i| {
            f(i) * if i == 0 || i == n {
                1.0
            } else {
                f64::from(2 + 2 * (i % 2))
            }
        })
        .sum();
    sum * h / 3.0 / (2.0 * std::f64::consts::PI).sqrt()
}

#[test]
fn agrees_with_the_reflection_principle_on_a_linear_account() {
    for vol in [200_000u32, 800_000, 2_000_000, 5_000_000] {
        let s = f64::from(vol) / 1e6 * (1.0f64 / 8_760.0).sqrt();
        // Health falls by 100 per 1 % downwards and grows upwards: 0 at -2.5 %.
        let found = at_most(250, [150, 350, -150, 650, -1_750, 2_750], vol);
        let touch = |ln: f64| 2.0 * normal(-ln.abs() / s);
        let expected = (touch(0.975f64.ln()) + touch(1.25f64.ln())).min(1.0) * 1e9;
        assert!(
            (found as f64 - expected).abs() < 2.0,
            "{vol}: {found} {expected}"
        );
    }
}

#[test]
fn refuses_moves_out_of_order_and_counts_a_missing_side_as_a_breach() {
    let point = |move_ppb| Revalued {
        move_ppb,
        health_atoms: 1,
    };
    let refused = Err(RiskError::ParameterOutOfBounds("move_ppb"));
    let run = |points: &[Revalued]| breach_probability(1, points, Vol::new(800_000));
    for bad in [
        [point(0), point(5)],
        [point(5), point(5)],
        [point(-9), point(-5)],
        [point(5), point(-1_000_000_000)],
        [point(-5), point(9_000_000_001)],
    ] {
        assert_eq!(run(&bad), refused, "{bad:?}");
    }
    assert_eq!(run(&[]).expect("no moves").get(), 1_000_000_000);
    assert_eq!(
        run(&[point(100_000_000)]).expect("one side").get(),
        1_000_000_000
    );
    assert_eq!(at_most(1, [1; 6], 0), 0, "nothing moves without volatility");
}

#[test]
fn a_short_call_gets_safer_with_quote_and_its_health_moves_with_the_spot() {
    let params = MarginParams::default();
    let regime = Regime::of(&params);
    let legs = [Leg {
        kind: Kind::Call,
        strike: Price::new(160_000_000_000),
        seconds_to_expiry: 604_800,
        quantity: Contracts::new(-10_000_000),
        vol: Vol::new(800_000),
        vol_gap_ppm: 0,
        expiry_index: 0,
    }];
    let holdings = [Holding {
        value_atoms: 150_000_000,
        im_atoms: 120_000_000,
        mm_atoms: 135_000_000,
        contracts_equivalent: 1_000_000,
        moves_with_spot: true,
        wrong_way_ppb: 0,
    }];
    let account = |quote_atoms| Portfolio {
        spot: Price::new(150_000_000_000),
        confidence_ppb: 0,
        quote_atoms,
        debt_atoms: 0,
        holdings: &holdings,
        legs: &legs,
        expiries: &PLAIN_EXPIRIES,
    };
    let bare = assess(&account(0), &regime).expect("account").health_mm();
    let needed = u64::try_from(-bare).expect("a short call needs margin");
    let mut seen = Vec::new();
    for more in [0u64, 1, 2, 5, 10, 20, 50, 500] {
        let account = account(needed - 1 + more * 1_000_000);
        let now = assess(&account, &regime).expect("account").health_mm();
        assert_eq!(health_at_move(&account, &regime, 0), Ok(now));
        let at = |move_ppb| health_at_move(&account, &regime, move_ppb).expect("account");
        assert!(at(50_000_000) < now, "a short call loses as the spot rises");
        let p = breach_probability(now, &moves(MOVES.map(at)), Vol::new(800_000));
        seen.push(p.expect("ordered").get());
    }
    println!("probabilities {seen:?}");
    assert!(seen.windows(2).all(|pair| pair[0] >= pair[1]));
    assert_eq!((seen[0], seen[7]), (1_000_000_000, 0));
    assert!(seen.iter().any(|p| (1_000_000..900_000_000).contains(p)));
    let refused = Err(RiskError::ParameterOutOfBounds("move_ppb"));
    assert_eq!(
        health_at_move(&account(1), &regime, -1_000_000_000),
        refused
    );
}
