//! The gate every instruction passes that lowers collateral or raises risk: one price, one surface, one
//! assessment.

use anchor_lang::prelude::*;
use backstop_interface::accounts::{Collateral, FeedClock, MarginAccount, Market, VolSurface};
use backstop_interface::pyth::PriceUpdate;
use backstop_interface::remaining::{expiries_and_collaterals, Known};
use backstop_interface::shown::{Quotes, ShownCollateral, OLDEST_SECONDS};
use backstop_interface::snapshot::{Moment, Purpose, Scene};
use backstop_interface::{breach, pda, BackstopError};
use backstop_risk::margin::Assessment;
use backstop_risk::volatility::BreachState;

use crate::collaterals::Reader;
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
    /// and a surface that still says something. `shown` are the instruction's remaining accounts.
    pub fn moment_for_risk(
        &self,
        last_used_at: i64,
        shown: &[AccountInfo],
        now: i64,
    ) -> Result<Moment> {
        let moment = self.moment(AGE_FOR_RISK_SECONDS, last_used_at, shown, now)?;
        require!(!moment.vols.is_void(), BackstopError::SurfaceStale);
        Ok(moment)
    }

    /// The moment of a seizure or a bid. No surface is too old for it.
    pub fn moment_for_liquidation(
        &self,
        last_used_at: i64,
        shown: &[AccountInfo],
        now: i64,
    ) -> Result<Moment> {
        self.moment(AGE_FOR_LIQUIDATION_SECONDS, last_used_at, shown, now)
    }

    #[inline(never)]
    fn moment(
        &self,
        max_age_seconds: i64,
        last_used_at: i64,
        shown: &[AccountInfo],
        now: i64,
    ) -> Result<Moment> {
        let stored = self.vol_surface.load()?;
        require!(stored.updated_at > 0, BackstopError::NoSurface);
        let price = self.price(max_age_seconds, last_used_at, now)?;
        let (expiries, collaterals) = expiries_and_collaterals(shown);
        let known = Known::read(expiries, &self.market.key(), now)?;
        let risk = max_age_seconds == AGE_FOR_RISK_SECONDS;
        let quotes = self.quotes(collaterals, &price, risk, now)?;
        let seen = (&*stored, &**self.clock);
        Ok(Moment::of(&self.market, seen, price, known, now).with_quotes(quotes))
    }

    /// The collaterals shown: young where value leaves or risk is added, otherwise lowered by their age.
    fn quotes(
        &self,
        shown: &[AccountInfo],
        spot: &PriceUpdate,
        young: bool,
        now: i64,
    ) -> Result<Quotes> {
        let max_age_seconds = match young {
            true => AGE_FOR_RISK_SECONDS,
            false => OLDEST_SECONDS,
        };
        let reader = Reader {
            market: &self.market,
            spot: spot.price(),
            max_age_seconds,
            aged: !young,
            now,
        };
        reader.read(shown)
    }

    /// A collateral of its own feed at young prices of both feeds. `shown` are the instruction's remaining accounts.
    pub fn young_quote(
        &self,
        mint: &Pubkey,
        last_used_at: i64,
        shown: &[AccountInfo],
        now: i64,
    ) -> Result<ShownCollateral> {
        let spot = self.price(AGE_FOR_RISK_SECONDS, last_used_at, now)?;
        self.quotes(shown, &spot, true, now)?.of(mint).copied()
    }

    /// A price young enough to sell collateral at.
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

    /// Whether what `assess` found is a breach, and whether it counts already.
    #[inline(never)]
    pub fn judge(
        &self,
        account: &MarginAccount,
        assessment: &Assessment,
        moment: &Moment,
    ) -> Result<BreachState> {
        let scene = self.scene(moment, Purpose::Liquidation);
        breach::judge(
            account,
            assessment.health_mm(),
            &scene,
            &*self.vol_surface.load()?,
        )
    }

    /// Value, requirements and health of an account as a liquidator sees it.
    pub fn assess(&self, account: &MarginAccount, moment: &Moment) -> Result<Assessment> {
        self.scene(moment, Purpose::Liquidation).assess(account)
    }

    /// The same as an instruction of another purpose sees it.
    pub fn assess_for(
        &self,
        account: &MarginAccount,
        moment: &Moment,
        purpose: Purpose,
    ) -> Result<Assessment> {
        self.scene(moment, purpose).assess(account)
    }

    fn scene<'a>(&'a self, moment: &'a Moment, purpose: Purpose) -> Scene<'a> {
        Scene {
            market: &self.market,
            underlying: &self.underlying,
            moment,
            purpose,
        }
    }

    /// Remembers the moment's price on the account and demands health(IM) >= 0, which proves health(MM) as
    /// well: a breach on record is forgotten.
    pub fn require_initial_margin(
        &self,
        account: &mut MarginAccount,
        moment: &Moment,
        purpose: Purpose,
    ) -> Result<()> {
        let health = self.scene(moment, purpose).assess(account)?.health_im();
        require!(health >= 0, BackstopError::BelowInitialMargin);
        moment.remember(account);
        account.noted_at = 0;
        Ok(())
    }
}

/// True if the account's solvency depends on a price: it holds legs or owes something.
pub fn has_exposure(account: &MarginAccount) -> bool {
    account.legs.iter().any(|leg| leg.quantity_contracts != 0) || account.debt_atoms() > 0
}

/// Errors unless `key` may trade for the account.
pub fn require_trader(account: &MarginAccount, key: &Pubkey) -> Result<()> {
    require!(account.may_trade(key), BackstopError::NotDelegate);
    Ok(())
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
