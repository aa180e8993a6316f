//! Accounts, offers, trades, insurance.

use backstop_client::feed;
use backstop_client::{ExpiryKeys, SeriesKeys};
use backstop_interface::accounts::{Expiry, MarginAccount, Offer, OptionKind, Series, Side};
use backstop_testkit::invariants::Violation;
use backstop_testkit::OfferTerms;

use super::action::{Action, Verb};
use super::play::{Placed, Play, PRICE, QUOTE};

/// Series and expiries a run creates at most.
const MOST_SERIES: usize = 10;
const MOST_EXPIRIES: usize = 3;
/// Millionths of a contract in a lot.
const LOT: u64 = 10_000;

fn is_empty(account: &MarginAccount) -> bool {
    account.quote_atoms == 0
        && account.collaterals.iter().all(|slot| slot.atoms == 0)
        && account.expiries.iter().all(|slot| slot.expires_at == 0)
}

impl Play {
    /// Performs a verb of this file.
    pub fn trade(&mut self, action: &Action) -> Result<(), Violation> {
        let name = self.name(action.who);
        self.refresh(action.size);
        match action.verb {
            Verb::CreateExpiry => self.create_expiry(name),
            Verb::CreateSeries => self.create_series(name, action),
            Verb::OpenAccount => {
                if self.account(name).is_some() && !action.size.is_multiple_of(8) {
                    return Ok(());
                }
                let outcome = self.stage.open_account(name);
                self.saw("open_account", outcome).map(drop)
            }
            Verb::CloseAccount => {
                let Some(name) = self.one(action.who, action.size, is_empty) else {
                    return Ok(());
                };
                let outcome = self.stage.close_account(name);
                self.saw("close_account", outcome).map(drop)
            }
            Verb::PlaceOffer => self.place_offer(name, action),
            Verb::CancelOffer | Verb::BuyTokens | Verb::BuyLedger => self.take_offer(name, action),
            Verb::Stake | Verb::Sweep | Verb::Preview => self.others(name, action),
            Verb::Measure | Verb::ShareCover => self.cover(action),
            _ => self.cash(name, action),
        }
    }

    /// Insurance, and a look at the price.
    fn others(&mut self, name: &str, action: &Action) -> Result<(), Violation> {
        match action.verb {
            Verb::Stake => {
                let outcome = self
                    .stage
                    .stake(name, (u64::from(action.size) / 64 + 1) * QUOTE);
                self.saw("stake_insurance", outcome).map(drop)
            }
            Verb::Sweep => {
                let fees = |name: &&str| self.stage.shard_of(name).claims_atoms() > 0;
                let Some(name) = self.those(action.who, |_| true).into_iter().find(fees) else {
                    return Ok(());
                };
                let outcome = self.stage.sweep_fees_of(name);
                self.saw("sweep_fees", outcome).map(drop)
            }
            _ => {
                let preview = feed::preview_price(&self.stage.keys, self.stage.price_account);
                let outcome = self.stage.world.send_as("preview_price", &[preview], &[]);
                self.saw("preview_price", outcome).map(drop)
            }
        }
    }

    /// The uncovered loss of somebody, and of everybody.
    fn cover(&mut self, action: &Action) -> Result<(), Violation> {
        if action.verb == Verb::ShareCover {
            let outcome = self.stage.share_cover();
            return self.saw("share_cover", outcome).map(drop);
        }
        let Some(name) = self.one(action.who, action.size, |_| true) else {
            return Ok(());
        };
        let outcome = match action.what % 3 {
            0 => self.stage.measure(name),
            _ => {
                let (series, expiry) = self.impaired(action.size);
                self.stage.estimate(name, &series, &expiry)
            }
        };
        self.saw("measure", outcome).map(drop)
    }

    /// An expiry, of all one that holds estates, and up to ten series of it; in one case of four only some of them.
    fn impaired(&self, size: u16) -> (Vec<SeriesKeys>, Vec<ExpiryKeys>) {
        let now = self.stage.world.now();
        let held = |one: &Expiry| one.estate_count > 0 && one.expires_at > now;
        let first = size.to_le_bytes()[0];
        let found = self.expiries_where(first, held);
        let found = found.or_else(|| self.expiries_where(first, |_| true));
        let Some(expiry) = found else {
            return (vec![], vec![]);
        };
        let live = expiry.expires_at > now || size.is_multiple_of(16);
        let most = if size % 4 == 3 { 1 } else { 10 };
        let own = self.series.iter().filter(|one| {
            one.expiry.expires_at == expiry.expires_at
                && self.books.series.contains_key(&one.series)
        });
        let own = own.filter(|_| live).take(most).copied();
        (own.collect(), vec![expiry])
    }

    fn create_expiry(&mut self, name: &str) -> Result<(), Violation> {
        match self.expiries.len() == MOST_EXPIRIES {
            true => Ok(()),
            false => self.new_expiry(name),
        }
    }

    /// The next expiry there is not yet.
    pub fn new_expiry(&mut self, name: &str) -> Result<(), Violation> {
        let mut keys = self.stage.next_expiry(0);
        while self
            .expiries
            .iter()
            .any(|known| known.expires_at == keys.expires_at)
        {
            keys = self.stage.keys.expiry(keys.expires_at + 86_400);
        }
        let outcome = self.stage.create_expiry(name, &keys);
        if self.saw("create_expiry", outcome)? {
            self.expiries.push(keys);
        }
        Ok(())
    }

    fn create_series(&mut self, name: &str, action: &Action) -> Result<(), Violation> {
        let now = self.stage.world.now();
        let Some(expiry) = self.expiries_where(action.what, |expiry| expiry.expires_at > now)
        else {
            return self.create_expiry(name);
        };
        let percent = 80 + 10 * u64::from(action.size % 5);
        let strike = self.price * percent / 100 / PRICE * PRICE;
        let kind = match (action.size & 8, action.size & 48) {
            (0, 0) => OptionKind::AmericanPut,
            (0, _) => OptionKind::Put,
            (_, 0) => OptionKind::AmericanCall,
            _ => OptionKind::Call,
        };
        let keys = expiry.series(strike, kind);
        let known = self.series.iter().any(|one| one.series == keys.series);
        if known || self.series.len() == MOST_SERIES {
            return Ok(());
        }
        let outcome = self.stage.create_series(name, &keys);
        if self.saw("create_series", outcome)? {
            self.series.push(keys);
        }
        Ok(())
    }

    fn place_offer(&mut self, name: &'static str, action: &Action) -> Result<(), Violation> {
        let now = self.stage.world.now();
        let open: Vec<_> = self
            .series
            .iter()
            .filter(|one| one.expiry.expires_at > now + 3_600)
            .copied()
            .collect();
        if open.is_empty() || self.account(name).is_none() {
            return Ok(());
        }
        let series = open[usize::from(action.what) % open.len()];
        let intrinsic = match series.kind.is_call() {
            true => self.price.saturating_sub(series.strike_price),
            false => series.strike_price.saturating_sub(self.price),
        };
        self.nonce += 1;
        let terms = OfferTerms {
            nonce: self.nonce,
            premium_price: intrinsic + self.price / 100 + u64::from(action.size),
            contracts: (1 + u64::from(action.size) % 40_000) * LOT,
        };
        let outcome = self.stage.place_offer(name, &series, terms);
        if self.saw("place_offer", outcome)? {
            let writer = super::play::ACTORS
                .iter()
                .position(|one| *one == name)
                .expect("an actor");
            self.offers.push(Placed {
                writer,
                nonce: terms.nonce,
                series,
                side: Side::Ask,
                pegged: false,
            });
        }
        Ok(())
    }

    /// Takes back or fills one of the offers, the latest ones more often.
    fn take_offer(&mut self, name: &'static str, action: &Action) -> Result<(), Violation> {
        let until = self.open_until(action.size, 3_600);
        let fits = |placed: &Placed| {
            let open = placed.side == Side::Ask && placed.series.expiry.expires_at > until;
            action.verb == Verb::CancelOffer || open
        };
        let numbers = 0..self.offers.len();
        let usable: Vec<_> = numbers.filter(|i| fits(&self.offers[*i])).collect();
        if usable.is_empty() {
            return Ok(());
        }
        let back = usize::from(action.what) % usable.len().min(4);
        let index = usable[usable.len() - 1 - back];
        let placed = self.offers[index];
        let writer = super::play::ACTORS[placed.writer];
        if action.verb == Verb::CancelOffer {
            let outcome = self.stage.cancel_offer(writer, placed.nonce);
            if self.saw("cancel_offer", outcome)? {
                self.offers.remove(index);
            }
            return Ok(());
        }
        // Nobody fills his own offer, but in one case of sixteen.
        let others = self.those(action.who, |account| account.quote_atoms > 0);
        let mut others = others.into_iter().filter(|one| *one != writer);
        let other = others.next().filter(|_| !action.size.is_multiple_of(16));
        let name = other.unwrap_or(name);
        if !action.size.is_multiple_of(16) {
            self.bear_all()?;
        }
        let address = self.stage.offer(writer, placed.nonce);
        let left = self
            .stage
            .read::<Offer>(&address)
            .map_or(0, |offer| offer.remaining_contracts);
        if left == 0 {
            return Ok(());
        }
        let part = left * (1 + u64::from(action.size) % 60) / 60;
        let contracts = (part / LOT).max(1) * LOT;
        let outcome = match action.verb {
            Verb::BuyTokens => {
                self.stage
                    .buy_tokens(name, writer, placed.nonce, &placed.series, contracts)
            }
            _ => self
                .stage
                .buy_ledger(name, writer, placed.nonce, &placed.series, contracts),
        };
        self.saw("fill_offer", outcome).map(drop)
    }

    /// Contracts of a series an actor holds as tokens.
    pub fn tokens_of(&self, name: &str, series: &Series) -> u64 {
        let owner = backstop_testkit::pubkey(name);
        self.books.held(&self.stage.world.ata(&owner, &series.mint))
    }
}
