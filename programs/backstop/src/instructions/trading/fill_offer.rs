use anchor_lang::prelude::*;
use anchor_spl::token::{Token, TokenAccount};
use anchor_spl::token_2022::Token2022;
use anchor_spl::token_interface::{self, Mint};
use backstop_interface::accounts::{
    AccountState, Collateral, MarginAccount, Offer, OptionKind, Series, Shard,
};
use backstop_interface::event::OfferFilled;
use backstop_interface::snapshot::Purpose;
use backstop_interface::{pda, BackstopError};
use backstop_quantities::{mul_div_ceil, Contracts, Price};

use crate::apply;
use crate::margin::{
    self, __client_accounts_risk, __cpi_client_accounts_risk, Risk, RiskBumps, LAST_HOUR_SECONDS,
};
use crate::{option_tokens, tokens};

#[event_cpi]
#[derive(Accounts)]
pub struct FillOffer<'info> {
    pub buyer: Signer<'info>,
    pub risk: Risk<'info>,
    #[account(mut, has_one = series @ BackstopError::WrongSeries)]
    pub offer: Box<Account<'info, Offer>>,
    #[account(mut, address = offer.margin_account @ BackstopError::OfferVoid)]
    pub writer: AccountLoader<'info, MarginAccount>,
    #[account(mut, seeds = [pda::SHARD, risk.market.key().as_ref(), &[shard.index]], bump = shard.bump)]
    pub shard: Box<Account<'info, Shard>>,
    #[account(mut)]
    pub series: Box<Account<'info, Series>>,
    #[account(mut, address = series.mint @ BackstopError::WrongMint)]
    pub option_mint: Box<InterfaceAccount<'info, Mint>>,
    #[account(
        mut, seeds = [pda::COLLATERAL, risk.market.key().as_ref(), risk.market.quote_mint.as_ref()],
        bump = quote.bump, has_one = vault @ BackstopError::WrongVault,
    )]
    pub quote: Box<Account<'info, Collateral>>,
    #[account(mut)]
    pub vault: Box<Account<'info, TokenAccount>>,
    /// Wallet that pays; with `destination`.
    #[account(mut)]
    pub payment: Option<Box<Account<'info, TokenAccount>>>,
    /// Token account that gets the option tokens; with `payment`.
    #[account(mut)]
    pub destination: Option<Box<InterfaceAccount<'info, token_interface::TokenAccount>>>,
    /// Margin account that pays and gets a ledger long; instead of the two above.
    #[account(mut)]
    pub buyer_account: Option<AccountLoader<'info, MarginAccount>>,
    pub token_program: Program<'info, Token>,
    pub token_2022_program: Program<'info, Token2022>,
}

/// What a fill costs, in quote atoms.
struct Bill {
    premium_atoms: u64,
    fee_atoms: u64,
}

impl FillOffer<'_> {
    fn check(&self, contracts: u64, highest_premium_price: u64, now: i64) -> Result<()> {
        let (offer, writer) = (&self.offer, self.writer.load()?);
        self.risk.check(&offer.market)?;
        self.shard.check(&offer.market, &self.writer.key())?;
        require!(
            writer.state() == AccountState::Open,
            BackstopError::AccountNotOpen
        );
        require!(
            offer.epoch == writer.epoch && now < offer.void_at,
            BackstopError::OfferVoid
        );
        require!(
            now < self.series.expires_at.saturating_sub(LAST_HOUR_SECONDS),
            BackstopError::ExpiryClosed
        );
        require!(contracts > 0, BackstopError::AmountIsZero);
        let lot = self.risk.market.params.lot_contracts;
        require!(contracts.is_multiple_of(lot), BackstopError::OffLot);
        let least = offer.least_fill_contracts.min(offer.remaining_contracts);
        require!(
            (least..=offer.remaining_contracts).contains(&contracts),
            BackstopError::FillOutOfRange
        );
        require!(
            offer.premium_price <= highest_premium_price,
            BackstopError::PremiumAboveLimit
        );
        margin::may_add_risk(&writer, now)?;
        self.check_buyer(now)
    }

    /// Either wallet and token account, or a margin account of the buyer other than the writer's.
    fn check_buyer(&self, now: i64) -> Result<()> {
        match (&self.payment, &self.destination, &self.buyer_account) {
            (Some(payment), Some(destination), None) => {
                require_keys_eq!(payment.mint, self.quote.mint, BackstopError::WrongMint);
                require_keys_eq!(
                    destination.mint,
                    self.option_mint.key(),
                    BackstopError::WrongMint
                );
                require!(payment.key() != self.vault.key(), BackstopError::WrongVault);
                Ok(())
            }
            (None, None, Some(loader)) => {
                require!(
                    loader.key() != self.writer.key(),
                    BackstopError::SameAccount
                );
                let account = loader.load()?;
                require_keys_eq!(account.owner, self.buyer.key(), BackstopError::NotOwner);
                require_keys_eq!(
                    account.market,
                    self.offer.market,
                    BackstopError::WrongMarket
                );
                require!(
                    account.state() == AccountState::Open,
                    BackstopError::AccountNotOpen
                );
                margin::may_add_risk(&account, now)
            }
            _ => err!(BackstopError::FillDestination),
        }
    }

    /// Premium rounded up against the buyer, fee rounded up against the writer.
    fn bill(&self, contracts: u64, spot: u64) -> Result<Bill> {
        let price = self.offer.premium_price;
        let cap = match self.series.kind {
            OptionKind::Call => spot,
            OptionKind::Put => self.series.strike_price,
        };
        require!(price < cap, BackstopError::PremiumOutOfRange);
        let signed = i64::try_from(contracts).map_err(|_| BackstopError::AmountOverflow)?;
        let premium = Contracts::new(signed)
            .value_ceil(Price::new(price))
            .ok_or(BackstopError::AmountOverflow)?;
        let fee = mul_div_ceil(
            premium.get(),
            self.risk.market.params.premium_fee_ppb,
            1_000_000_000,
        )
        .ok_or(BackstopError::AmountOverflow)?;
        Ok(Bill {
            premium_atoms: premium.get(),
            fee_atoms: fee,
        })
    }

    /// Takes the premium, gives the contracts; the buyer's side of the trade.
    #[inline(never)]
    fn serve_buyer(&mut self, contracts: u64, bill: &Bill) -> Result<()> {
        if let Some(loader) = &self.buyer_account {
            let mut account = loader.load_mut()?;
            account.quote_atoms = apply::take(account.quote_atoms, bill.premium_atoms)?;
            let delta = i64::try_from(contracts).map_err(|_| BackstopError::AmountOverflow)?;
            return apply::trade(&mut account, &mut self.series, delta);
        }
        self.series.token_contracts = apply::add(self.series.token_contracts, contracts)?;
        self.quote.claims_atoms = apply::add(self.quote.claims_atoms, bill.premium_atoms)?;
        Ok(())
    }

    /// Tokens last: the premium from the wallet, the option tokens to it.
    #[inline(never)]
    fn move_tokens(&mut self, contracts: u64, bill: &Bill) -> Result<()> {
        let (Some(payment), Some(destination)) = (&self.payment, &self.destination) else {
            return Ok(());
        };
        let arrived = tokens::receive(
            &self.token_program,
            payment,
            &mut self.vault,
            &self.buyer,
            bill.premium_atoms,
        )?;
        require!(arrived == bill.premium_atoms, BackstopError::VaultShort);
        option_tokens::mint(
            &self.token_2022_program,
            &self.option_mint,
            destination,
            &self.series,
            contracts,
        )
    }
}

pub fn fill_offer(
    ctx: Context<FillOffer>,
    contracts: u64,
    highest_premium_price: u64,
) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    ctx.accounts.check(contracts, highest_premium_price, now)?;
    let accounts = &mut *ctx.accounts;
    // The newest price either side has used binds both.
    let mut last_used_at = accounts.writer.load()?.last_price_at;
    if let Some(loader) = &accounts.buyer_account {
        last_used_at = last_used_at.max(loader.load()?.last_price_at);
    }
    let moment = accounts
        .risk
        .moment_for_risk(last_used_at, ctx.remaining_accounts, now)?;
    let bill = accounts.bill(contracts, moment.price.price)?;

    accounts.serve_buyer(contracts, &bill)?;
    {
        let mut writer = accounts.writer.load_mut()?;
        let proceeds = apply::take(bill.premium_atoms, bill.fee_atoms)?;
        writer.quote_atoms = apply::add(writer.quote_atoms, proceeds)?;
        let delta = i64::try_from(contracts).map_err(|_| BackstopError::AmountOverflow)?;
        apply::trade(&mut writer, &mut accounts.series, -delta)?;
        accounts
            .risk
            .require_initial_margin(&mut writer, &moment, Purpose::Risk)?;
    }
    if let Some(loader) = &accounts.buyer_account {
        accounts
            .risk
            .require_initial_margin(&mut *loader.load_mut()?, &moment, Purpose::Risk)?;
    }
    accounts.shard.fees_atoms = apply::add(accounts.shard.fees_atoms, bill.fee_atoms)?;
    accounts.offer.remaining_contracts =
        apply::take(accounts.offer.remaining_contracts, contracts)?;

    accounts.move_tokens(contracts, &bill)?;
    tokens::verify(&accounts.vault, accounts.quote.claims_atoms)?;
    let event = OfferFilled {
        offer: accounts.offer.key(),
        series: accounts.series.key(),
        writer: accounts.writer.key(),
        buyer: accounts.buyer.key(),
        contracts,
        premium_atoms: bill.premium_atoms,
        fee_atoms: bill.fee_atoms,
    };
    emit_cpi!(event);
    Ok(())
}
