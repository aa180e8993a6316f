//! The averaged surface against one summed second by second.

use crate::classes::{class, for_all, surfaces};
use backstop_quantities::UnixSeconds;
use backstop_risk::surface::{blend, Surface, TENOR_SECONDS};
use backstop_risk::volatility::AveragedSurface;
use proptest::prelude::*;

const START: i64 = 1_800_000_013;

fn at(seconds: i64) -> UnixSeconds {
    UnixSeconds::new(START + seconds)
}

fn nodes(s: &Surface) -> [i64; 8] {
    let v = s.atm_vol_ppm.map(i64::from);
    let (skew, bend) = (s.skew_ppm.into(), s.curvature_ppm.into());
    [v[0], v[1], v[2], v[3], v[4], v[5], skew, bend]
}

/// Updates as (seconds since the one before, surface); the first holds since ever.
#[derive(Clone, Debug)]
struct History {
    updates: Vec<(i64, Surface)>,
    after: i64,
}

fn histories() -> impl Strategy<Value = History> {
    let gap = prop_oneof![4 => 0..30i64, 4 => 30..200i64, 1 => 200..1_500i64];
    let after = prop_oneof![0..60i64, 60..900i64, 900..3_000i64];
    (prop::collection::vec((gap, surfaces()), 1..16), after)
        .prop_map(|(updates, after)| History { updates, after })
}

impl History {
    fn run(&self) -> (AveragedSurface, i64) {
        let mut now = 0;
        let mut average = AveragedSurface::new(&self.updates[0].1, at(0)).expect("valid");
        for (gap, surface) in &self.updates[1..] {
            now += gap;
            average.update(surface, at(now)).expect("valid");
        }
        (average, now + self.after)
    }

    /// What holds in the second that begins at `second`.
    fn holding(&self, second: i64) -> usize {
        let mut from = 0;
        let mut index = 0;
        for (i, (gap, _)) in self.updates.iter().enumerate().skip(1) {
            from += gap;
            if from <= second {
                index = i;
            }
        }
        index
    }

    /// Weights (of 600 * 60) of each update in the ten minutes up to `now`, or in the ten whole ones
    /// that ended five to six minutes before.
    fn weights(&self, now: i64, earlier: bool) -> Vec<i64> {
        let now = START + now;
        let end = if earlier {
            now.div_euclid(60) * 60 - 300
        } else {
            now
        };
        let begin = end - 600;
        let mut weights = vec![0; self.updates.len()];
        for second in begin.div_euclid(60) * 60..end {
            // The minute in which the window begins counts by its part inside.
            let minute = second.div_euclid(60) * 60;
            let weight = (minute + 60 - begin).min(60);
            weights[self.holding(second - START)] += weight;
        }
        weights
    }
}

#[test]
fn equals_the_sum_over_seconds_and_stays_between_its_inputs() {
    let classes = [
        "several surfaces in a minute",
        "one surface in the window",
        "over four in the window",
        "a gap of over 16 minutes",
    ];
    for_all("average", &classes, &histories(), |history, hits| {
        let (average, now) = history.run();
        for (earlier, found) in [
            (false, average.average(at(now))),
            (true, average.average_earlier(at(now))),
        ] {
            let weights = history.weights(now, earlier);
            prop_assert_eq!(weights.iter().sum::<i64>(), 36_000);
            let used = weights.iter().filter(|w| **w > 0).count();
            for (node, value) in nodes(&found).into_iter().enumerate() {
                let each = || {
                    history
                        .updates
                        .iter()
                        .map(|(_, s)| nodes(s)[node])
                        .zip(&weights)
                };
                let sum: i64 = each().map(|(v, w)| v * w).sum();
                prop_assert_eq!(value, sum.div_euclid(36_000));
                let inside = || each().filter(|(_, w)| **w > 0).map(|(v, _)| v);
                prop_assert!(inside().min() <= Some(value) && Some(value) <= inside().max());
                prop_assert!(used > 1 || Some(value) == inside().next(), "constant input");
            }
            class(hits, classes[1], used == 1);
            class(hits, classes[2], used > 4);
        }
        class(
            hits,
            classes[0],
            history.updates[1..].iter().any(|(gap, _)| *gap < 10),
        );
        class(hits, classes[3], history.after >= 960);
        Ok(())
    });
}

#[test]
fn one_surface_moves_it_by_no_more_than_the_time_it_held() {
    let classes = [
        "held under 10 s",
        "held over 100 s",
        "moved by a tenth of the difference",
    ];
    let cases = (histories(), any::<prop::sample::Index>(), surfaces());
    for_all(
        "weight",
        &classes,
        &cases,
        |(history, which, other), hits| {
            let index = which.index(history.updates.len());
            if index == 0 {
                return Ok(());
            }
            let (before, now) = history.run();
            let mut changed = history.clone();
            let next = history
                .updates
                .get(index + 1)
                .map_or(history.after, |u| u.0);
            let old = std::mem::replace(&mut changed.updates[index].1, other);
            let (after, _) = changed.run();
            let (was, is) = (
                nodes(&before.average(at(now))),
                nodes(&after.average(at(now))),
            );
            for node in 0..8 {
                let gap = (nodes(&old)[node] - nodes(&other)[node]).abs();
                let moved = (was[node] - is[node]).abs();
                prop_assert!(
                    moved <= gap * next.min(600) / 600 + 1,
                    "{moved} of {gap} for {next} s"
                );
                class(hits, classes[2], moved * 10 > gap);
            }
            class(hits, classes[0], next < 10);
            class(hits, classes[1], next > 100);
            Ok(())
        },
    );
}

#[test]
fn the_average_of_valid_surfaces_has_rising_total_variance() {
    let classes = ["mixed"];
    for_all("calendar", &classes, &histories(), |history, hits| {
        let (average, now) = history.run();
        let found = average.average(at(now));
        let last = &history.updates[history.updates.len() - 1].1;
        class(hits, classes[0], found != *last);
        // Two ppm: one that validation allows each surface, one that rounding down may take.
        let variance = |i: usize, more: u32| {
            let vol = u128::from(found.atm_vol_ppm[i] + more);
            vol * vol * TENOR_SECONDS[i] as u128
        };
        for i in 1..6 {
            prop_assert!(variance(i, 2) >= variance(i - 1, 0), "{found:?}");
        }
        Ok(())
    });
}

#[test]
fn refuses_an_invalid_surface_and_ignores_time_that_runs_backwards() {
    let flat = |vol| Surface {
        atm_vol_ppm: [vol; 6],
        ..Surface::default()
    };
    assert!(AveragedSurface::new(&flat(1), at(0)).is_err());
    let mut average = AveragedSurface::new(&flat(600_000), at(0)).expect("valid");
    let kept = average;
    assert!(average.update(&flat(1), at(50)).is_err());
    assert_eq!(average, kept);
    average.update(&flat(900_000), at(-500)).expect("valid");
    assert_eq!(average.average(at(-500)), flat(600_000));
    assert_eq!(
        average.average(at(300)),
        flat(750_000),
        "half of the window"
    );
    assert_eq!(average.average_earlier(at(300)), flat(600_000));
    assert_eq!(average.average(at(700)), flat(900_000));
    assert_eq!(average.average(at(i64::MAX - START)), flat(900_000));
}

/// Rounding lags a node that moves little behind one that moves far, so a surface blended in short
/// steps loses more of its total variance than validation allows a submission. It still has to be
/// averaged.
#[test]
fn takes_surfaces_blended_in_short_steps() {
    let rising = |first: u32| {
        let root = |days: f64| (f64::from(first) / days.sqrt()).ceil() as u32;
        Surface {
            atm_vol_ppm: [1.0, 7.0, 14.0, 30.0, 90.0, 180.0].map(root),
            ..Surface::default()
        }
    };
    let (mut surface, selected) = (rising(1_000_000), rising(1_020_000));
    assert_eq!((surface.validate(), selected.validate()), (Ok(()), Ok(())));
    let mut average = AveragedSurface::new(&surface, at(0)).expect("valid");
    let mut refused = 0;
    for second in 1..500 {
        surface = blend(&surface, &selected, 1);
        refused += i32::from(surface.validate().is_err());
        assert_eq!(average.update(&surface, at(second)), Ok(()));
    }
    assert!(refused > 100, "no longer a case: {refused}");
}
