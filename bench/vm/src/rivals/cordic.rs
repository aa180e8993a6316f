//! `fixed` with `cordic`, in the 32.32 format: root from `fixed`, exponential from `cordic`. Neither has
//! a logarithm or a normal distribution; they are the usual series of the inverse hyperbolic tangent and
//! the usual rational approximation (Abramowitz and Stegun, 26.2.17, 7.5e-8), in the same number type.

use crate::meter::measured;
use backstop_quantities::YEAR_SECONDS;
use backstop_risk::display::Terms;
use backstop_risk::pricing::Kind;
use core::hint::black_box;
use fixed::types::I32F32;

const LN_2: I32F32 = I32F32::lit("0.69314718055994530942");
const ONE: I32F32 = I32F32::ONE;

/// 1/13, 1/11, ..., 1.
const ODD_PARTS: [I32F32; 7] = [
    I32F32::lit("0.07692307692"),
    I32F32::lit("0.09090909091"),
    I32F32::lit("0.11111111111"),
    I32F32::lit("0.14285714286"),
    I32F32::lit("0.2"),
    I32F32::lit("0.33333333333"),
    ONE,
];

/// Terms in 32.32: spot, strike, rate, volatility, years.
struct Inputs {
    kind: Kind,
    spot: I32F32,
    strike: I32F32,
    rate: I32F32,
    vol: I32F32,
    years: I32F32,
}

/// x = 2^n m with m in [1, 2); ln m = 2 artanh((m - 1) / (m + 1)), seven terms.
fn ln(x: I32F32) -> I32F32 {
    let exponent = x.int_log2();
    let mantissa = if exponent >= 0 {
        x >> exponent
    } else {
        x << -exponent
    };
    let s = (mantissa - ONE) / (mantissa + ONE);
    let square = s * s;
    let mut sum = I32F32::ZERO;
    for part in ODD_PARTS {
        sum = sum * square + part;
    }
    I32F32::from_num(exponent) * LN_2 + ((s * sum) << 1)
}

fn minus_half_square(x: I32F32) -> I32F32 {
    -(x * x) >> 1
}

fn normal_cdf(x: I32F32) -> I32F32 {
    const COEFFICIENTS: [I32F32; 5] = [
        I32F32::lit("1.330274429"),
        I32F32::lit("-1.821255978"),
        I32F32::lit("1.781477937"),
        I32F32::lit("-0.356563782"),
        I32F32::lit("0.319381530"),
    ];
    const PER_ROOT_OF_TWO_PI: I32F32 = I32F32::lit("0.39894228040143267794");
    let size = x.abs();
    let t = ONE / (ONE + I32F32::lit("0.2316419") * size);
    let mut sum = I32F32::ZERO;
    for coefficient in COEFFICIENTS {
        sum = (sum + coefficient) * t;
    }
    let tail = PER_ROOT_OF_TWO_PI * cordic::exp(minus_half_square(size)) * sum;
    if x < 0 {
        tail
    } else {
        ONE - tail
    }
}

#[inline(never)]
fn black_scholes(x: &Inputs) -> I32F32 {
    let deviation = x.vol * x.years.sqrt();
    let moneyness = ln(x.spot / x.strike) + x.rate * x.years;
    let d1 = moneyness / deviation + (deviation >> 1);
    let d2 = d1 - deviation;
    let strike = x.strike * cordic::exp(-x.rate * x.years);
    match x.kind {
        Kind::Call => x.spot * normal_cdf(d1) - strike * normal_cdf(d2),
        Kind::Put => strike * normal_cdf(-d2) - x.spot * normal_cdf(-d1),
    }
}

/// number / unit in 32.32.
fn ratio(number: i64, unit: i64) -> Option<I32F32> {
    let bits = (i128::from(number) << 32) / i128::from(unit);
    i64::try_from(bits).ok().map(I32F32::from_bits)
}

/// The price scaled 1e12; a price below 0 counts as 0.
pub fn price(terms: &Terms) -> Option<u128> {
    let billionths = |number: u64| ratio(i64::try_from(number).ok()?, 1_000_000_000);
    let inputs = Inputs {
        kind: terms.kind,
        spot: billionths(terms.spot.get())?,
        strike: billionths(terms.strike.get())?,
        rate: ratio(terms.rate_ppb, 1_000_000_000)?,
        vol: billionths(terms.vol.get())?,
        years: ratio(terms.seconds, YEAR_SECONDS)?,
    };
    let inputs = black_box(&inputs);
    let price = measured(|| black_scholes(inputs));
    let bits = u128::try_from(price.to_bits()).unwrap_or(0);
    Some((bits * 1_000_000_000_000) >> 32)
}
