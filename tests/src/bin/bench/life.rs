//! Every instruction once in a typical state: four legs on each side, thirty settlement points, a default
//! through all stages.

mod exercise;
mod trading;

use backstop_client::{ExpiryKeys, SeriesKeys};
use backstop_interface::accounts::{AccountState, OptionKind, StoredSurface};
use backstop_testkit::{Genesis, Stage, World};

use super::sheet::Sheet;

/// One quote in atoms, one quote as a price, one contract in millionths, one unit of the underlying in atoms.
pub const QUOTE: u64 = 1_000_000;
pub const PRICE: u64 = 1_000_000_000;
pub const CONTRACT: u64 = 1_000_000;
pub const UNDERLYING: u64 = 1_000_000_000;

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
    life.exercise();
    life.move_cash();
    life.seize();
    life.expire();
    life.pay_out();
    life.close();
}

impl Life<'_> {
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
