//! What estates are expected to leave unpaid, and the haircut that makes.

use crate::cases::{for_all, Class};
use backstop_quantities::{Atoms, ONE_PPB};
use backstop_risk::estate::{
    estimated_haircut_ceil, exercise_waits, Means, Part, EXERCISE_WAITS_PPB,
};
use backstop_risk::margin::Assessment;
use backstop_risk::waterfall::redeem;
use proptest::prelude::*;

/// Means, and its expiries: value, debt, paid, weight, short.
type Estate = (u64, Vec<(i64, u64, u64, u64, bool)>);

fn estates() -> impl Strategy<Value = Estate> {
    let value = prop_oneof![Just(0i64), -(1i64 << 48)..1 << 40, -100i64..100];
    let debt = prop_oneof![3 => Just(0u64), 1 => 0u64..1 << 48, 1 => 0u64..100];
    let paid = prop_oneof![3 => Just(0u64), 1 => 0u64..1 << 40];
    let weight = prop_oneof![Just(1u64), 1u64..1 << 48];
    let part = (value, debt, paid, weight, any::<bool>());
    let means = prop_oneof![Just(0u64), 0u64..1 << 50, 0u64..100];
    (means, prop::collection::vec(part, 1..=8))
}

/// What it lacks in each expiry.
fn deficits((means, parts): &Estate) -> Vec<u64> {
    let means = Means {
        atoms: Atoms::new(*means),
        paid: Atoms::new(parts.iter().map(|part| part.2).sum()),
        weights: parts.iter().map(|part| part.3).sum(),
    };
    let deficit = |&(value, debt, paid, weight, is_short): &(i64, u64, u64, u64, bool)| {
        let part = Part {
            value,
            debt: Atoms::new(debt),
            paid: Atoms::new(paid),
            weight,
            is_short,
        };
        means.deficit(&part).expect("fits").get()
    };
    parts.iter().map(deficit).collect()
}

/// Whether an expiry was paid more than its share of all there was: those that came later took nothing from it.
fn overpaid((means, parts): &Estate) -> bool {
    let sum = |of: fn(&(i64, u64, u64, u64, bool)) -> u64| -> u128 {
        parts.iter().map(|part| u128::from(of(part))).sum()
    };
    let (had, weights) = (u128::from(*means) + sum(|part| part.2), sum(|part| part.3));
    let mut parts = parts.iter();
    parts.any(|part| u128::from(part.2) * weights > had * u128::from(part.3))
}

fn owes(part: &(i64, u64, u64, u64, bool)) -> u64 {
    part.0.min(0).unsigned_abs() + part.1
}

#[test]
fn an_estate_lacks_what_it_owes_less_its_share_and_is_never_overlooked() {
    let classes: [Class<Estate>; 8] = [
        ("one expiry", |case| case.1.len() == 1),
        ("several", |case| case.1.len() > 1),
        ("owes nothing", |case| {
            case.1.iter().all(|part| owes(part) == 0)
        }),
        ("can pay all", |case| {
            let all: u64 = case.1.iter().map(owes).sum();
            all > 0 && all <= case.0
        }),
        ("has nothing", |case| case.0 == 0),
        ("nobody was paid beyond his share", |case| !overpaid(case)),
        ("somebody was", overpaid),
        ("something was paid", |case| {
            case.1.iter().any(|part| part.2 > 0)
        }),
    ];
    for_all("what an estate lacks", estates(), &classes, |case| {
        let (means, parts) = case;
        let lacks = deficits(case);
        for (lack, part) in lacks.iter().zip(parts) {
            let nothing = owes(part) == 0 && !part.4;
            prop_assert_eq!(*lack == 0, nothing, "an atom marks it, and only it");
            prop_assert!(*lack <= owes(part).max(1), "no more than it owes");
        }
        // Where nobody was paid beyond his share, together they lack at least what all the means together do not pay.
        let owed: u128 = parts.iter().map(|part| u128::from(owes(part))).sum();
        let lacking: u128 = lacks.iter().map(|lack| u128::from(*lack)).sum();
        let paid = u128::from(*means) + parts.len() as u128;
        let enough = lacking + paid >= owed;
        prop_assert!(enough || overpaid(case), "{lacking} + {paid} of {owed}");
        // More means, no greater lack.
        let richer = deficits(&(means + 1_000, parts.clone()));
        prop_assert!(richer.iter().zip(&lacks).all(|(rich, lack)| rich <= lack));
        Ok(())
    });
}

/// What is lacking, and what the holders have.
type Expiry = (u64, u64);

#[test]
fn the_estimated_haircut_takes_what_is_lacking_and_no_more_than_all() {
    let worth = || prop_oneof![Just(0u64), 0u64..1_000, 0u64..1 << 56];
    let classes: [Class<Expiry>; 5] = [
        ("nothing lacks", |case| case.0 == 0),
        ("all lacks", |case| case.0 > 0 && case.0 >= case.1),
        ("a part lacks", |case| 0 < case.0 && case.0 < case.1),
        ("exercise waits", |case| {
            exercise_waits(Atoms::new(case.0), Atoms::new(case.1))
        }),
        ("exercise goes on at a lack", |case| {
            case.0 > 0 && !exercise_waits(Atoms::new(case.0), Atoms::new(case.1))
        }),
    ];
    let small = (0u64..1 << 46, 1u64 << 50..1 << 56);
    let cases = prop_oneof![(worth(), worth()), small];
    for_all("estimated haircut", cases, &classes, |&(lack, worth)| {
        let haircut = estimated_haircut_ceil(Atoms::new(lack), Atoms::new(worth));
        prop_assert!(haircut.get() <= ONE_PPB);
        prop_assert_eq!(
            haircut.get() == 0,
            lack == 0,
            "a lack is never rounded away"
        );
        let paid = redeem(Atoms::new(worth), haircut).paid.get();
        prop_assert!(paid <= worth.saturating_sub(lack), "rounded up");
        let one_less = u128::from(haircut.get().saturating_sub(1)) * u128::from(worth);
        let enough = one_less >= u128::from(lack) * u128::from(ONE_PPB);
        prop_assert!(
            !enough || lack == 0 || worth == 0,
            "and by no more than it must"
        );
        let most = u128::from(worth) * u128::from(EXERCISE_WAITS_PPB);
        let waits = u128::from(lack) * u128::from(ONE_PPB) > most;
        prop_assert_eq!(exercise_waits(Atoms::new(lack), Atoms::new(worth)), waits);
        Ok(())
    });
}

/// The means are what maintenance margin counts without the legs, and never less than the cash.
#[test]
fn the_means_of_an_estate_are_cash_and_collateral_without_its_legs() {
    let mut found = Assessment {
        v_mm: 700 - 1_000 + 250,
        ..Assessment::default()
    };
    found.counted_by_expiry[2] = -1_000;
    let quote = Atoms::new(900);
    // 900 of cash less 200 of debt, 250 of collateral.
    assert_eq!(Means::of(&found, quote, Atoms::new(200)), Atoms::new(1_150));
    // What lifts or lowers value by an error of prices takes no cash away.
    found.v_mm -= 300;
    assert_eq!(Means::of(&found, quote, Atoms::new(200)), quote);
    found.v_mm = i64::MIN;
    assert_eq!(Means::of(&found, quote, Atoms::ZERO), quote);
}
