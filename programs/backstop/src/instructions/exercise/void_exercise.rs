use anchor_lang::prelude::*;
use anchor_spl::token_2022::Token2022;
use anchor_spl::token_interface::{Mint, TokenAccount};
use backstop_interface::accounts::{ExerciseRequest, Series};
use backstop_interface::event::ExerciseDecided;
use backstop_interface::BackstopError;

use crate::{apply, option_tokens};

/// The accounts through which a request that is void gives the tokens back.
#[derive(Accounts)]
pub struct Return<'info> {
    #[account(mut)]
    pub series: Box<Account<'info, Series>>,
    #[account(
        mut, has_one = series @ BackstopError::WrongSeries, has_one = owner @ BackstopError::NotOwner,
    )]
    pub request: Box<Account<'info, ExerciseRequest>>,
    /// CHECK: the key the request names; rent goes there.
    #[account(mut)]
    pub owner: UncheckedAccount<'info>,
    #[account(mut, address = series.mint @ BackstopError::WrongMint)]
    pub option_mint: Box<InterfaceAccount<'info, Mint>>,
    /// Option tokens of that key; they come here if the request is void.
    #[account(mut)]
    pub destination: Box<InterfaceAccount<'info, TokenAccount>>,
    pub token_2022_program: Program<'info, Token2022>,
}

impl Return<'_> {
    /// The tokens are back, the request is gone; what is left of its lamports to its owner.
    #[inline(never)]
    pub fn void(&mut self) -> Result<()> {
        let (held, owner) = (&self.destination, self.owner.key());
        require_keys_eq!(held.mint, self.option_mint.key(), BackstopError::WrongMint);
        require_keys_eq!(held.owner, owner, BackstopError::NotOwner);
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

    /// What is told about it.
    pub fn decided(&self, payoff_price: u64, right_atoms: u64) -> ExerciseDecided {
        ExerciseDecided {
            request: self.request.key(),
            series: self.series.key(),
            contracts: self.request.contracts,
            payoff_price,
            right_atoms,
        }
    }
}

#[event_cpi]
#[derive(Accounts)]
pub struct VoidExercise<'info> {
    pub back: Return<'info>,
}

/// Nobody decided it in time.
pub fn void_exercise(ctx: Context<VoidExercise>) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let back = &mut ctx.accounts.back;
    require!(!back.request.exercised, BackstopError::ExerciseDecided);
    let over_at = back.request.over_at(back.series.expires_at);
    require!(now >= over_at, BackstopError::ExerciseStands);
    let event = back.decided(0, 0);
    back.void()?;
    emit_cpi!(event);
    Ok(())
}
