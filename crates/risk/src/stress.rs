//! What a storm and a thin cover cost before they are losses: initial margin and fees, never
//! maintenance margin.
//!
//! scale = forecast scale * cover scale, both at least 1. The cover scale is the stress index.

use crate::margin::MAX_IM_SCALE_PPB;
use crate::params;
use crate::uncovered::Uncovered;
use crate::RiskError;
use backstop_quantities::{mul_div_ceil, mul_div_floor, Vol, ONE_PPB};

/// Greatest scale of initial margin, ppb: no two parameters multiply to more.
pub const MAX_SCALE_PPB: u64 = 3_000_000_000;
const _: () = assert!(MAX_SCALE_PPB <= MAX_IM_SCALE_PPB);

/// Parameters of the scales and of a trade's contribution. Units and bounds in [`crate::params`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StressParams {
    /// Forecast up to which nothing is scaled, ppm a year.
    pub calm_vol_ppm: u64,
    /// Greatest scale of the forecast, ppb.
    pub forecast_cap_ppb: u64,
    /// Use of the cover up to which nothing is scaled, ppb.
    pub cover_knee_ppb: u64,
    /// Scale when the cover is used up, ppb.
    pub cover_cap_ppb: u64,
    /// Contribution, ppb of the uncovered loss a trade adds.
    pub contribution_ppb: u64,
    /// Most a trade pays in all, ppb of its premium.
    pub contribution_cap_ppb: u64,
}

impl Default for StressParams {
    fn default() -> Self {
        Self {
            calm_vol_ppm: params::CALM_VOL.default,
            forecast_cap_ppb: params::FORECAST_CAP.default,
            cover_knee_ppb: params::COVER_KNEE.default,
            cover_cap_ppb: params::COVER_CAP.default,
            contribution_ppb: params::CONTRIBUTION.default,
            contribution_cap_ppb: params::CONTRIBUTION_CAP.default,
        }
    }
}

/// What stands behind a market's uncovered loss. All in quote atoms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cover {
    /// Fund and Reserve line.
    pub means_atoms: u64,
    /// Uncovered loss of all accounts: the greater of its sums at the far fall and the far rise.
    pub uncovered_atoms: u64,
}

impl StressParams {
    /// Checks the hard bounds.
    ///
    /// # Errors
    /// `ParameterOutOfBounds` naming the field.
    pub fn validate(&self) -> Result<(), RiskError> {
        params::CALM_VOL.check(self.calm_vol_ppm)?;
        params::FORECAST_CAP.check(self.forecast_cap_ppb)?;
        params::COVER_KNEE.check(self.cover_knee_ppb)?;
        params::COVER_CAP.check(self.cover_cap_ppb)?;
        params::CONTRIBUTION.check(self.contribution_ppb)?;
        params::CONTRIBUTION_CAP.check(self.contribution_cap_ppb)
    }

    /// clamp(forecast / calm, 1, cap), rounded up, against the account.
    pub fn forecast_scale_ppb(&self, forecast: Vol) -> u64 {
        let ratio = mul_div_ceil(forecast.get().into(), ONE_PPB, self.calm_vol_ppm);
        ratio
            .unwrap_or(u64::MAX)
            .min(self.forecast_cap_ppb)
            .max(ONE_PPB)
    }

    /// 1 up to the knee, linear to the cap where the cover is used up, then the cap; rounded up. Without
    /// means any uncovered loss uses them up, none uses nothing.
    pub fn cover_scale_ppb(&self, cover: &Cover) -> u64 {
        let beyond = cover.use_ppb().saturating_sub(self.cover_knee_ppb);
        let span = ONE_PPB.saturating_sub(self.cover_knee_ppb).max(1);
        let rise = self.cover_cap_ppb.saturating_sub(ONE_PPB);
        let risen = mul_div_ceil(rise, beyond.min(span), span).unwrap_or(rise);
        ONE_PPB.saturating_add(risen)
    }

    /// What a trade pays into the fund beside its fee: a part of the uncovered loss it adds, scaled
    /// like initial margin and rounded up, at most a part of its premium, rounded down. Quote atoms.
    pub fn contribution_atoms(&self, premium_atoms: u64, added_atoms: u64, scale_ppb: u64) -> u64 {
        let cap = mul_div_floor(premium_atoms, self.contribution_cap_ppb, ONE_PPB);
        let plain = mul_div_ceil(added_atoms, self.contribution_ppb, ONE_PPB);
        let scaled = plain.and_then(|atoms| mul_div_ceil(atoms, scale_ppb.max(ONE_PPB), ONE_PPB));
        scaled.unwrap_or(u64::MAX).min(cap.unwrap_or(u64::MAX))
    }
}

/// The scale of initial margin where both factors are known, ppb: rounded up, at most [`MAX_SCALE_PPB`].
pub fn both_ppb(forecast_ppb: u64, cover_ppb: u64) -> u64 {
    let product = mul_div_ceil(forecast_ppb, cover_ppb, ONE_PPB);
    product.unwrap_or(MAX_SCALE_PPB).min(MAX_SCALE_PPB)
}

impl Cover {
    /// How much of the means is in use, rounded up, at most 1.
    pub fn use_ppb(&self) -> u64 {
        if self.uncovered_atoms == 0 {
            return 0;
        }
        mul_div_ceil(self.uncovered_atoms, ONE_PPB, self.means_atoms)
            .unwrap_or(ONE_PPB)
            .min(ONE_PPB)
    }
}

/// The uncovered loss a change adds: that of the side that rises more. Quote atoms.
pub fn added_atoms(before: Uncovered, after: Uncovered) -> u64 {
    let rises = before
        .iter()
        .zip(&after)
        .map(|(was, is)| is.saturating_sub(*was));
    rises.fold(0, u64::max)
}
