//! One instruction that landed, and what it is judged by.

use backstop_client::quotes::{MarketView, PricedCollateral};
use backstop_interface::accounts::{CollateralKind, Expiry, MarginAccount};
use backstop_interface::pda;
use backstop_interface::pyth::PriceUpdate;
use backstop_interface::snapshot::Purpose;
use backstop_risk::averaging::AVERAGE_SECONDS;
use backstop_risk::margin::Assessment;
use solana_pubkey::Pubkey;

use super::{Books, Violation};

/// One instruction of one market.
#[derive(Clone, Copy, Debug)]
pub struct Act<'a> {
    /// Its name, as `fill_offer`.
    pub name: &'a str,
    /// The books before it.
    pub before: &'a Books,
    /// The books after it.
    pub after: &'a Books,
    /// The market.
    pub market: Pubkey,
    /// The market's price as published when it landed.
    pub price: PriceUpdate,
    /// When it landed, unix seconds.
    pub now: i64,
}

impl<'a> Act<'a> {
    /// The market after it, as a decision needs it; none before genesis is over or the first price is shown.
    pub fn view(&self) -> Option<MarketView> {
        let books = self.after;
        let market = books.markets.get(&self.market)?.clone();
        let clock = books.clocks.get(&pda::feed_clock(&market.feed_id))?.clone();
        let underlying = books
            .collaterals
            .values()
            .find(|one| one.market == self.market && one.kind == CollateralKind::Underlying)?;
        Some(MarketView {
            vol_surface: *books.surfaces.get(&pda::vol_surface(&self.market))?,
            underlying: underlying.clone(),
            fund: books.funds.get(&pda::insurance_fund(&self.market))?.clone(),
            expiries: self.near(),
            collaterals: self.collaterals(),
            market,
            clock,
        })
        .filter(|view| view.vol_surface.updated_at > 0)
    }

    /// Collaterals with feeds of their own, at the newest prices published, by mint.
    fn collaterals(&self) -> Vec<PricedCollateral> {
        let books = self.after;
        let own = books.collaterals.values();
        let own = own.filter(|one| one.market == self.market && one.kind.has_own_feed());
        let mut priced: Vec<_> = own
            .filter_map(|config| {
                Some(PricedCollateral {
                    price: *books.prices.get(&config.feed_id)?,
                    clock: books.clocks.get(&pda::feed_clock(&config.feed_id))?.clone(),
                    pool: books.pools.get(&config.stake_pool).copied(),
                    config: config.clone(),
                })
            })
            .collect();
        priced.sort_by_key(|one| one.config.mint);
        priced
    }

    /// Expiries of the market that are over, end within the hour or have American series, earliest first.
    fn near(&self) -> Vec<Expiry> {
        let until = self.now.saturating_add(AVERAGE_SECONDS);
        let near = |one: &Expiry| one.expires_at <= until || one.places != 0;
        let own = |one: &&Expiry| one.market == self.market && near(one);
        let mut near: Vec<_> = self.after.expiries.values().filter(own).copied().collect();
        near.sort_by_key(|one| one.expires_at);
        near
    }

    /// Accounts of the market whose legs, cash, collateral or debts it changed, before and after. Accounts
    /// opened or closed by it are not among them, nor those exercises wait for, which nobody judges.
    pub fn changed(&self) -> impl Iterator<Item = (Pubkey, &'a MarginAccount, &'a MarginAccount)> {
        let (before, after) = (self.before, self.after);
        after
            .accounts_of(self.market)
            .filter_map(move |(address, now)| {
                let was = before.accounts.get(address)?;
                let judged = [(before, was), (after, now)];
                let judged = judged.iter().all(|(books, one)| has_borne(books, one));
                (judged && !same_holdings(was, now)).then_some((*address, was, now))
            })
    }
}

/// [`MarketView::assess_for`] as a rule's step.
pub(super) fn assess(
    view: &MarketView,
    purpose: Purpose,
    account: &MarginAccount,
    act: &Act,
) -> Result<Assessment, Violation> {
    view.assess_for(purpose, account, act.price, act.now)
        .map_err(|error| Violation {
            invariant: "I7 assessable",
            detail: format!("{} after {}: {error}", account.owner, act.name),
        })
}

/// Whether no exercise waits for a short of an account.
fn has_borne(books: &Books, account: &MarginAccount) -> bool {
    account.legs.iter().all(|leg| {
        let expires_at = account.expires_at(leg);
        let mut expiries = books.expiries.values();
        let own = expiries.find(|one| one.market == account.market && one.expires_at == expires_at);
        own.is_none_or(|expiry| expiry.has_been_borne(leg))
    })
}

fn same_holdings(one: &MarginAccount, other: &MarginAccount) -> bool {
    one.quote_atoms == other.quote_atoms
        && one.collaterals == other.collaterals
        && one.expiries == other.expiries
        && one.legs == other.legs
}
