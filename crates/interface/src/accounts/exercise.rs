use super::fill_request::first_update;
use crate::error::{ensure, BackstopError};
use crate::pyth::PriceUpdate;
use anchor_lang::prelude::*;
use backstop_quantities::Price;
use backstop_risk::assignment::{Assigned, Exercise, LateIndex};

/// Exercises of a series that some short has not borne yet, or whose right was not told so.
pub const MAX_EXERCISES: usize = 16;
/// Seconds after a request in which it is decided. Requests end an hour before the expiry, so exercise does as well.
pub const EXERCISE_STANDS_SECONDS: i64 = 600;
/// Seconds after a request from which the price of the moment counts beside the deciding one: later whoever executes
/// it would choose with hindsight.
pub const EXERCISE_LATE_SECONDS: i64 = 120;
/// Exercises come in the first seconds of every minute only: in the rest of it no account falls behind, and
/// whoever judges one has time to have it bear what waits.
pub const EXERCISE_WINDOW_SECONDS: i64 = 20;
const EXERCISE_STEP_SECONDS: i64 = 60;
/// Lamports a request carries for whoever decides it, above its rent.
pub const EXERCISE_DEPOSIT_LAMPORTS: u64 = 2_000_000;

/// One exercise as it was, and how far it has been borne.
#[zero_copy]
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ExerciseSlot {
    /// Contracts exercised, in millionths.
    pub contracts: u64,
    /// Contracts held at that moment, these among them, in millionths: what the shorts amount to but for roundings.
    pub shorts: u64,
    /// Payoff, quote per contract scaled 1e9.
    pub payoff_price: u64,
    /// Shorts that have borne every exercise before this one and not this one, in millionths.
    pub behind_contracts: u64,
    /// Paid for it by shorts before the expiry, in quote atoms.
    pub collected_atoms: u64,
    /// 1 once the right knows that nothing more is collected for it.
    pub told: u8,
    /// Alignment.
    pub padding: [u8; 7],
}

impl ExerciseSlot {
    /// The exercise in the terms of `risk`.
    fn exercise(&self) -> Option<Exercise> {
        Exercise::new(self.contracts, self.shorts, Price::new(self.payoff_price))
    }
}

/// The exercises of an American series that are not done with, oldest first.
#[account(zero_copy)]
#[derive(Debug)]
#[repr(C)]
pub struct Exercises {
    /// Layout version.
    pub version: u8,
    /// PDA bump.
    pub bump: u8,
    /// Entries in use.
    pub count: u8,
    /// Requests nobody has decided yet: each has its entry kept for it.
    pub asked: u8,
    /// Alignment.
    pub padding: [u8; 4],
    /// Series it belongs to.
    pub series: Pubkey,
    /// Number of the oldest entry, counted from the first exercise of the series.
    pub first: u64,
    /// The entries.
    pub slots: [ExerciseSlot; MAX_EXERCISES],
    /// Room for later fields.
    pub reserved: [u8; 32],
}

const _: () = {
    assert!(core::mem::size_of::<ExerciseSlot>() == 48);
    assert!(core::mem::size_of::<Exercises>() == 8 + 32 + 8 + 48 * MAX_EXERCISES + 32);
};

/// What exercises took from a short, and how much each of them: oldest first.
#[derive(Debug)]
pub struct Outcome {
    /// All of them together.
    pub sum: Assigned,
    /// Index of the first one.
    pub from: usize,
    /// Cost of each entry, in quote atoms; 0 for those borne before.
    pub costs: [u64; MAX_EXERCISES],
}

impl Exercises {
    fn in_use(&self) -> &[ExerciseSlot] {
        let count = usize::from(self.count).min(MAX_EXERCISES);
        self.slots.get(..count).unwrap_or(&[])
    }

    /// Keeps an entry for a request.
    ///
    /// Errors: ExercisesFull.
    pub fn ask(&mut self) -> Result<()> {
        let taken = usize::from(self.count).saturating_add(usize::from(self.asked));
        ensure(taken < MAX_EXERCISES, BackstopError::ExercisesFull)?;
        self.asked = self.asked.saturating_add(1);
        Ok(())
    }

    /// A request is decided, one way or the other.
    pub fn decide(&mut self) {
        self.asked = self.asked.saturating_sub(1);
    }

    /// Appends an exercise of `contracts` of `holders` contracts held while shorts amount to `shorts`, all in millionths;
    /// gives its number.
    ///
    /// Errors: ExercisesFull; InvariantBroken if no such exercise can be.
    pub fn push(
        &mut self,
        contracts: u64,
        (holders, shorts): (u64, u64),
        payoff_price: u64,
    ) -> Result<u64> {
        let behind = self
            .in_use()
            .iter()
            .try_fold(0u64, |sum, slot| sum.checked_add(slot.behind_contracts));
        let slot = ExerciseSlot {
            contracts,
            shorts: holders,
            payoff_price,
            behind_contracts: behind
                .and_then(|behind| shorts.checked_sub(behind))
                .ok_or(BackstopError::InvariantBroken)?,
            ..ExerciseSlot::default()
        };
        ensure(slot.exercise().is_some(), BackstopError::InvariantBroken)?;
        let at = usize::from(self.count);
        *self.slots.get_mut(at).ok_or(BackstopError::ExercisesFull)? = slot;
        self.count = self.count.saturating_add(1);
        Ok(self.first.saturating_add(u64_of(at)))
    }

    /// Gives the last `waiting` exercises to a short of `size` millionths, oldest first: contracts down, cost up.
    ///
    /// Errors: InvariantBroken for more than there are; AmountOverflow.
    pub fn bear(&mut self, size: u64, waiting: u8) -> Result<Outcome> {
        let count = usize::from(self.count);
        let from = count
            .checked_sub(usize::from(waiting))
            .ok_or(BackstopError::InvariantBroken)?;
        let mut outcome = Outcome {
            sum: Assigned::none_of(size),
            from,
            costs: [0; MAX_EXERCISES],
        };
        let entries = self.slots.iter_mut().zip(&mut outcome.costs);
        for (index, (slot, cost)) in entries.enumerate().take(count).skip(from) {
            let held = outcome.sum.remaining;
            // What it was behind before: this entry alone for the first one, nothing counted yet for the others.
            if index == from {
                slot.behind_contracts = slot
                    .behind_contracts
                    .checked_sub(held)
                    .ok_or(BackstopError::InvariantBroken)?;
            }
            let exercise = slot.exercise().ok_or(BackstopError::InvariantBroken)?;
            let one = exercise
                .take_from(held)
                .ok_or(BackstopError::AmountOverflow)?;
            *cost = one.cost.get();
            outcome.sum = outcome
                .sum
                .and_then(&one)
                .ok_or(BackstopError::AmountOverflow)?;
        }
        Ok(outcome)
    }

    /// Books what a short paid of the costs, the oldest exercise first.
    pub fn collect(&mut self, outcome: &Outcome, paid_atoms: u64) {
        let mut left = paid_atoms;
        for (slot, cost) in self.slots.iter_mut().zip(&outcome.costs) {
            let part = left.min(*cost);
            slot.collected_atoms = slot.collected_atoms.saturating_add(part);
            left = left.saturating_sub(part);
        }
    }

    /// What was collected for the exercise of a number, in quote atoms, and whether that is all: every short has borne
    /// it. Then its entry is marked, and the oldest entries are dropped as far as they are done with. `None` once it was.
    pub fn tell(&mut self, number: u64) -> Option<(u64, bool)> {
        let index = usize::try_from(number.checked_sub(self.first)?).ok()?;
        let used = self.in_use();
        let older = used.get(..=index)?;
        let is_all = older.iter().all(|slot| slot.behind_contracts == 0);
        let slot = self.slots.get_mut(index)?;
        slot.told = u8::from(is_all);
        let collected = slot.collected_atoms;
        while self.count > 0
            && self
                .slots
                .first()
                .is_some_and(|oldest| oldest.told != 0 && oldest.behind_contracts == 0)
        {
            self.slots.rotate_left(1);
            if let Some(freed) = self.slots.last_mut() {
                *freed = ExerciseSlot::default();
            }
            self.count = self.count.saturating_sub(1);
            self.first = self.first.saturating_add(1);
        }
        Some((collected, is_all))
    }
}

/// An index of an entry.
fn u64_of(index: usize) -> u64 {
    u64::try_from(index).unwrap_or(u64::MAX)
}

/// A request of early exercise, and afterwards the right it created.
#[account]
#[derive(Debug, InitSpace)]
pub struct ExerciseRequest {
    /// Layout version.
    pub version: u8,
    /// PDA bump.
    pub bump: u8,
    /// True once it was exercised: it is a right.
    pub exercised: bool,
    /// True once every short has borne it: nothing more is collected for it before the expiry.
    pub is_final: bool,
    /// Series.
    pub series: Pubkey,
    /// Its expiry.
    pub expiry: Pubkey,
    /// Who burned the tokens: gets them back, or is paid.
    pub owner: Pubkey,
    /// Number chosen by him; PDA seed.
    pub nonce: u64,
    /// Contracts, in millionths.
    pub contracts: u64,
    /// Least payoff accepted, quote per contract scaled 1e9.
    pub least_payoff_price: u64,
    /// Unix second of the request.
    pub requested_at: i64,
    /// Number of the exercise in [`Exercises`].
    pub number: u64,
    /// What it pays, in quote atoms.
    pub right_atoms: u64,
    /// Collected for it by shorts, as far as it was told, in quote atoms.
    pub collected_atoms: u64,
    /// Paid of it, in quote atoms.
    pub paid_atoms: u64,
    /// Index of what is repaid late when it became final.
    pub late_since: u64,
    /// Room for later fields.
    pub reserved: [u8; 24],
}

/// Seconds until exercises come; 0 while they do.
pub fn exercise_wait(now: i64) -> i64 {
    let within = now.rem_euclid(EXERCISE_STEP_SECONDS);
    match within < EXERCISE_WINDOW_SECONDS {
        true => 0,
        false => EXERCISE_STEP_SECONDS.saturating_sub(within),
    }
}

impl ExerciseRequest {
    /// Whether nobody decides it any more.
    pub fn is_over(&self, now: i64) -> bool {
        now >= self.requested_at.saturating_add(EXERCISE_STANDS_SECONDS)
    }

    /// Whether it is decided so late that the price of the moment counts as well.
    pub fn is_late(&self, now: i64) -> bool {
        now >= self.requested_at.saturating_add(EXERCISE_LATE_SECONDS)
    }

    /// What an update says of it, as [`first_update`].
    pub fn first_update(&self, update: &PriceUpdate) -> Option<bool> {
        first_update(self.requested_at, update)
    }

    /// What the right lacked when it became final, in quote atoms.
    pub fn lacking_atoms(&self) -> u64 {
        self.right_atoms.saturating_sub(self.collected_atoms)
    }

    /// What may be paid of the right before the expiry, in quote atoms: what was collected for it, and its share of what
    /// is repaid late.
    pub fn payable_atoms(&self, late: &LateIndex) -> u64 {
        let repaid = match self.is_final {
            true => late.share_floor(self.lacking_atoms(), self.late_since),
            false => 0,
        };
        let covered = self.collected_atoms.min(self.right_atoms);
        covered
            .saturating_add(repaid)
            .saturating_sub(self.paid_atoms)
    }

    /// What is still to be paid of the right, in quote atoms.
    pub fn left_atoms(&self) -> u64 {
        self.right_atoms.saturating_sub(self.paid_atoms)
    }
}
