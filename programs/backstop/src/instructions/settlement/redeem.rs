use anchor_lang::prelude::*;
use anchor_spl::token_2022::Token2022;
use anchor_spl::token_interface;
use anchor_spl::token_interface::{Mint, TokenAccount, TokenInterface};
use backstop_interface::accounts::{Expiry, ExpiryState, Series};
use backstop_interface::event::Redeemed;
use backstop_interface::{ensure, pda, BackstopError};
use backstop_quantities::{Atoms, Ppb, Price};
use backstop_risk::settlement::payoff;
use backstop_risk::waterfall::{self, Redemption};

use crate::tokens::Payout;
use crate::{apply, option_tokens, settle};

#[event_cpi]
#[derive(Accounts)]
pub struct Redeem<'info> {
    pub holder: Signer<'info>,
    #[account(mut)]
    pub expiry: AccountLoader<'info, Expiry>,
    #[account(mut, has_one = expiry @ BackstopError::WrongExpiry)]
    pub series: Box<Account<'info, Series>>,
    #[account(mut, address = series.mint @ BackstopError::WrongMint)]
    pub option_mint: Box<InterfaceAccount<'info, token_interface::Mint>>,
    /// Option tokens to burn.
    #[account(mut)]
    pub tokens: Box<InterfaceAccount<'info, token_interface::TokenAccount>>,
    #[account(mut, seeds = [pda::ESCROW, expiry.key().as_ref()], bump)]
    pub escrow: Box<InterfaceAccount<'info, TokenAccount>>,
    /// Where the quote goes.
    #[account(mut, constraint = destination.key() != escrow.key() @ BackstopError::WrongVault)]
    pub destination: Box<InterfaceAccount<'info, TokenAccount>>,
    #[account(mut, seeds = [pda::CLAIM_MINT, expiry.key().as_ref()], bump)]
    pub claim_mint: Box<InterfaceAccount<'info, Mint>>,
    /// Where claim tokens go; needed only if the expiry has a haircut.
    #[account(mut)]
    pub claim_account: Option<Box<InterfaceAccount<'info, TokenAccount>>>,
    pub token_program: Interface<'info, TokenInterface>,
    pub token_2022_program: Program<'info, Token2022>,
}

impl Redeem<'_> {
    fn check(&self, contracts: u64) -> Result<()> {
        ensure(
            self.expiry.load()?.state() == ExpiryState::Finalised,
            BackstopError::NotFinalised,
        )?;
        ensure(contracts > 0, BackstopError::AmountIsZero)?;
        ensure(
            self.tokens.mint == self.option_mint.key(),
            BackstopError::WrongMint,
        )?;
        ensure(
            self.tokens.amount >= contracts,
            BackstopError::BalanceTooLow,
        )?;
        Ok(())
    }

    /// Payoff, haircut, claim: applied to the books of series and expiry.
    #[inline(never)]
    fn apply(&mut self, contracts: u64) -> Result<Redemption> {
        let mut expiry = self.expiry.load_mut()?;
        let series = &mut self.series;
        let pays = payoff(
            series.kind.into(),
            Price::new(series.strike_price),
            Price::new(expiry.settlement_price),
        );
        let gross = settle::atoms_floor(contracts, pays)?;
        let outcome = waterfall::redeem(Atoms::new(gross), Ppb::new(expiry.haircut_ppb));
        series.token_contracts = apply::take(series.token_contracts, contracts)?;
        expiry.owed_atoms = expiry.owed_atoms.saturating_sub(gross);
        expiry.escrow_atoms = apply::take(expiry.escrow_atoms, outcome.paid.get())?;
        expiry.claims_atoms = apply::add(expiry.claims_atoms, outcome.claim.get())?;
        expiry.invariant()?;
        Ok(outcome)
    }

    #[inline(never)]
    fn move_tokens(&mut self, contracts: u64, outcome: &Redemption) -> Result<()> {
        option_tokens::burn(
            &self.token_2022_program,
            &self.option_mint,
            &self.tokens,
            &self.holder,
            contracts,
        )?;
        let payout = Payout {
            expiry: &self.expiry,
            escrow: &mut self.escrow,
            destination: &mut self.destination,
            claim_mint: &self.claim_mint,
            claim_account: self.claim_account.as_deref(),
            program: &self.token_program,
        };
        payout.pay(outcome)
    }
}

pub fn redeem(ctx: Context<Redeem>, contracts: u64) -> Result<()> {
    ctx.accounts.check(contracts)?;
    let outcome = ctx.accounts.apply(contracts)?;
    ctx.accounts.move_tokens(contracts, &outcome)?;
    let event = Redeemed {
        expiry: ctx.accounts.expiry.key(),
        series: ctx.accounts.series.key(),
        holder: ctx.accounts.holder.key(),
        contracts,
        paid_atoms: outcome.paid.get(),
        claim_atoms: outcome.claim.get(),
    };
    emit_cpi!(event);
    Ok(())
}
