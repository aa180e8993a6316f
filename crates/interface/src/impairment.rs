//! Estates in expiries: what each is counted with, what the holders have, and the estimate both make.
//!
//! Neither estates nor series are listed anywhere, and there may be more of them than a transaction holds. So each is
//! counted by itself: it remembers what the expiry counts of it, and counting it again moves the difference. What was
//! counted in the same round, within [`ROUND_SECONDS`], makes an estimate once it is all there is.

use crate::accounts::{Expiry, ExpiryState, MarginAccount, Series, VolSurface};
use crate::error::BackstopError;
use anchor_lang::prelude::*;
use backstop_quantities::Atoms;
use backstop_risk::estate::{estimated_haircut_ceil, exercise_waits, Means, Part};
use backstop_risk::margin::Assessment;

/// Seconds within which all estates and series of an expiry are counted for an estimate.
pub const ROUND_SECONDS: i64 = 600;
/// Expiries of a market that may hold estates at a time: every day of a month, further Fridays and last Fridays that
/// the calendar allows at once are fewer.
pub const MAX_IMPAIRED: usize = 56;

/// The estimate of an expiry that holds an estate.
#[zero_copy]
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ImpairedExpiry {
    /// Unix second of the expiry; 0 marks a free slot.
    pub expires_at: i64,
    /// Its estimated haircut, 1e9 = all.
    pub haircut_ppb: u64,
}

impl Expiry {
    /// Begins a round of counting, unless one is under way.
    pub fn begin_round(&mut self, now: i64) {
        if now.saturating_sub(self.round_at) > ROUND_SECONDS {
            self.round = self.round.wrapping_add(1);
            self.round_at = now;
            self.round_series = 0;
            self.round_estates = 0;
        }
    }

    /// Counts what the holders of a series have, in quote atoms.
    ///
    /// Errors: AmountOverflow.
    pub fn count_series(&mut self, series: &mut Series, worth_atoms: u64) -> Result<()> {
        let others = self.worth_atoms.checked_sub(series.counted_atoms);
        let sum = others.and_then(|others| others.checked_add(worth_atoms));
        self.worth_atoms = sum.ok_or(BackstopError::AmountOverflow)?;
        if series.counted_round != self.round {
            self.round_series = self.round_series.saturating_add(1);
        }
        series.counted_atoms = worth_atoms;
        series.counted_round = self.round;
        Ok(())
    }

    /// Takes a series that is closed out of what is counted.
    pub fn uncount_series(&mut self, series: &Series) {
        self.worth_atoms = self.worth_atoms.saturating_sub(series.counted_atoms);
        let counted = u8::from(series.counted_round == self.round);
        self.round_series = self.round_series.saturating_sub(counted);
    }

    /// Makes the estimate of the round, if it is complete or there is no estate, and ends it; true if it did. What is
    /// owed of an expiry that is over needs no series; before it is known nothing is estimated.
    pub fn estimate(&mut self, now: i64) -> bool {
        let over = self.state() >= ExpiryState::Collecting;
        let series = now < self.expires_at && self.round_series == self.series_count;
        let all = (over || series) && self.round_estates == self.estate_count;
        let made = all || self.estate_count == 0;
        if made {
            let worth = match over {
                true => self.owed_atoms,
                false => self.worth_atoms,
            };
            let deficit = Atoms::new(self.deficit_atoms);
            self.estimate_ppb = estimated_haircut_ceil(deficit, Atoms::new(worth)).get();
            self.round_at = 0;
        }
        made
    }

    /// The estimated haircut, 1e9 = all, as it was made last; `None` without an estate, and once the haircut is fixed.
    pub fn estimated_ppb(&self) -> Option<u64> {
        let open = self.estate_count > 0 && self.state() != ExpiryState::Finalised;
        open.then_some(self.estimate_ppb)
    }

    /// Whether early exercise waits for what estates lack.
    pub fn exercise_waits(&self) -> bool {
        let (deficit, worth) = (self.deficit_atoms, self.worth_atoms);
        exercise_waits(Atoms::new(deficit), Atoms::new(worth))
    }
}

impl MarginAccount {
    /// Counts what the account, as an estate, is expected to leave unpaid of the expiry at `index`, in quote atoms,
    /// instead of what was counted of it before.
    ///
    /// Errors: AmountOverflow.
    #[inline(never)]
    pub fn count_deficit(&mut self, index: usize, atoms: u64, expiry: &mut Expiry) -> Result<()> {
        let counted = self.deficit_atoms.get_mut(index);
        let (was, round) = counted
            .zip(self.deficit_rounds.get_mut(index))
            .ok_or(BackstopError::InvariantBroken)?;
        let others = expiry.deficit_atoms.checked_sub(*was);
        let sum = others.and_then(|others| others.checked_add(atoms));
        expiry.deficit_atoms = sum.ok_or(BackstopError::AmountOverflow)?;
        let in_round = u32::from(*was > 0 && *round == expiry.round);
        let (left, came) = (u32::from(*was > 0), u32::from(atoms > 0));
        expiry.estate_count = expiry
            .estate_count
            .saturating_sub(left)
            .saturating_add(came);
        // A number that came round again may take too much off: then the round is not complete, and the next one is.
        let others = expiry.round_estates.saturating_sub(in_round);
        expiry.round_estates = others.saturating_add(came);
        (*was, *round) = (atoms, expiry.round);
        Ok(())
    }

    /// The same of an estate as an assessment found it; nothing of one whose haircut is fixed.
    pub fn count_estate(
        &mut self,
        index: usize,
        found: &Assessment,
        expiry: &mut Expiry,
    ) -> Result<()> {
        let atoms = match expiry.state() == ExpiryState::Finalised {
            true => Some(Atoms::ZERO),
            false => self.means(found).deficit(&self.part(index, found)),
        };
        let atoms = atoms.ok_or(BackstopError::AmountOverflow)?;
        self.count_deficit(index, atoms.get(), expiry)
    }

    /// Once no leg is left in an expiry it is counted with no more than it owes there.
    pub fn count_no_more_than_debt(&mut self, index: usize, expiry: &mut Expiry) -> Result<()> {
        let (counted, slot) = (self.deficit_atoms.get(index), self.expiries.get(index));
        let (counted, debt) = (counted.copied(), slot.map(|slot| slot.debt_atoms));
        let (counted, debt) = (counted.unwrap_or(0), debt.unwrap_or(0));
        match counted > debt && !self.has_legs_in(index) {
            true => self.count_deficit(index, debt, expiry),
            false => Ok(()),
        }
    }

    fn has_legs_in(&self, index: usize) -> bool {
        let mut legs = self.legs.iter();
        legs.any(|leg| leg.in_use() && usize::from(leg.expiry_index) == index)
    }

    fn means(&self, found: &Assessment) -> Means {
        let sum = |sum: u64, one: u64| sum.saturating_add(one);
        let (quote, debt) = (Atoms::new(self.quote_atoms), Atoms::new(self.debt_atoms()));
        let weights = self.expiries.iter().map(|slot| slot.estate_share);
        Means {
            atoms: Means::of(found, quote, debt),
            paid: Atoms::new(self.estate_paid_atoms.into_iter().fold(0, sum)),
            weights: weights.fold(0, sum),
        }
    }

    fn part(&self, index: usize, found: &Assessment) -> Part {
        let slot = self.expiries.get(index);
        let mut legs = self.legs.iter();
        Part {
            value: found.value_by_expiry.get(index).copied().unwrap_or(0),
            debt: Atoms::new(slot.map_or(0, |slot| slot.debt_atoms)),
            paid: Atoms::new(self.estate_paid_atoms.get(index).copied().unwrap_or(0)),
            weight: slot.map_or(0, |slot| slot.estate_share),
            is_short: legs
                .any(|leg| leg.quantity_contracts < 0 && usize::from(leg.expiry_index) == index),
        }
    }

    /// Whether it owes the expiry at `index` something or is counted there as an estate: `close_estate` is shown those.
    pub fn is_left_in(&self, index: usize) -> bool {
        let (slot, counted) = (self.expiries.get(index), self.deficit_atoms.get(index));
        slot.is_some_and(|slot| slot.debt_atoms > 0) || counted.is_some_and(|atoms| *atoms > 0)
    }
}

impl VolSurface {
    /// Expiries that hold estates; those that are over and free places between them stand for nothing.
    pub fn impaired(&self) -> &[ImpairedExpiry] {
        self.impaired
            .get(..usize::from(self.impaired_count))
            .unwrap_or(&[])
    }

    /// Writes the estimate of an expiry down, or strikes it out with `None`. The place of one that is over is free.
    ///
    /// Errors: InvariantBroken if more expiries live than the calendar allows.
    #[inline(never)]
    pub fn write_estimate(&mut self, expires_at: i64, ppb: Option<u64>, now: i64) -> Result<()> {
        let at = |wanted: &dyn Fn(i64) -> bool| {
            let mut used = self.impaired().iter();
            used.position(|one| wanted(one.expires_at))
        };
        let own = at(&|second| second == expires_at);
        let slot = match ppb.filter(|_| expires_at > now) {
            Some(haircut_ppb) => ImpairedExpiry {
                expires_at,
                haircut_ppb,
            },
            None if own.is_none() => return Ok(()),
            None => ImpairedExpiry::default(),
        };
        let free = own.or_else(|| at(&|second| second <= now));
        let place = free.unwrap_or(self.impaired_count.into());
        let written = self.impaired.get_mut(place);
        *written.ok_or(BackstopError::InvariantBroken)? = slot;
        let used = place.saturating_add(1).max(self.impaired_count.into());
        self.impaired_count = u8::try_from(used).map_err(|_| BackstopError::InvariantBroken)?;
        Ok(())
    }
}
