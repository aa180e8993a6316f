//! More collateral, more longs or fewer shorts never lower health; the class where a long or a
//! returned short does is stated, and what it costs there is bounded.

use crate::book::{any_book, cover_loss, healths, sized, Book, SLACK};
use crate::books::any_leg;
use crate::cases::{for_all, Class};
use crate::common::{leg, ONE, QUOTE};
use backstop_risk::margin::Leg;
use backstop_risk::pricing::Kind;
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

const BOOKS: [Class<(Book, Leg)>; 9] = [
    ("no short call", |(b, _)| b.short_calls() == 0),
    ("short calls all covered", |(b, _)| {
        b.short_calls() > 0 && b.is_bounded()
    }),
    ("short calls partly covered", |(b, _)| {
        b.covering() > 0 && !b.is_bounded()
    }),
    ("short calls without cover", |(b, _)| {
        b.units == 0 && !b.is_bounded()
    }),
    ("several expiries", |(b, _)| b.expiries() > 1),
    ("debt", |(b, _)| b.debt > 0),
    ("unhealthy", |(b, _)| b.assessed().health_mm() < 0),
    ("extra call", |(_, leg)| leg.kind == Kind::Call),
    ("extra put", |(_, leg)| leg.kind == Kind::Put),
];

/// Health of `after` is at least that of `before`, less `allowed`.
fn no_lower(before: &Book, after: &Book, allowed: [i64; 2]) -> TestCaseResult {
    let (old, new) = (healths(&before.assessed()), healths(&after.assessed()));
    for ((was, is), loss) in old.into_iter().zip(new).zip(allowed) {
        prop_assert!(
            is + loss + SLACK >= was,
            "{was} fell to {is}, allowed {loss}"
        );
    }
    Ok(())
}

/// The one class where adding a long or returning a short may lower health: units of underlying that
/// covered net short calls, and weighed 1, fall back to their weight; and where the greatest loss is
/// bounded they no longer count in it, each up to the highest strike.
fn released(before: &Book, after: &Book) -> [i64; 2] {
    let units = (before.covering() - after.covering()).max(0);
    if units == 0 {
        return [0, 0];
    }
    cover_loss(units).map(|weight| weight.max(after.cover_in_greatest_loss(units)))
}

#[test]
fn collateral_never_lowers_health() {
    let cases = (any_book(), (0u8..3, 1u64..1_000_000_000));
    let classes: [Class<(Book, (u8, u64))>; 6] = [
        ("quote", |(_, extra)| extra.0 == 0),
        ("underlying", |(_, extra)| extra.0 == 1),
        ("stable", |(_, extra)| extra.0 == 2),
        ("underlying to uncovered calls", |(b, extra)| {
            extra.0 == 1 && !b.is_bounded()
        }),
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
        no_lower(book, &after, [0, 0])
    });
}

#[test]
fn a_free_long_never_lowers_health_unless_it_releases_cover() {
    let mut classes = BOOKS.to_vec();
    classes.push(("releases cover", |(book, leg)| {
        book.with(sized(leg, leg.quantity.magnitude() as i64))
            .covering()
            < book.covering()
    }));
    for_all("long", (any_book(), any_leg()), &classes, |(book, leg)| {
        let after = book.with(sized(leg, leg.quantity.magnitude() as i64));
        no_lower(book, &after, released(book, &after))
    });
}

#[test]
fn a_short_given_back_never_lowers_health_unless_it_releases_cover() {
    let mut classes = BOOKS.to_vec();
    classes.push(("releases cover", |(book, leg)| {
        let short = book.with(sized(leg, -(leg.quantity.magnitude() as i64)));
        book.covering() < short.covering()
    }));
    for_all("short", (any_book(), any_leg()), &classes, |(book, leg)| {
        let size = leg.quantity.magnitude() as i64;
        let before = book.with(sized(leg, -size));
        no_lower(&before, book, released(&before, book))?;
        let half = book.with(sized(leg, -size / 2));
        no_lower(&before, &half, released(&before, &half))
    });
}

/// The class is real: the loss of weight is not made up by the smaller requirement.
#[test]
fn a_long_call_that_releases_cover_does_lower_health() {
    let short = leg(Kind::Call, 300, -ONE, 0);
    let covered = Book {
        legs: vec![short],
        units: 1_000_000,
        stable: 0,
        quote: 0,
        debt: 0,
    };
    let closed = covered.with(leg(Kind::Call, 750, ONE, 0));
    let (before, after) = (covered.assessed(), closed.assessed());
    let fall = before.health_im() - after.health_im();
    assert!(fall > QUOTE as i64, "{before:?} {after:?}");
    assert!(fall <= cover_loss(1_000_000)[0] + SLACK);
}

/// The greatest loss is real too: 95 covered calls with puts above them are capped at it, one far call
/// releases one unit, and the account loses more than the unit's whole price.
#[test]
fn a_released_unit_can_cost_more_than_its_price() {
    let legs = vec![
        leg(Kind::Call, 116, -95 * ONE, 0),
        leg(Kind::Put, 140, 113 * ONE, 0),
    ];
    let before = Book {
        legs,
        units: 95_000_000,
        stable: 0,
        quote: 0,
        debt: 0,
    };
    let after = before.with(leg(Kind::Call, 375, ONE, 0));
    let fall = before.assessed().health_im() - after.assessed().health_im();
    let price = 150 * QUOTE as i64;
    assert!(
        fall > price && fall <= released(&before, &after)[0] + SLACK,
        "{fall}"
    );
}

/// Writers of covered calls with puts, to whom a free call is added: the class in all its size.
#[test]
fn what_released_cover_costs_is_bounded() {
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
        };
        book.units = book.short_calls() as u64 + spare * 10_000_000;
        let after = book.with(leg(Kind::Call, extra.0, extra.1 * ONE, 0));
        (book, after)
    });
    let classes: [Class<(Book, Book)>; 2] = [
        ("releases cover", |(before, after)| {
            released(before, after)[0] > 0
        }),
        ("lowers health", |(before, after)| {
            after.assessed().health_im() < before.assessed().health_im()
        }),
    ];
    for_all("released cover", cases, &classes, |(before, after)| {
        no_lower(before, after, released(before, after))
    });
}
