//! The only reader of price accounts: who wrote it, how old it may be, and that it never goes back.

use anchor_lang::prelude::*;
use backstop_interface::accounts::{FeedClock, Market};
use backstop_interface::pyth::{read_update, PriceUpdate};
use backstop_interface::BackstopError;

/// Seconds a price may be old when value leaves or risk is added.
pub const AGE_FOR_RISK_SECONDS: i64 = 25;
/// Seconds a price may be old when an account is seized or bid for.
pub const AGE_FOR_LIQUIDATION_SECONDS: i64 = 20;
/// Seconds the cluster clock may lag behind a publisher's.
const CLOCK_SKEW_SECONDS: i64 = 5;
/// Seconds a price may lag behind the feed clock.
const CLOCK_LAG_SECONDS: i64 = 10;
/// Confidence over price from which nothing is done, 1e9 = 1.
pub const MAX_CONFIDENCE_PPB: u64 = 50_000_000;

/// What the caller demands of a price beyond its being genuine.
pub struct Demand {
    /// Greatest age in seconds.
    pub max_age_seconds: i64,
    /// Publish time of the newest price the account has used.
    pub last_used_at: i64,
    /// Now, unix seconds.
    pub now: i64,
}

/// Owner, layout, verification, feed, sign, exponent and future of an update of the market's feed.
pub fn genuine(price: &AccountInfo, market: &Market, now: i64) -> Result<PriceUpdate> {
    genuine_of(price, &market.feed_id, market, now)
}

/// The same of any feed, by the receiver program of the market.
pub fn genuine_of(
    price: &AccountInfo,
    feed_id: &[u8; 32],
    market: &Market,
    now: i64,
) -> Result<PriceUpdate> {
    require_keys_eq!(
        *price.owner,
        market.receiver_program,
        BackstopError::PriceWrongOwner
    );
    let update = read_update(&price.try_borrow_data()?, feed_id)?;
    require!(
        update.publish_at <= now.saturating_add(CLOCK_SKEW_SECONDS),
        BackstopError::PriceFromFuture
    );
    Ok(update)
}

/// Errors with `PriceStale` beyond an age in seconds, and with `PriceTooUncertain` beyond the widest confidence.
pub fn young_and_certain(update: &PriceUpdate, max_age_seconds: i64, now: i64) -> Result<()> {
    let age = now.saturating_sub(update.publish_at);
    require!(age <= max_age_seconds, BackstopError::PriceStale);
    require!(
        update.confidence_ppb <= MAX_CONFIDENCE_PPB,
        BackstopError::PriceTooUncertain
    );
    Ok(())
}

/// A genuine price of the clock's feed that is young, certain, and not older than what was used or shown before.
#[inline(never)]
pub fn usable(
    price: &AccountInfo,
    market: &Market,
    clock: &FeedClock,
    demand: &Demand,
) -> Result<PriceUpdate> {
    let update = genuine_of(price, &clock.feed_id, market, demand.now)?;
    young_and_certain(&update, demand.max_age_seconds, demand.now)?;
    require!(
        update.publish_at >= demand.last_used_at,
        BackstopError::PriceOlderThanLastUsed
    );
    let floor = clock.publish_at.saturating_sub(CLOCK_LAG_SECONDS);
    require!(
        update.publish_at >= floor,
        BackstopError::PriceBehindFeedClock
    );
    Ok(update)
}
