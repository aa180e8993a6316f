//! Collateral other than quote, as one tier weighs it, at any spot.

use super::totals::{part_q30, part_q30_ceil};
use super::Holding;
use crate::RiskError;
use backstop_quantities::convert::i64_saturating;
use backstop_quantities::{mul_div_ceil, ONE_PPB, ONE_Q30};

/// Sums of all holdings, quote atoms.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Collateral {
    /// Worth that does not move with spot.
    still: i64,
    /// Worth that does.
    moving: i64,
    /// Worth lost if spot falls to nothing, beyond moving with it: all of it, and that of `still` alone.
    wrong: i64,
    still_wrong: i64,
    /// Underlying without haircut, and its haircut.
    underlying: i64,
    haircut: i64,
}

impl Collateral {
    /// Adds a holding that this tier weighs at `weighted` atoms.
    ///
    /// # Errors
    /// `TooLarge` if its wrong-way loss does not fit.
    pub(super) fn add(&mut self, holding: &Holding, weighted: u64) -> Result<(), RiskError> {
        let worth = i64_saturating(weighted);
        let wrong = mul_div_ceil(weighted, holding.wrong_way_ppb, ONE_PPB)
            .map(i64_saturating)
            .ok_or(RiskError::TooLarge)?;
        self.wrong = self.wrong.saturating_add(wrong);
        if !holding.moves_with_spot {
            self.still = self.still.saturating_add(worth);
            self.still_wrong = self.still_wrong.saturating_add(wrong);
            return Ok(());
        }
        self.moving = self.moving.saturating_add(worth);
        if holding.contracts_equivalent > 0 {
            let whole = i64_saturating(holding.value_atoms);
            self.underlying = self.underlying.saturating_add(whole);
            self.haircut = self.haircut.saturating_add(whole.saturating_sub(worth));
        }
        Ok(())
    }

    /// Worth with spot times `ratio`, rounded down:
    /// still + moving * ratio - wrong * max(0, 1 - ratio).
    #[inline]
    pub(super) fn worth(&self, ratio: i64) -> i64 {
        let fall = ONE_Q30.wrapping_sub(ratio).max(0);
        self.still
            .wrapping_add(part_q30(self.moving, ratio))
            .wrapping_sub(part_q30_ceil(self.wrong, fall))
    }

    /// The same, the haircut of the underlying waived up to `waived` atoms.
    #[inline]
    pub(super) fn backing(&self, ratio: i64, waived: i64) -> i64 {
        self.worth(ratio)
            .wrapping_add(part_q30(self.haircut, ratio).min(waived))
    }

    /// Underlying without haircut with spot times `ratio`.
    #[inline]
    pub(super) fn underlying(&self, ratio: i64) -> i64 {
        part_q30(self.underlying, ratio)
    }

    /// What does not move with spot, with spot at nothing.
    pub(super) fn still_least(&self) -> i64 {
        self.still.saturating_sub(self.still_wrong)
    }
}
