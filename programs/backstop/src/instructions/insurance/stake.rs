use anchor_lang::prelude::*;
use anchor_spl::token_interface::{TokenAccount, TokenInterface};
use backstop_interface::accounts::{InsuranceFund, Market, Protocol, Stake, LAYOUT_VERSION};
use backstop_interface::event::Staked;
use backstop_interface::{ensure, pda, BackstopError};
use backstop_quantities::{Atoms, Shares};
use backstop_risk::shares::Vault;
use backstop_risk::RiskError;

use crate::{apply, tokens};

#[event_cpi]
#[derive(Accounts)]
pub struct StakeInsurance<'info> {
    #[account(mut)]
    pub owner: Signer<'info>,
    #[account(seeds = [pda::PROTOCOL], bump = protocol.bump, constraint = protocol.sealed @ BackstopError::NotSealed)]
    pub protocol: Box<Account<'info, Protocol>>,
    pub market: Box<Account<'info, Market>>,
    #[account(
        mut, seeds = [pda::INSURANCE_FUND, market.key().as_ref()], bump = fund.bump,
        constraint = fund.vault == insurance_vault.key() @ BackstopError::WrongVault,
    )]
    pub fund: Box<Account<'info, InsuranceFund>>,
    #[account(mut)]
    pub insurance_vault: Box<InterfaceAccount<'info, TokenAccount>>,
    #[account(mut, constraint = source.key() != insurance_vault.key() @ BackstopError::WrongVault)]
    pub source: Box<InterfaceAccount<'info, TokenAccount>>,
    // Justified init_if_needed: the seeds bind it to market and owner, an existing stake only grows.
    #[account(
        init_if_needed, payer = owner, space = 8 + Stake::INIT_SPACE,
        seeds = [pda::STAKE, market.key().as_ref(), owner.key().as_ref()], bump,
    )]
    pub stake: Box<Account<'info, Stake>>,
    pub token_program: Interface<'info, TokenInterface>,
    pub system_program: Program<'info, System>,
}

pub fn stake_insurance(ctx: Context<StakeInsurance>, amount_atoms: u64) -> Result<()> {
    let accounts = &mut *ctx.accounts;
    ensure(
        accounts.source.mint == accounts.market.quote_mint,
        BackstopError::WrongMint,
    )?;
    ensure(amount_atoms > 0, BackstopError::AmountIsZero)?;
    let before = Vault {
        assets: Atoms::new(accounts.fund.assets_atoms),
        shares: Shares::new(accounts.fund.total_shares),
    };
    let arrived = tokens::receive(
        &accounts.token_program,
        &accounts.source,
        &mut accounts.insurance_vault,
        &accounts.owner,
        amount_atoms,
    )?;
    let (before, epoch) = match before.needs_new_epoch() {
        true => (
            Vault {
                assets: Atoms::ZERO,
                shares: Shares::ZERO,
            },
            accounts.fund.epoch.saturating_add(1),
        ),
        false => (before, accounts.fund.epoch),
    };
    let (after, shares) = before
        .stake(Atoms::new(arrived))
        .map_err(|error| match error {
            RiskError::TooSmall => BackstopError::StakeTooSmall,
            _ => BackstopError::AmountOverflow,
        })?;

    let stake = &mut accounts.stake;
    let kept = if stake.version == LAYOUT_VERSION && stake.epoch == epoch {
        stake.shares
    } else {
        0
    };
    stake.set_inner(Stake {
        version: LAYOUT_VERSION,
        bump: ctx.bumps.stake,
        epoch,
        market: accounts.market.key(),
        owner: accounts.owner.key(),
        shares: apply::add(kept, shares.get())?,
        reserved: [0; 32],
    });
    accounts.fund.epoch = epoch;
    accounts.fund.assets_atoms = after.assets.get();
    accounts.fund.total_shares = after.shares.get();
    tokens::verify(&accounts.insurance_vault, accounts.fund.assets_atoms)?;
    let event = Staked {
        market: accounts.market.key(),
        owner: accounts.owner.key(),
        amount_atoms: arrived,
        shares: shares.get(),
    };
    emit_cpi!(event);
    Ok(())
}
