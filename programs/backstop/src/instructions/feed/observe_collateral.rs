use anchor_lang::prelude::*;
use backstop_interface::accounts::{Collateral, CollateralKind};
use backstop_interface::event::CollateralObserved;
use backstop_interface::{ensure, BackstopError};
use backstop_quantities::UnixSeconds;
use backstop_risk::collateral::below_since;

use crate::margin::{__client_accounts_risk, __cpi_client_accounts_risk, Risk, RiskBumps};

#[derive(Accounts)]
pub struct ObserveCollateral<'info> {
    pub risk: Risk<'info>,
    #[account(mut)]
    pub collateral: Box<Account<'info, Collateral>>,
}

/// The remaining accounts are those of the collateral as a margin check is shown it.
pub fn observe_collateral(ctx: Context<ObserveCollateral>) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let (risk, collateral) = (&ctx.accounts.risk, &mut ctx.accounts.collateral);
    risk.check(&collateral.market)?;
    ensure(
        collateral.kind == CollateralKind::LiquidStaking,
        BackstopError::NothingToObserve,
    )?;
    let (mint, last_used_at) = (collateral.mint, 0);
    let shown = risk.young_quote(&mint, last_used_at, ctx.remaining_accounts, now)?;
    ensure(
        shown.update.publish_at >= collateral.observed_at,
        BackstopError::PriceOlderThanLastUsed,
    )?;
    let since = below_since(&shown.quoted, UnixSeconds::new(now), &shown.params);
    collateral.below_since = since.map_or(0, UnixSeconds::get);
    collateral.observed_at = shown.update.publish_at;
    emit!(CollateralObserved {
        collateral: collateral.key(),
        below_since: collateral.below_since,
        publish_at: collateral.observed_at,
    });
    Ok(())
}
