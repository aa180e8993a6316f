use anchor_lang::prelude::*;
use anchor_spl::token_interface::{TokenAccount, TokenInterface};
use backstop_interface::accounts::{Collateral, InsuranceFund, Market, Shard};
use backstop_interface::event::FeesSwept;
use backstop_interface::{ensure, pda, BackstopError};
use backstop_quantities::Atoms;

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
    /// The treasury's; without it the treasury's share waits in the shard.
    #[account(mut, address = market.fee_receiver @ BackstopError::WrongVault)]
    pub receiver: Option<Box<InterfaceAccount<'info, TokenAccount>>>,
    pub token_program: Interface<'info, TokenInterface>,
}

/// The fund's part is never held up by the treasury: its share waits where its account is missing or frozen.
pub fn sweep_fees(ctx: Context<SweepFees>) -> Result<()> {
    let accounts = &mut *ctx.accounts;
    let shard = &mut accounts.shard;
    let split = accounts
        .market
        .params
        .fees()
        .split(Atoms::new(shard.fees_atoms));
    let fund = apply::add(shard.fund_atoms, split.fund.get())?;
    let due = apply::add(shard.treasury_atoms, split.treasury.get())?;
    let treasury = match &accounts.receiver {
        Some(_) => due,
        None => 0,
    };
    ensure(fund > 0 || treasury > 0, BackstopError::NoFees)?;
    (shard.fees_atoms, shard.fund_atoms) = (0, 0);
    shard.treasury_atoms = apply::take(due, treasury)?;
    let leaving = apply::add(fund, treasury)?;
    accounts.quote.claims_atoms = apply::take(accounts.quote.claims_atoms, leaving)?;
    accounts.fund.assets_atoms = apply::add(accounts.fund.assets_atoms, fund)?;
    accounts.move_tokens(fund, treasury)?;
    tokens::verify(&accounts.vault, accounts.quote.claims_atoms)?;
    tokens::verify(&accounts.insurance_vault, accounts.fund.assets_atoms)?;
    let event = FeesSwept {
        market: accounts.market.key(),
        shard_index: accounts.shard.index,
        amount_atoms: fund,
        treasury_atoms: treasury,
    };
    emit_cpi!(event);
    Ok(())
}

impl SweepFees<'_> {
    fn move_tokens(&mut self, fund_atoms: u64, treasury_atoms: u64) -> Result<()> {
        let signer = MarketSigner::of(&self.market);
        let receiver = self.receiver.as_mut();
        let parts = [
            (Some(&mut self.insurance_vault), fund_atoms),
            (receiver, treasury_atoms),
        ];
        for (to, atoms) in parts {
            let Some(to) = to.filter(|_| atoms > 0) else {
                continue;
            };
            tokens::pay(
                &self.token_program,
                &mut self.vault,
                to,
                self.market.to_account_info(),
                &signer.seeds(),
                atoms,
            )?;
        }
        Ok(())
    }
}
