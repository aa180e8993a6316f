//! The margin of `docs/risk.md` in floating point, written from its text and not from the kernel. No
//! test uses all of it.
#![allow(dead_code)]

mod add_ons;
mod counted;
mod least;
mod scenarios;

use backstop_risk::margin::{MarginParams, Portfolio, Regime};
use counted::{paid, uncovered};
use scenarios::{options, Move};

const PPB: f64 = 1e9;

/// Both tiers as (V, R), the value without haircut and the uncovered losses, in quote atoms.
#[derive(Debug)]
pub struct Reference {
    pub value: f64,
    pub im: (f64, f64),
    pub mm: (f64, f64),
    pub uncovered: [f64; 2],
    /// V of both tiers as the prices have it, not lifted towards the least.
    pub as_priced: [f64; 2],
}

/// How a tier counts.
struct Tier<'a> {
    params: &'a MarginParams,
    credit: f64,
    factor: f64,
    floor: f64,
    gamma: f64,
    /// Scale of initial margin; 1 at maintenance.
    scale: f64,
    withdrawing: bool,
    widening_mm_ppm: u32,
    is_im: bool,
}

/// What prices and payoffs make of a tier.
struct Standing {
    /// V as the prices have it, and lifted towards the least by what they may be off by at most.
    as_priced: f64,
    value: f64,
    required: f64,
    /// What the account is worth at the least, if bounded.
    least: Option<f64>,
}

impl Tier<'_> {
    fn standing(&self, portfolio: &Portfolio) -> Standing {
        let (as_priced, _) = self.at(portfolio, 1.0, Move::Flat);
        let mut worst = 0.0f64;
        for (ratio, state, damp) in self.scenarios() {
            let (then, unbacked) = self.at(portfolio, ratio, state);
            worst = worst.max(damp * (as_priced - then + (self.scale - 1.0) * unbacked));
        }
        let asked = self.factor * worst + self.add_ons(portfolio);
        let least = self.least(portfolio);
        let value = self.lifted(portfolio, as_priced, least);
        let required = match least {
            Some(least) => asked.min((value - least + self.roundings(portfolio)).max(0.0)),
            None => asked,
        };
        Standing {
            as_priced,
            value,
            required,
            least,
        }
    }

    /// A value below the least, lifted by what its prices may be off by.
    fn lifted(&self, portfolio: &Portfolio, value: f64, least: Option<f64>) -> f64 {
        least.map_or(value, |least| {
            value.max(least.min(value + self.errors(portfolio)))
        })
    }
}

/// The least the account can be worth at both tiers, if bounded.
pub fn least(portfolio: &Portfolio, regime: &Regime) -> [Option<f64>; 2] {
    tiers(regime).map(|tier| tier.least(portfolio))
}

/// What the least waives of the haircut at both tiers, and V does not.
pub fn waived_for_puts(portfolio: &Portfolio, regime: &Regime) -> [f64; 2] {
    tiers(regime).map(|tier| tier.waived_for_puts(portfolio))
}

fn tiers<'a>(regime: &Regime<'a>) -> [Tier<'a>; 2] {
    let p = regime.params;
    let im = Tier {
        params: p,
        credit: p.long_credit_im_ppb as f64 / PPB,
        factor: 1.0,
        floor: p.short_floor_im_ppb as f64 / PPB,
        gamma: p.gamma_ppb as f64 / PPB,
        scale: regime.im_scale_ppb as f64 / PPB,
        withdrawing: regime.withdrawing,
        widening_mm_ppm: regime.widening_mm_ppm,
        is_im: true,
    };
    let mm_factor = p.mm_factor_ppb as f64 / PPB;
    let mm = Tier {
        credit: p.long_credit_mm_ppb as f64 / PPB,
        factor: mm_factor,
        floor: p.short_floor_mm_ppb as f64 / PPB,
        gamma: im.gamma * mm_factor,
        scale: 1.0,
        withdrawing: false,
        is_im: false,
        ..im
    };
    [im, mm]
}

/// The account under a regime, ramps apart, at a certain price.
pub fn reference(portfolio: &Portfolio, regime: &Regime) -> Reference {
    let p = regime.params;
    let tiers = tiers(regime);
    let [im, mm] = [0, 1].map(|tier: usize| tiers[tier].standing(portfolio));
    let held = portfolio.holdings.iter().map(|h| h.value_atoms as f64);
    let cash = portfolio.quote_atoms as f64 - portfolio.debt_atoms as f64;
    let marks = options(portfolio, 1.0, Move::Flat, p)[0];
    let value = cash + held.sum::<f64>() + paid(portfolio, &marks);
    let greatest = [im.least, mm.least].into_iter().flatten().reduce(f64::max);
    let scan = p.scan_ppb as f64 / PPB;
    Reference {
        value: tiers[1].lifted(portfolio, value, greatest),
        im: (im.value, im.required),
        mm: (mm.value, mm.required),
        uncovered: [1.0 - 1.5 * scan, 1.0 + 2.0 * scan].map(|ratio| uncovered(portfolio, ratio, p)),
        as_priced: [im.as_priced, mm.as_priced],
    }
}
