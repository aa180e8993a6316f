use anchor_lang::prelude::*;
use anchor_spl::token_interface::{TokenAccount, TokenInterface};
use backstop_interface::accounts::{AccountState, Collateral, MarginAccount, Shard};
use backstop_interface::event::Withdrawn;
use backstop_interface::{ensure, BackstopError};

use crate::apply;
use crate::margin::{self, __client_accounts_risk, __cpi_client_accounts_risk, Risk, RiskBumps};
use crate::tokens::{self, MarketSigner};

#[event_cpi]
#[derive(Accounts)]
pub struct Withdraw<'info> {
    pub owner: Signer<'info>,
    pub risk: Risk<'info>,
    #[account(mut, has_one = owner @ BackstopError::NotOwner)]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    /// The account's; needed (and written) only where it is short or in debt.
    #[account(mut)]
    pub shard: Option<Box<Account<'info, Shard>>>,
    #[account(mut, has_one = vault @ BackstopError::WrongVault)]
    pub collateral: Box<Account<'info, Collateral>>,
    #[account(mut)]
    pub vault: Box<InterfaceAccount<'info, TokenAccount>>,
    #[account(mut, constraint = destination.key() != vault.key() @ BackstopError::WrongVault)]
    pub destination: Box<InterfaceAccount<'info, TokenAccount>>,
    /// CHECK: the mint the books name; its extensions are looked at again.
    #[account(address = collateral.mint @ BackstopError::WrongMint)]
    pub mint: UncheckedAccount<'info>,
    pub token_program: Interface<'info, TokenInterface>,
}

impl Withdraw<'_> {
    fn check(&self, amount_atoms: u64, now: i64) -> Result<()> {
        let account = self.margin_account.load()?;
        self.risk.check(&account.market)?;
        ensure(
            self.collateral.market == account.market,
            BackstopError::WrongMarket,
        )?;
        ensure(
            self.destination.mint == self.collateral.mint,
            BackstopError::WrongMint,
        )?;
        tokens::check_mint(&self.mint, self.token_program.key)?;
        ensure(amount_atoms > 0, BackstopError::AmountIsZero)?;
        ensure(
            account.state() == AccountState::Open,
            BackstopError::AccountNotOpen,
        )?;
        margin::may_add_risk(&account, now)
    }
}

pub fn withdraw(ctx: Context<Withdraw>, amount_atoms: u64) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    ctx.accounts.check(amount_atoms, now)?;
    let accounts = &mut *ctx.accounts;
    {
        let mut account = accounts.margin_account.load_mut()?;
        apply::debit(&mut account, &mut accounts.collateral, amount_atoms)?;
        let key = accounts.margin_account.key();
        let shard = accounts.shard.as_deref_mut().map(|shard| &mut **shard);
        let (risk, shown) = (&accounts.risk, ctx.remaining_accounts);
        risk.require_after_taking_out((&mut account, &key), shard, shown, now)?;
    }
    let signer = MarketSigner::of(&accounts.risk.market);
    tokens::pay(
        &accounts.token_program,
        &mut accounts.vault,
        &mut accounts.destination,
        accounts.risk.market.to_account_info(),
        &signer.seeds(),
        amount_atoms,
    )?;
    tokens::verify(&accounts.vault, accounts.collateral.claims_atoms)?;
    let event = Withdrawn {
        margin_account: accounts.margin_account.key(),
        mint: accounts.collateral.mint,
        amount_atoms,
    };
    emit_cpi!(event);
    Ok(())
}
