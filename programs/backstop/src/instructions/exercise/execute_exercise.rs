use anchor_lang::prelude::*;
use backstop_interface::accounts::{
    Exercises, Expiry, FeedClock, Market, EXERCISE_DEPOSIT_LAMPORTS,
};
use backstop_interface::action::Action;
use backstop_interface::{pda, BackstopError};
use backstop_quantities::Price;
use backstop_risk::settlement::payoff;

use super::void_exercise::{
    __client_accounts_return, __cpi_client_accounts_return, Return, ReturnBumps,
};
use crate::{apply, oracle, settle};

#[event_cpi]
#[derive(Accounts)]
pub struct ExecuteExercise<'info> {
    /// Anyone; the request's deposit pays for the work.
    #[account(mut)]
    pub executor: Signer<'info>,
    pub market: Box<Account<'info, Market>>,
    #[account(seeds = [pda::FEED_CLOCK, &market.feed_id], bump = clock.bump)]
    pub clock: Box<Account<'info, FeedClock>>,
    /// CHECK: the update that decides; owner, layout and feed are checked by `oracle`.
    pub update: UncheckedAccount<'info>,
    #[account(mut, has_one = market @ BackstopError::WrongMarket)]
    pub expiry: AccountLoader<'info, Expiry>,
    #[account(mut, constraint = exercises.load()?.series == back.series.key() @ BackstopError::WrongSeries)]
    pub exercises: AccountLoader<'info, Exercises>,
    pub back: Return<'info>,
}

impl ExecuteExercise<'_> {
    fn check(&self, now: i64) -> Result<()> {
        let (request, series) = (&self.back.request, &self.back.series);
        require_keys_eq!(series.expiry, self.expiry.key(), BackstopError::WrongExpiry);
        require!(!request.exercised, BackstopError::ExerciseDecided);
        require!(
            now < request.over_at(series.expires_at),
            BackstopError::ExerciseOver
        );
        Action::Execute.check_level(&self.market)
    }

    /// Payoff at the update that decides; `None` if it came too late or lies below what is accepted.
    fn decided(&self, now: i64) -> Result<Option<Price>> {
        let (request, series) = (&self.back.request, &self.back.series);
        let update = oracle::genuine(&self.update, &self.market, now)?;
        let in_time = request
            .first_update(&update)
            .ok_or(BackstopError::NotDecidingUpdate)?;
        if !in_time {
            return Ok(None);
        }
        Action::Execute.check_price(&update, &self.clock, now)?;
        let strike = Price::new(series.strike_price);
        let pays = payoff(series.kind.into(), strike, update.price());
        Ok((pays.get() >= request.least_payoff_price).then_some(pays))
    }

    /// From here on every short of now owes its share, and the request is a right. Gives what it pays, quote atoms.
    #[inline(never)]
    fn exercise(&mut self, pays: Price) -> Result<u64> {
        let (request, series) = (&mut self.back.request, &mut self.back.series);
        let mut expiry = self.expiry.load_mut()?;
        let holders = series
            .holder_contracts()
            .ok_or(BackstopError::AmountOverflow)?;
        let contracts = request.contracts;
        let shorts = (holders, series.short_contracts);
        request.number = self
            .exercises
            .load_mut()?
            .push(contracts, shorts, pays.get())?;
        request.exercised = true;
        request.right_atoms = settle::atoms_floor(contracts, pays)?;
        expiry.rights_atoms = apply::add(expiry.rights_atoms, request.right_atoms)?;
        series.requested_contracts = apply::take(series.requested_contracts, contracts)?;
        series.unassigned_contracts = apply::add(series.unassigned_contracts, contracts)?;
        series.exercise_number = expiry.count_exercise(series.place);
        expiry.invariant()?;
        Ok(request.right_atoms)
    }
}

pub fn execute_exercise(ctx: Context<ExecuteExercise>) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    ctx.accounts.check(now)?;
    let accounts = &mut *ctx.accounts;
    let decided = accounts.decided(now)?;
    let right = match decided {
        Some(pays) => accounts.exercise(pays)?,
        None => 0,
    };
    let event = accounts
        .back
        .decided(decided.map_or(0, |pays| pays.get()), right);
    let request = accounts.back.request.to_account_info();
    request.sub_lamports(EXERCISE_DEPOSIT_LAMPORTS)?;
    accounts.executor.add_lamports(EXERCISE_DEPOSIT_LAMPORTS)?;
    if decided.is_none() {
        accounts.back.void()?;
    }
    emit_cpi!(event);
    Ok(())
}
