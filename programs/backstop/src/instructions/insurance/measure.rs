use anchor_lang::prelude::*;
use backstop_interface::accounts::{MarginAccount, Shard};
use backstop_interface::action::Action;
use backstop_interface::event::Measured;
use backstop_interface::remaining::shown_and_series;
use backstop_risk::margin::Assessment;

use crate::estates::Count;
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
pub fn measure<'info>(ctx: Context<'info, Measure<'info>>) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let accounts = &mut *ctx.accounts;
    let key = accounts.margin_account.key();
    let account = &mut *accounts.margin_account.load_mut()?;
    accounts.risk.check(&account.market)?;
    accounts.shard.check(&account.market, &key)?;
    let (shown, series) = shown_and_series(ctx.remaining_accounts);
    let (risk, exposed) = (&accounts.risk, margin::has_exposure(account));
    let mut found = Assessment::default();
    let mut moment = None;
    if exposed || !series.is_empty() {
        let seen = risk.moment(Action::Measure, account.last_price_at, shown, now)?;
        seen.remember(account);
        if exposed {
            found = risk.assess(account, &seen)?;
        }
        moment = Some(seen);
    }
    let count = Count {
        risk,
        found: &found,
        shown,
        series: (series, moment.as_ref()),
        now,
    };
    count.run(account)?;
    let uncovered_atoms = found.uncovered_atoms;
    accounts.shard.measure(account, uncovered_atoms)?;
    emit!(Measured {
        margin_account: key,
        uncovered_atoms
    });
    Ok(())
}
