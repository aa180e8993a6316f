//! Random options, and a count of how often each kind of case was met.

use backstop_quantities::{Ppb, Price};
use backstop_risk::display::Terms;
use backstop_risk::pricing::Kind;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestCaseResult, TestRunner};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

const CASES: u32 = 20_000;
const CLASSES: [&str; 12] = [
    "call",
    "put",
    "in the money",
    "at the money",
    "out of the money",
    "far out or in, |d| > 5",
    "under an hour",
    "over a year",
    "negative rate",
    "zero rate",
    "with yield",
    "sigma sqrt(T) above 1",
];

#[derive(Clone, Copy, Debug)]
pub struct Case {
    pub terms: Terms,
    /// From 0 to 1: how far the second option of a comparison is.
    pub distance: f64,
}

impl Case {
    /// A step of at least 1 and at most the whole, small ones as likely as large ones.
    pub fn step(&self, whole: u64) -> u64 {
        ((whole as f64 * 10f64.powf(-9.0 * self.distance)) as u64).max(1)
    }

    /// sigma sqrt(T), and ln(F/K) in units of it.
    fn shape(&self) -> (f64, f64) {
        let terms = self.terms;
        let years = terms.seconds as f64 / 31_536_000.0;
        let s = terms.vol.get() as f64 / 1e9 * years.sqrt();
        let carry = (terms.rate_ppb - terms.yield_ppb) as f64 / 1e9 * years;
        let moneyness = (terms.spot.get() as f64 / terms.strike.get() as f64).ln() + carry;
        (s, moneyness / s)
    }

    fn classes(&self) -> [bool; 12] {
        let terms = self.terms;
        let (s, d) = self.shape();
        let call = terms.kind == Kind::Call;
        let side = if call { d } else { -d };
        [
            call,
            !call,
            side > 1.0,
            side.abs() <= 1.0,
            side < -1.0,
            d.abs() > 5.0,
            terms.seconds < 3_600,
            terms.seconds > 31_536_000,
            terms.rate_ppb < 0,
            terms.rate_ppb == 0,
            terms.yield_ppb > 0,
            s > 1.0,
        ]
    }
}

fn between(low: f64, high: f64, at: f64) -> f64 {
    low * (high / low).powf(at)
}

/// Spot 0.001 to 1 000 000, one second to two years, volatility 1 % to 500 %, strikes within eight
/// deviations of the spot and a factor of 1 000.
fn any_case() -> impl Strategy<Value = Case> {
    (any::<bool>(), prop::array::uniform8(0.0f64..1.0)).prop_map(|(call, u)| {
        let seconds = between(1.0, 63_072_000.0, u[0]);
        let vol = between(0.01, 5.0, u[1]);
        let spot = between(1e6, 1e15, u[2]);
        let s = vol * (seconds / 31_536_000.0).sqrt();
        let shift = (16.0 * (u[3] - 0.5) * s).clamp(-6.9, 6.9);
        let rate_ppb = match (u[4] * 5.0) as u32 {
            0 => 0,
            1 => (-u[5] * 1e8) as i64,
            _ => (u[5] * 2.5e8) as i64,
        };
        let held = if u[6] < 0.5 {
            0.0
        } else {
            (u[6] - 0.5) * 2.4e8
        };
        Case {
            terms: Terms {
                kind: if call { Kind::Call } else { Kind::Put },
                spot: Price::new(spot as u64),
                strike: Price::new((spot * shift.exp()) as u64),
                seconds: seconds as i64,
                rate_ppb,
                yield_ppb: held as i64,
                vol: Ppb::new((vol * 1e9) as u64),
            },
            distance: u[7],
        }
    })
}

fn config() -> Config {
    Config {
        cases: CASES,
        failure_persistence: None,
        ..Config::default()
    }
}

/// Runs the property on 20 000 options, prints how often each class was met and fails if one was
/// met in fewer than a hundredth of them.
pub fn for_all(name: &str, property: impl Fn(&Case) -> TestCaseResult) {
    let counts = RefCell::new(BTreeMap::new());
    let result = TestRunner::new(config()).run(&any_case(), |case| {
        for (class, hit) in CLASSES.iter().zip(case.classes()) {
            *counts.borrow_mut().entry(*class).or_insert(0u32) += u32::from(hit);
        }
        property(&case)
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

/// Terms of any bits, shifted so that small and large numbers are equally likely.
fn any_terms() -> impl Strategy<Value = Terms> {
    let number = |least| (any::<u64>(), least..64u32).prop_map(|(bits, cut)| bits >> cut);
    let signed = || (any::<i64>(), 20u32..64).prop_map(|(bits, cut)| bits >> cut);
    let prices = (number(0), number(0), number(24));
    (any::<bool>(), prices, signed(), signed(), signed()).prop_map(
        |(call, (spot, strike, vol), seconds, rate_ppb, yield_ppb)| Terms {
            kind: if call { Kind::Call } else { Kind::Put },
            spot: Price::new(spot),
            strike: Price::new(strike),
            seconds,
            rate_ppb,
            yield_ppb,
            vol: Ppb::new(vol),
        },
    )
}

/// Runs the property on 20 000 terms of any bits; it says whether they could be priced, and both
/// answers must come up in a hundredth of them.
pub fn for_any(name: &str, property: impl Fn(&Terms) -> Result<bool, TestCaseError>) {
    let priced = Cell::new(0u32);
    let result = TestRunner::new(config()).run(&any_terms(), |terms| {
        priced.set(priced.get() + u32::from(property(&terms)?));
        Ok(())
    });
    if let Err(error) = result {
        panic!("{name}: {error}");
    }
    let priced = priced.get();
    println!("{name}: {priced} priced of {CASES}");
    assert!((CASES / 100..=CASES - CASES / 100).contains(&priced));
}
