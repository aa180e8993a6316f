use anchor_lang::prelude::*;
use backstop_interface::accounts::{AccountState, MarginAccount, Shard};
use backstop_interface::action::Action;
use backstop_interface::event::OptionWritten;
use backstop_interface::{ensure, BackstopError};
use backstop_quantities::Atoms;

use crate::margin::{self, __client_accounts_risk, __cpi_client_accounts_risk, Risk, RiskBumps};
use crate::option_tokens::{
    __client_accounts_issue, __cpi_client_accounts_issue, Issue, IssueBumps,
};
use crate::{apply, trade};

#[event_cpi]
#[derive(Accounts)]
pub struct WriteOption<'info> {
    pub owner: Signer<'info>,
    pub risk: Risk<'info>,
    #[account(mut, has_one = owner @ BackstopError::NotOwner)]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    /// The account's.
    #[account(mut)]
    pub shard: Box<Account<'info, Shard>>,
    pub issue: Issue<'info>,
}

impl WriteOption<'_> {
    fn check(&self, contracts: u64, now: i64) -> Result<()> {
        let account = self.margin_account.load()?;
        self.risk.check(&account.market)?;
        self.issue.check(&account.market)?;
        self.shard
            .check(&account.market, &self.margin_account.key())?;
        ensure(
            account.state() == AccountState::Open,
            BackstopError::AccountNotOpen,
        )?;
        trade::check_open(&self.issue.series, now)?;
        trade::check_lots(&self.risk.market, contracts)?;
        // Otherwise the short would meet the long and the tokens would be `withdraw_option`'s.
        let series = &self.issue.series;
        let held = account.long_contracts(series.expires_at, series.strike_price, series.kind);
        ensure(held == 0, BackstopError::LongAtHand)?;
        margin::may_add_risk(&account, now)
    }
}

/// The tokens are sold elsewhere: the fee is that of a sale at mark, because the short is cleared as any other.
pub fn write_option(ctx: Context<WriteOption>, contracts: u64) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    ctx.accounts.check(contracts, now)?;
    let accounts = &mut *ctx.accounts;
    let delta = trade::signed(contracts)?
        .checked_neg()
        .ok_or(BackstopError::AmountOverflow)?;
    let (fee_atoms, contribution) = {
        let account = &mut *accounts.margin_account.load_mut()?;
        let before = trade::copy(account);
        apply::trade(account, &mut accounts.issue.series, delta)?;
        let (risk, shown) = (&accounts.risk, ctx.remaining_accounts);
        let moment = risk.moment_for_risk(Action::AddRisk, account.last_price_at, shown, now)?;
        let spot = moment.price.price();
        let mark = risk.mark(&trade::listed(&accounts.issue.series), spot, &moment)?;
        let fee = trade::fee(&risk.market, contracts, Atoms::ZERO, mark, spot)?;
        account.quote_atoms = apply::take(account.quote_atoms, fee)?;
        let worth = trade::worth(contracts, mark)?;
        let shard = &mut accounts.shard;
        let paid =
            risk.require_margin_after_writing(Some(&before), account, worth, &moment, shard)?;
        (fee, paid)
    };
    accounts.shard.fees_atoms = apply::add(accounts.shard.fees_atoms, fee_atoms)?;
    accounts.issue.mint(contracts)?;
    let event = OptionWritten {
        margin_account: accounts.margin_account.key(),
        series: accounts.issue.series.key(),
        contracts,
        fee_atoms: apply::add(fee_atoms, contribution)?,
    };
    emit_cpi!(event);
    Ok(())
}
