use crate::error::BackstopError;
use crate::naming::SYMBOL_BYTES;
use crate::params::MarketParams;
use anchor_lang::prelude::*;

/// Shards per market; an account uses the one its key selects.
pub const SHARD_COUNT: u8 = 16;

/// One underlying against one quote mint: a silo with its own vaults, series, fund and accounts.
#[account]
#[derive(Debug, InitSpace)]
pub struct Market {
    /// Layout version.
    pub version: u8,
    /// PDA bump, also the signer of every vault of the market.
    pub bump: u8,
    /// Number of the market; its PDA seed.
    pub index: u16,
    /// Quote mint (6 decimals).
    pub quote_mint: Pubkey,
    /// Mint of the underlying, accepted as collateral.
    pub underlying_mint: Pubkey,
    /// Pyth feed of the underlying in quote.
    pub feed_id: [u8; 32],
    /// Owner an account must have to be read as a Pyth `PriceUpdateV2`.
    pub receiver_program: Pubkey,
    /// Owner an account must have to be read as a legacy Pyth price account (previews only).
    pub legacy_price_program: Pubkey,
    /// Legacy Pyth price account for previews; the default key means the market does not opt in.
    pub legacy_price: Pubkey,
    /// All numbers of the market.
    pub params: MarketParams,
    /// Symbol of the underlying, which names the option tokens: capitals and digits, then zeros.
    pub symbol: [u8; SYMBOL_BYTES],
    /// How much is stopped: 0 nothing, 1 new risk, 2 also withdrawals, 3 also seizures and bids
    /// ([`crate::action`]).
    pub level: u8,
    /// Token account for quote that receives the treasury's share of fees.
    pub fee_receiver: Pubkey,
    /// Room for later fields.
    pub reserved: [u8; 64],
}

/// Parts a new market lacks: two collaterals, the insurance fund and the shards.
pub const MARKET_PARTS: u16 = 3 + SHARD_COUNT as u16;

/// Running totals that many actors move, split so that two actors seldom write the same account.
#[account]
#[derive(Debug, InitSpace)]
pub struct Shard {
    /// Layout version.
    pub version: u8,
    /// PDA bump.
    pub bump: u8,
    /// Number of the shard, below [`SHARD_COUNT`].
    pub index: u8,
    /// Market it belongs to.
    pub market: Pubkey,
    /// Fees collected, not divided yet and still in the quote vault, in quote atoms.
    pub fees_atoms: u64,
    /// Penalties: the fund's undivided, still in the quote vault, in quote atoms.
    pub fund_atoms: u64,
    /// The treasury's share of fees already divided, still in the quote vault, in quote atoms.
    pub treasury_atoms: u64,
    /// Accounts of this shard shown with value < 0 and not yet sold, cured or settled.
    pub open_losses: u32,
    /// Room for later fields.
    pub reserved: [u8; 32],
}

impl Shard {
    /// Everything it counts that is still in the quote vault, in quote atoms.
    pub fn claims_atoms(&self) -> u64 {
        self.fees_atoms
            .saturating_add(self.fund_atoms)
            .saturating_add(self.treasury_atoms)
    }

    /// Shard an account uses.
    pub fn index_of(margin_account: &Pubkey) -> u8 {
        margin_account.to_bytes()[0] % SHARD_COUNT
    }

    /// Errors with [`BackstopError::ShardMismatch`] unless this is the shard of `margin_account`.
    pub fn check(&self, market: &Pubkey, margin_account: &Pubkey) -> Result<()> {
        require_keys_eq!(self.market, *market, BackstopError::WrongMarket);
        require!(
            self.index == Self::index_of(margin_account),
            BackstopError::ShardMismatch
        );
        Ok(())
    }
}
