use anchor_lang::prelude::*;
use anchor_spl::token_interface::{TokenAccount, TokenInterface};
use backstop_interface::accounts::{
    AccountState, Auction, Collateral, Expiry, InsuranceFund, MarginAccount, Market, Shard,
    MAX_EXPIRIES,
};
use backstop_interface::event::EstateClosed;
use backstop_interface::{ensure, pda, BackstopError};

use crate::apply;
use crate::tokens::{self, MarketSigner};

#[event_cpi]
#[derive(Accounts)]
pub struct CloseEstate<'info> {
    #[account(mut)]
    pub closer: Signer<'info>,
    pub market: Box<Account<'info, Market>>,
    #[account(mut, has_one = market @ BackstopError::WrongMarket)]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    #[account(mut, close = closer, seeds = [pda::AUCTION, margin_account.key().as_ref()], bump = auction.bump)]
    pub auction: Box<Account<'info, Auction>>,
    #[account(mut)]
    pub shard: Box<Account<'info, Shard>>,
    #[account(
        mut, seeds = [pda::COLLATERAL, market.key().as_ref(), market.quote_mint.as_ref()],
        bump = quote.bump, has_one = vault @ BackstopError::WrongVault,
    )]
    pub quote: Box<Account<'info, Collateral>>,
    #[account(mut)]
    pub vault: Box<InterfaceAccount<'info, TokenAccount>>,
    #[account(
        mut, seeds = [pda::INSURANCE_FUND, market.key().as_ref()], bump = fund.bump,
        constraint = fund.vault == insurance_vault.key() @ BackstopError::WrongVault,
    )]
    pub fund: Box<Account<'info, InsuranceFund>>,
    #[account(mut)]
    pub insurance_vault: Box<InterfaceAccount<'info, TokenAccount>>,
    pub token_program: Interface<'info, TokenInterface>,
}

impl CloseEstate<'_> {
    fn check(&self) -> Result<()> {
        let account = self.margin_account.load()?;
        self.shard
            .check(&account.market, &self.margin_account.key())?;
        ensure(
            account.state() == AccountState::Estate,
            BackstopError::NotOnAuction,
        )?;
        let settled = account.legs.iter().all(|leg| !leg.in_use());
        let sold = account.collaterals.iter().all(|slot| slot.atoms == 0);
        let due = account
            .expiries
            .iter()
            .any(|slot| slot.receivable_atoms > 0);
        let over = if account.returns() && account.debt_atoms() == 0 {
            settled
        } else {
            // A debt that nothing is left to pay is written off with the estate.
            let paid = account.quote_atoms == 0 || account.debt_atoms() == 0;
            settled && sold && !due && paid
        };
        ensure(over, BackstopError::AccountNotEmpty)?;
        Ok(())
    }

    /// An estate that owes nothing and returns is its owner's again; of any other the surplus is taken out, and
    /// the account closed. Surplus and what was returned, quote atoms.
    fn release(&self) -> Result<(u64, u64)> {
        let mut account = self.margin_account.load_mut()?;
        if account.returns() && account.debt_atoms() == 0 {
            account.state = AccountState::Open as u8;
            account.returns = 0;
            account.conversion_started_at = 0;
            apply::touch(&mut account)?;
            return Ok((0, account.quote_atoms));
        }
        let surplus = core::mem::take(&mut account.quote_atoms);
        drop(account);
        self.margin_account.close(self.closer.to_account_info())?;
        Ok((surplus, 0))
    }
}

/// Takes the debts that go with an estate, and what is counted of it, out of the books of its expiries: `shown`, in the
/// order of the account's slots.
fn write_off<'info>(account: &mut MarginAccount, shown: &'info [AccountInfo<'info>]) -> Result<()> {
    let mut shown = shown.iter();
    for index in 0..MAX_EXPIRIES {
        if !account.is_left_in(index) {
            continue;
        }
        let slot = account.expiries.get(index);
        let slot = *slot.ok_or(BackstopError::InvariantBroken)?;
        let next = shown.next().ok_or(BackstopError::ExpiryMissing)?;
        let loader =
            AccountLoader::<Expiry>::try_from(next).map_err(|_| BackstopError::ExpiryUnexpected)?;
        let mut expiry = loader.load_mut()?;
        let own = expiry.market == account.market && expiry.expires_at == slot.expires_at;
        ensure(own, BackstopError::ExpiryUnexpected)?;
        expiry.debts_atoms = apply::take(expiry.debts_atoms, slot.debt_atoms)?;
        expiry.written_off_atoms = apply::add(expiry.written_off_atoms, slot.debt_atoms)?;
        account.count_deficit(index, 0, &mut expiry)?;
    }
    ensure(shown.next().is_none(), BackstopError::ExpiryUnexpected)?;
    Ok(())
}

/// The surplus of an estate belongs to the fund that stood behind it, or the rest of one that only had debts to
/// its owner; the rents to who closes it.
pub fn close_estate<'info>(ctx: Context<'info, CloseEstate<'info>>) -> Result<()> {
    ctx.accounts.check()?;
    write_off(
        &mut *ctx.accounts.margin_account.load_mut()?,
        ctx.remaining_accounts,
    )?;
    let accounts = &mut *ctx.accounts;
    {
        let mut account = accounts.margin_account.load_mut()?;
        accounts.shard.measure(&mut account, [0; 2])?;
    }
    let (surplus, returned) = accounts.release()?;
    accounts.quote.claims_atoms = apply::take(accounts.quote.claims_atoms, surplus)?;
    accounts.fund.assets_atoms = apply::add(accounts.fund.assets_atoms, surplus)?;
    let mut counted = accounts.auction.open_loss;
    apply::close_loss(&mut accounts.shard, &mut counted)?;
    let signer = MarketSigner::of(&accounts.market);
    tokens::pay(
        &accounts.token_program,
        &mut accounts.vault,
        &mut accounts.insurance_vault,
        accounts.market.to_account_info(),
        &signer.seeds(),
        surplus,
    )?;
    tokens::verify(&accounts.vault, accounts.quote.claims_atoms)?;
    tokens::verify(&accounts.insurance_vault, accounts.fund.assets_atoms)?;
    let event = EstateClosed {
        margin_account: accounts.margin_account.key(),
        surplus_atoms: surplus,
        returned_atoms: returned,
    };
    emit_cpi!(event);
    Ok(())
}
