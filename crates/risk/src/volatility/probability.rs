//! How likely an account is to breach within the hour, from its own margin at other prices.

use crate::margin::{assess, Holding, Portfolio, Regime, MAX_HOLDINGS};
use crate::RiskError;
use backstop_quantities::convert::{u64_exact, u64_or_zero};
use backstop_quantities::precise::{
    cdf_q60, ln_q56, mul_shift_floor, sqrt_years_q60, LN_BILLION_Q56, ONE_Q60,
};
use backstop_quantities::{mul_div_ceil, mul_div_floor, Ppb, Price, Vol, ONE_PPB};

/// Seconds looked ahead.
pub const FORECAST_SECONDS: i64 = 3_600;
/// Greatest move examined: ten times the spot.
const MAX_MOVE_PPB: i64 = 9_000_000_000;
const ONE: i64 = 1_000_000_000;
/// Standard deviations beyond which a probability is 0 in ppb, Q56.
const FAR_Q56: i64 = 64 << 56;

/// Health of an account at another spot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revalued {
    /// spot' / spot - 1, ppb, above -1e9, at most 9e9, not 0.
    pub move_ppb: i64,
    /// health(MM) there, quote atoms.
    pub health_atoms: i64,
}

/// Upper bound of the probability, in ppb, rounded up, that health(MM) falls below 0 within an hour.
///
/// On each side the first move x at which health, linear between the moves examined, reaches 0, or
/// the last move examined if it never does; P = min(1, sum of 2 Phi(-|ln(1 + x)| / s)), s = vol
/// sqrt(hour): the reflection principle for a driftless diffusion that touches a barrier. A side
/// without moves counts as x = 0, an account with negative health as certain. Never rises with any of
/// the healths, never falls with volatility. Not modelled: jumps, moves of implied volatility.
///
/// `moves` of one side are ordered from the spot outwards; the sides may be interleaved.
///
/// # Errors
/// `ParameterOutOfBounds("move_ppb")` for a move outside its range or order.
pub fn breach_probability(
    health_atoms: i64,
    moves: &[Revalued],
    vol: Vol,
) -> Result<Ppb, RiskError> {
    let up = barrier(health_atoms, moves, 1)?;
    let down = barrier(health_atoms, moves, -1)?;
    if health_atoms < 0 {
        return Ok(Ppb::ONE);
    }
    // ppm to Q56 by 2^56 / 2^60 of the root; the volatility is below 2^32, the root below 2^60.
    let deviation = mul_shift_floor(u128::from(vol.get()), sqrt_years_q60(FORECAST_SECONDS), 4)
        .checked_div(1_000_000)
        .unwrap_or(0);
    let touched = |barrier: i64| touch_q60(log_move_q56(barrier), deviation);
    let sum = touched(up).saturating_add(touched(down)).min(ONE_Q60);
    let ppb = u128::from(sum)
        .saturating_mul(ONE_PPB.into())
        .div_ceil(u128::from(ONE_Q60));
    Ok(Ppb::new(u64_exact(ppb).unwrap_or(ONE_PPB)))
}

/// The move on the side of `sign` at which health reaches 0, or the last one examined; rounded
/// towards the spot.
fn barrier(health: i64, moves: &[Revalued], sign: i64) -> Result<i64, RiskError> {
    let (mut at, mut held) = (0i64, health);
    let mut found = None;
    for point in moves
        .iter()
        .filter(|p| p.move_ppb.signum() != sign.saturating_neg())
    {
        let outward = point.move_ppb.saturating_sub(at).saturating_mul(sign);
        if outward <= 0 || point.move_ppb <= -ONE || point.move_ppb > MAX_MOVE_PPB {
            return Err(RiskError::ParameterOutOfBounds("move_ppb"));
        }
        if found.is_none() && point.health_atoms < 0 {
            // held >= 0 > health here, so the ratio is below 1.
            let fall = held.abs_diff(point.health_atoms);
            let part = mul_div_floor(u64_or_zero(held), outward.unsigned_abs(), fall);
            let way = i64::try_from(part.unwrap_or(0)).unwrap_or(0);
            found = Some(at.saturating_add(way.saturating_mul(sign)));
        }
        (at, held) = (point.move_ppb, point.health_atoms);
    }
    Ok(found.unwrap_or(at))
}

/// |ln(1 + move)| in Q56; the move is above -1.
fn log_move_q56(move_ppb: i64) -> u64 {
    let price = u64_or_zero(ONE.saturating_add(move_ppb)).max(1);
    ln_q56(price.into()).map_or(0, |logarithm| logarithm.abs_diff(LN_BILLION_Q56))
}

/// 2 Phi(-distance / deviation), Q60, at most 1.
fn touch_q60(distance_q56: u64, deviation_q56: u128) -> u64 {
    let scaled = u128::from(distance_q56) << 56;
    let far = i64::try_from(scaled.checked_div(deviation_q56).unwrap_or(u128::MAX));
    let d = match distance_q56 {
        0 => 0,
        _ => far.unwrap_or(FAR_Q56).min(FAR_Q56),
    };
    cdf_q60(d.saturating_neg()).saturating_mul(2).min(ONE_Q60)
}

/// health(MM) with the spot, and all collateral that moves or falls with it, moved by `move_ppb`; the
/// volatility of every leg and the confidence stay as they are. Amounts round down.
///
/// # Errors
/// `ParameterOutOfBounds("move_ppb")`, `TooLarge`, and those of [`assess`].
pub fn health_at_move(
    portfolio: &Portfolio,
    regime: &Regime,
    move_ppb: i64,
) -> Result<i64, RiskError> {
    if move_ppb <= -ONE || move_ppb > MAX_MOVE_PPB {
        return Err(RiskError::ParameterOutOfBounds("move_ppb"));
    }
    let factor = u64_or_zero(ONE.saturating_add(move_ppb));
    let mut holdings = [Holding::default(); MAX_HOLDINGS];
    let slots = holdings
        .get_mut(..portfolio.holdings.len())
        .ok_or(RiskError::TooMany)?;
    for (slot, holding) in slots.iter_mut().zip(portfolio.holdings) {
        *slot = Holding {
            value_atoms: moved(holding, holding.value_atoms, factor)?,
            im_atoms: moved(holding, holding.im_atoms, factor)?,
            mm_atoms: moved(holding, holding.mm_atoms, factor)?,
            ..*holding
        };
    }
    let spot = mul_div_floor(portfolio.spot.get(), factor, ONE_PPB).ok_or(RiskError::TooLarge)?;
    let there = Portfolio {
        spot: Price::new(spot),
        holdings: slots,
        ..*portfolio
    };
    Ok(assess(&there, regime)?.health_mm())
}

/// Worth of a part of a holding with spot times `factor_ppb`, rounded down.
fn moved(holding: &Holding, amount: u64, factor_ppb: u64) -> Result<u64, RiskError> {
    let fall = ONE_PPB.saturating_sub(factor_ppb);
    let wrong = mul_div_ceil(fall, holding.wrong_way_ppb, ONE_PPB).ok_or(RiskError::TooLarge)?;
    let kept = if holding.moves_with_spot {
        factor_ppb
    } else {
        ONE_PPB
    };
    mul_div_floor(amount, kept.saturating_sub(wrong), ONE_PPB).ok_or(RiskError::TooLarge)
}
