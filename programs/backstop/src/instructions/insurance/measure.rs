use anchor_lang::prelude::*;
use backstop_interface::accounts::{MarginAccount, Shard};
use backstop_interface::action::Action;
use backstop_interface::event::Measured;

use crate::margin::{self, __client_accounts_risk, __cpi_client_accounts_risk, Risk, RiskBumps};

#[derive(Accounts)]
pub struct Measure<'info> {
    pub risk: Risk<'info>,
    #[account(mut)]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    /// The account's.
    #[account(mut)]
    pub shard: Box<Account<'info, Shard>>,
}

/// No limit holds it back: what is, is counted. An account that is neither short nor in debt needs no price.
pub fn measure(ctx: Context<Measure>) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let accounts = &mut *ctx.accounts;
    let key = accounts.margin_account.key();
    let account = &mut *accounts.margin_account.load_mut()?;
    accounts.risk.check(&account.market)?;
    accounts.shard.check(&account.market, &key)?;
    let uncovered_atoms = if margin::has_exposure(account) {
        let (risk, shown) = (&accounts.risk, ctx.remaining_accounts);
        let moment = risk.moment(Action::Measure, account.last_price_at, shown, now)?;
        moment.remember(account);
        risk.assess(account, &moment)?.uncovered_atoms
    } else {
        [0; 2]
    };
    accounts.shard.measure(account, uncovered_atoms)?;
    emit!(Measured {
        margin_account: key,
        uncovered_atoms
    });
    Ok(())
}
