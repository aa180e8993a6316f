//! The volatility that explains a price. For use off chain: it prices up to 80 times.

use super::{european_greeks, DisplayError, Greeks, Terms, MAX_VOL};
use backstop_quantities::Ppb;

/// More steps than bisection needs if only every other one halves the bracket of 37 bits.
const MAX_STEPS: u32 = 96;

/// A volatility whose European price is at least `price_e18` while one ppb less is worth less;
/// `vol` of the terms is not read. Unique where one ppb moves the price by more than its rounding.
///
/// Newton steps from the side that is known, each nudged across the root to close the bracket,
/// alternate with bisection, so that flat wings cost no more than 80 prices. The answer is as sharp
/// as the price is: 1e-18 quote divided by vega.
///
/// # Errors
/// `PriceBelowIntrinsic` if the price is less than the value without volatility, `PriceTooHigh` if
/// it exceeds the value at [`MAX_VOL`], or the first input outside its range.
pub fn implied_volatility(terms: &Terms, price_e18: u128) -> Result<Ppb, DisplayError> {
    let at = |vol: u64| {
        european_greeks(&Terms {
            vol: Ppb::new(vol),
            ..*terms
        })
    };
    let least = at(0)?.price_e18;
    if price_e18 < least {
        return Err(DisplayError::PriceBelowIntrinsic);
    }
    if price_e18 == least {
        return Ok(Ppb::ZERO);
    }
    if price_e18 > at(MAX_VOL.get())?.price_e18 {
        return Err(DisplayError::PriceTooHigh);
    }
    // price(low) < target <= price(high) throughout.
    let (mut low, mut high) = (0u64, MAX_VOL.get());
    let mut guess = 1_000_000_000;
    for step in 0..MAX_STEPS {
        if high.wrapping_sub(low) <= 1 {
            break;
        }
        if guess <= low || guess >= high {
            guess = middle(low, high);
        }
        let greeks = at(guess)?;
        if greeks.price_e18 < price_e18 {
            low = guess;
        } else {
            high = guess;
        }
        guess = match step & 1 {
            0 => newton(guess, &greeks, price_e18),
            _ => middle(low, high),
        };
    }
    Ok(Ppb::new(high))
}

/// Halfway, rounded down.
fn middle(low: u64, high: u64) -> u64 {
    low.saturating_add(high.saturating_sub(low) >> 1)
}

/// The root of the tangent, one ppb further than it says so that the next price lies across the
/// root. 0, which no bracket contains, where the tangent is flat.
fn newton(guess: u64, greeks: &Greeks, target_e18: u128) -> u64 {
    let gap = greeks.price_e18.abs_diff(target_e18);
    let Some(step) = gap
        .saturating_mul(1_000_000_000)
        .checked_div(greeks.vega_e18)
    else {
        return 0;
    };
    let step = u64::try_from(step).unwrap_or(u64::MAX).saturating_add(1);
    if greeks.price_e18 < target_e18 {
        guess.saturating_add(step)
    } else {
        guess.saturating_sub(step)
    }
}
