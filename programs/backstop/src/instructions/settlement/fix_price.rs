use anchor_lang::prelude::*;
use backstop_interface::accounts::{Expiry, ExpiryState, MAX_POINTS};
use backstop_interface::event::PriceFixed;
use backstop_interface::{ensure, BackstopError};
use backstop_quantities::UnixSeconds;
use backstop_risk::settlement::{settlement_price, Point};

use crate::apply;

#[derive(Accounts)]
pub struct FixPrice<'info> {
    #[account(mut)]
    pub expiry: AccountLoader<'info, Expiry>,
}

#[inline(never)]
fn decided_price(expiry: &Expiry, now: i64) -> Result<u64> {
    let mut points = Vec::with_capacity(MAX_POINTS);
    for slot in &expiry.points {
        points.push(slot.point().ok_or(BackstopError::InvariantBroken)?);
    }
    let points: &[Point] = &points;
    let price = settlement_price(points, expiry.point_count, UnixSeconds::new(now));
    Ok(price.ok_or(BackstopError::PointsUndecided)?.get())
}

pub fn fix_price(ctx: Context<FixPrice>) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let key = ctx.accounts.expiry.key();
    let mut expiry = ctx.accounts.expiry.load_mut()?;
    let over = expiry.state() == ExpiryState::Open && now >= expiry.expires_at;
    ensure(over, BackstopError::WrongExpiryState)?;
    expiry.settlement_price = decided_price(&expiry, now)?;
    // Rights of exercise not paid by now are owed like payoffs.
    expiry.owed_atoms = apply::add(expiry.owed_atoms, expiry.rights_atoms)?;
    expiry.price_fixed_at = now;
    expiry.state = ExpiryState::PriceFixed as u8;
    if expiry.series_count == 0 {
        expiry.state = ExpiryState::Collecting as u8;
        expiry.collecting_at = now;
    }
    emit!(PriceFixed {
        expiry: key,
        settlement_price: expiry.settlement_price
    });
    expiry.invariant()
}
