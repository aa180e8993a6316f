use anchor_lang::prelude::*;
use anchor_spl::token_interface::{TokenAccount, TokenInterface};
use backstop_interface::accounts::{ExerciseRequest, Exercises, Expiry};
use backstop_interface::event::RightPaid;
use backstop_interface::{pda, BackstopError};

use crate::apply;
use crate::tokens::{self, ExpirySigner};

#[event_cpi]
#[derive(Accounts)]
pub struct PayExercise<'info> {
    #[account(mut)]
    pub expiry: AccountLoader<'info, Expiry>,
    #[account(mut, constraint = exercises.load()?.series == request.series @ BackstopError::WrongSeries)]
    pub exercises: AccountLoader<'info, Exercises>,
    #[account(
        mut, has_one = expiry @ BackstopError::WrongExpiry, has_one = owner @ BackstopError::NotOwner,
    )]
    pub request: Box<Account<'info, ExerciseRequest>>,
    /// CHECK: the key the right names; rent goes there once it is paid.
    #[account(mut)]
    pub owner: UncheckedAccount<'info>,
    #[account(mut, seeds = [pda::ESCROW, expiry.key().as_ref()], bump)]
    pub escrow: Box<InterfaceAccount<'info, TokenAccount>>,
    /// Quote account of that key; without it the right is only told what was collected for it, so that nobody whose
    /// account takes nothing keeps others from exercising.
    #[account(mut)]
    pub destination: Option<Box<InterfaceAccount<'info, TokenAccount>>>,
    pub token_program: Interface<'info, TokenInterface>,
}

impl PayExercise<'_> {
    fn check(&self, now: i64) -> Result<()> {
        require!(self.request.exercised, BackstopError::ExerciseDecided);
        let open = now < self.expiry.load()?.expires_at;
        require!(open, BackstopError::ExpiryClosed);
        if let Some(destination) = &self.destination {
            let owner = self.owner.key();
            require_keys_eq!(destination.owner, owner, BackstopError::NotOwner);
        }
        Ok(())
    }

    /// Tells the right and takes what may be paid out of the books; gives it, in quote atoms.
    #[inline(never)]
    fn apply(&mut self) -> Result<u64> {
        let request = &mut self.request;
        let mut news = false;
        if !request.is_final {
            let told = self.exercises.load_mut()?.tell(request.number);
            let (collected, is_final) = told.ok_or(BackstopError::InvariantBroken)?;
            news = is_final || collected > request.collected_atoms;
            request.collected_atoms = collected;
            request.is_final = is_final;
        }
        let paid = match &self.destination {
            Some(_) => request.payable_atoms(),
            None => 0,
        };
        require!(news || paid > 0, BackstopError::NothingToPay);
        let mut expiry = self.expiry.load_mut()?;
        request.paid_atoms = apply::add(request.paid_atoms, paid)?;
        expiry.rights_atoms = apply::take(expiry.rights_atoms, paid)?;
        expiry.escrow_atoms = apply::take(expiry.escrow_atoms, paid)?;
        expiry.invariant()?;
        Ok(paid)
    }
}

pub fn pay_exercise(ctx: Context<PayExercise>) -> Result<()> {
    ctx.accounts.check(Clock::get()?.unix_timestamp)?;
    let accounts = &mut *ctx.accounts;
    let paid = accounts.apply()?;
    if let Some(destination) = &mut accounts.destination {
        let signer = ExpirySigner::of(&*accounts.expiry.load()?);
        tokens::pay(
            &accounts.token_program,
            &mut accounts.escrow,
            destination,
            accounts.expiry.to_account_info(),
            &signer.seeds(),
            paid,
        )?;
    }
    tokens::verify(&accounts.escrow, accounts.expiry.load()?.books_atoms())?;
    let left = accounts.request.left_atoms();
    let event = RightPaid {
        request: accounts.request.key(),
        expiry: accounts.expiry.key(),
        paid_atoms: paid,
        claim_atoms: 0,
        left_atoms: left,
    };
    if left == 0 && accounts.request.is_final {
        accounts.request.close(accounts.owner.to_account_info())?;
    }
    emit_cpi!(event);
    Ok(())
}
