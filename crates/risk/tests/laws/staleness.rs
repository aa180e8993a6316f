//! A stale surface: an add-on under the cap, never a part of a value.

use crate::book::{any_book, healths, sized, soon, Book, SLACK};
use crate::cases::{for_all, Class};
use crate::common::{account, leg, ONE};
use backstop_quantities::Vol;
use backstop_risk::margin::{assess, Assessment, Leg, MarginParams, Portfolio, Regime};
use backstop_risk::pricing::Kind;
use proptest::prelude::*;

/// The greatest widening there is, 500 points.
const MOST_PPM: u32 = 5_000_000;

fn widened(given: &Portfolio, widening_ppm: u32) -> Assessment {
    let params = MarginParams::default();
    let wide = |leg: &Leg| Leg {
        vol_gap_ppm: widening_ppm,
        ..*leg
    };
    let legs: Vec<Leg> = given.legs.iter().map(wide).collect();
    let regime = Regime {
        widening_mm_ppm: widening_ppm,
        ..Regime::of(&params)
    };
    let portfolio = Portfolio {
        legs: &legs,
        ..*given
    };
    assess(&portfolio, &regime).expect("within range")
}

/// Lower strike, width, contracts, whether calls, expiry, widening.
type Spread = (u64, u64, i64, bool, u8, u32);

/// Short with its width in quote, or long with nothing: both can lose nothing they do not hold.
#[test]
fn a_spread_that_is_paid_stays_healthy_however_stale_the_surface() {
    let cases = (
        30u64..700,
        1u64..50,
        prop_oneof![-1_000_000_000i64..0, 1i64..1_000_000_000],
        any::<bool>(),
        0u8..4,
        prop_oneof![0u32..=MOST_PPM, Just(MOST_PPM)],
    );
    let classes: [Class<Spread>; 5] = [
        ("short", |case| case.2 < 0),
        ("long", |case| case.2 > 0),
        ("calls", |case| case.3),
        ("tight", |case| case.1 < 5),
        ("very stale", |case| case.5 > 1_000_000),
    ];
    for_all(
        "stale spreads",
        cases,
        &classes,
        |(low, width, size, calls, slot, widening)| {
            let kind = if *calls { Kind::Call } else { Kind::Put };
            let (near, far) = (leg(kind, *low, 1, *slot), leg(kind, low + width, 1, *slot));
            // A positive size owns the option that is worth more.
            let legs = if *calls {
                [sized(&near, *size), sized(&far, -size)]
            } else {
                [sized(&near, -size), sized(&far, *size)]
            };
            let paid = if *size < 0 {
                width * size.unsigned_abs()
            } else {
                0
            };
            let got = widened(&account(paid, &[], &legs), *widening);
            prop_assert!(got.value >= 0 && got.v_mm >= 0 && got.v_im >= 0, "{got:?}");
            // Initial margin asks an atom more for what rounding may take in the last hour.
            prop_assert!(got.health_mm() >= 0 && got.health_im() >= -1, "{got:?}");
            let fresh = widened(&account(paid, &[], &legs), 0);
            prop_assert_eq!(got.value, fresh.value);
            Ok(())
        },
    );
}

#[test]
fn margin_never_falls_with_widening_and_value_never_moves() {
    let classes: [Class<(Book, u32, u32)>; 4] = [
        ("maintenance rises", |(book, less, more)| {
            of(book, *less).r_mm < of(book, less + more).r_mm
        }),
        (
            "maintenance held at the greatest loss",
            |(book, less, more)| *more > 0 && of(book, *less).r_mm == of(book, less + more).r_mm,
        ),
        ("bounded", |(book, ..)| book.is_bounded()),
        ("unbounded", |(book, ..)| !book.is_bounded()),
    ];
    let cases = (any_book(), 0u32..MOST_PPM / 2, 0u32..MOST_PPM / 2);
    for_all("widening", cases, &classes, |(book, less, more)| {
        let (before, after) = (of(book, *less), of(book, less + more));
        prop_assert!(before.r_mm <= after.r_mm && before.r_im <= after.r_im);
        prop_assert_eq!((before.value, before.v_im), (after.value, after.v_im));
        prop_assert!(before.health_mm() >= after.health_mm());
        Ok(())
    });
}

fn of(book: &Book, widening_ppm: u32) -> Assessment {
    let holdings = book.holdings();
    let portfolio = Portfolio {
        debt_atoms: book.debt,
        ..account(book.quote, &holdings, &book.legs)
    };
    widened(&portfolio, widening_ppm)
}

prop_compose! {
    /// Underlying beside a put short and more puts long, struck near spot below it and soon over. Between the
    /// strikes the least waives haircut for what the short put lacks, which V does not.
    fn backspread()(
        book in any_book(), strike in 146u64..154, width in 25u64..70, short in 1i64..500,
        times in 12i64..25, tenths in 2i64..10,
    ) -> Book {
        let put = |strike, tenths: i64| soon(&leg(Kind::Put, strike, tenths * short * ONE / 10, 3));
        Book {
            legs: vec![put(strike + width, -10), put(strike, times)],
            units: (tenths * short * ONE / 10) as u64,
            ..book
        }
    }
}

/// A book, the gap, and by how many thousandths of it each leg's volatility lies elsewhere.
type Elsewhere = (Book, u32, Vec<i64>);

/// The legs at volatilities within the gap: each its own where nothing bounds the loss; where something does
/// all alike, because a greatest loss needs a surface without arbitrage.
fn elsewhere((book, gap_ppm, thousandths): &Elsewhere) -> (Book, Book) {
    let bounded = book.is_bounded();
    let base = if bounded { book.calm() } else { book.clone() };
    let own = |place: usize| {
        thousandths[if bounded {
            0
        } else {
            place % thousandths.len()
        }]
    };
    let moved = base.legs.iter().enumerate().map(|(place, leg)| {
        let shift = i64::from(*gap_ppm) * own(place) / 1_000;
        let vol = (i64::from(leg.vol.get()) + shift) as u32;
        Leg {
            vol: Vol::new(vol),
            ..*leg
        }
    });
    let moved = Book {
        legs: moved.collect(),
        ..base.clone()
    };
    (base, moved)
}

/// Both tiers with so wide a gap; initial margin as the book scales it.
fn gapped(book: &Book, gap_ppm: u32) -> [i64; 2] {
    let params = MarginParams::default();
    let wide = |leg: &Leg| Leg {
        vol_gap_ppm: gap_ppm,
        ..*leg
    };
    let legs: Vec<Leg> = book.legs.iter().map(wide).collect();
    let regime = Regime {
        widening_mm_ppm: gap_ppm,
        im_scale_ppb: book.scale,
        ..Regime::of(&params)
    };
    let holdings = book.holdings();
    let portfolio = Portfolio {
        debt_atoms: book.debt,
        ..account(book.quote, &holdings, &legs)
    };
    healths(&assess(&portfolio, &regime).expect("within range"))
}

/// Up to what V lies below the least at the other surface, where nothing is required at either
/// (`docs/margin-laws.md`, the gap): exact prices and the dual of the least say how much that is, not the kernel.
#[test]
fn the_gap_covers_every_surface_within_it_as_shocked() {
    let cases = (
        prop_oneof![9 => any_book(), 1 => backspread()],
        1_000u32..250_000,
        prop::collection::vec(-1_000i64..=1_000, 8),
    );
    let classes: [Class<Elsewhere>; 7] = [
        ("below the least there", |case| {
            let (_, moved) = elsewhere(case);
            moved.below_least().iter().any(|(below, _)| *below > 0.0)
        }),
        ("bounded with shorts", |(book, ..)| {
            book.is_bounded() && book.legs.iter().any(|leg| leg.quantity.is_short())
        }),
        ("unbounded", |(book, ..)| !book.is_bounded()),
        ("all at the ends of the gap", |(book, _, parts)| {
            !book.legs.is_empty() && parts[0].abs() > 900
        }),
        ("higher", |(.., parts)| parts[0] > 0),
        ("lower", |(.., parts)| parts[0] < 0),
        ("initial margin scaled", |(book, ..)| {
            book.scale > 1_000_000_000
        }),
    ];
    for_all("gap", cases, &classes, |case| {
        let (base, moved) = elsewhere(case);
        let (covered, there) = (gapped(&base, case.1), gapped(&moved, 0));
        let below = moved.below_least();
        for ((covered, there), (below, puts)) in covered.into_iter().zip(there).zip(below) {
            prop_assert!(
                below <= puts + 1.0,
                "{below} below the least, {puts} by puts"
            );
            prop_assert!(
                covered <= there + below.ceil() as i64 + 4 * SLACK,
                "{covered} with the gap, {there} there, {below} below the least"
            );
        }
        Ok(())
    });
}
