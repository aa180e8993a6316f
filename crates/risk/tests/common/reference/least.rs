//! The least an account can be worth.

use super::add_ons::net_shorts;
use super::counted::{is_underlying, moved};
use super::Tier;
use crate::black::black;
use backstop_risk::margin::Portfolio;
use backstop_risk::pricing::Kind;

impl Tier<'_> {
    /// The least the account can be worth when every expiry ends where it hurts most, if bounded: by the
    /// dual of how units are shared, a price L at which each unit left over is worth L and every expiry
    /// ends at prices whose mean is at most L.
    pub(super) fn least(&self, portfolio: &Portfolio) -> Option<f64> {
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
    pub(super) fn ends(
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
