//! `solmath`: Black-Scholes is one of its functions, in two precisions. Both return call and put.

use crate::meter::measured;
use backstop_quantities::YEAR_SECONDS;
use backstop_risk::display::Terms;
use backstop_risk::pricing::Kind;
use core::hint::black_box;
use solmath::{black_scholes_price, black_scholes_price_hp, SolMathError, SCALE};

/// Spot, strike, rate, volatility and years, scaled 1e12.
type Inputs = [u128; 5];
type Prices = Result<(u128, u128), SolMathError>;

fn inputs(terms: &Terms) -> Option<Inputs> {
    let seconds = u128::try_from(terms.seconds).ok()?;
    Some([
        u128::from(terms.spot.get()) * 1_000,
        u128::from(terms.strike.get()) * 1_000,
        u128::try_from(terms.rate_ppb).ok()? * 1_000,
        u128::from(terms.vol.get()) * 1_000,
        seconds * SCALE / u128::try_from(YEAR_SECONDS).ok()?,
    ])
}

#[inline(never)]
fn price(inputs: &Inputs) -> Prices {
    let [s, k, r, sigma, t] = *inputs;
    black_scholes_price(s, k, r, sigma, t)
}

#[inline(never)]
fn price_hp(inputs: &Inputs) -> Prices {
    let [s, k, r, sigma, t] = *inputs;
    black_scholes_price_hp(s, k, r, sigma, t)
}

fn of_kind(kind: Kind, prices: Prices) -> Option<u128> {
    let (call, put) = prices.ok()?;
    Some(match kind {
        Kind::Call => call,
        Kind::Put => put,
    })
}

/// Its standard grade.
pub fn standard(terms: &Terms) -> Option<u128> {
    let inputs = inputs(terms)?;
    let inputs = black_box(&inputs);
    of_kind(terms.kind, measured(|| price(inputs)))
}

/// Its high precision.
pub fn high_precision(terms: &Terms) -> Option<u128> {
    let inputs = inputs(terms)?;
    let inputs = black_box(&inputs);
    of_kind(terms.kind, measured(|| price_hp(inputs)))
}
