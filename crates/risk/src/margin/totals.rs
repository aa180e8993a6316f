//! From option values per expiry and scenario to values and requirements of both tiers.

use super::bound::Least;
use super::grid::{Grid, Rows};
use super::{Assessment, Holding, MarginParams, Portfolio, EXPIRY_COUNT, SCENARIO_COUNT};
use crate::RiskError;
use backstop_quantities::convert::{i64_bits, i64_saturating, u64_bits};
use backstop_quantities::{mul_div_ceil, mul_div_floor, ONE_PPB, ONE_Q30};

/// One tier: collateral as weighted, and how options count.
#[derive(Clone, Copy, Debug, Default)]
struct Tier {
    /// quote - debt + collateral that does not move with spot.
    still: i64,
    /// Collateral that moves with spot.
    moving: i64,
    /// Part of net positive option value that counts, Q30.
    credit: i64,
    /// Part of the loss that is required, Q30, rounded up.
    factor: i64,
}

/// An account apart from its options.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Totals {
    /// quote - debt + collateral, no haircut.
    value: i64,
    im: Tier,
    mm: Tier,
}

/// The greatest damped loss of a tier, and where.
#[derive(Clone, Copy, Debug, Default)]
struct Worst {
    value: i64,
    loss: i64,
    scenario: u8,
}

/// Part of a value, Q30, rounded down; exact for parts up to 2^32 and results within i64.
#[inline]
pub(super) fn part_q30(value: i64, part: i64) -> i64 {
    let high = (value >> 30).wrapping_mul(part);
    let low = (value & (ONE_Q30 - 1)).wrapping_mul(part) >> 30;
    high.wrapping_add(low)
}

/// Net option value of one expiry as it counts: a part of it if positive.
#[inline]
pub(super) fn credited(value: i64, credit: i64) -> i64 {
    if value > 0 {
        part_q30(value, credit)
    } else {
        value
    }
}

/// A fraction as Q30, rounded down: credits count less.
pub(super) fn q30_floor(ppb: u64) -> i64 {
    i64_bits(mul_div_floor(ppb, u64_bits(ONE_Q30), ONE_PPB).unwrap_or(0)).min(ONE_Q30)
}

fn q30_ceil(ppb: u64) -> i64 {
    i64_bits(mul_div_ceil(ppb, u64_bits(ONE_Q30), ONE_PPB).unwrap_or(0)).min(ONE_Q30)
}

impl Totals {
    /// `short_calls` is the sum over expiries of net short calls, scaled 1e6: so many units of
    /// underlying weigh 1.
    pub(super) fn new(
        portfolio: &Portfolio,
        params: &MarginParams,
        short_calls: u64,
    ) -> Result<Self, RiskError> {
        // check() keeps every amount below 2^56.
        let cash = i64_saturating(portfolio.quote_atoms)
            .saturating_sub(i64_saturating(portfolio.debt_atoms));
        let tier = |credit_ppb: u64, factor: i64| Tier {
            still: cash,
            moving: 0,
            credit: q30_floor(credit_ppb),
            factor,
        };
        let mut totals = Self {
            value: cash,
            im: tier(params.long_credit_im_ppb, ONE_Q30),
            mm: tier(params.long_credit_mm_ppb, q30_ceil(params.mm_factor_ppb)),
        };
        let mut uncovered = short_calls;
        for holding in portfolio.holdings {
            let covering = holding.contracts_equivalent.min(uncovered);
            uncovered = uncovered.saturating_sub(covering);
            totals.value = totals
                .value
                .saturating_add(i64_saturating(holding.value_atoms));
            totals.im.add(holding, covering, holding.weight_im_ppb)?;
            totals.mm.add(holding, covering, holding.weight_mm_ppb)?;
        }
        Ok(totals)
    }

    /// Values and scenario requirements, without add-ons and cap.
    pub(super) fn assess(&self, grid: &Grid, rows: &Rows) -> Assessment {
        let im = self.im.worst(grid, rows);
        let mm = self.mm.worst(grid, rows);
        let marks = rows.by_expiry.iter().filter_map(|row| row.first());
        let options = marks.fold(0i64, |sum, mark| sum.wrapping_add(*mark));
        let mut loss_by_expiry = [0; EXPIRY_COUNT];
        for (slot, row) in loss_by_expiry.iter_mut().zip(&rows.by_expiry) {
            let now = row.first().copied().unwrap_or(0);
            let then = row.get(usize::from(mm.scenario)).copied().unwrap_or(now);
            *slot = credited(now, self.mm.credit)
                .saturating_sub(credited(then, self.mm.credit))
                .max(0);
        }
        Assessment {
            value: self.value.saturating_add(options),
            v_im: im.value,
            v_mm: mm.value,
            r_im: self.im.required(im.loss),
            r_mm: self.mm.required(mm.loss),
            worst_scenario: mm.scenario,
            loss_by_expiry,
        }
    }

    /// Holds the requirements at the greatest loss the account can make.
    pub(super) fn cap(&self, outcome: &mut Assessment, least: &Least) {
        let most = |value: i64, tier: &Tier, options: i64| {
            value
                .saturating_sub(tier.still.saturating_add(options))
                .max(0)
        };
        outcome.r_im = outcome.r_im.min(most(outcome.v_im, &self.im, least.im));
        outcome.r_mm = outcome.r_mm.min(most(outcome.v_mm, &self.mm, least.mm));
    }
}

impl Tier {
    /// Adds a collateral, `covering` units of it at weight 1. Rounded down.
    fn add(&mut self, holding: &Holding, covering: u64, weight_ppb: u64) -> Result<(), RiskError> {
        let part = |whole, n, d| mul_div_floor(whole, n, d).ok_or(RiskError::TooLarge);
        let whole = if covering > 0 {
            part(holding.value_atoms, covering, holding.contracts_equivalent)?
        } else {
            0
        };
        let rest = part(
            holding.value_atoms.saturating_sub(whole),
            weight_ppb,
            ONE_PPB,
        )?;
        let weighted = i64_saturating(whole.saturating_add(rest));
        let side = if holding.moves_with_spot {
            &mut self.moving
        } else {
            &mut self.still
        };
        *side = side.saturating_add(weighted);
        Ok(())
    }

    /// V now, and the greatest damped loss. At most 2^61 in size: no sum wraps.
    #[inline(never)]
    fn worst(&self, grid: &Grid, rows: &Rows) -> Worst {
        let mut values = [0i64; SCENARIO_COUNT];
        for row in rows
            .by_expiry
            .iter()
            .filter(|row| row.iter().any(|v| *v != 0))
        {
            for (sum, option) in values.iter_mut().zip(row) {
                *sum = sum.wrapping_add(credited(*option, self.credit));
            }
        }
        let base = self.still.wrapping_add(self.moving);
        let mut worst = Worst {
            value: base.wrapping_add(values.first().copied().unwrap_or(0)),
            loss: 0,
            scenario: 0,
        };
        let mut index = 0u8;
        for (cell, options) in grid.cells().zip(values) {
            let then = self
                .still
                .wrapping_add(part_q30(self.moving, cell.ratio))
                .wrapping_add(options);
            let loss = worst.value.wrapping_sub(then);
            let damped = part_q30(loss, cell.damp);
            if damped > worst.loss {
                worst.loss = damped;
                worst.scenario = index;
            }
            index = index.wrapping_add(1);
        }
        worst
    }

    /// k * loss, rounded up.
    fn required(&self, loss: i64) -> i64 {
        part_q30(loss.saturating_neg(), self.factor).saturating_neg()
    }
}
