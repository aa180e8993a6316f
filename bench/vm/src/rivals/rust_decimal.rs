//! `rust_decimal` with `maths`: logarithm, exponential (to 1e-9, which is faster than all digits), root and
//! normal distribution are its functions, the price is written with them.

use crate::meter::measured;
use backstop_quantities::YEAR_SECONDS;
use backstop_risk::display::Terms;
use backstop_risk::pricing::Kind;
use core::hint::black_box;
use rust_decimal::{Decimal, MathematicalOps};

/// Terms in decimals: spot, strike, rate, volatility, years.
struct Inputs {
    kind: Kind,
    spot: Decimal,
    strike: Decimal,
    rate: Decimal,
    vol: Decimal,
    years: Decimal,
}

#[inline(never)]
fn black_scholes(x: &Inputs) -> Option<Decimal> {
    let deviation = x.vol * x.years.sqrt()?;
    let moneyness = (x.spot / x.strike).checked_ln()? + x.rate * x.years;
    let d1 = moneyness / deviation + deviation / Decimal::TWO;
    let d2 = d1 - deviation;
    let strike = x.strike * (-x.rate * x.years).checked_exp_with_tolerance(Decimal::new(1, 9))?;
    Some(match x.kind {
        Kind::Call => x.spot * d1.norm_cdf() - strike * d2.norm_cdf(),
        Kind::Put => strike * (-d2).norm_cdf() - x.spot * (-d1).norm_cdf(),
    })
}

/// The price scaled 1e12; a price below 0 counts as 0.
pub fn price(terms: &Terms) -> Option<u128> {
    let e9 = |number: i64| Decimal::new(number, 9);
    let inputs = Inputs {
        kind: terms.kind,
        spot: e9(i64::try_from(terms.spot.get()).ok()?),
        strike: e9(i64::try_from(terms.strike.get()).ok()?),
        rate: e9(terms.rate_ppb),
        vol: e9(i64::try_from(terms.vol.get()).ok()?),
        years: Decimal::new(terms.seconds, 0) / Decimal::new(YEAR_SECONDS, 0),
    };
    let inputs = black_box(&inputs);
    let price = measured(|| black_scholes(inputs))?;
    let mut scaled = price.max(Decimal::ZERO);
    scaled.rescale(12);
    u128::try_from(scaled.mantissa()).ok()
}
