//! How requirements add up: doubled accounts, accounts put together, one more contract.

use crate::book::{any_book, healths, sized, soon, Book, SLACK};
use crate::books::any_leg;
use crate::cases::{for_all, Class};
use crate::common::ONE;
use backstop_risk::margin::Leg;
use backstop_risk::pricing::Kind;
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

type Pair = (Book, Book);

/// Whether the parts lose a waiver by netting.
fn loses_waiver((left, right): &Pair) -> bool {
    left.lost_waiver(right) != [0, 0]
}

const PAIRS: [Class<Pair>; 9] = [
    ("no puts short beside underlying", |(a, b)| {
        !a.has_puts_beside_units() && !b.has_puts_beside_units()
    }),
    ("both with underlying", |(a, b)| a.units > 0 && b.units > 0),
    ("both unbounded", |(a, b)| {
        !a.is_bounded() && !b.is_bounded()
    }),
    ("both bounded", |(a, b)| a.is_bounded() && b.is_bounded()),
    ("several expiries", |(a, b)| a.joined(b).expiries() > 1),
    ("debt", |(a, b)| a.debt + b.debt > 0),
    ("initial margin scaled", |(a, _)| a.scale > 1_000_000_000),
    ("a waiver lost by netting", loses_waiver),
    ("covered calls, no waiver lost", |pair| {
        !loses_waiver(pair) && pair.0.units > 0 && pair.0.short_calls() > 0
    }),
];

#[test]
fn twice_the_account_needs_at_least_twice_as_much() {
    let classes: [Class<Book>; 5] = [
        ("bounded with shorts", |b| {
            b.is_bounded() && b.legs.iter().any(|l| l.quantity.is_short())
        }),
        ("unbounded", |b| !b.is_bounded()),
        ("with underlying", |b| b.units > 0),
        ("several expiries", |b| b.expiries() > 1),
        ("something required", |b| b.assessed().r_im > 0),
    ];
    for_all("doubled", any_book(), &classes, |book| {
        let (one, two) = (book.assessed(), book.times(2).assessed());
        prop_assert!(two.r_im + SLACK >= 2 * one.r_im);
        prop_assert!(two.r_mm + SLACK >= 2 * one.r_mm);
        Ok(())
    });
}

/// health(A + B) >= health(A) + health(B), less what is allowed; concentration apart.
fn together(pair: &Pair, allowed: [i64; 2]) -> TestCaseResult {
    let (left, right) = pair;
    let whole = healths(&left.joined(right).without_concentration());
    let parts = healths(&left.without_concentration())
        .into_iter()
        .zip(healths(&right.without_concentration()));
    let waivers = left.lost_waiver(right);
    for (((is, (a, b)), more), waiver) in whole.into_iter().zip(parts).zip(allowed).zip(waivers) {
        prop_assert!(
            is + more + waiver + SLACK >= a + b,
            "{is} for {a} and {b}, allowed {more} and {waiver}"
        );
    }
    Ok(())
}

/// Where no part has a greatest loss, no cap waives an add-on: no allowance but a lost waiver.
#[test]
fn unbounded_accounts_together_are_at_least_as_healthy_as_apart() {
    let naked = |mut book: Book, short: Leg| {
        // More calls short than all longs and units can offset.
        let enough = 9_000 * ONE + short.quantity.magnitude() as i64;
        let call = Leg {
            kind: Kind::Call,
            ..short
        };
        book.legs.push(sized(&call, -enough));
        book
    };
    let part = || (any_book(), any_leg()).prop_map(move |(book, leg)| naked(book, leg));
    let cases = (part(), part()).prop_map(|(a, b)| {
        let scale = a.scale;
        (a, Book { scale, ..b })
    });
    let classes: Vec<Class<Pair>> = PAIRS
        .into_iter()
        .filter(|(name, _)| *name != "both bounded")
        .collect();
    for_all("unbounded together", cases, &classes, |pair| {
        prop_assert!(!pair.0.is_bounded() && !pair.1.is_bounded());
        let slack = 10 * SLACK;
        together(pair, [slack, slack])
    });
}

/// What the cap asks less of a part than the scenarios do: where it binds, at most the part's own add-ons, and
/// haircut beside short puts; otherwise nothing.
fn waived_by_the_cap((left, right): &Pair) -> [i64; 2] {
    let of = |book: &Book| {
        let (held, add_ons, haircut) = (book.held(), book.most_add_ons(), book.most_waived());
        [0, 1].map(|tier| {
            if held[tier] {
                add_ons[tier] + haircut[tier]
            } else {
                0
            }
        })
    };
    let (one, other) = (of(left), of(right));
    [0, 1].map(|tier| one[tier] + other[tier])
}

/// With a cap: up to the add-ons, which the cap may waive for a part and not for the whole, at a scale
/// of 1 for the same reason, and on a surface without arbitrage, because otherwise there is no greatest
/// loss.
#[test]
fn accounts_together_are_at_least_as_healthy_as_apart() {
    let cases = (any_book(), any_book()).prop_map(|(a, b)| (a.calm(), b.calm()));
    let classes: Vec<Class<Pair>> = PAIRS
        .into_iter()
        .filter(|(name, _)| *name != "initial margin scaled")
        .collect();
    for_all("together", cases, &classes, |pair| {
        together(pair, waived_by_the_cap(pair))
    });
}

/// One more contract, long or short: at most what it would be short of in an account of its own.
#[test]
fn one_more_contract_costs_at_most_its_own_shortfall() {
    let cases = (any_book(), any_leg()).prop_map(|(book, leg)| {
        let leg = soon(&leg);
        let mut one = sized(&leg, ONE * leg.quantity.get().signum());
        // Every fourth one buys back a call the account has written, where it has.
        let written = (0..8).find(|expiry| book.net_calls(*expiry) < 0);
        if let (Some(expiry_index), 0) = (written, leg.quantity.get() % 4) {
            let back = Leg {
                kind: Kind::Call,
                expiry_index,
                ..leg
            };
            one = sized(&soon(&back), ONE);
        }
        let alone = Book {
            legs: vec![one],
            units: 0,
            stable: 0,
            quote: 0,
            debt: 0,
            scale: 1_000_000_000,
        };
        (book.calm(), alone.calm())
    });
    let classes: [Class<Pair>; 8] = [
        ("unbounded, nothing allowed", |pair| {
            !pair.0.is_bounded() && waived_by_the_cap(pair) == [0, 0]
        }),
        ("bounded, nothing allowed", |pair| {
            pair.0.is_bounded() && waived_by_the_cap(pair) == [0, 0]
        }),
        ("long", |(_, one)| one.legs[0].quantity.get() > 0),
        ("short", |(_, one)| one.legs[0].quantity.is_short()),
        ("covered call", |(book, one)| {
            one.short_calls() > 0 && book.joined(one).is_bounded() && book.units > 0
        }),
        ("to an account with shorts", |(book, _)| {
            book.legs.iter().any(|leg| leg.quantity.is_short())
        }),
        ("buys back a covered call", |(book, one)| {
            book.units > 0 && book.joined(one).short_calls() < book.short_calls()
        }),
        ("several expiries", |(book, _)| book.expiries() > 1),
    ];
    for_all("one more", cases, &classes, |pair| {
        prop_assert!(!loses_waiver(pair), "a single leg is no synthetic");
        together(pair, waived_by_the_cap(pair))
    });
}
