use anchor_lang::prelude::*;
use anchor_spl::token_interface::{Mint, TokenAccount, TokenInterface};
use backstop_interface::accounts::{Expiry, Market, Protocol, LAYOUT_VERSION};
use backstop_interface::{pda, BackstopError};

/// Expiries lie on 08:00 UTC.
const EXPIRY_SECOND_OF_DAY: i64 = 8 * 3600;
const DAY_SECONDS: i64 = 86_400;
/// Least and greatest distance of a new expiry.
const LEAST_AHEAD_SECONDS: i64 = 3600;
const MOST_AHEAD_SECONDS: i64 = 366 * DAY_SECONDS;

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
    let ahead = expires_at.saturating_sub(Clock::get()?.unix_timestamp);
    let on_calendar = expires_at.rem_euclid(DAY_SECONDS) == EXPIRY_SECOND_OF_DAY;
    let in_range = (LEAST_AHEAD_SECONDS..=MOST_AHEAD_SECONDS).contains(&ahead);
    require!(on_calendar && in_range, BackstopError::ExpiryOffCalendar);
    let mut expiry = ctx.accounts.expiry.load_init()?;
    expiry.version = LAYOUT_VERSION;
    expiry.bump = ctx.bumps.expiry;
    expiry.point_count = ctx.accounts.market.params.settlement_points;
    expiry.market = ctx.accounts.market.key();
    expiry.expires_at = expires_at;
    expiry.invariant()
}
