use crate::params;
use crate::RiskError;
use backstop_quantities::convert::{i64_saturating, u64_or_zero};

/// Seconds of age that `age_ppb` is quoted for.
pub const AGE_STEP_SECONDS: i64 = 30;

/// Parameters all collaterals of a market share. Units and bounds in [`crate::params`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CollateralParams {
    /// Price down to which a stable coin keeps its initial weight, ppb of 1.
    pub peg_whole_ppb: u64,
    /// Price from which it has none, ppb of 1.
    pub peg_nothing_ppb: u64,
    /// How far below redemption the market of a staked token has to be to count, ppb of redemption.
    pub staked_gap_ppb: u64,
    /// For how long.
    pub staked_seconds: i64,
    /// Seconds in which a new listing gains its initial weight.
    pub listing_seconds: i64,
    /// Haircut of a collateral price in a liquidation, ppb per 30 s of age.
    pub age_ppb: u64,
}

impl Default for CollateralParams {
    fn default() -> Self {
        Self {
            peg_whole_ppb: params::PEG_WHOLE.default,
            peg_nothing_ppb: params::PEG_NOTHING.default,
            staked_gap_ppb: params::STAKED_GAP.default,
            staked_seconds: i64_saturating(params::STAKED_SECONDS.default),
            listing_seconds: i64_saturating(params::LISTING_SECONDS.default),
            age_ppb: params::AGE_HAIRCUT.default,
        }
    }
}

impl CollateralParams {
    /// Checks the hard bounds, and that the peg is lost below where it is whole.
    ///
    /// # Errors
    /// `ParameterOutOfBounds` naming the field.
    pub fn validate(&self) -> Result<(), RiskError> {
        params::PEG_WHOLE.check(self.peg_whole_ppb)?;
        params::PEG_NOTHING.check(self.peg_nothing_ppb)?;
        params::STAKED_GAP.check(self.staked_gap_ppb)?;
        params::STAKED_SECONDS.check_signed(self.staked_seconds)?;
        params::LISTING_SECONDS.check_signed(self.listing_seconds)?;
        params::AGE_HAIRCUT.check(self.age_ppb)?;
        if self.peg_nothing_ppb >= self.peg_whole_ppb {
            return Err(RiskError::ParameterOutOfBounds("peg_nothing_ppb"));
        }
        Ok(())
    }

    /// Width of the fall of the initial weight, ppb, at least 1.
    pub(super) fn peg_width_ppb(&self) -> u64 {
        self.peg_whole_ppb
            .saturating_sub(self.peg_nothing_ppb)
            .max(1)
    }

    /// Seconds a new listing takes, at least 1.
    pub(super) fn listing(&self) -> u64 {
        u64_or_zero(self.listing_seconds).max(1)
    }
}
