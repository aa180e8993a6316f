use anchor_lang::prelude::*;
use anchor_spl::token_2022::Token2022;
use anchor_spl::token_interface::{Mint, TokenAccount};
use backstop_interface::accounts::{AccountState, MarginAccount, Market, Series};
use backstop_interface::event::OptionDeposited;
use backstop_interface::{ensure, BackstopError};

use crate::{apply, option_tokens};

#[event_cpi]
#[derive(Accounts)]
pub struct DepositOption<'info> {
    pub authority: Signer<'info>,
    pub market: Box<Account<'info, Market>>,
    #[account(mut, has_one = market @ BackstopError::WrongMarket)]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    #[account(mut, has_one = market @ BackstopError::WrongMarket)]
    pub series: Box<Account<'info, Series>>,
    #[account(mut, address = series.mint @ BackstopError::WrongMint)]
    pub option_mint: Box<InterfaceAccount<'info, Mint>>,
    /// Option tokens to burn; the signer may burn from it.
    #[account(mut)]
    pub source: Box<InterfaceAccount<'info, TokenAccount>>,
    pub token_2022_program: Program<'info, Token2022>,
}

impl DepositOption<'_> {
    fn check(&self, contracts: u64, now: i64) -> Result<()> {
        let account = self.margin_account.load()?;
        ensure(
            account.may_trade(&self.authority.key()),
            BackstopError::NotDelegate,
        )?;
        ensure(
            self.source.mint == self.option_mint.key(),
            BackstopError::WrongMint,
        )?;
        ensure(
            account.state() == AccountState::Open,
            BackstopError::AccountNotOpen,
        )?;
        ensure(now < self.series.expires_at, BackstopError::ExpiryClosed)?;
        // Dust would fill the tables a liquidator has to work through.
        ensure(
            contracts >= self.market.params.lot_contracts,
            BackstopError::AmountBelowLeast,
        )?;
        ensure(
            self.source.amount >= contracts,
            BackstopError::BalanceTooLow,
        )?;
        Ok(())
    }
}

/// A long that comes at no cost is worth something in every scenario: no price is asked for. Only where it
/// releases cover may health fall, by the weight of units that were counted fully.
pub fn deposit_option(ctx: Context<DepositOption>, contracts: u64) -> Result<()> {
    ctx.accounts
        .check(contracts, Clock::get()?.unix_timestamp)?;
    let accounts = &mut *ctx.accounts;
    let delta = i64::try_from(contracts).map_err(|_| BackstopError::AmountOverflow)?;
    accounts.series.token_contracts = apply::take(accounts.series.token_contracts, contracts)?;
    apply::trade(
        &mut *accounts.margin_account.load_mut()?,
        &mut accounts.series,
        delta,
    )?;
    option_tokens::burn(
        &accounts.token_2022_program,
        &accounts.option_mint,
        &accounts.source,
        &accounts.authority,
        contracts,
    )?;
    let event = OptionDeposited {
        margin_account: accounts.margin_account.key(),
        series: accounts.series.key(),
        contracts,
    };
    emit_cpi!(event);
    Ok(())
}
