use anchor_lang::prelude::*;
use anchor_spl::token_interface::{TokenAccount, TokenInterface};
use backstop_interface::accounts::{
    AccountState, Auction, Collateral, InsuranceFund, MarginAccount, Shard,
};
use backstop_interface::action::Action;
use backstop_interface::event::SliceSold;
use backstop_interface::snapshot::Purpose;
use backstop_interface::{ensure, pda, BackstopError};
use backstop_quantities::{Ppb, ONE_PPB};
use backstop_risk::liquidation::{self, AuctionQuote, SliceOutcome};
use backstop_risk::margin::Assessment;

use super::bid_effects::{move_portfolio, note_fund_payment};
use crate::apply;
use crate::margin::{self, __client_accounts_risk, __cpi_client_accounts_risk, Risk, RiskBumps};
use crate::tokens::{self, MarketSigner};

/// What a bidder wants.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug)]
pub struct BidArgs {
    /// Largest share he takes, 1e9 = all; cut down to the largest slice allowed.
    pub fraction_ppb: u64,
    /// Highest price of the whole he accepts, in quote atoms; negative if he wants to be paid.
    pub highest_price_atoms: i64,
    /// Version of the portfolio he looked at.
    pub portfolio_version: u64,
}

#[event_cpi]
#[derive(Accounts)]
pub struct Bid<'info> {
    pub bidder_authority: Signer<'info>,
    pub risk: Risk<'info>,
    #[account(mut)]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    #[account(mut)]
    pub bidder: AccountLoader<'info, MarginAccount>,
    #[account(mut, seeds = [pda::AUCTION, margin_account.key().as_ref()], bump = auction.bump)]
    pub auction: Box<Account<'info, Auction>>,
    /// CHECK: the key `auction.payer` names; it receives the rent when the auction ends.
    #[account(mut, address = auction.payer @ BackstopError::WrongVault)]
    pub rent_payer: UncheckedAccount<'info>,
    #[account(mut)]
    pub shard: Option<Box<Account<'info, Shard>>>,
    #[account(
        mut, seeds = [pda::INSURANCE_FUND, risk.market.key().as_ref()], bump = fund.bump,
        constraint = insurance_vault.as_ref().map(|v| v.key()) == Some(fund.vault) @ BackstopError::WrongVault,
    )]
    pub fund: Option<Box<Account<'info, InsuranceFund>>>,
    #[account(mut)]
    pub insurance_vault: Option<Box<InterfaceAccount<'info, TokenAccount>>>,
    #[account(
        mut, seeds = [pda::COLLATERAL, risk.market.key().as_ref(), risk.market.quote_mint.as_ref()],
        bump = quote.bump, has_one = vault @ BackstopError::WrongVault,
    )]
    pub quote: Option<Box<Account<'info, Collateral>>>,
    #[account(mut)]
    pub vault: Option<Box<InterfaceAccount<'info, TokenAccount>>>,
    pub token_program: Interface<'info, TokenInterface>,
}

/// A slice as it will be sold.
struct Deal {
    fraction: Ppb,
    ends_auction: bool,
    quote: AuctionQuote,
    money: SliceOutcome,
}

impl Bid<'_> {
    fn check(&self, args: &BidArgs, now: i64) -> Result<()> {
        ensure(
            self.bidder.key() != self.margin_account.key(),
            BackstopError::SameAccount,
        )?;
        let (account, bidder) = (self.margin_account.load()?, self.bidder.load()?);
        self.risk.check(&account.market)?;
        ensure(bidder.market == account.market, BackstopError::WrongMarket)?;
        ensure(
            bidder.may_trade(&self.bidder_authority.key()),
            BackstopError::NotDelegate,
        )?;
        ensure(
            account.state() != AccountState::Open,
            BackstopError::NotOnAuction,
        )?;
        ensure(
            bidder.state() == AccountState::Open,
            BackstopError::BidderNotOpen,
        )?;
        margin::may_add_risk(&bidder, now)?;
        ensure(
            account.portfolio_version == args.portfolio_version,
            BackstopError::PortfolioMoved,
        )?;
        ensure(
            (1..=ONE_PPB).contains(&args.fraction_ppb),
            BackstopError::BidFractionOutOfRange,
        )?;
        // What an estate that returns still holds converts, as far as its debts need.
        let anything = account.has_live_legs(now)
            || !account.returns() && account.collaterals.iter().any(|slot| slot.atoms > 0);
        ensure(anything, BackstopError::NothingForSale)?;
        Ok(())
    }

    /// Price of the whole and money of the slice, from the account as it is before the bid.
    #[inline(never)]
    fn deal(
        &self,
        args: &BidArgs,
        assessment: &Assessment,
        price_at: i64,
        now: i64,
    ) -> Result<Deal> {
        let params = self.risk.market.params.auction();
        let account = self.margin_account.load()?;
        let state = self
            .auction
            .state(&account, &self.risk.clock, assessment, now);
        // Without the fund at hand nothing is subsidised.
        let room = self.fund.as_deref().map_or(0, |fund| {
            self.auction.fund_room(fund, &params, assessment, now)
        });
        let quote =
            liquidation::quote(&state, &params, room).map_err(|_| BackstopError::NothingForSale)?;
        // An estate is sold off whatever its health: nobody waits for it to recover.
        let most = match account.state() {
            AccountState::Estate => ONE_PPB,
            _ => quote.max_fraction_ppb,
        };
        ensure(most > 0, BackstopError::BidFractionOutOfRange)?;
        ensure(
            quote.price_whole <= args.highest_price_atoms,
            BackstopError::BidPriceNotMet,
        )?;
        let room = match account.state() {
            AccountState::Estate => ONE_PPB,
            _ => params
                .slice_room_ppb(
                    &state,
                    self.auction.left_ppb,
                    self.auction.taken_now(price_at),
                )
                .get(),
        };
        ensure(room > 0, BackstopError::BidThrottled)?;
        let fraction = Ppb::new(args.fraction_ppb.min(most).min(room));
        let money =
            liquidation::slice(&quote, fraction).map_err(|_| BackstopError::AmountOverflow)?;
        Ok(Deal {
            fraction,
            ends_auction: fraction.get() == most,
            quote,
            money,
        })
    }

    /// Portfolio and cash change hands in the books.
    #[inline(never)]
    fn apply(&mut self, deal: &Deal, now: i64) -> Result<()> {
        let mut account = self.margin_account.load_mut()?;
        let mut bidder = self.bidder.load_mut()?;
        let money = &deal.money;
        let paid_in = self.auction.paid_in_atoms.min(account.quote_atoms);
        move_portfolio(&mut account, &mut bidder, paid_in, deal.fraction, now)?;

        let kept = apply::take(money.bidder_pays_atoms, money.penalty_atoms)?;
        bidder.quote_atoms = apply::take(bidder.quote_atoms, money.bidder_pays_atoms)?;
        account.quote_atoms = apply::add(account.quote_atoms, kept)?;
        account.quote_atoms = apply::take(account.quote_atoms, money.from_account_cash_atoms)?;
        bidder.quote_atoms = apply::add(bidder.quote_atoms, money.bidder_gets_atoms)?;
        self.auction.paid_in_atoms =
            apply::add(paid_in, kept)?.saturating_sub(money.from_account_cash_atoms);
        self.auction.sold_any = true;
        apply::touch(&mut account)?;
        apply::touch(&mut bidder)
    }

    /// Penalty to the shard, subsidy out of the fund.
    #[inline(never)]
    fn apply_shared(
        &mut self,
        money: &SliceOutcome,
        assessment: &Assessment,
        now: i64,
    ) -> Result<()> {
        if money.penalty_atoms > 0 {
            let (market, key) = (self.risk.market.key(), self.margin_account.key());
            let shard = self.shard.as_mut().ok_or(BackstopError::ShardMismatch)?;
            shard.check(&market, &key)?;
            shard.fund_atoms = apply::add(shard.fund_atoms, money.penalty_atoms)?;
        }
        if money.from_fund_atoms > 0 {
            let params = self.risk.market.params.auction();
            let fund = self.fund.as_mut().ok_or(BackstopError::FundLimitReached)?;
            note_fund_payment(
                fund,
                &mut self.auction,
                &params,
                assessment,
                money.from_fund_atoms,
                now,
            )?;
            let quote = self.quote.as_mut().ok_or(BackstopError::FundLimitReached)?;
            quote.claims_atoms = apply::add(quote.claims_atoms, money.from_fund_atoms)?;
        }
        Ok(())
    }

    /// The subsidy moves from the fund's vault into the quote vault.
    fn move_subsidy(&mut self, atoms: u64) -> Result<()> {
        if atoms == 0 {
            return Ok(());
        }
        let missing = || error!(BackstopError::FundLimitReached);
        let from = self.insurance_vault.as_mut().ok_or_else(missing)?;
        let to = self.vault.as_mut().ok_or_else(missing)?;
        let signer = MarketSigner::of(&self.risk.market);
        tokens::pay(
            &self.token_program,
            from,
            to,
            self.risk.market.to_account_info(),
            &signer.seeds(),
            atoms,
        )?;
        tokens::verify(from, self.fund.as_ref().map_or(0, |fund| fund.assets_atoms))?;
        tokens::verify(
            to,
            self.quote.as_ref().map_or(0, |quote| quote.claims_atoms),
        )
    }

    /// The largest slice brings the rest to the target: the auction is over and the owner rules again,
    /// unless a debt is left, or a short of an expiry that is over and may yet be one: then `liquidate` ends it
    /// once that is repaid, from what was sold or by the owner.
    #[inline(never)]
    fn end(&mut self, now: i64) -> Result<()> {
        let mut account = self.margin_account.load_mut()?;
        let owes = account.debt_atoms() > 0 || account.short_near_expiry(now, 0);
        if account.state() == AccountState::Estate || owes {
            return Ok(());
        }
        account.state = AccountState::Open as u8;
        apply::touch(&mut account)?;
        drop(account);
        if self.auction.open_loss {
            let (market, key) = (self.risk.market.key(), self.margin_account.key());
            let shard = self.shard.as_mut().ok_or(BackstopError::ShardMismatch)?;
            shard.check(&market, &key)?;
            let mut counted = true;
            apply::close_loss(shard, &mut counted)?;
        }
        self.auction.close(self.rent_payer.to_account_info())
    }
}

pub fn bid(ctx: Context<Bid>, args: BidArgs) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    ctx.accounts.check(&args, now)?;
    let accounts = &mut *ctx.accounts;
    let (moment, assessment) = {
        let mut account = accounts.margin_account.load_mut()?;
        let last = account
            .last_price_at
            .max(accounts.bidder.load()?.last_price_at);
        let shown = ctx.remaining_accounts;
        let moment = accounts.risk.moment(Action::Bid, last, shown, now)?;
        let assessment = accounts.risk.assess(&account, &moment)?;
        moment.remember(&mut account);
        (moment, assessment)
    };
    let price_at = moment.price.publish_at;
    let deal = accounts.deal(&args, &assessment, price_at, now)?;

    accounts.auction.last_price_at = price_at;
    accounts.auction.take(deal.fraction, price_at);
    accounts.apply(&deal, now)?;
    accounts.apply_shared(&deal.money, &assessment, now)?;
    accounts.risk.require_initial_margin(
        &mut *accounts.bidder.load_mut()?,
        &moment,
        Purpose::Risk,
    )?;
    if deal.ends_auction {
        accounts.end(now)?;
    }

    accounts.move_subsidy(deal.money.from_fund_atoms)?;
    let event = SliceSold {
        margin_account: accounts.margin_account.key(),
        bidder: accounts.bidder.key(),
        fraction_ppb: deal.fraction.get(),
        price_whole_atoms: deal.quote.price_whole,
        paid_by_bidder_atoms: deal.money.bidder_pays_atoms,
        paid_by_account_atoms: deal.money.from_account_cash_atoms,
        paid_by_fund_atoms: deal.money.from_fund_atoms,
        penalty_atoms: deal.money.penalty_atoms,
    };
    emit_cpi!(event);
    Ok(())
}
