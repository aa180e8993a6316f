//! Net contracts of an account by expiry and kind.

use super::{Leg, EXPIRY_COUNT};
use crate::pricing::Kind;
use crate::RiskError;
use backstop_quantities::convert::u64_or_zero;

/// Net contracts of one expiry by kind, scaled 1e6, > 0 long.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct NetContracts {
    calls: i64,
    puts: i64,
}

impl NetContracts {
    /// Net short calls, scaled 1e6, 0 if long.
    pub(super) fn short_calls(&self) -> u64 {
        u64_or_zero(self.calls.saturating_neg())
    }

    /// Net short puts, scaled 1e6, 0 if long.
    fn short_puts(&self) -> u64 {
        u64_or_zero(self.puts.saturating_neg())
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
