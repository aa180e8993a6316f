//! What an option is worth at the moment of a margin check: what trades are held against.

use crate::accounts::OptionKind;
use crate::error::BackstopError;
use crate::params::MarketParams;
use crate::snapshot::Moment;
use anchor_lang::prelude::*;
use backstop_quantities::{mul_div_ceil, Contracts, Price, UnixSeconds, CONTRACTS_SCALE};
use backstop_risk::averaging::{Average, Remainder, Written, AVERAGE_SECONDS};
use backstop_risk::pricing::option_price;

/// 1e9 of a price over 1e6 of an atom.
const PRICE_PER_ATOM: u64 = 1_000;

/// An option of a market.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Call or put.
    pub kind: OptionKind,
    /// Strike.
    pub strike: Price,
    /// Unix second of its expiry.
    pub expires_at: i64,
}

impl Listed {
    /// Seconds an option is priced at more than an hour before its expiry, as margin does: what is left, gliding
    /// into the time of the average from two hours before on.
    pub fn seconds_at(&self, params: &MarketParams, at: i64) -> i64 {
        let expires_at = UnixSeconds::new(self.expires_at);
        Average::fresh(expires_at, params.settlement_points).effective_seconds(UnixSeconds::new(at))
    }
}

impl Moment {
    /// Model price of a contract at a spot and the averaged surface, quote scaled 1e9, as margin values it: in the
    /// last hour the known part of the settlement average and the option that is left, rounded up.
    ///
    /// Errors: [`BackstopError::ExpiryMissing`] if its expiry is in the last hour and was not shown.
    #[inline(never)]
    pub fn mark(&self, params: &MarketParams, option: &Listed, spot: Price) -> Result<Price> {
        let left = self.left_of(params, option)?;
        let vol = self.vols.averaged.vol(spot, left.strike, left.seconds);
        let kind = option.kind.into();
        let open = option_price(kind, spot, left.strike, vol, left.seconds).get();
        let share = left.quantity.magnitude();
        let open = mul_div_ceil(open, share, CONTRACTS_SCALE.unsigned_abs());
        let open = open.ok_or(BackstopError::AmountOverflow)?;
        let certain = left.certain_atoms.unsigned_abs();
        let certain = certain.saturating_mul(PRICE_PER_ATOM);
        Ok(Price::new(certain.saturating_add(open)))
    }

    /// What is left of one contract.
    fn left_of(&self, params: &MarketParams, option: &Listed) -> Result<Remainder> {
        let one = Written {
            kind: option.kind.into(),
            strike: option.strike,
            quantity: Contracts::new(CONTRACTS_SCALE),
        };
        if option.expires_at.saturating_sub(self.now) > AVERAGE_SECONDS {
            return Ok(Remainder {
                strike: one.strike,
                quantity: one.quantity,
                seconds: option.seconds_at(params, self.now),
                certain_atoms: 0,
            });
        }
        let average = self.known.of(option.expires_at)?.average;
        let left = average.remainder(&one, UnixSeconds::new(self.now));
        Ok(left.map_err(|_| BackstopError::AmountOverflow)?)
    }
}
