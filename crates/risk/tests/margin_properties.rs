//! Properties of margin on random books.

#[path = "common/books.rs"]
mod books;
mod common;

use backstop_quantities::{Contracts, Vol};
use backstop_risk::margin::{Leg, Portfolio};
use backstop_risk::pricing::Kind;
use books::{any_leg, any_legs};
use common::{account, assessed, underlying, ONE, QUOTE};
use proptest::prelude::*;

/// Rounding of a handful of Q30 products per leg, and the mantissa of its notional.
const SLACK: i64 = 2_000;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn adding_cash_adds_exactly_that_health(legs in any_legs(), cash in 0u64..1_000_000 * QUOTE) {
        let before = assessed(&account(QUOTE, &[], &legs));
        let after = assessed(&account(QUOTE + cash, &[], &legs));
        prop_assert_eq!(after.health_im() - before.health_im(), cash as i64);
        prop_assert_eq!(after.health_mm() - before.health_mm(), cash as i64);
    }

    #[test]
    fn adding_underlying_never_lowers_health(
        legs in any_legs(), units in 0u64..100_000_000, more in 1u64..100_000_000,
    ) {
        let (few, many) = ([underlying(units)], [underlying(units + more)]);
        let before = assessed(&account(0, &few, &legs));
        let after = assessed(&account(0, &many, &legs));
        prop_assert!(after.health_im() + SLACK >= before.health_im());
        prop_assert!(after.health_mm() + SLACK >= before.health_mm());
    }

    #[test]
    fn adding_a_long_never_lowers_health(mut legs in any_legs(), extra in any_leg()) {
        let before = assessed(&account(QUOTE, &[], &legs));
        let size = extra.quantity.magnitude() as i64;
        legs.push(Leg { quantity: Contracts::new(size), ..extra });
        let after = assessed(&account(QUOTE, &[], &legs));
        prop_assert!(after.health_im() + SLACK >= before.health_im());
        prop_assert!(after.health_mm() + SLACK >= before.health_mm());
    }

    #[test]
    fn being_given_a_short_back_never_lowers_health_without_cover(
        mut legs in any_legs(), short in any_leg(), part in 0i64..100,
    ) {
        let size = short.quantity.magnitude() as i64;
        legs.push(Leg { quantity: Contracts::new(-size), ..short });
        let before = assessed(&account(QUOTE, &[], &legs));
        let last = legs.len() - 1;
        legs[last].quantity = Contracts::new(-size * part / 100);
        let after = assessed(&account(QUOTE, &[], &legs));
        prop_assert!(after.health_im() + SLACK >= before.health_im());
        prop_assert!(after.health_mm() + SLACK >= before.health_mm());
    }

    #[test]
    fn maintenance_never_asks_more_than_initial(
        legs in any_legs(), units in 0u64..100_000_000, debt_atoms in 0u64..1_000 * QUOTE,
    ) {
        let holdings = [underlying(units)];
        let got = assessed(&Portfolio { debt_atoms, ..account(QUOTE, &holdings, &legs) });
        prop_assert!(got.health_mm() + SLACK >= got.health_im());
        prop_assert!(got.value >= got.health_mm());
        prop_assert!(got.r_im >= 0 && got.r_mm >= 0);
        prop_assert!(got.loss_by_expiry.iter().all(|loss| *loss >= 0));
    }

    #[test]
    fn twice_the_book_needs_twice_as_much(legs in any_legs(), units in 0u64..50_000_000) {
        let doubled: Vec<Leg> = legs
            .iter()
            .map(|leg| Leg { quantity: Contracts::new(2 * leg.quantity.get()), ..*leg })
            .collect();
        let (one, two) = ([underlying(units)], [underlying(2 * units)]);
        let single = assessed(&account(QUOTE, &one, &legs));
        let double = assessed(&account(2 * QUOTE, &two, &doubled));
        prop_assert!((double.r_im - 2 * single.r_im).abs() <= SLACK);
        prop_assert!((double.r_mm - 2 * single.r_mm).abs() <= SLACK);
        prop_assert!((double.value - 2 * single.value).abs() <= SLACK);
    }

    /// Up to the short-option floor, which the cap at the greatest loss may waive for one of the books
    /// and not for both. One volatility, because a surface with arbitrage has no greatest loss.
    #[test]
    fn books_together_need_no_more_than_apart(left in any_legs(), right in any_legs()) {
        let flat = |leg: &Leg| Leg { vol: Vol::new(800_000), ..*leg };
        let left: Vec<Leg> = left.iter().map(flat).collect();
        let right: Vec<Leg> = right.iter().map(flat).collect();
        let both: Vec<Leg> = left.iter().chain(&right).copied().collect();
        let shorts: i64 = both.iter().map(|leg| (-leg.quantity.get()).max(0)).sum();
        let floor = |per_thousand: i64| shorts * 150 / 1_000 * per_thousand + SLACK;
        let (a, b) = (assessed(&account(0, &[], &left)), assessed(&account(0, &[], &right)));
        let joined = assessed(&account(0, &[], &both));
        prop_assert!(joined.health_mm() + floor(3) >= a.health_mm() + b.health_mm());
        prop_assert!(joined.health_im() + floor(20) >= a.health_im() + b.health_im());
    }

    #[test]
    fn the_order_of_legs_does_not_matter(mut legs in any_legs()) {
        let before = assessed(&account(QUOTE, &[], &legs));
        legs.reverse();
        let after = assessed(&account(QUOTE, &[], &legs));
        prop_assert_eq!(before, after);
    }

    #[test]
    fn paid_width_is_always_enough(
        low in 30u64..700, width in 1u64..50, quantity in 1i64..1_000, calls in any::<bool>(),
    ) {
        let size = quantity * ONE;
        let legs = if calls {
            [common::leg(Kind::Call, low, -size, 0), common::leg(Kind::Call, low + width, size, 0)]
        } else {
            [common::leg(Kind::Put, low, size, 0), common::leg(Kind::Put, low + width, -size, 0)]
        };
        let paid = width * quantity as u64 * QUOTE;
        let got = assessed(&account(paid, &[], &legs));
        prop_assert!(got.health_im() >= -2 - quantity * 150, "{:?}", got);
    }
}
