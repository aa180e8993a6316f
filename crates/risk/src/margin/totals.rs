//! From option values per expiry and scenario to values and requirements of both tiers.

use super::bound::Least;
use super::collateral::Collateral;
use super::grid::{uncovered_cells, Cell, Grid, Rows};
use super::{Assessment, Credit, Portfolio, Regime, EXPIRY_COUNT, SCENARIO_COUNT};
use crate::RiskError;
use backstop_quantities::convert::{i64_bits, i64_saturating, u64_bits, u64_or_zero};
use backstop_quantities::{mul_div_ceil, mul_div_floor, ONE_PPB, ONE_Q30};

type Sums = [i64; SCENARIO_COUNT];
/// Part of each expiry's net positive option value that counts, Q30, rounded down.
pub(super) type Credits = [i64; EXPIRY_COUNT];

/// How a tier counts.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tier {
    pub(super) collateral: Collateral,
    pub(super) credits: Credits,
    /// Part of the worth of short calls up to which the haircut of the underlying is waived, Q30.
    waiver: i64,
    /// Part of the loss that is required, Q30, rounded up.
    factor: i64,
    /// Scale of initial margin above 1, Q30, rounded up.
    extra: i64,
}

/// An account apart from its options.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Totals {
    /// quote - debt.
    cash: i64,
    /// Collateral without haircut.
    whole: Collateral,
    pub(super) im: Tier,
    pub(super) mm: Tier,
}

/// Sums over expiries, by scenario.
struct Options<'a> {
    im: Sums,
    mm: Sums,
    /// What expiries of negative value lack.
    owed: Sums,
    short_calls: &'a [i64],
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

/// The same rounded up.
#[inline]
pub(super) fn part_q30_ceil(value: i64, part: i64) -> i64 {
    part_q30(value.wrapping_neg(), part).wrapping_neg()
}

/// Net option value of one expiry as it counts: a part of it if positive.
#[inline]
fn credited(value: i64, credit: i64) -> i64 {
    if value > 0 {
        part_q30(value, credit)
    } else {
        value
    }
}

/// A fraction as Q30, rounded down: credits count less.
fn q30_floor(ppb: u64) -> i64 {
    i64_bits(mul_div_floor(ppb, u64_bits(ONE_Q30), ONE_PPB).unwrap_or(0)).min(ONE_Q30)
}

fn q30_ceil(ppb: u64) -> i64 {
    i64_bits(mul_div_ceil(ppb, u64_bits(ONE_Q30), ONE_PPB).unwrap_or(0))
}

/// Credits of a tier: the tier's, times what an impaired expiry is expected to pay.
fn credits(portfolio: &Portfolio, credit_ppb: u64, withdrawing: bool) -> Credits {
    let whole = q30_floor(credit_ppb);
    let mut credits = [0; EXPIRY_COUNT];
    for (slot, terms) in credits.iter_mut().zip(portfolio.expiries) {
        *slot = match terms.credit {
            Credit::Whole => whole,
            Credit::Impaired { .. } if withdrawing => 0,
            Credit::Impaired { haircut_ppb } => {
                part_q30(whole, q30_floor(ONE_PPB.saturating_sub(haircut_ppb)))
            }
        };
    }
    credits
}

impl Totals {
    pub(super) fn new(portfolio: &Portfolio, regime: &Regime) -> Result<Self, RiskError> {
        // check() keeps every amount below 2^56.
        let cash = i64_saturating(portfolio.quote_atoms)
            .saturating_sub(i64_saturating(portfolio.debt_atoms));
        let params = regime.params;
        let tier = |credit_ppb: u64, credits: Credits| Tier {
            collateral: Collateral::default(),
            credits,
            waiver: ONE_Q30.saturating_sub(q30_floor(credit_ppb)),
            factor: ONE_Q30,
            extra: 0,
        };
        let (im, mm) = (params.long_credit_im_ppb, params.long_credit_mm_ppb);
        let mut totals = Self {
            cash,
            whole: Collateral::default(),
            im: tier(im, credits(portfolio, im, regime.withdrawing)),
            mm: tier(mm, credits(portfolio, mm, false)),
        };
        totals.im.extra = q30_ceil(regime.im_scale_ppb.saturating_sub(ONE_PPB));
        totals.mm.factor = q30_ceil(params.mm_factor_ppb).min(ONE_Q30);
        for holding in portfolio.holdings {
            totals.whole.add(holding, holding.value_atoms)?;
            totals.im.collateral.add(holding, holding.im_atoms)?;
            totals.mm.collateral.add(holding, holding.mm_atoms)?;
        }
        Ok(totals)
    }

    /// Values, scenario requirements and uncovered losses, without add-ons and cap.
    #[inline(never)]
    pub(super) fn assess(&self, grid: &Grid, rows: &Rows) -> Assessment {
        let options = self.options(rows);
        let im = self.worst(&self.im, &options.im, grid, &options);
        let mm = self.worst(&self.mm, &options.mm, grid, &options);
        let marks = rows.by_expiry.iter().filter_map(|row| row.first());
        let marks = marks.fold(0i64, |sum, mark| sum.wrapping_add(*mark));
        let held = self.cash.saturating_add(self.whole.worth(ONE_Q30));
        Assessment {
            value: held.saturating_add(marks),
            v_im: im.value,
            v_mm: mm.value,
            r_im: im.loss,
            r_mm: part_q30_ceil(mm.loss, self.mm.factor),
            worst_scenario: mm.scenario,
            loss_by_expiry: self.loss_by_expiry(rows, usize::from(mm.scenario)),
            uncovered_atoms: self.uncovered(grid, rows),
        }
    }

    fn options<'a>(&self, rows: &'a Rows) -> Options<'a> {
        let mut sums = Options {
            im: [0; SCENARIO_COUNT],
            mm: [0; SCENARIO_COUNT],
            owed: [0; SCENARIO_COUNT],
            short_calls: &rows.short_calls,
        };
        let credits = self.im.credits.iter().zip(&self.mm.credits);
        for (row, (im, mm)) in rows.by_expiry.iter().zip(credits) {
            // An expiry without legs is one comparison, not 33.
            if row.iter().all(|cell| *cell == 0) {
                continue;
            }
            let cells = sums.im.iter_mut().zip(&mut sums.mm).zip(&mut sums.owed);
            for (((sum_im, sum_mm), owed), cell) in cells.zip(row) {
                if *cell > 0 {
                    *sum_im = sum_im.wrapping_add(part_q30(*cell, *im));
                    *sum_mm = sum_mm.wrapping_add(part_q30(*cell, *mm));
                } else {
                    *sum_im = sum_im.wrapping_add(*cell);
                    *sum_mm = sum_mm.wrapping_add(*cell);
                    *owed = owed.wrapping_sub(*cell);
                }
            }
        }
        sums
    }

    /// V now, and the greatest damped loss. Values are below 2^61 in size, so no sum wraps; what the
    /// scale adds is at most thrice as much.
    #[inline(never)]
    fn worst(&self, tier: &Tier, sums: &Sums, grid: &Grid, options: &Options) -> Worst {
        let mut worst = Worst::default();
        let mut index = 0u8;
        let rest = options.owed.iter().zip(options.short_calls);
        for ((cell, sum), (owed, short_calls)) in grid.cells().zip(sums).zip(rest) {
            let then = tier
                .collateral
                .backing(cell.ratio, part_q30(*short_calls, tier.waiver))
                .wrapping_add(self.cash)
                .wrapping_add(*sum);
            if index == 0 {
                worst.value = then;
            }
            let loss = worst.value.wrapping_sub(then);
            let scaled = loss.saturating_add(self.scaled(tier, &cell, *owed, *short_calls));
            let damped = part_q30_ceil(scaled, cell.damp);
            if damped > worst.loss {
                worst.loss = damped;
                worst.scenario = index;
            }
            index = index.wrapping_add(1);
        }
        worst
    }

    /// What the scale of initial margin adds to a loss: a part of what the account's shorts owe in the
    /// scenario beyond the underlying that backs calls. Not a part of the loss itself, because then a
    /// long, which can lose its worth, would lower health.
    fn scaled(&self, tier: &Tier, cell: &Cell, owed: i64, short_calls: i64) -> i64 {
        if tier.extra == 0 {
            return 0;
        }
        let backed = short_calls.min(self.whole.underlying(cell.ratio));
        part_q30_ceil(owed.wrapping_sub(backed).max(0), tier.extra)
    }

    fn loss_by_expiry(&self, rows: &Rows, scenario: usize) -> [i64; EXPIRY_COUNT] {
        let mut losses = [0; EXPIRY_COUNT];
        let rows = rows.by_expiry.iter().zip(self.mm.credits);
        for (slot, (row, credit)) in losses.iter_mut().zip(rows) {
            let now = row.first().copied().unwrap_or(0);
            let then = row.get(scenario).copied().unwrap_or(now);
            *slot = credited(now, credit)
                .saturating_sub(credited(then, credit))
                .max(0);
        }
        losses
    }

    fn uncovered(&self, grid: &Grid, rows: &Rows) -> [u64; 2] {
        let mut values = grid
            .uncovered_ratios()
            .map(|ratio| self.cash.saturating_add(self.whole.worth(ratio).max(0)));
        for row in &rows.by_expiry {
            for (value, cell) in values.iter_mut().zip(uncovered_cells(row)) {
                *value = value.wrapping_add(cell);
            }
        }
        values.map(|value| u64_or_zero(value.saturating_neg()))
    }

    /// What is left of each tier's health if every expiry and the spot end where it hurts most, options
    /// and underlying apart.
    pub(super) fn fixed(&self) -> [i64; 2] {
        [&self.im, &self.mm].map(|tier| self.cash.saturating_add(tier.collateral.still_least()))
    }

    /// Holds the requirements at the greatest loss the account can make.
    pub(super) fn cap(&self, outcome: &mut Assessment, least: &Least) {
        let [fixed_im, fixed_mm] = self.fixed();
        let most = |value: i64, fixed: i64, options: i64| {
            value.saturating_sub(fixed.saturating_add(options))
        };
        outcome.r_im = outcome
            .r_im
            .min(most(outcome.v_im, fixed_im, least.im).max(0));
        outcome.r_mm = outcome
            .r_mm
            .min(most(outcome.v_mm, fixed_mm, least.mm).max(0));
    }
}
