//! Early exercise: nobody is assigned twice or spared, and what is collected pays what is exercised.

use crate::cases::{for_all, Class};
use backstop_quantities::Price;
use backstop_risk::assignment::{take_all, Exercise, LateIndex};
use proptest::prelude::*;

/// Shorts at the beginning, and exercises as parts of what is short then: parts per thousand and payoff.
type Life = (Vec<u64>, Vec<(u64, u64)>);

fn size() -> impl Strategy<Value = u64> {
    prop_oneof![1u64..100, 1u64..10_000_000, 1u64..(1 << 47)]
}

fn life() -> impl Strategy<Value = Life> {
    let payoff = prop_oneof![
        Just(0u64),
        0u64..1_000_000_000,
        0u64..100_000_000_000,
        0u64..1_000_000_000_000
    ];
    let part = prop_oneof![0u64..1_000, Just(1_000u64), Just(0)];
    (
        prop::collection::vec(size(), 1..8),
        prop::collection::vec((part, payoff), 0..8),
    )
}

/// The exercises as they happen: each of a part of what is short at its moment, at least a millionth of a contract.
fn exercises((shorts, parts): &Life) -> Vec<Exercise> {
    let mut left: u64 = shorts.iter().sum();
    let mut all = Vec::new();
    for (part, payoff) in parts {
        let contracts = (u128::from(left) * u128::from(*part) / 1_000).max(1) as u64;
        if let Some(one) = Exercise::new(contracts, left, Price::new(*payoff)) {
            left = one.shorts_left();
            all.push(one);
        }
    }
    all
}

const LIVES: [Class<Life>; 6] = [
    ("one short", |(shorts, _)| shorts.len() == 1),
    ("many shorts", |(shorts, _)| shorts.len() > 4),
    ("dust", |(shorts, _)| shorts.iter().any(|size| *size < 100)),
    ("all exercised", |life| {
        exercises(life)
            .last()
            .is_some_and(|one| one.shorts_left() == 0)
    }),
    ("several exercises", |life| exercises(life).len() > 3),
    ("worth nothing", |(_, parts)| {
        parts.iter().any(|(_, payoff)| *payoff == 0)
    }),
];

/// Contracts: as many shorts as holders are left, and at most one millionth more for each short and exercise. Money:
/// the shorts pay what the holders get, and at most a millionth of a contract and an atom more each.
#[test]
fn shorts_bear_what_is_exercised_and_little_more() {
    for_all("assignment", life(), &LIVES, |life| {
        let all = exercises(life);
        let total: u128 = life.0.iter().map(|size| u128::from(*size)).sum();
        let exercised: u128 = all.iter().map(|one| u128::from(one.contracts())).sum();
        let (mut left, mut cost) = (0, 0);
        for size in &life.0 {
            let borne = take_all(*size, &all).expect("in range");
            prop_assert_eq!(borne.remaining + borne.assigned, *size);
            left += u128::from(borne.remaining);
            cost += u128::from(borne.cost.get());
        }
        let steps = (life.0.len() * all.len()) as u128;
        prop_assert!(left >= total - exercised, "{left} of {total} - {exercised}");
        prop_assert!(left <= total - exercised + steps);
        let (mut paid, mut most) = (0, 0);
        for (one, (_, payoff)) in all.iter().zip(&life.1) {
            paid += u128::from(one.pays().expect("in range").get());
            let rounding = u128::from(*payoff).div_ceil(1_000_000_000) + 1;
            // What roundings left of the exercises before is assigned with the rest.
            most += (life.0.len() as u128) * rounding * (1 + all.len() as u128) + 1;
        }
        prop_assert!(cost >= paid, "{cost} collected, {paid} due");
        prop_assert!(
            cost <= paid + most,
            "{cost} collected, {paid} due and {most}"
        );
        Ok(())
    });
}

type Halves = (Life, u64, u64, usize);

const HALVES: [Class<Halves>; 3] = [
    ("none before", |(_, _, _, cut)| *cut == 0),
    ("some before", |(life, _, _, cut)| {
        (1..exercises(life).len()).contains(cut)
    }),
    ("dust", |(_, one, _, _)| *one < 100),
];

fn halves() -> impl Strategy<Value = Halves> {
    (life(), size(), size(), 0usize..4)
}

/// Bearing exercises late or at once is the same; a short in two accounts pays no less and keeps no less than in
/// one; a larger one bears no less.
#[test]
fn neither_waiting_nor_splitting_saves_anything() {
    for_all(
        "assignment in parts",
        halves(),
        &HALVES,
        |(life, one, other, cut)| {
            let (one, other) = (one % (1 << 45), other % (1 << 45));
            let mut life = life.clone();
            life.0.extend([one, other]);
            let all = exercises(&life);
            let (early, late) = all.split_at((*cut).min(all.len()));
            let first = take_all(one, early).expect("in range");
            let then = take_all(first.remaining, late).expect("in range");
            let whole = take_all(one, &all).expect("in range");
            prop_assert_eq!(then.remaining, whole.remaining);
            prop_assert_eq!(first.assigned + then.assigned, whole.assigned);
            prop_assert_eq!(first.cost.get() + then.cost.get(), whole.cost.get());

            let both = take_all(one + other, &all).expect("in range");
            let apart = take_all(other, &all).expect("in range");
            prop_assert!(whole.remaining + apart.remaining >= both.remaining);
            prop_assert!(both.assigned >= whole.assigned && both.remaining >= whole.remaining);
            if let [exercise] = all.as_slice() {
                let parts = [one, other].map(|size| exercise.take_from(size).expect("in range"));
                let sum: u64 = parts.iter().map(|part| part.cost.get()).sum();
                let joint = exercise.take_from(one + other).expect("in range");
                prop_assert!(sum >= joint.cost.get());
            }
            Ok(())
        },
    );
}

#[test]
fn an_exercise_takes_shares_rounded_against_the_shorts() {
    let third = Exercise::new(1_000_000, 3_000_000, Price::new(5_000_000_000)).expect("a third");
    assert_eq!(third.pays().expect("in range").get(), 5_000_000);
    assert_eq!(third.shorts_left(), 2_000_000);
    let borne = third.take_from(1_000_000).expect("in range");
    // A third is 0.333333 contracts down and 0.333334 up, at 5 quote each.
    assert_eq!((borne.assigned, borne.remaining), (333_333, 666_667));
    assert_eq!(borne.cost.get(), 1_666_670);
    let all = Exercise::new(7, 7, Price::new(1)).expect("all of it");
    let borne = all.take_from(9).expect("in range");
    assert_eq!((borne.assigned, borne.remaining), (9, 0));
    assert!(Exercise::new(0, 7, Price::new(1)).is_none());
    assert!(Exercise::new(8, 7, Price::new(1)).is_none());
}

/// What befalls rights that wait for late payers.
#[derive(Clone, Copy, Debug)]
enum Fate {
    /// A right that lacks this begins to wait.
    Joins(u64),
    /// Shorts repay this.
    Repays(u64),
    /// The right of this number asks for its part.
    Asks(usize),
}

fn fates() -> impl Strategy<Value = Vec<Fate>> {
    let amount = || prop_oneof![1u64..100, 1u64..1_000_000_000, 1u64..(1 << 50)];
    let fate = prop_oneof![
        amount().prop_map(Fate::Joins),
        amount().prop_map(Fate::Repays),
        (0usize..8).prop_map(Fate::Asks),
    ];
    prop::collection::vec(fate, 1..24)
}

/// A right: what it lacked, the index it began at, what it got.
type Waiting = (u64, u64, u64);

fn play(fates: &[Fate]) -> (Vec<Waiting>, u128) {
    let (mut late, mut rights, mut repaid) = (LateIndex::default(), Vec::<Waiting>::new(), 0u128);
    for fate in fates {
        match *fate {
            Fate::Joins(lacks) => {
                rights.push((lacks, late.index, 0));
                late = late.joined(lacks);
            }
            Fate::Repays(atoms) => {
                repaid += u128::from(atoms);
                late = late.repaid(atoms);
            }
            Fate::Asks(number) => {
                if let Some((lacks, since, got)) = rights.get_mut(number) {
                    let before = *got;
                    *got = late.share_floor(*lacks, *since);
                    assert!(*got >= before, "nothing is taken back");
                    if *got == *lacks && before < *lacks {
                        late = late.left(*lacks);
                    }
                }
            }
        }
    }
    for (lacks, since, got) in &mut rights {
        // One that had all of it has left: the index moved on without it.
        if *got < *lacks {
            *got = late.share_floor(*lacks, *since);
        }
    }
    (rights, repaid)
}

const FATES: [Class<Vec<Fate>>; 4] = [
    ("nobody waits", |fates| play(fates).0.is_empty()),
    ("several wait", |fates| play(fates).0.len() > 3),
    ("somebody has all of it", |fates| {
        play(fates).0.iter().any(|(lacks, _, got)| lacks == got)
    }),
    ("somebody has part of it", |fates| {
        play(fates)
            .0
            .iter()
            .any(|(lacks, _, got)| *got > 0 && got < lacks)
    }),
];

/// No right gets more than it lacks, all together no more than was repaid, and who asks often gets what he gets who
/// asks at the end.
#[test]
fn what_is_repaid_late_is_shared_and_never_more_than_it() {
    for_all("late payers", fates(), &FATES, |fates| {
        let (rights, repaid) = play(fates);
        let paid: u128 = rights.iter().map(|(_, _, got)| u128::from(*got)).sum();
        prop_assert!(paid <= repaid, "{paid} of {repaid}");
        prop_assert!(rights.iter().all(|(lacks, _, got)| got <= lacks));
        // Two rights that begin to wait together get the same part, to the atom.
        let mut twins = fates.clone();
        twins.retain(|fate| !matches!(fate, Fate::Asks(_)));
        let (all, _) = play(&twins);
        for pair in all.windows(2) {
            let ((one, since, got), (other, then, gets)) = (pair[0], pair[1]);
            if since == then {
                let (left, right) = (
                    u128::from(got) * u128::from(other),
                    u128::from(gets) * u128::from(one),
                );
                let atom = u128::from(one.max(other));
                prop_assert!(
                    left.abs_diff(right) <= atom,
                    "{got} of {one}, {gets} of {other}"
                );
            }
        }
        Ok(())
    });
}
