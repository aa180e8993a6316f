//! Shares of a vault (insurance fund, Reserve, pool) with virtual offset.
//!
//! The caller passes *recorded* assets: a token donation changes no share price. The virtual shares
//! and the virtual atom make the first stake unprofitable to inflate.

use crate::RiskError;
use backstop_quantities::{mul_div_floor, Atoms, Shares};

/// Shares that exist in the formula only. 1 000 per virtual atom: an attacker who inflates the
/// price of the first share loses a thousand times what his victim can lose to rounding.
pub const VIRTUAL_SHARES: u64 = 1_000;
/// Atoms that exist in the formula only.
pub const VIRTUAL_ATOMS: u64 = 1;

/// Recorded assets and shares of one epoch of a vault.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Vault {
    /// Recorded assets.
    pub assets: Atoms,
    /// Shares in existence.
    pub shares: Shares,
}

impl Vault {
    /// Whether shares exist without assets behind them. Stakes must then open a new epoch, so that
    /// old losses never share in new money.
    pub const fn needs_new_epoch(&self) -> bool {
        self.assets.is_zero() && !self.shares.is_zero()
    }

    /// Shares for `amount`, rounded down in favour of those already staked.
    ///
    /// # Errors
    /// `TotalLoss` if a new epoch is needed, `TooSmall` if the amount buys no share, `TooLarge`.
    pub fn shares_for_stake_floor(&self, amount: Atoms) -> Result<Shares, RiskError> {
        if self.needs_new_epoch() {
            return Err(RiskError::TotalLoss);
        }
        let minted = mul_div_floor(amount.get(), self.priced_shares()?, self.priced_atoms()?)
            .ok_or(RiskError::TooLarge)?;
        if minted == 0 {
            return Err(RiskError::TooSmall);
        }
        Ok(Shares::new(minted))
    }

    /// Atoms for `shares`, rounded down in favour of those who stay; never more than the assets.
    ///
    /// # Errors
    /// `NotEnoughShares` if more than exist, `TooLarge`.
    pub fn atoms_for_shares_floor(&self, shares: Shares) -> Result<Atoms, RiskError> {
        if shares > self.shares {
            return Err(RiskError::NotEnoughShares);
        }
        let raw = mul_div_floor(shares.get(), self.priced_atoms()?, self.priced_shares()?)
            .ok_or(RiskError::TooLarge)?;
        Ok(Atoms::new(raw.min(self.assets.get())))
    }

    /// The vault after a stake of `amount`, and the shares it buys (rounded down).
    ///
    /// # Errors
    /// As [`Vault::shares_for_stake_floor`].
    pub fn stake(&self, amount: Atoms) -> Result<(Self, Shares), RiskError> {
        let minted = self.shares_for_stake_floor(amount)?;
        let after = Self {
            assets: self.assets.checked_add(amount).ok_or(RiskError::TooLarge)?,
            shares: self.shares.checked_add(minted).ok_or(RiskError::TooLarge)?,
        };
        Ok((after, minted))
    }

    /// The vault after `shares` are redeemed, and the atoms they are worth (rounded down).
    ///
    /// # Errors
    /// As [`Vault::atoms_for_shares_floor`].
    pub fn redeem(&self, shares: Shares) -> Result<(Self, Atoms), RiskError> {
        let paid = self.atoms_for_shares_floor(shares)?;
        let after = Self {
            assets: self.assets.saturating_sub(paid),
            shares: self.shares.saturating_sub(shares),
        };
        Ok((after, paid))
    }

    fn priced_shares(&self) -> Result<u64, RiskError> {
        self.shares
            .get()
            .checked_add(VIRTUAL_SHARES)
            .ok_or(RiskError::TooLarge)
    }

    fn priced_atoms(&self) -> Result<u64, RiskError> {
        self.assets
            .get()
            .checked_add(VIRTUAL_ATOMS)
            .ok_or(RiskError::TooLarge)
    }
}
