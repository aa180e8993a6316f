//! Realised volatility against the same formula in floating point, and against who picks samples.

use crate::classes::{class, for_all};
use backstop_quantities::{Price, UnixSeconds, Vol};
use backstop_risk::surface::{Surface, TENOR_SECONDS};
use backstop_risk::volatility::{grid_step, RealisedVol};
use backstop_risk::RiskError;
use proptest::prelude::*;

const STEPS_A_YEAR: f64 = 105_120.0;

fn start(price: u64, vol: u32) -> RealisedVol {
    RealisedVol::new(Price::new(price), 0, Vol::new(vol)).expect("in range")
}

fn close(found: Vol, expected: f64) -> bool {
    (f64::from(found.get()) - expected).abs() <= 1.5 + expected * 1e-9
}

#[test]
fn follows_the_formula_and_stays_between_past_and_seen() {
    let classes = [
        "no gap",
        "gap of over an hour",
        "calm",
        "storm",
        "a step already taken",
    ];
    let move_ppb = prop_oneof![
        0i64..100_000,
        -20_000_000..20_000_000i64,
        -500_000_000..900_000_000i64
    ];
    let steps = prop_oneof![4 => Just(1i64), 2 => 1..100i64, 1 => 100..40_000i64, 2 => -3..1i64];
    let path = prop::collection::vec((steps, move_ppb), 1..20);
    for_all(
        "realised",
        &classes,
        &(path, 50_000u32..5_000_000),
        |(path, vol), hits| {
            let (mut price, mut step) = (150_000_000_000u64, 0i64);
            let mut realised = start(price, vol);
            let first = f64::from(vol) * f64::from(vol);
            let (mut slow, mut fast) = (first, first);
            for (steps, move_ppb) in path {
                let next =
                    (price as i128 * (1_000_000_000 + move_ppb as i128) / 1_000_000_000) as u64;
                let before = realised;
                realised = realised
                    .sample(Price::new(next), step + steps)
                    .expect("price");
                class(hits, classes[4], steps <= 0);
                if steps <= 0 {
                    prop_assert_eq!(realised, before);
                    continue;
                }
                let change = (next as f64 / price as f64).ln().clamp(-1.0, 1.0);
                let seen = change * change / steps as f64 * STEPS_A_YEAR * 1e12;
                let mixed = |past: f64, constant: f64| {
                    let kept = (-(steps as f64) / constant).exp();
                    kept * past + (1.0 - kept) * seen
                };
                (slow, fast) = (mixed(slow, 288.0), mixed(fast, 12.0));
                prop_assert!(close(realised.slow_vol(), slow.sqrt()));
                prop_assert!(close(realised.fast_vol(), fast.sqrt()));
                let bounds = |past: Vol| (f64::from(past.get()), seen.sqrt());
                let (past, now) = bounds(before.slow_vol());
                let found = f64::from(realised.slow_vol().get());
                prop_assert!(past.min(now) - 2.0 <= found && found <= past.max(now) + 2.0);
                class(hits, classes[0], steps == 1);
                class(hits, classes[1], steps > 12);
                class(hits, classes[2], now < 100_000.0);
                class(hits, classes[3], now > 2_000_000.0);
                (price, step) = (next, step + steps);
            }
            let (floor, forecast) = (realised.surface_floor(0), realised.forecast());
            prop_assert!(floor <= forecast && forecast.get() <= 5_000_000 && floor.get() >= 50_000);
            Ok(())
        },
    );
}

#[test]
fn every_grid_time_is_decided_by_one_update_whoever_submits() {
    let classes = ["decides", "decides nothing", "skips a grid time"];
    let gaps = prop_oneof![1i64..20, 200..400i64, 500..2_000i64];
    let cases = (
        prop::collection::vec(gaps, 1..40),
        1_700_000_000i64..1_800_000_000,
    );
    for_all("grid", &classes, &cases, |(gaps, start), hits| {
        let (mut publish, mut decided) = (start, Vec::new());
        for gap in gaps {
            let prev = publish;
            publish += gap;
            let step = grid_step(UnixSeconds::new(prev), UnixSeconds::new(publish));
            class(hits, classes[0], step.is_some());
            class(hits, classes[1], step.is_none());
            class(hits, classes[2], publish / 300 - prev / 300 > 1);
            if let Some(step) = step {
                prop_assert!(prev < step * 300 && step * 300 <= publish);
                prop_assert!(!decided.contains(&step), "two updates for one grid time");
                decided.push(step);
            } else {
                prop_assert!((prev + 1..=publish).all(|t| t % 300 != 0));
            }
        }
        Ok(())
    });
}

#[test]
fn a_larger_move_never_lowers_the_forecast_or_the_floor() {
    let classes = ["up", "down", "gap", "forecast from the fast average"];
    let cases = (
        0i64..400_000_000,
        0i64..100_000_000,
        1i64..50,
        any::<bool>(),
        50_000u32..5_000_000,
    );
    for_all(
        "forecast",
        &classes,
        &cases,
        |(size, more, steps, up, vol), hits| {
            let sign = if up { 1 } else { -1 };
            let after = |size: i64| {
                let price = (1_000_000_000 + sign * size) as u64 * 100;
                start(100_000_000_000, vol)
                    .sample(Price::new(price), steps)
                    .expect("price")
            };
            let (small, large) = (after(size), after(size + more));
            prop_assert!(small.forecast() <= large.forecast());
            for tenor in TENOR_SECONDS {
                prop_assert!(small.surface_floor(tenor) <= large.surface_floor(tenor));
            }
            class(hits, classes[0], up);
            class(hits, classes[1], !up);
            class(hits, classes[2], steps > 1);
            class(hits, classes[3], small.fast_vol() > small.slow_vol());
            Ok(())
        },
    );
}

#[test]
fn zigzag_between_grid_times_and_a_skipped_sample_change_nothing() {
    let price = |p: u64| Price::new(p * 1_000_000_000);
    let whole = start(100_000_000_000, 800_000)
        .sample(price(101), 4)
        .expect("price");
    // The same ends with a detour inside step 4: the second sample of a step is void.
    let detour = whole.sample(price(150), 4).expect("price");
    assert_eq!(whole, detour);
    // A steady trend sampled twice or once ends at the same price; one squared return over the whole
    // gap is larger than two over its halves together, by the factor two of a trend, never more.
    let twice = start(100_000_000_000, 800_000)
        .sample(price(110), 1)
        .and_then(|r| r.sample(price(121), 2))
        .expect("price");
    let once = start(100_000_000_000, 800_000)
        .sample(price(121), 2)
        .expect("price");
    assert!(twice.slow_vol() < once.slow_vol());
    assert!(u64::from(once.slow_vol().get()).pow(2) < 2 * u64::from(twice.slow_vol().get()).pow(2));
}

#[test]
fn refuses_no_price_and_a_volatility_outside_a_surface() {
    let one = Price::new(1);
    assert_eq!(
        RealisedVol::new(Price::ZERO, 0, Vol::new(500_000)),
        Err(RiskError::ZeroPrice)
    );
    let outside = Err(RiskError::ParameterOutOfBounds("vol"));
    assert_eq!(RealisedVol::new(one, 0, Vol::new(49_999)), outside);
    assert_eq!(RealisedVol::new(one, 0, Vol::new(5_000_001)), outside);
    let good = RealisedVol::new(one, i64::MIN, Vol::new(500_000)).expect("in range");
    assert_eq!(good.sample(Price::ZERO, 1), Err(RiskError::ZeroPrice));
    let far = good.sample(Price::MAX, i64::MAX).expect("price");
    assert!(
        far.slow_vol().get() < 10,
        "nothing is left after ages: {far:?}"
    );
}

/// Floor and true value of it at every tenor: three quarters of the slow one, less by the root of time.
#[test]
fn the_floor_falls_with_the_root_of_time_and_leaves_no_calendar_arbitrage() {
    let classes = [
        "a node is lifted",
        "all nodes are lifted",
        "none is",
        "held by a bound",
    ];
    let cases = (50_000u32..5_000_000, 50_000u32..5_000_000);
    for_all("floors", &classes, &cases, |(slow, atm), hits| {
        let seen = start(100_000_000_000, slow);
        let exact =
            |tenor: i64| 0.75 * f64::from(slow) * (86_400.0 / (tenor.max(86_400)) as f64).sqrt();
        for tenor in [
            0, 3_600, 86_400, 100_000, 604_800, 2_000_000, 15_552_000, 60_000_000,
        ] {
            let found = f64::from(seen.surface_floor(tenor).get());
            let expected = exact(tenor).max(50_000.0);
            prop_assert!(
                found <= expected + 1e-6 && expected < found + 2.0,
                "{found} for {expected}"
            );
        }
        let flat = Surface {
            atm_vol_ppm: [atm; 6],
            ..Surface::default()
        };
        let floored = seen.floored(&flat);
        prop_assert_eq!(floored.validate(), Ok(()));
        let nodes = floored.atm_vol_ppm.iter().zip(TENOR_SECONDS);
        for (vol, tenor) in nodes {
            prop_assert_eq!(*vol, atm.max(seen.surface_floor(tenor).get()));
        }
        let lifted = floored.atm_vol_ppm.iter().filter(|vol| **vol > atm).count();
        class(hits, classes[0], lifted > 0 && lifted < 6);
        class(hits, classes[1], lifted == 6);
        class(hits, classes[2], lifted == 0);
        class(hits, classes[3], exact(TENOR_SECONDS[5]) < 50_000.0);
        Ok(())
    });
}
