//! What a trade costs its seller beside the contribution of [`crate::stress`].

use crate::params;
use crate::RiskError;
use backstop_quantities::{Atoms, Ppb};

/// The fee schedule of a market. Units and bounds in [`crate::params`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeeParams {
    /// Share of the premium, ppb.
    pub premium_ppb: u64,
    /// Share of the notional (contracts times spot), ppb.
    pub notional_ppb: u64,
    /// Most of both together, ppb of the premium.
    pub cap_ppb: u64,
    /// Treasury's share of the fees collected, ppb; the rest is the fund's.
    pub treasury_ppb: u64,
}

/// Fees divided. The parts add up to what was divided, to the atom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeeSplit {
    /// The insurance fund's, with what rounds.
    pub fund: Atoms,
    /// The treasury's.
    pub treasury: Atoms,
}

impl Default for FeeParams {
    fn default() -> Self {
        Self {
            premium_ppb: params::PREMIUM_FEE.default,
            notional_ppb: params::NOTIONAL_FEE.default,
            cap_ppb: params::FEE_CAP.default,
            treasury_ppb: params::TREASURY_FEE.default,
        }
    }
}

impl FeeParams {
    /// Checks the hard bounds.
    ///
    /// # Errors
    /// `ParameterOutOfBounds` naming the field.
    pub fn validate(&self) -> Result<(), RiskError> {
        params::PREMIUM_FEE.check(self.premium_ppb)?;
        params::NOTIONAL_FEE.check(self.notional_ppb)?;
        params::FEE_CAP.check(self.cap_ppb)?;
        params::TREASURY_FEE.check(self.treasury_ppb)
    }

    /// min(premium share + notional share, cap), each rounded up, against the seller. Never more than the
    /// premium, because the cap is at most an eighth of it and both are whole atoms. `None` if a product
    /// leaves its range.
    pub fn trade_fee(&self, premium: Atoms, notional: Atoms) -> Option<Atoms> {
        let by_premium = premium.fraction_ceil(Ppb::new(self.premium_ppb))?;
        let by_notional = notional.fraction_ceil(Ppb::new(self.notional_ppb))?;
        let cap = premium.fraction_ceil(Ppb::new(self.cap_ppb))?;
        Some(by_premium.checked_add(by_notional)?.min(cap))
    }

    /// Divides fees: the treasury's share rounded down, the fund the rest.
    pub fn split(&self, fees: Atoms) -> FeeSplit {
        let share = fees.fraction_floor(Ppb::new(self.treasury_ppb));
        // A share beyond the whole is none: the bounds keep it at most a half.
        let treasury = share.filter(|part| *part <= fees).unwrap_or(Atoms::ZERO);
        FeeSplit {
            fund: fees.checked_sub(treasury).unwrap_or(fees),
            treasury,
        }
    }

    /// [`Self::trade_fee`] of a trade whose contracts are worth `mark`: on the larger of premium and mark, so that a
    /// price two sides agree on and settle elsewhere saves nothing. May exceed the premium, never the mark's eighth.
    /// `None` as there.
    pub fn fee_at_mark(&self, premium: Atoms, mark: Atoms, notional: Atoms) -> Option<Atoms> {
        self.trade_fee(premium.max(mark), notional)
    }
}
