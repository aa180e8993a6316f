//! Whole accounts: legs, underlying, a stable collateral, quote and debt.

use crate::books::{any_leg, any_legs};
use crate::common::{account, assessed, underlying, weighed, QUOTE};
use backstop_quantities::{Contracts, Price, Vol};
use backstop_risk::margin::{Assessment, Holding, Leg, Portfolio};
use backstop_risk::pricing::Kind;
use proptest::prelude::*;

/// Rounding of Q30 products and notional mantissas over twice eight legs of 1 000 contracts, atoms.
pub const SLACK: i64 = 4_000;
/// 1 - weight of the underlying, and the greatest damped spot of a scenario, 1 + damp·(move - 1), at
/// both tiers: a unit that no longer covers loses so much of its price.
const UNCOVERED_PPM: [i64; 2] = [200_000 * 130 / 100, 100_000 * 130 / 100];

#[derive(Clone, Debug)]
pub struct Book {
    pub legs: Vec<Leg>,
    /// Units of the underlying, scaled 1e6.
    pub units: u64,
    pub stable: u64,
    pub quote: u64,
    pub debt: u64,
}

prop_compose! {
    /// A short leg and a long one of the same size, expiry and volatility up to 60 quote further out.
    fn spread()(short in any_leg(), width in 1u64..60, calls in any::<bool>()) -> Vec<Leg> {
        let size = short.quantity.magnitude() as i64;
        let far = short.strike.get() + width * 1_000_000_000;
        let (kind, strike) = if calls {
            (Kind::Call, Price::new(far))
        } else {
            // The short put is the higher strike.
            (Kind::Put, short.strike)
        };
        let written = if calls { short.strike } else { Price::new(far) };
        let base = Leg { kind, ..short };
        vec![
            Leg { strike: written, ..sized(&base, -size) },
            Leg { strike, ..sized(&base, size) },
        ]
    }
}

prop_compose! {
    /// Up to eight legs, every fifth a spread; underlying in half of the books, debt in a third.
    pub fn any_book()(
        legs in prop_oneof![4 => any_legs(), 1 => spread()],
        units in prop_oneof![Just(0u64), 0u64..3_000_000_000],
        stable in prop_oneof![Just(0u64), 0u64..100_000 * QUOTE],
        quote in 0u64..100_000 * QUOTE,
        debt in prop_oneof![2 => Just(0u64), 1 => 1u64..50_000 * QUOTE],
    ) -> Book {
        Book { legs, units, stable, quote, debt }
    }
}

/// The holding of a stable coin.
pub fn stable(value_atoms: u64) -> Holding {
    weighed(value_atoms, 95, 98)
}

/// Health at both tiers.
pub fn healths(assessment: &Assessment) -> [i64; 2] {
    [assessment.health_im(), assessment.health_mm()]
}

/// What `units` of underlying lose at both tiers when they stop covering, and the rounding.
pub fn cover_loss(units: i64) -> [i64; 2] {
    UNCOVERED_PPM.map(|part| (i128::from(units) * 150 * i128::from(part) / 1_000_000) as i64 + 1)
}

impl Book {
    pub fn holdings(&self) -> [Holding; 2] {
        [underlying(self.units), stable(self.stable)]
    }

    pub fn assessed(&self) -> Assessment {
        let holdings = self.holdings();
        let portfolio = Portfolio {
            debt_atoms: self.debt,
            ..account(self.quote, &holdings, &self.legs)
        };
        assessed(&portfolio)
    }

    /// Net calls of an expiry.
    pub fn net_calls(&self, expiry: u8) -> i64 {
        let calls = self.legs.iter().filter(|leg| leg.kind == Kind::Call);
        let of_expiry = calls.filter(|leg| leg.expiry_index == expiry);
        of_expiry.map(|leg| leg.quantity.get()).sum()
    }

    /// Net short calls, by expiry, summed.
    pub fn short_calls(&self) -> i64 {
        (0..8).map(|expiry| (-self.net_calls(expiry)).max(0)).sum()
    }

    /// Units of underlying that cover short calls.
    pub fn covering(&self) -> i64 {
        self.short_calls().min(self.units as i64)
    }

    pub fn is_bounded(&self) -> bool {
        self.short_calls() <= self.units as i64
    }

    /// What `units` that cover are worth in the greatest loss at most: the highest strike each, atoms;
    /// nothing where that loss is unbounded.
    pub fn cover_in_greatest_loss(&self, units: i64) -> i64 {
        let strikes = self.legs.iter().map(|leg| leg.strike.get());
        match strikes.max() {
            Some(highest) if self.is_bounded() => {
                (i128::from(units) * i128::from(highest) / 1_000_000_000) as i64 + 1
            }
            _ => 0,
        }
    }

    pub fn expiries(&self) -> usize {
        let mut seen: Vec<u8> = self.legs.iter().map(|leg| leg.expiry_index).collect();
        seen.sort_unstable();
        seen.dedup();
        seen.len()
    }

    pub fn with(&self, leg: Leg) -> Self {
        let mut more = self.clone();
        more.legs.push(leg);
        more
    }

    pub fn times(&self, factor: i64) -> Self {
        let scaled = |leg: &Leg| sized(leg, factor * leg.quantity.get());
        let times = factor as u64;
        Self {
            legs: self.legs.iter().map(scaled).collect(),
            units: self.units * times,
            stable: self.stable * times,
            quote: self.quote * times,
            debt: self.debt * times,
        }
    }

    pub fn joined(&self, other: &Self) -> Self {
        Self {
            legs: self.legs.iter().chain(&other.legs).copied().collect(),
            units: self.units + other.units,
            stable: self.stable + other.stable,
            quote: self.quote + other.quote,
            debt: self.debt + other.debt,
        }
    }

    /// One volatility for all legs: a surface without arbitrage.
    pub fn flat(&self) -> Self {
        let flat = |leg: &Leg| Leg {
            vol: Vol::new(800_000),
            ..*leg
        };
        Self {
            legs: self.legs.iter().map(flat).collect(),
            ..self.clone()
        }
    }

    /// Greatest short-option floor at both tiers, atoms.
    pub fn most_floor(&self) -> [i64; 2] {
        let shorts: i64 = self.legs.iter().map(|l| (-l.quantity.get()).max(0)).sum();
        [20, 3].map(|per_thousand| shorts * 150 / 1_000 * per_thousand)
    }
}

pub fn sized(leg: &Leg, quantity: i64) -> Leg {
    Leg {
        quantity: Contracts::new(quantity),
        ..*leg
    }
}
