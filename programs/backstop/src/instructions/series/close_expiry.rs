use anchor_lang::prelude::*;
use anchor_spl::token_interface::{self as token, CloseAccount, Mint};
use backstop_interface::event::ExpiryClosed;
use backstop_interface::{ensure, pda, BackstopError};

use crate::apply;
use crate::instructions::settlement::{
    __client_accounts_backing, __cpi_client_accounts_backing, Backing, BackingBumps,
};
use crate::tokens::{self, ExpirySigner};

#[event_cpi]
#[derive(Accounts)]
pub struct CloseExpiry<'info> {
    pub backing: Backing<'info>,
    #[account(seeds = [pda::CLAIM_MINT, backing.expiry.key().as_ref()], bump)]
    pub claim_mint: Box<InterfaceAccount<'info, Mint>>,
    /// CHECK: the key the expiry names; it gets the lamports.
    #[account(mut, address = backing.expiry.load()?.creator @ BackstopError::WrongCreator)]
    pub creator: UncheckedAccount<'info>,
}

impl CloseExpiry<'_> {
    fn check(&self, now: i64) -> Result<()> {
        let done = self.backing.expiry.load()?.is_done(now);
        ensure(done, BackstopError::ExpiryInUse)?;
        ensure(
            self.claim_mint.supply == 0,
            BackstopError::ClaimsOutstanding,
        )?;
        Ok(())
    }

    /// Everything in the escrow to the fund, which gets what arrived, and the escrow's rent to the creator.
    fn empty(&mut self) -> Result<u64> {
        let backing = &mut self.backing;
        let residue = backing.escrow.amount;
        let signer = ExpirySigner::of(&*backing.expiry.load()?);
        let authority = backing.expiry.to_account_info();
        tokens::pay(
            &backing.token_program,
            &mut backing.escrow,
            &mut backing.insurance_vault,
            authority.clone(),
            &signer.seeds(),
            residue,
        )?;
        let fund = &mut backing.fund;
        fund.assets_atoms = apply::add(fund.assets_atoms, residue)?;
        tokens::verify(&backing.insurance_vault, fund.assets_atoms)?;
        let close = CloseAccount {
            account: backing.escrow.to_account_info(),
            destination: self.creator.to_account_info(),
            authority,
        };
        let program = backing.token_program.key();
        token::close_account(CpiContext::new_with_signer(
            program,
            close,
            &[&signer.seeds()],
        ))?;
        Ok(residue)
    }
}

/// Nobody is owed anything any more: the residue is what roundings left, recoveries beyond all claims, payoffs of
/// tokens that were burned, and donations.
pub fn close_expiry(ctx: Context<CloseExpiry>) -> Result<()> {
    ctx.accounts.check(Clock::get()?.unix_timestamp)?;
    let residue_atoms = ctx.accounts.empty()?;
    let accounts = &*ctx.accounts;
    let backing = &accounts.backing;
    let event = ExpiryClosed {
        expiry: backing.expiry.key(),
        market: backing.market.key(),
        residue_atoms,
    };
    emit_cpi!(event);
    backing.expiry.close(accounts.creator.to_account_info())
}
