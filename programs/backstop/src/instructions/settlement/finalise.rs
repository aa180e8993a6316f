use anchor_lang::prelude::*;
use backstop_interface::accounts::{Expiry, ExpiryState, Market};
use backstop_interface::event::Finalised;
use backstop_interface::{ensure, BackstopError};
use backstop_quantities::Atoms;
use backstop_risk::waterfall::haircut;

#[event_cpi]
#[derive(Accounts)]
pub struct Finalise<'info> {
    pub market: Box<Account<'info, Market>>,
    #[account(mut, has_one = market @ BackstopError::WrongMarket)]
    pub expiry: AccountLoader<'info, Expiry>,
}

impl Finalise<'_> {
    /// The backstop auction is over or not needed, or the last deadline has passed. Insurance has been
    /// asked in any case: no deadline skips a layer of the waterfall.
    fn check(&self, now: i64) -> Result<()> {
        let (expiry, params) = (self.expiry.load()?, &self.market.params);
        match expiry.state() {
            ExpiryState::Recapitalising => {}
            ExpiryState::Collecting => return err!(BackstopError::CollectingNotOver),
            _ => return err!(BackstopError::WrongExpiryState),
        }
        let nothing_to_sell = expiry.shortfall_atoms < params.recapitalisation_least_atoms;
        let covered = expiry.recapitalised_atoms == expiry.shortfall_atoms;
        let auction_ends_at = expiry
            .recapitalising_at
            .saturating_add(params.recapitalising_seconds);
        let deadline = expiry
            .price_fixed_at
            .saturating_add(params.finalise_by_seconds);
        let timed_out = now >= auction_ends_at.min(deadline);
        ensure(
            nothing_to_sell || covered || timed_out,
            BackstopError::RecapitalisationNotOver,
        )?;
        Ok(())
    }
}

/// Fixes the haircut, once: all payoffs of the expiry shrink by the same share.
pub fn finalise(ctx: Context<Finalise>) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    ctx.accounts.check(now)?;
    let (owed, escrow, cut) = {
        let mut expiry = ctx.accounts.expiry.load_mut()?;
        let (owed, escrow) = (expiry.owed_atoms, expiry.escrow_atoms);
        let cut = haircut(Atoms::new(owed), Atoms::new(escrow)).get();
        expiry.haircut_ppb = cut;
        expiry.socialised_atoms = owed.saturating_sub(escrow);
        expiry.finalised_at = now;
        expiry.state = ExpiryState::Finalised as u8;
        expiry.invariant()?;
        (owed, escrow, cut)
    };
    let event = Finalised {
        expiry: ctx.accounts.expiry.key(),
        owed_atoms: owed,
        escrow_atoms: escrow,
        haircut_ppb: cut,
    };
    emit_cpi!(event);
    Ok(())
}
