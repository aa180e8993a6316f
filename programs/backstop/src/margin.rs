//! The gate every instruction passes that lowers collateral or raises risk: one price, one surface, one
//! assessment.

use anchor_lang::prelude::*;
use backstop_interface::accounts::{Collateral, FeedClock, MarginAccount, Market, VolSurface};
use backstop_interface::pyth::PriceUpdate;
use backstop_interface::snapshot::{Scene, Snapshot};
use backstop_interface::{pda, BackstopError};
use backstop_risk::margin::Assessment;

use crate::oracle::{self, Demand, AGE_FOR_LIQUIDATION_SECONDS, AGE_FOR_RISK_SECONDS};

/// Seconds before expiry from which nobody short in it adds risk or withdraws, and no formula is asked
/// for a price of it.
pub const LAST_HOUR_SECONDS: i64 = 3600;

/// The accounts a margin check reads. None is written.
#[derive(Accounts)]
pub struct Risk<'info> {
    pub market: Box<Account<'info, Market>>,
    #[account(seeds = [pda::VOL_SURFACE, market.key().as_ref()], bump = vol_surface.bump)]
    pub vol_surface: Box<Account<'info, VolSurface>>,
    #[account(seeds = [pda::FEED_CLOCK, &market.feed_id], bump = clock.bump)]
    pub clock: Box<Account<'info, FeedClock>>,
    #[account(seeds = [pda::COLLATERAL, market.key().as_ref(), market.underlying_mint.as_ref()], bump = underlying.bump)]
    pub underlying: Box<Account<'info, Collateral>>,
    /// CHECK: owner, layout and feed are checked by `oracle`, the only reader of price accounts.
    pub price: UncheckedAccount<'info>,
}

impl Risk<'_> {
    /// Errors with [`BackstopError::WrongMarket`] unless these are the accounts of `market`.
    pub fn check(&self, market: &Pubkey) -> Result<()> {
        require_keys_eq!(self.market.key(), *market, BackstopError::WrongMarket);
        Ok(())
    }

    /// A price young enough to add risk, not older than `last_used_at`.
    pub fn price_for_risk(&self, last_used_at: i64, now: i64) -> Result<PriceUpdate> {
        let params = &self.market.params;
        require!(self.vol_surface.updated_at > 0, BackstopError::NoSurface);
        let age = now.saturating_sub(self.vol_surface.updated_at);
        require!(
            age <= params.surface_max_age_seconds,
            BackstopError::SurfaceStale
        );
        let demand = Demand {
            max_age_seconds: AGE_FOR_RISK_SECONDS,
            last_used_at,
            now,
        };
        oracle::usable(&self.price, &self.market, &self.clock, &demand)
    }

    /// A price young enough to seize or to bid. An old surface does not stop a liquidation.
    pub fn price_for_liquidation(&self, last_used_at: i64, now: i64) -> Result<PriceUpdate> {
        require!(self.vol_surface.updated_at > 0, BackstopError::NoSurface);
        let demand = Demand {
            max_age_seconds: AGE_FOR_LIQUIDATION_SECONDS,
            last_used_at,
            now,
        };
        oracle::usable(&self.price, &self.market, &self.clock, &demand)
    }

    /// Value, requirements and health of an account as a liquidator sees it.
    pub fn assess(
        &self,
        account: &MarginAccount,
        price: PriceUpdate,
        now: i64,
    ) -> Result<Assessment> {
        self.assess_with(account, price, now, true)
    }

    #[inline(never)]
    fn assess_with(
        &self,
        account: &MarginAccount,
        price: PriceUpdate,
        now: i64,
        count_expired: bool,
    ) -> Result<Assessment> {
        let surface = self.vol_surface.surface.into();
        let scene = Scene {
            price,
            surface,
            underlying: &self.underlying,
            now,
            count_expired,
        };
        Snapshot::take(account, &scene)?.assess(&self.market.params.margin())
    }

    /// Reads a price for risk, remembers it on the account and demands health(IM) >= 0.
    pub fn require_initial_margin(
        &self,
        account: &mut MarginAccount,
        now: i64,
    ) -> Result<PriceUpdate> {
        let price = self.price_for_risk(account.last_price_at, now)?;
        self.require_initial_margin_at(account, price, now)?;
        Ok(price)
    }

    /// The same at a price already read.
    pub fn require_initial_margin_at(
        &self,
        account: &mut MarginAccount,
        price: PriceUpdate,
        now: i64,
    ) -> Result<()> {
        account.last_price_at = account.last_price_at.max(price.publish_at);
        let health = self.assess_with(account, price, now, false)?.health_im();
        require!(health >= 0, BackstopError::BelowInitialMargin);
        Ok(())
    }
}

/// True if the account's solvency depends on a price: it holds legs or owes something.
pub fn has_exposure(account: &MarginAccount) -> bool {
    account.legs.iter().any(|leg| leg.quantity_contracts != 0) || account.debt_atoms() > 0
}

/// Errors unless an account may take value out or add risk: no debt, and nothing short in an expiry
/// that is over or ends within the hour.
pub fn may_add_risk(account: &MarginAccount, now: i64) -> Result<()> {
    require!(account.debt_atoms() == 0, BackstopError::AccountInDebt);
    require!(
        !account.short_near_expiry(now, LAST_HOUR_SECONDS),
        BackstopError::ShortNearExpiry
    );
    Ok(())
}
