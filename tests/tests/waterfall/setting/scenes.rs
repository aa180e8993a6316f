//! States the tests begin in, each reached by instructions, prices and time.

use backstop_interface::accounts::AccountState;
use backstop_testkit::expect_landed;

use super::{Play, QUOTE, SOL};

impl Play {
    /// The writer has sold 1 000 puts for 6 000 quote against 70 000; the bidder holds 500 000.
    pub fn short_puts() -> Self {
        Self::open().with_short_puts()
    }

    /// [`Play::short_puts`] on any market just opened.
    pub fn with_short_puts(mut self) -> Self {
        self.sell_puts("writer", 1_000, 70_000);
        expect_landed(self.deposit_quote("bidder", 500_000 * QUOTE));
        self
    }

    /// The same, with the writer seized at `price`: solvent at 160, insolvent at 80.
    pub fn seized_at(price: u64) -> Self {
        let mut play = Self::short_puts();
        play.jump(price);
        expect_landed(play.liquidate("keeper", "writer"));
        assert_eq!(play.state("writer"), AccountState::Auction);
        play
    }

    /// The same, unsold for 20 minutes.
    pub fn estate_at(price: u64) -> Self {
        let mut play = Self::seized_at(price);
        play.wait_healthy(1_200);
        expect_landed(play.liquidate("keeper", "writer"));
        assert_eq!(play.state("writer"), AccountState::Estate);
        play
    }

    /// `second` has sold 100 covered calls at 200 for 98 quote net; they were settled at 230, and he owes
    /// 2 902 quote that lie in 100 SOL.
    pub fn covered_debtor() -> Self {
        let mut play = Self::open();
        let (call, expiry) = (play.call, play.expiry);
        expect_landed(play.deposit_underlying("second", 100 * SOL));
        play.sell("second", &call, 100, 1);
        play.expire_at(230);
        expect_landed(play.settle("second", &expiry));
        assert_eq!(
            play.account_of("second").expect("open").debt_atoms(),
            2_902 * QUOTE
        );
        play
    }

    /// The writer of 1 000 puts held 300 SOL besides his quote when he became an estate at 80.
    pub fn estate_with_collateral() -> Self {
        let mut play = Self::open();
        expect_landed(play.deposit_underlying("writer", 300 * SOL));
        play.sell_puts("writer", 1_000, 30_000);
        play.jump(80);
        expect_landed(play.liquidate("keeper", "writer"));
        play.wait_healthy(1_200);
        expect_landed(play.liquidate("keeper", "writer"));
        assert_eq!(play.state("writer"), AccountState::Estate);
        play
    }

    /// The writer of 1 000 puts was settled at 80 with 75 880 quote: 44 120 are missing, and Collecting is
    /// closed without insurance.
    pub fn shortfall() -> Self {
        let mut play = Self::open();
        play.sell_puts("writer", 1_000, 70_000);
        play.settled_short();
        play
    }

    /// Expires at 80, settles the writer and closes Collecting.
    pub fn settled_short(&mut self) {
        self.expire_at(80);
        let expiry = self.expiry;
        expect_landed(self.settle("writer", &expiry));
        self.world.advance(1_800);
        expect_landed(self.close_collecting(&expiry));
    }
}
