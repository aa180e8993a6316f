use anchor_lang::prelude::*;
use anchor_spl::token_interface::{TokenAccount, TokenInterface};
use backstop_interface::accounts::{
    Collateral, Exercises, Expiry, LegSlot, MarginAccount, Market, Series,
};
use backstop_interface::event::ExercisesBorne;
use backstop_interface::{pda, BackstopError};

use crate::apply;
use crate::settle::{self, Payer, Settled};
use crate::tokens::{self, MarketSigner};

#[event_cpi]
#[derive(Accounts)]
pub struct Synchronise<'info> {
    pub market: Box<Account<'info, Market>>,
    #[account(mut, has_one = market @ BackstopError::WrongMarket)]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    #[account(mut, has_one = market @ BackstopError::WrongMarket)]
    pub expiry: AccountLoader<'info, Expiry>,
    #[account(mut, has_one = expiry @ BackstopError::WrongExpiry)]
    pub series: Box<Account<'info, Series>>,
    #[account(mut, has_one = series @ BackstopError::WrongSeries)]
    pub exercises: AccountLoader<'info, Exercises>,
    #[account(mut, seeds = [pda::ESCROW, expiry.key().as_ref()], bump)]
    pub escrow: Box<InterfaceAccount<'info, TokenAccount>>,
    #[account(
        mut, seeds = [pda::COLLATERAL, market.key().as_ref(), market.quote_mint.as_ref()],
        bump = quote.bump, has_one = vault @ BackstopError::WrongVault,
    )]
    pub quote: Box<Account<'info, Collateral>>,
    #[account(mut)]
    pub vault: Box<InterfaceAccount<'info, TokenAccount>>,
    pub token_program: Interface<'info, TokenInterface>,
}

impl Synchronise<'_> {
    /// The short bears what waits for it: fewer contracts, their payoff out of its owner's cash, the rest a debt. Gives
    /// the contracts assigned as well; `None` if nothing waits.
    ///
    /// The account stays the portfolio a bidder has seen: a short that shrinks for its payoff moves no price he has not
    /// named, and nobody should put him off by exercising.
    #[inline(never)]
    fn bear(&mut self, now: i64) -> Result<Option<(u64, Settled)>> {
        let mut account = self.margin_account.load_mut()?;
        let mut expiry = self.expiry.load_mut()?;
        let series = &mut self.series;
        let at = account.leg_index(series.expires_at, series.strike_price, series.kind);
        let leg = at.and_then(|at| account.legs.get_mut(at));
        let leg = leg.filter(|leg| leg.bears_exercises());
        let waiting = |leg: &LegSlot| series.exercise_number.wrapping_sub(leg.borne);
        let waits = leg.map(|leg| (waiting(leg), leg));
        let Some((waiting, leg)) = waits.filter(|(waiting, _)| *waiting > 0) else {
            return Ok(None);
        };
        let size = leg.quantity_contracts.unsigned_abs();
        let mut exercises = self.exercises.load_mut()?;
        let outcome = exercises.bear(size, waiting)?;
        let assigned = outcome.sum.assigned;
        leg.quantity_contracts = leg
            .quantity_contracts
            .checked_add_unsigned(assigned)
            .ok_or(BackstopError::AmountOverflow)?;
        leg.borne = series.exercise_number;
        let index = usize::from(leg.expiry_index);
        series.short_contracts = apply::take(series.short_contracts, assigned)?;
        series.unassigned_contracts = apply::take(series.unassigned_contracts, assigned)?;
        if series.folded {
            expiry.unsettled_contracts = apply::take(expiry.unsettled_contracts, assigned)?;
            expiry.last_settle_at = now;
        }
        let mut settled = Settled::default();
        let mut payer = Payer {
            account: &mut account,
            index,
        };
        payer.charge(&mut expiry, outcome.sum.cost.get(), &mut settled)?;
        exercises.collect(&outcome, settled.paid_atoms);
        settle::close_books(&mut account, &mut self.quote, settled.paid_atoms, 0)?;
        account.tidy()?;
        expiry.invariant()?;
        Ok(Some((assigned, settled)))
    }
}

pub fn synchronise(ctx: Context<Synchronise>) -> Result<()> {
    let accounts = &mut *ctx.accounts;
    let Some((assigned, settled)) = accounts.bear(Clock::get()?.unix_timestamp)? else {
        return Ok(());
    };
    let signer = MarketSigner::of(&accounts.market);
    tokens::pay(
        &accounts.token_program,
        &mut accounts.vault,
        &mut accounts.escrow,
        accounts.market.to_account_info(),
        &signer.seeds(),
        settled.paid_atoms,
    )?;
    tokens::verify(&accounts.vault, accounts.quote.claims_atoms)?;
    tokens::verify(&accounts.escrow, accounts.expiry.load()?.books_atoms())?;
    let event = ExercisesBorne {
        series: accounts.series.key(),
        margin_account: accounts.margin_account.key(),
        assigned_contracts: assigned,
        paid_atoms: settled.paid_atoms,
        debt_atoms: settled.debt_atoms,
    };
    emit_cpi!(event);
    Ok(())
}
