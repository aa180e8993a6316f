//! Realised volatility: what the price did, on a grid nobody chooses.

use crate::surface::{Surface, MAX_VOL_PPM, MIN_VOL_PPM, TENOR_SECONDS};
use crate::RiskError;
use backstop_quantities::convert::{i64_bits, index, u32_saturating, u64_exact, u64_or_zero};
use backstop_quantities::precise::{ln_q56, ONE_Q56, ONE_Q60};
use backstop_quantities::root::isqrt;
use backstop_quantities::{mul_div_floor, Price, UnixSeconds, Vol, ONE_PPB, YEAR_SECONDS};

/// Seconds between samples.
pub const GRID_SECONDS: i64 = 300;
const GRID: u64 = GRID_SECONDS.unsigned_abs();
/// Grid steps in which the weight of the slow average falls by e: a day.
pub(crate) const SLOW_STEPS: i64 = 288;
/// The same of the fast average: an hour.
pub(crate) const FAST_STEPS: i64 = 12;
/// Part of slow realised volatility below which no surface is believed, ppb.
pub(crate) const FLOOR_PPB: u64 = 750_000_000;
/// Time to expiry up to which that floor is whole: what the slow average looks back on, a day.
pub(crate) const FLOOR_SECONDS: u64 = 86_400;
/// Gaps beyond this many time constants leave nothing of the past.
const MAX_DECAY: i64 = 100;
/// Grid steps of a year of 365 days.
const STEPS_A_YEAR: u64 = 105_120;
const _: () = assert!(STEPS_A_YEAR * GRID_SECONDS.unsigned_abs() == YEAR_SECONDS.unsigned_abs());
/// Powers of a weight in Q60, for the four hexadecimal digits of an exponent: a product of at most four
/// entries costs a third of an exponential.
type Powers = [[u64; 16]; 4];
/// What steps leave of the slow average's weight; one step e^(-1/288).
const SLOW_WEIGHTS: Powers = powers(1_148_925_246_900_495_116);
/// The same of the fast average; one step e^(-1/12).
const FAST_WEIGHTS: Powers = powers(1_060_738_990_819_565_132);

/// Exponentially weighted realised variance at two speeds. 32 bytes. The fields are open so that a caller
/// can store them; only what these functions wrote means anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RealisedVol {
    /// Natural logarithm of the last sample's price in its scale, Q56.
    pub log_price_q56: i64,
    /// Its step on the grid.
    pub step: i64,
    /// Variance a year, ppm of volatility squared, below 2^57.
    pub slow_ppm2: u64,
    /// The same with the time constant of an hour.
    pub fast_ppm2: u64,
}

/// The grid step an oracle update decides, unix time / 300: the last grid time t with
/// prev_publish_time < t <= publish_time. `None` if there is none, so every step has one update that
/// can decide it and no choice is left to who submits.
pub fn grid_step(prev_publish_at: UnixSeconds, publish_at: UnixSeconds) -> Option<i64> {
    // Unsigned: the chain has no signed division, and no update is older than 1970.
    let seconds = u64_or_zero(publish_at.get());
    let step = i64_bits(seconds.wrapping_div(GRID));
    (prev_publish_at.get() < step.saturating_mul(GRID_SECONDS)).then_some(step)
}

impl RealisedVol {
    /// Starts at a sample and a first guess of volatility.
    ///
    /// # Errors
    /// `ZeroPrice`, and `ParameterOutOfBounds("vol")` outside the bounds of a surface.
    pub fn new(price: Price, step: i64, vol: Vol) -> Result<Self, RiskError> {
        let log_price_q56 = logarithm(price)?;
        if !(MIN_VOL_PPM..=MAX_VOL_PPM).contains(&vol.get()) {
            return Err(RiskError::ParameterOutOfBounds("vol"));
        }
        let squared = u64::from(vol.get()).saturating_mul(vol.get().into());
        Ok(Self {
            log_price_q56,
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
        let log_price_q56 = logarithm(price)?;
        let change = log_price_q56.saturating_sub(self.log_price_q56);
        let steps = step.saturating_sub(self.step);
        if steps <= 0 {
            return Ok(self);
        }
        let seen = variance_ppm2(change, u64_or_zero(steps));
        Ok(Self {
            log_price_q56,
            step,
            slow_ppm2: mixed(self.slow_ppm2, seen, steps, SLOW_STEPS, &SLOW_WEIGHTS),
            fast_ppm2: mixed(self.fast_ppm2, seen, steps, FAST_STEPS, &FAST_WEIGHTS),
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

    /// Least at-the-money volatility a surface is believed at, at a time to expiry: three quarters of the slow
    /// one, because implied volatility falls ahead of realised volatility when a storm passes, times
    /// sqrt(min(1, 1 day / T)), because a day says nothing about the days behind it. Its total variance is so the
    /// same at every time from a day on. Within a surface's bounds, rounded down.
    pub fn surface_floor(&self, seconds: i64) -> Vol {
        let slow = u64::from(self.slow_vol().get());
        let least = mul_div_floor(slow, FLOOR_PPB, ONE_PPB).unwrap_or(0);
        let seconds = u64_or_zero(seconds).max(FLOOR_SECONDS);
        // Below 2^32, so its square fits.
        let variance = mul_div_floor(least.wrapping_mul(least), FLOOR_SECONDS, seconds);
        clamped(isqrt(variance.unwrap_or(0)))
    }

    /// The surface with no at-the-money node below [`Self::surface_floor`] of its tenor. Total variance still rises from
    /// tenor to tenor, because the greater of two rising sums rises.
    #[must_use]
    pub fn floored(&self, surface: &Surface) -> Surface {
        let mut floored = *surface;
        for (vol, tenor) in floored.atm_vol_ppm.iter_mut().zip(TENOR_SECONDS) {
            *vol = self.surface_floor(tenor).get().max(*vol);
        }
        floored
    }

    /// Volatility a year expected of the next hour: the greater of slow and fast, within a surface's
    /// bounds. It follows a storm within the hour, and keeps part of it for a day.
    pub fn forecast(&self) -> Vol {
        clamped(self.slow_vol().max(self.fast_vol()).get().into())
    }
}

fn logarithm(price: Price) -> Result<i64, RiskError> {
    ln_q56(price.get().into()).ok_or(RiskError::ZeroPrice)
}

fn clamped(vol: u64) -> Vol {
    Vol::new(u32_saturating(vol).clamp(MIN_VOL_PPM, MAX_VOL_PPM))
}

/// change^2 / steps, a year, in ppm^2, rounded down. At most 105 120 * 10^12, below 2^57.
fn variance_ppm2(change_q56: i64, steps: u64) -> u64 {
    let size = u128::from(change_q56.unsigned_abs().min(ONE_Q56.unsigned_abs()));
    // At most 2^56 in Q56, times 10^12 < 2^40, times 105 120 < 2^17.
    let squared = size.wrapping_mul(size) >> 56;
    let scaled = squared.wrapping_mul(1_000_000_000_000) >> 16;
    let yearly = scaled.wrapping_mul(u128::from(STEPS_A_YEAR)) >> 40;
    u64_exact(yearly)
        .and_then(|yearly| yearly.checked_div(steps))
        .unwrap_or(u64::MAX)
}

/// The past decayed by `steps`, the rest of the weight on what was seen. Rounded down, so between
/// both.
fn mixed(past: u64, seen: u64, steps: i64, constant: i64, weights: &Powers) -> u64 {
    let most = constant.wrapping_mul(MAX_DECAY);
    let kept = power_q60(weights, u64_or_zero(steps.min(most)));
    // Both products are below 2^117.
    let left = u128::from(past).wrapping_mul(kept.into());
    let right = u128::from(seen).wrapping_mul(ONE_Q60.wrapping_sub(kept).into());
    let sum = left.wrapping_add(right) >> 60;
    u64_exact(sum).unwrap_or(u64::MAX)
}

/// a * b for numbers of at most 1, rounded down.
#[allow(
    clippy::as_conversions,
    reason = "widening; `From` is not for constant functions"
)]
const fn times_q60(a: u64, b: u64) -> u64 {
    match u64_exact((a as u128).wrapping_mul(b as u128) >> 60) {
        Some(product) => product,
        None => ONE_Q60,
    }
}

/// A weight to an exponent below 2^16.
fn power_q60(weights: &Powers, exponent: u64) -> u64 {
    let (mut power, mut rest) = (ONE_Q60, exponent);
    for digit in weights {
        let factor = digit.get(index(rest & 15)).copied().unwrap_or(0);
        power = if power == ONE_Q60 {
            factor
        } else {
            times_q60(power, factor)
        };
        rest >>= 4;
        if rest == 0 {
            break;
        }
    }
    power
}

#[allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "evaluated by the compiler, an overrun fails the build"
)]
const fn powers(weight: u64) -> Powers {
    let mut table = [[ONE_Q60; 16]; 4];
    let mut base = weight;
    let mut digit = 0;
    while digit < 4 {
        let mut i = 1;
        while i < 16 {
            table[digit][i] = times_q60(table[digit][i - 1], base);
            i += 1;
        }
        base = times_q60(table[digit][15], base);
        digit += 1;
    }
    table
}
