use super::MarginAccount;
use crate::error::{ensure, BackstopError};
use crate::naming::SYMBOL_BYTES;
use crate::params::MarketParams;
use anchor_lang::prelude::*;
use backstop_risk::uncovered::{self, Allotment, Uncovered};

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
    /// Whether American series are listed.
    pub early_exercise: bool,
    /// Room for later fields.
    pub reserved: [u8; 63],
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
    /// Uncovered loss of its accounts, at the far fall and the far rise, in quote atoms.
    pub uncovered_atoms: [u64; 2],
    /// The same of all other shards when room was last shared out, in quote atoms.
    pub others_atoms: [u64; 2],
    /// How far its own may rise until it is shared out again, in quote atoms.
    pub limit_atoms: [u64; 2],
    /// Fund and Reserve line when it was, in quote atoms.
    pub means_atoms: u64,
    /// Room for later fields.
    pub reserved: [u8; 32],
}

impl Shard {
    /// What it was told when room was last shared out.
    pub fn allotment(&self) -> Allotment {
        Allotment {
            others: self.others_atoms,
            limit: self.limit_atoms,
            means_atoms: self.means_atoms,
        }
    }

    /// Writes down what it is told.
    pub fn set_allotment(&mut self, told: &Allotment) {
        self.others_atoms = told.others;
        self.limit_atoms = told.limit;
        self.means_atoms = told.means_atoms;
    }

    /// Counts an account's numbers of now instead of those counted before, whatever the limit.
    pub fn measure(&mut self, account: &mut MarginAccount, to: Uncovered) -> Result<()> {
        self.uncovered_atoms = self.after(account.uncovered_atoms, to)?;
        account.uncovered_atoms = to;
        Ok(())
    }

    /// Whether its limit allows these numbers of an account in the place of those it counts.
    pub fn has_room(&self, account: &MarginAccount, to: Uncovered) -> Result<bool> {
        let counted = account.uncovered_atoms;
        let own = self.after(counted, to)?;
        Ok(self.allotment().allows(counted, to, own))
    }

    /// Its totals where an account's numbers change.
    fn after(&self, from: Uncovered, to: Uncovered) -> Result<Uncovered> {
        let step = uncovered::change(from, to);
        let own = step.and_then(|step| uncovered::apply(self.uncovered_atoms, step));
        own.map_err(|_| error!(BackstopError::AmountOverflow))
    }

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
        ensure(
            self.index == Self::index_of(margin_account),
            BackstopError::ShardMismatch,
        )?;
        Ok(())
    }
}
