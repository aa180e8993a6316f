//! Liquid-staking tokens: whether their market price counts at maintenance margin.

use super::{CollateralParams, Quotation};
use backstop_quantities::{mul_div_ceil, Ppb, Price, UnixSeconds};

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
