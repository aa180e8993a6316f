use anchor_lang::prelude::*;
use backstop_interface::accounts::MarginAccount;
use backstop_interface::event::DelegateSet;
use backstop_interface::{ensure, BackstopError};

use crate::apply;

#[derive(Accounts)]
pub struct SetDelegate<'info> {
    pub owner: Signer<'info>,
    #[account(mut, has_one = owner @ BackstopError::NotOwner)]
    pub margin_account: AccountLoader<'info, MarginAccount>,
}

/// A change voids every offer: the delegate of before may have placed them.
pub fn set_delegate(ctx: Context<SetDelegate>, place: u8, delegate: Pubkey) -> Result<()> {
    let key = ctx.accounts.margin_account.key();
    let mut account = ctx.accounts.margin_account.load_mut()?;
    let named = delegate != Pubkey::default();
    ensure(
        !named || !account.may_trade(&delegate),
        BackstopError::DelegateNotAllowed,
    )?;
    let slot = account
        .delegates
        .get_mut(usize::from(place))
        .ok_or(BackstopError::DelegateNotAllowed)?;
    *slot = delegate;
    account.epoch = apply::add(account.epoch, 1)?;
    emit!(DelegateSet {
        margin_account: key,
        place,
        delegate,
    });
    Ok(())
}
