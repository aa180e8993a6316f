use anchor_lang::prelude::*;
use anchor_spl::token_interface::{Mint, TokenAccount, TokenInterface};
use backstop_interface::accounts::{ExerciseRequest, Expiry, ExpiryState};
use backstop_interface::event::RightPaid;
use backstop_interface::{pda, BackstopError};
use backstop_quantities::{Atoms, Ppb};
use backstop_risk::waterfall::{self, Redemption};

use crate::apply;
use crate::tokens::Payout;

#[event_cpi]
#[derive(Accounts)]
pub struct RedeemExercise<'info> {
    #[account(mut)]
    pub expiry: AccountLoader<'info, Expiry>,
    #[account(
        mut, close = owner, has_one = expiry @ BackstopError::WrongExpiry,
        has_one = owner @ BackstopError::NotOwner,
    )]
    pub request: Box<Account<'info, ExerciseRequest>>,
    /// CHECK: the key the right names; rent goes there.
    #[account(mut)]
    pub owner: UncheckedAccount<'info>,
    #[account(mut, seeds = [pda::ESCROW, expiry.key().as_ref()], bump)]
    pub escrow: Box<InterfaceAccount<'info, TokenAccount>>,
    /// Quote account of that key.
    #[account(
        mut, constraint = destination.owner == owner.key() @ BackstopError::NotOwner,
    )]
    pub destination: Box<InterfaceAccount<'info, TokenAccount>>,
    #[account(mut, seeds = [pda::CLAIM_MINT, expiry.key().as_ref()], bump)]
    pub claim_mint: Box<InterfaceAccount<'info, Mint>>,
    /// Claim tokens of that key; needed only if the expiry has a haircut.
    #[account(
        mut, constraint = claim_account.owner == owner.key() @ BackstopError::NotOwner,
    )]
    pub claim_account: Option<Box<InterfaceAccount<'info, TokenAccount>>>,
    pub token_program: Interface<'info, TokenInterface>,
}

impl RedeemExercise<'_> {
    #[inline(never)]
    fn apply(&mut self) -> Result<Redemption> {
        let mut expiry = self.expiry.load_mut()?;
        require!(
            expiry.state() == ExpiryState::Finalised,
            BackstopError::NotFinalised
        );
        require!(self.request.exercised, BackstopError::ExerciseDecided);
        let left = self.request.left_atoms();
        let outcome = waterfall::redeem(Atoms::new(left), Ppb::new(expiry.haircut_ppb));
        expiry.rights_atoms = apply::take(expiry.rights_atoms, left)?;
        expiry.owed_atoms = expiry.owed_atoms.saturating_sub(left);
        expiry.escrow_atoms = apply::take(expiry.escrow_atoms, outcome.paid.get())?;
        expiry.claims_atoms = apply::add(expiry.claims_atoms, outcome.claim.get())?;
        expiry.invariant()?;
        Ok(outcome)
    }
}

/// A right that was not paid before the expiry is paid like a payoff.
pub fn redeem_exercise(ctx: Context<RedeemExercise>) -> Result<()> {
    let accounts = &mut *ctx.accounts;
    let outcome = accounts.apply()?;
    let payout = Payout {
        expiry: &accounts.expiry,
        escrow: &mut accounts.escrow,
        destination: &mut accounts.destination,
        claim_mint: &accounts.claim_mint,
        claim_account: accounts.claim_account.as_deref(),
        program: &accounts.token_program,
    };
    payout.pay(&outcome)?;
    let event = RightPaid {
        request: accounts.request.key(),
        expiry: accounts.expiry.key(),
        paid_atoms: outcome.paid.get(),
        claim_atoms: outcome.claim.get(),
        left_atoms: 0,
    };
    emit_cpi!(event);
    Ok(())
}
