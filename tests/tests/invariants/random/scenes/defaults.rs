//! Writers who cannot pay: taken over at the fund's cost, or left as estates.

use backstop_client::SeriesKeys;
use backstop_interface::accounts::{AccountState, MarginAccount, OptionKind};
use backstop_testkit::invariants::Violation;

use super::{CAST, CONTRACT};
use crate::random::action::Action;
use crate::random::play::{Play, PRICE, QUOTE};

/// Ticks after which an auction is over.
const WHOLE_CURVE: usize = 44;

impl Play {
    /// A writer falls below zero, and the fund pays who takes him over.
    pub(super) fn scene_of_subsidy(
        &mut self,
        action: &Action,
        cast: [&str; CAST],
    ) -> Result<(), Violation> {
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
                // The last one takes what there is.
                let fraction = match number {
                    3 => 1_000_000_000,
                    _ => 40_000_000 + 1_000_000 * u64::from(action.what),
                };
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
    pub(super) fn scene_of_estates(&mut self, cast: [&'static str; CAST]) -> Result<(), Violation> {
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
}
