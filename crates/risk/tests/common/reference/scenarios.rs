//! Shocks, scenarios, and what options are worth in them.

use super::{Tier, PPB};
use crate::black::black;
use backstop_risk::margin::{Leg, MarginParams, Portfolio};
use backstop_risk::pricing::Kind;

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Move {
    Flat,
    Up,
    Down,
    Tilt(f64),
}

pub(super) fn shocked(leg: &Leg, spot: f64, state: Move, p: &MarginParams) -> f64 {
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
pub(super) fn options(
    portfolio: &Portfolio,
    ratio: f64,
    state: Move,
    p: &MarginParams,
) -> [[f64; 8]; 2] {
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
pub(super) fn shock_most(leg: &Leg, p: &MarginParams) -> f64 {
    let scale = 2_592_000.0 / leg.seconds_to_expiry.max(86_400) as f64;
    let scale = scale.powf(if scale > 1.0 { 0.30 } else { 0.13 });
    1.0 + (p.vol_up_ppb as f64 / PPB * scale).max(0.25)
}

impl Tier<'_> {
    pub(super) fn scenarios(&self) -> Vec<(f64, Move, f64)> {
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
}
