//! The last hour: what is certain and what is left add up to the leg.

use crate::averaging::{any_case, Case, EXPIRY};
use crate::cases::{for_all, Class};
use backstop_quantities::{Contracts, Price, UnixSeconds};
use backstop_risk::averaging::{Average, Remainder, Written};
use backstop_risk::pricing::Kind;
use backstop_risk::RiskError;
use proptest::prelude::*;

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

/// Twenty of thirty points known at 160, ten ahead, spot 150.
#[test]
fn what_is_left_by_hand() {
    let average = Average {
        final_count: 20,
        final_sum: 3_200_000_000_000,
        ..Average::fresh(UnixSeconds::new(EXPIRY), 30)
    };
    let now = UnixSeconds::new(EXPIRY - 590);
    let rest = |kind, strike: u64, contracts| {
        let leg = Written {
            kind,
            strike: Price::new(strike * 1_000_000_000),
            quantity: Contracts::new(contracts),
        };
        let got = average.remainder(&leg, Price::new(150_000_000_000), now);
        let got = got.expect("in range");
        assert_eq!(got.seconds, 50 + 171);
        (got.strike.get(), got.quantity.get(), got.certain_atoms)
    };
    // (30 * 155 - 3 200) / 10 = 145.
    assert_eq!(
        rest(Kind::Call, 155, 3_000_000),
        (145_000_000_000, 1_000_000, 0)
    );
    assert_eq!(
        rest(Kind::Put, 155, -3_000_000),
        (145_000_000_000, -1_000_000, 0)
    );
    // A third of 1e-6 contracts is dropped, and 150 atoms are charged for up to one of them.
    assert_eq!(
        rest(Kind::Call, 155, -1_000_000),
        (145_000_000_000, -333_333, -150)
    );
    assert_eq!(
        rest(Kind::Call, 155, 1_000_000),
        (145_000_000_000, 333_333, 0)
    );
    // 30 * 106 < 3 200: the put is worthless and needs no margin, the call a third of the spot and 2/3.
    assert_eq!(rest(Kind::Put, 106, -3_000_000).1, 0);
    assert_eq!(rest(Kind::Put, 106, -3_000_000).2, 0);
    assert_eq!(rest(Kind::Call, 106, 3_000_000), (1, 1_000_000, 2_000_000));
    assert_eq!(
        rest(Kind::Call, 106, -3_000_000),
        (1, -1_000_000, -2_000_000)
    );
}
