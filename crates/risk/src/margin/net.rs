//! Net contracts of an account by expiry and kind.

use super::{Leg, EXPIRY_COUNT};
use crate::pricing::Kind;
use crate::RiskError;
use backstop_quantities::convert::{i64_saturating, length};

/// Net contracts of one expiry by kind, scaled 1e6, > 0 long.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct NetContracts {
    calls: i64,
    puts: i64,
    /// Legs of the expiry, those that are short, and those that are long calls.
    legs: usize,
    shorts: usize,
    long_calls: usize,
}

impl NetContracts {
    /// Net short calls, scaled 1e6, 0 if long.
    pub(super) fn short_calls(&self) -> u64 {
        short(self.calls)
    }

    /// Legs of the expiry.
    pub(super) fn legs(&self) -> usize {
        self.legs
    }

    /// Calls that underlying must stand behind, scaled 1e6: those net short, less what rounding alone can
    /// have made of none. In the last hour a leg is its share of contracts, each less than a millionth
    /// below the exact one ([`crate::averaging`]); if calls were covered by long ones, so many shares of
    /// longs leave them short of less than as many millionths, which is at most one fewer.
    pub(super) fn uncovered_calls(&self) -> u64 {
        let short = self.short_calls();
        if short == 0 {
            return 0;
        }
        let rounding = length(self.long_calls.saturating_sub(1));
        short.saturating_sub(rounding)
    }

    /// What rounding can take from the expiry's certain part, quote atoms: less than one a leg, so at most
    /// one fewer where what is exact is whole; nothing without a short, because no long is worth less than 0.
    fn certain_roundings(&self) -> u64 {
        if self.shorts == 0 {
            0
        } else {
            // A short is a leg.
            length(self.legs.wrapping_sub(1))
        }
    }

    /// Net short puts, scaled 1e6, 0 if long.
    fn short_puts(&self) -> u64 {
        short(self.puts)
    }
}

/// What a net quantity is short of.
fn short(quantity: i64) -> u64 {
    if quantity < 0 {
        quantity.unsigned_abs()
    } else {
        0
    }
}

/// # Errors
/// `ExpiryIndexOutOfRange`, and `TooLarge` if a sum does not fit.
pub(super) fn net_contracts(legs: &[Leg]) -> Result<[NetContracts; EXPIRY_COUNT], RiskError> {
    let mut net = [NetContracts::default(); EXPIRY_COUNT];
    for leg in legs {
        let slot = net
            .get_mut(usize::from(leg.expiry_index))
            .ok_or(RiskError::ExpiryIndexOutOfRange)?;
        // At most 32 legs.
        slot.legs = slot.legs.wrapping_add(1);
        if leg.quantity.is_short() {
            slot.shorts = slot.shorts.wrapping_add(1);
        } else if leg.kind == Kind::Call {
            slot.long_calls = slot.long_calls.wrapping_add(1);
        }
        let side = match leg.kind {
            Kind::Call => &mut slot.calls,
            Kind::Put => &mut slot.puts,
        };
        *side = side
            .checked_add(leg.quantity.get())
            .ok_or(RiskError::TooLarge)?;
    }
    Ok(net)
}

/// Net shorts of each expiry and kind, summed, scaled 1e6: a long of another expiry or kind does not
/// close the risk.
pub(super) fn net_shorts(net: &[NetContracts; EXPIRY_COUNT]) -> u64 {
    net.iter().fold(0, |sum, slot| {
        sum.saturating_add(slot.short_calls())
            .saturating_add(slot.short_puts())
    })
}

/// What rounding can take from the certain parts of an account until they are paid, quote atoms.
pub(super) fn certain_roundings(net: &[NetContracts; EXPIRY_COUNT]) -> i64 {
    let all = net.iter().map(NetContracts::certain_roundings);
    i64_saturating(all.fold(0, u64::wrapping_add))
}
