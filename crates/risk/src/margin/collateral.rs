//! Collateral other than quote, as one tier weighs it, at any spot.

use super::parts::part_q30;
use super::Holding;
use crate::RiskError;
use backstop_quantities::convert::{i64_saturating, u64_or_zero};
use backstop_quantities::{fraction_q30_floor, mul_div_ceil, ONE_PPB, ONE_Q30};

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
        let wrong = match holding.wrong_way_ppb {
            0 => 0,
            ppb => mul_div_ceil(weighted, ppb, ONE_PPB)
                .map(i64_saturating)
                .ok_or(RiskError::TooLarge)?,
        };
        // Eight holdings below 2^56, as the caller has checked.
        self.wrong = self.wrong.wrapping_add(wrong);
        if !holding.moves_with_spot {
            self.still = self.still.wrapping_add(worth);
            self.still_wrong = self.still_wrong.wrapping_add(wrong);
            return Ok(());
        }
        self.moving = self.moving.wrapping_add(worth);
        if holding.contracts_equivalent > 0 {
            let whole = i64_saturating(holding.value_atoms);
            self.underlying = self.underlying.wrapping_add(whole);
            self.haircut = self.haircut.wrapping_add(whole.wrapping_sub(worth));
        }
        Ok(())
    }

    /// Worth with spot times `ratio`, rounded down:
    /// still + moving * ratio - wrong * max(0, 1 - ratio).
    #[inline]
    pub(super) fn worth(&self, ratio: i64) -> i64 {
        if ratio < ONE_Q30 {
            // The same as one line.
            let slope = self.moving.wrapping_add(self.wrong);
            let at_nothing = self.still.wrapping_sub(self.wrong);
            return at_nothing.wrapping_add(part_q30(slope, ratio));
        }
        self.still.wrapping_add(part_q30(self.moving, ratio))
    }

    /// Haircut of the underlying with spot times `ratio`.
    #[inline]
    pub(super) fn waivable(&self, ratio: i64) -> i64 {
        if self.haircut == 0 {
            0
        } else {
            part_q30(self.haircut, ratio)
        }
    }

    /// Weight of the underlying, Q30, rounded up; 1 without any.
    pub(super) fn weight(&self) -> i64 {
        if self.haircut == 0 {
            return ONE_Q30;
        }
        let (haircut, whole) = (u64_or_zero(self.haircut), u64_or_zero(self.underlying));
        let part = fraction_q30_floor(haircut, whole);
        ONE_Q30.saturating_sub(part.map_or(0, i64_saturating))
    }

    /// Underlying without haircut with spot times `ratio`.
    #[inline]
    pub(super) fn underlying(&self, ratio: i64) -> i64 {
        part_q30(self.underlying, ratio)
    }

    /// What does not move with spot, with spot at nothing.
    pub(super) fn still_least(&self) -> i64 {
        // Eight holdings below 2^56, and a part of each.
        self.still.wrapping_sub(self.still_wrong)
    }
}
