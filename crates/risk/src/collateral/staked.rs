//! Liquid-staking tokens: whether their market price counts at maintenance margin.

use super::{CollateralParams, Quotation};
use crate::RiskError;
use backstop_quantities::{mul_div_ceil, mul_div_floor, Ppb, Price, UnixSeconds};

/// What a stake pool redeems one of its tokens for, quote scaled 1e9: spot * lamports / supply, rounded down, for
/// the vault. Lamports and tokens have nine decimals both.
///
/// # Errors
/// `ZeroPrice` for a pool without tokens or one whose token is worth nothing, `TooLarge`.
pub fn redemption_floor(
    spot: Price,
    total_lamports: u64,
    pool_token_supply: u64,
) -> Result<Price, RiskError> {
    if pool_token_supply == 0 {
        return Err(RiskError::ZeroPrice);
    }
    let price = mul_div_floor(spot.get(), total_lamports, pool_token_supply)
        .map(Price::new)
        .ok_or(RiskError::TooLarge)?;
    if price.is_zero() {
        return Err(RiskError::ZeroPrice);
    }
    Ok(price)
}

/// Since when the market has been shown far below redemption, to be stored until the next
/// observation; `None` while it is not. A price within the gap starts over; a `since` in the future
/// counts as now. What happens between two observations is not seen: who wants the clock stopped has
/// to show the recovery.
pub fn below_since(
    quoted: &Quotation,
    now: UnixSeconds,
    params: &CollateralParams,
) -> Option<UnixSeconds> {
    if !is_below(quoted, params) {
        return None;
    }
    Some(quoted.below_since.map_or(now, |since| since.min(now)))
}

/// Whether maintenance margin counts the market instead of redemption: far below it now, and shown so
/// for `staked_seconds`.
pub fn market_counts(quoted: &Quotation, now: UnixSeconds, params: &CollateralParams) -> bool {
    below_since(quoted, now, params).is_some_and(|since| now.since(since) >= params.staked_seconds)
}

/// market < redemption * (1 - gap); the limit rounds up to the next price.
fn is_below(quoted: &Quotation, params: &CollateralParams) -> bool {
    let whole = Ppb::new(params.staked_gap_ppb).complement();
    mul_div_ceil(quoted.redemption.get(), whole.get(), Ppb::ONE.get())
        .is_some_and(|limit| quoted.market < Price::new(limit))
}
