//! Realised volatility: what the price did, on a grid nobody chooses.

use crate::surface::{MAX_VOL_PPM, MIN_VOL_PPM};
use crate::RiskError;
use backstop_quantities::convert::{i64_saturating, u32_saturating, u64_exact, u64_or_zero};
use backstop_quantities::precise::{exp_q60, ln_q56, ONE_Q56, ONE_Q60};
use backstop_quantities::root::isqrt;
use backstop_quantities::{mul_div_floor, Price, UnixSeconds, Vol, YEAR_SECONDS};

/// Seconds between samples.
pub const GRID_SECONDS: i64 = 300;
/// Grid steps in which the weight of the slow average falls by e: a day.
pub(crate) const SLOW_STEPS: i64 = 288;
/// The same of the fast average: an hour.
pub(crate) const FAST_STEPS: i64 = 12;
/// Part of slow realised volatility below which no surface is believed, ppb.
pub(crate) const FLOOR_PPB: u64 = 750_000_000;
/// Gaps beyond this many time constants leave nothing of the past.
const MAX_DECAY: i64 = 100;

/// Exponentially weighted realised variance at two speeds. 32 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RealisedVol {
    /// The last sample.
    price: Price,
    /// Its step on the grid.
    step: i64,
    /// Variance a year, ppm of volatility squared, below 2^57.
    slow_ppm2: u64,
    /// The same with the time constant of an hour.
    fast_ppm2: u64,
}

/// The grid step an oracle update decides, unix time / 300: the last grid time t with
/// prev_publish_time < t <= publish_time. `None` if there is none, so every step has one update that
/// can decide it and no choice is left to who submits.
pub fn grid_step(prev_publish_at: UnixSeconds, publish_at: UnixSeconds) -> Option<i64> {
    let step = publish_at.get().div_euclid(GRID_SECONDS);
    (prev_publish_at.get() < step.saturating_mul(GRID_SECONDS)).then_some(step)
}

impl RealisedVol {
    /// Starts at a sample and a first guess of volatility.
    ///
    /// # Errors
    /// `ZeroPrice`, and `ParameterOutOfBounds("vol")` outside the bounds of a surface.
    pub fn new(price: Price, step: i64, vol: Vol) -> Result<Self, RiskError> {
        if price.is_zero() {
            return Err(RiskError::ZeroPrice);
        }
        if !(MIN_VOL_PPM..=MAX_VOL_PPM).contains(&vol.get()) {
            return Err(RiskError::ParameterOutOfBounds("vol"));
        }
        let squared = u64::from(vol.get()).saturating_mul(vol.get().into());
        Ok(Self {
            price,
            step,
            slow_ppm2: squared,
            fast_ppm2: squared,
        })
    }

    /// Takes the sample of a step: v' = w v + (1 - w) r^2 / (k steps), w = e^(-k / time constant),
    /// r = ln(price / last price) held within +-1, k the steps since the last sample. A gap is so one
    /// squared return over its whole length. A step already taken changes nothing. Rounds down.
    ///
    /// # Errors
    /// `ZeroPrice`.
    pub fn sample(self, price: Price, step: i64) -> Result<Self, RiskError> {
        let logarithm = |p: Price| ln_q56(p.get().into()).ok_or(RiskError::ZeroPrice);
        let change = logarithm(price)?.saturating_sub(logarithm(self.price)?);
        let steps = step.saturating_sub(self.step);
        if steps <= 0 {
            return Ok(self);
        }
        let seen = variance_ppm2(change, u64_or_zero(steps));
        Ok(Self {
            price,
            step,
            slow_ppm2: mixed(self.slow_ppm2, seen, steps, SLOW_STEPS),
            fast_ppm2: mixed(self.fast_ppm2, seen, steps, FAST_STEPS),
        })
    }

    /// Volatility realised over about a day, rounded down, not clamped.
    pub fn slow_vol(&self) -> Vol {
        Vol::new(u32_saturating(isqrt(self.slow_ppm2)))
    }

    /// Volatility realised over about an hour, rounded down, not clamped.
    pub fn fast_vol(&self) -> Vol {
        Vol::new(u32_saturating(isqrt(self.fast_ppm2)))
    }

    /// Least volatility a surface is believed at: three quarters of the slow one, because implied
    /// volatility falls ahead of realised volatility when a storm passes. Within a surface's bounds,
    /// rounded down.
    pub fn surface_floor(&self) -> Vol {
        let slow = u64::from(self.slow_vol().get());
        clamped(mul_div_floor(slow, FLOOR_PPB, 1_000_000_000).unwrap_or(0))
    }

    /// Volatility a year expected of the next hour: the greater of slow and fast, within a surface's
    /// bounds. It follows a storm within the hour, and keeps part of it for a day.
    pub fn forecast(&self) -> Vol {
        clamped(self.slow_vol().max(self.fast_vol()).get().into())
    }
}

fn clamped(vol: u64) -> Vol {
    Vol::new(u32_saturating(vol).clamp(MIN_VOL_PPM, MAX_VOL_PPM))
}

/// change^2 / steps, a year, in ppm^2, rounded down. At most 105 120 * 10^12, below 2^57.
fn variance_ppm2(change_q56: i64, steps: u64) -> u64 {
    let size = u128::from(change_q56.unsigned_abs().min(ONE_Q56.unsigned_abs()));
    // At most 2^56 in Q56, times 10^12 < 2^40.
    let squared = size.saturating_mul(size) >> 56;
    let scaled = squared.saturating_mul(1_000_000_000_000) >> 16;
    let yearly = scaled.saturating_mul(u128::from(u64_or_zero(YEAR_SECONDS)));
    let span = u128::from(steps).saturating_mul(u128::from(u64_or_zero(GRID_SECONDS)));
    let variance = yearly.checked_div(span).unwrap_or(0) >> 40;
    u64_exact(variance).unwrap_or(u64::MAX)
}

/// The past decayed by `steps`, the rest of the weight on what was seen. Rounded down, so between
/// both.
fn mixed(past: u64, seen: u64, steps: i64, constant: i64) -> u64 {
    let steps = steps.min(constant.saturating_mul(MAX_DECAY));
    let exponent = i128::from(steps)
        .saturating_mul(ONE_Q56.into())
        .checked_div(constant.into())
        .unwrap_or(0);
    let exponent = i64::try_from(exponent).unwrap_or(i64_saturating(u64::MAX));
    let kept = u64_exact(exp_q60(exponent.saturating_neg())).map_or(ONE_Q60, |w| w.min(ONE_Q60));
    // Both products are below 2^117.
    let left = u128::from(past).saturating_mul(kept.into());
    let right = u128::from(seen).saturating_mul(ONE_Q60.saturating_sub(kept).into());
    let sum = left.saturating_add(right) >> 60;
    u64_exact(sum).unwrap_or(u64::MAX)
}
