//! What an account counts at a spot and volatilities.

use super::scenarios::{options, Move};
use super::{Tier, PPB};
use backstop_risk::margin::{Credit, Holding, MarginParams, Portfolio};

/// `worth` of a holding with spot times `ratio`.
pub(super) fn moved(holding: &Holding, worth: u64, ratio: f64) -> f64 {
    let along = if holding.moves_with_spot { ratio } else { 1.0 };
    worth as f64 * (along - holding.wrong_way_ppb as f64 / PPB * (1.0 - ratio).max(0.0))
}

pub(super) fn is_underlying(holding: &Holding) -> bool {
    holding.moves_with_spot && holding.contracts_equivalent > 0
}

impl Tier<'_> {
    pub(super) fn weighted(&self, holding: &Holding) -> u64 {
        if self.is_im {
            holding.im_atoms
        } else {
            holding.mm_atoms
        }
    }

    pub(super) fn credited(&self, portfolio: &Portfolio, expiry: usize, value: f64) -> f64 {
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
    pub(super) fn at(&self, portfolio: &Portfolio, ratio: f64, state: Move) -> (f64, f64) {
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

    /// How much more haircut is waived now if whatever expiries lack counts, and not what calls make them lack.
    pub(super) fn waived_for_puts(&self, portfolio: &Portfolio) -> f64 {
        let [all, calls] = options(portfolio, 1.0, Move::Flat, self.params);
        let own = portfolio.holdings.iter().filter(|h| is_underlying(h));
        let haircut: f64 = own.map(|h| (h.value_atoms - self.weighted(h)) as f64).sum();
        let lacking: f64 = all.iter().map(|v| (-v).max(0.0)).sum();
        let by_calls: f64 = (0..8).map(|e| (-calls[e]).min(-all[e]).max(0.0)).sum();
        let waived = |lacking: f64| haircut.min(self.waiver(portfolio) * lacking);
        waived(lacking) - waived(by_calls)
    }

    /// Weight of the underlying, 1 without any.
    pub(super) fn weight(&self, portfolio: &Portfolio) -> f64 {
        let own = || portfolio.holdings.iter().filter(|h| is_underlying(h));
        let worth: f64 = own().map(|h| self.weighted(h) as f64).sum();
        let value: f64 = own().map(|h| h.value_atoms as f64).sum();
        if value > 0.0 {
            worth / value
        } else {
            1.0
        }
    }

    pub(super) fn waiver(&self, portfolio: &Portfolio) -> f64 {
        (1.0 - self.credit).max(1.0 - self.weight(portfolio))
    }
}

/// What the account owes at spot times `ratio`, volatility up, beyond all it has.
pub(super) fn uncovered(portfolio: &Portfolio, ratio: f64, params: &MarginParams) -> f64 {
    let [all, _] = options(portfolio, ratio, Move::Up, params);
    let cash = portfolio.quote_atoms as f64 - portfolio.debt_atoms as f64;
    let held = portfolio.holdings.iter();
    let worth: f64 = held.map(|h| moved(h, h.value_atoms, ratio)).sum();
    (-(cash + worth.max(0.0) + paid(portfolio, &all))).max(0.0)
}

/// Option values as expected to be paid: what an expiry owes its holders less its haircut.
pub(super) fn paid(portfolio: &Portfolio, values: &[f64; 8]) -> f64 {
    let each = values.iter().zip(portfolio.expiries);
    each.map(|(value, terms)| match terms.credit {
        Credit::Impaired { haircut_ppb } if *value > 0.0 => {
            value * (1.0 - (haircut_ppb as f64 / PPB).min(1.0))
        }
        _ => *value,
    })
    .sum()
}
