//! Black-76 with zero rates: the forward is the spot.
//!
//! price(call) = S Phi(d1) - K Phi(d2), price(put) = call - S + K,
//! d1 = ln(S/K)/s + s/2, d2 = d1 - s, s = vol * sqrt(years), ACT/365 in seconds.
//! Margin grade: within 1e-6 of max(S, K). F. Black, "The pricing of commodity contracts", 1976.

use backstop_quantities::convert::{i64_bits, u64_or_zero};
use backstop_quantities::explog::ln_ratio_q30;
use backstop_quantities::normal::cdf_q30;
use backstop_quantities::root::sqrt_years_q30;
use backstop_quantities::{mul_div_floor, Price, Vol};

/// What the option gives its holder at expiry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Kind {
    /// max(0, price - strike).
    Call = 0,
    /// max(0, strike - price).
    Put = 1,
}

/// The least sigma * sqrt(T) the kernel divides by, Q30 (1e-6). Below it a price differs from
/// intrinsic by less than 4e-7 of spot.
pub(crate) const MIN_DEVIATION_Q30: u64 = 1 << 10;

/// sigma * sqrt(T) in Q30 with what a price needs of it, prepared once per leg and volatility.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deviation {
    /// s, Q30, at least [`MIN_DEVIATION_Q30`].
    s: i64,
    /// s / 2, Q30.
    half: i64,
    /// 2^58 / s.
    inverse: i64,
    /// 8.5 * s: beyond it both probabilities are 0 or 1.
    limit: i64,
}

impl Deviation {
    /// From a volatility in ppm and sqrt(years) in Q30. Volatility below 2^25 and root at most 2^31
    /// keep the product below 2^56.
    #[inline]
    pub(crate) fn new(vol_ppm: u64, root_years_q30: u64) -> Self {
        let raw = vol_ppm.wrapping_mul(root_years_q30).wrapping_div(1_000_000);
        let s = raw.clamp(MIN_DEVIATION_Q30, 1 << 36);
        // Unsigned, because the Solana machine has no signed division.
        let inverse = (1u64 << 58).checked_div(s).unwrap_or(0);
        let s = i64_bits(s);
        Self {
            s,
            half: s >> 1,
            inverse: i64_bits(inverse),
            limit: s.wrapping_mul(17) >> 1,
        }
    }

    /// Phi(d1) and Phi(d2) in Q30 for a log-moneyness ln(S/K) in Q30.
    ///
    /// |m| <= 8.5 s makes |m * inverse| <= 8.5 * 2^58 < 2^62.
    #[inline]
    pub(crate) fn probabilities(&self, log_moneyness: i64) -> (i64, i64) {
        let m = log_moneyness.clamp(self.limit.wrapping_neg(), self.limit);
        let d1 = (m.wrapping_mul(self.inverse) >> 28).wrapping_add(self.half);
        let d2 = d1.wrapping_sub(self.s);
        (cdf_q30(d1), cdf_q30(d2))
    }
}

/// Value of a call in the unit of `spot` and `strike`, which must be at most 2^32.
/// Between intrinsic and spot by construction.
#[inline]
pub(crate) fn call_value(spot: i64, strike: i64, probabilities: (i64, i64)) -> i64 {
    let (in_spot, in_strike) = probabilities;
    let model = spot
        .wrapping_mul(in_spot)
        .wrapping_sub(strike.wrapping_mul(in_strike))
        >> 30;
    model.max(spot.wrapping_sub(strike)).max(0).min(spot)
}

/// What the option would pay if it settled at `spot`. Exact.
pub const fn intrinsic(kind: Kind, spot: Price, strike: Price) -> Price {
    match kind {
        Kind::Call => spot.saturating_sub(strike),
        Kind::Put => strike.saturating_sub(spot),
    }
}

/// Fair price of one contract in quote, scaled 1e9, `seconds` before expiry.
///
/// Black-76, zero rates, forward = spot. Error below 1e-6 of max(spot, strike); rounds down.
/// Never below intrinsic, a call never above spot, a put never above strike; put-call parity holds
/// to the unit. At or after expiry, or at zero volatility or price, it is intrinsic. Time above four
/// years counts as four.
pub fn option_price(kind: Kind, spot: Price, strike: Price, vol: Vol, seconds: i64) -> Price {
    let floor = intrinsic(Kind::Call, spot, strike);
    let call = if seconds <= 0 || vol.is_zero() {
        floor
    } else {
        model_call(spot, strike, vol, seconds).unwrap_or(floor)
    };
    let call = call.max(floor).min(spot);
    match kind {
        Kind::Call => call,
        // call >= spot - strike, so neither step saturates while strike + call fits.
        Kind::Put => strike.saturating_sub(spot.saturating_sub(call)),
    }
}

fn model_call(spot: Price, strike: Price, vol: Vol, seconds: i64) -> Option<Price> {
    let unit = spot.max(strike).get();
    let relative_spot = mul_div_floor(spot.get(), 1 << 30, unit)?;
    let relative_strike = mul_div_floor(strike.get(), 1 << 30, unit)?;
    let log_moneyness = ln_ratio_q30(spot.get(), strike.get())?;
    let deviation = Deviation::new(u64::from(vol.get()), sqrt_years_q30(seconds));
    let value = call_value(
        i64_bits(relative_spot),
        i64_bits(relative_strike),
        deviation.probabilities(log_moneyness),
    );
    mul_div_floor(u64_or_zero(value), unit, 1 << 30).map(Price::new)
}
