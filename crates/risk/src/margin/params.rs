use crate::params;
use crate::RiskError;

/// Number of tails: 0.34, 0.67, 1.5, 2, 3 and 4 times spot.
pub const TAIL_COUNT: usize = 6;

/// Parameters of the margin computation; the defaults are those of SOL. Units and bounds in
/// [`crate::params`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarginParams {
    /// Scan range, ppb of spot.
    pub scan_ppb: u64,
    /// Upward volatility shock at 30 days, ppb of volatility.
    pub vol_up_ppb: u64,
    /// Downward volatility shock at 30 days, ppb of volatility.
    pub vol_down_ppb: u64,
    /// Least shocked volatility, ppm a year.
    pub vol_floor_ppm: u64,
    /// Damping of the losses at 0.34, 0.67, 1.5, 2, 3 and 4 times spot, ppb.
    pub tail_damp_ppb: [u64; TAIL_COUNT],
    /// Short-option floor at initial margin, ppb of spot per net short contract.
    pub short_floor_im_ppb: u64,
    /// Short-option floor at maintenance margin, ppb of spot per net short contract.
    pub short_floor_mm_ppb: u64,
    /// Part of the scenario loss required at maintenance, ppb.
    pub mm_factor_ppb: u64,
    /// Part of an expiry's net positive option value counted at initial margin, ppb.
    pub long_credit_im_ppb: u64,
    /// Part of an expiry's net positive option value counted at maintenance margin, ppb.
    pub long_credit_mm_ppb: u64,
    /// Oracle confidence above which the excess widens the scan range, ppb of price.
    pub confidence_free_ppb: u64,
    /// Add-on per short contract at expiry and initial margin, ppb of spot; maintenance takes
    /// `mm_factor_ppb` of it.
    pub gamma_ppb: u64,
    /// Seconds before expiry at which that add-on begins.
    pub gamma_seconds: u64,
    /// Concentration add-on per contract of a net short position as large as the depth, ppb of spot.
    pub concentration_ppb: u64,
    /// The governed depth, contracts scaled 1e6.
    pub depth_contracts: u64,
}

const TAILS: [params::Bounded; TAIL_COUNT] = [
    params::TAIL_034,
    params::TAIL_067,
    params::TAIL_150,
    params::TAIL_200,
    params::TAIL_300,
    params::TAIL_400,
];

impl Default for MarginParams {
    fn default() -> Self {
        Self {
            scan_ppb: params::SCAN.default,
            vol_up_ppb: params::VOL_UP.default,
            vol_down_ppb: params::VOL_DOWN.default,
            vol_floor_ppm: params::VOL_FLOOR.default,
            tail_damp_ppb: TAILS.map(|tail| tail.default),
            short_floor_im_ppb: params::SHORT_FLOOR_IM.default,
            short_floor_mm_ppb: params::SHORT_FLOOR_MM.default,
            mm_factor_ppb: params::MM_FACTOR.default,
            long_credit_im_ppb: params::LONG_CREDIT_IM.default,
            long_credit_mm_ppb: params::LONG_CREDIT_MM.default,
            confidence_free_ppb: params::CONFIDENCE_FREE.default,
            gamma_ppb: params::GAMMA.default,
            gamma_seconds: params::GAMMA_SECONDS.default,
            concentration_ppb: params::CONCENTRATION.default,
            depth_contracts: params::DEPTH.default,
        }
    }
}

impl MarginParams {
    /// Checks the hard bounds, and that maintenance never asks for more than initial margin.
    ///
    /// # Errors
    /// `ParameterOutOfBounds` naming the field.
    pub fn validate(&self) -> Result<(), RiskError> {
        params::SCAN.check(self.scan_ppb)?;
        params::VOL_UP.check(self.vol_up_ppb)?;
        params::VOL_DOWN.check(self.vol_down_ppb)?;
        params::VOL_FLOOR.check(self.vol_floor_ppm)?;
        for (tail, damp) in TAILS.iter().zip(self.tail_damp_ppb) {
            tail.check(damp)?;
        }
        params::SHORT_FLOOR_IM.check(self.short_floor_im_ppb)?;
        params::SHORT_FLOOR_MM.check(self.short_floor_mm_ppb)?;
        params::MM_FACTOR.check(self.mm_factor_ppb)?;
        params::LONG_CREDIT_IM.check(self.long_credit_im_ppb)?;
        params::LONG_CREDIT_MM.check(self.long_credit_mm_ppb)?;
        params::CONFIDENCE_FREE.check(self.confidence_free_ppb)?;
        params::GAMMA.check(self.gamma_ppb)?;
        params::GAMMA_SECONDS.check(self.gamma_seconds)?;
        params::CONCENTRATION.check(self.concentration_ppb)?;
        params::DEPTH.check(self.depth_contracts)?;
        if self.short_floor_mm_ppb > self.short_floor_im_ppb {
            return Err(RiskError::ParameterOutOfBounds("short_floor_mm_ppb"));
        }
        if self.long_credit_mm_ppb < self.long_credit_im_ppb {
            return Err(RiskError::ParameterOutOfBounds("long_credit_mm_ppb"));
        }
        Ok(())
    }
}
