use anchor_lang::prelude::*;
use anchor_spl::token_interface::{TokenAccount, TokenInterface};
use backstop_interface::accounts::{Collateral, InsuranceFund, Market, Shard};
use backstop_interface::event::FeesSwept;
use backstop_interface::{pda, BackstopError};

use crate::apply;
use crate::tokens::{self, MarketSigner};

#[event_cpi]
#[derive(Accounts)]
pub struct SweepFees<'info> {
    pub market: Box<Account<'info, Market>>,
    #[account(mut, has_one = market @ BackstopError::WrongMarket)]
    pub shard: Box<Account<'info, Shard>>,
    #[account(
        mut, seeds = [pda::COLLATERAL, market.key().as_ref(), market.quote_mint.as_ref()],
        bump = quote.bump, has_one = vault @ BackstopError::WrongVault,
    )]
    pub quote: Box<Account<'info, Collateral>>,
    #[account(mut)]
    pub vault: Box<InterfaceAccount<'info, TokenAccount>>,
    #[account(
        mut, seeds = [pda::INSURANCE_FUND, market.key().as_ref()], bump = fund.bump,
        constraint = fund.vault == insurance_vault.key() @ BackstopError::WrongVault,
    )]
    pub fund: Box<Account<'info, InsuranceFund>>,
    #[account(mut)]
    pub insurance_vault: Box<InterfaceAccount<'info, TokenAccount>>,
    pub token_program: Interface<'info, TokenInterface>,
}

pub fn sweep_fees(ctx: Context<SweepFees>) -> Result<()> {
    let accounts = &mut *ctx.accounts;
    let fees = accounts.shard.fees_atoms;
    require!(fees > 0, BackstopError::NoFees);
    accounts.shard.fees_atoms = 0;
    accounts.quote.claims_atoms = apply::take(accounts.quote.claims_atoms, fees)?;
    accounts.fund.assets_atoms = apply::add(accounts.fund.assets_atoms, fees)?;
    let signer = MarketSigner::of(&accounts.market);
    tokens::pay(
        &accounts.token_program,
        &mut accounts.vault,
        &mut accounts.insurance_vault,
        accounts.market.to_account_info(),
        &signer.seeds(),
        fees,
    )?;
    tokens::verify(&accounts.vault, accounts.quote.claims_atoms)?;
    tokens::verify(&accounts.insurance_vault, accounts.fund.assets_atoms)?;
    let event = FeesSwept {
        market: accounts.market.key(),
        shard_index: accounts.shard.index,
        amount_atoms: fees,
    };
    emit_cpi!(event);
    Ok(())
}
