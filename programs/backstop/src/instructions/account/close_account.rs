use anchor_lang::prelude::*;
use backstop_interface::accounts::{AccountState, MarginAccount, Shard};
use backstop_interface::{ensure, BackstopError};

use crate::margin;

#[derive(Accounts)]
pub struct CloseAccount<'info> {
    #[account(mut)]
    pub owner: Signer<'info>,
    #[account(mut, close = owner, has_one = owner @ BackstopError::NotOwner)]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    /// The account's; needed (and written) only where it counts an uncovered loss of it.
    #[account(mut)]
    pub shard: Option<Box<Account<'info, Shard>>>,
}

pub fn close_account(ctx: Context<CloseAccount>) -> Result<()> {
    let accounts = ctx.accounts;
    let key = accounts.margin_account.key();
    let account = &mut *accounts.margin_account.load_mut()?;
    ensure(
        account.state() == AccountState::Open,
        BackstopError::AccountNotOpen,
    )?;
    let empty = account.quote_atoms == 0
        && account.collaterals.iter().all(|slot| slot.atoms == 0)
        && account.legs.iter().all(|leg| !leg.in_use())
        && account.expiries.iter().all(|slot| slot.expires_at == 0);
    ensure(empty, BackstopError::AccountNotEmpty)?;
    if account.uncovered_atoms == [0; 2] {
        return Ok(());
    }
    let shard = accounts.shard.as_deref_mut().map(|shard| &mut **shard);
    margin::own_shard(shard, &account.market, &key)?.measure(account, [0; 2])
}
