//! An option in its last hour as people see it.

use super::{european_greeks, DisplayError, Terms};
use crate::averaging::Average;
use crate::pricing::Kind;
use backstop_quantities::UnixSeconds;

/// 1e9 between a price (1e9) and a value (1e18).
const PRICE_TO_E18: u128 = 1_000_000_000;

/// Value of one contract on the settlement average.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AveragedOption {
    /// Known part and remainder, quote scaled 1e18, rounded down.
    pub price_e18: u128,
    /// What it gains per unit of spot, scaled 1e18: only the open points move with the spot.
    pub delta_e18: i128,
    /// The part of `price_e18` that no longer depends on the spot.
    pub certain_e18: u128,
}

/// Value and delta of one contract that settles at a partly known average: m/N European options at
/// K' and the seconds of the average, plus what is certain; see [`crate::averaging`]. `seconds` of the
/// terms is not read, `vol` is that of K'. Two lognormal moments stand for the average's law: the
/// error of its deviation is below 0.03 % at 500 % of volatility and falls with its square.
///
/// # Errors
/// `RateInAverage`, `BadAverage`, or the first input outside its range.
pub fn averaged_option(
    terms: &Terms,
    average: &Average,
    now: UnixSeconds,
) -> Result<AveragedOption, DisplayError> {
    if terms.rate_ppb != 0 || terms.yield_ppb != 0 {
        return Err(DisplayError::RateInAverage);
    }
    terms.validate()?;
    let split = average
        .split(terms.kind, terms.strike, now)
        .map_err(|_| DisplayError::BadAverage)?;
    let points = u128::from(average.count);
    let certain_e18 = split
        .certain_sum
        .saturating_mul(PRICE_TO_E18)
        .checked_div(points)
        .unwrap_or(0);
    let Some(strike) = split.strike else {
        return Ok(AveragedOption {
            price_e18: certain_e18,
            delta_e18: 0,
            certain_e18,
        });
    };
    let rest = european_greeks(&Terms {
        strike,
        seconds: split.seconds,
        ..*terms
    })?;
    let share = |whole: u128| {
        let part = whole.saturating_mul(split.open.into());
        part.checked_div(points).unwrap_or(0)
    };
    let size = i128::try_from(share(rest.delta_e18.unsigned_abs())).unwrap_or(i128::MAX);
    Ok(AveragedOption {
        price_e18: share(rest.price_e18).saturating_add(certain_e18),
        delta_e18: match terms.kind {
            Kind::Call => size,
            Kind::Put => size.saturating_neg(),
        },
        certain_e18,
    })
}
