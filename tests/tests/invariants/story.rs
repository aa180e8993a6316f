//! One market taken from its first trade to its last redemption, with a copy of the books at every moment
//! a mutant needs.

use backstop_client::{ExpiryKeys, SeriesKeys};
use backstop_interface::accounts::{OptionKind, StoredSurface};
use backstop_testkit::invariants::{check_step, Books};
use backstop_testkit::{expect_landed, Genesis, OfferTerms, Outcome, Stage};
use backstop_tests::program_so;

const QUOTE: u64 = 1_000_000;
const PRICE: u64 = 1_000_000_000;
const CONTRACTS: u64 = 1_000_000_000;

/// A stage whose every step is checked, and what it has seen.
pub struct Story {
    /// The market.
    pub stage: Stage,
    /// Its expiry.
    pub expiry: ExpiryKeys,
    /// The put everybody trades.
    pub put: SeriesKeys,
    books: Books,
}

/// Books of the story at the moments its name says.
pub struct Moments {
    /// Traded, tokens and ledger longs outstanding.
    pub traded: Books,
    /// Seized, a slice sold, one of its shorts netted in the bidder's account.
    pub seized: Books,
    /// Before the shard's fees are swept.
    pub folded: Books,
    /// The writer settled and in debt, an estate.
    pub settled: Books,
    /// After the backstop auction and the haircut.
    pub finalised: Books,
    /// After a redemption.
    pub redeemed: Books,
    /// The estate's collateral sold, its cash paid in.
    pub sold: Books,
    /// The estate closed, its debt written off.
    pub closed: Books,
    /// Another expiry with a series nobody uses.
    pub listed: Books,
    /// The series closed again.
    pub unlisted: Books,
    /// The expiry closed, when it was over.
    pub ended: Books,
    /// Addresses.
    pub story: Story,
}

impl Story {
    fn open() -> Self {
        let mut stage = Stage::open(program_so(), &Genesis::default());
        for name in ["writer", "buyer", "keeper", "bidder", "insurer", "backer"] {
            stage.actor(name, 1_000_000 * QUOTE, 1_000_000_000_000);
        }
        let expiry = stage.next_expiry(2);
        let put = expiry.series(200 * PRICE, OptionKind::Put);
        let books = Books::read(&stage.world);
        Self {
            stage,
            expiry,
            put,
            books,
        }
    }

    /// Runs a step that must land and leave every rule true.
    fn run(&mut self, step: impl FnOnce(&mut Stage) -> Outcome) {
        // Wallets the step needs are made before the books are compared, not between.
        let before = Books::read(&self.stage.world);
        expect_landed(step(&mut self.stage));
        self.books = Books::read(&self.stage.world);
        check_step(&before, &self.books).unwrap_or_else(|violation| panic!("{violation}"));
    }

    fn trade(&mut self) {
        let (expiry, put) = (self.expiry, self.put);
        let surface = StoredSurface {
            atm_vol_ppm: [900_000, 850_000, 800_000, 780_000, 760_000, 750_000],
            ..Default::default()
        };
        self.run(|stage| stage.publish_surface(&surface));
        for name in ["writer", "bidder"] {
            self.run(|stage| stage.open_account(name));
        }
        self.run(|stage| stage.stake("insurer", 10_000 * QUOTE));
        self.run(|stage| stage.create_expiry("keeper", &expiry));
        self.run(|stage| stage.create_series("keeper", &put));
        self.run(|stage| stage.deposit_quote("writer", 70_000 * QUOTE));
        self.run(|stage| stage.deposit_underlying("writer", 1_000_000_000));
        self.run(|stage| stage.deposit_quote("bidder", 500_000 * QUOTE));
        let terms = OfferTerms {
            nonce: 1,
            premium_price: 6 * PRICE,
            contracts: CONTRACTS,
        };
        self.run(|stage| stage.place_offer("writer", &put, terms));
        self.run(|stage| stage.buy_tokens("buyer", "writer", 1, &put, CONTRACTS - 30_000_000));
        self.run(|stage| stage.buy_ledger("bidder", "writer", 1, &put, 30_000_000));
    }

    /// The market falls, the writer is seized, a slice is sold to the holder of the ledger long.
    fn seize(&mut self) {
        self.stage.pass(20, 80 * PRICE);
        self.run(|stage| stage.tick());
        self.run(|stage| stage.liquidate("keeper", "writer"));
        for _ in 0..130 {
            self.stage.pass(10, 80 * PRICE);
            self.run(|stage| stage.tick());
        }
        self.run(|stage| stage.bid("bidder", "writer", 100_000_001, i64::MAX));
    }

    fn fold(&mut self) {
        let (expiry, put) = (self.expiry, self.put);
        self.run(|stage| stage.liquidate("keeper", "writer"));
        self.stage.world.warp_to(expiry.expires_at - 40 * 60);
        self.stage.set_price(81_333_333_333);
        self.run(|stage| stage.sample(&expiry, 81_333_333_333));
        self.run(|stage| stage.fix_price(&expiry));
        self.run(|stage| stage.fold_series(&put));
    }

    fn settle(&mut self) {
        let expiry = self.expiry;
        self.run(|stage| stage.settle("writer", &expiry));
    }

    fn finalise(&mut self) {
        let expiry = self.expiry;
        self.run(|stage| stage.settle("bidder", &expiry));
        self.stage.world.advance(1_801);
        self.run(|stage| stage.close_collecting(&expiry));
        self.stage.world.advance(3_600);
        self.run(|stage| stage.bid_recapitalisation("backer", &expiry, 1));
        self.stage.world.advance(4 * 3_600);
        self.run(|stage| stage.finalise(&expiry));
    }

    fn redeem(&mut self) {
        let put = self.put;
        self.run(|stage| stage.redeem("buyer", &put, 333_330_000));
    }

    /// The estate's collateral is sold and its cash paid in.
    fn sell(&mut self) {
        let expiry = self.expiry;
        self.stage.pass(20, 80 * PRICE);
        self.run(|stage| stage.tick());
        self.run(|stage| stage.convert("backer", "writer", u64::MAX));
        self.run(|stage| stage.repay("writer", &expiry));
    }

    /// The estate is closed with what it still owes.
    fn close(&mut self) {
        self.run(|stage| stage.close_estate("keeper", "writer"));
    }

    /// Somebody lists what nobody wants and takes it back. Gives the books after each step.
    fn list(&mut self) -> [Books; 3] {
        self.stage.pass(10, 80 * PRICE);
        let expiry = self.stage.next_expiry(1);
        let put = expiry.series(100 * PRICE, OptionKind::Put);
        self.run(|stage| stage.create_expiry("keeper", &expiry));
        self.run(|stage| stage.create_series("keeper", &put));
        let listed = self.books.clone();
        self.run(|stage| stage.close_series("keeper", &put));
        let unlisted = self.books.clone();
        self.stage.world.warp_to(expiry.expires_at);
        self.run(|stage| stage.close_expiry(&expiry));
        [listed, unlisted, self.books.clone()]
    }
}

impl Moments {
    /// Plays the story.
    pub fn of_a_default() -> Self {
        let mut story = Story::open();
        story.trade();
        let traded = story.books.clone();
        story.seize();
        let seized = story.books.clone();
        story.fold();
        let folded = story.books.clone();
        story.settle();
        let settled = story.books.clone();
        story.finalise();
        let finalised = story.books.clone();
        story.redeem();
        let redeemed = story.books.clone();
        story.sell();
        let sold = story.books.clone();
        story.close();
        let closed = story.books.clone();
        let [listed, unlisted, ended] = story.list();
        Self {
            traded,
            seized,
            folded,
            settled,
            finalised,
            redeemed,
            sold,
            closed,
            listed,
            unlisted,
            ended,
            story,
        }
    }
}
