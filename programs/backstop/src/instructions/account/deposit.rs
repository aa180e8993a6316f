use anchor_lang::prelude::*;
use anchor_spl::token_interface::{TokenAccount, TokenInterface};
use backstop_interface::accounts::{AccountState, Collateral, MarginAccount};
use backstop_interface::event::Deposited;
use backstop_interface::{ensure, BackstopError};
use backstop_risk::collateral::deposit_room;

use crate::{apply, collaterals, tokens};

#[event_cpi]
#[derive(Accounts)]
pub struct Deposit<'info> {
    pub authority: Signer<'info>,
    #[account(mut)]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    #[account(mut, has_one = vault @ BackstopError::WrongVault)]
    pub collateral: Box<Account<'info, Collateral>>,
    #[account(mut)]
    pub vault: Box<InterfaceAccount<'info, TokenAccount>>,
    #[account(mut, constraint = source.key() != vault.key() @ BackstopError::WrongVault)]
    pub source: Box<InterfaceAccount<'info, TokenAccount>>,
    /// CHECK: the mint the books name; its extensions are looked at again.
    #[account(address = collateral.mint @ BackstopError::WrongMint)]
    pub mint: UncheckedAccount<'info>,
    pub token_program: Interface<'info, TokenInterface>,
}

impl Deposit<'_> {
    /// `shown`: of a kind with a feed of its own that the account does not hold yet, what proves that it can be judged:
    /// otherwise dust of it would keep the account from being seized.
    fn check(&self, amount_atoms: u64, shown: &[AccountInfo]) -> Result<()> {
        let account = self.margin_account.load()?;
        ensure(
            account.may_trade(&self.authority.key()),
            BackstopError::NotDelegate,
        )?;
        ensure(
            self.collateral.market == account.market,
            BackstopError::WrongMarket,
        )?;
        ensure(
            self.source.mint == self.collateral.mint,
            BackstopError::WrongMint,
        )?;
        ensure(
            account.state() != AccountState::Estate,
            BackstopError::AccountNotOpen,
        )?;
        tokens::check_mint(&self.mint, self.token_program.key)?;
        ensure(amount_atoms > 0, BackstopError::AmountIsZero)?;
        ensure(
            amount_atoms >= self.collateral.least_deposit_atoms,
            BackstopError::AmountBelowLeast,
        )?;
        let mint = &self.collateral.mint;
        if self.collateral.kind.has_own_feed() && account.collateral_atoms(mint) == 0 {
            collaterals::require_alive(&self.collateral, shown, Clock::get()?.unix_timestamp)?;
        }
        Ok(())
    }
}

pub fn deposit<'info>(ctx: Context<'info, Deposit<'info>>, amount_atoms: u64) -> Result<()> {
    ctx.accounts.check(amount_atoms, ctx.remaining_accounts)?;
    let accounts = &mut *ctx.accounts;
    // Credit what arrived, not what was asked.
    let arrived = tokens::receive(
        &accounts.token_program,
        &accounts.source,
        &mut accounts.vault,
        &accounts.authority,
        amount_atoms,
    )?;
    let books = &accounts.collateral;
    let room = deposit_room(books.cap_atoms, books.claims_atoms, arrived);
    ensure(room == arrived, BackstopError::CollateralCapReached)?;
    apply::credit(
        &mut *accounts.margin_account.load_mut()?,
        &mut accounts.collateral,
        arrived,
    )?;
    tokens::verify(&accounts.vault, accounts.collateral.claims_atoms)?;
    let event = Deposited {
        margin_account: accounts.margin_account.key(),
        mint: accounts.collateral.mint,
        amount_atoms: arrived,
    };
    emit_cpi!(event);
    Ok(())
}
