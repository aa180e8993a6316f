use anchor_lang::prelude::*;
use anchor_spl::token_interface::{TokenAccount, TokenInterface};
use backstop_interface::accounts::{Expiry, InsuranceFund, Market};
use backstop_interface::{pda, BackstopError};

/// An expiry's escrow and the fund that stands behind it.
#[derive(Accounts)]
pub struct Backing<'info> {
    pub market: Box<Account<'info, Market>>,
    #[account(mut, has_one = market @ BackstopError::WrongMarket)]
    pub expiry: AccountLoader<'info, Expiry>,
    #[account(mut, seeds = [pda::ESCROW, expiry.key().as_ref()], bump)]
    pub escrow: Box<InterfaceAccount<'info, TokenAccount>>,
    #[account(
        mut, seeds = [pda::INSURANCE_FUND, market.key().as_ref()], bump = fund.bump,
        constraint = fund.vault == insurance_vault.key() @ BackstopError::WrongVault,
    )]
    pub fund: Box<Account<'info, InsuranceFund>>,
    #[account(mut)]
    pub insurance_vault: Box<InterfaceAccount<'info, TokenAccount>>,
    pub token_program: Interface<'info, TokenInterface>,
}
