use anchor_lang::prelude::*;
use backstop_interface::accounts::{Expiry, ExpiryState, Market, PointSlot};
use backstop_interface::{ensure, BackstopError};
use backstop_quantities::{mul_div_ceil, Price, UnixSeconds, ONE_PPB};
use backstop_risk::settlement::{self, SettlementError, Update};

use crate::oracle;

#[derive(Accounts)]
pub struct SubmitPoint<'info> {
    pub market: Box<Account<'info, Market>>,
    #[account(mut, has_one = market @ BackstopError::WrongMarket)]
    pub expiry: AccountLoader<'info, Expiry>,
    /// CHECK: owner, layout and feed are checked by `oracle`, the only reader of price accounts.
    pub price: UncheckedAccount<'info>,
}

pub fn submit_point(ctx: Context<SubmitPoint>, index: u8) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let price = oracle::genuine(&ctx.accounts.price, &ctx.accounts.market, now)?;
    let mut expiry = ctx.accounts.expiry.load_mut()?;
    ensure(
        expiry.state() == ExpiryState::Open,
        BackstopError::WrongExpiryState,
    )?;
    let in_reach = index
        < expiry
            .point_count
            .saturating_add(settlement::MAX_EXTRA_POINTS);
    let at = settlement::point_time(
        UnixSeconds::new(expiry.expires_at),
        expiry.point_count,
        index,
    );
    let slot = expiry
        .points
        .get_mut(usize::from(index))
        .filter(|_| in_reach)
        .ok_or(BackstopError::NoSuchPoint)?;
    let update = Update {
        publish_at: UnixSeconds::new(price.publish_at),
        prev_publish_at: UnixSeconds::new(price.previous_publish_at),
        price: price.price(),
        // Back from a ratio to a price, rounded up: never more certain than published.
        confidence: Price::new(
            mul_div_ceil(price.price, price.confidence_ppb, ONE_PPB).unwrap_or(u64::MAX),
        ),
    };
    let stored = slot.point().ok_or(BackstopError::InvariantBroken)?;
    let point = settlement::submit(&stored, at, &update, UnixSeconds::new(now)).map_err(refusal)?;
    *slot = PointSlot {
        price: point.price.get(),
        publish_at: point.publish_at.get(),
        first_submitted_at: point.first_submitted_at.get(),
        status: point.status as u8,
        padding: [0; 7],
    };
    expiry.invariant()
}

fn refusal(error: SettlementError) -> BackstopError {
    match error {
        SettlementError::AlreadyDecided | SettlementError::NotEarlier => {
            BackstopError::PointDecided
        }
        SettlementError::FromTheFuture => BackstopError::PriceFromFuture,
        SettlementError::TooUncertain => BackstopError::PriceTooUncertain,
        SettlementError::ZeroPrice => BackstopError::PriceNotPositive,
        SettlementError::BeforePoint | SettlementError::OutsideWindow => {
            BackstopError::PointNotServed
        }
    }
}
