//! Properties every margin-grade price must have, within its stated error, on 10 000 random options
//! each; how often every class was met is printed.

#[path = "laws/cases.rs"]
mod cases;

use backstop_quantities::{Price, Vol};
use backstop_risk::pricing::{intrinsic, option_price, Kind};
use cases::{for_all, Class};
use proptest::prelude::*;

fn price(kind: Kind, spot: u64, strike: u64, vol: u32, seconds: i64) -> u64 {
    option_price(
        kind,
        Price::new(spot),
        Price::new(strike),
        Vol::new(vol),
        seconds,
    )
    .get()
}

/// An option, and another one at a distance from 0 to 1.
#[derive(Clone, Copy, Debug)]
struct Case {
    kind: Kind,
    spot: u64,
    strike: u64,
    vol: u32,
    seconds: i64,
    distance: f64,
}

impl Case {
    fn price(&self) -> u64 {
        price(self.kind, self.spot, self.strike, self.vol, self.seconds)
    }

    /// The stated error, 1e-6 of max(spot, strike), and the cut to 1e-9 quote.
    fn error(&self) -> u64 {
        self.spot.max(self.strike) / 1_000_000 + 1
    }

    /// A step of at least 1 and at most the whole, small ones as likely as large ones.
    fn step(&self, whole: u64) -> u64 {
        ((whole as f64 * 10f64.powf(-9.0 * self.distance)) as u64).max(1)
    }

    /// sigma sqrt(T), and ln(S/K) in units of it.
    fn shape(&self) -> (f64, f64) {
        let s = f64::from(self.vol) / 1e6 * (self.seconds as f64 / 31_536_000.0).sqrt();
        (s, (self.spot as f64 / self.strike as f64).ln() / s)
    }
}

prop_compose! {
    /// Spot 0.001 to 1 000 000, one second to two years, volatility 1 % to 800 %, strikes within ten
    /// deviations of the spot and a factor of 30.
    fn any_case()(
        call in any::<bool>(),
        u in prop::array::uniform4(0.0f64..1.0),
        distance in 0.0f64..1.0,
    ) -> Case {
        let between = |low: f64, high: f64, at: f64| low * (high / low).powf(at);
        let seconds = between(1.0, 63_072_000.0, u[0]);
        let vol = between(0.01, 8.0, u[1]);
        let spot = between(1e6, 1e15, u[2]);
        let s = vol * (seconds / 31_536_000.0).sqrt();
        let shift = (20.0 * (u[3] - 0.5) * s).clamp(-3.4, 3.4);
        Case {
            kind: if call { Kind::Call } else { Kind::Put },
            spot: spot as u64,
            strike: (spot * shift.exp()) as u64,
            vol: (vol * 1e6) as u32,
            seconds: seconds as i64,
            distance,
        }
    }
}

fn side(case: &Case) -> f64 {
    let d = case.shape().1;
    if case.kind == Kind::Call {
        d
    } else {
        -d
    }
}

const CLASSES: [Class<Case>; 9] = [
    ("call", |c| c.kind == Kind::Call),
    ("put", |c| c.kind == Kind::Put),
    ("in the money", |c| side(c) > 1.0),
    ("at the money", |c| side(c).abs() <= 1.0),
    ("out of the money", |c| side(c) < -1.0),
    ("far, |d| > 5", |c| side(c).abs() > 5.0),
    ("under an hour", |c| c.seconds < 3_600),
    ("over a year", |c| c.seconds > 31_536_000),
    ("sigma sqrt(T) above 1", |c| c.shape().0 > 1.0),
];

#[test]
fn parity_holds_to_the_unit() {
    for_all("parity", any_case(), &CLASSES, |case| {
        let of = |kind| Case { kind, ..*case }.price();
        prop_assert_eq!(of(Kind::Call) + case.strike, of(Kind::Put) + case.spot);
        Ok(())
    });
}

#[test]
fn prices_lie_between_intrinsic_and_the_whole() {
    for_all("bounds", any_case(), &CLASSES, |case| {
        let least = intrinsic(case.kind, Price::new(case.spot), Price::new(case.strike)).get();
        let most = match case.kind {
            Kind::Call => case.spot,
            Kind::Put => case.strike,
        };
        prop_assert!((least..=most).contains(&case.price()));
        Ok(())
    });
}

#[test]
fn prices_rise_with_volatility() {
    for_all("volatility", any_case(), &CLASSES, |case| {
        let more = u32::try_from(case.step(u64::from(case.vol))).expect("at most the whole");
        let wilder = Case {
            vol: case.vol + more,
            ..*case
        };
        prop_assert!(case.price() <= wilder.price() + 2 * case.error());
        Ok(())
    });
}

#[test]
fn prices_rise_with_time() {
    for_all("time", any_case(), &CLASSES, |case| {
        let more = case.step(case.seconds.unsigned_abs()) as i64;
        let later = Case {
            seconds: case.seconds + more,
            ..*case
        };
        prop_assert!(case.price() <= later.price() + 2 * case.error());
        Ok(())
    });
}

#[test]
fn calls_fall_and_puts_rise_with_the_strike_and_the_other_way_with_the_spot() {
    for_all("strike", any_case(), &CLASSES, |case| {
        let dearer = Case {
            strike: case.strike + case.step(case.strike),
            ..*case
        };
        let higher = Case {
            spot: case.spot + case.step(case.spot),
            ..*case
        };
        let (now, error) = (case.price(), 2 * dearer.error().max(higher.error()));
        let (falls, rises) = match case.kind {
            Kind::Call => (dearer.price(), higher.price()),
            Kind::Put => (higher.price(), dearer.price()),
        };
        prop_assert!(falls <= now + error && now <= rises + error);
        // By no more than the strike moved.
        let moved = dearer.strike - case.strike;
        prop_assert!(now.abs_diff(dearer.price()) <= moved + error);
        Ok(())
    });
}

#[test]
fn prices_are_convex_in_the_strike() {
    for_all("convexity", any_case(), &CLASSES, |case| {
        let step = case.step(case.strike);
        let at = |times: u64| Case {
            strike: case.strike + times * step,
            ..*case
        };
        let (low, middle, high) = (at(0), at(1), at(2));
        // Four prices' errors.
        let wings = low.price() + high.price() + 4 * high.error();
        prop_assert!(wings >= 2 * middle.price());
        Ok(())
    });
}

#[test]
fn degenerate_inputs_are_intrinsic() {
    assert_eq!(price(Kind::Call, 0, 100, 500_000, 86_400), 0);
    assert_eq!(price(Kind::Put, 0, 100, 500_000, 86_400), 100);
    assert_eq!(price(Kind::Call, 100, 0, 500_000, 86_400), 100);
    assert_eq!(price(Kind::Put, 100, 0, 500_000, 86_400), 0);
    assert_eq!(price(Kind::Call, 150, 100, 0, 86_400), 50);
    assert_eq!(price(Kind::Call, 150, 100, 500_000, 0), 50);
    assert_eq!(price(Kind::Put, u64::MAX, 1, u32::MAX, i64::MAX), 1);
}

#[test]
fn a_textbook_price_comes_out() {
    // S = K = 100, 80 %, 30 days: 2 * 100 * (Phi(s/2) - 1/2), s = 0.8 * sqrt(30/365) = 0.229353
    let got = price(
        Kind::Call,
        100_000_000_000,
        100_000_000_000,
        800_000,
        2_592_000,
    );
    let truth = 9_129_840_782u64;
    assert!(got.abs_diff(truth) < 100_000, "{got}");
}
