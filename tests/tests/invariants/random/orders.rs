//! Bids and guard orders, sweeps, quotes two actors sign, writing for oneself.

use backstop_client::orders::Order;
use backstop_client::trading::PlaceOfferArgs;
use backstop_client::SeriesKeys;
use backstop_interface::accounts::{MarginAccount, Offer, Pricing, Side};
use backstop_testkit::invariants::Violation;

use super::action::{Action, Verb};
use super::play::{Placed, Play, ACTORS, PRICE, QUOTE};

/// Millionths of a contract in a lot.
const LOT: u64 = 10_000;
/// Most offers in a sweep.
const MOST_OFFERS: usize = 3;

impl Play {
    /// Performs a verb of this file.
    pub fn order(&mut self, action: &Action) -> Result<(), Violation> {
        let name = self.name(action.who);
        self.refresh(action.size);
        let now = self.stage.world.now();
        let open = |one: &&SeriesKeys| one.expiry.expires_at > now + 3_600;
        let open: Vec<_> = self.series.iter().filter(open).copied().collect();
        if open.is_empty() || self.account(name).is_none() {
            return Ok(());
        }
        let series = open[usize::from(action.what) % open.len()];
        match action.verb {
            Verb::PlaceBid => self.place_bid(name, &series, action.size),
            Verb::PlaceGuard => self.place_guard(action),
            Verb::Sweeping => self.sweep(name, action),
            Verb::Quote => self.quote(name, &series, action),
            _ => {
                let contracts = (1 + u64::from(action.size) % 400) * LOT;
                let outcome = self.stage.write_option(name, &series, contracts);
                self.saw("write_option", outcome).map(drop)
            }
        }
    }

    /// What a contract would pay at once and a little more, quote scaled 1e9.
    fn premium(&self, series: &SeriesKeys, size: u16) -> u64 {
        let intrinsic = match series.kind.is_call() {
            true => self.price.saturating_sub(series.strike_price),
            false => series.strike_price.saturating_sub(self.price),
        };
        intrinsic + self.price / 100 + u64::from(size) * 1_000
    }

    /// A bid at a fixed premium, or an offer of either side by formula.
    fn place_bid(&mut self, name: &str, series: &SeriesKeys, size: u16) -> Result<(), Violation> {
        let side = match size % 4 {
            0 => Side::Ask,
            _ => Side::Bid,
        };
        let pegged = side == Side::Ask || size % 4 == 1;
        let args = PlaceOfferArgs {
            premium_price: match (pegged, side) {
                (true, Side::Ask) => 0,
                (true, Side::Bid) => 50 * PRICE,
                (false, _) => self.premium(series, size),
            },
            contracts: (1 + u64::from(size) % 4_000) * LOT,
            side,
            pricing: match pegged {
                true => Pricing::Pegged {
                    vol_offset_ppm: i32::from(size) - 30_000,
                },
                false => Pricing::Fixed,
            },
            ..PlaceOfferArgs::default()
        };
        self.keep(name, series, args)
    }

    /// Whoever is short lets others close a part of it, whatever his health.
    fn place_guard(&mut self, action: &Action) -> Result<(), Violation> {
        for series in self.series.clone() {
            let short = |account: &MarginAccount| short_in(account, &series) > 0;
            if let Some(name) = self.those(action.who, short).first() {
                let args = PlaceOfferArgs {
                    premium_price: u64::MAX,
                    contracts: (1 + u64::from(action.size) % 400) * LOT,
                    side: Side::Bid,
                    pricing: Pricing::Guard {
                        health_ppb: 1_000_000_000,
                        slip_ppb: 50_000_000,
                    },
                    ..PlaceOfferArgs::default()
                };
                return self.keep(name, &series, args);
            }
        }
        Ok(())
    }

    fn keep(
        &mut self,
        name: &str,
        series: &SeriesKeys,
        args: PlaceOfferArgs,
    ) -> Result<(), Violation> {
        self.nonce += 1;
        let args = PlaceOfferArgs {
            nonce: self.nonce,
            ..args
        };
        let outcome = self.stage.place(name, series, args);
        if self.saw("place_offer", outcome)? {
            let writer = ACTORS.iter().position(|one| *one == name);
            self.offers.push(Placed {
                writer: writer.expect("an actor"),
                nonce: args.nonce,
                series: *series,
                side: args.side,
                pegged: matches!(args.pricing, Pricing::Pegged { .. }),
            });
        }
        Ok(())
    }

    /// The latest offers of the series and side of one of them, and those of another in the same sweep.
    fn sweep(&mut self, name: &str, action: &Action) -> Result<(), Violation> {
        if self.offers.is_empty() {
            return Ok(());
        }
        self.publish();
        if action.size.is_multiple_of(4) {
            let outcome = self.stage.tick();
            self.saw("tick", outcome)?;
        }
        let back = usize::from(action.what) % self.offers.len().min(8);
        let first = self.offers[self.offers.len() - 1 - back];
        let mut orders = vec![self.order_of(name, &first, action.size)];
        let last = self.offers[self.offers.len() - 1];
        if last.series.series != first.series.series {
            orders.push(self.order_of(name, &last, action.size));
        }
        orders.retain(|order| !order.offers.is_empty());
        if orders.is_empty() {
            return Ok(());
        }
        let outcome = self.stage.sweep(name, &orders, i64::MAX);
        self.saw("sweep", outcome).map(drop)
    }

    fn order_of(&self, name: &str, like: &Placed, size: u16) -> Order {
        let stands = |placed: &&Placed| {
            let same = placed.series.series == like.series.series && placed.side == like.side;
            let maker = ACTORS[placed.writer];
            let offer: Option<Offer> = self.stage.read(&self.stage.offer(maker, placed.nonce));
            same && maker != name && offer.is_some_and(|offer| offer.remaining_contracts > 0)
        };
        let found = self.offers.iter().rev().filter(stands).take(MOST_OFFERS);
        let named = found.map(|placed| self.stage.named(ACTORS[placed.writer], placed.nonce));
        let contracts = (1 + u64::from(size) % 300) * LOT;
        let mut order = Order::whole(&like.series, like.side, contracts, named.collect());
        order.least_contracts = LOT;
        order
    }

    fn quote(&mut self, name: &str, series: &SeriesKeys, action: &Action) -> Result<(), Violation> {
        let others = self.those(action.what, |account| {
            !Self::seized(account) && account.quote_atoms > 100 * QUOTE
        });
        let Some(seller) = others.into_iter().find(|other| *other != name) else {
            return Ok(());
        };
        let premium = self.premium(series, action.size);
        let contracts = (1 + u64::from(action.size) % 300) * LOT;
        let outcome = self
            .stage
            .fill_quote(name, seller, series, contracts, premium);
        self.saw("fill_quote", outcome).map(drop)
    }
}

fn short_in(account: &MarginAccount, series: &SeriesKeys) -> u64 {
    let held = account.leg_contracts(series.expiry.expires_at, series.strike_price, series.kind);
    held.min(0).unsigned_abs()
}
