//! The gate every instruction passes that lowers collateral or raises risk: one price, one surface, one
//! assessment.

use anchor_lang::prelude::*;
use backstop_interface::accounts::{
    Collateral, FeedClock, MarginAccount, Market, Shard, VolSurface,
};
use backstop_interface::action::Action;
use backstop_interface::pyth::PriceUpdate;
use backstop_interface::remaining::{expiries_and_collaterals, Known};
use backstop_interface::shown::{Quotes, ShownCollateral};
use backstop_interface::snapshot::{Moment, Purpose, Scene};
use backstop_interface::{breach, ensure, pda, BackstopError};
use backstop_quantities::ONE_PPB;
use backstop_risk::margin::Assessment;
use backstop_risk::volatility::{BreachState, Hold};

use crate::collaterals::Reader;
use crate::oracle;

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
        ensure(self.market.key() == *market, BackstopError::WrongMarket)?;
        Ok(())
    }

    /// The moment of a check that adds risk, closes it or takes value out: [`Self::moment`], and a surface that
    /// still says something.
    pub fn moment_for_risk(
        &self,
        action: Action,
        last_used_at: i64,
        shown: &[AccountInfo],
        now: i64,
    ) -> Result<Moment> {
        let moment = self.moment(action, last_used_at, shown, now)?;
        ensure(!moment.vols.is_void(), BackstopError::SurfaceStale)?;
        Ok(moment)
    }

    /// The moment of an action the market's level allows: a price as its row of the table demands, not older than
    /// `last_used_at`. `shown` are the instruction's remaining accounts. No surface is too old for it.
    #[inline(never)]
    pub fn moment(
        &self,
        action: Action,
        last_used_at: i64,
        shown: &[AccountInfo],
        now: i64,
    ) -> Result<Moment> {
        action.check_level(&self.market)?;
        let stored = self.vol_surface.load()?;
        ensure(stored.updated_at > 0, BackstopError::NoSurface)?;
        let price = self.price(action, last_used_at, now)?;
        let (expiries, collaterals) = expiries_and_collaterals(shown);
        let known = Known::read(expiries, &self.market.key(), now)?;
        let quotes = self.quotes(collaterals, &price, action.collateral(), now)?;
        let seen = (&*stored, &**self.clock);
        Ok(Moment::of(&self.market, seen, price, known, now).with_quotes(quotes))
    }

    /// The collaterals shown: young where value leaves or risk is added, otherwise lowered by their age.
    fn quotes(
        &self,
        shown: &[AccountInfo],
        spot: &PriceUpdate,
        action: Action,
        now: i64,
    ) -> Result<Quotes> {
        let reader = Reader {
            market: &self.market,
            spot: spot.price(),
            action,
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
        let young = Action::YoungCollateral;
        let spot = self.price(young, last_used_at, now)?;
        self.quotes(shown, &spot, young, now)?.of(mint).copied()
    }

    /// A price as an action's row of the table demands, not older than `last_used_at`.
    pub fn price(&self, action: Action, last_used_at: i64, now: i64) -> Result<PriceUpdate> {
        let (price, market) = (&self.price, &self.market);
        oracle::usable(price, market, &self.clock, (action, last_used_at), now)
    }

    /// Whether what `assess` found is a breach, whether it counts already, and why not.
    #[inline(never)]
    pub fn judge(
        &self,
        account: &MarginAccount,
        assessment: &Assessment,
        moment: &Moment,
    ) -> Result<(BreachState, Hold)> {
        let scene = self.scene(moment, Purpose::Liquidation, ONE_PPB);
        breach::judge(
            account,
            assessment.health_mm(),
            &scene,
            &*self.vol_surface.load()?,
        )
    }

    /// Value, requirements and health of an account as a liquidator sees it.
    pub fn assess(&self, account: &MarginAccount, moment: &Moment) -> Result<Assessment> {
        self.scene(moment, Purpose::Liquidation, ONE_PPB)
            .assess(account)
    }

    /// The same as an instruction of another purpose sees it.
    pub fn assess_for(
        &self,
        account: &MarginAccount,
        moment: &Moment,
        purpose: Purpose,
    ) -> Result<Assessment> {
        self.assess_scaled(account, moment, purpose, ONE_PPB)
    }

    /// The same where the use of the cover scales initial margin, 1e9 = 1.
    pub fn assess_scaled(
        &self,
        account: &MarginAccount,
        moment: &Moment,
        purpose: Purpose,
        cover_scale_ppb: u64,
    ) -> Result<Assessment> {
        self.scene(moment, purpose, cover_scale_ppb).assess(account)
    }

    fn scene<'a>(
        &'a self,
        moment: &'a Moment,
        purpose: Purpose,
        cover_scale_ppb: u64,
    ) -> Scene<'a> {
        Scene {
            market: &self.market,
            underlying: &self.underlying,
            moment,
            purpose,
            cover_scale_ppb,
        }
    }

    /// Remembers the moment's price on the account and demands health(IM) >= 0, which proves health(MM) as
    /// well: a breach on record is forgotten. No shard counts it.
    pub fn require_initial_margin(
        &self,
        account: &mut MarginAccount,
        moment: &Moment,
        purpose: Purpose,
    ) -> Result<()> {
        let found = self.assess_for(account, moment, purpose)?;
        ensure(found.health_im() >= 0, BackstopError::BelowInitialMargin)?;
        moment.remember(account);
        account.note(0, Hold::None);
        Ok(())
    }
}

/// The second of two shards, or the first where there is no second: two accounts may share one.
pub fn either<'a, 'info>(
    first: &'a mut Box<Account<'info, Shard>>,
    second: Option<&'a mut Box<Account<'info, Shard>>>,
) -> &'a mut Shard {
    second.unwrap_or(first)
}

/// The shard of an account, if it is the one given.
///
/// Errors: ShardMismatch, WrongMarket.
pub fn own_shard<'a>(
    shard: Option<&'a mut Shard>,
    market: &Pubkey,
    margin_account: &Pubkey,
) -> Result<&'a mut Shard> {
    let shard = shard.ok_or(BackstopError::ShardMismatch)?;
    shard.check(market, margin_account)?;
    Ok(shard)
}

/// True if the account may come to owe more than it has: it is short or owes something. One that only holds is worth
/// what it holds at any price.
pub fn has_exposure(account: &MarginAccount) -> bool {
    account.has_shorts() || account.debt_atoms() > 0
}

/// Errors unless `key` may trade for the account.
pub fn require_trader(account: &MarginAccount, key: &Pubkey) -> Result<()> {
    ensure(account.may_trade(key), BackstopError::NotDelegate)?;
    Ok(())
}

/// Errors unless an account may take value out or add risk: no debt, and nothing short in an expiry
/// that is over or ends within the hour.
pub fn may_add_risk(account: &MarginAccount, now: i64) -> Result<()> {
    ensure(account.debt_atoms() == 0, BackstopError::AccountInDebt)?;
    ensure(
        !account.short_near_expiry(now, LAST_HOUR_SECONDS),
        BackstopError::ShortNearExpiry,
    )?;
    Ok(())
}
