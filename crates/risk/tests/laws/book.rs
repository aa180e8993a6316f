//! Whole accounts: legs, underlying, a stable collateral, quote and debt.

use crate::books::{any_leg, any_legs};
use crate::common::{account, underlying, weighed, QUOTE, SPOT};
use crate::reference;
use backstop_quantities::{Contracts, Price, Vol};
use backstop_risk::margin::{assess, Assessment, Holding, Leg, MarginParams, Portfolio, Regime};
use backstop_risk::pricing::Kind;
use proptest::prelude::*;

/// Rounding of Q30 products and notional mantissas over twice eight legs of 1 000 contracts, atoms.
pub const SLACK: i64 = 4_000;
/// 1 - credit: the part of the worth of short calls up to which the haircut of underlying is waived, per
/// thousand, at both tiers.
const WAIVER: [i64; 2] = [200, 100];
/// Greatest damped spot of a scenario, 1 + damp * (move - 1), percent.
const REACH: i64 = 130;

#[derive(Clone, Debug)]
pub struct Book {
    pub legs: Vec<Leg>,
    /// Units of the underlying, scaled 1e6.
    pub units: u64,
    pub stable: u64,
    pub quote: u64,
    pub debt: u64,
    /// Scale of initial margin, ppb.
    pub scale: u64,
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
    /// Up to eight legs, every fifth a spread, the fourth expiry twelve hours away; underlying in half of
    /// the books, debt in a third, initial margin scaled in a third.
    pub fn any_book()(
        legs in prop_oneof![4 => any_legs(), 1 => spread()],
        units in prop_oneof![Just(0u64), 0u64..3_000_000_000],
        stable in prop_oneof![Just(0u64), 0u64..100_000 * QUOTE],
        quote in 0u64..100_000 * QUOTE,
        debt in prop_oneof![2 => Just(0u64), 1 => 1u64..50_000 * QUOTE],
        scale in prop_oneof![2 => Just(1_000_000_000u64), 1 => 1_000_000_000u64..3_000_000_000],
    ) -> Book {
        let legs = legs.iter().map(soon).collect();
        Book { legs, units, stable, quote, debt, scale }
    }
}

/// The fourth expiry moved to twelve hours from now.
pub fn soon(leg: &Leg) -> Leg {
    let seconds_to_expiry = if leg.expiry_index == 3 {
        43_200
    } else {
        leg.seconds_to_expiry
    };
    Leg {
        seconds_to_expiry,
        ..*leg
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

/// The error bound of legs with its rounding, atoms: charged whole, so that the law of longs holds up
/// to it.
pub fn error(legs: &[Leg]) -> i64 {
    let of = |leg: &Leg| {
        let price = leg.strike.get().max(SPOT) / 1_000 + SPOT / 1_000 * 3 / 10;
        let units = i128::from(leg.quantity.magnitude()) * i128::from(price) * 174;
        (units / 1_000_000 / 1_073_741_824) as i64 + 2
    };
    legs.iter().map(of).sum()
}

impl Book {
    pub fn holdings(&self) -> [Holding; 2] {
        [underlying(self.units), stable(self.stable)]
    }

    pub fn assessed(&self) -> Assessment {
        self.under(&MarginParams::default())
    }

    /// The concentration add-on apart, which grows with the square of a position.
    pub fn without_concentration(&self) -> Assessment {
        self.under(&MarginParams {
            concentration_ppb: 0,
            ..MarginParams::default()
        })
    }

    pub fn under(&self, params: &MarginParams) -> Assessment {
        self.given(params, |portfolio, regime| {
            assess(portfolio, regime).expect("within range")
        })
    }

    /// The least it can be worth at both tiers, if that is bounded.
    pub fn least(&self) -> [Option<f64>; 2] {
        self.given(&MarginParams::default(), |portfolio, regime| {
            reference::least(portfolio, regime)
        })
    }

    /// By how much V lies below the least at both tiers, in exact prices; and how much of the haircut the
    /// least waives there for puts, which V does not.
    pub fn below_least(&self) -> [(f64, f64); 2] {
        self.given(&MarginParams::default(), |portfolio, regime| {
            let exact = reference::reference(portfolio, regime);
            let least = reference::least(portfolio, regime);
            let puts = reference::waived_for_puts(portfolio, regime);
            [0, 1].map(|tier| {
                let below =
                    least[tier].map_or(0.0, |least| (least - exact.as_priced[tier]).max(0.0));
                (below, puts[tier])
            })
        })
    }

    /// Whether the greatest loss holds a tier's requirement, concentration apart; where it is near, too.
    pub fn held(&self) -> [bool; 2] {
        let got = self.without_concentration();
        let both = [(got.v_im, got.r_im), (got.v_mm, got.r_mm)];
        let tiers = self.least().into_iter().zip(both);
        let held: Vec<bool> = tiers
            .map(|(least, (v, r))| {
                least.is_some_and(|least| r as f64 >= v as f64 - least - SLACK as f64)
            })
            .collect();
        [held[0], held[1]]
    }

    fn given<T>(&self, params: &MarginParams, get: impl Fn(&Portfolio, &Regime) -> T) -> T {
        let holdings = self.holdings();
        let portfolio = Portfolio {
            debt_atoms: self.debt,
            ..account(self.quote, &holdings, &self.legs)
        };
        let regime = Regime {
            im_scale_ppb: self.scale,
            ..Regime::of(params)
        };
        get(&portfolio, &regime)
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

    pub fn is_bounded(&self) -> bool {
        self.short_calls() <= self.units as i64
    }

    /// Gross calls of one side in an expiry, scaled 1e6.
    fn calls(&self, expiry: u8, side: i64) -> i64 {
        let calls = self.legs.iter().filter(|leg| leg.kind == Kind::Call);
        let own = calls.filter(|leg| leg.expiry_index == expiry);
        own.map(|leg| (side * leg.quantity.get()).max(0)).sum()
    }

    /// Whether an expiry holds calls long and puts short, the one against the other.
    fn is_synthetic(&self, expiry: u8) -> bool {
        let mut puts = self.legs.iter().filter(|leg| leg.kind == Kind::Put);
        let short = puts.any(|leg| leg.expiry_index == expiry && leg.quantity.is_short());
        short && self.calls(expiry, 1) > 0
    }

    /// What the waiver of the haircut may be worth less for two accounts together than for each, atoms:
    /// calls short in one that close calls long against puts short in the other, in one expiry.
    pub fn lost_waiver(&self, other: &Self) -> [i64; 2] {
        let lost = |one: &Self, two: &Self, expiry: u8| {
            if two.is_synthetic(expiry) && one.units > 0 {
                one.calls(expiry, -1).min(two.calls(expiry, 1))
            } else {
                0
            }
        };
        let contracts: i64 = (0..8)
            .map(|expiry| lost(self, other, expiry) + lost(other, self, expiry))
            .sum();
        // Scaled, initial margin asks again for what is then no longer backed.
        let again = (self.scale.max(other.scale) - 1_000_000_000).div_ceil(1_000_000) as i64;
        let [im, mm] = WAIVER;
        [im + again, mm].map(|part| contracts * 150 / 1_000 * part / 100 * REACH)
    }

    /// Whether puts are short beside underlying.
    pub fn has_puts_beside_units(&self) -> bool {
        let mut puts = self.legs.iter().filter(|leg| leg.kind == Kind::Put);
        self.units > 0 && puts.any(|leg| leg.quantity.is_short())
    }

    /// What the greatest loss may waive of the haircut beyond what V does, atoms: it does not ask whether
    /// options lack because of calls or of puts.
    pub fn most_waived(&self) -> [i64; 2] {
        if !self.has_puts_beside_units() {
            return [0, 0];
        }
        let strikes = self.legs.iter().map(|leg| leg.strike.get() / 1_000_000_000);
        let highest = strikes.max().unwrap_or(0);
        WAIVER.map(|part| (self.units * highest) as i64 / 1_000 * part)
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
            scale: self.scale,
        }
    }

    pub fn joined(&self, other: &Self) -> Self {
        Self {
            legs: self.legs.iter().chain(&other.legs).copied().collect(),
            units: self.units + other.units,
            stable: self.stable + other.stable,
            quote: self.quote + other.quote,
            debt: self.debt + other.debt,
            scale: self.scale,
        }
    }

    /// One volatility for all legs, a surface without arbitrage, and initial margin not scaled.
    pub fn calm(&self) -> Self {
        let flat = |leg: &Leg| Leg {
            vol: Vol::new(800_000),
            ..*leg
        };
        Self {
            legs: self.legs.iter().map(flat).collect(),
            scale: 1_000_000_000,
            ..self.clone()
        }
    }

    /// Greatest add-ons at both tiers, concentration apart, atoms: short-option floor, gamma and error.
    pub fn most_add_ons(&self) -> [i64; 2] {
        let short = |leg: &&Leg| leg.quantity.is_short();
        let size = |leg: &Leg| leg.quantity.magnitude() as i64;
        let shorts: i64 = self.legs.iter().filter(short).map(size).sum();
        let near = self.legs.iter().filter(|leg| leg.expiry_index == 3);
        let near: i64 = near.filter(short).map(size).sum();
        let error = error(&self.legs);
        [(20, 19), (3, 15)]
            .map(|(floor, gamma)| (shorts * floor + near * gamma) * 150 / 1_000 + error)
    }
}

pub fn sized(leg: &Leg, quantity: i64) -> Leg {
    Leg {
        quantity: Contracts::new(quantity),
        ..*leg
    }
}
