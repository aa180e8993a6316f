use anchor_lang::prelude::*;
use anchor_spl::token_interface::{TokenAccount, TokenInterface};
use backstop_interface::accounts::{Collateral, Expiry, MarginAccount, Market};
use backstop_interface::event::Repaid;
use backstop_interface::{ensure, pda, BackstopError};

use crate::settle::{self, Payer};
use crate::tokens::{self, MarketSigner};

#[event_cpi]
#[derive(Accounts)]
pub struct Repay<'info> {
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
    pub token_program: Interface<'info, TokenInterface>,
}

pub fn repay(ctx: Context<Repay>) -> Result<()> {
    let accounts = &mut *ctx.accounts;
    let (paid, left) = {
        let mut account = accounts.margin_account.load_mut()?;
        let mut expiry = accounts.expiry.load_mut()?;
        let index = account
            .expiry_index(expiry.expires_at)
            .ok_or(BackstopError::NothingToSettle)?;
        let mut payer = Payer {
            account: &mut account,
            index,
        };
        let paid = payer.repay(&mut expiry)?;
        ensure(paid > 0, BackstopError::NothingToSettle)?;
        settle::finish(&mut account, &mut accounts.quote, paid, 0)?;
        (paid, account.debt_atoms())
    };
    let signer = MarketSigner::of(&accounts.market);
    tokens::pay(
        &accounts.token_program,
        &mut accounts.vault,
        &mut accounts.escrow,
        accounts.market.to_account_info(),
        &signer.seeds(),
        paid,
    )?;
    tokens::verify(&accounts.vault, accounts.quote.claims_atoms)?;
    tokens::verify(&accounts.escrow, accounts.expiry.load()?.books_atoms())?;
    let event = Repaid {
        expiry: accounts.expiry.key(),
        margin_account: accounts.margin_account.key(),
        paid_atoms: paid,
        debt_left_atoms: left,
    };
    emit_cpi!(event);
    Ok(())
}
