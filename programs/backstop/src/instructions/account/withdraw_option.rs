use anchor_lang::prelude::*;
use anchor_spl::token_2022::Token2022;
use anchor_spl::token_interface::{Mint, TokenAccount};
use backstop_interface::accounts::{AccountState, MarginAccount, Series, Shard};
use backstop_interface::action::Action;
use backstop_interface::event::OptionWithdrawn;
use backstop_interface::snapshot::Purpose;
use backstop_interface::BackstopError;

use crate::margin::{self, __client_accounts_risk, __cpi_client_accounts_risk, Risk, RiskBumps};
use crate::{apply, option_tokens};

#[event_cpi]
#[derive(Accounts)]
pub struct WithdrawOption<'info> {
    pub owner: Signer<'info>,
    pub risk: Risk<'info>,
    #[account(mut, has_one = owner @ BackstopError::NotOwner)]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    /// The account's; needed (and written) only where it is short or in debt.
    #[account(mut)]
    pub shard: Option<Box<Account<'info, Shard>>>,
    #[account(mut)]
    pub series: Box<Account<'info, Series>>,
    #[account(mut, address = series.mint @ BackstopError::WrongMint)]
    pub option_mint: Box<InterfaceAccount<'info, Mint>>,
    /// Token account that gets the option tokens.
    #[account(mut)]
    pub destination: Box<InterfaceAccount<'info, TokenAccount>>,
    pub token_2022_program: Program<'info, Token2022>,
}

impl WithdrawOption<'_> {
    fn check(&self, contracts: u64, now: i64) -> Result<()> {
        let account = self.margin_account.load()?;
        let series = &self.series;
        self.risk.check(&account.market)?;
        require_keys_eq!(series.market, account.market, BackstopError::WrongMarket);
        require_keys_eq!(
            self.destination.mint,
            self.option_mint.key(),
            BackstopError::WrongMint
        );
        require!(contracts > 0, BackstopError::AmountIsZero);
        require!(
            account.state() == AccountState::Open,
            BackstopError::AccountNotOpen
        );
        require!(now < series.expires_at, BackstopError::ExpiryClosed);
        let held = account.long_contracts(series.expires_at, series.strike_price, series.kind);
        require!(held >= contracts, BackstopError::BalanceTooLow);
        margin::may_add_risk(&account, now)
    }
}

pub fn withdraw_option(ctx: Context<WithdrawOption>, contracts: u64) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    ctx.accounts.check(contracts, now)?;
    let accounts = &mut *ctx.accounts;
    let delta = i64::try_from(contracts).map_err(|_| BackstopError::AmountOverflow)?;
    {
        let mut account = accounts.margin_account.load_mut()?;
        apply::trade(&mut account, &mut accounts.series, -delta)?;
        if margin::has_exposure(&account) {
            let (risk, shown) = (&accounts.risk, ctx.remaining_accounts);
            let moment =
                risk.moment_for_risk(Action::Withdraw, account.last_price_at, shown, now)?;
            let key = accounts.margin_account.key();
            let shard = accounts.shard.as_deref_mut().map(|shard| &mut **shard);
            let shard = margin::own_shard(shard, &account.market, &key)?;
            let counted = Some(shard);
            risk.require_initial_margin(&mut account, &moment, Purpose::Withdrawal, counted)?;
        } else {
            Action::TakeFree.check_level(&accounts.risk.market)?;
        }
    }
    accounts.series.token_contracts = apply::add(accounts.series.token_contracts, contracts)?;
    option_tokens::mint(
        &accounts.token_2022_program,
        &accounts.option_mint,
        &accounts.destination,
        &accounts.series,
        contracts,
    )?;
    let event = OptionWithdrawn {
        margin_account: accounts.margin_account.key(),
        series: accounts.series.key(),
        contracts,
    };
    emit_cpi!(event);
    Ok(())
}
