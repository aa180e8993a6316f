//! What every account shows: cash counts itself, maintenance asks less than initial margin and scales
//! with the account, the order of legs does not matter, a spread needs no more than its width.

use crate::book::{any_book, sized, Book, SLACK};
use crate::cases::{for_all, Class};
use crate::common::{account, assessed, leg, QUOTE};
use backstop_risk::margin::Leg;
use backstop_risk::pricing::Kind;
use proptest::prelude::*;

const CLASSES: [Class<Book>; 6] = [
    ("bounded with shorts", |b| b.is_bounded() && has_short(b)),
    ("unbounded", |b| !b.is_bounded()),
    ("with underlying", |b| b.units > 0),
    ("several expiries", |b| b.expiries() > 1),
    ("debt", |b| b.debt > 0),
    ("initial margin scaled", |b| b.scale > 1_000_000_000),
];

fn has_short(book: &Book) -> bool {
    book.legs.iter().any(|leg| leg.quantity.is_short())
}

#[test]
fn cash_adds_exactly_itself() {
    let cases = (any_book(), 0u64..1_000_000 * QUOTE);
    let classes: [Class<(Book, u64)>; 2] = [
        ("bounded", |(b, _)| b.is_bounded()),
        ("unbounded", |(b, _)| !b.is_bounded()),
    ];
    for_all("cash", cases, &classes, |(book, cash)| {
        let before = book.assessed();
        let after = Book {
            quote: book.quote + cash,
            ..book.clone()
        }
        .assessed();
        prop_assert_eq!(after.health_im() - before.health_im(), *cash as i64);
        prop_assert_eq!(after.health_mm() - before.health_mm(), *cash as i64);
        Ok(())
    });
}

#[test]
fn maintenance_never_asks_more_than_initial_and_nothing_is_negative() {
    for_all("tiers", any_book(), &CLASSES, |book| {
        let got = book.assessed();
        prop_assert!(got.health_mm() + SLACK >= got.health_im());
        prop_assert!(got.value >= got.health_mm());
        prop_assert!(got.r_im >= 0 && got.r_mm >= 0);
        prop_assert!(got.loss_by_expiry.iter().all(|loss| *loss >= 0));
        Ok(())
    });
}

/// Slices of an auction count on it.
#[test]
fn maintenance_of_twice_the_account_is_twice_as_much() {
    for_all("homogeneous", any_book(), &CLASSES, |book| {
        let (one, two) = (book.assessed(), book.times(2).assessed());
        prop_assert!((two.r_mm - 2 * one.r_mm).abs() <= SLACK);
        prop_assert!((two.v_mm - 2 * one.v_mm).abs() <= SLACK);
        prop_assert!((two.value - 2 * one.value).abs() <= SLACK);
        for (double, single) in two.uncovered_atoms.into_iter().zip(one.uncovered_atoms) {
            prop_assert!(double.abs_diff(2 * single) <= SLACK as u64);
        }
        Ok(())
    });
}

#[test]
fn the_order_of_legs_does_not_matter() {
    for_all("order", any_book(), &CLASSES, |book| {
        let mut turned = book.clone();
        turned.legs.reverse();
        prop_assert_eq!(book.assessed(), turned.assessed());
        Ok(())
    });
}

/// Lower strike, width, contracts, whether calls, expiry.
type Spread = (u64, u64, i64, bool, u8);

#[test]
fn the_width_of_a_spread_is_always_enough() {
    let cases = (
        30u64..700,
        1u64..50,
        1i64..1_000_000_000,
        any::<bool>(),
        0u8..4,
    );
    let classes: [Class<Spread>; 4] = [
        ("calls", |case| case.3),
        ("puts", |case| !case.3),
        ("in the money", |case| (case.0 < 150) == case.3),
        ("out of the money", |case| (case.0 < 150) != case.3),
    ];
    for_all(
        "width",
        cases,
        &classes,
        |(low, width, size, calls, slot)| {
            let kind = if *calls { Kind::Call } else { Kind::Put };
            let near: Leg = leg(kind, *low, *size, *slot);
            let far = leg(kind, low + width, *size, *slot);
            let legs = if *calls {
                [sized(&near, -size), far]
            } else {
                [near, sized(&far, -size)]
            };
            let paid = width * size.unsigned_abs();
            let got = assessed(&account(paid, &[], &legs));
            prop_assert!(got.health_mm() >= 0, "{:?}", got);
            // And an atom that the last hour may cut.
            let got = assessed(&account(paid + 1, &[], &legs));
            prop_assert!(got.health_im() >= 0, "{:?}", got);
            Ok(())
        },
    );
}

#[test]
fn longs_without_debt_are_never_short_of_margin() {
    let left = prop_oneof![1u64..100, 100u64..1_000_000];
    let cases = (any_book(), left, 1i64..5_000_000_000);
    let classes: [Class<(Book, u64, i64)>; 4] = [
        ("worthless", |case| longs(case).assessed().value == 0),
        ("worth something", |case| longs(case).assessed().value > 0),
        ("in the last hour", |case| case.1 < 100),
        ("several expiries", |case| case.0.expiries() > 1),
    ];
    for_all("longs", cases, &classes, |case| {
        let got = longs(case).assessed();
        prop_assert!(
            got.value >= 0 && got.health_mm() >= 0 && got.health_im() >= 0,
            "{got:?}"
        );
        Ok(())
    });
}

/// The book's legs as longs far from the money or near it, with nothing else, this long before expiry.
fn longs((book, millionths_of_a_year, size): &(Book, u64, i64)) -> Book {
    let seconds = (*millionths_of_a_year as i64 * 31_536) / 1_000;
    let legs = book.legs.iter().map(|held| Leg {
        seconds_to_expiry: seconds,
        ..sized(held, *size)
    });
    Book {
        legs: legs.collect(),
        quote: 0,
        debt: 0,
        units: 0,
        ..book.clone()
    }
}
