//! Early exercise: what an exercise of an American series takes from each of its shorts.
//!
//! An exercise names the contracts exercised (q), the shorts of the series at that moment (S) and the payoff. A short
//! of Q owes Q·q/S of it: its share. Shorts need not be at hand when it happens: whoever remembers which
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
