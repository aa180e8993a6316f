use anchor_lang::prelude::*;
use anchor_spl::token_2022::Token2022;
use anchor_spl::token_interface::{Mint, TokenAccount};
use backstop_interface::accounts::{
    ExerciseRequest, Exercises, Market, Series, EXERCISE_DEPOSIT_LAMPORTS, LAYOUT_VERSION,
};
use backstop_interface::event::ExerciseRequested;
use backstop_interface::{ensure, pda, BackstopError};

use crate::{apply, lamports, option_tokens, trade};

/// An exercise somebody asks for at a price nobody knows yet.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug)]
pub struct RequestExerciseArgs {
    /// Number chosen by the holder; part of the request's address.
    pub nonce: u64,
    /// Contracts, in millionths.
    pub contracts: u64,
    /// Least payoff accepted, quote per contract scaled 1e9.
    pub least_payoff_price: u64,
}

#[event_cpi]
#[derive(Accounts)]
#[instruction(args: RequestExerciseArgs)]
pub struct RequestExercise<'info> {
    #[account(mut)]
    pub holder: Signer<'info>,
    pub market: Box<Account<'info, Market>>,
    #[account(mut, has_one = market @ BackstopError::WrongMarket)]
    pub series: Box<Account<'info, Series>>,
    #[account(mut, has_one = series @ BackstopError::WrongSeries)]
    pub exercises: AccountLoader<'info, Exercises>,
    #[account(mut, address = series.mint @ BackstopError::WrongMint)]
    pub option_mint: Box<InterfaceAccount<'info, Mint>>,
    /// Option tokens to burn; the holder may burn from it.
    #[account(mut)]
    pub tokens: Box<InterfaceAccount<'info, TokenAccount>>,
    #[account(
        init, payer = holder, space = 8 + ExerciseRequest::INIT_SPACE,
        seeds = [pda::EXERCISE_REQUEST, series.key().as_ref(), holder.key().as_ref(), &args.nonce.to_le_bytes()], bump,
    )]
    pub request: Box<Account<'info, ExerciseRequest>>,
    pub token_2022_program: Program<'info, Token2022>,
    pub system_program: Program<'info, System>,
}

impl RequestExercise<'_> {
    fn check(&self, args: &RequestExerciseArgs, now: i64) -> Result<()> {
        trade::check_open(&self.series, now)?;
        trade::check_lots(&self.market, args.contracts)?;
        ensure(
            args.least_payoff_price > 0,
            BackstopError::LeastPayoffIsZero,
        )?;
        let (mint, held) = (self.option_mint.key(), &self.tokens);
        ensure(held.mint == mint, BackstopError::WrongMint)?;
        ensure(held.amount >= args.contracts, BackstopError::BalanceTooLow)
    }
}

/// Nobody takes it back: who could would exercise only when the price came out well.
pub fn request_exercise(ctx: Context<RequestExercise>, args: RequestExerciseArgs) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    ctx.accounts.check(&args, now)?;
    let accounts = &mut *ctx.accounts;
    accounts.exercises.load_mut()?.ask()?;
    accounts.request.set_inner(ExerciseRequest {
        version: LAYOUT_VERSION,
        bump: ctx.bumps.request,
        exercised: false,
        is_final: false,
        series: accounts.series.key(),
        expiry: accounts.series.expiry,
        owner: accounts.holder.key(),
        nonce: args.nonce,
        contracts: args.contracts,
        least_payoff_price: args.least_payoff_price,
        requested_at: now,
        number: 0,
        right_atoms: 0,
        collected_atoms: 0,
        paid_atoms: 0,
        late_since: 0,
        reserved: [0; 24],
    });
    let series = &mut accounts.series;
    series.token_contracts = apply::take(series.token_contracts, args.contracts)?;
    series.requested_contracts = apply::add(series.requested_contracts, args.contracts)?;
    option_tokens::burn(
        &accounts.token_2022_program,
        &accounts.option_mint,
        &accounts.tokens,
        &accounts.holder,
        args.contracts,
    )?;
    lamports::send(
        &accounts.system_program,
        accounts.holder.to_account_info(),
        accounts.request.to_account_info(),
        EXERCISE_DEPOSIT_LAMPORTS,
    )?;
    let event = ExerciseRequested {
        request: accounts.request.key(),
        series: accounts.series.key(),
        owner: accounts.holder.key(),
        contracts: args.contracts,
        least_payoff_price: args.least_payoff_price,
    };
    emit_cpi!(event);
    Ok(())
}
