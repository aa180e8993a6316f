//! What lowers a weight: size, a lost peg, a young listing, a cut decided by governance.

use super::{part, CollateralParams};
use crate::ramp::Ramp;
use backstop_quantities::convert::u64_or_zero;
use backstop_quantities::{mul_div_floor, Ppb, Price, UnixSeconds, ONE_PPB};

/// How much of `deposit` a market still takes under its cap: min(deposit, cap - total), in the
/// collateral's atoms. A lowered cap asks nobody to leave.
pub const fn deposit_room(cap_atoms: u64, total_atoms: u64, deposit_atoms: u64) -> u64 {
    let room = cap_atoms.saturating_sub(total_atoms);
    if room < deposit_atoms {
        room
    } else {
        deposit_atoms
    }
}

/// Worth as initial margin counts it: whole up to `size_atoms`, half beyond, rounded down. Concave and
/// rising: a further atom counts less, never nothing and never against the owner.
pub const fn sized_atoms(worth_atoms: u64, size_atoms: u64) -> u64 {
    let beyond = worth_atoms.saturating_sub(size_atoms);
    worth_atoms
        .saturating_sub(beyond)
        .saturating_add(beyond >> 1)
}

/// What is left of a stable coin's initial weight at this price: whole from `peg_whole_ppb` up, none
/// from `peg_nothing_ppb` down, linear between, rounded down.
pub fn peg_ppb(market: Price, params: &CollateralParams) -> Ppb {
    let above = market.get().saturating_sub(params.peg_nothing_ppb);
    let left = mul_div_floor(above, ONE_PPB, params.peg_width_ppb()).unwrap_or(ONE_PPB);
    Ppb::new(left.min(ONE_PPB))
}

/// What a listing has gained of its initial weight: linear over `listing_seconds`, rounded down.
pub fn listed_ppb(listed_at: UnixSeconds, now: UnixSeconds, params: &CollateralParams) -> Ppb {
    if now < listed_at {
        return Ppb::ZERO;
    }
    let since = u64_or_zero(now.since(listed_at));
    if params.listing_seconds <= 0 {
        return Ppb::ONE;
    }
    let gained = mul_div_floor(since, ONE_PPB, params.listing()).unwrap_or(ONE_PPB);
    Ppb::new(gained.min(ONE_PPB))
}

/// A maintenance weight whose cuts act slowly: its haircut, 1 - weight, is a [`Ramp`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MmWeight {
    haircut: Ramp,
}

/// Haircut that 72 hours always allow, ppb (1 %), so that a weight of 1 can be cut.
pub(crate) const LEAST_RISE_PPB: u64 = 10_000_000;

impl MmWeight {
    /// A weight at rest; above 1 it counts as 1.
    pub const fn new(weight: Ppb, now: UnixSeconds) -> Self {
        Self {
            haircut: Ramp::new(weight.complement().get(), LEAST_RISE_PPB, now),
        }
    }

    /// The weight in force: never below the one aimed at, and its haircut rises by at most a fifth or
    /// a point in any 72 hours. Rounded up by at most a ppb, for the owner.
    pub fn value(&self, now: UnixSeconds) -> Ppb {
        Ppb::new(self.haircut.value(now)).complement()
    }

    /// The weight with another aim; a higher one acts at once.
    #[must_use]
    pub fn aim(self, weight: Ppb, now: UnixSeconds) -> Self {
        Self {
            haircut: self.haircut.aim(weight.complement().get(), now),
        }
    }

    /// The maintenance worth of `atoms` of worth, quote atoms, rounded down.
    pub fn weighted_atoms(&self, worth_atoms: u64, now: UnixSeconds) -> u64 {
        part(worth_atoms, self.value(now).get())
    }
}
