//! European price and Greeks.

use super::model::{to_e18, Model};
use super::{DisplayError, Terms, ONE_E18};
use crate::pricing::Kind;
use backstop_quantities::convert::u64_exact;
use backstop_quantities::precise::{cdf_q60, exp_scaled, mul_shift_floor, pdf_q60, sqrt_years_q60};
use backstop_quantities::YEAR_SECONDS;

/// ln(10^33) in Q56: the 10^24 of gamma and the 10^9 of the price scale.
const LN_GAMMA_SCALE_Q56: i64 = 5_475_318_481_668_733_116;

/// Price of one option and its derivatives. Values beyond i128 saturate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Greeks {
    /// Value in quote, scaled 1e18, rounded down.
    pub price_e18: u128,
    /// dV/dS, scaled 1e18.
    pub delta_e18: i128,
    /// d2V/dS2, per quote, scaled 1e24 because it is small where spot is large.
    pub gamma_e24: u128,
    /// dV/dsigma for 100 points of volatility, in quote, scaled 1e18.
    pub vega_e18: u128,
    /// dV/dt as calendar time passes, quote per year, scaled 1e18. Usually negative.
    pub theta_per_year_e18: i128,
    /// dV/dr for 100 points of rate, in quote, scaled 1e18.
    pub rho_e18: i128,
}

/// Value of a European option in quote, scaled 1e18, rounded down.
///
/// call = S e^(-qT) Phi(d1) - K e^(-rT) Phi(d2), put = K e^(-rT) Phi(-d2) - S e^(-qT) Phi(-d1),
/// d1 = ln(F/K)/s + s/2, d2 = d1 - s, s = sigma sqrt(T). Each side has its own probabilities, so a
/// far out-of-the-money price is no difference of large numbers. Always at least the discounted
/// forward's intrinsic value, a call at most S e^(-qT), a put at most K e^(-rT). Error below 1e-16
/// of S e^(-qT) + K e^(-rT), plus 1e-18 quote.
///
/// # Errors
/// The first input outside its range.
pub fn european_price(terms: &Terms) -> Result<u128, DisplayError> {
    let model = Model::new(terms)?;
    Ok(value_e18(terms.kind, &model, parts(terms.kind, &model)))
}

/// Phi(d1) and Phi(d2) for a call, Phi(-d1) and Phi(-d2) for a put, Q60.
fn probabilities(kind: Kind, model: &Model) -> (u64, u64) {
    let (d1, d2) = match kind {
        Kind::Call => (model.d1_q56, model.d2_q56),
        Kind::Put => (model.d1_q56.wrapping_neg(), model.d2_q56.wrapping_neg()),
    };
    (cdf_q60(d1), cdf_q60(d2))
}

/// The discounted spot and strike, each times its probability: 1e-9 quote, 57 fractional bits.
fn parts(kind: Kind, model: &Model) -> (u128, u128) {
    let (in_spot, in_strike) = probabilities(kind, model);
    (
        mul_shift_floor(model.spot, in_spot, 60),
        mul_shift_floor(model.strike, in_strike, 60),
    )
}

/// The difference of the parts, at least intrinsic; no more than what is received, because no
/// probability exceeds 1.
fn value_e18(kind: Kind, model: &Model, parts: (u128, u128)) -> u128 {
    let (spot_part, strike_part) = parts;
    let (got, paid, got_part, paid_part) = match kind {
        Kind::Call => (model.spot, model.strike, spot_part, strike_part),
        Kind::Put => (model.strike, model.spot, strike_part, spot_part),
    };
    let value = got_part
        .saturating_sub(paid_part)
        .max(got.saturating_sub(paid));
    to_e18(value)
}

/// Price and Greeks of a European option; without uncertainty (no time or no volatility) gamma,
/// vega and decay are 0. With s = sigma sqrt(T), delta is within 1e-16 + 1e-16/s, and gamma S and
/// vega / S are within that of their largest values.
///
/// # Errors
/// The first input outside its range.
pub fn european_greeks(terms: &Terms) -> Result<Greeks, DisplayError> {
    let model = Model::new(terms)?;
    let sides = parts(terms.kind, &model);
    let (spot_part, strike_part) = (to_e18(sides.0), to_e18(sides.1));
    let density = match model.ln_deviation_q56 {
        Some(_) => pdf_q60(model.d1_q56),
        None => 0,
    };
    // S e^(-qT) phi(d1), which equals K e^(-rT) phi(d2).
    let weight = to_e18(mul_shift_floor(model.spot, density, 60));
    let sign = |amount: i128| match terms.kind {
        Kind::Call => amount,
        Kind::Put => amount.saturating_neg(),
    };
    let carry = times_ratio(spot_part, terms.yield_ppb, 1_000_000_000).saturating_sub(times_ratio(
        strike_part,
        terms.rate_ppb,
        1_000_000_000,
    ));
    Ok(Greeks {
        price_e18: value_e18(terms.kind, &model, sides),
        delta_e18: sign(delta_e18(
            model.spot_factor_q57,
            probabilities(terms.kind, &model).0,
        )),
        gamma_e24: gamma_e24(&model, density),
        vega_e18: mul_shift_floor(weight, sqrt_years_q60(terms.seconds), 60),
        theta_per_year_e18: sign(carry).saturating_sub(decay_e18(terms, &model, weight)),
        rho_e18: sign(times_ratio(strike_part, terms.seconds, YEAR_SECONDS)),
    })
}

/// `amount * part / whole` towards zero, saturating.
fn times_ratio(amount: u128, part: i64, whole: i64) -> i128 {
    i128::try_from(amount)
        .unwrap_or(i128::MAX)
        .saturating_mul(part.into())
        .checked_div(whole.into())
        .unwrap_or(0)
}

/// e^(-qT) times its probability. The product is below 2^123, in Q117; 1e18 < 2^60.
fn delta_e18(spot_factor_q57: u64, probability_q60: u64) -> i128 {
    let product = u128::from(spot_factor_q57).wrapping_mul(probability_q60.into());
    // Q117 to Q53 by the 64 bits of the product's shift.
    let scaled = mul_shift_floor(product, ONE_E18, 64) >> 53;
    i128::try_from(scaled).unwrap_or(i128::MAX)
}

/// e^(-qT) phi(d1) / (S s), the division in logarithms.
fn gamma_e24(model: &Model, density_q60: u64) -> u128 {
    let Some(ln_deviation) = model.ln_deviation_q56 else {
        return 0;
    };
    // phi < 0.4 and the factor below e^4 leave the Q59 product below 2^64.
    let product = u128::from(model.spot_factor_q57).wrapping_mul(density_q60.into()) >> 58;
    let weight_q59 = u64_exact(product).unwrap_or(u64::MAX);
    // At most 76 + 30: S is at least one unit of 1e-9 and s at least 1e-13.
    let logarithm = LN_GAMMA_SCALE_Q56
        .wrapping_sub(model.ln_spot_q56)
        .wrapping_sub(ln_deviation);
    exp_scaled(logarithm).times_floor_q(weight_q59, -59)
}

/// S e^(-qT) phi(d1) s / (2T): what an option loses a year because uncertainty shrinks.
fn decay_e18(terms: &Terms, model: &Model, weight_e18: u128) -> i128 {
    let spread = mul_shift_floor(weight_e18, model.deviation_q56.unsigned_abs(), 56);
    times_ratio(spread, YEAR_SECONDS, terms.seconds.saturating_mul(2))
}
