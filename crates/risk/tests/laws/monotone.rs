//! More collateral, more longs or fewer shorts never lower health.

use crate::book::{any_book, error, healths, sized, soon, Book, SLACK};
use crate::books::any_leg;
use crate::cases::{for_all, Class};
use crate::common::{leg, ONE};
use backstop_risk::margin::Leg;
use backstop_risk::pricing::Kind;
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

const BOOKS: [Class<(Book, Leg)>; 11] = [
    ("no short call", |(b, _)| b.short_calls() == 0),
    ("short calls all covered", |(b, _)| {
        b.short_calls() > 0 && b.is_bounded()
    }),
    ("short calls partly covered", |(b, _)| {
        b.units > 0 && !b.is_bounded()
    }),
    ("short calls without cover", |(b, _)| {
        b.units == 0 && !b.is_bounded()
    }),
    ("several expiries", |(b, _)| b.expiries() > 1),
    ("hours to expiry", |(b, leg)| {
        b.legs.iter().chain([leg]).any(|l| l.expiry_index == 3)
    }),
    ("initial margin scaled", |(b, _)| b.scale > 1_000_000_000),
    ("debt", |(b, _)| b.debt > 0),
    ("unhealthy", |(b, _)| b.assessed().health_mm() < 0),
    ("extra call", |(_, leg)| leg.kind == Kind::Call),
    ("extra put", |(_, leg)| leg.kind == Kind::Put),
];

/// Health of `after` is at least that of `before`, less `allowed`.
fn no_lower(before: &Book, after: &Book, allowed: i64) -> TestCaseResult {
    let (old, new) = (healths(&before.assessed()), healths(&after.assessed()));
    // A scaled loss carries its error as often.
    let scaled = allowed * (after.scale / 1_000_000_000 + 1) as i64;
    for ((was, is), loss) in old.into_iter().zip(new).zip([scaled, allowed]) {
        prop_assert!(
            is + loss + SLACK >= was,
            "{was} fell to {is}, allowed {loss}"
        );
    }
    Ok(())
}

#[test]
fn collateral_never_lowers_health() {
    let cases = (any_book(), (0u8..3, 1u64..1_000_000_000));
    let classes: [Class<(Book, (u8, u64))>; 7] = [
        ("quote", |(_, extra)| extra.0 == 0),
        ("underlying", |(_, extra)| extra.0 == 1),
        ("stable", |(_, extra)| extra.0 == 2),
        ("underlying to uncovered calls", |(b, extra)| {
            extra.0 == 1 && !b.is_bounded()
        }),
        ("initial margin scaled", |(b, _)| b.scale > 1_000_000_000),
        ("debt", |(b, _)| b.debt > 0),
        ("several expiries", |(b, _)| b.expiries() > 1),
    ];
    for_all("collateral", cases, &classes, |(book, (which, more))| {
        let mut after = book.clone();
        match which {
            0 => after.quote += more,
            1 => after.units += more,
            _ => after.stable += more,
        }
        no_lower(book, &after, 0)
    });
}

#[test]
fn a_free_long_never_lowers_health() {
    let cases = (any_book(), any_leg().prop_map(|leg| soon(&leg)));
    let mut classes = BOOKS.to_vec();
    classes.push(("closes covered calls", |(book, leg)| {
        let long = sized(leg, leg.quantity.magnitude() as i64);
        book.units > 0 && book.with(long).short_calls() < book.short_calls()
    }));
    for_all("long", cases, &classes, |(book, leg)| {
        let long = sized(leg, leg.quantity.magnitude() as i64);
        no_lower(book, &book.with(long), error(&[long]))
    });
}

#[test]
fn a_short_given_back_never_lowers_health() {
    let cases = (any_book(), any_leg().prop_map(|leg| soon(&leg)));
    let mut classes = BOOKS.to_vec();
    classes.push(("closes covered calls", |(book, leg)| {
        let short = book.with(sized(leg, -(leg.quantity.magnitude() as i64)));
        book.units > 0 && book.short_calls() < short.short_calls()
    }));
    for_all("short", cases, &classes, |(book, leg)| {
        let size = leg.quantity.magnitude() as i64;
        let before = book.with(sized(leg, -size));
        no_lower(&before, book, 0)?;
        no_lower(&before, &book.with(sized(leg, -size / 2)), 0)
    });
}

/// Writers of covered calls with puts, to whom a free call is added: where cover used to be counted in
/// units, a call bought back freed them and health fell.
#[test]
fn a_call_that_closes_covered_calls_never_lowers_health() {
    let short = (60u64..460, 1i64..100).prop_map(|(strike, size)| (strike, -size));
    let others = prop::collection::vec((any::<bool>(), 60u64..460, -40i64..160), 0..4);
    let extra = (60u64..460, 1i64..100);
    let cases = (short, others, extra, 0u64..3).prop_map(|(short, others, extra, spare)| {
        let mut legs = vec![leg(Kind::Call, short.0, short.1 * ONE, 0)];
        for (call, strike, size) in others {
            let kind = if call { Kind::Call } else { Kind::Put };
            legs.push(leg(kind, strike, size * ONE, 0));
        }
        let mut book = Book {
            legs,
            units: 0,
            stable: 0,
            quote: 0,
            debt: 0,
            scale: 1_000_000_000,
        };
        book.units = book.short_calls() as u64 + spare * 10_000_000;
        (book, leg(Kind::Call, extra.0, extra.1 * ONE, 0))
    });
    let classes: [Class<(Book, Leg)>; 3] = [
        ("closes covered calls", |(book, extra)| {
            book.with(*extra).short_calls() < book.short_calls()
        }),
        ("held at the greatest loss", |(book, _)| {
            let got = book.assessed();
            got.health_im() > got.v_im - got.r_im - 1 && got.r_im > 0
        }),
        ("units to spare", |(book, _)| {
            book.units as i64 > book.short_calls()
        }),
    ];
    for_all("covered calls", cases, &classes, |(book, extra)| {
        no_lower(book, &book.with(*extra), error(&[*extra]))
    });
}
