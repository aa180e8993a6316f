use anchor_lang::prelude::*;
use anchor_spl::token_interface::{Mint, TokenAccount, TokenInterface};
use backstop_interface::accounts::{ExerciseRequest, Exercises, Expiry, ExpiryState};
use backstop_interface::event::RightPaid;
use backstop_interface::{ensure, pda, BackstopError};
use backstop_quantities::{Atoms, Ppb};
use backstop_risk::waterfall::{redeem, Redemption};

use crate::apply;
use crate::tokens::{self, Payout};

#[event_cpi]
#[derive(Accounts)]
pub struct PayExercise<'info> {
    #[account(mut)]
    pub expiry: AccountLoader<'info, Expiry>,
    /// Those of its series; needed before the expiry, gone some time after it.
    #[account(mut, constraint = exercises.load()?.series == request.series @ BackstopError::WrongSeries)]
    pub exercises: Option<AccountLoader<'info, Exercises>>,
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
    #[account(mut, seeds = [pda::CLAIM_MINT, expiry.key().as_ref()], bump)]
    pub claim_mint: Box<InterfaceAccount<'info, Mint>>,
    /// Claim tokens of that key; needed only if the expiry has a haircut.
    #[account(mut)]
    pub claim_account: Option<Box<InterfaceAccount<'info, TokenAccount>>>,
    pub token_program: Interface<'info, TokenInterface>,
}

impl PayExercise<'_> {
    fn check(&self) -> Result<()> {
        ensure(self.request.exercised, BackstopError::ExerciseDecided)?;
        let owner = self.owner.key();
        for wallet in [&self.destination, &self.claim_account]
            .into_iter()
            .flatten()
        {
            ensure(wallet.owner == owner, BackstopError::NotOwner)?;
            tokens::check_payee(wallet, &self.owner)?;
        }
        Ok(())
    }

    /// Tells the right what was collected for it; gives what may be paid of it, and whether it is news.
    #[inline(never)]
    fn tell(&mut self) -> Result<(u64, bool)> {
        let request = &mut self.request;
        let mut news = false;
        if !request.is_final {
            let exercises = self.exercises.as_ref();
            let exercises = exercises.ok_or(BackstopError::ExercisesMissing)?;
            let told = exercises.load_mut()?.tell(request.number);
            let (collected, is_final) = told.ok_or(BackstopError::InvariantBroken)?;
            news = is_final || collected > request.collected_atoms;
            (request.collected_atoms, request.is_final) = (collected, is_final);
            if is_final {
                let mut expiry = self.expiry.load_mut()?;
                request.late_since = expiry.late_index;
                let late = expiry.late().joined(request.lacking_atoms());
                expiry.set_late(&late);
            }
        }
        Ok((request.payable_atoms(&self.expiry.load()?.late()), news))
    }

    /// What is paid now out of the books: before the expiry what was collected, from Finalised on the rest less the
    /// haircut.
    #[inline(never)]
    fn apply(&mut self, now: i64) -> Result<Redemption> {
        let open = now < self.expiry.load()?.expires_at;
        let (due, news) = match open {
            true => self.tell()?,
            false => (self.request.left_atoms(), false),
        };
        let paid = match &self.destination {
            Some(_) => due,
            None => 0,
        };
        let mut expiry = self.expiry.load_mut()?;
        let finalised = expiry.state() == ExpiryState::Finalised;
        ensure(open || finalised, BackstopError::NotFinalised)?;
        let request = &mut self.request;
        request.is_final |= finalised;
        let ends = finalised && request.left_atoms() == paid;
        ensure(news || paid > 0 || ends, BackstopError::NothingToPay)?;
        request.paid_atoms = apply::add(request.paid_atoms, paid)?;
        expiry.rights_atoms = apply::take(expiry.rights_atoms, paid)?;
        let outcome = redeem(Atoms::new(paid), Ppb::new(expiry.haircut_ppb));
        if finalised {
            expiry.owed_atoms = expiry.owed_atoms.saturating_sub(paid);
        } else {
            expiry.exercised_atoms = apply::add(expiry.exercised_atoms, paid)?;
            if request.is_final && request.left_atoms() == 0 {
                let late = expiry.late().left(request.lacking_atoms());
                expiry.set_late(&late);
            }
        }
        expiry.escrow_atoms = apply::take(expiry.escrow_atoms, outcome.paid.get())?;
        expiry.claims_atoms = apply::add(expiry.claims_atoms, outcome.claim.get())?;
        Ok(outcome)
    }
}

pub fn pay_exercise(ctx: Context<PayExercise>) -> Result<()> {
    ctx.accounts.check()?;
    let accounts = &mut *ctx.accounts;
    let outcome = accounts.apply(Clock::get()?.unix_timestamp)?;
    if let Some(destination) = &mut accounts.destination {
        let payout = Payout {
            expiry: &accounts.expiry,
            escrow: &mut accounts.escrow,
            destination,
            claim_mint: &accounts.claim_mint,
            claim_account: accounts.claim_account.as_deref(),
            program: &accounts.token_program,
        };
        payout.pay(&outcome)?;
    }
    let left_atoms = accounts.request.left_atoms();
    let event = RightPaid {
        request: accounts.request.key(),
        expiry: accounts.expiry.key(),
        paid_atoms: outcome.paid.get(),
        claim_atoms: outcome.claim.get(),
        left_atoms,
    };
    if left_atoms == 0 && accounts.request.is_final {
        accounts.request.close(accounts.owner.to_account_info())?;
    }
    emit_cpi!(event);
    Ok(())
}
