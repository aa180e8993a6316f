use anchor_lang::prelude::*;
use backstop_interface::accounts::MarginAccount;
use backstop_interface::event::OffersVoided;
use backstop_interface::{ensure, BackstopError};

use crate::apply;

#[derive(Accounts)]
pub struct CancelAll<'info> {
    pub authority: Signer<'info>,
    #[account(mut)]
    pub margin_account: AccountLoader<'info, MarginAccount>,
}

/// Offers name the epoch they were placed in: one step makes all of them void, however many.
pub fn cancel_all(ctx: Context<CancelAll>) -> Result<()> {
    let margin_account = ctx.accounts.margin_account.key();
    let mut account = ctx.accounts.margin_account.load_mut()?;
    ensure(
        account.may_trade(&ctx.accounts.authority.key()),
        BackstopError::NotDelegate,
    )?;
    account.epoch = apply::add(account.epoch, 1)?;
    emit!(OffersVoided {
        margin_account,
        epoch: account.epoch,
    });
    Ok(())
}
