//! European price with its derivatives.

use super::european::{value_e18, PRICE_TO_E18};
use super::model::{Model, Spread};
use super::{DisplayError, Terms, ONE_E18};
use crate::pricing::Kind;
use backstop_quantities::precise::{cdf_pdf_q60, cdf_q60, Scaled, ONE_Q60};

/// 10^9, from the price scale to 1e-18 quote.
const BILLION: Scaled = Scaled::from_parts(PRICE_TO_E18 << 34, 29);
/// 10^18.
const UNIT_E18: Scaled = Scaled::from_parts(ONE_E18 << 4, 59);
/// 10^33: the 10^24 of gamma and the 10^9 of the price scale.
const GAMMA_SCALE: Scaled = Scaled::from_parts(14_210_854_715_202_003_717, 109);
/// Probabilities and densities are Q60.
const ODDS_BITS: i64 = -60;

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

/// Price and Greeks of a European option; without uncertainty (no time or no volatility) gamma,
/// vega and decay are 0. With s = sigma sqrt(T), delta is within 5e-16 + 1e-16/s, and gamma S and
/// vega / S are within 3e-14 + 1e-16/s of their largest values.
///
/// # Errors
/// The first input outside its range.
pub fn european_greeks(terms: &Terms) -> Result<Greeks, DisplayError> {
    let model = Model::new(terms)?;
    let (in_spot, density) = cdf_pdf_q60(model.d1_q56);
    let in_strike = cdf_q60(model.d2_q56);
    // Of the kind: Phi(d) for a call, Phi(-d) for a put.
    let odds = match terms.kind {
        Kind::Call => (in_spot, in_strike),
        Kind::Put => (
            ONE_Q60.wrapping_sub(in_spot),
            ONE_Q60.wrapping_sub(in_strike),
        ),
    };
    let sign = |amount: i128| match terms.kind {
        Kind::Call => amount,
        Kind::Put => amount.wrapping_neg(),
    };
    let delta = model.spot_factor.times(UNIT_E18);
    let mut greeks = Greeks {
        price_e18: value_e18(terms.kind, &model, (in_spot, in_strike)),
        delta_e18: sign(signed(delta.floor_times(odds.0, ODDS_BITS))),
        gamma_e24: 0,
        vega_e18: 0,
        theta_per_year_e18: sign(carry_e18(terms, &model, odds)),
        rho_e18: 0,
    };
    if let Some(root) = model.root {
        let growth = model.strike.times(BILLION).times(root).times(root);
        greeks.rho_e18 = sign(signed(growth.floor_times(odds.1, ODDS_BITS)));
    }
    if let Some(spread) = &model.spread {
        uncertain(&mut greeks, &model, spread, density);
    }
    Ok(greeks)
}

/// An unsigned result as a signed one, saturating.
#[inline]
fn signed(amount: u128) -> i128 {
    i128::try_from(amount).unwrap_or(i128::MAX)
}

/// q S e^(-qT) Phi(d1) - r K e^(-rT) Phi(d2), for a put with its own probabilities: what holding the
/// two sides earns a year.
#[inline]
fn carry_e18(terms: &Terms, model: &Model, odds: (u64, u64)) -> i128 {
    // A rate in ppb takes a price from 1e-9 to 1e-18.
    let earned = |side: Scaled, rate_ppb: i64, odds: u64| match Scaled::new(rate_ppb.unsigned_abs())
    {
        None => 0,
        Some(rate) => {
            let amount = signed(side.times(rate).floor_times(odds, ODDS_BITS));
            if rate_ppb < 0 {
                amount.wrapping_neg()
            } else {
                amount
            }
        }
    };
    earned(model.spot, terms.yield_ppb, odds.0).saturating_sub(earned(
        model.strike,
        terms.rate_ppb,
        odds.1,
    ))
}

/// Gamma, vega and decay: the derivatives that the density at d1 carries.
#[inline]
fn uncertain(greeks: &mut Greeks, model: &Model, spread: &Spread, density_q60: u64) {
    // S e^(-qT) phi(d1), which equals K e^(-rT) phi(d2), times the root of time.
    let weight = model.spot.times(BILLION);
    greeks.vega_e18 = weight
        .times(spread.root)
        .floor_times(density_q60, ODDS_BITS);
    // e^(-qT) phi(d1) / (S s).
    let per_spot = model.spot_factor.times(model.plain_spot.inverse());
    let gamma = per_spot.times(spread.inverse).times(GAMMA_SCALE);
    greeks.gamma_e24 = gamma.floor_times(density_q60, ODDS_BITS);
    // What an option loses a year because uncertainty shrinks: S e^(-qT) phi(d1) sigma / (2 sqrt(T)),
    // and 1 / sqrt(T) = sigma / s.
    let decay = weight
        .times(spread.vol)
        .times(spread.vol)
        .times(spread.inverse);
    let decay = signed(decay.floor_times(density_q60, ODDS_BITS.wrapping_sub(1)));
    greeks.theta_per_year_e18 = greeks.theta_per_year_e18.saturating_sub(decay);
}
