//! From option values per expiry and scenario to values and requirements of both tiers.

use super::bound::Least;
use super::collateral::Collateral;
use super::grid::Grid;
use super::parts::{credited, credits, part_q30_ceil, q30_ceil, q30_floor, Credits};
use super::rows::{uncovered_cells, Rows};
use super::{Assessment, Portfolio, Regime, EXPIRY_COUNT};
use crate::RiskError;
use backstop_quantities::convert::{i64_saturating, u64_or_zero};
use backstop_quantities::{ONE_PPB, ONE_Q30};

/// How a tier counts.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tier {
    pub(super) collateral: Collateral,
    pub(super) credits: Credits,
    /// The credit of an expiry that pays, Q30.
    pub(super) whole: i64,
    /// Part of the worth of short calls up to which the haircut of the underlying is waived, Q30: what
    /// credit or weight leave of 1, whichever is more.
    pub(super) waiver: i64,
    /// Weight of the underlying, Q30.
    pub(super) weight: i64,
    /// Part of the loss that is required, Q30, rounded up.
    factor: i64,
    /// Scale of initial margin above 1, Q30, rounded up.
    pub(super) extra: i64,
}

/// An account apart from its options.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Totals {
    /// quote - debt.
    pub(super) cash: i64,
    /// Collateral without haircut.
    pub(super) whole: Collateral,
    pub(super) im: Tier,
    pub(super) mm: Tier,
    /// [`Tier::extra`] of initial margin at the least scale.
    pub(super) least_extra: i64,
    /// What each expiry is expected to pay of its positive value, Q30: no credit but its haircut.
    paid: Credits,
}

impl Totals {
    pub(super) fn new(portfolio: &Portfolio, regime: &Regime) -> Result<Self, RiskError> {
        // check() keeps every amount below 2^56.
        let cash = i64_saturating(portfolio.quote_atoms)
            .saturating_sub(i64_saturating(portfolio.debt_atoms));
        let params = regime.params;
        let tier = |credit_ppb: u64, withdrawing: bool| {
            let whole = q30_floor(credit_ppb);
            Tier {
                collateral: Collateral::default(),
                credits: credits(portfolio, whole, withdrawing),
                whole,
                weight: ONE_Q30,
                waiver: ONE_Q30.wrapping_sub(whole),
                factor: ONE_Q30,
                extra: 0,
            }
        };
        let extra = |scale_ppb: u64| q30_ceil(scale_ppb.saturating_sub(ONE_PPB));
        let mut totals = Self {
            cash,
            whole: Collateral::default(),
            im: tier(params.long_credit_im_ppb, regime.withdrawing),
            mm: tier(params.long_credit_mm_ppb, false),
            least_extra: 0,
            paid: credits(portfolio, ONE_Q30, false),
        };
        totals.im.extra = extra(regime.im_scale_ppb);
        totals.least_extra = match regime.least_scale_ppb == regime.im_scale_ppb {
            true => totals.im.extra,
            false => extra(regime.least_scale_ppb),
        };
        totals.mm.factor = q30_ceil(params.mm_factor_ppb).min(ONE_Q30);
        for holding in portfolio.holdings {
            totals.whole.add(holding, holding.value_atoms)?;
            totals.im.collateral.add(holding, holding.im_atoms)?;
            totals.mm.collateral.add(holding, holding.mm_atoms)?;
        }
        for tier in [&mut totals.im, &mut totals.mm] {
            tier.weight = tier.collateral.weight();
            tier.waiver = tier.waiver.max(ONE_Q30.wrapping_sub(tier.weight));
        }
        Ok(totals)
    }

    /// Values, scenario requirements and uncovered losses, without add-ons and cap.
    #[inline(never)]
    pub(super) fn assess(&self, grid: &Grid, rows: &Rows) -> Assessment {
        let sums = self.options(rows);
        let one = self.least_extra == self.im.extra;
        let [im, mm] = match one {
            true => self.worst::<false>(grid, &sums),
            false => self.worst::<true>(grid, &sums),
        };
        let mut value_by_expiry = [0; EXPIRY_COUNT];
        let mut counted_by_expiry = [0; EXPIRY_COUNT];
        let slots = value_by_expiry.iter_mut().zip(&mut counted_by_expiry);
        let filled = rows.by_expiry.iter().zip(rows.used);
        let parts = self.paid.iter().zip(self.mm.credits);
        for (((value, counted), (row, used)), (paid, credit)) in slots.zip(filled).zip(parts) {
            if let Some(now) = row.first().filter(|_| used) {
                *value = paid_part(*now, *paid);
                *counted = credited(*now, credit);
            }
        }
        let marks = value_by_expiry.iter();
        let marks = marks.fold(0i64, |sum, mark| sum.wrapping_add(*mark));
        // As for V, far below 2^63.
        let held = self.cash.wrapping_add(self.whole.worth(ONE_Q30));
        let loss_by_expiry = self.loss_by_expiry(rows, mm.scenario, &counted_by_expiry);
        Assessment {
            value: held.wrapping_add(marks),
            v_im: im.value,
            v_mm: mm.value,
            r_im: im.loss,
            r_im_least: if one { im.loss } else { im.least },
            r_mm: part_q30_ceil(mm.loss, self.mm.factor),
            worst_scenario: u8::try_from(mm.scenario).unwrap_or(0),
            loss_by_expiry,
            required_by_expiry: loss_by_expiry.map(|loss| part_q30_ceil(loss, self.mm.factor)),
            value_by_expiry,
            counted_by_expiry,
            uncovered_atoms: self.uncovered(grid, rows),
        }
    }

    fn loss_by_expiry(
        &self,
        rows: &Rows,
        scenario: usize,
        counted: &[i64; EXPIRY_COUNT],
    ) -> [i64; EXPIRY_COUNT] {
        let mut losses = [0; EXPIRY_COUNT];
        let filled = rows.by_expiry.iter().zip(rows.used).zip(counted);
        let losing = losses.iter_mut().zip(filled).zip(&self.mm.credits);
        for ((slot, ((row, used), now)), credit) in losing {
            let Some(then) = row.get(scenario).filter(|_| used) else {
                continue;
            };
            // Cells are below 2^60.
            *slot = now.wrapping_sub(credited(*then, *credit)).max(0);
        }
        losses
    }

    fn uncovered(&self, grid: &Grid, rows: &Rows) -> [u64; 2] {
        let mut values = grid
            .uncovered_ratios()
            .map(|ratio| self.cash.wrapping_add(self.whole.worth(ratio).max(0)));
        for (row, paid) in rows.by_expiry.iter().zip(&self.paid) {
            for (value, cell) in values.iter_mut().zip(uncovered_cells(row)) {
                *value = value.wrapping_add(paid_part(cell, *paid));
            }
        }
        values.map(|value| u64_or_zero(value.wrapping_neg()))
    }

    /// What is left of each tier's health if every expiry and the spot end where it hurts most, options
    /// and underlying apart.
    pub(super) fn fixed(&self) -> [i64; 2] {
        [&self.im, &self.mm].map(|tier| self.cash.wrapping_add(tier.collateral.still_least()))
    }

    /// Holds the requirements at the greatest loss the account can make. Prices may be off by `error`: so
    /// far a value may lie below the least the account can be worth, and so far it is lifted. Initial
    /// margin asks `roundings` more, what the last hour can cut from an account that holds just what it owes.
    pub(super) fn cap(&self, outcome: &mut Assessment, least: &Least, error: i64, roundings: i64) {
        let [fixed_im, fixed_mm] = self.fixed();
        // Values and errors are below 2^61; a least may be as great as i64::MAX.
        let lifted = |value: i64, least: i64| value.max(least.min(value.wrapping_add(error)));
        let most = |value: i64, least: i64| value.saturating_sub(least).max(0);
        let mut greatest = i64::MIN;
        if let Some(least) = least.im {
            let owed = fixed_im.saturating_add(least);
            let least = owed.saturating_sub(roundings);
            outcome.v_im = lifted(outcome.v_im, owed);
            let most = most(outcome.v_im, least);
            outcome.r_im = outcome.r_im.min(most);
            outcome.r_im_least = outcome.r_im_least.min(most);
            greatest = owed;
        }
        if let Some(least) = least.mm {
            let owed = fixed_mm.saturating_add(least);
            outcome.v_mm = lifted(outcome.v_mm, owed);
            outcome.r_mm = outcome.r_mm.min(most(outcome.v_mm, owed));
            greatest = greatest.max(owed);
        }
        outcome.value = lifted(outcome.value, greatest);
    }
}

/// A value of one expiry as it is expected to be paid.
#[inline]
fn paid_part(value: i64, paid: i64) -> i64 {
    if paid == ONE_Q30 {
        value
    } else {
        credited(value, paid)
    }
}
