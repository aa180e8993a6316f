use anchor_lang::prelude::*;
use anchor_spl::token_2022::Token2022;
use anchor_spl::token_interface::{Mint, TokenAccount, TokenInterface};
use backstop_interface::accounts::{
    AccountState, Collateral, MarginAccount, Offer, Series, Shard, Side,
};
use backstop_interface::action::Action;
use backstop_interface::event::OfferFilled;
use backstop_interface::snapshot::Moment;
use backstop_interface::{ensure, pda, BackstopError};

use crate::apply;
use crate::margin::{__client_accounts_risk, __cpi_client_accounts_risk, Risk, RiskBumps};
use crate::trade::{self, Bill, Party, Sided, Struck, Trades};
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
    pub vault: Box<InterfaceAccount<'info, TokenAccount>>,
    /// Wallet that pays; with `destination`.
    #[account(mut)]
    pub payment: Option<Box<InterfaceAccount<'info, TokenAccount>>>,
    /// Token account that gets the option tokens; with `payment`.
    #[account(mut)]
    pub destination: Option<Box<InterfaceAccount<'info, TokenAccount>>>,
    /// Margin account that pays and gets a ledger long; instead of the two above.
    #[account(mut)]
    pub buyer_account: Option<AccountLoader<'info, MarginAccount>>,
    /// That account's shard, where it is another than the writer's.
    #[account(mut)]
    pub buyer_shard: Option<Box<Account<'info, Shard>>>,
    pub token_program: Interface<'info, TokenInterface>,
    pub token_2022_program: Program<'info, Token2022>,
}

impl FillOffer<'_> {
    fn check(&self, contracts: u64, highest_premium_price: u64, now: i64) -> Result<()> {
        let (offer, writer) = (&self.offer, self.writer.load()?);
        self.risk.check(&offer.market)?;
        ensure(offer.side == Side::Ask, BackstopError::WrongSide)?;
        self.shard.check(&offer.market, &self.writer.key())?;
        trade::check_standing(offer, &writer, now)?;
        trade::check_open(&self.series, now)?;
        let room = trade::room(&self.risk.market, offer, &writer, &self.series);
        trade::check_fill(&self.risk.market, contracts, room)?;
        let left = offer.remaining_contracts;
        ensure(contracts <= left, BackstopError::FillOutOfRange)?;
        ensure(
            offer.premium_price <= highest_premium_price,
            BackstopError::PremiumAboveLimit,
        )?;
        ensure(contracts <= room, BackstopError::ReduceOnly)?;
        // What there is room for may always be taken whole.
        let least = offer.least_fill_contracts.min(room);
        ensure(contracts >= least, BackstopError::FillOutOfRange)?;
        self.check_buyer()
    }

    /// Either wallet and token account, or a margin account the buyer trades for, other than the writer's.
    fn check_buyer(&self) -> Result<()> {
        match (&self.payment, &self.destination, &self.buyer_account) {
            (Some(payment), Some(destination), None) => {
                ensure(payment.mint == self.quote.mint, BackstopError::WrongMint)?;
                ensure(
                    destination.mint == self.option_mint.key(),
                    BackstopError::WrongMint,
                )?;
                ensure(payment.key() != self.vault.key(), BackstopError::WrongVault)?;
                Ok(())
            }
            (None, None, Some(loader)) => {
                ensure(
                    loader.key() != self.writer.key(),
                    BackstopError::SameAccount,
                )?;
                let account = loader.load()?;
                ensure(
                    account.may_trade(&self.buyer.key()),
                    BackstopError::NotDelegate,
                )?;
                ensure(
                    account.market == self.offer.market,
                    BackstopError::WrongMarket,
                )?;
                ensure(
                    account.state() == AccountState::Open,
                    BackstopError::AccountNotOpen,
                )?;
                Ok(())
            }
            _ => err!(BackstopError::FillDestination),
        }
    }

    /// The moment, and what the offer stands at.
    #[inline(never)]
    fn price(&self, contracts: u64, shown: &[AccountInfo], now: i64) -> Result<(Moment, Struck)> {
        let (risk, offer, series) = (&self.risk, &self.offer, &self.series);
        // The newest price either side has used binds both.
        let writer = self.writer.load()?;
        let (closes, last_used_at) = match &self.buyer_account {
            Some(loader) => {
                let buyer = &*loader.load()?;
                let closes = trade::closes(&writer, Some(buyer), series, contracts);
                (closes, writer.last_price_at.max(buyer.last_price_at))
            }
            None => {
                let closes = trade::closes(&writer, None, series, contracts);
                (closes, writer.last_price_at)
            }
        };
        let moment =
            risk.moment_for_risk(Action::of_trade(closes, true), last_used_at, shown, now)?;
        let premium_price = risk.offered_price(offer, &writer, series, &moment)?;
        let struck = risk.strike(series, premium_price, offer.side.maker(), &moment)?;
        Action::of_trade(closes, struck.is_near()).check_level(&risk.market)?;
        Ok((moment, struck))
    }

    /// The exchange in the books, and how both sides must stand after it.
    #[inline(never)]
    fn trade(
        &mut self,
        contracts: u64,
        bill: &Bill,
        struck: &Struck,
        moment: &Moment,
    ) -> Result<u64> {
        let struck = std::slice::from_ref(struck);
        let writer_before = trade::copy(&*self.writer.load()?);
        let buyer_before = match &self.buyer_account {
            Some(loader) => Some(trade::copy(&*loader.load()?)),
            None => None,
        };
        self.serve_buyer(contracts, bill)?;
        let risk = &self.risk;
        let writer = &mut *self.writer.load_mut()?;
        trade::sell(writer, &mut self.series, contracts, bill)?;
        trade::note_fill(&self.offer, writer, moment.now);
        let makes = Sided {
            party: Party::maker(writer, &self.offer),
            key: self.offer.margin_account,
            before: &writer_before,
            after: writer,
            trades: Trades::sale(struck, bill),
        };
        let shard = &mut self.shard;
        let (Some(loader), Some(before)) = (&self.buyer_account, &buyer_before) else {
            return risk.require_margin_after_trade(makes, moment, shard);
        };
        let buyer = &mut *loader.load_mut()?;
        let takes = Sided {
            party: Party::signed(buyer, self.buyer.key, false),
            key: loader.key(),
            before,
            after: buyer,
            trades: Trades::purchase(struck),
        };
        let other = self.buyer_shard.as_mut().map(|other| &mut ***other);
        risk.require_margin_of_both(makes, takes, moment, shard, other)
    }

    /// Takes the premium, gives the contracts; the buyer's side of the trade.
    #[inline(never)]
    fn serve_buyer(&mut self, contracts: u64, bill: &Bill) -> Result<()> {
        if let Some(loader) = &self.buyer_account {
            let account = &mut *loader.load_mut()?;
            return trade::buy(account, &mut self.series, contracts, bill);
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
        ensure(arrived == bill.premium_atoms, BackstopError::VaultShort)?;
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
    let (moment, struck) = accounts.price(contracts, ctx.remaining_accounts, now)?;
    let within = struck.price.get() <= highest_premium_price;
    ensure(within, BackstopError::PremiumAboveLimit)?;
    let (market, spot) = (&accounts.risk.market, moment.price.price());
    let bill = trade::bill(market, &accounts.series, contracts, &struck, spot)?;
    let contribution = accounts.trade(contracts, &bill, &struck, &moment)?;
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
        fee_atoms: apply::add(bill.fee_atoms, contribution)?,
    };
    emit_cpi!(event);
    Ok(())
}
