use anchor_lang::prelude::*;
use anchor_spl::token_interface::{Mint, TokenAccount, TokenInterface};
use backstop_interface::accounts::{InsuranceFund, Market, Protocol, LAYOUT_VERSION};
use backstop_interface::{pda, BackstopError};

#[derive(Accounts)]
pub struct CreateInsuranceFund<'info> {
    #[account(mut)]
    pub authority: Signer<'info>,
    #[account(
        mut, seeds = [pda::PROTOCOL], bump = protocol.bump,
        constraint = !protocol.sealed @ BackstopError::AlreadySealed,
        constraint = protocol.genesis_authority == authority.key() @ BackstopError::NotGenesisAuthority,
    )]
    pub protocol: Box<Account<'info, Protocol>>,
    pub market: Box<Account<'info, Market>>,
    #[account(address = market.quote_mint @ BackstopError::WrongMint)]
    pub quote_mint: Box<InterfaceAccount<'info, Mint>>,
    #[account(
        init, payer = authority, space = 8 + InsuranceFund::INIT_SPACE,
        seeds = [pda::INSURANCE_FUND, market.key().as_ref()], bump,
    )]
    pub fund: Box<Account<'info, InsuranceFund>>,
    #[account(
        init, payer = authority, seeds = [pda::INSURANCE_VAULT, market.key().as_ref()], bump,
        token::mint = quote_mint, token::authority = market, token::token_program = token_program,
    )]
    pub insurance_vault: Box<InterfaceAccount<'info, TokenAccount>>,
    pub token_program: Interface<'info, TokenInterface>,
    pub system_program: Program<'info, System>,
}

pub fn create_insurance_fund(ctx: Context<CreateInsuranceFund>) -> Result<()> {
    let accounts = ctx.accounts;
    accounts.fund.set_inner(InsuranceFund {
        version: LAYOUT_VERSION,
        bump: ctx.bumps.fund,
        market: accounts.market.key(),
        vault: accounts.insurance_vault.key(),
        assets_atoms: 0,
        total_shares: 0,
        epoch: 0,
        incident_started_at: 0,
        incident_assets_atoms: 0,
        incident_paid_atoms: 0,
        paid_total_atoms: 0,
        reserved: [0; 64],
    });
    super::count_part(&mut accounts.protocol)
}
