//! The only reader of what stands behind the expiries: collaterals with feeds of their own.

use anchor_lang::prelude::*;
use backstop_interface::accounts::{Collateral, CollateralKind, FeedClock, Market};
use backstop_interface::action::Action;
use backstop_interface::shown::{Quotes, Redemption, ShownCollateral, OLDEST_SECONDS};
use backstop_interface::stake_pool::StakePool;
use backstop_interface::{ensure, BackstopError};
use backstop_quantities::Price;

use crate::oracle;

/// Accounts of a collateral without a stake pool.
const PARTS: usize = 3;

/// How collaterals are read.
pub struct Reader<'a, 'info> {
    pub market: &'a Account<'info, Market>,
    /// Price of the underlying, in which stake pools redeem.
    pub spot: Price,
    /// [`Action::YoungCollateral`] or [`Action::AgedCollateral`].
    pub action: Action,
    pub now: i64,
}

impl Reader<'_, '_> {
    /// Reads them all: for each its configuration, a price, the clock of its feed, of a staked one the pool.
    #[inline(never)]
    pub fn read(&self, shown: &[AccountInfo]) -> Result<Quotes> {
        let mut quotes = Quotes::with_room(shown.len().div_ceil(PARTS));
        let mut rest = shown;
        while !rest.is_empty() {
            let (parts, behind) = rest
                .split_first_chunk::<PARTS>()
                .ok_or(BackstopError::CollateralUnexpected)?;
            let (collateral, behind) = self.one(parts, behind)?;
            quotes.push(collateral)?;
            rest = behind;
        }
        Ok(quotes)
    }

    #[inline(never)]
    fn one<'a, 'info>(
        &self,
        [config, price, clock]: &'a [AccountInfo<'info>; PARTS],
        behind: &'a [AccountInfo<'info>],
    ) -> Result<(ShownCollateral, &'a [AccountInfo<'info>])> {
        let config: Collateral = decode(config, BackstopError::CollateralUnexpected)?;
        let wanted = config.market == self.market.key() && config.kind.has_own_feed();
        ensure(wanted, BackstopError::CollateralUnexpected)?;
        let clock: FeedClock = decode(clock, BackstopError::WrongFeedClock)?;
        ensure(
            clock.feed_id == config.feed_id,
            BackstopError::WrongFeedClock,
        )?;
        let update = oracle::usable(price, self.market, &clock, (self.action, 0), self.now)?;
        let aged_seconds = match self.action {
            Action::AgedCollateral => self.now.saturating_sub(update.publish_at),
            _ => 0,
        };
        if config.kind != CollateralKind::LiquidStaking {
            let shown = config.shown(&update, &clock, None, aged_seconds)?;
            return Ok((shown, behind));
        }
        let (pool, behind) = behind.split_first().ok_or(BackstopError::WrongStakePool)?;
        let redemption = Redemption {
            pool: stake_pool(pool, &config)?,
            spot: self.spot,
        };
        let shown = config.shown(&update, &clock, Some(redemption), aged_seconds)?;
        Ok((shown, behind))
    }
}

/// Errors unless a collateral with a feed of its own can be judged now: its clock was moved within the age a liquidation
/// takes, and its pool is current. `shown` is that clock, and of a staked one the pool.
///
/// Errors: WrongFeedClock, PriceStale, WrongStakePool, StakePoolMalformed, StakePoolStale, CollateralUnexpected.
#[inline(never)]
pub fn require_alive(config: &Collateral, shown: &[AccountInfo], now: i64) -> Result<()> {
    let (clock, behind) = shown.split_first().ok_or(BackstopError::WrongFeedClock)?;
    let clock: FeedClock = decode(clock, BackstopError::WrongFeedClock)?;
    ensure(
        clock.feed_id == config.feed_id,
        BackstopError::WrongFeedClock,
    )?;
    let age = now.saturating_sub(clock.publish_at);
    ensure(age <= OLDEST_SECONDS, BackstopError::PriceStale)?;
    let behind = match config.kind {
        CollateralKind::LiquidStaking => {
            let (pool, behind) = behind.split_first().ok_or(BackstopError::WrongStakePool)?;
            stake_pool(pool, config)?;
            behind
        }
        _ => behind,
    };
    ensure(behind.is_empty(), BackstopError::CollateralUnexpected)
}

/// The stake pool a collateral names, if it redeems that collateral and is up to date.
pub fn stake_pool(info: &AccountInfo, config: &Collateral) -> Result<StakePool> {
    let named = info.key() == config.stake_pool && *info.owner == config.stake_pool_program;
    ensure(named, BackstopError::WrongStakePool)?;
    let pool = StakePool::read(&info.try_borrow_data()?)?;
    ensure(pool.pool_mint == config.mint, BackstopError::WrongStakePool)?;
    ensure(
        pool.is_current(Clock::get()?.epoch),
        BackstopError::StakePoolStale,
    )?;
    Ok(pool)
}

/// An account of the program, whatever else it is used as.
pub fn decode<T: AccountDeserialize>(info: &AccountInfo, error: BackstopError) -> Result<T> {
    ensure(info.owner == &crate::ID, error)?;
    let found = T::try_deserialize(&mut &info.try_borrow_data()?[..]);
    found.map_err(|_| error.into())
}
