//! Black-76 with zero rates: the forward is the spot.
//!
//! price(call) = S Phi(d1) - K Phi(d2), price(put) = call - S + K,
//! d1 = ln(S/K)/s + s/2, d2 = d1 - s, s = vol * sqrt(years), ACT/365 in seconds.
//! Margin grade: within 1e-6 of max(S, K). F. Black, "The pricing of commodity contracts", 1976.

use backstop_quantities::convert::{i64_bits, i64_saturating, u64_or_zero};
use backstop_quantities::explog::ln_ratio_q30;
use backstop_quantities::normal::{cdf_from_edge, EDGE_Q27};
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
/// From this s on (0.05 %) every reciprocal has the same scale.
pub(crate) const COMMON_DEVIATION_Q30: u64 = 1 << 19;
/// What a product with such a reciprocal is shifted by.
pub(crate) const COMMON_TURN: u32 = 24;
/// Greatest |ln| of a spot move that is added to a held log-moneyness, Q30: ln 4 and a little.
pub(crate) const MAX_MOVE_LOG_Q30: i64 = 1_500_000_000;

/// sigma * sqrt(T) with what a price needs of it, prepared once per leg and volatility.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deviation {
    /// s in Q27, to the nearest: what lies between d1 and d2.
    pub(crate) s: i64,
    /// 2^(27 + turn) / s, at most 2^32, or 2^30 with the other turn.
    pub(crate) inverse: i64,
    /// [`COMMON_TURN`], or 13 for a smaller s. The reciprocal is rounded, which shifts d1 and d2
    /// alike by 2^-21 s at most for each d: a price feels that in the second order only.
    pub(crate) turn: u32,
}

impl Deviation {
    /// From a volatility in ppm (any of 32 bits) and sqrt(years) in Q30 (at most 2^31).
    #[inline(always)]
    pub(crate) fn new(vol_ppm: u64, root_years_q30: u64) -> Self {
        let raw = vol_ppm.wrapping_mul(root_years_q30).wrapping_div(1_000_000);
        let s = raw.max(MIN_DEVIATION_Q30);
        let (numerator, turn) = if s < COMMON_DEVIATION_Q30 {
            (1u64 << 40, 13)
        } else {
            (1u64 << (27 + COMMON_TURN), COMMON_TURN)
        };
        // Unsigned, because the Solana machine has no signed division.
        let inverse = numerator.checked_div(s).unwrap_or(0);
        Self {
            s: i64_bits(s.wrapping_add(4) >> 3),
            inverse: i64_bits(inverse),
            turn,
        }
    }

    /// The same where s is at least [`COMMON_DEVIATION_Q30`].
    #[inline(always)]
    pub(crate) fn common(vol_ppm: u64, root_years_q30: u64) -> Self {
        let s = vol_ppm.wrapping_mul(root_years_q30).wrapping_div(1_000_000);
        let inverse = (1u64 << (27 + COMMON_TURN)).checked_div(s).unwrap_or(0);
        Self {
            s: i64_bits(s.wrapping_add(4) >> 3),
            inverse: i64_bits(inverse),
            turn: COMMON_TURN,
        }
    }

    /// -s instead of s where `mask` is all ones, s where it is 0: with -s, d1 becomes -d1 and d2
    /// becomes -d2, and S Phi(-d1) - K Phi(-d2) is minus a put.
    #[inline(always)]
    pub(crate) fn mirrored(self, mask: i64) -> Self {
        let sign = |value: i64| (value ^ mask).wrapping_sub(mask);
        Self {
            s: sign(self.s),
            inverse: sign(self.inverse),
            turn: self.turn,
        }
    }

    /// d1 above the edge of the table, Q27, for a log-moneyness ln(S/K) in Q30, held where both
    /// probabilities stay 0 or 1 even if the spot moves by [`MAX_MOVE_LOG_Q30`].
    ///
    /// |m| <= 2^30.5 or |m| <= 9 s + 2^30.5 makes |m * inverse| <= 9 * 2^51 + 2^62.5 < 2^63 (with the
    /// other turn 9 * 2^40 + 2^60.5).
    #[inline(always)]
    pub(crate) fn d1(&self, log_moneyness: i64) -> i64 {
        let m = if log_moneyness.unsigned_abs() <= MAX_MOVE_LOG_Q30.unsigned_abs() {
            log_moneyness
        } else {
            let limit = i64_saturating(self.s.unsigned_abs().wrapping_mul(72))
                .wrapping_add(MAX_MOVE_LOG_Q30);
            log_moneyness.clamp(limit.wrapping_neg(), limit)
        };
        (m.wrapping_mul(self.inverse) >> self.turn)
            .wrapping_add((self.s >> 1).wrapping_add(EDGE_Q27))
    }
}

/// S Phi(d1) - K Phi(d2), d2 = d1 - s, in the unit of `spot` and `strike`, which must be at most 2^32;
/// `d1` as [`Deviation::d1`] gives it. The only place it is computed at margin grade: a price alone and a
/// cell of the grid are the same. A call's value is at most spot, and rounding may leave it a unit below 0;
/// with d1 and s mirrored it is minus a put's. Both prices by reference, so that they are read where they
/// are used: the Solana machine has no registers to hold them before.
#[inline(always)]
pub(crate) fn call_value(spot: &i64, strike: &i64, d1: i64, s: i64) -> i64 {
    let (first, second) = (cdf_from_edge(d1), cdf_from_edge(d1.wrapping_sub(s)));
    let in_spot = first.wrapping_mul(*spot);
    in_spot.wrapping_sub(second.wrapping_mul(*strike)) >> 30
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
        &i64_bits(relative_spot),
        &i64_bits(relative_strike),
        deviation.d1(log_moneyness),
        deviation.s,
    );
    mul_div_floor(u64_or_zero(value), unit, 1 << 30).map(Price::new)
}
