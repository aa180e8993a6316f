//! From option values per expiry and scenario to values and requirements of both tiers.

use super::bound::Least;
use super::collateral::Collateral;
use super::grid::{uncovered_cells, Grid, Row, Rows, MOVES_BY_STATE, SCORED_MOVES};
use super::{Assessment, Credit, Portfolio, Regime, EXPIRY_COUNT, SCENARIO_COUNT};
use crate::RiskError;
use backstop_quantities::convert::{i64_bits, i64_saturating, u64_bits, u64_or_zero};
use backstop_quantities::{mul_div_ceil, mul_div_floor, ONE_PPB, ONE_Q30};

/// By scenario.
type Sums = [Sum; SCENARIO_COUNT];
/// Part of each expiry's net positive option value that counts, Q30, rounded down.
pub(super) type Credits = [i64; EXPIRY_COUNT];

/// How a tier counts.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tier {
    pub(super) collateral: Collateral,
    pub(super) credits: Credits,
    /// The credit of an expiry that pays, Q30.
    whole: i64,
    /// Part of the worth of short calls up to which the haircut of the underlying is waived, Q30: what
    /// credit or weight leave of 1, whichever is more.
    pub(super) waiver: i64,
    /// Weight of the underlying, Q30.
    pub(super) weight: i64,
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

/// The account's options in one scenario, summed over expiries.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    /// Positive values of expiries that pay.
    gained: i64,
    /// What expiries of negative value lack.
    owed: i64,
    /// Positive values of impaired expiries as each tier counts them.
    impaired: [i64; 2],
    /// As [`Rows::short_calls`].
    short_calls: i64,
}

/// What an account holds besides options with spot moved.
#[derive(Clone, Copy, Debug, Default)]
struct Held {
    /// Cash and collateral, and the haircut of the underlying, of each tier.
    worth: [i64; 2],
    haircut: [i64; 2],
    /// The underlying without haircut, where initial margin is scaled.
    underlying: i64,
    /// Damping of the move, Q30.
    damp: i64,
}

/// V of a tier, its greatest damped loss, and where.
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
pub(super) fn credited(value: i64, credit: i64) -> i64 {
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
            whole: q30_floor(credit_ppb),
            weight: ONE_Q30,
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
        for tier in [&mut totals.im, &mut totals.mm] {
            tier.weight = tier.collateral.weight();
            tier.waiver = tier.waiver.max(ONE_Q30.saturating_sub(tier.weight));
        }
        Ok(totals)
    }

    /// Values, scenario requirements and uncovered losses, without add-ons and cap.
    #[inline(never)]
    pub(super) fn assess(&self, grid: &Grid, rows: &Rows) -> Assessment {
        let [im, mm] = self.worst(grid, &self.options(rows));
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

    fn options(&self, rows: &Rows) -> Sums {
        let mut sums = [Sum::default(); SCENARIO_COUNT];
        for (sum, short_calls) in sums.iter_mut().zip(&rows.short_calls) {
            sum.short_calls = *short_calls;
        }
        let credits = self.im.credits.iter().zip(&self.mm.credits);
        let used = rows.by_expiry.iter().zip(rows.used).zip(credits);
        for ((row, _), (im, mm)) in used.filter(|((_, used), _)| *used) {
            if (*im, *mm) == (self.im.whole, self.mm.whole) {
                for (sum, cell) in sums.iter_mut().zip(row) {
                    if *cell > 0 {
                        sum.gained = sum.gained.wrapping_add(*cell);
                    } else {
                        sum.owed = sum.owed.wrapping_sub(*cell);
                    }
                }
            } else {
                add_impaired(&mut sums, row, [*im, *mm]);
            }
        }
        sums
    }

    /// What is held at the moves of the scenarios.
    fn held(&self, grid: &Grid) -> [Held; SCORED_MOVES] {
        let mut held = [Held::default(); SCORED_MOVES];
        let tiers = [&self.im.collateral, &self.mm.collateral];
        for (slot, (step, damp)) in held.iter_mut().zip(grid.scored()) {
            *slot = Held {
                worth: tiers.map(|tier| self.cash.wrapping_add(tier.worth(step.ratio))),
                haircut: tiers.map(|tier| tier.waivable(step.ratio)),
                underlying: if self.im.extra == 0 {
                    0
                } else {
                    self.whole.underlying(step.ratio)
                },
                damp,
            };
        }
        held
    }

    /// V now, and the greatest damped loss, of each tier. Values are below 2^61 in size, so no sum
    /// wraps; what the scale adds is at most thrice as much.
    #[inline(never)]
    fn worst(&self, grid: &Grid, sums: &Sums) -> [Worst; 2] {
        let held = self.held(grid);
        let now = (held.first().zip(sums.first())).map_or([0; 2], |(held, sum)| {
            [self.im.then(held, sum, 0), self.mm.then(held, sum, 1)]
        });
        let mut worst = now.map(|value| Worst {
            value,
            ..Worst::default()
        });
        let mut index = 0u8;
        let mut rest = sums.as_slice();
        for count in MOVES_BY_STATE {
            let Some((state, next)) = rest.split_at_checked(count) else {
                break;
            };
            rest = next;
            for (sum, held) in state.iter().zip(&held) {
                let [im, mm] = &mut worst;
                im.score(&self.im, held, sum, 0, index);
                mm.score(&self.mm, held, sum, 1, index);
                index = index.wrapping_add(1);
            }
        }
        worst
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

    /// Holds the requirements at the greatest loss the account can make. Prices may be off by `error`: so
    /// far a value may lie below the least the account can be worth, and so far it is lifted.
    pub(super) fn cap(&self, outcome: &mut Assessment, least: &Least, error: i64) {
        let [fixed_im, fixed_mm] = self.fixed();
        let least_im = fixed_im.saturating_add(least.im);
        let least_mm = fixed_mm.saturating_add(least.mm);
        let lifted = |value: i64, least: i64| value.max(least.min(value.saturating_add(error)));
        outcome.v_im = lifted(outcome.v_im, least_im);
        outcome.v_mm = lifted(outcome.v_mm, least_mm);
        outcome.value = lifted(outcome.value, least_im.max(least_mm));
        let most = |value: i64, least: i64| value.saturating_sub(least).max(0);
        outcome.r_im = outcome.r_im.min(most(outcome.v_im, least_im));
        outcome.r_mm = outcome.r_mm.min(most(outcome.v_mm, least_mm));
    }
}

impl Tier {
    /// V in a scenario; `side` is 0 for initial margin, 1 for maintenance margin.
    #[inline(always)]
    fn then(&self, held: &Held, sum: &Sum, side: usize) -> i64 {
        let of = |pair: [i64; 2]| if side == 0 { pair[0] } else { pair[1] };
        let options = part_q30(sum.gained, self.whole)
            .wrapping_add(of(sum.impaired))
            .wrapping_sub(sum.owed);
        let waived = if sum.short_calls > 0 {
            of(held.haircut).min(part_q30(sum.short_calls, self.waiver))
        } else {
            0
        };
        of(held.worth).wrapping_add(options).wrapping_add(waived)
    }

    /// What the scale of initial margin adds to a loss: a part of what the account's shorts owe in the
    /// scenario beyond the underlying that backs calls. Not a part of the loss itself, because then a
    /// long, which can lose its worth, would lower health.
    fn scaled(&self, held: &Held, sum: &Sum) -> i64 {
        let backed = sum.short_calls.min(held.underlying);
        part_q30_ceil(sum.owed.wrapping_sub(backed).max(0), self.extra)
    }
}

impl Worst {
    /// Looks at one more scenario.
    #[inline(always)]
    fn score(&mut self, tier: &Tier, held: &Held, sum: &Sum, side: usize, index: u8) {
        let mut loss = self.value.wrapping_sub(tier.then(held, sum, side));
        if tier.extra != 0 {
            loss = loss.saturating_add(tier.scaled(held, sum));
        }
        if held.damp != ONE_Q30 {
            loss = part_q30_ceil(loss, held.damp);
        }
        if loss > self.loss {
            self.loss = loss;
            self.scenario = index;
        }
    }
}

/// Adds an expiry whose positive value counts less than that of others.
#[inline(never)]
fn add_impaired(sums: &mut Sums, row: &Row, credits: [i64; 2]) {
    for (sum, cell) in sums.iter_mut().zip(row) {
        if *cell > 0 {
            let [im, mm] = credits.map(|credit| part_q30(*cell, credit));
            let [sum_im, sum_mm] = sum.impaired;
            sum.impaired = [sum_im.wrapping_add(im), sum_mm.wrapping_add(mm)];
        } else {
            sum.owed = sum.owed.wrapping_sub(*cell);
        }
    }
}
