use anchor_lang::prelude::*;
use backstop_interface::accounts::{MarginAccount, Market, Protocol, LAYOUT_VERSION};
use backstop_interface::{pda, BackstopError};

/// More changes than one account can see in one slot: a block of 100 million compute units has room for fewer.
const CHANGES_A_SLOT: u64 = 1 << 20;

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
    let generation = Clock::get()?
        .slot
        .checked_mul(CHANGES_A_SLOT)
        .ok_or(BackstopError::AmountOverflow)?;
    let mut account = ctx.accounts.margin_account.load_init()?;
    account.version = LAYOUT_VERSION;
    account.bump = ctx.bumps.margin_account;
    account.index = index;
    account.market = ctx.accounts.market.key();
    account.owner = ctx.accounts.owner.key();
    // Closing and reopening must not bring old offers or bids back to life: what is counted up from here
    // lies above everything an account at this address was ever counted to.
    account.epoch = generation;
    account.portfolio_version = generation;
    account.invariant()
}
