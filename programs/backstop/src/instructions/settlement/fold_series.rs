use anchor_lang::prelude::*;
use backstop_interface::accounts::{Expiry, ExpiryState, Series};
use backstop_interface::{ensure, BackstopError};
use backstop_quantities::Price;
use backstop_risk::settlement::payoff;

use crate::{apply, settle};

#[derive(Accounts)]
pub struct FoldSeries<'info> {
    #[account(mut)]
    pub expiry: AccountLoader<'info, Expiry>,
    #[account(mut, has_one = expiry @ BackstopError::WrongExpiry)]
    pub series: Box<Account<'info, Series>>,
}

/// Adds what a series owes and the shorts that must pay it to the expiry. With the last series
/// Collecting begins.
pub fn fold_series(ctx: Context<FoldSeries>) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let series = &mut ctx.accounts.series;
    let mut expiry = ctx.accounts.expiry.load_mut()?;
    ensure(
        expiry.state() == ExpiryState::PriceFixed,
        BackstopError::WrongExpiryState,
    )?;
    ensure(!series.folded, BackstopError::AlreadyFolded)?;
    let pays = payoff(
        series.kind.into(),
        Price::new(series.strike_price),
        Price::new(expiry.settlement_price),
    );
    // Whose request nobody decided gets his tokens back.
    let holders = series
        .holder_contracts()
        .ok_or(BackstopError::AmountOverflow)?;
    expiry.owed_atoms = apply::add(expiry.owed_atoms, settle::atoms_floor(holders, pays)?)?;
    expiry.unsettled_contracts = apply::add(expiry.unsettled_contracts, series.short_contracts)?;
    expiry.unpaid_contracts = apply::add(expiry.unpaid_contracts, series.ledger_long_contracts)?;
    series.folded = true;
    expiry.folded_count = expiry
        .folded_count
        .checked_add(1)
        .ok_or(BackstopError::AmountOverflow)?;
    if expiry.folded_count == expiry.series_count {
        expiry.state = ExpiryState::Collecting as u8;
        expiry.collecting_at = now;
    }
    expiry.invariant()
}
