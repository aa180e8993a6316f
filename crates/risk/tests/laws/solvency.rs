//! No trade that the trade rule passes makes a solvent account insolvent, its fee and contribution paid.
//!
//! The rule as the program applies it: health(IM) afterwards, or health and value / R lower at no tier and the premium
//! near mark.

use crate::book::{any_book, Book};
use crate::books::any_leg;
use crate::cases::{for_all, Class};
use crate::common::SPOT;
use backstop_quantities::{Contracts, Price};
use backstop_risk::fees::FeeParams;
use backstop_risk::margin::{Assessment, Leg, MarginParams};
use backstop_risk::pricing::option_price;
use backstop_risk::quoting::{keeps_ratio, near_mark, price_error, Standing};
use backstop_risk::stress::{added_atoms, StressParams};
use proptest::prelude::*;

/// An account, the leg it trades, its premium in thousandths of mark, and whether longs count for nothing.
#[derive(Clone, Debug)]
struct Trade {
    book: Book,
    leg: Leg,
    thousandths: u64,
    bare: bool,
}

prop_compose! {
    fn trade()(
        mut book in any_book(),
        fresh in any_leg(),
        chosen in any::<prop::sample::Index>(),
        part in 1i64..=4,
        closes in any::<bool>(),
        thousandths in prop_oneof![950u64..=1_050, 0u64..3_000],
        bare in prop::bool::weighted(0.3),
        room in prop_oneof![
            2 => Just(None),
            3 => (-20i64..60).prop_map(Some),
        ],
    ) -> Trade {
        let leg = match closes && !book.legs.is_empty() {
            true => {
                let held = book.legs[chosen.index(book.legs.len())];
                Leg { quantity: Contracts::new(-held.quantity.get() / 4 * part), ..held }
            }
            false => fresh,
        };
        if bare {
            // What it owns besides is gone, and what it wrote.
            (book.units, book.stable) = (0, 0);
            for leg in &mut book.legs {
                leg.quantity = Contracts::new(leg.quantity.get().abs());
            }
        }
        let mut trade = Trade { book, leg, thousandths, bare };
        if let Some(room) = room {
            trade.leave(room);
        }
        trade
    }
}

/// What a trade leaves of the account, and what stood before.
struct Outcome {
    was: Assessment,
    is: Assessment,
    near: bool,
    paid: u64,
}

impl Trade {
    fn params(&self) -> MarginParams {
        match self.bare {
            true => MarginParams {
                long_credit_im_ppb: 0,
                long_credit_mm_ppb: 0,
                ..MarginParams::default()
            },
            false => MarginParams::default(),
        }
    }

    /// Sets debt and cash so that the account is worth this many thousandths of its options.
    fn leave(&mut self, thousandths: i64) {
        (self.book.quote, self.book.debt) = (0, 0);
        let value = self.book.under(&self.params()).value;
        let rest = (value / 1_000 * thousandths).saturating_sub(value);
        self.book.quote = rest.max(0) as u64;
        self.book.debt = (-rest).max(0) as u64;
    }

    fn mark(&self) -> Price {
        let leg = &self.leg;
        let seconds = leg.seconds_to_expiry;
        option_price(leg.kind, Price::new(SPOT), leg.strike, leg.vol, seconds)
    }

    /// The account after the trade, unless it cannot pay.
    fn made(&self) -> Option<Outcome> {
        let params = self.params();
        let was = self.book.under(&params);
        let mark = self.mark();
        let price = Price::new(mark.get() / 1_000 * self.thousandths);
        let size = Contracts::new(self.leg.quantity.get().abs());
        let premium = size.value_floor(price)?;
        let mut after = self.book.with(self.leg);
        let mut paid = 0;
        if self.leg.quantity.is_short() {
            let notional = size.value_floor(Price::new(SPOT))?;
            let at_mark = size.value_ceil(mark)?;
            paid = FeeParams::default()
                .fee_at_mark(premium, at_mark, notional)?
                .get();
            after.quote = (after.quote + premium.get()).checked_sub(paid)?;
            let added = added_atoms(was.uncovered_atoms, after.under(&params).uncovered_atoms);
            let stress = StressParams::default();
            let share = stress.contribution_atoms(premium.get(), added, self.book.scale);
            after.quote = after.quote.checked_sub(share)?;
            paid += share;
        } else {
            after.quote = after.quote.checked_sub(size.value_ceil(price)?.get())?;
        }
        let error = price_error(Price::new(SPOT), self.leg.strike);
        Some(Outcome {
            was,
            is: after.under(&params),
            near: near_mark(price, mark, error),
            paid,
        })
    }
}

impl Outcome {
    fn passes(&self) -> bool {
        self.is.health_im() >= 0 || self.passes_below()
    }

    /// Below initial margin before and after.
    fn passes_below(&self) -> bool {
        let (was, is) = (&self.was, &self.is);
        let standing = |value, requirement| Standing { value, requirement };
        is.health_im() < 0
            && was.health_im() < 0
            && self.near
            && is.health_im() >= was.health_im()
            && is.health_mm() >= was.health_mm()
            && keeps_ratio(standing(was.value, was.r_im), standing(is.value, is.r_im))
            && keeps_ratio(standing(was.value, was.r_mm), standing(is.value, is.r_mm))
    }

    fn was_solvent(&self) -> bool {
        self.was.value >= 0
    }
}

fn made(trade: &Trade, holds: fn(&Outcome) -> bool) -> bool {
    trade.made().is_some_and(|outcome| holds(&outcome))
}

const TRADES: [Class<Trade>; 7] = [
    ("passes at initial margin", |t| {
        made(t, |o| o.is.health_im() >= 0)
    }),
    ("passes below it", |t| {
        made(t, |o| o.was_solvent() && o.passes_below())
    }),
    ("passes and pays", |t| {
        made(t, |o| o.passes() && o.was_solvent() && o.paid > 0)
    }),
    ("would become insolvent", |t| {
        made(t, |o| o.was_solvent() && o.is.value < 0)
    }),
    ("needed nothing before", |t| {
        made(t, |o| o.was.r_im == 0 && o.was.health_im() < 0)
    }),
    ("would become insolvent, needed nothing", |t| {
        made(t, |o| {
            o.was_solvent() && o.was.r_mm == 0 && o.was.r_im == 0 && o.is.value < 0
        })
    }),
    ("was insolvent", |t| made(t, |o| !o.was_solvent())),
];

#[test]
fn a_trade_that_passes_leaves_a_solvent_account_solvent_with_its_fee_and_contribution_paid() {
    for_all("solvency", trade(), &TRADES, |trade| {
        let Some(outcome) = trade.made() else {
            return Ok(());
        };
        if outcome.was_solvent() && outcome.passes() {
            let (was, is) = (outcome.was.value, outcome.is.value);
            prop_assert!(is >= 0, "{was} to {is}, {} paid", outcome.paid);
        }
        Ok(())
    });
}

/// Whoever needs nothing before and after has no ratio; without a rule of its own his last value could go.
#[test]
fn who_needs_nothing_does_not_trade_himself_below_nothing() {
    let standing = |value, requirement| Standing { value, requirement };
    for (before, after, kept) in [
        (standing(1, 0), standing(-1, 0), false),
        (standing(0, 0), standing(-1, 0), false),
        (standing(1, 0), standing(0, 0), true),
        (standing(9, 0), standing(1, 0), true),
        (standing(-5, 0), standing(-4, 0), true),
        (standing(1, 0), standing(1, 1), false),
        (standing(5, 2), standing(0, 0), true),
    ] {
        assert_eq!(keeps_ratio(before, after), kept, "{before:?} {after:?}");
    }
}
