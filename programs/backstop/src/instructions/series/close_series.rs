use anchor_lang::prelude::*;
use anchor_spl::token_interface::Mint;
use backstop_interface::accounts::{Exercises, Expiry, ExpiryState, Series};
use backstop_interface::{ensure, BackstopError};

#[derive(Accounts)]
pub struct CloseSeries<'info> {
    pub closer: Signer<'info>,
    #[account(mut)]
    pub expiry: AccountLoader<'info, Expiry>,
    #[account(
        mut, close = creator, has_one = expiry @ BackstopError::WrongExpiry,
        has_one = creator @ BackstopError::WrongCreator,
    )]
    pub series: Box<Account<'info, Series>>,
    #[account(address = series.mint @ BackstopError::WrongMint)]
    pub option_mint: Box<InterfaceAccount<'info, Mint>>,
    /// Those of an American series; another one has none.
    #[account(mut, close = creator, has_one = series @ BackstopError::WrongSeries)]
    pub exercises: Option<AccountLoader<'info, Exercises>>,
    /// CHECK: the key the series names; it gets the lamports.
    #[account(mut)]
    pub creator: UncheckedAccount<'info>,
}

impl CloseSeries<'_> {
    /// Unused: its creator, and anyone once nobody can trade in it any more. Used: anyone, when it is finalised, no
    /// token exists and everybody in the expiry is settled; tokens burned outside the program are owed nothing.
    fn check(&self, now: i64) -> Result<()> {
        let expiry = self.expiry.load()?;
        ensure(
            self.series.kind.is_american() == self.exercises.is_some(),
            BackstopError::ExercisesMissing,
        )?;
        let left = match expiry.state() {
            ExpiryState::Open => {
                let own = self.closer.key() == self.creator.key();
                let over = now >= expiry.expires_at;
                ensure(own || over, BackstopError::WrongCreator)?;
                // A right that was not told what was collected for it asks the exercises.
                let exercises = self.exercises.as_ref();
                let waits = exercises.is_some_and(|one| one.load().is_ok_and(|one| one.count > 0));
                waits || !self.series.is_unused()
            }
            ExpiryState::Finalised => {
                let asked = self.series.requested_contracts > 0;
                asked || self.option_mint.supply > 0 || !expiry.is_settled()
            }
            _ => return err!(BackstopError::WrongExpiryState),
        };
        ensure(!left, BackstopError::SeriesInUse)?;
        Ok(())
    }
}

/// The mint stays: without an authority to close mints no wallet has to ask what becomes of its tokens.
pub fn close_series(ctx: Context<CloseSeries>) -> Result<()> {
    ctx.accounts.check(Clock::get()?.unix_timestamp)?;
    let mut expiry = ctx.accounts.expiry.load_mut()?;
    expiry.series_count = expiry.series_count.saturating_sub(1);
    expiry.uncount_series(&ctx.accounts.series);
    if ctx.accounts.series.kind.is_american() {
        expiry.free_place(ctx.accounts.series.place);
    }
    if ctx.accounts.series.folded {
        expiry.folded_count = expiry.folded_count.saturating_sub(1);
    }
    expiry.invariant()
}
