//! Prices, time, seizures, auctions, estates.

use backstop_client::ExpiryKeys;
use backstop_interface::accounts::{AccountState, MarginAccount};
use backstop_testkit::invariants::Violation;

use super::action::{Action, Verb};
use super::opening::surface;
use super::play::{Play, ACTORS, PRICE, QUOTE};
use super::prices::Blur;

impl Play {
    /// What happens to everybody: prices, time, surfaces, gifts.
    pub fn surroundings(&mut self, action: &Action) -> Result<(), Violation> {
        let size = u64::from(action.size);
        match action.verb {
            Verb::Surface => return self.submit_surface(action),
            Verb::Donate => return self.donate(action),
            Verb::Silence => {
                self.stage.world.advance(90);
                let now = self.stage.world.now();
                let before = self.stage.price.publish_at;
                let price = backstop_testkit::pyth::PythPrice::new(
                    self.stage.keys.feed_id,
                    self.price,
                    now,
                );
                self.stage.publish(price.after(before));
                self.publish_others();
                return self.tick();
            }
            Verb::ManyTicks => {
                for _ in 0..4 + size % 12 {
                    self.stage.world.advance(30);
                    self.publish();
                    self.tick()?;
                }
                return Ok(());
            }
            Verb::Blur => {
                self.blur = Blur {
                    bps: [None, Some(0), Some(90), Some(250), Some(480), Some(700)]
                        [usize::from(action.who) % 6],
                    coarser: u32::from(action.what % 4),
                    average_percent: [None, Some(80), Some(130)][usize::from(action.who) % 3],
                }
            }
            Verb::Crash => self.shift(if size & 1 == 0 {
                40 + size % 45
            } else {
                120 + size % 80
            }),
            Verb::Move => self.shift(93 + size % 15),
            _ => self.shift(99 + size % 3),
        }
        if action.verb != Verb::Blur {
            self.blur = Blur::default();
        }
        self.stage.world.advance(1 + i64::from(action.what % 20));
        self.publish();
        self.tick()
    }

    /// Moves the price to `percent` of itself, within what strikes and mints can follow.
    fn shift(&mut self, percent: u64) {
        self.price = (self.price * percent / 100).clamp(20 * PRICE, 2_000 * PRICE);
    }

    /// Shows the published price to the clock.
    pub fn tick(&mut self) -> Result<(), Violation> {
        let outcome = self.stage.tick();
        self.saw("tick", outcome).map(drop)
    }

    fn submit_surface(&mut self, action: &Action) -> Result<(), Violation> {
        let publishers = self.stage.publishers;
        self.stage.world.advance(61);
        for publisher in publishers.iter().take(1 + usize::from(action.what) % 3 * 2) {
            let outcome = self.stage.submit_surface(publisher, &surface(action.size));
            self.saw("submit_surface", outcome)?;
        }
        self.publish();
        Ok(())
    }

    /// Somebody sends tokens to a vault: it changes nobody's claim.
    fn donate(&mut self, action: &Action) -> Result<(), Violation> {
        let keys = self.stage.keys;
        let escrow = self
            .expiries
            .first()
            .map_or(keys.vault, |expiry| expiry.escrow);
        let stable = self.stage.other("stable").keys.mint;
        let (_, other) = keys.collateral(&stable);
        if action.what.is_multiple_of(4) {
            let atoms = u64::from(action.size);
            self.stage.world.mint_to(&stable, &other, atoms);
            return self.look();
        }
        let vault = [keys.vault, keys.insurance_vault, escrow][usize::from(action.what) % 3];
        self.stage
            .world
            .mint_to(&keys.quote_mint, &vault, u64::from(action.size));
        self.look()
    }

    /// Performs a verb of seizure and sale.
    pub fn stress(&mut self, action: &Action) -> Result<(), Violation> {
        self.refresh(action.size);
        match action.verb {
            Verb::Liquidate => self.liquidate(action),
            Verb::Bid => self.bid(action),
            Verb::Convert => self.convert(action),
            Verb::Repay => self.repay(action),
            _ => {
                let done = |account: &MarginAccount| account.state() == AccountState::Estate;
                let Some(target) = self.one(action.what, action.size, done) else {
                    return Ok(());
                };
                let outcome = self.stage.close_estate(self.name(action.who), target);
                self.saw("close_estate", outcome).map(drop)
            }
        }
    }

    /// Somebody below his maintenance margin, or on auction, or one case in four anybody.
    fn liquidate(&mut self, action: &Action) -> Result<(), Violation> {
        // Who judges has everybody bear what waits, in one case of sixteen not.
        if !action.size.is_multiple_of(16) {
            self.bear_all()?;
        }
        let exposed = |account: &MarginAccount| {
            account.has_shorts() || account.debt_atoms() > 0 || Self::seized(account)
        };
        let names = self.those(action.what, exposed);
        let sick = |name: &&&str| {
            let account = self.account(name);
            let sick = || self.has_borne(name) && self.stage.assess(name).health_mm() < 0;
            account.is_some_and(Self::seized) || sick()
        };
        let anyone = (action.size % 4 == 3)
            .then(|| names.first().copied())
            .flatten();
        let Some(target) = names.iter().find(sick).copied().or(anyone) else {
            return Ok(());
        };
        let outcome = self.stage.liquidate(self.name(action.who), target);
        self.saw("liquidate", outcome).map(drop)
    }

    /// The bidder is the actor numbered if he can bid at all, otherwise the next who can.
    fn bid(&mut self, action: &Action) -> Result<(), Violation> {
        let now = self.stage.world.now();
        let sellable = |account: &MarginAccount| {
            let holds = account.collaterals.iter().any(|slot| slot.atoms > 0);
            Self::seized(account) && (account.has_live_legs(now) || holds && !account.returns())
        };
        let Some(target) = self.one(action.what, action.size, sellable) else {
            return Ok(());
        };
        let able = |account: &MarginAccount| {
            !Self::seized(account)
                && account.debt_atoms() == 0
                && !account.short_near_expiry(now, 3_600)
        };
        let able = self.those(action.who, able);
        let Some(bidder) = able.into_iter().find(|name| *name != target) else {
            return Ok(());
        };
        if !action.size.is_multiple_of(16) {
            self.bear_all()?;
        }
        let fraction =
            [10_000_000, 123_456_789, 500_000_000, 1_000_000_000][usize::from(action.size) % 4];
        let outcome = self.stage.bid(bidder, target, fraction, i64::MAX);
        self.saw("bid", outcome).map(drop)
    }

    fn convert(&mut self, action: &Action) -> Result<(), Violation> {
        let mint = self.stage.keys.underlying_mint;
        let converting = |account: &MarginAccount| {
            let needed = account.state() == AccountState::Estate
                || account.debt_atoms() > account.quote_atoms;
            account.conversion_started_at > 0 && needed && account.collateral_atoms(&mint) > 0
        };
        let Some(target) = self.one(action.what, action.size, converting) else {
            return Ok(());
        };
        let atoms = if action.size & 1 == 0 {
            u64::MAX
        } else {
            1 + u64::from(action.size) * 12_345
        };
        let outcome = self.stage.convert(self.name(action.who), target, atoms);
        self.saw("convert", outcome).map(drop)
    }

    /// Debts are paid from cash; a debtor without any pays parts in first, if he still may.
    pub fn repay(&mut self, action: &Action) -> Result<(), Violation> {
        for expiry in self.expiries.clone() {
            for _ in 0..3 {
                self.repay_part(&expiry, action.what)?;
            }
        }
        Ok(())
    }

    fn repay_part(&mut self, expiry: &ExpiryKeys, first: u8) -> Result<(), Violation> {
        let owed = |account: &MarginAccount| {
            let index = account.expiry_index(expiry.expires_at);
            index.map_or(0, |index| account.expiries[index].debt_atoms)
        };
        let can = |account: &MarginAccount| {
            owed(account) > 0 && (account.quote_atoms > 0 || !Self::seized(account))
        };
        let Some(target) = self.those(first, can).first().copied() else {
            return Ok(());
        };
        let account = self.account(target).copied();
        let (debt, cash) = account.map_or((0, 0), |one| (owed(&one), one.quote_atoms));
        if cash == 0 {
            let part = (debt / 4).clamp(10 * QUOTE, 100_000 * QUOTE);
            let outcome = self.stage.deposit_quote(target, part);
            self.saw("deposit", outcome)?;
        }
        let outcome = self.stage.repay(target, expiry);
        self.saw("repay", outcome).map(drop)
    }

    /// Everybody's names, for loops that change the market.
    pub fn everybody() -> [&'static str; 6] {
        ACTORS
    }
}
