use anchor_lang::prelude::*;
use backstop_interface::accounts::{
    AccountState, FillRequest, MarginAccount, Offer, Series, Shard, Side,
};
use backstop_interface::action::Action;
use backstop_interface::event::RequestExecuted;
use backstop_interface::pyth::PriceUpdate;
use backstop_interface::snapshot::Moment;
use backstop_interface::{ensure, pda, BackstopError};
use backstop_quantities::Price;

use crate::margin::{__client_accounts_risk, __cpi_client_accounts_risk, Risk, RiskBumps};
use crate::trade::{self, Bill, Party, Sided, Struck, Trades};
use crate::{apply, oracle};

#[event_cpi]
#[derive(Accounts)]
pub struct ExecuteFill<'info> {
    /// Anyone; the request's rent pays for the work.
    #[account(mut)]
    pub executor: Signer<'info>,
    pub risk: Risk<'info>,
    #[account(
        mut, close = executor, has_one = offer @ BackstopError::OfferVoid,
        has_one = series @ BackstopError::WrongSeries,
    )]
    pub request: Box<Account<'info, FillRequest>>,
    #[account(mut, has_one = series @ BackstopError::OfferVoid)]
    pub offer: Box<Account<'info, Offer>>,
    #[account(mut, address = offer.margin_account @ BackstopError::OfferVoid)]
    pub maker: AccountLoader<'info, MarginAccount>,
    /// The maker's.
    #[account(mut, seeds = [pda::SHARD, risk.market.key().as_ref(), &[shard.index]], bump = shard.bump)]
    pub shard: Box<Account<'info, Shard>>,
    #[account(mut)]
    pub series: Box<Account<'info, Series>>,
    #[account(mut, address = request.margin_account @ BackstopError::NotOwner)]
    pub taker: AccountLoader<'info, MarginAccount>,
    /// The taker's, where it is another.
    #[account(mut)]
    pub taker_shard: Option<Box<Account<'info, Shard>>>,
    /// CHECK: the update that decides the premium; owner, layout and feed are checked by `oracle`.
    pub update: UncheckedAccount<'info>,
}

impl ExecuteFill<'_> {
    fn check(&self, now: i64) -> Result<()> {
        let (request, offer) = (&self.request, &self.offer);
        let (maker, taker) = (self.maker.load()?, self.taker.load()?);
        self.risk.check(&request.market)?;
        self.shard.check(&request.market, &self.maker.key())?;
        let stands = !request.is_over(now) && taker.epoch == request.epoch;
        ensure(stands, BackstopError::RequestOver)?;
        ensure(request.is_for(offer), BackstopError::OfferVoid)?;
        trade::check_standing(offer, &maker, now)?;
        ensure(
            taker.state() == AccountState::Open,
            BackstopError::AccountNotOpen,
        )?;
        trade::check_open(&self.series, now)?;
        let room = trade::room(&self.risk.market, offer, &maker, &self.series);
        let least = offer.least_fill_contracts.min(room);
        ensure(
            (least..=room).contains(&request.contracts),
            BackstopError::FillOutOfRange,
        )?;
        Ok(())
    }

    /// The update that decides: the unique first one from the request's moment on, and soon enough after it.
    fn deciding(&self, now: i64) -> Result<PriceUpdate> {
        let update = oracle::genuine(&self.update, &self.risk.market, now)?;
        ensure(
            self.request.is_decided_by(&update),
            BackstopError::NotDecidingUpdate,
        )?;
        Action::Execute.check_price(&update, &self.risk.clock, now)?;
        Ok(update)
    }

    /// Premium per contract and the spot it was found at: the formula at the deciding update; from a minute after the
    /// request on what the offer stands at now, and nothing else: whoever knows both prices chooses between them.
    fn premium(&self, update: &PriceUpdate, moment: &Moment) -> Result<(u64, Price)> {
        let (offer, series, risk) = (&self.offer, &self.series, &self.risk);
        if self.request.is_late(moment.now) {
            let price = risk.offered_price(offer, &*self.maker.load()?, series, moment)?;
            return Ok((price, moment.price.price()));
        }
        let price = trade::pegged_at(&risk.market.params, offer, series, update, moment)?;
        Ok((price, update.price()))
    }

    /// Deposit back to the taker, then the trade between both, in the books.
    #[inline(never)]
    fn trade(&mut self, bill: &Bill, now: i64) -> Result<()> {
        let (maker, taker) = (&mut *self.maker.load_mut()?, &mut *self.taker.load_mut()?);
        let (series, contracts) = (&mut self.series, self.request.contracts);
        taker.quote_atoms = apply::add(taker.quote_atoms, self.request.deposit_atoms)?;
        trade::note_fill(&self.offer, maker, now);
        trade::note_fill(&self.offer, taker, now);
        let (buyer, seller) = match self.offer.side {
            Side::Ask => (taker, maker),
            Side::Bid => (maker, taker),
        };
        trade::buy(buyer, series, contracts, bill)?;
        trade::sell(seller, series, contracts, bill)?;
        self.shard.fees_atoms = apply::add(self.shard.fees_atoms, bill.fee_atoms)?;
        self.offer.remaining_contracts = apply::take(self.offer.remaining_contracts, contracts)?;
        Ok(())
    }

    /// Gives what the seller contributed.
    fn hold(
        &mut self,
        before: [&MarginAccount; 2],
        struck: &[Struck],
        bill: &Bill,
        moment: &Moment,
    ) -> Result<u64> {
        let side = |sells: bool| match sells {
            true => Trades::sale(struck, bill),
            false => Trades::purchase(struck),
        };
        let asks = self.offer.side == Side::Ask;
        let [maker, taker] = before;
        let makes = Sided {
            party: Party::maker(maker, &self.offer),
            key: self.maker.key(),
            before: maker,
            after: &mut *self.maker.load_mut()?,
            trades: side(asks),
        };
        let takes = Sided {
            party: Party::signed(taker, &self.request.owner, false),
            key: self.taker.key(),
            before: taker,
            after: &mut *self.taker.load_mut()?,
            trades: side(!asks),
        };
        let (shard, other) = (&mut self.shard, &mut self.taker_shard);
        let other = other.as_mut().map(|other| &mut ***other);
        self.risk
            .require_margin_of_both(makes, takes, moment, shard, other)
    }
}

/// Premium at the deciding update (late: what the offer stands at now), margins at a price of now.
pub fn execute_fill(ctx: Context<ExecuteFill>) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    ctx.accounts.check(now)?;
    let accounts = &mut *ctx.accounts;
    let update = accounts.deciding(now)?;
    let maker = trade::copy(&*accounts.maker.load()?);
    let taker = trade::copy(&*accounts.taker.load()?);
    let last_used_at = maker.last_price_at.max(taker.last_price_at);
    let (risk, shown) = (&accounts.risk, ctx.remaining_accounts);
    let moment = risk.moment_for_risk(Action::AddRisk, last_used_at, shown, now)?;
    let (price, spot) = accounts.premium(&update, &moment)?;
    let (offer, series) = (&accounts.offer, &accounts.series);
    let within = match offer.side {
        Side::Ask => price <= accounts.request.limit_price,
        Side::Bid => price >= accounts.request.limit_price,
    };
    ensure(within, BackstopError::PremiumAboveLimit)?;
    let contracts = accounts.request.contracts;
    let struck = risk.strike(series, price, offer.side.maker(), &moment)?;
    let bill = trade::bill(&risk.market, series, contracts, &struck, spot)?;
    accounts.trade(&bill, now)?;
    let contribution = accounts.hold([&maker, &taker], &[struck], &bill, &moment)?;
    let event = RequestExecuted {
        request: accounts.request.key(),
        offer: accounts.offer.key(),
        margin_account: accounts.taker.key(),
        contracts,
        premium_atoms: bill.premium_atoms,
        fee_atoms: apply::add(bill.fee_atoms, contribution)?,
        decided_at: update.publish_at,
    };
    emit_cpi!(event);
    Ok(())
}
