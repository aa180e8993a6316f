//! The legs of an account by expiry and strike.

use super::{Leg, Portfolio, EXPIRY_COUNT, MAX_LEGS};
use backstop_quantities::bits::bit_length;
use backstop_quantities::convert::length;

/// A kink is expiry, strike and leg in one number, in this order: 3, 56 and 5 bits.
const LEG_BITS: u32 = 5;
const STRIKE_BITS: u32 = 56;
const _: () = assert!(MAX_LEGS <= 1 << LEG_BITS && EXPIRY_COUNT <= 8);

pub(super) fn leg_of<'a>(portfolio: &Portfolio<'a>, kink: u64) -> Option<&'a Leg> {
    let number = usize::try_from(kink & ((1 << LEG_BITS) - 1)).ok()?;
    portfolio.legs.get(number)
}

/// The kinks of all legs in order, the rest of the table at the end. Strikes above 2^56 are cut: those
/// that are then equal may be in any order.
pub(super) fn kinks(portfolio: &Portfolio) -> [u64; MAX_LEGS] {
    let furthest = portfolio.legs.iter().map(|leg| leg.strike.get()).max();
    let cut = bit_length(furthest.unwrap_or(0)).saturating_sub(STRIKE_BITS);
    let mut kinks = [u64::MAX; MAX_LEGS];
    for (number, leg) in portfolio.legs.iter().enumerate() {
        let strike = leg.strike.get().wrapping_shr(cut);
        let expiry = u64::from(leg.expiry_index).wrapping_shl(STRIKE_BITS);
        let kink = (expiry | strike).wrapping_shl(LEG_BITS) | length(number);
        // Insertion from the end of what is sorted already.
        let mut hole = number;
        while let Some(before) = hole.checked_sub(1) {
            let Some(last) = kinks.get(before).copied().filter(|last| *last > kink) else {
                break;
            };
            if let Some(slot) = kinks.get_mut(hole) {
                *slot = last;
            }
            hole = before;
        }
        if let Some(slot) = kinks.get_mut(hole) {
            *slot = kink;
        }
    }
    kinks
}
