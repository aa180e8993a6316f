//! The margin of `docs/risk.md` in floating point, written from its text and not from the kernel. No
//! test uses all of it.
#![allow(dead_code)]

use crate::black::black;
use backstop_risk::margin::{Credit, Holding, Leg, MarginParams, Portfolio, Regime};
use backstop_risk::pricing::Kind;

/// Both tiers as (V, R), the value without haircut and the uncovered losses, in quote atoms.
#[derive(Debug)]
pub struct Reference {
    pub value: f64,
    pub im: (f64, f64),
    pub mm: (f64, f64),
    pub uncovered: [f64; 2],
}

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

#[derive(Clone, Copy, PartialEq)]
enum Move {
    Flat,
    Up,
    Down,
    Tilt(f64),
}

const PPB: f64 = 1e9;

fn shocked(leg: &Leg, spot: f64, state: Move, p: &MarginParams) -> f64 {
    let vol = f64::from(leg.vol.get()) / 1e6;
    let days = leg.seconds_to_expiry as f64 / 86_400.0;
    let ratio = 30.0 / days.max(1.0);
    let scale = ratio.powf(if ratio > 1.0 { 0.30 } else { 0.13 });
    let years = days.max(0.0) / 365.0;
    let floor = p.vol_floor_ppm as f64 / 1e6;
    match state {
        Move::Flat => vol,
        Move::Up => (vol * (1.0 + p.vol_up_ppb as f64 / PPB * scale)).max(floor),
        Move::Down => vol.min((vol * (1.0 - p.vol_down_ppb as f64 / PPB * scale)).max(floor)),
        Move::Tilt(side) => {
            let reach = (2.4 * years.sqrt()).max(0.01);
            let cap = (0.25 - 0.1 * years.sqrt()).max(0.0625);
            let low = ((spot / (leg.strike.get() as f64)).ln() / reach).clamp(-1.0, 1.0);
            let tilted = vol * (1.0 + side * cap * low);
            if tilted < vol {
                vol.min(tilted.max(floor))
            } else {
                tilted
            }
        }
    }
}

/// Option value of every expiry, atoms, with spot times `ratio`: of all legs, and of its calls.
fn options(portfolio: &Portfolio, ratio: f64, state: Move, p: &MarginParams) -> [[f64; 8]; 2] {
    let mut all = portfolio.expiries.map(|terms| terms.certain_atoms as f64);
    let mut calls = [0.0; 8];
    let spot = portfolio.spot.get() as f64;
    for leg in portfolio.legs {
        let vol = shocked(leg, spot, state, p);
        let years = leg.seconds_to_expiry.max(0) as f64 / 31_536_000.0;
        let price = black(leg.kind, spot * ratio, leg.strike.get() as f64, vol, years);
        let worth = leg.quantity.get() as f64 * price / 1e9;
        all[usize::from(leg.expiry_index)] += worth;
        if leg.kind == Kind::Call {
            calls[usize::from(leg.expiry_index)] += worth;
        }
    }
    [all, calls]
}

/// How many times over a shock moves a volatility at most.
fn shock_most(leg: &Leg, p: &MarginParams) -> f64 {
    let scale = 2_592_000.0 / leg.seconds_to_expiry.max(86_400) as f64;
    let scale = scale.powf(if scale > 1.0 { 0.30 } else { 0.13 });
    1.0 + (p.vol_up_ppb as f64 / PPB * scale).max(0.25)
}

fn net_shorts(portfolio: &Portfolio, kind: Kind) -> [f64; 8] {
    let mut net = [0.0; 8];
    for leg in portfolio.legs.iter().filter(|leg| leg.kind == kind) {
        net[usize::from(leg.expiry_index)] += leg.quantity.get() as f64;
    }
    net.map(|units: f64| (-units).max(0.0))
}

/// `worth` of a holding with spot times `ratio`.
fn moved(holding: &Holding, worth: u64, ratio: f64) -> f64 {
    let along = if holding.moves_with_spot { ratio } else { 1.0 };
    worth as f64 * (along - holding.wrong_way_ppb as f64 / PPB * (1.0 - ratio).max(0.0))
}

fn is_underlying(holding: &Holding) -> bool {
    holding.moves_with_spot && holding.contracts_equivalent > 0
}

impl Tier<'_> {
    fn weighted(&self, holding: &Holding) -> u64 {
        if self.is_im {
            holding.im_atoms
        } else {
            holding.mm_atoms
        }
    }

    fn credited(&self, portfolio: &Portfolio, expiry: usize, value: f64) -> f64 {
        let pays = match portfolio.expiries[expiry].credit {
            Credit::Whole => 1.0,
            Credit::Impaired { .. } if self.withdrawing => 0.0,
            Credit::Impaired { haircut_ppb } => 1.0 - (haircut_ppb as f64 / PPB).min(1.0),
        };
        if value > 0.0 {
            value * self.credit * pays
        } else {
            value
        }
    }

    /// V with spot times `ratio`, and what shorts then owe that no underlying backs.
    fn at(&self, portfolio: &Portfolio, ratio: f64, state: Move) -> (f64, f64) {
        let [all, calls] = options(portfolio, ratio, state, self.params);
        let cash = portfolio.quote_atoms as f64 - portfolio.debt_atoms as f64;
        let held = portfolio.holdings.iter();
        let worth: f64 = held.map(|h| moved(h, self.weighted(h), ratio)).sum();
        let own = || portfolio.holdings.iter().filter(|h| is_underlying(h));
        let haircut: f64 = own()
            .map(|h| (h.value_atoms - self.weighted(h)) as f64 * ratio)
            .sum();
        let underlying: f64 = own().map(|h| h.value_atoms as f64 * ratio).sum();
        let short_calls: f64 = (0..8).map(|e| (-calls[e]).min(-all[e]).max(0.0)).sum();
        let owed: f64 = all.iter().map(|v| (-v).max(0.0)).sum();
        let options: f64 = (0..8).map(|e| self.credited(portfolio, e, all[e])).sum();
        let waived = haircut.min(self.waiver(portfolio) * short_calls);
        let unbacked = owed - short_calls.min(underlying);
        (cash + worth + options + waived, unbacked.max(0.0))
    }

    /// Weight of the underlying, 1 without any.
    fn weight(&self, portfolio: &Portfolio) -> f64 {
        let own = || portfolio.holdings.iter().filter(|h| is_underlying(h));
        let worth: f64 = own().map(|h| self.weighted(h) as f64).sum();
        let value: f64 = own().map(|h| h.value_atoms as f64).sum();
        if value > 0.0 {
            worth / value
        } else {
            1.0
        }
    }

    fn waiver(&self, portfolio: &Portfolio) -> f64 {
        (1.0 - self.credit).max(1.0 - self.weight(portfolio))
    }

    fn scenarios(&self) -> Vec<(f64, Move, f64)> {
        let scan = self.params.scan_ppb as f64 / PPB;
        let mut all = vec![(1.0, Move::Tilt(1.0), 1.0), (1.0, Move::Tilt(-1.0), 1.0)];
        for quarter in -4i32..=4 {
            let ratio = 1.0 + scan * f64::from(quarter) / 4.0;
            all.push((ratio, Move::Flat, 1.0));
            all.push((ratio, Move::Up, 1.0));
            if quarter.abs() < 4 {
                all.push((ratio, Move::Down, 1.0));
            }
        }
        let tails = [0.34, 0.67, 1.5, 2.0, 3.0, 4.0];
        for (ratio, damp) in tails.into_iter().zip(self.params.tail_damp_ppb) {
            all.push((ratio, Move::Up, damp as f64 / PPB));
        }
        all
    }

    fn requirement(&self, portfolio: &Portfolio) -> f64 {
        let (now, _) = self.at(portfolio, 1.0, Move::Flat);
        let mut worst = 0.0f64;
        for (ratio, state, damp) in self.scenarios() {
            let (then, unbacked) = self.at(portfolio, ratio, state);
            worst = worst.max(damp * (now - then + (self.scale - 1.0) * unbacked));
        }
        let asked = self.factor * worst + self.add_ons(portfolio);
        match self.least(portfolio) {
            Some(least) => asked.min((now - least).max(0.0)),
            None => asked,
        }
    }

    fn add_ons(&self, portfolio: &Portfolio) -> f64 {
        let spot = portfolio.spot.get() as f64 / 1e9;
        let shorts: f64 = [Kind::Call, Kind::Put]
            .iter()
            .flat_map(|kind| net_shorts(portfolio, *kind))
            .sum();
        let mut total = self.floor * shorts * spot;
        for leg in portfolio.legs {
            let size = leg.quantity.magnitude() as f64;
            let strike = leg.strike.get() as f64 / 1e9;
            if leg.quantity.is_short() {
                let left = leg.seconds_to_expiry.max(0) as f64 / self.params.gamma_seconds as f64;
                let away = (strike - spot).abs() / (spot * self.params.scan_ppb as f64 / PPB);
                total +=
                    self.gamma * size * spot * (1.0 - left).max(0.0) * (2.0 - away).clamp(0.0, 1.0);
            }
            let root = (leg.seconds_to_expiry.max(0) as f64 / 31_536_000.0).sqrt();
            let gap_ppm = if self.is_im {
                leg.vol_gap_ppm
            } else {
                self.widening_mm_ppm
            };
            let gap = f64::from(gap_ppm) / 1e6 * shock_most(leg, self.params);
            total += self.scale * size * 0.4 * strike.min(4.0 * spot) * root * gap;
            total += self.scale * self.error(leg, spot, strike);
        }
        if self.is_im {
            let depth = self.params.depth_contracts as f64;
            let rate = self.params.concentration_ppb as f64 / PPB * shorts / depth;
            total += shorts * spot * rate.min(1.0);
        }
        total
    }

    /// What a leg's price may be off by, in the units of `docs/risk.md`, section 13.
    fn error(&self, leg: &Leg, spot: f64, strike: f64) -> f64 {
        let reach = self
            .scenarios()
            .iter()
            .map(|(ratio, _, damp)| 1.0 + damp * (ratio - 1.0))
            .fold(1.0, f64::max);
        let lifted = leg.seconds_to_expiry <= 0 || leg.vol.get() < 5_500;
        let units = if lifted { 572.0 } else { 170.0 };
        let price = strike.max(spot) + (reach - 1.0) * spot;
        1.0 + leg.quantity.magnitude() as f64 * price * units / 1_073_741_824.0
    }

    /// The least the account can be worth when every expiry ends where it hurts most, if bounded: by the
    /// dual of how units are shared, a price L at which each unit left over is worth L and every expiry
    /// ends at prices whose mean is at most L.
    fn least(&self, portfolio: &Portfolio) -> Option<f64> {
        let calls = net_shorts(portfolio, Kind::Call);
        let sound = portfolio
            .holdings
            .iter()
            .filter(|h| is_underlying(h) && h.wrong_way_ppb == 0);
        let units: f64 = sound.map(|h| h.contracts_equivalent as f64).sum();
        let spare = units - calls.iter().sum::<f64>();
        if spare < 0.0 {
            return None;
        }
        let still: f64 = portfolio
            .holdings
            .iter()
            .filter(|h| !h.moves_with_spot)
            .map(|h| moved(h, self.weighted(h), 0.0))
            .sum();
        let cash = portfolio.quote_atoms as f64 - portfolio.debt_atoms as f64;
        let ends: Vec<Vec<(f64, f64)>> = (0..8)
            .map(|expiry| self.ends(portfolio, expiry, calls[expiry], units))
            .collect();
        let dual = |price: f64| {
            spare * price / 1e9 + ends.iter().map(|ends| envelope(ends, price)).sum::<f64>()
        };
        let prices = ends.iter().flatten().map(|end| end.0);
        let least = prices.map(dual).fold(f64::INFINITY, f64::min);
        Some(cash + still + least)
    }

    /// What a unit sold at each end of an expiry counts, with the worth of its options and of `covering`
    /// units there: the haircut waived, or as far as a part of what the options lack allows.
    fn ends(
        &self,
        portfolio: &Portfolio,
        expiry: usize,
        covering: f64,
        units: f64,
    ) -> Vec<(f64, f64)> {
        let weight = if units > 0.0 {
            self.weight(portfolio)
        } else {
            1.0
        };
        let legs = || {
            portfolio
                .legs
                .iter()
                .filter(|leg| usize::from(leg.expiry_index) == expiry)
        };
        let paid = |end: f64| {
            let legs = legs().map(|leg| {
                let payoff = black(leg.kind, end, leg.strike.get() as f64, 0.0, 0.0);
                leg.quantity.get() as f64 * payoff / 1e9
            });
            legs.sum::<f64>() + portfolio.expiries[expiry].certain_atoms as f64
        };
        let worth = |end: f64| {
            let options = paid(end);
            let counted = self.credited(portfolio, expiry, options);
            let waived = self.waiver(portfolio) * (-options).max(0.0);
            let weighed = (weight * end, counted + waived);
            if options < 0.0 {
                vec![(end, counted), weighed]
            } else {
                vec![weighed]
            }
        };
        let mut prices: Vec<f64> = legs().map(|leg| leg.strike.get() as f64).collect();
        prices.push(0.0);
        prices.sort_by(f64::total_cmp);
        // Where the options' sign changes the bracket may bend upwards.
        let crossing = |pair: &[f64]| {
            let (from, to) = (paid(pair[0]), paid(pair[1]));
            (from * to < 0.0).then(|| pair[0] + (pair[1] - pair[0]) * from / (from - to))
        };
        let crossings: Vec<f64> = prices.windows(2).filter_map(crossing).collect();
        let lines = prices.into_iter().chain(crossings).flat_map(worth);
        lines
            .map(|(slope, worth)| (slope, worth + covering * slope / 1e9))
            .collect()
    }
}

/// The least mean worth over mixtures of ends whose mean price is at most `price`.
fn envelope(ends: &[(f64, f64)], price: f64) -> f64 {
    let mut least = f64::INFINITY;
    for low in ends.iter().filter(|end| end.0 <= price) {
        least = least.min(low.1);
        for high in ends.iter().filter(|end| end.0 > price) {
            let part = (price - low.0) / (high.0 - low.0);
            least = least.min(low.1 + part * (high.1 - low.1));
        }
    }
    least
}

/// What the account owes at spot times `ratio`, volatility up, beyond all it has.
fn uncovered(portfolio: &Portfolio, ratio: f64, params: &MarginParams) -> f64 {
    let [all, _] = options(portfolio, ratio, Move::Up, params);
    let cash = portfolio.quote_atoms as f64 - portfolio.debt_atoms as f64;
    let held = portfolio.holdings.iter();
    let worth: f64 = held.map(|h| moved(h, h.value_atoms, ratio)).sum();
    (-(cash + worth.max(0.0) + paid(portfolio, &all))).max(0.0)
}

/// Option values as expected to be paid: what an expiry owes its holders less its haircut.
fn paid(portfolio: &Portfolio, values: &[f64; 8]) -> f64 {
    let each = values.iter().zip(portfolio.expiries);
    each.map(|(value, terms)| match terms.credit {
        Credit::Impaired { haircut_ppb } if *value > 0.0 => {
            value * (1.0 - (haircut_ppb as f64 / PPB).min(1.0))
        }
        _ => *value,
    })
    .sum()
}

/// The least the account can be worth at both tiers, if bounded.
pub fn least(portfolio: &Portfolio, regime: &Regime) -> [Option<f64>; 2] {
    tiers(regime).map(|tier| tier.least(portfolio))
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
    let [im, mm] = tiers(regime);
    let tier = |tier: &Tier| {
        (
            tier.at(portfolio, 1.0, Move::Flat).0,
            tier.requirement(portfolio),
        )
    };
    let held: f64 = portfolio
        .holdings
        .iter()
        .map(|h| h.value_atoms as f64)
        .sum();
    let cash = portfolio.quote_atoms as f64 - portfolio.debt_atoms as f64;
    let marks = options(portfolio, 1.0, Move::Flat, p)[0];
    let scan = p.scan_ppb as f64 / PPB;
    Reference {
        value: cash + held + paid(portfolio, &marks),
        im: tier(&im),
        mm: tier(&mm),
        uncovered: [1.0 - 1.5 * scan, 1.0 + 2.0 * scan].map(|ratio| uncovered(portfolio, ratio, p)),
    }
}
