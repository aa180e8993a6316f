//! Volatility of every strike at one time to expiry.

use crate::surface::{MAX_SMILE_VOL_PPM, MIN_SMILE_VOL_PPM};
use backstop_quantities::convert::{u32_saturating, u64_or_zero};
use backstop_quantities::explog::ln_ratio_q30;
use backstop_quantities::{signed_mul_div_floor, Price, Vol};

/// Normalised moneyness at which the smile goes flat.
pub(crate) const MAX_DEVIATIONS_Q30: i64 = 4 << 30;

/// ln(strike / spot), Q30: what the smiles of several surfaces share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogStrike(i64);

impl LogStrike {
    /// A zero price counts as at the money.
    pub fn of(spot: Price, strike: Price) -> Self {
        Self(ln_ratio_q30(strike.get(), spot.get()).unwrap_or(0))
    }
}

/// A surface at one time to expiry, from [`crate::surface::Surface::smile`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Smile {
    /// Volatility at the money, ppm.
    atm_ppm: u64,
    /// That times sqrt(years), Q30, at least 1.
    deviation_q30: u64,
    skew_ppm: i64,
    curvature_ppm: i64,
}

impl Smile {
    /// From the volatility at the money and sqrt(years) in Q30 (at most 2^31).
    pub(crate) fn new(atm: Vol, root_years_q30: u64, skew_ppm: i32, curvature_ppm: i32) -> Self {
        let atm_ppm = u64::from(atm.get());
        Self {
            atm_ppm,
            // At most 2^32 * 2^31 before the division.
            deviation_q30: atm_ppm
                .wrapping_mul(root_years_q30)
                .wrapping_div(1_000_000)
                .max(1),
            skew_ppm: i64::from(skew_ppm),
            curvature_ppm: i64::from(curvature_ppm),
        }
    }

    /// Volatility of a strike, as [`crate::surface::Surface::vol`].
    pub fn vol(&self, strike: LogStrike) -> Vol {
        let x = signed_mul_div_floor(strike.0, 1 << 30, self.deviation_q30)
            .unwrap_or(0)
            .clamp(-MAX_DEVIATIONS_Q30, MAX_DEVIATIONS_Q30);
        // |x| <= 2^32 and both coefficients at most 2^31 (below 2^18 where validated).
        let squared = x.wrapping_mul(x >> 2) >> 28;
        let tilt = self.skew_ppm.wrapping_mul(x) >> 30;
        let bend = self.curvature_ppm.wrapping_mul(squared) >> 30;
        let factor = tilt.wrapping_add(bend).wrapping_add(1_000_000);
        let vol = self
            .atm_ppm
            .wrapping_mul(u64_or_zero(factor))
            .wrapping_div(1_000_000);
        Vol::new(u32_saturating(vol).clamp(MIN_SMILE_VOL_PPM, MAX_SMILE_VOL_PPM))
    }
}
