//! The scenario that costs a tier most.

use super::grid::{Grid, MOVES_BY_STATE, SCORED_MOVES};
use super::parts::{part_q30, part_q30_ceil};
use super::rows::{Row, Rows};
use super::totals::{Tier, Totals};
use super::SCENARIO_COUNT;
use backstop_quantities::ONE_Q30;

/// By scenario.
pub(super) type Sums = [Sum; SCENARIO_COUNT];

/// The account's options in one scenario, summed over expiries.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sum {
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

/// V of a tier, its greatest damped loss, and, of maintenance margin only, where.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Worst {
    pub(super) value: i64,
    pub(super) loss: i64,
    /// The same at the least scale, where it was asked for; initial margin only.
    pub(super) least: i64,
    pub(super) scenario: usize,
}

impl Totals {
    /// The options of every scenario.
    #[inline(always)]
    pub(super) fn options(&self, rows: &Rows) -> Sums {
        let mut sums = [Sum::default(); SCENARIO_COUNT];
        let credits = self.im.credits.iter().zip(&self.mm.credits);
        let used = rows.by_expiry.iter().zip(rows.used).zip(credits);
        for ((row, _), (im, mm)) in used.filter(|((_, used), _)| *used) {
            if (*im, *mm) == (self.im.whole, self.mm.whole) {
                add(&mut sums, row);
            } else {
                add_impaired(&mut sums, row, [*im, *mm]);
            }
        }
        for (sum, short_calls) in sums.iter_mut().zip(&rows.short_calls) {
            sum.short_calls = *short_calls;
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

    /// V now, and the greatest damped loss, of each tier. Options and collateral are below 2^60 each, so a
    /// loss is below 2^62, and what the scale adds, thrice what is owed at most, below 2^62 as well.
    /// With `TWO` initial margin at the least scale as well: apart, so that who needs one pays for one.
    #[inline(never)]
    pub(super) fn worst<const TWO: bool>(&self, grid: &Grid, sums: &Sums) -> [Worst; 2] {
        let held = self.held(grid);
        let now = (held.first().zip(sums.first())).map_or([0; 2], |(held, sum)| {
            [self.im.then(held, sum, 0), self.mm.then(held, sum, 1)]
        });
        let mut worst = now.map(|value| Worst {
            value,
            ..Worst::default()
        });
        let mut index = 0usize;
        let mut rest = sums.as_slice();
        for count in MOVES_BY_STATE {
            let Some((state, next)) = rest.split_at_checked(count) else {
                break;
            };
            rest = next;
            let [im, mm] = &mut worst;
            for (sum, held) in state.iter().zip(&held) {
                let mut loss = im.value.wrapping_sub(self.im.then(held, sum, 0));
                if TWO {
                    let least = loss.wrapping_add(Tier::scaled(held, sum, self.least_extra));
                    im.least = im.least.max(held.damped(least));
                }
                if self.im.extra != 0 {
                    loss = loss.wrapping_add(Tier::scaled(held, sum, self.im.extra));
                }
                im.loss = im.loss.max(held.damped(loss));
                let loss = mm.value.wrapping_sub(self.mm.then(held, sum, 1));
                let loss = held.damped(loss);
                if loss > mm.loss {
                    mm.loss = loss;
                    mm.scenario = index;
                }
                index = index.wrapping_add(1);
            }
        }
        worst
    }
}

impl Held {
    #[inline(always)]
    fn damped(&self, loss: i64) -> i64 {
        if self.damp == ONE_Q30 {
            loss
        } else {
            part_q30_ceil(loss, self.damp)
        }
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
    #[inline(always)]
    fn scaled(held: &Held, sum: &Sum, extra: i64) -> i64 {
        let scaled = sum.owed.wrapping_sub(sum.short_calls.min(held.underlying));
        if scaled > 0 {
            part_q30_ceil(scaled, extra)
        } else {
            0
        }
    }
}

/// Adds an expiry that pays, three scenarios at a time, which saves the loop's own instructions.
#[inline(always)]
fn add(sums: &mut Sums, row: &Row) {
    let sums = sums.as_chunks_mut::<3>().0;
    for (sums, cells) in sums.iter_mut().zip(row.as_chunks::<3>().0) {
        for (sum, cell) in sums.iter_mut().zip(cells) {
            if *cell > 0 {
                sum.gained = sum.gained.wrapping_add(*cell);
            } else {
                sum.owed = sum.owed.wrapping_sub(*cell);
            }
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
