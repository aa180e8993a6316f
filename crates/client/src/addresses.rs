//! Addresses that go together.

use anchor_lang::prelude::*;
use backstop_interface::accounts::{OptionKind, Shard, SHARD_COUNT};
use backstop_interface::pda;

/// Everything of one market that does not depend on who asks.
#[derive(Clone, Copy, Debug)]
pub struct MarketKeys {
    /// Protocol account.
    pub protocol: Pubkey,
    /// Market account.
    pub market: Pubkey,
    /// Quote mint.
    pub quote_mint: Pubkey,
    /// Underlying mint.
    pub underlying_mint: Pubkey,
    /// Pyth feed.
    pub feed_id: [u8; 32],
    /// Volatility surface.
    pub vol_surface: Pubkey,
    /// Feed clock.
    pub clock: Pubkey,
    /// Collateral account of quote.
    pub quote: Pubkey,
    /// Vault of quote.
    pub vault: Pubkey,
    /// Collateral account of the underlying.
    pub underlying: Pubkey,
    /// Vault of the underlying.
    pub underlying_vault: Pubkey,
    /// Insurance fund.
    pub fund: Pubkey,
    /// Vault of the insurance fund.
    pub insurance_vault: Pubkey,
}

impl MarketKeys {
    /// Addresses of market number `index`.
    pub fn new(index: u16, quote_mint: Pubkey, underlying_mint: Pubkey, feed_id: [u8; 32]) -> Self {
        let market = pda::market(index);
        Self {
            protocol: pda::protocol(),
            market,
            quote_mint,
            underlying_mint,
            feed_id,
            vol_surface: pda::vol_surface(&market),
            clock: pda::feed_clock(&feed_id),
            quote: pda::collateral(&market, &quote_mint),
            vault: pda::vault(&market, &quote_mint),
            underlying: pda::collateral(&market, &underlying_mint),
            underlying_vault: pda::vault(&market, &underlying_mint),
            fund: pda::insurance_fund(&market),
            insurance_vault: pda::insurance_vault(&market),
        }
    }

    /// Addresses any transaction of the market may name, for a lookup table: those that do not depend on who asks,
    /// what is traded and which collaterals are shown; `others` adds what else is the same for everybody, such as the
    /// account the price is read from and the parts of further collaterals.
    pub fn shared(&self, others: impl IntoIterator<Item = Pubkey>) -> Vec<Pubkey> {
        let own = [
            self.market,
            self.protocol,
            self.quote_mint,
            self.underlying_mint,
            self.vol_surface,
            self.clock,
            self.quote,
            self.vault,
            self.underlying,
            self.underlying_vault,
            self.fund,
            self.insurance_vault,
            crate::build::event_authority(),
            crate::build::TOKEN_PROGRAM,
            crate::build::TOKEN_2022_PROGRAM,
            crate::build::SYSTEM_PROGRAM,
        ];
        let shards = (0..SHARD_COUNT).map(|index| pda::shard(&self.market, index));
        let mut all: Vec<Pubkey> = own.into_iter().chain(shards).chain(others).collect();
        let mut seen = std::collections::BTreeSet::new();
        all.retain(|key| seen.insert(*key));
        all
    }

    /// Margin account number `index` of an owner.
    pub fn margin_account(&self, owner: &Pubkey, index: u8) -> Pubkey {
        pda::margin_account(&self.market, owner, index)
    }

    /// Shard an account uses.
    pub fn shard_of(&self, margin_account: &Pubkey) -> Pubkey {
        pda::shard(&self.market, Shard::index_of(margin_account))
    }

    /// Shard of the second of two accounts, if it is another than the first one's: an instruction names none twice.
    pub(crate) fn other_shard(&self, first: &Pubkey, second: &Pubkey) -> Option<Pubkey> {
        let (first, second) = (self.shard_of(first), self.shard_of(second));
        (first != second).then_some(second)
    }

    /// Collateral account and vault of a mint.
    pub fn collateral(&self, mint: &Pubkey) -> (Pubkey, Pubkey) {
        (
            pda::collateral(&self.market, mint),
            pda::vault(&self.market, mint),
        )
    }

    /// Addresses of an expiry.
    pub fn expiry(&self, expires_at: i64) -> ExpiryKeys {
        let expiry = pda::expiry(&self.market, expires_at);
        ExpiryKeys {
            expires_at,
            expiry,
            escrow: pda::escrow(&expiry),
            claim_mint: pda::claim_mint(&expiry),
        }
    }
}

/// Addresses of one expiry.
#[derive(Clone, Copy, Debug)]
pub struct ExpiryKeys {
    /// Unix second.
    pub expires_at: i64,
    /// Expiry account.
    pub expiry: Pubkey,
    /// Escrow.
    pub escrow: Pubkey,
    /// Claim mint.
    pub claim_mint: Pubkey,
}

impl ExpiryKeys {
    /// Addresses of a series.
    pub fn series(&self, strike_price: u64, kind: OptionKind) -> SeriesKeys {
        let series = pda::series(&self.expiry, strike_price, kind.byte());
        SeriesKeys {
            expiry: *self,
            strike_price,
            kind,
            series,
            option_mint: pda::option_mint(&series),
            exercises: pda::exercises(&series),
        }
    }
}

/// Addresses of one series.
#[derive(Clone, Copy, Debug)]
pub struct SeriesKeys {
    /// Its expiry.
    pub expiry: ExpiryKeys,
    /// Strike, quote per contract scaled 1e9.
    pub strike_price: u64,
    /// Call or put.
    pub kind: OptionKind,
    /// Series account.
    pub series: Pubkey,
    /// Option mint.
    pub option_mint: Pubkey,
    /// Exercises, if it is American.
    pub exercises: Pubkey,
}
