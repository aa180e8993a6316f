//! Stake pools, which belong to another program: written, not run.

use backstop_interface::stake_pool::StakePool;
use solana_pubkey::Pubkey;

use super::Stage;
use crate::World;

impl Stage {
    /// Writes what the pool of a liquid-staking token holds, brought up to date in the present epoch.
    pub fn set_pool(&mut self, collateral: &str, total_lamports: u64, pool_token_supply: u64) {
        let keys = self.other(collateral).keys;
        let pool = StakePool {
            pool_mint: keys.mint,
            total_lamports,
            pool_token_supply,
            last_update_epoch: self.world.epoch(),
        };
        let address = keys.stake_pool.expect("a liquid-staking token has a pool");
        self.world.write_stake_pool(&address, &pool);
    }
}

impl World {
    /// Writes the fields a stake pool account is read for; all others are zero.
    pub fn write_stake_pool(&mut self, address: &Pubkey, pool: &StakePool) {
        self.write_foreign(address, STAKE_POOL_PROGRAM, stake_pool_bytes(pool));
    }
}

/// Owner of stake pools on Solana's mainnet.
pub const STAKE_POOL_PROGRAM: Pubkey =
    Pubkey::from_str_const("SPoo1Ku8WFXoNDMHPsrGSTSq1Y47rzgn41SLUnakuHy");

/// A stake pool account with these fields.
pub fn stake_pool_bytes(pool: &StakePool) -> Vec<u8> {
    use backstop_interface::stake_pool::{
        POOL_MINT_OFFSET, STAKE_POOL_BYTES, STAKE_POOL_TYPE, TOTAL_LAMPORTS_OFFSET,
    };
    let mut data = vec![0; STAKE_POOL_BYTES];
    data[0] = STAKE_POOL_TYPE;
    data[POOL_MINT_OFFSET..POOL_MINT_OFFSET + 32].copy_from_slice(pool.pool_mint.as_ref());
    let numbers = [
        pool.total_lamports,
        pool.pool_token_supply,
        pool.last_update_epoch,
    ];
    for (index, number) in numbers.into_iter().enumerate() {
        let at = TOTAL_LAMPORTS_OFFSET + 8 * index;
        data[at..at + 8].copy_from_slice(&number.to_le_bytes());
    }
    data
}
