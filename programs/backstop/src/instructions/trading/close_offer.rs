use anchor_lang::prelude::*;
use backstop_interface::accounts::{MarginAccount, Offer, Series};
use backstop_interface::{ensure, BackstopError, ID};

use crate::margin::LAST_HOUR_SECONDS;

#[derive(Accounts)]
pub struct CloseOffer<'info> {
    #[account(mut, close = maker, has_one = series @ BackstopError::WrongSeries)]
    pub offer: Box<Account<'info, Offer>>,
    /// CHECK: the key the offer names; it gets the rent.
    #[account(mut, address = offer.maker @ BackstopError::WrongMaker)]
    pub maker: UncheckedAccount<'info>,
    /// CHECK: the address the offer names; a margin account, or none any more.
    #[account(address = offer.margin_account @ BackstopError::OfferVoid)]
    pub margin_account: UncheckedAccount<'info>,
    /// CHECK: the address the offer names; a series, or none any more.
    pub series: UncheckedAccount<'info>,
}

impl CloseOffer<'_> {
    /// True if nobody can ever fill the offer again.
    fn is_dead(&self, now: i64) -> Result<bool> {
        let offer = &self.offer;
        let over = now >= offer.void_at || now >= self.closes_at()?;
        Ok(over || offer.remaining_contracts == 0 || self.epoch()? != Some(offer.epoch))
    }

    /// From when the series is not traded; always if it was closed.
    fn closes_at(&self) -> Result<i64> {
        if *self.series.owner != ID {
            return Ok(i64::MIN);
        }
        let data = self.series.try_borrow_data()?;
        let expires_at = Series::expires_at_in(&data).ok_or(BackstopError::WrongSeries)?;
        Ok(expires_at.saturating_sub(LAST_HOUR_SECONDS))
    }

    /// Epoch of the account that would write; none if it was closed.
    fn epoch(&self) -> Result<Option<u64>> {
        if *self.margin_account.owner != ID {
            return Ok(None);
        }
        Ok(MarginAccount::epoch_in(
            &self.margin_account.try_borrow_data()?,
        ))
    }
}

pub fn close_offer(ctx: Context<CloseOffer>) -> Result<()> {
    let dead = ctx.accounts.is_dead(Clock::get()?.unix_timestamp)?;
    ensure(dead, BackstopError::OfferStands)?;
    Ok(())
}
