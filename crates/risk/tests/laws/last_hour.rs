//! What was paid for before the last hour stays paid for: legs become shares of contracts and a known
//! part, each rounded, at every number of points that is still open.

use crate::cases::{for_all, Class};
use crate::common::{account, assessed, leg, QUOTE};
use backstop_quantities::{Contracts, Price, UnixSeconds};
use backstop_risk::averaging::{Average, Written};
use backstop_risk::margin::{ExpiryTerms, Leg, Portfolio, PLAIN_EXPIRIES};
use backstop_risk::pricing::Kind;
use proptest::prelude::*;
use std::cell::Cell;

const EXPIRY: i64 = 1_900_000_000;
const POINTS: u8 = 30;

/// Contracts bought at steps of a width, for each one traded.
const SHAPES: [&[i64]; 4] = [&[1, -1], &[-1, 1], &[1, -2, 1], &[-1, 2, -1]];

#[derive(Clone, Debug)]
struct Case {
    shape: usize,
    calls: bool,
    low: u64,
    width: u64,
    size: i64,
    /// Points that are final, and their price, quote scaled 1e9.
    known: u8,
    price: u64,
}

impl Case {
    fn written(&self) -> Vec<Written> {
        let kind = if self.calls { Kind::Call } else { Kind::Put };
        let steps = SHAPES[self.shape].iter().zip(0u64..);
        let written = steps.map(|(times, step)| Written {
            kind,
            strike: Price::new((self.low + step * self.width) * 1_000_000_000),
            quantity: Contracts::new(times * self.size),
        });
        written.collect()
    }

    /// The greatest loss of any of the shapes, a quote a contract being an atom a millionth.
    fn width_atoms(&self) -> u64 {
        self.width * self.size.unsigned_abs()
    }

    /// What initial margin asks beyond it: an atom for every leg but one.
    fn roundings(&self) -> u64 {
        SHAPES[self.shape].len() as u64 - 1
    }

    /// Health at maintenance margin, with so much quote, a second after the last point that is final.
    fn health_mm(&self, quote_atoms: u64) -> i64 {
        let average = Average {
            final_count: self.known,
            final_sum: u128::from(self.price) * u128::from(self.known),
            ..Average::fresh(UnixSeconds::new(EXPIRY), POINTS)
        };
        let now = UnixSeconds::new(EXPIRY - 60 * i64::from(POINTS - self.known) + 1);
        let mut terms = PLAIN_EXPIRIES;
        let mut legs: Vec<Leg> = Vec::new();
        for written in self.written() {
            let left = average.remainder(&written, now).expect("within range");
            terms[0] = ExpiryTerms {
                certain_atoms: terms[0].certain_atoms + left.certain_atoms,
                ..terms[0]
            };
            legs.push(Leg {
                strike: left.strike,
                quantity: left.quantity,
                seconds_to_expiry: left.seconds,
                ..leg(written.kind, 1, 1, 0)
            });
        }
        let portfolio = Portfolio {
            expiries: &terms,
            ..account(quote_atoms, &[], &legs)
        };
        assessed(&portfolio).health_mm()
    }

    /// Health at initial margin a week before.
    fn health_im(&self, quote_atoms: u64) -> i64 {
        let legs = self.written();
        let legs: Vec<Leg> = legs
            .iter()
            .map(|written| Leg {
                strike: written.strike,
                quantity: written.quantity,
                ..leg(written.kind, 1, 1, 0)
            })
            .collect();
        assessed(&account(quote_atoms, &[], &legs)).health_im()
    }
}

prop_compose! {
    fn any_case()(
        shape in 0usize..SHAPES.len(),
        calls in any::<bool>(),
        low in 30u64..300,
        width in 1u64..50,
        size in 1_000i64..1_000_000_000,
        known in 0u8..=POINTS,
        price in 20_000_000_000u64..500_000_000_000,
    ) -> Case {
        Case { shape, calls, low, width, size, known, price }
    }
}

#[test]
fn a_spread_or_butterfly_paid_for_stays_healthy_to_the_last_point() {
    let classes: [Class<Case>; 7] = [
        ("spreads", |case| case.shape < 2),
        ("long butterflies", |case| case.shape == 2),
        ("short butterflies", |case| case.shape == 3),
        ("calls", |case| case.calls),
        ("puts", |case| !case.calls),
        ("no point open", |case| case.known == POINTS),
        ("shares cut", |case| {
            case.size % i64::from(POINTS) != 0 && case.known % POINTS > 0
        }),
    ];
    let (needed, bare) = (Cell::new(0u32), Cell::new(0i64));
    for_all("last hour", any_case(), &classes, |case| {
        let paid = case.width_atoms();
        let asked = paid + case.roundings();
        prop_assert!(case.health_im(asked) >= 0, "{}", case.health_im(asked));
        let health = case.health_mm(asked);
        prop_assert!(health >= 0, "{}", health);
        let exact = case.health_mm(paid);
        needed.set(needed.get() + u32::from(exact < 0));
        bare.set(bare.get().min(exact));
        Ok(())
    });
    println!(
        "last hour: the atoms asked beside were needed {} times, {} at worst",
        needed.get(),
        bare.get()
    );
    assert!(needed.get() > 0);
}

/// Just what is owed is enough at maintenance margin and not at initial margin.
#[test]
fn initial_margin_asks_for_the_roundings_of_the_last_hour() {
    let legs = [
        leg(Kind::Call, 100, -1_000_000, 0),
        leg(Kind::Call, 110, 1_000_000, 0),
    ];
    let health = |quote| assessed(&account(quote, &[], &legs));
    assert_eq!(health(10 * QUOTE).health_im(), -1);
    assert!(health(10 * QUOTE).health_mm() >= 0);
    assert_eq!(health(10 * QUOTE + 1).health_im(), 0);
}

/// Two long shares leave calls short of a millionth at most; short of two, the loss has no bound, and more
/// than the greatest one of the strikes is asked.
#[test]
fn only_what_rounding_can_leave_uncovered_is_let_go() {
    let health = |short: i64| {
        let legs = [
            leg(Kind::Call, 100, short, 0),
            leg(Kind::Call, 110, 500_000, 0),
            leg(Kind::Call, 120, 500_000, 0),
        ];
        // 15 quote at the last strike, 20 atoms there for a millionth, two for the roundings.
        let got = assessed(&account(15 * QUOTE + 22, &[], &legs));
        (got.health_im(), got.health_mm())
    };
    assert_eq!(health(-1_000_001).0, 0);
    assert!(health(-1_000_001).1 >= 0);
    assert!(health(-1_000_002).0 < -50, "{:?}", health(-1_000_002));
    let naked = [leg(Kind::Call, 150, -1, 0)];
    assert!(assessed(&account(0, &[], &naked)).health_mm() < 0);
}
