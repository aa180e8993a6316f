//! Collaterals with feeds of their own that a margin check is shown as remaining accounts, behind the expiries.
//!
//! Who sends an instruction that judges margin accounts appends for every such collateral any of them holds, each
//! once, in ascending order of their mints: its [`Collateral`](crate::accounts::Collateral), a price update of its
//! feed, the clock of that feed, and for a liquid-staking token its stake pool. A collateral nobody judged holds
//! does no harm; a balance of none needs no price.

use crate::accounts::MarginAccount;
use crate::action::Action;
use crate::error::{ensure, BackstopError};
use crate::pyth::PriceUpdate;
use crate::stake_pool::StakePool;
use anchor_lang::prelude::*;
use backstop_quantities::Price;
use backstop_risk::collateral::{
    redemption_floor, worth_floor, CollateralParams, CollateralTerms, Quotation,
};

/// Seconds a collateral's own price may be old when an account is seized or bid for; it counts less by its age.
pub const OLDEST_SECONDS: i64 = 120;

/// A collateral and what it costs.
#[derive(Clone, Copy, Debug)]
pub struct ShownCollateral {
    /// Its mint.
    pub mint: Pubkey,
    /// How it is weighed.
    pub terms: CollateralTerms,
    /// What lowers its price and weights.
    pub params: CollateralParams,
    /// Its prices.
    pub quoted: Quotation,
    /// Its market price as it was published.
    pub update: PriceUpdate,
    /// When the last proven gap of its feed ended, unix seconds; 0 if never.
    pub gap_ended_at: i64,
}

/// What a stake pool pays for its token where the underlying costs `spot`.
#[derive(Clone, Copy, Debug)]
pub struct Redemption {
    /// The pool.
    pub pool: StakePool,
    /// Price of the underlying.
    pub spot: Price,
}

impl Redemption {
    /// Quote per token, rounded down.
    pub fn price(&self) -> Result<Price> {
        let StakePool {
            total_lamports,
            pool_token_supply,
            ..
        } = self.pool;
        redemption_floor(self.spot, total_lamports, pool_token_supply)
            .map_err(|_| error!(BackstopError::StakePoolMalformed))
    }
}

/// The collaterals shown to an instruction.
#[derive(Clone, Debug, Default)]
pub struct Quotes(Vec<ShownCollateral>);

impl Quotes {
    /// None yet, with room for as many.
    pub fn with_room(count: usize) -> Self {
        Self(Vec::with_capacity(count))
    }

    /// Adds the next; errors with [`BackstopError::CollateralsOutOfOrder`] unless its mint comes after those before.
    pub fn push(&mut self, shown: ShownCollateral) -> Result<()> {
        let in_order = self.0.last().is_none_or(|last| last.mint < shown.mint);
        ensure(in_order, BackstopError::CollateralsOutOfOrder)?;
        self.0.push(shown);
        Ok(())
    }

    /// The collateral of this mint; errors with [`BackstopError::CollateralMissing`] if it was not shown.
    pub fn of(&self, mint: &Pubkey) -> Result<&ShownCollateral> {
        let mut same = self.0.iter().filter(|shown| shown.mint == *mint);
        same.next()
            .ok_or_else(|| error!(BackstopError::CollateralMissing))
    }

    /// The collaterals an account holds, each with its slot among those with feeds of their own and its atoms.
    fn held_by<'a>(
        &'a self,
        account: &'a MarginAccount,
    ) -> impl Iterator<Item = (usize, u64, &'a ShownCollateral)> {
        let own = account.collaterals.iter().skip(1).enumerate();
        let held = own.filter(|(_, slot)| slot.atoms > 0);
        held.filter_map(|(index, slot)| {
            let shown = self.0.iter().find(|shown| shown.mint == slot.mint)?;
            Some((index, slot.atoms, shown))
        })
    }

    /// The slot of the first of them at whose price a breach must hold, as the row of `action` says.
    pub fn held_slot(&self, action: Action, account: &MarginAccount) -> Option<usize> {
        let mut held = self.held_by(account);
        held.find(|(_, _, shown)| action.is_held_by(&shown.update))
            .map(|(slot, ..)| slot)
    }

    /// When the last proven gap ended of a feed whose collateral can have made an account lack as many quote atoms: it is
    /// worth as much, now or at its average. Unix seconds; 0 if there was none.
    pub fn gap_ended_at(&self, account: &MarginAccount, lacking_atoms: u64) -> i64 {
        let mut last = 0;
        for (_, atoms, shown) in self.held_by(account) {
            let most = Price::new(shown.update.price.max(shown.update.ema_price));
            let worth = worth_floor(atoms, shown.terms.decimals, most);
            if !worth.is_ok_and(|worth| worth.get() < lacking_atoms) {
                last = shown.gap_ended_at.max(last);
            }
        }
        last
    }

    /// Remembers on the account the publish times of the prices it was judged at.
    pub fn remember(&self, account: &mut MarginAccount) {
        let MarginAccount {
            collaterals,
            collateral_price_at,
            ..
        } = account;
        // Nothing used, nothing written.
        let own = collaterals.iter().skip(1).zip(collateral_price_at);
        for (slot, used_at) in own.filter(|(slot, _)| slot.atoms > 0) {
            if let Ok(shown) = self.of(&slot.mint) {
                *used_at = shown.update.publish_at.max(*used_at);
            }
        }
    }
}

/// Mints of the collaterals with feeds of their own that these accounts hold, in the order in which they are to be
/// shown.
pub fn collaterals_to_show<'a>(
    accounts: impl IntoIterator<Item = &'a MarginAccount>,
) -> Vec<Pubkey> {
    let slots = accounts
        .into_iter()
        .flat_map(|account| account.collaterals.iter().skip(1));
    let mut mints: Vec<Pubkey> = slots
        .filter(|slot| slot.atoms > 0)
        .map(|slot| slot.mint)
        .collect();
    mints.sort_unstable();
    mints.dedup();
    mints
}
