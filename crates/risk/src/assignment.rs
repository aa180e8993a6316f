//! Early exercise: what an exercise of an American series takes from each of its shorts.
//!
//! An exercise names the contracts exercised (q), those held at that moment (S: the shorts, but for roundings, which may
//! leave more of them) and the payoff. A short of Q owes Q·q/S of it: its share. Shorts need not be at hand when it happens: whoever remembers which
//! exercises a short has not borne yet gives them to it later, oldest first, with the same result.
//!
//! Rounding is against the shorts, once an exercise: contracts assigned down, so that never fewer shorts than
//! holders are left; their cost up, so that never less is collected than the exercise pays. Source: the share
//! is that of a pro-rata assignment, as clearing houses allot exercise notices of cash-settled index options.

use backstop_quantities::{mul_div_ceil, mul_div_floor, Atoms, Contracts, Price};

/// One exercise of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exercise {
    contracts: u64,
    shorts: u64,
    payoff: Price,
}

/// What exercises leave of a short and take from its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assigned {
    /// Contracts still short, magnitude in millionths, rounded up.
    pub remaining: u64,
    /// Contracts assigned, magnitude in millionths, rounded down.
    pub assigned: u64,
    /// What they cost, in quote atoms, rounded up.
    pub cost: Atoms,
}

impl Assigned {
    /// What nothing takes from a short of `size` millionths.
    pub const fn none_of(size: u64) -> Self {
        Self {
            remaining: size,
            assigned: 0,
            cost: Atoms::ZERO,
        }
    }

    /// Both one after the other. `None` if a sum exceeds u64.
    pub fn and_then(&self, next: &Self) -> Option<Self> {
        Some(Self {
            remaining: next.remaining,
            assigned: self.assigned.checked_add(next.assigned)?,
            cost: self.cost.checked_add(next.cost)?,
        })
    }
}

impl Exercise {
    /// An exercise of `contracts` of a series that is short `shorts` at that moment, both in millionths, at
    /// `payoff` quote per contract. `None` for nothing, or more than there are shorts.
    pub const fn new(contracts: u64, shorts: u64, payoff: Price) -> Option<Self> {
        if contracts == 0 || contracts > shorts {
            return None;
        }
        Some(Self {
            contracts,
            shorts,
            payoff,
        })
    }

    /// Contracts exercised, in millionths.
    pub const fn contracts(&self) -> u64 {
        self.contracts
    }

    /// Shorts of the series afterwards, in millionths.
    pub const fn shorts_left(&self) -> u64 {
        self.shorts.saturating_sub(self.contracts)
    }

    /// What the holder gets, in quote atoms, rounded down. `None` if it exceeds u64.
    pub fn pays(&self) -> Option<Atoms> {
        Contracts::new(i64::try_from(self.contracts).ok()?).value_floor(self.payoff)
    }

    /// What the exercise takes from one short of `size` millionths at that moment, at most as many as all shorts
    /// and what roundings left of exercises before. `None` if the cost exceeds u64.
    pub fn take_from(&self, size: u64) -> Option<Assigned> {
        let assigned = mul_div_floor(size, self.contracts, self.shorts)?.min(size);
        let charged = mul_div_ceil(size, self.contracts, self.shorts)?.min(size);
        let charged = Contracts::new(i64::try_from(charged).ok()?);
        Some(Assigned {
            remaining: size.saturating_sub(assigned),
            assigned,
            cost: charged.value_ceil(self.payoff)?,
        })
    }
}

/// What exercises, oldest first, take from a short of `size` millionths that has borne none of them. `None` if the
/// cost exceeds u64.
pub fn take_all<'a>(
    size: u64,
    exercises: impl IntoIterator<Item = &'a Exercise>,
) -> Option<Assigned> {
    let mut sum = Assigned::none_of(size);
    for exercise in exercises {
        sum = sum.and_then(&exercise.take_from(sum.remaining)?)?;
    }
    Some(sum)
}

/// One unit of [`LateIndex`]: all of what a right waits for.
const LATE_ONE: u64 = 1_000_000_000_000;

/// What shorts repay late, shared among the rights that wait: every right that waits at a repayment gets the same
/// part of what it waited for when it began to wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LateIndex {
    /// Parts shared out so far, 1e12 = all. Only its change while a right waits means anything.
    pub index: u64,
    /// Sum of what the waiting rights lacked when they began to wait, in quote atoms.
    pub waiting_atoms: u64,
    /// Repaid while nobody waited, or more than anybody waited for, in quote atoms.
    pub spare_atoms: u64,
}

impl LateIndex {
    /// The index once `atoms` more were repaid. What rounds stays in the escrow.
    #[must_use]
    pub fn repaid(&self, atoms: u64) -> Self {
        let atoms = self.spare_atoms.saturating_add(atoms);
        let shared = atoms.min(self.waiting_atoms);
        let step = mul_div_floor(shared, LATE_ONE, self.waiting_atoms).unwrap_or(0);
        Self {
            index: self.index.wrapping_add(step),
            waiting_atoms: self.waiting_atoms,
            spare_atoms: atoms.saturating_sub(shared),
        }
    }

    /// The index once a right that lacks `atoms` waits too; it begins at [`Self::index`] of before. What was spare is
    /// shared among all.
    #[must_use]
    pub fn joined(&self, atoms: u64) -> Self {
        let more = Self {
            waiting_atoms: self.waiting_atoms.saturating_add(atoms),
            ..*self
        };
        more.repaid(0)
    }

    /// The index once a right that lacked `atoms` has all of it.
    #[must_use]
    pub fn left(&self, atoms: u64) -> Self {
        Self {
            waiting_atoms: self.waiting_atoms.saturating_sub(atoms),
            ..*self
        }
    }

    /// What a right that lacked `atoms` and began to wait at an index of `since` has got, in quote atoms, rounded down,
    /// at most all of it.
    pub fn share_floor(&self, atoms: u64, since: u64) -> u64 {
        let parts = self.index.wrapping_sub(since);
        mul_div_floor(atoms, parts, LATE_ONE)
            .unwrap_or(atoms)
            .min(atoms)
    }
}
