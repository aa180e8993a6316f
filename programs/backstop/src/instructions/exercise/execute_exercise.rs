use anchor_lang::prelude::*;
use anchor_spl::token_2022::Token2022;
use anchor_spl::token_interface::{Mint, TokenAccount};
use backstop_interface::accounts::{
    exercise_wait, ExerciseRequest, Exercises, Expiry, FeedClock, Market, Series,
    EXERCISE_DEPOSIT_LAMPORTS,
};
use backstop_interface::action::Action;
use backstop_interface::event::ExerciseDecided;
use backstop_interface::{ensure, pda, BackstopError};
use backstop_quantities::Price;
use backstop_risk::settlement::payoff;

use crate::{apply, option_tokens, oracle, settle, tokens};

#[event_cpi]
#[derive(Accounts)]
pub struct ExecuteExercise<'info> {
    /// Anyone; the request's deposit pays for the work.
    #[account(mut)]
    pub executor: Signer<'info>,
    pub market: Box<Account<'info, Market>>,
    #[account(seeds = [pda::FEED_CLOCK, &market.feed_id], bump = clock.bump)]
    pub clock: Box<Account<'info, FeedClock>>,
    /// CHECK: the update that decides; owner, layout and feed are checked by `oracle`. Not read once time is over.
    pub update: UncheckedAccount<'info>,
    /// CHECK: a price of now, for a request executed late; owner, layout and feed are checked by `oracle`.
    pub price: Option<UncheckedAccount<'info>>,
    #[account(mut, has_one = market @ BackstopError::WrongMarket)]
    pub expiry: AccountLoader<'info, Expiry>,
    #[account(mut, has_one = expiry @ BackstopError::WrongExpiry)]
    pub series: Box<Account<'info, Series>>,
    #[account(mut, has_one = series @ BackstopError::WrongSeries)]
    pub exercises: AccountLoader<'info, Exercises>,
    #[account(
        mut, has_one = series @ BackstopError::WrongSeries, has_one = owner @ BackstopError::NotOwner,
    )]
    pub request: Box<Account<'info, ExerciseRequest>>,
    /// CHECK: the key the request names; the rent of a request that is void goes there.
    #[account(mut)]
    pub owner: UncheckedAccount<'info>,
    #[account(mut, address = series.mint @ BackstopError::WrongMint)]
    pub option_mint: Box<InterfaceAccount<'info, Mint>>,
    /// Option tokens of that key; they come here if the request is void.
    #[account(mut)]
    pub destination: Box<InterfaceAccount<'info, TokenAccount>>,
    pub token_2022_program: Program<'info, Token2022>,
}

impl ExecuteExercise<'_> {
    /// Payoff at the update that decides; `None` if the request is void: nobody decided it in time, the update came too
    /// late or pays less than is accepted.
    fn decided(&self, now: i64) -> Result<Option<Price>> {
        let (request, series) = (&self.request, &self.series);
        ensure(!request.exercised, BackstopError::ExerciseDecided)?;
        if request.is_over(now) {
            return Ok(None);
        }
        Action::Execute.check_level(&self.market)?;
        let update = oracle::genuine(&self.update, &self.market, now)?;
        let in_time = request
            .first_update(&update)
            .ok_or(BackstopError::NotDecidingUpdate)?;
        if !in_time {
            return Ok(None);
        }
        Action::Execute.check_price(&update, &self.clock, now)?;
        let strike = Price::new(series.strike_price);
        let at = |price| payoff(series.kind.into(), strike, price);
        let mut pays = at(update.price());
        if request.is_late(now) {
            pays = pays.min(at(self.present(now)?));
        }
        if pays.get() < request.least_payoff_price {
            return Ok(None);
        }
        ensure(exercise_wait(now) == 0, BackstopError::NotExerciseTime)?;
        Ok(Some(pays))
    }

    /// A price of now, as for a trade: or whoever executes late would choose with hindsight.
    fn present(&self, now: i64) -> Result<Price> {
        let price = self.price.as_ref();
        let price = price.ok_or(BackstopError::LatePriceMissing)?;
        let update = oracle::genuine(price, &self.market, now)?;
        Action::AddRisk.check_price(&update, &self.clock, now)?;
        Ok(update.price())
    }

    /// From here on every short of now owes its share, and the request is a right. Gives what it pays, quote atoms.
    #[inline(never)]
    fn exercise(&mut self, pays: Price) -> Result<u64> {
        let (request, series) = (&mut self.request, &mut self.series);
        let mut expiry = self.expiry.load_mut()?;
        ensure(!expiry.exercise_waits(), BackstopError::ExerciseWaits)?;
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
        Ok(request.right_atoms)
    }

    /// The tokens are back, the request is gone; its rent to its owner.
    #[inline(never)]
    fn void(&mut self) -> Result<()> {
        let (held, owner) = (&self.destination, self.owner.key());
        ensure(
            held.mint == self.option_mint.key(),
            BackstopError::WrongMint,
        )?;
        ensure(held.owner == owner, BackstopError::NotOwner)?;
        tokens::check_payee(held, &self.owner)?;
        let (series, contracts) = (&mut self.series, self.request.contracts);
        series.requested_contracts = apply::take(series.requested_contracts, contracts)?;
        series.token_contracts = apply::add(series.token_contracts, contracts)?;
        option_tokens::mint(
            &self.token_2022_program,
            &self.option_mint,
            &self.destination,
            &self.series,
            contracts,
        )?;
        self.request.close(self.owner.to_account_info())
    }
}

pub fn execute_exercise(ctx: Context<ExecuteExercise>) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let accounts = &mut *ctx.accounts;
    let decided = accounts.decided(now)?;
    accounts.exercises.load_mut()?.decide();
    let right_atoms = match decided {
        Some(pays) => accounts.exercise(pays)?,
        None => 0,
    };
    let event = ExerciseDecided {
        request: accounts.request.key(),
        series: accounts.series.key(),
        contracts: accounts.request.contracts,
        payoff_price: decided.map_or(0, |pays| pays.get()),
        right_atoms,
    };
    let request = accounts.request.to_account_info();
    request.sub_lamports(EXERCISE_DEPOSIT_LAMPORTS)?;
    accounts.executor.add_lamports(EXERCISE_DEPOSIT_LAMPORTS)?;
    if decided.is_none() {
        accounts.void()?;
    }
    emit_cpi!(event);
    Ok(())
}
