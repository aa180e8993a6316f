//! What price and Greeks share: discounted amounts and the two probabilities' arguments.

use super::{DisplayError, Terms};
use backstop_quantities::convert::i64_bits;
use backstop_quantities::precise::{exp_scaled, root_years, signed_mul_high, Scaled};

/// 2^(56 + 61) / (1e9 * seconds a year): ppb * seconds to a Q56 number of years.
const RATE_YEARS_FACTOR_Q61: u64 = 5_268_692_905_666_999_116;
/// Where both probabilities are 0 or 1 whatever the other terms: 64 in Q56.
const FAR_Q56: u64 = 1 << 62;
/// 1e-9.
const BILLIONTH: Scaled = Scaled::from_parts(9_903_520_314_283_042_200, -30);

/// An option prepared for pricing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Model {
    /// e^(-qT).
    pub(super) spot_factor: Scaled,
    /// S and S e^(-qT) in 1e-9 quote.
    pub(super) plain_spot: Scaled,
    pub(super) spot: Scaled,
    /// K e^(-rT), likewise.
    pub(super) strike: Scaled,
    /// sqrt(T), T in years; `None` if there is no time.
    pub(super) root: Option<Scaled>,
    /// What is uncertain, if anything is.
    pub(super) spread: Option<Spread>,
    /// d1, Q56, within 96.
    pub(super) d1_q56: i64,
    /// d2 = d1 - sigma sqrt(T), Q56.
    pub(super) d2_q56: i64,
}

/// Volatility and time, neither of them 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spread {
    /// sigma per root year.
    pub(super) vol: Scaled,
    /// sqrt(T), T in years.
    pub(super) root: Scaled,
    /// s = sigma sqrt(T).
    deviation: Scaled,
    /// 1 / s.
    pub(super) inverse: Scaled,
}

impl Model {
    /// Prepares validated terms. No sum here can overflow: logarithms of prices are below 2^6 and
    /// rate times time at most 4, all in Q56.
    pub(super) fn new(terms: &Terms) -> Result<Self, DisplayError> {
        terms.validate()?;
        let plain_spot = Scaled::new(terms.spot.get()).ok_or(DisplayError::ZeroSpot)?;
        let plain_strike = Scaled::new(terms.strike.get()).ok_or(DisplayError::ZeroStrike)?;
        let rate = rate_years_q56(terms.rate_ppb, terms.seconds);
        let held = rate_years_q56(terms.yield_ppb, terms.seconds);
        let moneyness = plain_spot
            .ln_q56()
            .wrapping_sub(plain_strike.ln_q56())
            .wrapping_add(rate)
            .wrapping_sub(held);
        let root = root_years(terms.seconds);
        let spread = root.and_then(|root| Spread::new(terms, root));
        let (d1_q56, deviation_q56) = match &spread {
            Some(spread) => spread.first_argument(moneyness),
            // d1 is far on the side of the moneyness, and 0 at the forward itself.
            None => (moneyness.signum().wrapping_mul(i64_bits(FAR_Q56)), 0),
        };
        let spot_factor = discount(held);
        Ok(Self {
            spot_factor,
            plain_spot,
            spot: discounted(plain_spot, held, spot_factor),
            strike: discounted(plain_strike, rate, discount(rate)),
            root,
            spread,
            d1_q56,
            d2_q56: d1_q56.wrapping_sub(deviation_q56),
        })
    }
}

/// rate * time in Q56, rounded down. The product of ppb and seconds is below 2^57 by validation.
#[inline]
fn rate_years_q56(rate_ppb: i64, seconds: i64) -> i64 {
    if rate_ppb == 0 {
        return 0;
    }
    // 6 bits more and Q61 to Q56 by 64 bits and 3 more.
    let product = rate_ppb.wrapping_mul(seconds).wrapping_shl(6);
    signed_mul_high(product, RATE_YEARS_FACTOR_Q61) >> 3
}

/// e^(-x) for |x| <= 4; exactly 1 for 0.
#[inline]
fn discount(x_q56: i64) -> Scaled {
    if x_q56 == 0 {
        Scaled::ONE
    } else {
        exp_scaled(x_q56.wrapping_neg())
    }
}

/// A price discounted by e^(-x); exact for 0.
#[inline]
fn discounted(price: Scaled, x_q56: i64, factor: Scaled) -> Scaled {
    if x_q56 == 0 {
        price
    } else {
        price.times(factor)
    }
}

impl Spread {
    #[inline]
    fn new(terms: &Terms, root: Scaled) -> Option<Self> {
        let vol = Scaled::new(terms.vol.get())?.times(BILLIONTH);
        let deviation = vol.times(root);
        Some(Self {
            vol,
            root,
            deviation,
            inverse: deviation.inverse(),
        })
    }

    /// d1 = m/s + s/2 and s for a forward log-moneyness m.
    ///
    /// The ratio and s are cut at 64, so d1 stays within 96 and whatever is cut lies where both
    /// probabilities are saturated.
    #[inline]
    fn first_argument(&self, moneyness: i64) -> (i64, i64) {
        let cut = |value: u64| i64_bits(value.min(FAR_Q56));
        let deviation = cut(self.deviation.floor_u64(56));
        let size = cut(self.inverse.floor_times_u64(moneyness.unsigned_abs(), 0));
        let ratio = if moneyness < 0 {
            size.wrapping_neg()
        } else {
            size
        };
        (ratio.wrapping_add(deviation >> 1), deviation)
    }
}
