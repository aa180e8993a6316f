use anchor_lang::prelude::*;
use anchor_spl::token_interface::{TokenAccount, TokenInterface};
use backstop_interface::accounts::{Collateral, FillRequest, Market};
use backstop_interface::event::RequestVoided;
use backstop_interface::{ensure, pda, BackstopError};

use crate::apply;
use crate::tokens::{self, MarketSigner};

#[event_cpi]
#[derive(Accounts)]
pub struct VoidFill<'info> {
    pub market: Box<Account<'info, Market>>,
    #[account(
        mut, close = owner, has_one = market @ BackstopError::WrongMarket,
        has_one = owner @ BackstopError::NotOwner,
    )]
    pub request: Box<Account<'info, FillRequest>>,
    /// CHECK: the key the request names; it gets the rent.
    #[account(mut)]
    pub owner: UncheckedAccount<'info>,
    /// CHECK: the request's, which may be gone; only its epoch is read.
    #[account(address = request.margin_account @ BackstopError::NotOwner)]
    pub margin_account: UncheckedAccount<'info>,
    #[account(
        mut, seeds = [pda::COLLATERAL, market.key().as_ref(), market.quote_mint.as_ref()],
        bump = quote.bump, has_one = vault @ BackstopError::WrongVault,
    )]
    pub quote: Box<Account<'info, Collateral>>,
    #[account(mut)]
    pub vault: Box<InterfaceAccount<'info, TokenAccount>>,
    /// Quote account of that key.
    #[account(mut)]
    pub destination: Box<InterfaceAccount<'info, TokenAccount>>,
    pub token_program: Interface<'info, TokenInterface>,
}

pub fn void_fill(ctx: Context<VoidFill>) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let accounts = &mut *ctx.accounts;
    ensure(
        accounts.destination.owner == accounts.owner.key(),
        BackstopError::NotOwner,
    )?;
    ensure(
        accounts.destination.mint == accounts.quote.mint,
        BackstopError::WrongMint,
    )?;
    let (request, account) = (&accounts.request, &accounts.margin_account);
    let revoked = request.is_revoked(&account.try_borrow_data()?);
    ensure(
        revoked || request.is_over(now),
        BackstopError::RequestStands,
    )?;
    let deposit = accounts.request.deposit_atoms;
    accounts.quote.claims_atoms = apply::take(accounts.quote.claims_atoms, deposit)?;
    let signer = MarketSigner::of(&accounts.market);
    tokens::pay(
        &accounts.token_program,
        &mut accounts.vault,
        &mut accounts.destination,
        accounts.market.to_account_info(),
        &signer.seeds(),
        deposit,
    )?;
    tokens::verify(&accounts.vault, accounts.quote.claims_atoms)?;
    let event = RequestVoided {
        request: accounts.request.key(),
        owner: accounts.owner.key(),
        deposit_atoms: deposit,
    };
    emit_cpi!(event);
    Ok(())
}
