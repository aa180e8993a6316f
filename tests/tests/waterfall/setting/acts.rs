//! Several verbs of the stage in one.

use backstop_client::{ExpiryKeys, SeriesKeys};
use backstop_testkit::{expect_landed, OfferTerms, Stage};

use super::{Play, CONTRACT, PRICE, QUOTE};

impl Play {
    /// `writer` deposits `quote` and sells puts at 6 to the buyer's wallet.
    pub fn sell_puts(&mut self, writer: &str, contracts: u64, quote: u64) {
        expect_landed(self.deposit_quote(writer, quote * QUOTE));
        let put = self.put;
        self.sell(writer, &put, contracts, 6);
    }

    /// `writer` sells to the buyer's wallet at `premium` quote, and deposits what the fee at mark takes beyond 2 % of
    /// that premium, if it is a quote or more, so that his cash is a round number.
    pub fn sell(&mut self, writer: &str, series: &SeriesKeys, contracts: u64, premium: u64) {
        let nonce = self.place(writer, series, contracts, premium);
        let before = self.cash(writer);
        expect_landed(self.buy_tokens("buyer", writer, nonce, series, contracts * CONTRACT));
        let missing = before + contracts * premium * QUOTE * 98 / 100 - self.cash(writer);
        if missing >= QUOTE {
            expect_landed(self.deposit_quote(writer, missing));
        }
    }

    /// Places an offer under the next free number.
    pub fn place(
        &mut self,
        writer: &str,
        series: &SeriesKeys,
        contracts: u64,
        premium: u64,
    ) -> u64 {
        let mut free = 1..;
        let nonce = free
            .find(|nonce| self.world.account(&self.offer(writer, *nonce)).is_none())
            .expect("a number");
        let terms = OfferTerms {
            nonce,
            premium_price: premium * PRICE,
            contracts: contracts * CONTRACT,
        };
        expect_landed(self.place_offer(writer, series, terms));
        nonce
    }

    /// Ten seconds later the price is `price` quote, and the feed clock knows.
    pub fn jump(&mut self, price: u64) {
        self.pass(10, price * PRICE);
        expect_landed(self.tick());
    }

    /// Lets `seconds` of live feed pass at an unmoved price.
    pub fn wait_healthy(&mut self, seconds: i64) {
        let price = self.price_update().price;
        for _ in 0..seconds / 10 {
            self.pass(10, price);
            expect_landed(self.tick());
        }
    }

    /// The expiry passes at `price` quote: points, settlement price, both series folded.
    pub fn expire_at(&mut self, price: u64) {
        let expiry = self.expiry;
        self.pass_expiry(&expiry, price);
        for series in [self.put, self.call] {
            expect_landed(self.fold_series(&series));
        }
    }

    /// Any expiry passes at `price` quote: points and settlement price.
    pub fn pass_expiry(&mut self, expiry: &ExpiryKeys, price: u64) {
        self.world.warp_to(expiry.expires_at - 3_600);
        self.set_price(price * PRICE);
        expect_landed(self.sample(expiry, price * PRICE));
        expect_landed(self.fix_price(expiry));
    }

    /// Collecting ends after its least time, and the haircut is fixed once the backstop is over.
    pub fn close_and_finalise(&mut self) {
        let expiry = self.expiry;
        self.world.advance(1_800);
        expect_landed(self.close_collecting(&expiry));
        self.world.advance(4 * 3_600);
        expect_landed(self.finalise(&expiry));
    }

    /// Acts in the second market.
    pub fn elsewhere<T>(&mut self, act: impl FnOnce(&mut Stage) -> T) -> T {
        let home = self.keys;
        self.keys = self.other;
        let done = act(self);
        self.keys = home;
        done
    }
}
