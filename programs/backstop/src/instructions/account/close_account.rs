use anchor_lang::prelude::*;
use backstop_interface::accounts::{AccountState, MarginAccount};
use backstop_interface::BackstopError;

#[derive(Accounts)]
pub struct CloseAccount<'info> {
    #[account(mut)]
    pub owner: Signer<'info>,
    #[account(mut, close = owner, has_one = owner @ BackstopError::NotOwner)]
    pub margin_account: AccountLoader<'info, MarginAccount>,
}

pub fn close_account(ctx: Context<CloseAccount>) -> Result<()> {
    let account = ctx.accounts.margin_account.load()?;
    require!(
        account.state() == AccountState::Open,
        BackstopError::AccountNotOpen
    );
    let empty = account.quote_atoms == 0
        && account.collaterals.iter().all(|slot| slot.atoms == 0)
        && account.legs.iter().all(|leg| !leg.in_use())
        && account.expiries.iter().all(|slot| slot.expires_at == 0);
    require!(empty, BackstopError::AccountNotEmpty);
    Ok(())
}
