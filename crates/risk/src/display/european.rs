//! European price.

use super::model::Model;
use super::{DisplayError, Terms};
use crate::pricing::Kind;
use backstop_quantities::precise::{cdf_q60, mul_high, product_floor};

/// From the price scale to 1e-18 quote.
pub(super) const PRICE_TO_E18: u64 = 1_000_000_000;

/// Value of a European option in quote, scaled 1e18, rounded down.
///
/// call = S e^(-qT) Phi(d1) - K e^(-rT) Phi(d2), put = K e^(-rT) Phi(-d2) - S e^(-qT) Phi(-d1),
/// d1 = ln(F/K)/s + s/2, d2 = d1 - s, s = sigma sqrt(T). Always at least the discounted
/// forward's intrinsic value, a call at most S e^(-qT), a put at most K e^(-rT). Error below 5e-16
/// of S e^(-qT) + K e^(-rT), plus 1e-18 quote.
///
/// # Errors
/// The first input outside its range.
pub fn european_price(terms: &Terms) -> Result<u128, DisplayError> {
    let model = Model::new(terms)?;
    let odds = (cdf_q60(model.d1_q56), cdf_q60(model.d2_q56));
    Ok(value_e18(terms.kind, &model, odds))
}

/// The discounted spot and strike, each times its probability; their difference, at least
/// intrinsic, and no more than what is received, because no probability exceeds 1. The odds are
/// Phi(d1) and Phi(d2), Q60, for either kind: a put takes what a call leaves, so parity is exact.
#[inline]
pub(super) fn value_e18(kind: Kind, model: &Model, odds: (u64, u64)) -> u128 {
    // Both in the unit that leaves the larger just below 2^63.
    let bits = 62i64.wrapping_sub(model.spot.exponent().max(model.strike.exponent()));
    let (spot, strike) = (model.spot.floor_u64(bits), model.strike.floor_u64(bits));
    // Twice an amount times Q63 to the amount's own unit.
    let part = |amount: u64, odds: u64| mul_high(amount << 1, odds << 3);
    let (in_spot, in_strike) = (part(spot, odds.0), part(strike, odds.1));
    let (got, paid, got_part, paid_part) = match kind {
        Kind::Call => (spot, strike, in_spot, in_strike),
        Kind::Put => (
            strike,
            spot,
            strike.wrapping_sub(in_strike),
            spot.wrapping_sub(in_spot),
        ),
    };
    let value = got_part
        .saturating_sub(paid_part)
        .max(got.saturating_sub(paid));
    product_floor(value, PRICE_TO_E18, bits.wrapping_neg())
}
