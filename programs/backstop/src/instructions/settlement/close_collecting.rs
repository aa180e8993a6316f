use anchor_lang::prelude::*;
use backstop_interface::accounts::{ExpiryState, Protocol};
use backstop_interface::event::CollectingClosed;
use backstop_interface::{ensure, pda, BackstopError};
use backstop_quantities::Atoms;
use backstop_risk::waterfall::cover;

use super::backing::{
    __client_accounts_backing, __cpi_client_accounts_backing, Backing, BackingBumps,
};
use crate::apply;
use crate::instructions::liquidation::draw;
use crate::tokens::{self, MarketSigner};

/// A settle call this recent extends Collecting while shorts are unsettled.
const EXTENSION_SECONDS: i64 = 1800;

#[event_cpi]
#[derive(Accounts)]
pub struct CloseCollecting<'info> {
    #[account(seeds = [pda::PROTOCOL], bump = protocol.bump)]
    pub protocol: Box<Account<'info, Protocol>>,
    pub backing: Backing<'info>,
}

impl CloseCollecting<'_> {
    /// Every short settled and the least time over, or the deadline over; at the latest when the expiry
    /// must be finalised.
    fn check(&self, now: i64) -> Result<()> {
        let backing = &self.backing;
        let (expiry, params) = (backing.expiry.load()?, &backing.market.params);
        ensure(
            expiry.state() == ExpiryState::Collecting,
            BackstopError::WrongExpiryState,
        )?;
        let elapsed = now.saturating_sub(expiry.collecting_at);
        let busy = now.saturating_sub(expiry.last_settle_at) < EXTENSION_SECONDS;
        let over = if expiry.unsettled_contracts == 0 {
            elapsed >= params.collecting_least_seconds
        } else if busy {
            elapsed >= params.collecting_most_seconds.saturating_mul(3)
        } else {
            elapsed >= params.collecting_most_seconds
        };
        let last = now
            >= expiry
                .price_fixed_at
                .saturating_add(params.finalise_by_seconds);
        ensure(over || last, BackstopError::CollectingNotOver)?;
        Ok(())
    }
}

/// Insurance pays what it may; what remains is the shortfall, a fixed number from here on.
pub fn close_collecting(ctx: Context<CloseCollecting>) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    ctx.accounts.check(now)?;
    let CloseCollecting {
        protocol,
        backing: accounts,
        ..
    } = &mut *ctx.accounts;
    let collected = accounts.expiry.load()?.escrow_atoms;
    let missing = accounts.expiry.load()?.owed_atoms.saturating_sub(collected);
    let room = accounts.fund.room(&accounts.market.params.auction(), now);
    let cover = cover(Atoms::new(missing), Atoms::new(room), Atoms::ZERO);
    let insured = cover.from_fund.get();
    if insured > 0 {
        draw(&mut accounts.fund, insured, now)?;
    }
    {
        let mut expiry = accounts.expiry.load_mut()?;
        expiry.escrow_atoms = apply::add(expiry.escrow_atoms, insured)?;
        expiry.insured_atoms = insured;
        expiry.shortfall_atoms = cover.shortfall.get();
        expiry.recapitalising_at = now;
        expiry.reference_price = protocol.last_clearing_price;
        expiry.state = ExpiryState::Recapitalising as u8;
        expiry.invariant()?;
    }
    let signer = MarketSigner::of(&accounts.market);
    tokens::pay(
        &accounts.token_program,
        &mut accounts.insurance_vault,
        &mut accounts.escrow,
        accounts.market.to_account_info(),
        &signer.seeds(),
        insured,
    )?;
    tokens::verify(&accounts.insurance_vault, accounts.fund.assets_atoms)?;
    tokens::verify(&accounts.escrow, accounts.expiry.load()?.books_atoms())?;
    let event = CollectingClosed {
        expiry: accounts.expiry.key(),
        owed_atoms: accounts.expiry.load()?.owed_atoms,
        escrow_atoms: collected,
        insured_atoms: insured,
        shortfall_atoms: cover.shortfall.get(),
    };
    emit_cpi!(event);
    Ok(())
}
