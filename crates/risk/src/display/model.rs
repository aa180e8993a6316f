//! What price and Greeks share: discounted amounts and the two probabilities' arguments.

use super::{DisplayError, Terms};
use backstop_quantities::convert::u64_exact;
use backstop_quantities::precise::{
    exp_scaled, ln_q56, mul_shift_floor, LN_BILLION_Q56, LN_YEAR_SECONDS_Q56, ONE_Q56,
};

/// Fractional bits of discount factors (at most e^4 < 2^6) and, after the 1e-9 of the price scale,
/// of discounted amounts.
pub(super) const AMOUNT_BITS: u32 = 57;
/// 2^(56 + 60) / (1e9 * seconds a year): ppb * seconds to a Q56 number of years, in Q60.
const RATE_YEARS_FACTOR_Q60: i128 = 2_634_346_452_833_499_558;
/// Where both probabilities are 0 or 1 whatever the other terms: 64 in Q56.
const FAR_Q56: i64 = ONE_Q56 << 6;

/// An option prepared for pricing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Model {
    /// e^(-qT), Q57.
    pub(super) spot_factor_q57: u64,
    /// S e^(-qT) in 1e-9 quote, 57 fractional bits.
    pub(super) spot: u128,
    /// K e^(-rT), likewise.
    pub(super) strike: u128,
    /// ln of S in 1e-9 quote, Q56.
    pub(super) ln_spot_q56: i64,
    /// ln(sigma sqrt(T)), Q56; `None` if nothing is uncertain.
    pub(super) ln_deviation_q56: Option<i64>,
    /// sigma sqrt(T), Q56, at most 64.
    pub(super) deviation_q56: i64,
    /// d1, Q56, within 96.
    pub(super) d1_q56: i64,
    /// d2 = d1 - sigma sqrt(T), Q56.
    pub(super) d2_q56: i64,
}

impl Model {
    /// Prepares validated terms. No sum here can overflow: logarithms of prices are below 2^6 and
    /// rate times time at most 4, all in Q56.
    pub(super) fn new(terms: &Terms) -> Result<Self, DisplayError> {
        terms.validate()?;
        let ln_spot = ln_q56(terms.spot.get().into()).ok_or(DisplayError::ZeroSpot)?;
        let ln_strike = ln_q56(terms.strike.get().into()).ok_or(DisplayError::ZeroStrike)?;
        let rate = rate_years_q56(terms.rate_ppb, terms.seconds);
        let held = rate_years_q56(terms.yield_ppb, terms.seconds);
        let spot_factor_q57 = discount_q57(held);
        let moneyness = ln_spot
            .wrapping_sub(ln_strike)
            .wrapping_add(rate)
            .wrapping_sub(held);
        let ln_deviation_q56 = ln_deviation_q56(terms);
        let (d1_q56, deviation_q56) = first_argument(moneyness, ln_deviation_q56);
        let amount = |price: u64, factor: u64| u128::from(price).wrapping_mul(u128::from(factor));
        Ok(Self {
            spot_factor_q57,
            spot: amount(terms.spot.get(), spot_factor_q57),
            strike: amount(terms.strike.get(), discount_q57(rate)),
            ln_spot_q56: ln_spot,
            ln_deviation_q56,
            deviation_q56,
            d1_q56,
            d2_q56: d1_q56.wrapping_sub(deviation_q56),
        })
    }
}

/// rate * time in Q56, rounded down. The product of ppb and seconds is below 2^57 by validation.
fn rate_years_q56(rate_ppb: i64, seconds: i64) -> i64 {
    let product = i128::from(rate_ppb.wrapping_mul(seconds));
    let years = product.wrapping_mul(RATE_YEARS_FACTOR_Q60) >> 60;
    i64::try_from(years).unwrap_or(0)
}

/// e^(-x) in Q57 for |x| <= 4, rounded down; exactly 1 for 0.
fn discount_q57(x_q56: i64) -> u64 {
    u64_exact(exp_scaled(x_q56.wrapping_neg()).floor_q(57)).unwrap_or(u64::MAX)
}

/// ln(sigma sqrt(T)) = ln(sigma) + ln(T) / 2.
fn ln_deviation_q56(terms: &Terms) -> Option<i64> {
    let vol = ln_q56(terms.vol.get().into())?.wrapping_sub(LN_BILLION_Q56);
    let time = ln_q56(terms.seconds.unsigned_abs().into())?.wrapping_sub(LN_YEAR_SECONDS_Q56);
    Some(vol.wrapping_add(time >> 1))
}

/// d1 and the deviation s for a forward log-moneyness m: m/s + s/2. Without uncertainty d1 is far on
/// the side of m, and 0 at the forward itself.
///
/// The ratio is cut at 64 and s/2 at 32, so d1 stays within 96 and whatever is cut lies where both
/// probabilities are saturated.
fn first_argument(moneyness: i64, ln_deviation_q56: Option<i64>) -> (i64, i64) {
    let Some(logarithm) = ln_deviation_q56 else {
        return (moneyness.signum().wrapping_mul(FAR_Q56), 0);
    };
    let cut = |value: u128| i64::try_from(value).map_or(FAR_Q56, |value| value.min(FAR_Q56));
    let inverse = exp_scaled(logarithm.wrapping_neg());
    let size = cut(inverse.times_floor_q(moneyness.unsigned_abs(), 0));
    let ratio = size.wrapping_mul(moneyness.signum());
    let deviation = cut(exp_scaled(logarithm).floor_q(56));
    (ratio.wrapping_add(deviation >> 1), deviation)
}

/// An amount in 1e-9 quote with 57 fractional bits as quote scaled 1e18, rounded down.
pub(super) fn to_e18(amount: u128) -> u128 {
    mul_shift_floor(amount, 1_000_000_000, AMOUNT_BITS)
}
