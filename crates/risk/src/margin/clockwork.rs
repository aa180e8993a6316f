//! What depends on time to expiry: its root, and the volatility shocks.

use super::{Leg, MarginParams};
use crate::surface::MAX_SMILE_VOL_PPM;
use backstop_quantities::convert::{i64_bits, u64_bits};
use backstop_quantities::explog::{exp_q30, ln_ratio_q30};
use backstop_quantities::root::sqrt_years_q30;
use backstop_quantities::{ONE_PPB, ONE_Q30};

/// 30 days, where the volatility shock is quoted, and the least time it is taken at.
pub(crate) const SHOCK_SECONDS: u64 = 2_592_000;
const MIN_SHOCK_SECONDS: i64 = 86_400;
/// Exponents of 30 days / time: 0.30 below, 0.13 above, Q30.
pub(crate) const SHORT_EXPONENT_Q30: i64 = 322_122_547;
pub(crate) const LONG_EXPONENT_Q30: i64 = 139_586_437;
/// Bounds of ln(30 days / time), Q30: a day, and 90 years.
const MAX_SHOCK_LOG_Q30: i64 = 7 << 30;
const MIN_SHOCK_LOG_Q30: i64 = -7 << 30;
/// Greatest relative tilt, ppb of volatility.
pub(crate) const MOST_TILT_PPB: u64 = 250_000_000;

/// What depends on time to expiry only.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clockwork {
    pub(super) seconds: i64,
    /// sqrt(years), Q30.
    pub(super) root: u64,
    /// Volatility shocks, ppb of volatility.
    up_ppb: u64,
    down_ppb: u64,
    /// Least shocked volatility, ppm.
    floor_ppm: u64,
    /// Largest relative tilt, Q30, and the |ln(K/S)| that reaches it, Q30.
    tilt: i64,
    tilt_reach: i64,
}

impl Clockwork {
    pub(super) fn new(seconds: i64, params: &MarginParams) -> Self {
        let root = sqrt_years_q30(seconds);
        let scale = shock_scale_q30(seconds);
        // At most 1e9 * 2.8 * 2^30 < 2^62.
        let scaled = |ppb: u64| ppb.wrapping_mul(scale) >> 30;
        // 1/4 - sqrt(T)/10, between 1/16 and 1/4; reached at 2.4 sqrt(T), at least 1 %.
        let years = i64_bits(root);
        let tilt = (ONE_Q30 >> 2)
            .saturating_sub(i64_bits(root.wrapping_div(10)))
            .max(ONE_Q30 >> 4);
        let reach = years.wrapping_mul(12).max(0).unsigned_abs().wrapping_div(5);
        Self {
            seconds,
            root,
            up_ppb: scaled(params.vol_up_ppb),
            down_ppb: scaled(params.vol_down_ppb).min(ONE_PPB),
            floor_ppm: params.vol_floor_ppm,
            tilt,
            tilt_reach: i64_bits(reach).max(10_737_418),
        }
    }

    /// Volatility in the five states: flat, up, down, low strikes up, high strikes up; ppm.
    #[inline]
    pub(super) fn vols(&self, leg: &Leg, moneyness: i64) -> [u64; 5] {
        let vol = u64::from(leg.vol.get().min(MAX_SMILE_VOL_PPM));
        let floor = self.floor_ppm;
        // vol < 2^24 and the factors below 2^33; a fall is at most 1.
        let part = |ppb: u64| vol.wrapping_mul(ppb).wrapping_div(1_000_000_000);
        let up = vol.wrapping_add(part(self.up_ppb));
        let down = vol.wrapping_sub(part(self.down_ppb));
        let tilt = self.tilt_of(moneyness);
        let low = tilted(vol, tilt);
        let high = tilted(vol, tilt.wrapping_neg());
        // A shock down never lifts a volatility that is already below the floor.
        let lowered = |shocked: u64| shocked.max(floor).min(vol);
        let either = |shocked: u64| {
            if shocked < vol {
                lowered(shocked)
            } else {
                shocked
            }
        };
        [vol, up.max(floor), lowered(down), either(low), either(high)]
    }

    /// By how much a shocked volatility may be off if the leg's is off by `gap_ppm`: no shock moves it by more
    /// times, rounded up.
    #[inline]
    pub(super) fn shocked_gap(&self, gap_ppm: u32) -> u64 {
        let most = ONE_PPB.wrapping_add(self.up_ppb.max(MOST_TILT_PPB));
        // Below 2^32 each.
        let gap = u64::from(gap_ppm).wrapping_mul(most);
        gap.wrapping_add(ONE_PPB - 1).wrapping_div(ONE_PPB)
    }

    /// Relative tilt of a leg, Q30: positive for strikes below spot (`moneyness` = ln(S/K)).
    fn tilt_of(&self, moneyness: i64) -> i64 {
        let reached = moneyness.clamp(self.tilt_reach.wrapping_neg(), self.tilt_reach);
        // Below 2^33 * 2^28.
        let size = reached
            .unsigned_abs()
            .wrapping_mul(u64_bits(self.tilt))
            .checked_div(u64_bits(self.tilt_reach))
            .unwrap_or(0);
        if reached < 0 {
            i64_bits(size).wrapping_neg()
        } else {
            i64_bits(size)
        }
    }
}

/// vol * (1 + tilt), |tilt| <= 1/4.
fn tilted(vol: u64, tilt: i64) -> u64 {
    u64_bits(i64_bits(vol).wrapping_mul(ONE_Q30.wrapping_add(tilt)) >> 30)
}

/// (30 days / time)^0.30 below 30 days (time at least a day), ^0.13 above; Q30, at most 2.8.
fn shock_scale_q30(seconds: i64) -> u64 {
    let time = seconds.max(MIN_SHOCK_SECONDS).unsigned_abs();
    let log = ln_ratio_q30(SHOCK_SECONDS, time).unwrap_or(0);
    let exponent = if log > 0 {
        SHORT_EXPONENT_Q30
    } else {
        LONG_EXPONENT_Q30
    };
    // For any 64-bit time |log| stays below 44 * 2^30, too large for the product: hence the clamp.
    exp_q30(
        log.clamp(MIN_SHOCK_LOG_Q30, MAX_SHOCK_LOG_Q30)
            .wrapping_mul(exponent)
            >> 30,
    )
}
