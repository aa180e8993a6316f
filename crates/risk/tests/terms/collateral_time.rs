//! Rules of collateral over age, price and time.

use crate::cases::{for_all, Class};
use backstop_quantities::{Ppb, Price, UnixSeconds};
use backstop_risk::collateral::{
    aged_price, below_since, doubted_price, listed_ppb, market_counts, peg_ppb, redemption_floor,
    CollateralParams, MmWeight, Quotation,
};
use backstop_risk::RiskError;
use proptest::prelude::*;

const PARAMS: fn() -> CollateralParams = CollateralParams::default;
const HOUR: i64 = 3_600;

#[test]
fn rules_never_rise_with_age_and_never_fall_with_price_or_time() {
    let cases = (
        1u64..1 << 50,
        0i64..4_000,
        prop_oneof![Just(0i64), 1i64..100],
        900_000_000u64..1_050_000_000,
        0u64..50_000_000,
    );
    type Rules = (u64, i64, i64, u64, u64);
    let classes: [Class<Rules>; 4] = [
        ("no age", |c| c.2 == 0),
        ("older than it counts", |c| c.1 >= 3_000),
        ("peg partly lost", |c| {
            (950_000_000..990_000_000).contains(&c.3)
        }),
        ("peg lost", |c| c.3 <= 950_000_000),
    ];
    for_all(
        "rules",
        cases,
        &classes,
        |(price, age, older, peg, more)| {
            let params = PARAMS();
            let fresh = aged_price(Price::new(*price), *age, &params);
            prop_assert!(aged_price(Price::new(*price), age + older, &params) <= fresh);
            // Within a unit of the formula.
            let exact = *price as f64 * (1.0 - *age as f64 / 3_000.0).max(0.0);
            prop_assert!((fresh.get() as f64 - exact).abs() <= 2.0 + *price as f64 * 2e-9);
            let at = |p| peg_ppb(Price::new(p), &params);
            prop_assert!(at(*peg) <= at(peg + more));
            let since = |s| listed_ppb(UnixSeconds::new(0), UnixSeconds::new(s), &params);
            prop_assert!(since(age * 200) <= since((age + older) * 200));
            Ok(())
        },
    );
}

#[test]
fn confidence_never_raises_a_price_and_costs_nothing_up_to_what_is_free() {
    let cases = (
        1u64..1 << 50,
        0u64..60_000_000,
        1_000_000u64..50_000_000,
        0u64..20_000_000,
    );
    type Doubt = (u64, u64, u64, u64);
    let classes: [Class<Doubt>; 3] = [
        ("free", |c| c.1 <= c.2),
        ("beyond", |c| c.1 > c.2),
        ("more within what is free", |c| c.1 + c.3 <= c.2),
    ];
    for_all(
        "doubt",
        cases,
        &classes,
        |(price, confidence, free, more)| {
            let at = |confidence| doubted_price(Price::new(*price), confidence, *free).get();
            let kept = 1_000_000_000 - u128::from(confidence.saturating_sub(*free));
            let exact = u128::from(*price) * kept / 1_000_000_000;
            prop_assert_eq!(u128::from(at(*confidence)), exact);
            prop_assert!(at(confidence + more) <= at(*confidence));
            prop_assert_eq!(at(*free), *price);
            Ok(())
        },
    );
    assert_eq!(doubted_price(Price::new(7), u64::MAX, 0), Price::ZERO);
}

/// A market price that walks around the limit, observed now and then.
#[test]
fn the_market_counts_after_an_hour_of_observed_gap_and_never_before() {
    let steps = prop::collection::vec((0u64..12, 0i64..4_000), 1..12);
    let classes: [Class<Vec<(u64, i64)>>; 3] = [
        ("counts at last", |steps| walk(steps).1),
        ("below, not yet counting", |steps| {
            let (since, counts) = walk(steps);
            since.is_some() && !counts
        }),
        ("recovered", |steps| {
            walk(steps).0.is_none() && steps.iter().any(|s| s.0 > 5)
        }),
    ];
    fn walk(steps: &[(u64, i64)]) -> (Option<i64>, bool) {
        let (mut since, mut counts, mut now) = (None, false, 0);
        for (gap, wait) in steps {
            now += wait;
            let quoted = quoted(*gap, since);
            counts = market_counts(&quoted, UnixSeconds::new(now), &PARAMS());
            since = below_since(&quoted, UnixSeconds::new(now), &PARAMS());
        }
        (since.map(UnixSeconds::get), counts)
    }
    fn quoted(gap: u64, below_since: Option<UnixSeconds>) -> Quotation {
        Quotation {
            market: Price::new(100_000 - 1_000 * gap),
            redemption: Price::new(100_000),
            below_since,
        }
    }
    for_all("gap", steps, &classes, |steps| {
        let (since, counts) = walk(steps);
        // Independently: the time of the last observations in a row that were more than 5 % below.
        let (mut now, mut first) = (0, None);
        for (gap, wait) in steps {
            now += wait;
            first = if *gap > 5 { first.or(Some(now)) } else { None };
        }
        prop_assert_eq!(since, first);
        prop_assert_eq!(counts, first.is_some_and(|first| now - first >= HOUR));
        Ok(())
    });
    let future = quoted(10, Some(UnixSeconds::new(99)));
    assert_eq!(
        below_since(&future, UnixSeconds::new(7), &PARAMS()),
        Some(UnixSeconds::new(7))
    );
}

#[test]
fn a_cut_weight_rises_as_a_haircut_by_a_fifth_or_a_point_in_three_days() {
    let aims = prop::collection::vec((0u64..=1_000_000_000, 0i64..400_000), 1..10);
    let cases = (0u64..=1_000_000_000, aims, 0i64..400_000, 0i64..=259_200);
    type Cut = (u64, Vec<(u64, i64)>, i64, i64);
    let classes: [Class<Cut>; 4] = [
        ("small haircut", |c| c.0 > 950_000_000),
        ("several aims", |c| c.1.len() > 3),
        ("rising in the window", |c| {
            let (from, to, _) = window(c);
            to > from
        }),
        ("at its aim", |c| {
            let (_, to, aim) = window(c);
            to == aim
        }),
    ];
    /// Haircuts at the start and end of a window, and the one aimed at.
    fn window((start, aims, from, wait): &Cut) -> (u64, u64, u64) {
        let at = |end: i64| {
            let mut weight = MmWeight::new(Ppb::new(*start), UnixSeconds::new(0));
            let (mut now, mut aim) = (0, *start);
            for (next, wait) in aims {
                now += wait;
                if now > end {
                    break;
                }
                aim = *next;
                weight = weight.aim(Ppb::new(aim), UnixSeconds::new(now));
            }
            let value = weight.value(UnixSeconds::new(end));
            assert!(value.get() >= aim, "never below the weight aimed at");
            assert!(weight.weighted_atoms(1_000_000_000, UnixSeconds::new(end)) == value.get());
            (1_000_000_000 - value.get(), 1_000_000_000 - aim)
        };
        let (before, (after, aim)) = (at(*from).0, at(from + wait));
        (before, after, aim)
    }
    for_all("cut", cases, &classes, |case| {
        let (before, after, _) = window(case);
        prop_assert!(
            after <= before + (before / 5).max(10_000_000) + 2,
            "{before} {after}"
        );
        Ok(())
    });
}

#[test]
fn a_pool_redeems_its_part_rounded_down() {
    let cases = (
        prop_oneof![1u64..1_000, 1u64..10_000_000_000_000_000],
        prop_oneof![
            Just(0u64),
            1u64..1_000,
            1u64..1 << 40,
            (1u64 << 40)..u64::MAX
        ],
        prop_oneof![
            Just(0u64),
            1u64..1_000,
            1u64..1 << 40,
            (1u64 << 40)..u64::MAX
        ],
    );
    type Pool = (u64, u64, u64);
    let exact = |c: &Pool| u128::from(c.0) * u128::from(c.1) / u128::from(c.2.max(1));
    let classes: [Class<Pool>; 4] = [
        ("no tokens", |c| c.2 == 0),
        ("no lamports", |c| c.2 > 0 && c.1 == 0),
        ("a token worth less than the unit of price", |c| {
            c.2 > 0 && c.1 > 0 && u128::from(c.0) * u128::from(c.1) < u128::from(c.2)
        }),
        ("more than a price holds", |c| {
            c.2 > 0 && u128::from(c.0) * u128::from(c.1) / u128::from(c.2) > u128::from(u64::MAX)
        }),
    ];
    for_all("pools", cases, &classes, |case| {
        let (spot, lamports, supply) = *case;
        let redeemed = redemption_floor(Price::new(spot), lamports, supply);
        let exact = exact(case);
        let expected = match u64::try_from(exact) {
            _ if supply == 0 => Err(RiskError::ZeroPrice),
            Err(_) => Err(RiskError::TooLarge),
            Ok(0) => Err(RiskError::ZeroPrice),
            Ok(price) => Ok(Price::new(price)),
        };
        prop_assert_eq!(redeemed, expected);
        Ok(())
    });
}
