//! The display value of the last hour against simulated prices, and against its own laws.

use crate::averaging::{any_case, classes, Case};
use crate::cases::for_all;
use backstop_quantities::{Ppb, Price, UnixSeconds};
use backstop_risk::averaging::Average;
use backstop_risk::display::{
    averaged_option, european_greeks, AveragedOption, DisplayError, Terms,
};
use backstop_risk::pricing::Kind;
use proptest::prelude::*;

const EXPIRY: i64 = 1_800_000_000;
const YEAR: f64 = 31_536_000.0;
const PATHS: u32 = 40_000;

fn terms(kind: Kind, strike: f64, vol: f64) -> Terms {
    Terms {
        kind,
        spot: Price::new(150_000_000_000),
        strike: Price::new((strike * 1e9) as u64),
        seconds: 0,
        rate_ppb: 0,
        yield_ppb: 0,
        vol: Ppb::new((vol * 1e9) as u64),
    }
}

/// Standard normal numbers by Box and Muller from a xorshift generator.
struct Normal(u64);

impl Normal {
    fn uniform(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0
    }

    fn next(&mut self) -> f64 {
        let radius = (-2.0 * self.uniform().ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }
}

/// Mean payoff and its standard error, and those of payoff times sign of the option in the money
/// times what the open part of the average gains per unit of spot (the delta).
fn simulated(case: &Case, terms: &Terms, seed: u64) -> [(f64, f64); 2] {
    let mut normal = Normal(seed);
    let spot = terms.spot.get() as f64 / 1e9;
    let (strike, vol) = (
        terms.strike.get() as f64 / 1e9,
        terms.vol.get() as f64 / 1e9,
    );
    let known = case.average.final_sum as f64 / 1e9 + case.undecided as f64 * spot;
    let count = f64::from(case.average.count);
    let mut sums = [[0.0; 2]; 2];
    for path in 0..PATHS {
        let mirrored = if path % 2 == 0 { 1.0 } else { -1.0 };
        let (mut log, mut time, mut total) = (0.0, 0.0, 0.0);
        normal.0 = path_seed(seed, path >> 1);
        for at in &case.ahead {
            let step = (*at as f64 - time) / YEAR;
            log += mirrored * vol * step.sqrt() * normal.next() - vol * vol * step / 2.0;
            time = *at as f64;
            total += spot * f64::exp(log);
        }
        let gap = (known + total) / count - strike;
        let sign = if terms.kind == Kind::Call { 1.0 } else { -1.0 };
        let paid = (sign * gap).max(0.0);
        let moving = (total + case.undecided as f64 * spot) / spot / count;
        let delta = if paid > 0.0 { sign * moving } else { 0.0 };
        for (sum, value) in sums.iter_mut().zip([paid, delta]) {
            *sum = [sum[0] + value, sum[1] + value * value];
        }
    }
    let n = f64::from(PATHS);
    // Mirrored paths only lower the error; they are not counted on.
    sums.map(|[sum, squares]| {
        let mean = sum / n;
        (mean, ((squares / n - mean * mean).max(0.0) / n).sqrt())
    })
}

/// Both paths of a mirrored pair draw the same numbers.
fn path_seed(seed: u64, path: u32) -> u64 {
    (seed ^ (u64::from(path) + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15)) | 1
}

fn situation(final_count: u8, undecided: usize, missing_count: u8, left: i64, mean: f64) -> Case {
    let last = left + 60 * i64::from(missing_count);
    let open = 30 - usize::from(final_count) - undecided;
    let ahead = (0..open as i64).rev().map(|i| (last - 60 * i) as u64);
    Case {
        average: Average {
            expires_at: UnixSeconds::new(EXPIRY),
            count: 30,
            final_count,
            final_sum: (mean * 1e9) as u128 * u128::from(final_count),
            missing_count,
        },
        left,
        ahead: ahead.collect(),
        undecided,
    }
}

#[test]
fn values_and_deltas_agree_with_simulated_prices() {
    let situations = [
        ("an hour left", situation(0, 0, 0, 3_600, 0.0)),
        ("before the first point", situation(0, 0, 0, 1_750, 0.0)),
        ("a third known", situation(10, 0, 0, 1_170, 151.0)),
        ("two thirds known", situation(20, 0, 0, 590, 149.5)),
        ("one point left", situation(29, 0, 0, 45, 150.1)),
        ("undecided", situation(10, 5, 0, 890, 150.5)),
        ("missing", situation(20, 0, 3, 400, 149.9)),
    ];
    let mut worst = [0.0f64; 2];
    for (seed, (name, case)) in (1u64..).zip(situations) {
        for kind in [Kind::Call, Kind::Put] {
            for (strike, vol) in [(150.0, 0.8), (150.4, 3.0), (149.0, 1.5), (151.5, 2.0)] {
                let terms = terms(kind, strike, vol);
                let got = averaged_option(&terms, &case.average, case.now()).expect("priced");
                let both = [got.price_e18 as f64 / 1e18, got.delta_e18 as f64 / 1e18];
                let truth = simulated(&case, &terms, seed * 77_777);
                for ((worst, got), (mean, error)) in worst.iter_mut().zip(both).zip(truth) {
                    let misses = (got - mean).abs() / (error + 1e-9);
                    assert!(
                        misses < 5.0,
                        "{name} {kind:?} {strike} {vol}: {got} for {mean} +- {error}"
                    );
                    *worst = worst.max(misses);
                }
            }
        }
    }
    println!("worst price and delta in standard errors: {worst:?}");
}

/// Two moments stand for the law of the average: its second moment is the mean of e^(v min(ti, tj)),
/// whose logarithm exceeds the mean of v min(ti, tj) used here.
#[test]
fn the_second_moment_is_matched_to_what_is_stated() {
    let mut worst = 0.0f64;
    for points in 1..=30u32 {
        for first in [1.0, 60.0, 600.0, 1_860.0] {
            let times: Vec<f64> = (0..points).map(|i| first + 60.0 * f64::from(i)).collect();
            let mean = |f: &dyn Fn(f64) -> f64| {
                let pairs = times
                    .iter()
                    .flat_map(|a| times.iter().map(move |b| a.min(*b)));
                pairs.map(f).sum::<f64>() / f64::from(points * points)
            };
            let rate = 25.0 / YEAR;
            let used = (rate * mean(&|t| t)).sqrt();
            let exact = mean(&|t| (rate * t).exp()).ln().sqrt();
            worst = worst.max((exact / used - 1.0).abs());
        }
    }
    println!("deviation of the average at 500 %: off by {worst:.2e}");
    assert!(worst < 3e-4 && worst > 1e-5, "{worst:e}");
}

#[test]
fn the_last_hour_keeps_parity_bounds_and_order() {
    let cases = (any_case(), 100u64..200, 1u64..1_000_000_000, 300u64..5_000);
    let mut counted = classes();
    counted.retain(|class| class.0 != "after expiry");
    let counted: Vec<_> = counted.into_iter().map(|class| class.0).collect();
    type All = (Case, u64, u64, u64);
    let wrapped: Vec<crate::cases::Class<All>> = vec![
        (counted[0], |c| c.0.average.final_count == 0),
        (counted[1], |c| c.0.average.final_count == c.0.average.count),
        (counted[2], |c| {
            c.0.average.final_count > 0 && !c.0.ahead.is_empty()
        }),
        ("certain call", |c| both(c)[0].certain_e18 > 0),
        ("worthless put", |c| both(c)[1].price_e18 == 0),
    ];
    fn both(case: &All) -> [AveragedOption; 2] {
        [Kind::Call, Kind::Put].map(|kind| value(case, kind, case.0.average))
    }
    fn value((case, strike, odd, vol): &All, kind: Kind, average: Average) -> AveragedOption {
        let terms = Terms {
            strike: Price::new(strike * 1_000_000_000 + odd),
            ..terms(kind, 1.0, *vol as f64 / 1e3)
        };
        averaged_option(&terms, &average, case.now()).expect("priced")
    }
    for_all("last hour", cases, &wrapped, |case| {
        let (expiry, strike, odd, _) = case;
        let [call, put] = both(case);
        let average = expiry.average;
        let open = i128::from(average.count - average.final_count);
        let known = average.final_sum as i128 + open * 150_000_000_000;
        let count = i128::from(average.count);
        let forward = known - count * i128::from(strike * 1_000_000_000 + odd);
        let gap =
            (call.price_e18 as i128 - put.price_e18 as i128) * count - forward * 1_000_000_000;
        // K' is cut to 1e-9 quote, prices to 1e-16 of both sides.
        prop_assert!(gap.abs() <= count * (3_000_000_000 + 1_000), "{gap}");
        prop_assert!(call.price_e18 >= call.certain_e18 && put.price_e18 >= put.certain_e18);
        prop_assert!(call.delta_e18 >= 0 && put.delta_e18 <= 0);
        let most = open * 1_000_000_000_000_000_000 / count;
        prop_assert!(call.delta_e18 <= most && -put.delta_e18 <= most);
        // A higher known part helps the call and hurts the put.
        let higher = Average {
            final_sum: average.final_sum + 1_000_000_000,
            ..average
        };
        if average.final_count > 0 {
            let more = value(case, Kind::Call, higher).price_e18 + 4_000_000_000;
            prop_assert!(more >= call.price_e18);
            prop_assert!(value(case, Kind::Put, higher).price_e18 <= put.price_e18 + 4_000_000_000);
        }
        Ok(())
    });
}

#[test]
fn early_it_is_the_european_price_and_errors_are_named() {
    let average = Average::fresh(UnixSeconds::new(EXPIRY), 30);
    let call = terms(Kind::Call, 150.0, 0.8);
    let now = UnixSeconds::new(EXPIRY - 90_000);
    let plain = european_greeks(&Terms {
        seconds: 90_000,
        ..call
    })
    .expect("priced");
    let got = averaged_option(&call, &average, now).expect("priced");
    assert_eq!(
        (got.price_e18, got.delta_e18),
        (plain.price_e18, plain.delta_e18)
    );
    let value = |terms: Terms, average: &Average| averaged_option(&terms, average, now);
    assert_eq!(
        value(
            Terms {
                rate_ppb: 1,
                ..call
            },
            &average
        ),
        Err(DisplayError::RateInAverage)
    );
    assert_eq!(
        value(
            Terms {
                yield_ppb: -1,
                ..call
            },
            &average
        ),
        Err(DisplayError::RateInAverage)
    );
    assert_eq!(
        value(
            Terms {
                spot: Price::ZERO,
                ..call
            },
            &average
        ),
        Err(DisplayError::ZeroSpot)
    );
    let none = Average {
        count: 0,
        ..average
    };
    assert_eq!(value(call, &none), Err(DisplayError::BadAverage));
}
