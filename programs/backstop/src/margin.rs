//! The gate every instruction passes that lowers collateral or raises risk: one price, one surface, one
//! assessment.

use anchor_lang::prelude::*;
use backstop_interface::accounts::{Collateral, FeedClock, MarginAccount, Market, VolSurface};
use backstop_interface::pyth::PriceUpdate;
use backstop_interface::snapshot::{Moment, Scene, Snapshot};
use backstop_interface::vols::Vols;
use backstop_interface::{breach, pda, BackstopError};
use backstop_risk::margin::Assessment;
use backstop_risk::volatility::BreachState;

use crate::oracle::{self, Demand, AGE_FOR_LIQUIDATION_SECONDS, AGE_FOR_RISK_SECONDS};

/// Seconds before expiry from which nobody short in it adds risk or withdraws, and no formula is asked
/// for a price of it.
pub const LAST_HOUR_SECONDS: i64 = 3600;

/// The accounts a margin check reads. None is written.
#[derive(Accounts)]
pub struct Risk<'info> {
    pub market: Box<Account<'info, Market>>,
    #[account(seeds = [pda::VOL_SURFACE, market.key().as_ref()], bump = vol_surface.load()?.bump)]
    pub vol_surface: AccountLoader<'info, VolSurface>,
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

    /// The moment of a check that adds risk or takes value out: a young price, not older than `last_used_at`,
    /// and a surface that still says something.
    pub fn moment_for_risk(&self, last_used_at: i64, now: i64) -> Result<Moment> {
        let vols = self.vols(now)?;
        require!(!vols.is_void(), BackstopError::SurfaceStale);
        let price = self.price(AGE_FOR_RISK_SECONDS, last_used_at, now)?;
        Ok(Moment { price, vols, now })
    }

    /// The moment of a seizure or a bid. No surface is too old for it.
    pub fn moment_for_liquidation(&self, last_used_at: i64, now: i64) -> Result<Moment> {
        let vols = self.vols(now)?;
        let price = self.price_for_liquidation(last_used_at, now)?;
        Ok(Moment { price, vols, now })
    }

    /// A price young enough to seize, to bid or to sell collateral at.
    pub fn price_for_liquidation(&self, last_used_at: i64, now: i64) -> Result<PriceUpdate> {
        self.price(AGE_FOR_LIQUIDATION_SECONDS, last_used_at, now)
    }

    fn price(&self, max_age_seconds: i64, last_used_at: i64, now: i64) -> Result<PriceUpdate> {
        let demand = Demand {
            max_age_seconds,
            last_used_at,
            now,
        };
        oracle::usable(&self.price, &self.market, &self.clock, &demand)
    }

    /// The volatilities of now; errors with [`BackstopError::NoSurface`] before the first surface.
    #[inline(never)]
    fn vols(&self, now: i64) -> Result<Vols> {
        let stored = self.vol_surface.load()?;
        require!(stored.updated_at > 0, BackstopError::NoSurface);
        Ok(Vols::of(
            &stored,
            self.market.params.surface_max_age_seconds,
            now,
        ))
    }

    /// Whether what `assess` found is a breach, and whether it counts already.
    #[inline(never)]
    pub fn judge(
        &self,
        account: &MarginAccount,
        assessment: &Assessment,
        moment: &Moment,
    ) -> Result<BreachState> {
        let stored = self.vol_surface.load()?;
        let (health, scene) = (assessment.health_mm(), self.scene(moment, true));
        breach::judge(account, health, &scene, &stored, &self.market.params)
    }

    /// Value, requirements and health of an account as a liquidator sees it.
    pub fn assess(&self, account: &MarginAccount, moment: &Moment) -> Result<Assessment> {
        self.assess_with(account, moment, true)
    }

    #[inline(never)]
    fn assess_with(
        &self,
        account: &MarginAccount,
        moment: &Moment,
        count_expired: bool,
    ) -> Result<Assessment> {
        let scene = self.scene(moment, count_expired);
        Snapshot::take(account, &scene)?.assess(&self.market.params.margin())
    }

    fn scene(&self, moment: &Moment, count_expired: bool) -> Scene<'_> {
        Scene {
            moment: *moment,
            underlying: &self.underlying,
            count_expired,
        }
    }

    /// Remembers the moment's price on the account and demands health(IM) >= 0, which proves health(MM) as
    /// well: a breach on record is forgotten.
    pub fn require_initial_margin(
        &self,
        account: &mut MarginAccount,
        moment: &Moment,
    ) -> Result<()> {
        account.last_price_at = account.last_price_at.max(moment.price.publish_at);
        let health = self.assess_with(account, moment, false)?.health_im();
        require!(health >= 0, BackstopError::BelowInitialMargin);
        account.noted_at = 0;
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
