use anchor_lang::prelude::*;
use anchor_spl::token_interface::{TokenAccount, TokenInterface};
use backstop_interface::accounts::{AccountState, Collateral, MarginAccount};
use backstop_interface::action::Action;
use backstop_interface::event::Converted;
use backstop_interface::{ensure, pda, BackstopError};
use backstop_quantities::{Atoms, Price};
use backstop_risk::collateral::{atoms_worth_ceil, worth_ceil};
use backstop_risk::liquidation::conversion_price_ceil;

use crate::apply;
use crate::margin::{__client_accounts_risk, __cpi_client_accounts_risk, Risk, RiskBumps};
use crate::tokens::{self, MarketSigner};

#[event_cpi]
#[derive(Accounts)]
pub struct Convert<'info> {
    pub buyer: Signer<'info>,
    pub risk: Risk<'info>,
    #[account(mut)]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    /// Books of the collateral sold; those of the underlying are `risk.underlying` again but written.
    #[account(
        mut, seeds = [pda::COLLATERAL, risk.market.key().as_ref(), sold.mint.as_ref()],
        bump = sold.bump, constraint = sold.vault == sold_vault.key() @ BackstopError::WrongVault,
    )]
    pub sold: Box<Account<'info, Collateral>>,
    #[account(mut)]
    pub sold_vault: Box<InterfaceAccount<'info, TokenAccount>>,
    #[account(
        mut, seeds = [pda::COLLATERAL, risk.market.key().as_ref(), risk.market.quote_mint.as_ref()],
        bump = quote.bump, has_one = vault @ BackstopError::WrongVault,
    )]
    pub quote: Box<Account<'info, Collateral>>,
    #[account(mut)]
    pub vault: Box<InterfaceAccount<'info, TokenAccount>>,
    /// Buyer's quote.
    #[account(mut, constraint = payment.key() != vault.key() @ BackstopError::WrongVault)]
    pub payment: Box<InterfaceAccount<'info, TokenAccount>>,
    /// Where the buyer wants the collateral.
    #[account(mut, constraint = destination.key() != sold_vault.key() @ BackstopError::WrongVault)]
    pub destination: Box<InterfaceAccount<'info, TokenAccount>>,
    /// CHECK: the mint of what is sold; its extensions are looked at again.
    #[account(address = sold.mint @ BackstopError::WrongMint)]
    pub sold_mint: UncheckedAccount<'info>,
    pub token_program: Interface<'info, TokenInterface>,
    pub sold_token_program: Interface<'info, TokenInterface>,
}

/// A sale of collateral.
struct Sale {
    sold_atoms: u64,
    received_atoms: u64,
}

impl Convert<'_> {
    fn check(&self, sell_atoms: u64) -> Result<()> {
        let account = self.margin_account.load()?;
        self.risk.check(&account.market)?;
        ensure(
            self.payment.mint == self.quote.mint,
            BackstopError::WrongMint,
        )?;
        ensure(
            self.destination.mint == self.sold.mint,
            BackstopError::WrongMint,
        )?;
        tokens::check_mint(&self.sold_mint, self.sold_token_program.key)?;
        ensure(sell_atoms > 0, BackstopError::AmountIsZero)?;
        let started = account.conversion_started_at > 0 && account.state() != AccountState::Auction;
        let needed = sells_all(&account) || account.debt_atoms() > account.quote_atoms;
        ensure(started && needed, BackstopError::NotConverting)?;
        Ok(())
    }

    /// Young oracle price of what is sold, never older than the last one used on the account.
    fn price(&self, account: &mut MarginAccount, shown: &[AccountInfo], now: i64) -> Result<Price> {
        if !self.sold.kind.has_own_feed() {
            let update = self
                .risk
                .price(Action::Convert, account.last_price_at, now)?;
            account.last_price_at = update.publish_at;
            return Ok(update.price());
        }
        let (mint, last_used_at) = (&self.sold.mint, account.last_price_at);
        let quote = self.risk.young_quote(mint, last_used_at, shown, now)?;
        account.use_price_of(mint, quote.update.publish_at)?;
        Ok(quote.quoted.market)
    }

    /// Amount and price: an estate sells everything unless it returns, a debtor no more than his debt needs. The buyer
    /// pays the oracle's price less the discount, rounded up.
    fn sale(
        &self,
        account: &MarginAccount,
        oracle_price: Price,
        (asked_atoms, highest_price): (u64, u64),
        now: i64,
    ) -> Result<Sale> {
        let estate = account.state() == AccountState::Estate;
        let elapsed = now.saturating_sub(account.conversion_started_at);
        let price = conversion_price_ceil(oracle_price, elapsed, estate)
            .ok_or(BackstopError::AmountOverflow)?;
        ensure(
            price.get() <= highest_price,
            BackstopError::ConversionPriceNotMet,
        )?;
        let (decimals, overflow) = (self.sold.decimals, |_| BackstopError::AmountOverflow);
        let mut sold = asked_atoms.min(account.collateral_atoms(&self.sold.mint));
        if !sells_all(account) {
            let lacking = account.debt_atoms().saturating_sub(account.quote_atoms);
            let enough = atoms_worth_ceil(Atoms::new(lacking), decimals, price);
            sold = sold.min(enough.map_err(overflow)?);
        }
        ensure(sold > 0, BackstopError::NothingForSale)?;
        let received = worth_ceil(sold, decimals, price).map_err(overflow)?;
        Ok(Sale {
            sold_atoms: sold,
            received_atoms: received.get(),
        })
    }
}

/// True for an estate that belongs to its creditors, whatever it owes yet.
fn sells_all(account: &MarginAccount) -> bool {
    account.state() == AccountState::Estate && !account.returns()
}

pub fn convert(ctx: Context<Convert>, sell_atoms: u64, highest_price: u64) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    ctx.accounts.check(sell_atoms)?;
    let accounts = &mut *ctx.accounts;
    let sale = {
        let mut account = accounts.margin_account.load_mut()?;
        let price = accounts.price(&mut account, ctx.remaining_accounts, now)?;
        let sale = accounts.sale(&account, price, (sell_atoms, highest_price), now)?;
        apply::debit(&mut account, &mut accounts.sold, sale.sold_atoms)?;
        apply::credit(&mut account, &mut accounts.quote, sale.received_atoms)?;
        sale
    };
    let arrived = tokens::receive(
        &accounts.token_program,
        &accounts.payment,
        &mut accounts.vault,
        &accounts.buyer,
        sale.received_atoms,
    )?;
    ensure(arrived == sale.received_atoms, BackstopError::VaultShort)?;
    let signer = MarketSigner::of(&accounts.risk.market);
    tokens::pay(
        &accounts.sold_token_program,
        &mut accounts.sold_vault,
        &mut accounts.destination,
        accounts.risk.market.to_account_info(),
        &signer.seeds(),
        sale.sold_atoms,
    )?;
    tokens::verify(&accounts.vault, accounts.quote.claims_atoms)?;
    tokens::verify(&accounts.sold_vault, accounts.sold.claims_atoms)?;
    let event = Converted {
        margin_account: accounts.margin_account.key(),
        mint: accounts.sold.mint,
        sold_atoms: sale.sold_atoms,
        received_atoms: sale.received_atoms,
    };
    emit_cpi!(event);
    Ok(())
}
