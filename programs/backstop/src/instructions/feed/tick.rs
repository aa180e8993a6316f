use anchor_lang::prelude::*;
use backstop_interface::accounts::{FeedClock, Market};
use backstop_interface::event::Ticked;
use backstop_interface::BackstopError;

use crate::oracle::{self, Demand, AGE_FOR_LIQUIDATION_SECONDS};

/// Most seconds of feed life one tick may add.
const MOST_HEALTHY_SECONDS: i64 = 30;
/// A silence longer than this between two publishes is a gap of the feed.
const GAP_SECONDS: i64 = 60;

#[derive(Accounts)]
pub struct Tick<'info> {
    pub market: Box<Account<'info, Market>>,
    // Of any feed, the market's or that of a collateral: only `open_feed_clock` makes clocks, one for a feed.
    #[account(mut)]
    pub clock: Box<Account<'info, FeedClock>>,
    /// CHECK: owner, layout and feed are checked by `oracle`, the only reader of price accounts.
    pub price: UncheckedAccount<'info>,
}

pub fn tick(ctx: Context<Tick>) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let accounts = ctx.accounts;
    let demand = Demand {
        max_age_seconds: AGE_FOR_LIQUIDATION_SECONDS,
        last_used_at: 0,
        now,
    };
    let update = oracle::usable(&accounts.price, &accounts.market, &accounts.clock, &demand)?;
    let clock = &mut accounts.clock;
    require!(
        update.publish_at > clock.publish_at,
        BackstopError::TickNotNewer
    );
    // The first tick has nothing to count from.
    if clock.publish_at > 0 {
        let passed = update
            .publish_at
            .saturating_sub(clock.publish_at)
            .min(MOST_HEALTHY_SECONDS);
        clock.healthy_seconds = clock.healthy_seconds.saturating_add(passed.unsigned_abs());
    }
    if update.publish_at.saturating_sub(update.previous_publish_at) > GAP_SECONDS {
        clock.gap_ended_at = update.publish_at;
    }
    clock.sample(&update)?;
    clock.publish_at = update.publish_at;
    clock.price = update.price;
    emit!(Ticked {
        feed_id: clock.feed_id,
        publish_at: clock.publish_at,
        price: clock.price,
        healthy_seconds: clock.healthy_seconds,
    });
    Ok(())
}
