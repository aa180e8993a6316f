//! Every instruction once in a typical state: four legs on each side, thirty settlement points, a default
//! through all stages.

use backstop_client::{feed, ExpiryKeys, SeriesKeys};
use backstop_interface::accounts::{AccountState, OptionKind, StoredSurface};
use backstop_testkit::{Genesis, OfferTerms, Stage, World};

use super::sheet::Sheet;

/// One quote in atoms, one quote as a price, one contract in millionths, one unit of the underlying in atoms.
pub const QUOTE: u64 = 1_000_000;
pub const PRICE: u64 = 1_000_000_000;
pub const CONTRACT: u64 = 1_000_000;
const UNDERLYING: u64 = 1_000_000_000;

/// Instructions of genesis, as the program logs them and as they are called here.
const GENESIS: [(&str, &str); 7] = [
    ("InitializeProtocol", "initialize_protocol"),
    ("CreateMarket", "create_market"),
    ("AddCollateral", "add_collateral"),
    ("CreateShard", "create_shard"),
    ("CreateInsuranceFund", "create_insurance_fund"),
    ("OpenFeedClock", "open_feed_clock"),
    ("Seal", "seal"),
];

const ACTORS: [&str; 7] = [
    "writer", "other", "buyer", "bidder", "keeper", "insurer", "backer",
];

/// A flat surface.
pub fn surface() -> StoredSurface {
    StoredSurface {
        atm_vol_ppm: [800_000; 6],
        ..Default::default()
    }
}

struct Life<'a> {
    stage: Stage,
    sheet: &'a mut Sheet,
    expiry: ExpiryKeys,
    written: [SeriesKeys; 4],
    bought: [SeriesKeys; 4],
    price: u64,
}

/// Measures the life of a market in `world`.
pub fn measure(world: World, sheet: &mut Sheet) {
    let stage = Stage::open_in(world, &Genesis::default());
    let costs = stage.world.costs().max_by_name();
    for (logged, name) in GENESIS {
        sheet.set(name, costs[logged].cu, "CU");
    }
    let expiry = stage.next_expiry(7);
    let strike = |quote: u64, kind| expiry.series(quote * PRICE, kind);
    let put = |quote| strike(quote, OptionKind::Put);
    let call = |quote| strike(quote, OptionKind::Call);
    let mut life = Life {
        stage,
        sheet,
        expiry,
        written: [put(200), put(190), put(180), call(260)],
        bought: [put(170), put(160), call(240), call(250)],
        price: 200 * PRICE,
    };
    life.open();
    life.trade();
    life.carry();
    life.move_cash();
    life.seize();
    life.expire();
    life.pay_out();
    life.close();
}

impl Life<'_> {
    fn open(&mut self) {
        let Self {
            stage,
            sheet,
            expiry,
            ..
        } = self;
        for name in ACTORS {
            stage.actor(name, 10_000_000 * QUOTE, 1_000_000 * UNDERLYING);
        }
        let preview = feed::preview_price(&stage.keys, stage.price_account);
        sheet.note("preview_price", stage.world.send(&[preview], &[]));
        for publisher in stage.publishers {
            sheet.note(
                "submit_surface",
                stage.submit_surface(publisher, &surface()),
            );
        }
        for name in ["writer", "other", "bidder", "keeper"] {
            sheet.note("open_account", stage.open_account(name));
            sheet.note("deposit_quote", stage.deposit_quote(name, 200_000 * QUOTE));
        }
        sheet.note(
            "withdraw_quote_0_legs",
            stage.withdraw_quote("keeper", 200_000 * QUOTE),
        );
        sheet.note("close_account", stage.close_account("keeper"));
        sheet.note("stake_insurance", stage.stake("insurer", 20_000 * QUOTE));
        sheet.note("create_expiry", stage.create_expiry("keeper", expiry));
        for series in self.written.iter().chain(&self.bought) {
            self.sheet
                .note("create_series", self.stage.create_series("keeper", series));
        }
    }

    /// The writer sells four series to a wallet, the other writer four to the bidder's account.
    fn trade(&mut self) {
        let (stage, sheet) = (&mut self.stage, &mut *self.sheet);
        for (nonce, series) in (0..).zip(&self.written) {
            let terms = OfferTerms {
                nonce,
                premium_price: 3 * PRICE,
                contracts: 200 * CONTRACT,
            };
            sheet.note("place_offer", stage.place_offer("writer", series, terms));
            sheet.note(
                "fill_offer_tokens_4_legs",
                stage.buy_tokens("buyer", "writer", nonce, series, 200 * CONTRACT),
            );
        }
        sheet.note("cancel_offer", stage.cancel_offer("writer", 0));
        for (nonce, series) in (0..).zip(&self.bought) {
            let terms = OfferTerms {
                nonce,
                premium_price: 3 * PRICE,
                contracts: 10 * CONTRACT,
            };
            sheet.note("place_offer", stage.place_offer("other", series, terms));
            sheet.note(
                "fill_offer_ledger_4_legs",
                stage.buy_ledger("bidder", "other", nonce, series, 10 * CONTRACT),
            );
        }
    }

    /// The bidder's longs out of an account with four legs and in again.
    fn carry(&mut self) {
        let (stage, sheet) = (&mut self.stage, &mut *self.sheet);
        for series in &self.bought {
            sheet.note(
                "withdraw_option_4_legs",
                stage.withdraw_option("bidder", series, CONTRACT),
            );
            sheet.note(
                "deposit_option",
                stage.deposit_option("bidder", series, CONTRACT),
            );
        }
        sheet.note(
            "set_delegate",
            stage.set_delegate("bidder", 0, Some("keeper")),
        );
        let used_up = ("other", 0, &self.bought[0]);
        sheet.note(
            "close_offer",
            stage.close_offer(used_up.0, used_up.1, used_up.2),
        );
        sheet.note("cancel_all", stage.cancel_all("other"));
        let series = &self.bought[0];
        let part = CONTRACT as i64;
        for (from, to) in [("bidder", "writer"), ("writer", "bidder")] {
            sheet.note(
                "transfer_leg_4_legs",
                stage.transfer_leg(from, to, series, part, 1),
            );
        }
    }

    /// In and out of an account with four legs.
    fn move_cash(&mut self) {
        let (stage, sheet) = (&mut self.stage, &mut *self.sheet);
        sheet.note(
            "deposit_underlying",
            stage.deposit_underlying("writer", 100 * UNDERLYING),
        );
        sheet.note("deposit_quote", stage.deposit_quote("writer", QUOTE));
        sheet.note(
            "withdraw_underlying_4_legs",
            stage.withdraw_underlying("writer", 50 * UNDERLYING),
        );
        let spare =
            u64::try_from(stage.assess("writer").health_im()).expect("the writer is healthy");
        sheet.note(
            "withdraw_quote_4_legs",
            stage.withdraw_quote("writer", spare),
        );
        sheet.note("sweep_fees", stage.sweep_fees_of("writer"));
    }

    fn tick(&mut self, seconds: i64) {
        self.stage.pass(seconds, self.price);
        self.sheet.note("tick", self.stage.tick());
    }

    /// What the whole of the writer's portfolio costs now, in quote atoms.
    fn auction_price(&self) -> i64 {
        let terms = self.stage.terms("writer");
        terms.expect("the account is on auction").price_whole
    }

    /// Seized while solvent, a slice sold above zero, another paid for by the fund, unsold at the end.
    fn seize(&mut self) {
        self.price = 172 * PRICE;
        self.tick(20);
        self.sheet.note(
            "liquidate_trigger_4_legs",
            self.stage.liquidate("keeper", "writer"),
        );
        self.tick(20);
        let price = self.auction_price();
        assert!(price > 0, "the first slice is paid for: {price}");
        self.sheet.note(
            "bid_4_legs",
            self.stage.bid("bidder", "writer", 10_000_000, i64::MAX),
        );
        self.price = 140 * PRICE;
        for _ in 0..15 {
            self.tick(30);
        }
        let price = self.auction_price();
        assert!(price < 0, "the second slice is paid by the fund: {price}");
        self.sheet.note(
            "bid_subsidised_4_legs",
            self.stage.bid("bidder", "writer", 10_000_000, i64::MAX),
        );
        for _ in 0..60 {
            self.tick(30);
        }
        self.sheet.note(
            "liquidate_estate_4_legs",
            self.stage.liquidate("keeper", "writer"),
        );
        let account = self.stage.account_of("writer").expect("the account exists");
        assert_eq!(account.state(), AccountState::Estate);
    }

    fn expire(&mut self) {
        let (stage, sheet, expiry) = (&mut self.stage, &mut *self.sheet, &self.expiry);
        stage.world.warp_to(expiry.expires_at - 3_000);
        for index in 0..30 {
            stage
                .world
                .warp_to(expiry.expires_at - 60 * (29 - i64::from(index)));
            stage.set_price(60 * PRICE);
            sheet.note("submit_point", stage.submit_point(expiry, index));
        }
        self.price = 60 * PRICE;
        sheet.note("fix_price", stage.fix_price(expiry));
        for series in self.written.iter().chain(&self.bought) {
            sheet.note("fold_series", stage.fold_series(series));
        }
        sheet.note("settle_account_4_legs", stage.settle("other", expiry));
        for name in ["writer", "bidder"] {
            sheet.note(
                "settle_account_in_debt_or_8_legs",
                stage.settle(name, expiry),
            );
        }
    }

    fn pay_out(&mut self) {
        let (stage, sheet, expiry) = (&mut self.stage, &mut *self.sheet, &self.expiry);
        stage.world.advance(1_801);
        sheet.note("close_collecting", stage.close_collecting(expiry));
        stage.world.advance(60);
        sheet.note(
            "bid_recapitalisation",
            stage.bid_recapitalisation("backer", expiry, 1),
        );
        stage.world.advance(4 * 3_600);
        sheet.note("finalise", stage.finalise(expiry));
        assert!(
            stage.expiry_of(expiry).haircut_ppb > 0,
            "holders get claims too"
        );
        sheet.note(
            "redeem",
            stage.redeem("buyer", &self.written[0], 200 * CONTRACT),
        );
    }

    /// What is left of the estate: collateral sold, cash paid in, closed.
    fn close(&mut self) {
        self.tick(20);
        let (stage, sheet) = (&mut self.stage, &mut *self.sheet);
        sheet.note("convert", stage.convert("backer", "writer", u64::MAX));
        sheet.note("repay", stage.repay("writer", &self.expiry));
        sheet.note("close_estate", stage.close_estate("keeper", "writer"));
        let unused = stage.next_expiry(1);
        let series = unused.series(60 * PRICE, OptionKind::Put);
        sheet.note("create_expiry", stage.create_expiry("keeper", &unused));
        sheet.note("create_series", stage.create_series("keeper", &series));
        sheet.note("close_series", stage.close_series("keeper", &series));
        stage.world.warp_to(unused.expires_at);
        sheet.note("close_expiry", stage.close_expiry(&unused));
    }
}
