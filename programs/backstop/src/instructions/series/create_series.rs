use anchor_lang::prelude::*;
use anchor_spl::token_2022::Token2022;
use backstop_interface::accounts::{
    Exercises, Expiry, FeedClock, Market, OptionKind, Series, LAYOUT_VERSION, MAX_SERIES,
};
use backstop_interface::action::Action;
use backstop_interface::naming::option_name;
use backstop_interface::{ensure, pda, BackstopError};

use crate::lamports;
use crate::option_tokens::{self, NewMint};
use crate::oracle;

#[derive(Accounts)]
#[instruction(strike_price: u64, kind: OptionKind)]
pub struct CreateSeries<'info> {
    #[account(mut)]
    pub payer: Signer<'info>,
    pub market: Box<Account<'info, Market>>,
    #[account(seeds = [pda::FEED_CLOCK, &market.feed_id], bump = clock.bump)]
    pub clock: Box<Account<'info, FeedClock>>,
    /// CHECK: owner, layout and feed are checked by `oracle`, the only reader of price accounts.
    pub price: UncheckedAccount<'info>,
    #[account(mut, has_one = market @ BackstopError::WrongMarket)]
    pub expiry: AccountLoader<'info, Expiry>,
    #[account(
        init, payer = payer, space = 8 + Series::INIT_SPACE,
        seeds = [pda::SERIES, expiry.key().as_ref(), &strike_price.to_le_bytes(), &[kind.byte()]], bump,
    )]
    pub series: Box<Account<'info, Series>>,
    /// CHECK: its address is derived; `option_tokens` creates it, or takes the one an earlier series left there.
    #[account(mut, seeds = [pda::OPTION_MINT, series.key().as_ref()], bump)]
    pub option_mint: UncheckedAccount<'info>,
    /// An American series keeps its exercises there; another one has none.
    #[account(
        init, payer = payer, space = 8 + core::mem::size_of::<Exercises>(),
        seeds = [pda::EXERCISES, series.key().as_ref()], bump,
    )]
    pub exercises: Option<AccountLoader<'info, Exercises>>,
    pub token_2022_program: Program<'info, Token2022>,
    pub system_program: Program<'info, System>,
}

impl CreateSeries<'_> {
    /// Strike on the tick grid and between a fifth and five times a price of now.
    fn check(&self, strike_price: u64, kind: OptionKind, now: i64) -> Result<()> {
        let american = kind.is_american();
        ensure(
            !american || self.market.early_exercise,
            BackstopError::NotAmerican,
        )?;
        ensure(
            american == self.exercises.is_some(),
            BackstopError::ExercisesMissing,
        )?;
        let (price, market) = (&self.price, &self.market);
        let spot = oracle::usable(price, market, &self.clock, (Action::List, 0), now)?.price;
        let expiry = self.expiry.load()?;
        let tick = self.market.params.strike_tick_price;
        let near = strike_price.saturating_mul(5) >= spot && strike_price <= spot.saturating_mul(5);
        ensure(
            near && strike_price > 0 && strike_price.is_multiple_of(tick),
            BackstopError::StrikeNotAllowed,
        )?;
        ensure(now < expiry.expires_at, BackstopError::ExpiryClosed)?;
        ensure(
            expiry.series_count < MAX_SERIES,
            BackstopError::TooManySeries,
        )?;
        Ok(())
    }

    /// The option mint, named after the series; the payer brings its rent.
    fn create_mint(&self, bump: u8) -> Result<()> {
        let series = &self.series;
        let new = NewMint {
            payer: self.payer.to_account_info(),
            mint: self.option_mint.to_account_info(),
            series: series.to_account_info(),
            program: &self.token_2022_program,
            system: &self.system_program,
        };
        let name = option_name(
            &self.market.symbol,
            series.expires_at,
            series.strike_price,
            series.kind,
        );
        option_tokens::create(&new, series, bump, name)
    }
}

pub fn create_series(
    ctx: Context<CreateSeries>,
    strike_price: u64,
    kind: OptionKind,
) -> Result<()> {
    ctx.accounts
        .check(strike_price, kind, Clock::get()?.unix_timestamp)?;
    let accounts = ctx.accounts;
    let mut expiry = accounts.expiry.load_mut()?;
    expiry.series_count = expiry
        .series_count
        .checked_add(1)
        .ok_or(BackstopError::TooManySeries)?;
    let place = match kind.is_american() {
        true => expiry.take_place().ok_or(BackstopError::TooManySeries)?,
        false => 0,
    };
    if let (Some(exercises), Some(bump)) = (&accounts.exercises, ctx.bumps.exercises) {
        let mut exercises = exercises.load_init()?;
        exercises.version = LAYOUT_VERSION;
        exercises.bump = bump;
        exercises.series = accounts.series.key();
    }
    accounts.series.set_inner(Series {
        version: LAYOUT_VERSION,
        bump: ctx.bumps.series,
        kind,
        folded: false,
        market: accounts.market.key(),
        expiry: accounts.expiry.key(),
        expires_at: expiry.expires_at,
        strike_price,
        mint: accounts.option_mint.key(),
        token_contracts: 0,
        ledger_long_contracts: 0,
        short_contracts: 0,
        creator: accounts.payer.key(),
        requested_contracts: 0,
        unassigned_contracts: 0,
        place,
        // A place that is taken again goes on counting.
        exercise_number: match kind.is_american() {
            true => expiry.exercise_number(place),
            false => 0,
        },
        counted_atoms: 0,
        // Not in the round under way: it is counted before an estimate is made.
        counted_round: expiry.round.wrapping_sub(1),
        reserved: [0; 29],
    });
    expiry.invariant()?;
    drop(expiry);
    lamports::send(
        &accounts.system_program,
        accounts.payer.to_account_info(),
        accounts.series.to_account_info(),
        accounts.market.params.series_deposit_lamports,
    )?;
    accounts.create_mint(ctx.bumps.option_mint)
}
