use anchor_lang::prelude::*;
use backstop_interface::accounts::{AccountState, MarginAccount, Shard};
use backstop_interface::event::OptionWithdrawn;
use backstop_interface::{ensure, BackstopError};

use crate::apply;
use crate::margin::{self, __client_accounts_risk, __cpi_client_accounts_risk, Risk, RiskBumps};
use crate::option_tokens::{
    __client_accounts_issue, __cpi_client_accounts_issue, Issue, IssueBumps,
};

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
    pub issue: Issue<'info>,
}

impl WithdrawOption<'_> {
    fn check(&self, contracts: u64, now: i64) -> Result<()> {
        let account = self.margin_account.load()?;
        let series = &self.issue.series;
        self.risk.check(&account.market)?;
        self.issue.check(&account.market)?;
        ensure(contracts > 0, BackstopError::AmountIsZero)?;
        ensure(
            account.state() == AccountState::Open,
            BackstopError::AccountNotOpen,
        )?;
        ensure(now < series.expires_at, BackstopError::ExpiryClosed)?;
        let held = account.long_contracts(series.expires_at, series.strike_price, series.kind);
        ensure(held >= contracts, BackstopError::BalanceTooLow)?;
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
        apply::trade(&mut account, &mut accounts.issue.series, -delta)?;
        let key = accounts.margin_account.key();
        let shard = accounts.shard.as_deref_mut().map(|shard| &mut **shard);
        let (risk, shown) = (&accounts.risk, ctx.remaining_accounts);
        risk.require_after_taking_out((&mut account, &key), shard, shown, now)?;
    }
    accounts.issue.mint(contracts)?;
    let event = OptionWithdrawn {
        margin_account: accounts.margin_account.key(),
        series: accounts.issue.series.key(),
        contracts,
    };
    emit_cpi!(event);
    Ok(())
}
