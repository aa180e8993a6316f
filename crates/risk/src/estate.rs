//! What estates are expected to leave unpaid of an expiry, and what that makes of its payoffs.

use crate::margin::Assessment;
use crate::waterfall::estate_cash_ceil;
use backstop_quantities::convert::{i64_saturating, u64_or_zero};
use backstop_quantities::{mul_div_ceil, mul_div_floor, Atoms, Ppb, ONE_PPB};

/// Part of what the holders of an expiry have at mark that its estates may lack before early exercise in it waits, ppb.
pub const EXERCISE_WAITS_PPB: u64 = 1_000_000;

/// What an estate has for all its expiries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Means {
    /// Its cash, and its collateral as maintenance margin counts it.
    pub atoms: Atoms,
    /// What the expiries still in it were paid so far.
    pub paid: Atoms,
    /// Sum of their weights.
    pub weights: u64,
}

/// An expiry of an estate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// What its legs in the expiry are worth at mark, own longs against own shorts, quote atoms.
    pub value: i64,
    /// What it owes the expiry already.
    pub debt: Atoms,
    /// What the expiry was paid out of its cash.
    pub paid: Atoms,
    /// The expiry's weight.
    pub weight: u64,
    /// Whether it is short in the expiry.
    pub is_short: bool,
}

impl Means {
    /// What an estate has by an assessment of it: the whole of what maintenance margin counts but its legs, and never
    /// less than its cash.
    pub fn of(found: &Assessment, quote: Atoms, debt: Atoms) -> Atoms {
        let legs = found.counted_by_expiry.iter();
        let legs = legs.fold(0i64, |sum, counted| sum.saturating_add(*counted));
        let counted = found.v_mm.saturating_add(i64_saturating(debt.get()));
        let held = u64_or_zero(counted.saturating_sub(legs));
        Atoms::new(held.max(quote.get()))
    }

    /// D of one estate in one expiry: max(0, mark of the net short + debt - what of the means is the expiry's), and at
    /// least an atom where it is short or in debt, so that no estate is overlooked. Its share of the means is what it
    /// would be paid. `None` if a sum leaves u64.
    pub fn deficit(&self, part: &Part) -> Option<Atoms> {
        let short = Atoms::new(part.value.min(0).unsigned_abs());
        let owes = short.checked_add(part.debt)?;
        if owes == Atoms::ZERO && !part.is_short {
            return Some(Atoms::ZERO);
        }
        let paid = (part.paid, self.paid);
        let share = estate_cash_ceil(self.atoms, paid, (part.weight, self.weights))?;
        let missing = owes.saturating_sub(share).get();
        Some(Atoms::new(missing.max(1)))
    }
}

/// Estimated haircut of an expiry whose estates lack `deficit` of what its holders have, `worth` at mark: their ratio,
/// rounded up, at most 1.
pub fn estimated_haircut_ceil(deficit: Atoms, worth: Atoms) -> Ppb {
    if deficit.get() >= worth.get() {
        return if deficit == Atoms::ZERO {
            Ppb::ZERO
        } else {
            Ppb::ONE
        };
    }
    mul_div_ceil(deficit.get(), ONE_PPB, worth.get()).map_or(Ppb::ONE, Ppb::new)
}

/// Whether early exercise waits: whoever exercised now would be paid before those who stay and bear the deficit.
pub fn exercise_waits(deficit: Atoms, worth: Atoms) -> bool {
    let most = mul_div_floor(worth.get(), EXERCISE_WAITS_PPB, ONE_PPB);
    deficit.get() > most.unwrap_or(0)
}
