//! What a requirement asks beside the scenarios.

use super::scenarios::shock_most;
use super::{Tier, PPB};
use backstop_risk::margin::{Leg, Portfolio};
use backstop_risk::pricing::Kind;

pub(super) fn net_shorts(portfolio: &Portfolio, kind: Kind) -> [f64; 8] {
    let mut net = [0.0; 8];
    for leg in portfolio.legs.iter().filter(|leg| leg.kind == kind) {
        net[usize::from(leg.expiry_index)] += leg.quantity.get() as f64;
    }
    net.map(|units: f64| (-units).max(0.0))
}

impl Tier<'_> {
    pub(super) fn add_ons(&self, portfolio: &Portfolio) -> f64 {
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
    pub(super) fn error(&self, leg: &Leg, spot: f64, strike: f64) -> f64 {
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

    /// What all prices may be off by.
    pub(super) fn errors(&self, portfolio: &Portfolio) -> f64 {
        let spot = portfolio.spot.get() as f64 / 1e9;
        let each = portfolio.legs.iter();
        each.map(|leg| self.error(leg, spot, leg.strike.get() as f64 / 1e9))
            .sum()
    }

    /// What initial margin asks beyond the least: an atom for every leg but one of an expiry with a short.
    pub(super) fn roundings(&self, portfolio: &Portfolio) -> f64 {
        let of = |expiry: usize| {
            let own = || {
                let legs = portfolio.legs.iter();
                legs.filter(move |leg| usize::from(leg.expiry_index) == expiry)
            };
            let asked = self.is_im && own().any(|leg| leg.quantity.is_short());
            if asked {
                own().count() as f64 - 1.0
            } else {
                0.0
            }
        };
        (0..8).map(of).sum()
    }
}
