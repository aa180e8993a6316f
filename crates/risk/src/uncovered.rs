//! What the fund would stand for: the accounts' losses beyond what they own, far down and far up.
//!
//! An account's numbers come with its assessment; each is added to a running total of one shard, and
//! the greater of the two sums over all shards is the uncovered loss.

use crate::RiskError;

/// Uncovered loss at the far fall and at the far rise, quote atoms.
pub type Uncovered = [u64; 2];

/// What an account's numbers change a shard by, quote atoms.
pub type UncoveredChange = [i64; 2];

/// From what a shard holds of an account to what it should hold; exact.
///
/// # Errors
/// `TooLarge` if a number exceeds i64.
pub fn change(before: Uncovered, after: Uncovered) -> Result<UncoveredChange, RiskError> {
    let side = |before: u64, after: u64| {
        let signed = |value| i64::try_from(value).map_err(|_| RiskError::TooLarge);
        Ok(signed(after)?.saturating_sub(signed(before)?))
    };
    let [[down, up], [down_after, up_after]] = [before, after];
    Ok([side(down, down_after)?, side(up, up_after)?])
}

/// A shard's totals after a change; exact.
///
/// # Errors
/// `TooLarge` if a total would fall below 0, which says that the account was never counted here, or
/// leave u64.
pub fn apply(shard: Uncovered, change: UncoveredChange) -> Result<Uncovered, RiskError> {
    let ([down, up], [by_down, by_up]) = (shard, change);
    let side = |total: u64, by: i64| total.checked_add_signed(by).ok_or(RiskError::TooLarge);
    Ok([side(down, by_down)?, side(up, by_up)?])
}

/// The uncovered loss of a market: the greater of both sums over its shards.
///
/// # Errors
/// `TooLarge` if a sum leaves u64.
pub fn total(shards: &[Uncovered]) -> Result<u64, RiskError> {
    let side = |index: usize| {
        shards.iter().try_fold(0u64, |sum, shard| {
            let part = shard.get(index).copied().unwrap_or(0);
            sum.checked_add(part).ok_or(RiskError::TooLarge)
        })
    };
    Ok(side(0)?.max(side(1)?))
}
