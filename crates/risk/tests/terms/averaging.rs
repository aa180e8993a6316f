//! The last hour: what is certain and what is left add up to the leg; time and variance of the rest.

use crate::cases::{for_all, Class};
use backstop_quantities::{Contracts, Price, UnixSeconds};
use backstop_risk::averaging::{Average, Remainder, Written};
use backstop_risk::pricing::Kind;
use backstop_risk::RiskError;
use proptest::prelude::*;

const EXPIRY: i64 = 1_800_000_000;

/// An expiry in its last hour or the quarter of an hour after it.
#[derive(Clone, Debug)]
pub struct Case {
    pub average: Average,
    /// Seconds left.
    pub left: i64,
    /// Times from now of the points ahead.
    pub ahead: Vec<u64>,
    /// Points past without a decision.
    pub undecided: usize,
}

impl Case {
    pub fn now(&self) -> UnixSeconds {
        UnixSeconds::new(EXPIRY - self.left)
    }

    fn open(&self) -> u64 {
        u64::from(self.average.count - self.average.final_count)
    }
}

prop_compose! {
    /// Each point that is past is final, missing or undecided; a missing one adds a minute.
    pub fn any_case()(
        count in prop_oneof![Just(30u8), Just(30u8), 1u8..=30],
        left in prop_oneof![-900i64..=0, 0i64..1_740, 0i64..=3_600],
        fates in prop::collection::vec((0u8..20, 50_000_000_000u64..250_000_000_000), 90),
        quiet in 0u8..4,
    ) -> Case {
        let mut average = Average::fresh(UnixSeconds::new(EXPIRY), count);
        let (mut ahead, mut undecided, mut needed, mut index) = (Vec::new(), 0, count, 0);
        while index < needed {
            let from_now = left + (i64::from(index) + 1 - i64::from(count)) * 60;
            let (fate, price) = fates[usize::from(index)];
            if from_now > 0 {
                ahead.push(from_now as u64);
            } else if fate < 2 && quiet > 1 {
                average.missing_count += 1;
                needed += 1;
            } else if fate < 5 && quiet > 0 {
                undecided += 1;
            } else {
                average.final_count += 1;
                average.final_sum += u128::from(price);
            }
            index += 1;
        }
        Case { average, left, ahead, undecided }
    }
}

pub fn classes() -> Vec<Class<Case>> {
    vec![
        ("nothing known", |c| c.average.final_count == 0),
        ("all known", |c| c.open() == 0),
        ("partly known", |c| {
            c.average.final_count > 0 && !c.ahead.is_empty()
        }),
        ("undecided", |c| c.undecided > 0 && !c.ahead.is_empty()),
        ("missing", |c| {
            c.average.missing_count > 0 && !c.ahead.is_empty()
        }),
        ("after expiry", |c| c.left <= 0),
        ("fewer than thirty", |c| c.average.count < 30),
    ]
}

#[test]
fn seconds_are_the_variance_of_the_mean_of_the_open_points() {
    for_all("variance", any_case(), &classes(), |case| {
        prop_assert_eq!(case.ahead.len() + case.undecided, case.open() as usize);
        // Variance of the mean of a Brownian motion: the sum of min(ti, tj) over m^2.
        let pairs = case
            .ahead
            .iter()
            .flat_map(|a| case.ahead.iter().map(move |b| *a.min(b)));
        let square = (case.open() * case.open()).max(1);
        let exact = pairs.sum::<u64>().div_ceil(square);
        prop_assert_eq!(case.average.effective_seconds(case.now()), exact as i64);
        Ok(())
    });
}

#[test]
fn variance_never_rises_with_time_and_never_jumps() {
    let cases = (any_case(), 1i64..120);
    let classes: [Class<(Case, i64)>; 4] = [
        ("partly known", |(c, _)| {
            c.average.final_count > 0 && !c.ahead.is_empty()
        }),
        ("crosses a point", |(c, wait)| {
            c.ahead.first().is_some_and(|first| *first <= *wait as u64)
        }),
        ("crosses the last point", |(c, wait)| {
            c.ahead.last().is_some_and(|last| *last <= *wait as u64)
        }),
        ("undecided", |(c, _)| c.undecided > 0),
    ];
    for_all("time", cases, &classes, |(case, wait)| {
        let seconds = |left: i64| {
            case.average
                .effective_seconds(UnixSeconds::new(EXPIRY - left))
        };
        let (now, then) = (seconds(case.left), seconds(case.left - wait));
        prop_assert!(then <= now && now - then <= wait + 1);
        Ok(())
    });
}

#[test]
fn a_point_that_becomes_final_moves_no_variance() {
    let classes: [Class<Case>; 2] = [
        ("undecided and ahead", |c| {
            c.undecided > 0 && !c.ahead.is_empty()
        }),
        ("missing", |c| c.average.missing_count > 0),
    ];
    for_all("final", any_case(), &classes, |case| {
        if case.undecided == 0 {
            return Ok(());
        }
        let decided = Average {
            final_count: case.average.final_count + 1,
            ..case.average
        };
        let (m, fewer) = (case.open() as i64, case.open() as i64 - 1);
        let before = m * m * case.average.effective_seconds(case.now());
        let after = fewer * fewer * decided.effective_seconds(case.now());
        prop_assert!((before - after).abs() <= m * m, "{before} {after}");
        Ok(())
    });
}

#[test]
fn the_glide_into_the_last_hour_is_continuous() {
    for count in 1..=30 {
        let average = Average::fresh(UnixSeconds::new(EXPIRY), count);
        let seconds = |left: i64| average.effective_seconds(UnixSeconds::new(EXPIRY - left));
        for left in 7_200..8_000 {
            assert_eq!(seconds(left), left);
        }
        for left in 1..7_300 {
            let fall = seconds(left) - seconds(left - 1);
            assert!((0..=2).contains(&fall), "{count} points, {left} s: {fall}");
        }
        assert_eq!(seconds(0), 0);
    }
    let thirty = Average::fresh(UnixSeconds::new(EXPIRY), 30);
    let seconds = |left: i64| thirty.effective_seconds(UnixSeconds::new(EXPIRY - left));
    // 1 860 + 60 * 29 * 59 / 180 = 2 430.3; halfway there 5 400 - 584.8.
    assert_eq!((seconds(3_600), seconds(5_400)), (2_431, 4_816));
    assert_eq!(seconds(i64::MAX), i64::MAX);
    assert_eq!(thirty.effective_seconds(UnixSeconds::new(i64::MAX)), 0);
}

/// A leg and prices of the open points, the spot among them.
type Priced = (Case, Written, Vec<u64>);

fn priced() -> impl Strategy<Value = Priced> {
    let leg = (any::<bool>(), 1u64..4_000, -1_000_000_000i64..1_000_000_000);
    let strike = prop_oneof![
        10_000_000_000u64..400_000_000_000,
        140_000_000_000u64..160_000_000_000
    ];
    let prices = prop::collection::vec(100_000_000_000u64..200_000_000_000, 31);
    (any_case(), leg, strike, prices).prop_map(|(case, (call, odd, quantity), strike, prices)| {
        let leg = Written {
            kind: if call { Kind::Call } else { Kind::Put },
            strike: Price::new(strike + odd),
            quantity: Contracts::new(quantity),
        };
        (case, leg, prices)
    })
}

fn remainder((case, leg, prices): &Priced) -> Remainder {
    let spot = Price::new(prices[30]);
    case.average
        .remainder(leg, spot, case.now())
        .expect("in range")
}

fn payoff(kind: Kind, price: f64, strike: f64) -> f64 {
    match kind {
        Kind::Call => (price - strike).max(0.0),
        Kind::Put => (strike - price).max(0.0),
    }
}

#[test]
fn what_is_certain_and_what_is_left_pay_what_the_leg_pays() {
    let classes: [Class<Priced>; 9] = [
        ("long call", |c| {
            c.1.kind == Kind::Call && !c.1.quantity.is_short()
        }),
        ("short call", |c| {
            c.1.kind == Kind::Call && c.1.quantity.is_short()
        }),
        ("long put", |c| {
            c.1.kind == Kind::Put && !c.1.quantity.is_short()
        }),
        ("short put", |c| {
            c.1.kind == Kind::Put && c.1.quantity.is_short()
        }),
        ("all known", |c| c.0.open() == 0),
        ("known above the strike", |c| {
            c.0.open() > 0
                && c.0.average.final_sum
                    > u128::from(c.1.strike.get()) * u128::from(c.0.average.count)
        }),
        ("strike moved by a tenth", |c| {
            let got = remainder(c);
            !got.quantity.is_zero()
                && got.strike.get().abs_diff(c.1.strike.get()) > c.1.strike.get() / 10
        }),
        ("part of the quantity", |c| {
            let got = remainder(c).quantity.magnitude();
            0 < got && got < c.1.quantity.magnitude()
        }),
        ("charged for the rounding", |c| {
            let got = remainder(c);
            got.certain_atoms < 0 && got.certain_atoms > -1_000
        }),
    ];
    for_all("parts", priced(), &classes, |case| {
        let (expiry, leg, prices) = case;
        let got = remainder(case);
        let open: Vec<f64> = prices
            .iter()
            .take(expiry.open() as usize)
            .map(|p| *p as f64)
            .collect();
        let sum: f64 = open.iter().sum();
        let settled = (expiry.average.final_sum as f64 + sum) / f64::from(expiry.average.count);
        let per_unit = leg.quantity.get() as f64 / 1e9;
        let exact = per_unit * payoff(leg.kind, settled, leg.strike.get() as f64);
        let mean = if open.is_empty() {
            0.0
        } else {
            sum / open.len() as f64
        };
        let left =
            payoff(leg.kind, mean, got.strike.get() as f64) * got.quantity.get() as f64 / 1e9;
        let parts = left + got.certain_atoms as f64;
        // The strike is cut to 1e-9 quote: below 3e-9 a unit. A short is charged what rounding drops.
        let unit = 2.0 + leg.quantity.magnitude() as f64 * 3e-9;
        let dropped = mean.max(got.strike.get() as f64) / 1e9;
        prop_assert!(
            (parts - exact).abs() <= unit + 2.0 * dropped,
            "{parts} for {exact}"
        );
        let worst = (prices[30] as f64).max(got.strike.get() as f64);
        if leg.quantity.is_short() && mean <= worst {
            prop_assert!(parts <= exact + unit, "a short gains: {parts} for {exact}");
        }
        if !leg.quantity.is_short() {
            prop_assert!(parts <= exact + unit, "a long gains: {parts} for {exact}");
        }
        Ok(())
    });
}

#[test]
fn equal_positions_on_both_sides_stay_equal() {
    let classes: [Class<Priced>; 3] = [
        ("something left", |c| !remainder(c).quantity.is_zero()),
        ("something certain", |c| {
            remainder(c).certain_atoms.abs() > 1_000
        }),
        ("nothing left", |c| remainder(c).quantity.is_zero()),
    ];
    for_all("equal", priced(), &classes, |(case, leg, prices)| {
        let other = Contracts::new(-leg.quantity.get());
        let mirror = Written {
            quantity: other,
            ..*leg
        };
        let spot = Price::new(prices[30]);
        let one = remainder(&(case.clone(), *leg, prices.clone()));
        let two = case
            .average
            .remainder(&mirror, spot, case.now())
            .expect("in range");
        prop_assert_eq!((one.strike, one.seconds), (two.strike, two.seconds));
        prop_assert_eq!(one.quantity.get(), -two.quantity.get());
        let gap = one.certain_atoms + two.certain_atoms;
        let charge = (one.strike.max(spot).get() / 1_000_000_000) as i64 + 2;
        prop_assert!(-charge <= gap && gap <= 0, "{gap}");
        Ok(())
    });
}

#[test]
fn an_average_beyond_its_bounds_is_refused() {
    let good = Average::fresh(UnixSeconds::new(EXPIRY), 30);
    let refused = |average: Average, name| {
        assert_eq!(
            average.validate(),
            Err(RiskError::ParameterOutOfBounds(name))
        );
    };
    assert_eq!(good.validate(), Ok(()));
    refused(Average { count: 0, ..good }, "settlement_points");
    refused(Average { count: 31, ..good }, "settlement_points");
    refused(
        Average {
            final_count: 31,
            ..good
        },
        "final_count",
    );
    refused(
        Average {
            missing_count: 61,
            ..good
        },
        "missing_count",
    );
    let leg = Written {
        kind: Kind::Call,
        strike: Price::MAX,
        quantity: Contracts::new(i64::MAX),
    };
    let (spot, now) = (Price::MAX, UnixSeconds::new(EXPIRY - 60));
    let partly = Average {
        final_count: 29,
        ..good
    };
    assert_eq!(partly.remainder(&leg, spot, now), Err(RiskError::TooLarge));
    let full = Average {
        final_count: 30,
        final_sum: u128::MAX,
        ..good
    };
    assert_eq!(full.remainder(&leg, spot, now), Err(RiskError::TooLarge));
}

#[test]
fn before_the_last_hour_a_leg_is_itself() {
    let average = Average::fresh(UnixSeconds::new(EXPIRY), 30);
    let leg = Written {
        kind: Kind::Put,
        strike: Price::new(77_000_000_001),
        quantity: Contracts::new(-7_654_321),
    };
    let left = |seconds: i64| {
        let now = UnixSeconds::new(EXPIRY - seconds);
        average
            .remainder(&leg, Price::new(80_000_000_000), now)
            .expect("in range")
    };
    let same = |seconds| Remainder {
        strike: leg.strike,
        quantity: leg.quantity,
        seconds,
        certain_atoms: 0,
    };
    assert_eq!(left(90_000), same(90_000));
    assert_eq!(left(3_601), same(2_432));
    assert_eq!(left(3_600), same(2_431));
    assert_eq!(left(1_740), same(571));
}
