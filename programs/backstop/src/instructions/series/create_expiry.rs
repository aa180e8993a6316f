use anchor_lang::prelude::*;
use anchor_spl::token_interface::{Mint, TokenAccount, TokenInterface};
use backstop_interface::accounts::{Expiry, Market, Protocol, LAYOUT_VERSION};
use backstop_interface::{calendar, ensure, pda, BackstopError};

use crate::lamports;

#[derive(Accounts)]
#[instruction(expires_at: i64)]
pub struct CreateExpiry<'info> {
    #[account(mut)]
    pub payer: Signer<'info>,
    #[account(seeds = [pda::PROTOCOL], bump = protocol.bump, constraint = protocol.sealed @ BackstopError::NotSealed)]
    pub protocol: Box<Account<'info, Protocol>>,
    pub market: Box<Account<'info, Market>>,
    #[account(address = market.quote_mint @ BackstopError::WrongMint)]
    pub quote_mint: Box<InterfaceAccount<'info, Mint>>,
    #[account(
        init, payer = payer, space = 8 + core::mem::size_of::<Expiry>(),
        seeds = [pda::EXPIRY, market.key().as_ref(), &expires_at.to_le_bytes()], bump,
    )]
    pub expiry: AccountLoader<'info, Expiry>,
    #[account(
        init, payer = payer, seeds = [pda::ESCROW, expiry.key().as_ref()], bump,
        token::mint = quote_mint, token::authority = expiry, token::token_program = token_program,
    )]
    pub escrow: Box<InterfaceAccount<'info, TokenAccount>>,
    #[account(
        init, payer = payer, seeds = [pda::CLAIM_MINT, expiry.key().as_ref()], bump,
        mint::decimals = 6, mint::authority = expiry, mint::token_program = token_program,
    )]
    pub claim_mint: Box<InterfaceAccount<'info, Mint>>,
    pub token_program: Interface<'info, TokenInterface>,
    pub system_program: Program<'info, System>,
}

pub fn create_expiry(ctx: Context<CreateExpiry>, expires_at: i64) -> Result<()> {
    let listed = calendar::is_listed(expires_at, Clock::get()?.unix_timestamp);
    ensure(listed, BackstopError::ExpiryOffCalendar)?;
    let accounts = ctx.accounts;
    {
        let mut expiry = accounts.expiry.load_init()?;
        expiry.version = LAYOUT_VERSION;
        expiry.bump = ctx.bumps.expiry;
        expiry.point_count = accounts.market.params.settlement_points;
        expiry.market = accounts.market.key();
        expiry.expires_at = expires_at;
        expiry.creator = accounts.payer.key();
        expiry.invariant()?;
    }
    lamports::send(
        &accounts.system_program,
        accounts.payer.to_account_info(),
        accounts.expiry.to_account_info(),
        accounts.market.params.expiry_deposit_lamports,
    )
}
