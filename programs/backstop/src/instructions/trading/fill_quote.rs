use anchor_lang::prelude::*;
use backstop_interface::accounts::{AccountState, MarginAccount, Series, Shard};
use backstop_interface::action::Action;
use backstop_interface::event::QuoteFilled;
use backstop_interface::{ensure, pda, BackstopError};
use backstop_risk::quoting::MakerSide;

use crate::apply;
use crate::margin::{self, __client_accounts_risk, __cpi_client_accounts_risk, Risk, RiskBumps};
use crate::trade::{self, Party, Sided, Trades};

/// Two accounts and the series they trade; both sides sign.
#[event_cpi]
#[derive(Accounts)]
pub struct FillQuote<'info> {
    pub buyer_authority: Signer<'info>,
    pub seller_authority: Signer<'info>,
    pub risk: Risk<'info>,
    #[account(mut)]
    pub buyer: AccountLoader<'info, MarginAccount>,
    #[account(mut)]
    pub seller: AccountLoader<'info, MarginAccount>,
    /// The seller's, who pays the fee.
    #[account(mut, seeds = [pda::SHARD, risk.market.key().as_ref(), &[shard.index]], bump = shard.bump)]
    pub shard: Box<Account<'info, Shard>>,
    #[account(mut)]
    pub series: Box<Account<'info, Series>>,
    /// The buyer's, where it is another.
    #[account(mut)]
    pub buyer_shard: Option<Box<Account<'info, Shard>>>,
}

impl FillQuote<'_> {
    fn check(&self, contracts: u64, now: i64) -> Result<()> {
        ensure(
            self.buyer.key() != self.seller.key(),
            BackstopError::SameAccount,
        )?;
        let (buyer, seller) = (self.buyer.load()?, self.seller.load()?);
        let sides = [
            (&buyer, &self.buyer_authority),
            (&seller, &self.seller_authority),
        ];
        for (account, authority) in sides {
            self.risk.check(&account.market)?;
            margin::require_trader(account, &authority.key())?;
            ensure(
                account.state() == AccountState::Open,
                BackstopError::AccountNotOpen,
            )?;
        }
        self.risk.check(&self.series.market)?;
        self.shard.check(&self.series.market, &self.seller.key())?;
        trade::check_open(&self.series, now)?;
        trade::check_lots(&self.risk.market, contracts)?;
        Ok(())
    }
}

pub fn fill_quote(ctx: Context<FillQuote>, contracts: u64, premium_price: u64) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    ctx.accounts.check(contracts, now)?;
    let accounts = &mut *ctx.accounts;
    let (before_buyer, before_seller) = (
        trade::copy(&*accounts.buyer.load()?),
        trade::copy(&*accounts.seller.load()?),
    );
    // The newest price either side has used binds both.
    let last_used_at = before_buyer.last_price_at.max(before_seller.last_price_at);
    let (risk, shown) = (&accounts.risk, ctx.remaining_accounts);
    let closes = trade::closes(
        &before_seller,
        Some(&before_buyer),
        &accounts.series,
        contracts,
    );
    let moment = risk.moment_for_risk(Action::of_trade(closes, true), last_used_at, shown, now)?;
    // Nobody is the maker of a price both signed for: the premium rounds up, as for a writer's offer.
    let (spot, series) = (moment.price.price(), &mut accounts.series);
    let struck = risk.strike(series, premium_price, MakerSide::Sells, &moment)?;
    Action::of_trade(closes, struck.is_near()).check_level(&risk.market)?;
    let bill = trade::bill(&risk.market, series, contracts, &struck, spot)?;
    let struck = [struck];
    let contribution = {
        let (buyer, seller) = (
            &mut *accounts.buyer.load_mut()?,
            &mut *accounts.seller.load_mut()?,
        );
        trade::buy(buyer, series, contracts, &bill)?;
        trade::sell(seller, series, contracts, &bill)?;
        let sells = Sided {
            party: Party::signed(seller, accounts.seller_authority.key, true),
            key: accounts.seller.key(),
            before: &before_seller,
            after: seller,
            trades: Trades::sale(&struck, &bill),
        };
        let buys = Sided {
            party: Party::signed(buyer, accounts.buyer_authority.key, false),
            key: accounts.buyer.key(),
            before: &before_buyer,
            after: buyer,
            trades: Trades::purchase(&struck),
        };
        let (shard, other) = (&mut accounts.shard, &mut accounts.buyer_shard);
        let other = other.as_mut().map(|other| &mut ***other);
        risk.require_margin_of_both(sells, buys, &moment, shard, other)?
    };
    accounts.shard.fees_atoms = apply::add(accounts.shard.fees_atoms, bill.fee_atoms)?;
    let event = QuoteFilled {
        series: accounts.series.key(),
        buyer: accounts.buyer.key(),
        seller: accounts.seller.key(),
        contracts,
        premium_atoms: bill.premium_atoms,
        fee_atoms: apply::add(bill.fee_atoms, contribution)?,
    };
    emit_cpi!(event);
    Ok(())
}
