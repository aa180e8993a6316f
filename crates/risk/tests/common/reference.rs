//! The margin of the specification in floating point, written from its text and not from the kernel.

use crate::black::black;
use backstop_risk::margin::{Leg, Portfolio};
use backstop_risk::pricing::Kind;

/// Both tiers as (V, R), and the value without haircut, in quote atoms.
#[derive(Debug)]
pub struct Reference {
    pub value: f64,
    pub im: (f64, f64),
    pub mm: (f64, f64),
}

struct Tier {
    credit: f64,
    factor: f64,
    floor: f64,
    is_im: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Move {
    Flat,
    Up,
    Down,
    Tilt(f64),
}

fn shocked(leg: &Leg, spot: f64, state: Move) -> f64 {
    let vol = f64::from(leg.vol.get()) / 1e6;
    let days = leg.seconds_to_expiry as f64 / 86_400.0;
    let ratio = 30.0 / days.max(1.0);
    let scale = ratio.powf(if ratio > 1.0 { 0.30 } else { 0.13 });
    let years = days.max(0.0) / 365.0;
    match state {
        Move::Flat => vol,
        Move::Up => (vol * (1.0 + 0.5 * scale)).max(0.4),
        Move::Down => vol.min((vol * (1.0 - 0.3 * scale)).max(0.4)),
        Move::Tilt(side) => {
            let reach = (2.4 * years.sqrt()).max(0.01);
            let cap = (0.25 - 0.1 * years.sqrt()).max(0.0625);
            let low = ((spot / (leg.strike.get() as f64)).ln() / reach).clamp(-1.0, 1.0);
            let tilted = vol * (1.0 + side * cap * low);
            if tilted < vol {
                vol.min(tilted.max(0.4))
            } else {
                tilted
            }
        }
    }
}

/// Option value of every expiry, atoms, with spot times `ratio`.
fn options(portfolio: &Portfolio, ratio: f64, state: Move) -> [f64; 8] {
    let mut by_expiry = [0.0; 8];
    let spot = portfolio.spot.get() as f64;
    for leg in portfolio.legs {
        let vol = shocked(leg, spot, state);
        let years = leg.seconds_to_expiry.max(0) as f64 / 31_536_000.0;
        let price = black(leg.kind, spot * ratio, leg.strike.get() as f64, vol, years);
        by_expiry[usize::from(leg.expiry_index)] += leg.quantity.get() as f64 * price / 1e9;
    }
    by_expiry
}

fn short_calls(portfolio: &Portfolio, kind: Kind) -> [f64; 8] {
    let mut net = [0.0; 8];
    for leg in portfolio.legs.iter().filter(|leg| leg.kind == kind) {
        net[usize::from(leg.expiry_index)] += leg.quantity.get() as f64;
    }
    net.map(|units: f64| (-units).max(0.0))
}

impl Tier {
    fn credited(&self, value: f64) -> f64 {
        if value > 0.0 {
            value * self.credit
        } else {
            value
        }
    }

    /// V with spot times `ratio`.
    fn value(&self, portfolio: &Portfolio, ratio: f64, state: Move) -> f64 {
        let mut cover: f64 = short_calls(portfolio, Kind::Call).iter().sum();
        let mut total = portfolio.quote_atoms as f64 - portfolio.debt_atoms as f64;
        for holding in portfolio.holdings {
            let units = holding.contracts_equivalent as f64;
            let covering = units.min(cover);
            cover -= covering;
            let full = if units > 0.0 { covering / units } else { 0.0 };
            let weight = if self.is_im {
                holding.weight_im_ppb
            } else {
                holding.weight_mm_ppb
            };
            let weight = full + (1.0 - full) * weight as f64 / 1e9;
            let moved = if holding.moves_with_spot { ratio } else { 1.0 };
            total += holding.value_atoms as f64 * weight * moved;
        }
        let by_expiry = options(portfolio, ratio, state);
        total + by_expiry.iter().map(|v| self.credited(*v)).sum::<f64>()
    }

    fn requirement(&self, portfolio: &Portfolio) -> f64 {
        let now = self.value(portfolio, 1.0, Move::Flat);
        let mut worst = 0.0f64;
        let mut look = |ratio, state, damp: f64| {
            worst = worst.max(damp * (now - self.value(portfolio, ratio, state)));
        };
        for quarter in -4i32..=4 {
            let ratio = 1.0 + 0.30 * f64::from(quarter) / 4.0;
            look(ratio, Move::Flat, 1.0);
            look(ratio, Move::Up, 1.0);
            if quarter.abs() < 4 {
                look(ratio, Move::Down, 1.0);
            }
        }
        for (ratio, damp) in [
            (0.34, 0.21),
            (0.67, 0.42),
            (1.5, 0.60),
            (2.0, 0.30),
            (3.0, 0.07),
            (4.0, 0.05),
        ] {
            look(ratio, Move::Up, damp);
        }
        look(1.0, Move::Tilt(1.0), 1.0);
        look(1.0, Move::Tilt(-1.0), 1.0);
        let shorts: f64 = [Kind::Call, Kind::Put]
            .iter()
            .flat_map(|kind| short_calls(portfolio, *kind))
            .sum();
        let asked = self.factor * worst + self.floor * shorts * portfolio.spot.get() as f64 / 1e9;
        match self.least(portfolio) {
            Some(least) => asked.min((now - least).max(0.0)),
            None => asked,
        }
    }

    /// The least the account can be worth when every expiry ends where it hurts most, if bounded.
    fn least(&self, portfolio: &Portfolio) -> Option<f64> {
        let calls = short_calls(portfolio, Kind::Call);
        let moving = portfolio.holdings.iter().filter(|h| h.moves_with_spot);
        let units: f64 = moving.map(|h| h.contracts_equivalent as f64).sum();
        if calls.iter().sum::<f64>() > units {
            return None;
        }
        let still: f64 = portfolio
            .holdings
            .iter()
            .filter(|h| !h.moves_with_spot)
            .map(|h| {
                h.value_atoms as f64
                    * if self.is_im {
                        h.weight_im_ppb
                    } else {
                        h.weight_mm_ppb
                    } as f64
                    / 1e9
            })
            .sum();
        let cash = portfolio.quote_atoms as f64 - portfolio.debt_atoms as f64;
        let mut total = cash + still;
        for (expiry, covering) in calls.into_iter().enumerate() {
            let legs = || {
                portfolio
                    .legs
                    .iter()
                    .filter(|l| usize::from(l.expiry_index) == expiry)
            };
            let ends = legs().map(|leg| leg.strike.get() as f64).chain([0.0]);
            let worth = |end: f64| {
                let paid: f64 = legs()
                    .map(|leg| {
                        leg.quantity.get() as f64
                            * black(leg.kind, end, leg.strike.get() as f64, 0.0, 0.0)
                            / 1e9
                    })
                    .sum();
                self.credited(paid) + covering * end / 1e9
            };
            total += ends.map(worth).fold(f64::INFINITY, f64::min);
        }
        Some(total)
    }
}

/// The account under the default (SOL) parameters, at a certain price.
pub fn reference(portfolio: &Portfolio) -> Reference {
    let im = Tier {
        credit: 0.8,
        factor: 1.0,
        floor: 0.02,
        is_im: true,
    };
    let mm = Tier {
        credit: 0.9,
        factor: 0.8,
        floor: 0.003,
        is_im: false,
    };
    let tier = |tier: &Tier| {
        (
            tier.value(portfolio, 1.0, Move::Flat),
            tier.requirement(portfolio),
        )
    };
    let held: f64 = portfolio
        .holdings
        .iter()
        .map(|h| h.value_atoms as f64)
        .sum();
    let cash = portfolio.quote_atoms as f64 - portfolio.debt_atoms as f64;
    Reference {
        value: cash + held + options(portfolio, 1.0, Move::Flat).iter().sum::<f64>(),
        im: tier(&im),
        mm: tier(&mm),
    }
}
