//! The few fields of an SPL stake pool that say what its token is redeemed for.

use crate::error::{ensure, BackstopError};
use anchor_lang::prelude::*;

/// Bytes of a stake pool account.
pub const STAKE_POOL_BYTES: usize = 611;
/// First byte of an account that is a stake pool, among the account types of that program.
pub const STAKE_POOL_TYPE: u8 = 1;
/// Where the mint of the pool's token lies: behind four keys and a bump, the validator list and the reserve.
pub const POOL_MINT_OFFSET: usize = 162;
/// Where the lamports lie: behind the fee account and the token program; supply and epoch follow.
pub const TOTAL_LAMPORTS_OFFSET: usize = 258;

/// What a stake pool holds, and for how many tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StakePool {
    /// Mint of the pool's token.
    pub pool_mint: Pubkey,
    /// Lamports the pool manages.
    pub total_lamports: u64,
    /// Pool tokens that exist, in atoms of nine decimals.
    pub pool_token_supply: u64,
    /// Epoch in which both were last brought up to date.
    pub last_update_epoch: u64,
}

impl StakePool {
    /// Reads a stake pool; errors with [`BackstopError::StakePoolMalformed`] for any other length or type. Owner,
    /// address and mint are the caller's.
    pub fn read(data: &[u8]) -> Result<Self> {
        let malformed = || error!(BackstopError::StakePoolMalformed);
        let sound = data.len() == STAKE_POOL_BYTES && data.first() == Some(&STAKE_POOL_TYPE);
        ensure(sound, BackstopError::StakePoolMalformed)?;
        let mint = data
            .get(POOL_MINT_OFFSET..)
            .and_then(|rest| rest.first_chunk::<32>())
            .ok_or_else(malformed)?;
        let number = |index: usize| {
            let at = TOTAL_LAMPORTS_OFFSET.saturating_add(index.saturating_mul(8));
            data.get(at..)
                .and_then(|rest| rest.first_chunk::<8>())
                .map(|bytes| u64::from_le_bytes(*bytes))
                .ok_or_else(malformed)
        };
        Ok(Self {
            pool_mint: Pubkey::new_from_array(*mint),
            total_lamports: number(0)?,
            pool_token_supply: number(1)?,
            last_update_epoch: number(2)?,
        })
    }

    /// True if it was brought up to date in this epoch or the one before: within an epoch rewards come only at its
    /// beginning.
    pub fn is_current(&self, epoch: u64) -> bool {
        self.last_update_epoch.saturating_add(1) >= epoch
    }
}
