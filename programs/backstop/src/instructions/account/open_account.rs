use anchor_lang::prelude::*;
use backstop_interface::accounts::{MarginAccount, Market, Protocol, LAYOUT_VERSION};
use backstop_interface::{pda, BackstopError};

#[derive(Accounts)]
#[instruction(index: u8)]
pub struct OpenAccount<'info> {
    #[account(mut)]
    pub owner: Signer<'info>,
    #[account(seeds = [pda::PROTOCOL], bump = protocol.bump, constraint = protocol.sealed @ BackstopError::NotSealed)]
    pub protocol: Box<Account<'info, Protocol>>,
    pub market: Box<Account<'info, Market>>,
    #[account(
        init, payer = owner, space = 8 + core::mem::size_of::<MarginAccount>(),
        seeds = [pda::MARGIN_ACCOUNT, market.key().as_ref(), owner.key().as_ref(), &[index]], bump,
    )]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    pub system_program: Program<'info, System>,
}

pub fn open_account(ctx: Context<OpenAccount>, index: u8) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let mut account = ctx.accounts.margin_account.load_init()?;
    account.version = LAYOUT_VERSION;
    account.bump = ctx.bumps.margin_account;
    account.index = index;
    account.market = ctx.accounts.market.key();
    account.owner = ctx.accounts.owner.key();
    // Closing and reopening must not bring old offers or bids back to life: time only moves forward.
    account.epoch = u64::try_from(now).map_err(|_| BackstopError::AmountOverflow)?;
    account.portfolio_version = account.epoch;
    account.invariant()
}
