//! How many legs an account may have before an instruction on it passes what one transaction should cost.

use backstop_client::trading::PlaceOfferArgs;
use backstop_client::SeriesKeys;
use backstop_interface::accounts::{OptionKind, Pricing, MAX_LEGS};
use backstop_interface::ID;
use backstop_testkit::stage::NewCollateral;
use backstop_testkit::{expect_landed, Failed, Genesis, Landed, OfferTerms, Outcome, Stage};
use backstop_tests::program_so;

use super::life::{surface, CONTRACT, PRICE, QUOTE, UNDERLYING};
use super::sheet::Sheet;

/// Compute units any instruction may cost.
const BUDGET: u64 = 1_050_000;
/// Series of each expiry, so that 32 legs lie in 8 expiries.
const PER_EXPIRY: usize = 4;

/// A stage in which the writer is short as many series as its place in the list says, and the bidder long
/// in them, but for the first, of which he owes more than he buys: only who owes something is held to a margin.
struct Legs {
    stage: Stage,
    /// The fill that made the last leg, in a margin account on both sides.
    fill: Landed,
    /// The last series.
    series: SeriesKeys,
}

/// A name, and what it costs.
type Measure = (&'static str, fn(&Legs) -> Outcome);

/// Those measured with one leg and one more, to see how many fit.
const MEASURES: [Measure; 4] = [
    ("fill_offer_ledger", |legs| Ok(legs.fill.clone())),
    ("withdraw_quote", withdraw),
    ("liquidate", liquidate),
    ("bid", bid),
];

/// The others that judge accounts, measured with all legs; both sides hold four collaterals.
const FULL: [Measure; 6] = [
    ("transfer_leg_32_legs", |legs| {
        let (part, mut stage) = (CONTRACT as i64, legs.stage.clone());
        stage.transfer_leg("bidder", "writer", &legs.series, part, 1)
    }),
    ("withdraw_option_32_legs", |legs| {
        let mut stage = legs.stage.clone();
        stage.withdraw_option("bidder", &legs.series, CONTRACT)
    }),
    ("write_option_32_legs", |legs| {
        let mut stage = legs.stage.clone();
        stage.write_option("writer", &legs.series, CONTRACT)
    }),
    ("fill_quote_32_legs", |legs| {
        let (part, mut stage) = (CONTRACT, legs.stage.clone());
        stage.fill_quote("bidder", "writer", &legs.series, part, 20 * PRICE)
    }),
    ("execute_fill_32_legs", execute),
    ("measure_32_legs", |legs| {
        legs.stage.clone().measure("writer")
    }),
];

/// Measures them all.
pub fn measure(sheet: &mut Sheet) {
    let accounts = accounts_by_legs();
    let all = accounts.last().expect("one leg fits");
    for (name, cost) in FULL {
        sheet.note(name, cost(all));
    }
    for (name, cost) in MEASURES {
        let landed = accounts.iter().map_while(|legs| cost(legs).ok());
        let within: Vec<Landed> = landed
            .take_while(|landed| landed.program_cu(&ID) <= BUDGET)
            .collect();
        let Some(dearest) = within.last() else {
            panic!("{name} with one leg: {:?}", cost(&accounts[0]).err());
        };
        sheet.set(&format!("{name}_most_legs"), within.len() as u64, "legs");
        sheet.set(
            &format!("{name}_most_legs_cost"),
            dearest.program_cu(&ID),
            "CU",
        );
        sheet.widen(dearest.wire);
    }
}

/// Stages with 1, 2, 3 … legs on both sides, up to 32 or as far as a fill fits a transaction.
fn accounts_by_legs() -> Vec<Legs> {
    let genesis = Genesis {
        others: vec![NewCollateral::staked(), NewCollateral::stable()],
        ..Genesis::default()
    };
    let mut stage = Stage::open(program_so(), &genesis);
    for name in ["writer", "bidder", "keeper"] {
        stage.actor(name, 10_000_000 * QUOTE, 10 * UNDERLYING);
    }
    expect_landed(stage.publish_surface(&surface()));
    for name in ["writer", "bidder"] {
        expect_landed(stage.open_account(name));
        expect_landed(stage.deposit_underlying(name, UNDERLYING));
        for other in ["staked", "stable"] {
            stage.fund_other(name, other, UNDERLYING);
            expect_landed(stage.deposit_other(name, other, UNDERLYING));
        }
    }
    expect_landed(stage.deposit_quote("writer", 300_000 * QUOTE));
    expect_landed(stage.deposit_quote("bidder", 5_000_000 * QUOTE));
    let mut accounts = Vec::new();
    for index in 0..MAX_LEGS {
        let Ok(fill) = one_more_leg(&mut stage, index) else {
            break;
        };
        accounts.push(Legs {
            stage: stage.clone(),
            fill,
            series: series(&stage, index),
        });
    }
    accounts
}

/// The writer sells the bidder a series neither has yet.
fn one_more_leg(stage: &mut Stage, index: usize) -> Outcome {
    let series = series(stage, index);
    if index.is_multiple_of(PER_EXPIRY) {
        expect_landed(stage.create_expiry("keeper", &series.expiry));
    }
    expect_landed(stage.create_series("keeper", &series));
    if index == 0 {
        expect_landed(stage.write_option("bidder", &series, 200 * CONTRACT));
    }
    let nonce = index as u64;
    let terms = OfferTerms {
        nonce,
        premium_price: 20 * PRICE,
        contracts: 100 * CONTRACT,
    };
    expect_landed(stage.place_offer("writer", &series, terms));
    stage.buy_ledger("bidder", "writer", nonce, &series, 100 * CONTRACT)
}

fn series(stage: &Stage, index: usize) -> SeriesKeys {
    let days = 2 + 2 * (index / PER_EXPIRY) as i64;
    let strike = 200 - 10 * (index % PER_EXPIRY) as u64;
    stage
        .next_expiry(days)
        .series(strike * PRICE, OptionKind::Put)
}

/// The writer takes out whatever he can spare.
fn take_out(stage: &mut Stage) -> Outcome {
    let spare = u64::try_from(stage.assess("writer").health_im()).expect("the writer is healthy");
    let held = stage
        .account_of("writer")
        .map_or(0, |account| account.quote_atoms);
    stage.withdraw_quote("writer", spare.min(held))
}

fn withdraw(legs: &Legs) -> Outcome {
    take_out(&mut legs.stage.clone())
}

/// The trigger after a crash by a fifth.
fn liquidate(legs: &Legs) -> Outcome {
    let mut stage = crashed(legs)?;
    let cost = stage.liquidate("keeper", "writer")?;
    stage.auction("writer").expect("the writer was seized");
    Ok(cost)
}

/// Taking a tenth of everything.
fn bid(legs: &Legs) -> Outcome {
    let mut stage = crashed(legs)?;
    stage.liquidate("keeper", "writer")?;
    stage.bid("bidder", "writer", 100_000_000, i64::MAX)
}

/// A fill of the writer's pegged offer that the bidder asked for.
fn execute(legs: &Legs) -> Outcome {
    let (mut stage, series) = (legs.stage.clone(), &legs.series);
    let nonce = MAX_LEGS as u64;
    let offer = PlaceOfferArgs {
        nonce,
        contracts: CONTRACT,
        pricing: Pricing::Pegged { vol_offset_ppm: 0 },
        ..PlaceOfferArgs::default()
    };
    expect_landed(stage.place("writer", series, offer));
    stage.world.advance(40);
    let asked = (1, CONTRACT, 100 * PRICE);
    expect_landed(stage.request_fill("bidder", ("writer", nonce), series, asked));
    stage.pass(20, 200 * PRICE);
    let update = stage.price_account;
    let (taker, maker) = (("bidder", 1), ("writer", nonce));
    stage.execute_fill("keeper", taker, maker, series, update)
}

/// What the writer can spare is gone and the price has fallen by a fifth.
fn crashed(legs: &Legs) -> Result<Stage, Failed> {
    let mut stage = legs.stage.clone();
    take_out(&mut stage)?;
    stage.pass(20, 160 * PRICE);
    expect_landed(stage.tick());
    Ok(stage)
}
