//! What the fund would stand for: the accounts' losses beyond what they own, far down and far up.
//!
//! An account's numbers come with its assessment; each is added to a running total of one shard, and
//! the greater of the two sums over all shards is the uncovered loss. No instruction reads all shards but the one
//! that shares out the room that is left: each shard may count so much more, and all of them together no more than
//! the means.

use crate::stress::Cover;
use crate::RiskError;
use backstop_quantities::mul_div_floor;

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

/// What a shard was told when room was last shared out, quote atoms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Allotment {
    /// Totals of all other shards at that time.
    pub others: Uncovered,
    /// Greatest totals it may reach by numbers that rise.
    pub limit: Uncovered,
    /// Means at that time.
    pub means_atoms: u64,
}

/// Shares out room to one of `shards` shards, whose totals are `own` among `sums`: an equal part of what the means
/// leave, rounded down; none at all on a side whose sum exceeds them. The limits of all shards add up to at most
/// the greater of means and sum.
///
/// # Errors
/// `TooLarge` unless `own` is part of `sums`, or if `shards` is 0.
pub fn allot(
    own: Uncovered,
    sums: Uncovered,
    means_atoms: u64,
    shards: u64,
) -> Result<Allotment, RiskError> {
    let side = |own: u64, sum: u64| {
        let others = sum.checked_sub(own).ok_or(RiskError::TooLarge)?;
        let limit = match means_atoms.checked_sub(sum) {
            Some(left) => {
                let part = mul_div_floor(left, 1, shards).ok_or(RiskError::TooLarge)?;
                own.checked_add(part).ok_or(RiskError::TooLarge)?
            }
            None => 0,
        };
        Ok((others, limit))
    };
    let ([own_down, own_up], [down, up]) = (own, sums);
    let (down, up) = (side(own_down, down)?, side(own_up, up)?);
    Ok(Allotment {
        others: [down.0, up.0],
        limit: [down.1, up.1],
        means_atoms,
    })
}

impl Allotment {
    /// The cover as a shard with these totals knows it, quote atoms.
    pub fn cover(&self, own: Uncovered) -> Cover {
        let sums = own.iter().zip(&self.others);
        let sums = sums.map(|(own, others)| own.saturating_add(*others));
        Cover {
            means_atoms: self.means_atoms,
            uncovered_atoms: sums.fold(0, u64::max),
        }
    }

    /// Whether an account's numbers may go from `before` to `after`, the shard's totals being `own` after it: on each
    /// side it does not rise, or stays within the limit.
    pub fn allows(&self, before: Uncovered, after: Uncovered, own: Uncovered) -> bool {
        let sides = before.iter().zip(&after).zip(own.iter().zip(&self.limit));
        let mut sides = sides.map(|((was, is), (own, limit))| is <= was || own <= limit);
        sides.all(|fits| fits)
    }
}
