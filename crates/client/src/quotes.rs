//! What an outsider computes before asking: health of an account and terms of an auction, with the same
//! functions the program runs.

use anchor_lang::prelude::*;
use backstop_interface::accounts::{
    AccountState, Auction, Collateral, Expiry, FeedClock, InsuranceFund, MarginAccount, Market,
    VolSurface,
};
use backstop_interface::action::Action;
use backstop_interface::breach;
use backstop_interface::pyth::PriceUpdate;
use backstop_interface::remaining::Known;
use backstop_interface::shown::{Quotes, Redemption, ShownCollateral, OLDEST_SECONDS};
use backstop_interface::snapshot::{Moment, Purpose, Scene};
use backstop_interface::stake_pool::StakePool;
use backstop_quantities::{Ppb, Price, ONE_PPB};
use backstop_risk::liquidation::{quote, AuctionQuote};
use backstop_risk::margin::Assessment;
use backstop_risk::volatility::BreachState;

/// The public accounts of a market a decision needs.
#[derive(Clone, Debug)]
pub struct MarketView {
    /// Market.
    pub market: Market,
    /// Underlying as collateral.
    pub underlying: Collateral,
    /// Surface in force.
    pub vol_surface: VolSurface,
    /// Feed clock.
    pub clock: FeedClock,
    /// Insurance fund.
    pub fund: InsuranceFund,
    /// Expiries that are over or end within the hour, earliest first.
    pub expiries: Vec<Expiry>,
    /// Collaterals with feeds of their own, in ascending order of their mints.
    pub collaterals: Vec<PricedCollateral>,
}

/// A collateral with a feed of its own, and what it costs.
#[derive(Clone, Debug)]
pub struct PricedCollateral {
    /// Configuration.
    pub config: Collateral,
    /// Market price.
    pub price: PriceUpdate,
    /// Clock of its feed.
    pub clock: FeedClock,
    /// The pool that redeems it, if it is a liquid-staking token.
    pub pool: Option<StakePool>,
}

impl PricedCollateral {
    fn shown(&self, spot: Price, aged_seconds: i64) -> Result<ShownCollateral> {
        let redemption = self.pool.map(|pool| Redemption { pool, spot });
        self.config
            .shown(&self.price, &self.clock, redemption, aged_seconds)
    }
}

impl MarketView {
    /// Value, requirements and health of an account at a price, as a liquidator sees it: legs of an
    /// expiry that is over count.
    pub fn assess(
        &self,
        account: &MarginAccount,
        price: PriceUpdate,
        now: i64,
    ) -> Result<Assessment> {
        self.assess_for(Purpose::Liquidation, account, price, now)
    }

    /// The same as an instruction of another purpose sees it.
    pub fn assess_for(
        &self,
        purpose: Purpose,
        account: &MarginAccount,
        price: PriceUpdate,
        now: i64,
    ) -> Result<Assessment> {
        let moment = self.moment(price, purpose, now)?;
        self.scene(&moment, purpose).assess(account)
    }

    /// Whether an open account would be seized now, noted, or left alone.
    pub fn judge(
        &self,
        account: &MarginAccount,
        price: PriceUpdate,
        now: i64,
    ) -> Result<BreachState> {
        let moment = self.moment(price, Purpose::Liquidation, now)?;
        let scene = self.scene(&moment, Purpose::Liquidation);
        let health = scene.assess(account)?.health_mm();
        let (surface, action) = (&self.vol_surface, Action::Liquidate);
        Ok(breach::judge(action, account, health, &scene, surface)?.0)
    }

    /// Unix second from which an account of this health(MM) may be seized: before it a proven gap of the market's feed,
    /// or of the feed of a collateral it holds, gives its owner time.
    pub fn grace_ends_at(
        &self,
        account: &MarginAccount,
        health_mm_atoms: i64,
        price: PriceUpdate,
        now: i64,
    ) -> Result<i64> {
        let moment = self.moment(price, Purpose::Liquidation, now)?;
        let clock = &self.clock;
        Ok(breach::grace_ends_at(
            account,
            health_mm_atoms,
            clock,
            &moment,
        ))
    }

    fn moment(&self, price: PriceUpdate, purpose: Purpose, now: i64) -> Result<Moment> {
        let market = self.underlying.market;
        let known = Known::from_expiries(&self.expiries, &market, now)?;
        let seen = (&self.vol_surface, &self.clock);
        let mut quotes = Quotes::default();
        for one in &self.collaterals {
            // Only a liquidation takes older prices, and counts them for less; beyond its limit it would take none.
            let age = match purpose {
                Purpose::Liquidation => {
                    let age = now.saturating_sub(one.price.publish_at);
                    age.min(OLDEST_SECONDS)
                }
                Purpose::Risk | Purpose::Withdrawal => 0,
            };
            quotes.push(one.shown(price.price(), age)?)?;
        }
        let moment = Moment::of(&self.market, seen, price, known, now);
        Ok(moment.with_quotes(quotes))
    }

    fn scene<'a>(&'a self, moment: &'a Moment, purpose: Purpose) -> Scene<'a> {
        Scene {
            market: &self.market,
            underlying: &self.underlying,
            moment,
            purpose,
            cover_scale_ppb: ONE_PPB,
        }
    }

    /// Terms of an account's auction as a bid would meet them; `None` if nothing is for sale.
    pub fn auction_terms(
        &self,
        account: &MarginAccount,
        auction: &Auction,
        assessment: &Assessment,
        now: i64,
    ) -> Option<AuctionQuote> {
        let params = self.market.params.auction();
        let state = auction.state(account, &self.clock, assessment, now);
        let room = auction.fund_room(&self.fund, &params, assessment, now);
        quote(&state, &params, room).ok()
    }

    /// Largest part of an account on auction that may be bought with a price of this publish time:
    /// large accounts are sold by and by in the first minutes. An estate has no such limit.
    pub fn slice_room(
        &self,
        account: &MarginAccount,
        auction: &Auction,
        assessment: &Assessment,
        price_at: i64,
    ) -> Ppb {
        if account.state() == AccountState::Estate {
            return Ppb::ONE;
        }
        let state = auction.state(account, &self.clock, assessment, price_at);
        let taken = auction.taken_now(price_at);
        self.market
            .params
            .auction()
            .slice_room_ppb(&state, auction.left_ppb, taken)
    }
}
