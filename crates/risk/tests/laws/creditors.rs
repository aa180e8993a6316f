//! What creditors of an estate take, what collateral converts at, what a lot cleared at.

use crate::cases::{for_all, Class};
use backstop_quantities::{Atoms, Price, Shares};
use backstop_risk::collateral::{atoms_worth_ceil, worth_ceil, worth_floor};
use backstop_risk::liquidation::{conversion_discount_ppb, conversion_price_ceil};
use backstop_risk::recapitalisation::clearing_price_ceil;
use backstop_risk::waterfall::estate_cash_ceil;
use proptest::prelude::*;

/// Cash at first, cash that came later, weights.
type Estate = (u64, u64, Vec<u64>);

fn estates() -> impl Strategy<Value = Estate> {
    let weight = prop_oneof![Just(1u64), 1u64..1 << 20, 1u64..1 << 50];
    let cash = prop_oneof![0u64..6, 0u64..100, 0u64..1 << 50];
    (cash.clone(), cash, prop::collection::vec(weight, 1..=8))
}

/// What each takes, one after the other, once of the first cash and once of all, and what is left.
fn taken((first, later, weights): &Estate) -> (Vec<u64>, u64) {
    let all: u64 = weights.iter().sum();
    let mut paid = vec![0u64; weights.len()];
    let mut cash = *first;
    for more in [*later, 0] {
        for (index, weight) in weights.iter().enumerate() {
            let sum = Atoms::new(paid.iter().sum());
            let mine = (Atoms::new(paid[index]), sum);
            let take = estate_cash_ceil(Atoms::new(cash), mine, (*weight, all)).expect("fits");
            assert!(take.get() <= cash);
            paid[index] += take.get();
            cash -= take.get();
        }
        cash += more;
    }
    (paid, cash)
}

#[test]
fn creditors_of_an_estate_take_all_of_it_by_weight_and_never_twice() {
    let classes: [Class<Estate>; 4] = [
        ("one creditor", |case| case.2.len() == 1),
        ("several", |case| case.2.len() > 1),
        ("more creditors than atoms", |case| {
            case.0 + case.1 < case.2.len() as u64
        }),
        ("cash came later", |case| case.1 > 0),
    ];
    for_all("creditors", estates(), &classes, |case| {
        let (first, later, weights) = case;
        let all: u64 = weights.iter().sum();
        let (paid, left) = taken(case);
        prop_assert_eq!(left, 0, "the last atom finds a taker");
        let total = u128::from(first + later);
        prop_assert_eq!(paid.iter().map(|p| u128::from(*p)).sum::<u128>(), total);
        for (paid, weight) in paid.iter().zip(weights) {
            // Each by its weight; those before it in line round up by an atom each, twice.
            let exact = u128::from(*weight) * total / u128::from(all);
            let off = u128::from(*paid).abs_diff(exact);
            prop_assert!(off <= 2 * weights.len() as u128, "{paid} of {exact}");
        }
        let cash = Atoms::new(*first);
        let none = (Atoms::ZERO, Atoms::ZERO);
        prop_assert_eq!(estate_cash_ceil(cash, none, (0, 0)), Some(cash));
        Ok(())
    });
}

/// Atoms sold, decimals, price, seconds since the conversion began, an estate.
type Sale = (u64, u8, u64, i64, bool);

#[test]
fn conversion_rounds_against_the_buyer() {
    let prices = prop_oneof![1u64..1_000, 1u64..1 << 50];
    let sales = (
        0u64..1 << 45,
        0u8..=12,
        prices,
        -10i64..20_000,
        any::<bool>(),
    );
    let classes: [Class<Sale>; 5] = [
        ("debtor", |case| !case.4),
        ("estate in its first half hour", |case| {
            case.4 && case.3 < 1_800
        }),
        ("estate after it", |case| {
            case.4 && (1_800..12_600).contains(&case.3)
        }),
        ("at its end", |case| case.3 >= 12_600),
        ("price of a few units", |case| case.2 < 1_000),
    ];
    for_all(
        "conversion",
        sales,
        &classes,
        |&(atoms, decimals, oracle, elapsed, estate)| {
            let oracle = Price::new(oracle);
            let price = conversion_price_ceil(oracle, elapsed, estate).expect("fits");
            let kept = conversion_discount_ppb(elapsed, estate).complement();
            let exact = u128::from(oracle.get()) * u128::from(kept.get());
            prop_assert_eq!(u128::from(price.get()), exact.div_ceil(1_000_000_000));
            prop_assert!(price <= oracle && !price.is_zero());
            let later = conversion_price_ceil(oracle, elapsed + 60, estate).expect("fits");
            prop_assert!(later <= price);
            let unit = 10u128.pow(u32::from(decimals) + 3);
            let worth = u128::from(atoms) * u128::from(price.get());
            let (Ok(low), Ok(high)) = (
                worth_floor(atoms, decimals, price),
                worth_ceil(atoms, decimals, price),
            ) else {
                prop_assert!(worth.div_ceil(unit) > u128::from(u64::MAX));
                return Ok(());
            };
            prop_assert_eq!(u128::from(low.get()), worth / unit);
            prop_assert_eq!(u128::from(high.get()), worth.div_ceil(unit));
            // The least atoms that are worth so much: one less would not do.
            let Ok(least) = atoms_worth_ceil(low, decimals, price) else {
                return Ok(());
            };
            prop_assert!(least <= atoms);
            let one_less = least.saturating_sub(1);
            prop_assert!(least == 0 || worth_ceil(one_less, decimals, price).expect("less") <= low);
            prop_assert!(worth_floor(least, decimals, price).expect("less") >= low);
            Ok(())
        },
    );
}

#[test]
fn a_lot_clears_at_what_was_paid_rounded_up() {
    let classes: [Class<(u64, u64)>; 3] = [
        ("exact", |case| case.0 * 1_000_000_000 % case.1 == 0),
        ("rounded", |case| case.0 * 1_000_000_000 % case.1 > 0),
        ("less than a token", |case| case.1 < 1_000_000),
    ];
    let paid = prop_oneof![1u64..1 << 33, (1u64..1 << 10).prop_map(|n| n << 20)];
    let tokens = prop_oneof![1u64..1 << 50, (0u32..30).prop_map(|shift| 1u64 << shift)];
    for_all(
        "clearing price",
        (paid, tokens),
        &classes,
        |&(paid, tokens)| {
            let price = clearing_price_ceil(Atoms::new(paid), Shares::new(tokens)).expect("fits");
            let exact = u128::from(paid) * 1_000_000_000;
            let bought = u128::from(price.get()) * u128::from(tokens);
            prop_assert!(bought >= exact && bought - exact < u128::from(tokens));
            Ok(())
        },
    );
    assert_eq!(clearing_price_ceil(Atoms::new(1), Shares::new(0)), None);
}
