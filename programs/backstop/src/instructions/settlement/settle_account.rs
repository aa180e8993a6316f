use anchor_lang::prelude::*;
use anchor_spl::token_interface::{Mint, TokenAccount, TokenInterface};
use backstop_interface::accounts::{Collateral, Expiry, ExpiryState, MarginAccount, Market};
use backstop_interface::event::AccountSettled;
use backstop_interface::{ensure, pda, BackstopError};

use crate::settle::{self, Payer, Settled};
use crate::tokens::{self, ExpirySigner, MarketSigner};

#[event_cpi]
#[derive(Accounts)]
pub struct SettleAccount<'info> {
    pub market: Box<Account<'info, Market>>,
    #[account(mut, has_one = market @ BackstopError::WrongMarket)]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    #[account(mut, has_one = market @ BackstopError::WrongMarket)]
    pub expiry: AccountLoader<'info, Expiry>,
    #[account(mut, seeds = [pda::ESCROW, expiry.key().as_ref()], bump)]
    pub escrow: Box<InterfaceAccount<'info, TokenAccount>>,
    #[account(
        mut, seeds = [pda::COLLATERAL, market.key().as_ref(), market.quote_mint.as_ref()],
        bump = quote.bump, has_one = vault @ BackstopError::WrongVault,
    )]
    pub quote: Box<Account<'info, Collateral>>,
    #[account(mut)]
    pub vault: Box<InterfaceAccount<'info, TokenAccount>>,
    #[account(mut, seeds = [pda::CLAIM_MINT, expiry.key().as_ref()], bump)]
    pub claim_mint: Box<InterfaceAccount<'info, Mint>>,
    /// Claim token account of the account's owner; needed only where a long is paid with a haircut.
    #[account(mut)]
    pub claim_account: Option<Box<InterfaceAccount<'info, TokenAccount>>>,
    pub token_program: Interface<'info, TokenInterface>,
}

impl SettleAccount<'_> {
    fn check(&self) -> Result<()> {
        let expiry = self.expiry.load()?;
        match expiry.state() {
            ExpiryState::Open => err!(BackstopError::WrongExpiryState),
            ExpiryState::PriceFixed => err!(BackstopError::SeriesNotFolded),
            _ => Ok(()),
        }
    }

    #[inline(never)]
    fn settle(&mut self) -> Result<Settled> {
        let now = Clock::get()?.unix_timestamp;
        let mut account = self.margin_account.load_mut()?;
        let mut expiry = self.expiry.load_mut()?;
        let index = account
            .expiry_index(expiry.expires_at)
            .ok_or(BackstopError::NothingToSettle)?;
        let settled = Payer {
            account: &mut account,
            index,
        }
        .settle(&mut expiry)?;
        let moved = settled.paid_atoms | settled.debt_atoms | settled.received_atoms;
        if moved > 0 || settled.short_atoms > 0 {
            expiry.last_settle_at = now;
        }
        settle::finish(
            &mut account,
            &mut self.quote,
            settled.paid_atoms,
            settled.received_atoms,
        )?;
        expiry.invariant()?;
        Ok(settled)
    }

    #[inline(never)]
    fn move_tokens(&mut self, settled: &Settled) -> Result<()> {
        let signer = MarketSigner::of(&self.market);
        let authority = self.market.to_account_info();
        let program = &self.token_program;
        tokens::pay(
            program,
            &mut self.vault,
            &mut self.escrow,
            authority,
            &signer.seeds(),
            settled.paid_atoms,
        )?;
        let signer = ExpirySigner::of(&*self.expiry.load()?);
        let authority = self.expiry.to_account_info();
        tokens::pay(
            program,
            &mut self.escrow,
            &mut self.vault,
            authority,
            &signer.seeds(),
            settled.received_atoms,
        )?;
        tokens::verify(&self.vault, self.quote.claims_atoms)?;
        tokens::verify(&self.escrow, self.expiry.load()?.books_atoms())?;
        if settled.claim_atoms == 0 {
            return Ok(());
        }
        let claims = self
            .claim_account
            .as_ref()
            .ok_or(BackstopError::ClaimAccountMissing)?;
        ensure(
            claims.mint == self.claim_mint.key(),
            BackstopError::WrongMint,
        )?;
        ensure(
            claims.owner == self.margin_account.load()?.owner,
            BackstopError::NotOwner,
        )?;
        let authority = self.expiry.to_account_info();
        tokens::mint(
            program,
            &self.claim_mint,
            claims,
            authority,
            &signer.seeds(),
            settled.claim_atoms,
        )
    }
}

pub fn settle_account(ctx: Context<SettleAccount>) -> Result<()> {
    ctx.accounts.check()?;
    let settled = ctx.accounts.settle()?;
    ctx.accounts.move_tokens(&settled)?;
    let event = AccountSettled {
        expiry: ctx.accounts.expiry.key(),
        margin_account: ctx.accounts.margin_account.key(),
        long_payoff_atoms: settled.long_atoms,
        short_payoff_atoms: settled.short_atoms,
        paid_atoms: settled.paid_atoms,
        debt_atoms: settled.debt_atoms,
        received_atoms: settled.received_atoms,
    };
    emit_cpi!(event);
    Ok(())
}
