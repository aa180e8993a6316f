//! Bounds of an American option without a tree: free of iteration and wrong only on the safe side.

use super::{european_price, DisplayError, Terms};
use crate::pricing::{intrinsic, Kind};

/// Between which an option's value lies, quote scaled 1e18.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// What its holder may count on.
    pub lower_e18: u128,
    /// What its writer must expect to owe.
    pub upper_e18: u128,
}

/// Bounds of an American option for r, q >= 0.
///
/// Lower: the larger of the intrinsic and the European value, each of which exercise can secure.
/// Upper: for a put the European value with r := 0 (the strike earns nothing by waiting, so waiting
/// costs nothing), for a call the one with q := 0 (the underlying pays nothing to whoever exercises
/// early). R. Merton, "Theory of rational option pricing", 1973. Rounded as the European value;
/// the upper bound is never below the lower one. Both are the European value for a call without
/// yield and a put without rate.
///
/// # Errors
/// `NegativeRate`, `NegativeYield`, or the first input outside its range.
pub fn american_bounds(terms: &Terms) -> Result<Bounds, DisplayError> {
    if terms.rate_ppb < 0 {
        return Err(DisplayError::NegativeRate);
    }
    if terms.yield_ppb < 0 {
        return Err(DisplayError::NegativeYield);
    }
    let exercised = u128::from(intrinsic(terms.kind, terms.spot, terms.strike).get())
        .saturating_mul(1_000_000_000);
    let lower_e18 = european_price(terms)?.max(exercised);
    let patient = match terms.kind {
        Kind::Call => Terms {
            yield_ppb: 0,
            ..*terms
        },
        Kind::Put => Terms {
            rate_ppb: 0,
            ..*terms
        },
    };
    Ok(Bounds {
        lower_e18,
        upper_e18: european_price(&patient)?.max(lower_e18),
    })
}
