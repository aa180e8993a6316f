//! What an outsider computes before asking: health of an account and terms of an auction, with the same
//! functions the program runs.

use anchor_lang::prelude::*;
use backstop_interface::accounts::{
    AccountState, Auction, Collateral, FeedClock, InsuranceFund, MarginAccount, Market, VolSurface,
};
use backstop_interface::pyth::PriceUpdate;
use backstop_interface::snapshot::{Scene, Snapshot};
use backstop_quantities::Ppb;
use backstop_risk::liquidation::{
    account_fund_limit, incident_room, quote, AuctionQuote, AuctionState,
};
use backstop_risk::margin::Assessment;

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
}

impl MarketView {
    /// Value, requirements and health of an account at a price, as a liquidator sees it: legs of an
    /// expiry that is over count at their intrinsic value.
    pub fn assess(
        &self,
        account: &MarginAccount,
        price: PriceUpdate,
        now: i64,
    ) -> Result<Assessment> {
        let surface = self.vol_surface.surface.into();
        let scene = Scene {
            price,
            surface,
            underlying: &self.underlying,
            now,
            count_expired: true,
        };
        Snapshot::take(account, &scene)?.assess(&self.market.params.margin())
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
        let state = self.auction_state(account, auction, assessment);
        let limit = if auction.subsidised {
            auction.fund_limit_atoms
        } else {
            account_fund_limit(&params, auction.stress_at_trigger_atoms, assessment.value)
        };
        let room = limit
            .saturating_sub(auction.fund_paid_atoms)
            .min(self.fund_room(now));
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
        let state = self.auction_state(account, auction, assessment);
        let taken = auction.taken_now(price_at);
        self.market
            .params
            .auction()
            .slice_room_ppb(&state, auction.left_ppb, taken)
    }

    fn auction_state(
        &self,
        account: &MarginAccount,
        auction: &Auction,
        assessment: &Assessment,
    ) -> AuctionState {
        let healthy = self
            .clock
            .healthy_seconds
            .saturating_sub(auction.healthy_seconds_at_start);
        AuctionState {
            value: assessment.value,
            health_mm: assessment.health_mm(),
            paid_in_atoms: auction.paid_in_atoms.min(account.quote_atoms),
            debt_atoms: account.debt_atoms(),
            healthy_seconds: i64::try_from(healthy).unwrap_or(i64::MAX),
        }
    }

    /// What the fund may still pay in the running incident.
    fn fund_room(&self, now: i64) -> u64 {
        let (fund, params) = (&self.fund, self.market.params.auction());
        let running =
            fund.incident_started_at > 0 && now < fund.incident_started_at.saturating_add(86_400);
        let room = if running {
            incident_room(
                &params,
                fund.incident_assets_atoms,
                fund.incident_paid_atoms,
            )
        } else {
            incident_room(&params, fund.assets_atoms, 0)
        };
        room.min(fund.assets_atoms)
    }
}
