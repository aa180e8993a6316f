//! Black-76 at zero rates in floating point.

use backstop_risk::pricing::Kind;

/// Phi by its series, and by the continued fraction in the tails.
fn normal(x: f64) -> f64 {
    let density = (-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    if x.abs() < 5.0 {
        let (mut term, mut sum, mut k) = (x, x, 3.0);
        while term.abs() > 1e-18 {
            term *= x * x / k;
            sum += term;
            k += 2.0;
        }
        return 0.5 + density * sum;
    }
    let y = x.abs();
    let tail = (1..60).rev().fold(y, |f, k| y + f64::from(k) / f);
    if x > 0.0 {
        1.0 - density / tail
    } else {
        density / tail
    }
}

/// Value of one option; `vol` per root year as a fraction.
pub fn black(kind: Kind, spot: f64, strike: f64, vol: f64, years: f64) -> f64 {
    let s = vol * years.sqrt();
    let intrinsic = match kind {
        Kind::Call => (spot - strike).max(0.0),
        Kind::Put => (strike - spot).max(0.0),
    };
    if s < 1e-6 {
        return intrinsic;
    }
    let d1 = (spot / strike).ln() / s + s / 2.0;
    let call = spot * normal(d1) - strike * normal(d1 - s);
    match kind {
        Kind::Call => call.max(intrinsic),
        Kind::Put => (call - spot + strike).max(intrinsic),
    }
}
