//! Scripted stretches inside a random game. What chance rarely brings about is brought about here, by instructions anybody
//! may send, by prices and by time; what follows is chance again.

use backstop_client::SeriesKeys;
use backstop_interface::accounts::{AccountState, MarginAccount, OptionKind};
use backstop_testkit::invariants::Violation;

use super::action::{Action, Random, Verb};
use super::play::{Play, ACTORS, PRICE, QUOTE};

/// One contract.
const CONTRACT: u64 = 1_000_000;
/// Actors a scene needs.
const CAST: usize = 3;
/// Seconds an expiry must be away for a scene to play in it.
const FAR_SECONDS: i64 = 6 * 3_600;
/// Seconds between two ticks that all count as healthy.
const TICK_SECONDS: i64 = 30;
/// Ticks after which an auction is over.
const WHOLE_CURVE: usize = 44;

impl Play {
    /// Performs a scene, if there are enough actors free to play it.
    pub fn scene(&mut self, action: &Action) -> Result<(), Violation> {
        let Some(cast) = self.cast(action)? else {
            return Ok(());
        };
        match action.verb {
            Verb::SceneOrders => self.scene_of_orders(action, cast),
            Verb::SceneExercise => self.scene_of_exercise(action, cast),
            Verb::SceneSubsidy => self.scene_of_subsidy(action, cast),
            _ => self.scene_of_estates(cast),
        }
    }

    /// Everybody has an account, volatilities are known, limits shared out. Gives those who may trade.
    fn cast(&mut self, action: &Action) -> Result<Option<[&'static str; CAST]>, Violation> {
        for name in ACTORS {
            if self.account(name).is_none() {
                let outcome = self.stage.open_account(name);
                self.saw("open_account", outcome)?;
            }
        }
        self.perform(&Action {
            verb: Verb::Surface,
            what: 1,
            ..*action
        })?;
        self.tick()?;
        self.bear_all()?;
        let now = self.stage.world.now();
        let free = self.those(action.who, |account| {
            let trades = !Self::seized(account) && account.debt_atoms() == 0;
            trades && !account.short_near_expiry(now, 3_600)
        });
        let outcome = self.stage.share_cover();
        self.saw("share_cover", outcome)?;
        Ok(free.first_chunk().copied())
    }

    /// A series of a kind, near the money and far from its expiry; listed if there is none.
    fn option(&mut self, kind: OptionKind) -> Result<Option<SeriesKeys>, Violation> {
        let until = self.stage.world.now() + FAR_SECONDS;
        let (low, high) = (self.price / 10 * 9, self.price / 10 * 11);
        let fits = |one: &&SeriesKeys| {
            let near = (low..=high).contains(&one.strike_price);
            one.kind == kind && near && one.expiry.expires_at > until
        };
        if let Some(keys) = self.series.iter().find(fits) {
            return Ok(Some(*keys));
        }
        let far = |play: &Self| {
            let mut all = play.expiries.iter();
            all.find(|one| one.expires_at > until).copied()
        };
        if far(self).is_none() {
            self.new_expiry("anna")?;
        }
        let Some(expiry) = far(self) else {
            return Ok(None);
        };
        let keys = expiry.series(self.price / PRICE * PRICE, kind);
        let outcome = self.stage.create_series("anna", &keys);
        let landed = self.saw("create_series", outcome)?;
        if landed {
            self.series.push(keys);
        }
        Ok(landed.then_some(keys))
    }

    /// Quote for somebody.
    fn fund(&mut self, name: &str, quote: u64) -> Result<(), Violation> {
        let outcome = self.stage.deposit_quote(name, quote * QUOTE);
        self.saw("deposit", outcome).map(drop)
    }

    /// Somebody writes about as much as his health allows: the first of ever smaller sizes that lands.
    fn lever(&mut self, name: &str, series: &SeriesKeys, quote: u64) -> Result<bool, Violation> {
        self.fund(name, quote)?;
        self.publish();
        self.bear_all()?;
        let health = self.stage.assess(name).health_im().max(0).unsigned_abs() / QUOTE;
        let whole = health * PRICE / series.strike_price.max(1);
        for tenths in [32, 26, 20, 14, 7] {
            let contracts = (whole * tenths / 10).max(1) * CONTRACT;
            let outcome = self.stage.write_option(name, series, contracts);
            if self.saw("write_option", outcome)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Ticks at an unmoved price.
    fn wait(&mut self, ticks: usize) -> Result<(), Violation> {
        for _ in 0..ticks {
            self.stage.world.advance(TICK_SECONDS);
            self.publish();
            self.tick()?;
        }
        Ok(())
    }

    /// The price goes to so many hundredths, and somebody is seized: at once, or after his breach has lasted.
    fn seize(&mut self, name: &str, keeper: &str) -> Result<bool, Violation> {
        for _ in 0..3 {
            self.bear_all()?;
            let outcome = self.stage.liquidate(keeper, name);
            self.saw("liquidate", outcome)?;
            if self.account(name).is_some_and(Self::seized) {
                return Ok(true);
            }
            self.wait(2)?;
        }
        Ok(false)
    }

    /// The price jumps to so many hundredths of itself, and stays there for a moment.
    fn jump_to(&mut self, percent: u64) -> Result<(), Violation> {
        self.price = (self.price * percent / 100).clamp(20 * PRICE, 2_000 * PRICE);
        self.wait(2)
    }

    /// Whoever plays it has money: orders of every sort, most of which land.
    fn scene_of_orders(&mut self, action: &Action, cast: [&str; CAST]) -> Result<(), Violation> {
        for name in cast {
            self.fund(name, 60_000)?;
        }
        for kind in [OptionKind::Put, OptionKind::Call] {
            self.option(kind)?;
        }
        let mut random = Random(u64::from(action.size));
        for verb in [
            Verb::PlaceOffer,
            Verb::BuyLedger,
            Verb::Quote,
            Verb::WriteOption,
            Verb::PlaceBid,
            Verb::RequestFill,
            Verb::Sweeping,
            Verb::TransferLeg,
            Verb::WithdrawOption,
            Verb::DepositOption,
            Verb::Quote,
            Verb::PlaceBid,
            Verb::RequestFill,
            Verb::Sweeping,
            Verb::TransferLeg,
        ] {
            let bits = random.next();
            let step = Action {
                verb,
                who: bits as u8,
                what: (bits >> 8) as u8,
                size: (bits >> 16) as u16 | 1,
            };
            self.perform(&step)?;
        }
        Ok(())
    }

    /// Holders of American options ask: one is refused by its own limit, one nobody decides, the others are borne and paid.
    fn scene_of_exercise(&mut self, action: &Action, cast: [&str; CAST]) -> Result<(), Violation> {
        let kind = match action.size & 1 {
            0 => OptionKind::AmericanPut,
            _ => OptionKind::AmericanCall,
        };
        let Some(series) = self.option(kind)? else {
            return Ok(());
        };
        for name in &cast[..2] {
            self.fund(name, 4_000)?;
            self.publish();
            let outcome = self.stage.write_option(name, &series, 12 * CONTRACT);
            self.saw("write_option", outcome)?;
        }
        // One of them has something, but no cash.
        self.cash_out(cast[0])?;
        // By its size a request is decided or not, by its number it asks too much.
        for (what, size) in [(1, 301), (8, 101), (1, 104), (2, 203)] {
            let asked = Action {
                what,
                size,
                ..*action
            };
            self.ask_for(cast[usize::from(size) % 2], &series, &asked)?;
        }
        self.synchronise_all(&series)?;
        self.repay(action)?;
        for what in 0..3 {
            self.pay_right(&Action { what, ..*action })?;
        }
        // The one nobody decided: its time is over.
        self.void_exercise(&Action { size: 0, ..*action })
    }

    /// Somebody brings underlying and takes his quote.
    fn cash_out(&mut self, name: &str) -> Result<(), Violation> {
        let outcome = self.stage.deposit_underlying(name, 40_000_000_000);
        self.saw("deposit", outcome)?;
        let cash = self.account(name).map_or(0, |account| account.quote_atoms);
        if cash > 0 {
            let outcome = self.stage.withdraw_quote(name, cash);
            self.saw("withdraw", outcome)?;
        }
        Ok(())
    }

    /// What one of them holds as tokens is asked for in part.
    fn ask_for(
        &mut self,
        name: &str,
        series: &SeriesKeys,
        action: &Action,
    ) -> Result<(), Violation> {
        let owner = ACTORS.iter().position(|one| *one == name);
        let recorded = self.books.series[&series.series].clone();
        let held = self.tokens_of(name, &recorded) / (CONTRACT / 100);
        match owner.filter(|_| held > 0) {
            Some(owner) => self.ask_in(owner, series, held, action),
            None => Ok(()),
        }
    }

    /// A writer falls below zero, and the fund pays who takes him over.
    fn scene_of_subsidy(&mut self, action: &Action, cast: [&str; CAST]) -> Result<(), Violation> {
        let [writer, bidder, insurer] = cast;
        let Some(put) = self.option(OptionKind::Put)? else {
            return Ok(());
        };
        let outcome = self.stage.stake(insurer, 40_000 * QUOTE);
        self.saw("stake_insurance", outcome)?;
        self.fund(bidder, 150_000)?;
        if !self.lever(writer, &put, 6_000)? {
            return Ok(());
        }
        let before = self.price;
        self.jump_to(25)?;
        if self.seize(writer, insurer)? {
            for number in 0..4 {
                let fraction = 40_000_000 + 1_000_000 * u64::from(action.what);
                let outcome = self.stage.bid(bidder, writer, fraction, i64::MAX);
                self.saw("bid", outcome)?;
                self.wait(2 + number)?;
            }
        }
        self.recover(before, action)
    }

    /// In half of the games the price comes back.
    fn recover(&mut self, price: u64, action: &Action) -> Result<(), Violation> {
        if action.size & 2 == 0 {
            self.price = price;
            self.wait(2)?;
        }
        Ok(())
    }

    /// Two writers whom nobody takes over: estates, of which a part is sold afterwards.
    fn scene_of_estates(&mut self, cast: [&'static str; CAST]) -> Result<(), Violation> {
        let [first, second, bidder] = cast;
        let Some(put) = self.option(OptionKind::Put)? else {
            return Ok(());
        };
        self.fund(bidder, 100_000)?;
        for name in [first, second] {
            let outcome = self.stage.deposit_underlying(name, 2_000_000_000);
            self.saw("deposit", outcome)?;
            let outcome = self.stage.deposit_other(name, "staked", 1_000_000_000);
            self.saw("deposit", outcome)?;
            self.lever(name, &put, 3_000)?;
        }
        self.jump_to(30)?;
        for name in [first, second] {
            self.seize(name, bidder)?;
        }
        self.wait(WHOLE_CURVE)?;
        for name in [first, second] {
            let on_auction = |account: &MarginAccount| account.state() == AccountState::Auction;
            if self.account(name).is_some_and(on_auction) {
                let outcome = self.stage.liquidate(bidder, name);
                self.saw("liquidate", outcome)?;
            }
        }
        let outcome = self.stage.bid(bidder, first, 200_000_000, i64::MAX);
        self.saw("bid", outcome)?;
        for name in [first, second] {
            let outcome = self.stage.convert(bidder, name, 500_000_000);
            self.saw("convert", outcome)?;
            let outcome = self
                .stage
                .convert_other(bidder, name, "staked", 300_000_000);
            self.saw("convert", outcome)?;
        }
        Ok(())
    }
}
