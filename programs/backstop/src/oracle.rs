//! The only reader of price accounts: who wrote it, that it is as the action demands, and that it never goes back.

use anchor_lang::prelude::*;
use backstop_interface::accounts::{FeedClock, Market};
use backstop_interface::action::Action;
use backstop_interface::pyth::{read_update, PriceUpdate};
use backstop_interface::{ensure, BackstopError};

/// Seconds the cluster clock may lag behind a publisher's.
const CLOCK_SKEW_SECONDS: i64 = 5;

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
    ensure(
        *price.owner == market.receiver_program,
        BackstopError::PriceWrongOwner,
    )?;
    let update = read_update(&price.try_borrow_data()?, feed_id)?;
    ensure(
        update.publish_at <= now.saturating_add(CLOCK_SKEW_SECONDS),
        BackstopError::PriceFromFuture,
    )?;
    Ok(update)
}

/// A genuine price of the clock's feed as the action's row of [`backstop_interface::action`] demands it, not older than
/// what was used before (`last_used_at`, unix seconds).
pub fn usable(
    price: &AccountInfo,
    market: &Market,
    clock: &FeedClock,
    (action, last_used_at): (Action, i64),
    now: i64,
) -> Result<PriceUpdate> {
    let update = genuine_of(price, &clock.feed_id, market, now)?;
    action.check_price(&update, clock, now)?;
    ensure(
        update.publish_at >= last_used_at,
        BackstopError::PriceOlderThanLastUsed,
    )?;
    Ok(update)
}
