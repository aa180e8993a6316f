//! For each action an instruction that does it, at a moment when any price may be submitted.

use backstop_client::SeriesKeys;
use backstop_interface::accounts::OptionKind;
use backstop_interface::action::Action;
use backstop_testkit::pyth::PythPrice;
use backstop_testkit::stage::Outcome;
use backstop_testkit::{address, expect_landed, Genesis, Stage};

use crate::collateral::{short, STABLE};
use crate::orders::pegged;
use crate::setup::{
    expiry, fund, open, open_with, put, seized, series, surface, terms, written, CONTRACT, LOT,
    PRICE, QUOTE, UNDERLYING,
};

/// The collateral whose feed a scene may be about.
const COIN: &str = "stable";

/// A stage, and the instruction as something to be done on it and on its clones.
pub struct Scene {
    pub stage: Stage,
    pub act: Box<dyn Fn(&mut Stage) -> Outcome>,
    /// Whether the price it uses is the coin's, not the market's.
    of_coin: bool,
    /// Seconds of silence before the update it uses.
    silence: i64,
}

impl Scene {
    fn new(stage: Stage, act: impl Fn(&mut Stage) -> Outcome + 'static) -> Self {
        Self {
            stage,
            act: Box::new(act),
            of_coin: false,
            silence: 1,
        }
    }

    /// The same about the price of the coin.
    fn of_coin(self) -> Self {
        let of_coin = true;
        Self { of_coin, ..self }
    }

    /// What becomes of it on a clone where this price is published.
    pub fn at(&self, price: PythPrice) -> Outcome {
        let mut stage = self.stage.clone();
        match self.of_coin {
            true => stage.publish_other(COIN, price),
            false => stage.publish(price),
        }
        (self.act)(&mut stage)
    }

    /// The same where the price lies there in the legacy layout.
    pub fn at_legacy(&self, price: &PythPrice) -> Outcome {
        let mut stage = self.stage.clone();
        match self.of_coin {
            true => {
                let account = stage.other(COIN).keys.price;
                stage.world.write_legacy_price(&account, price);
            }
            false => {
                stage.price_account = address("legacy price");
                stage.world.write_legacy_price(&stage.price_account, price);
            }
        }
        (self.act)(&mut stage)
    }

    /// Shows the price to the clock of its feed.
    pub fn tick(&mut self) -> Outcome {
        match self.of_coin {
            true => self.stage.tick_other(COIN),
            false => self.stage.tick(),
        }
    }

    /// A sound update at today's price, published so many seconds ago.
    pub fn aged(&self, seconds: i64) -> PythPrice {
        let published = match self.of_coin {
            true => &self.stage.other(COIN).price,
            false => &self.stage.price,
        };
        let at = self.stage.world.now() - seconds;
        PythPrice {
            publish_at: at,
            prev_publish_at: at - self.silence,
            ..published.clone()
        }
    }
}

/// The scene of every action that is given a price to use.
pub fn priced(action: Action) -> Option<Scene> {
    let scene = match action {
        Action::Close => closing(),
        Action::AddRisk => writing(),
        Action::Withdraw => {
            let (stage, _) = written(CONTRACT);
            Scene::new(stage, |s| s.withdraw_quote("writer", QUOTE))
        }
        Action::Formula => formula(),
        Action::Liquidate => {
            let (stage, _) = written(CONTRACT);
            Scene::new(stage, |s| s.liquidate("keeper", "writer"))
        }
        Action::Bid => bidding(),
        Action::Convert => converting(),
        Action::Measure => {
            let (stage, _) = written(CONTRACT);
            Scene::new(stage, |s| s.measure("writer"))
        }
        Action::YoungCollateral => {
            let stage = standing_on_the_coin();
            Scene::new(stage, |s| s.withdraw_quote("writer", QUOTE)).of_coin()
        }
        Action::AgedCollateral => {
            let stage = standing_on_the_coin();
            Scene::new(stage, |s| s.liquidate("keeper", "writer")).of_coin()
        }
        Action::TickLate => Scene {
            silence: 61,
            ..Scene::new(open(), Stage::tick)
        },
        Action::List => {
            let (stage, put) = market();
            let other = put.expiry.series(210 * PRICE, OptionKind::Put);
            Scene::new(stage, move |s| s.create_series("keeper", &other))
        }
        Action::Tick => Scene::new(open(), Stage::tick),
        _ => return None,
    };
    let mut scene = scene;
    let price = scene.stage.price_update().price;
    if matches!(action, Action::TickLate | Action::AgedCollateral) {
        // Beyond every gap genesis left behind, and out of the clock's sight.
        scene.stage.pass(600, price);
    }
    scene.stage.pass(60, price);
    if matches!(action, Action::Formula | Action::TickLate) {
        expect_landed(scene.stage.tick());
    }
    Some(scene)
}

/// The writer of a put holds the coin beside his quote.
fn standing_on_the_coin() -> Stage {
    let mut stage = short();
    expect_landed(stage.deposit_other("writer", COIN, 100 * STABLE));
    stage
}

/// Three accounts with money and the 200 put in a week.
fn market() -> (Stage, SeriesKeys) {
    let mut stage = open();
    for name in ["writer", "buyer"] {
        fund(&mut stage, name, 10_000 * QUOTE);
    }
    let week = expiry(&mut stage, 7);
    let put = put(&mut stage, &week);
    (stage, put)
}

/// The writer buys back from the buyer what he sold him.
fn closing() -> Scene {
    let (mut stage, put) = market();
    let price = 6 * PRICE;
    expect_landed(stage.fill_quote("buyer", "writer", &put, CONTRACT, price));
    Scene::new(stage, move |s| {
        s.fill_quote("writer", "buyer", &put, CONTRACT, price)
    })
}

fn writing() -> Scene {
    let (mut stage, put) = market();
    // The wallet is made once, so that clones differ by the instruction alone.
    expect_landed(stage.write_option("writer", &put, LOT));
    Scene::new(stage, move |s| s.write_option("writer", &put, LOT))
}

fn formula() -> Scene {
    let (mut stage, put) = market();
    expect_landed(stage.place("writer", &put, pegged(1, 0, CONTRACT)));
    Scene::new(stage, move |s| {
        s.buy_ledger("buyer", "writer", 1, &put, LOT)
    })
}

fn bidding() -> Scene {
    let (mut stage, _) = seized();
    fund(&mut stage, "buyer", 500_000 * QUOTE);
    Scene::new(stage, |s| s.bid("buyer", "writer", 1_000_000_000, i64::MAX))
}

/// The writer of covered calls was settled at 230 and owes what lies in his underlying.
fn converting() -> Scene {
    let mut genesis = Genesis::default();
    genesis.params.settlement_points = 1;
    let mut stage = open_with(&genesis);
    fund(&mut stage, "writer", 0);
    expect_landed(stage.deposit_underlying("writer", 100 * UNDERLYING));
    let week = expiry(&mut stage, 7);
    let call = series(&mut stage, &week, 200 * PRICE, OptionKind::Call);
    let offered = terms(1, PRICE, 100 * CONTRACT);
    expect_landed(stage.place_offer("writer", &call, offered));
    expect_landed(stage.buy_tokens("buyer", "writer", 1, &call, 100 * CONTRACT));
    stage.world.warp_to(week.expires_at - 60);
    expect_landed(stage.sample(&week, 230 * PRICE));
    expect_landed(stage.fix_price(&week));
    expect_landed(stage.fold_series(&call));
    expect_landed(stage.settle("writer", &week));
    expect_landed(stage.publish_surface(&surface()));
    Scene::new(stage, |s| s.convert("keeper", "writer", UNDERLYING))
}
