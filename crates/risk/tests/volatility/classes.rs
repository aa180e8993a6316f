//! Random cases, and a count of how often each kind of case was met.

use backstop_risk::surface::{Surface, MAX_CURVATURE_PPM, MAX_SKEW_PPM, TENOR_SECONDS};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseResult, TestRunner};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

const CASES: u32 = 10_000;

/// The classes one case belongs to.
pub type Hits = BTreeSet<&'static str>;

/// Runs the property on 10 000 cases, prints how often each class was met and fails if one was met in
/// fewer than a hundredth of them.
pub fn for_all<S: Strategy>(
    name: &str,
    classes: &[&'static str],
    cases: &S,
    property: impl Fn(S::Value, &mut Hits) -> TestCaseResult,
) {
    let counts: RefCell<BTreeMap<_, u32>> =
        RefCell::new(classes.iter().map(|class| (*class, 0)).collect());
    let config = Config {
        cases: CASES,
        failure_persistence: None,
        ..Config::default()
    };
    let result = TestRunner::new(config).run(cases, |case| {
        let mut hits = Hits::new();
        let outcome = property(case, &mut hits);
        for hit in hits {
            *counts.borrow_mut().entry(hit).or_insert(0) += 1;
        }
        outcome
    });
    if let Err(error) = result {
        panic!("{name}: {error}");
    }
    let counts = counts.into_inner();
    println!("{name}: {counts:?} of {CASES}");
    for (class, count) in counts {
        assert!(count >= CASES / 100, "{name}: {class} only {count} times");
    }
}

/// Puts the case into the class if the condition holds.
pub fn class(hits: &mut Hits, name: &'static str, holds: bool) {
    if holds {
        hits.insert(name);
    }
}

prop_compose! {
    /// Surfaces within their bounds whose total variance rises by up to a factor of four a tenor.
    pub fn surfaces()(
        first in prop_oneof![50_000u32..300_000, 200_000u32..5_000_000],
        rises in prop::array::uniform5(1.0f64..4.0),
        skew_ppm in -MAX_SKEW_PPM..=MAX_SKEW_PPM,
        curvature_ppm in 0i32..=MAX_CURVATURE_PPM,
    ) -> Surface {
        let mut atm_vol_ppm = [first; 6];
        for i in 1..6 {
            let shrink = TENOR_SECONDS[i - 1] as f64 / TENOR_SECONDS[i] as f64;
            let vol = f64::from(atm_vol_ppm[i - 1]) * (shrink * rises[i - 1]).sqrt();
            atm_vol_ppm[i] = (vol.ceil() as u32).clamp(50_000, 5_000_000);
        }
        Surface { atm_vol_ppm, skew_ppm, curvature_ppm }
    }
}
