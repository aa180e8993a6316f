use anchor_lang::prelude::*;
use backstop_interface::accounts::{FeedClock, Market};
use backstop_interface::action::Action;
use backstop_interface::event::Ticked;
use backstop_interface::pyth::PriceUpdate;
use backstop_interface::{ensure, BackstopError};

/// Most seconds of feed life one tick may add.
const MOST_HEALTHY_SECONDS: i64 = 30;
/// A silence longer than this between two publishes is a gap of the feed.
const GAP_SECONDS: i64 = 60;

use crate::oracle;

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
    let update = {
        let feed = &accounts.clock.feed_id;
        oracle::genuine_of(&accounts.price, feed, &accounts.market, now)?
    };
    let newer = update.publish_at > accounts.clock.publish_at;
    let action = if newer {
        Action::Tick
    } else {
        Action::TickLate
    };
    action.check_price(&update, &accounts.clock, now)?;
    let clock = &mut accounts.clock;
    let proves_gap = proves_gap(clock, &update);
    ensure(
        newer || clock.lacks_sample(&update) || proves_gap,
        BackstopError::TickNotNewer,
    )?;
    if proves_gap {
        clock.gap_ended_at = update.publish_at;
    }
    clock.sample(&update)?;
    if newer {
        count(clock, &update);
    }
    emit!(Ticked {
        feed_id: clock.feed_id,
        publish_at: clock.publish_at,
        price: clock.price,
        healthy_seconds: clock.healthy_seconds,
    });
    Ok(())
}

/// Whether an update proves a silence later than the last one on record.
fn proves_gap(clock: &FeedClock, update: &PriceUpdate) -> bool {
    let silence = update.publish_at.saturating_sub(update.previous_publish_at);
    silence > GAP_SECONDS && update.publish_at > clock.gap_ended_at
}

/// Moves the clock to a newer update. The first one has nothing to count from.
fn count(clock: &mut FeedClock, update: &PriceUpdate) {
    if clock.publish_at > 0 {
        let passed = update
            .publish_at
            .saturating_sub(clock.publish_at)
            .min(MOST_HEALTHY_SECONDS);
        clock.healthy_seconds = clock.healthy_seconds.saturating_add(passed.unsigned_abs());
    }
    clock.publish_at = update.publish_at;
    clock.price = update.price;
}
