//! How many legs an account may have before an instruction on it passes what one transaction should cost.

use backstop_client::SeriesKeys;
use backstop_interface::accounts::{OptionKind, MAX_LEGS};
use backstop_interface::ID;
use backstop_testkit::{expect_landed, Genesis, OfferTerms, Outcome, Stage};
use backstop_tests::program_so;

use super::life::{surface, CONTRACT, PRICE, QUOTE};
use super::sheet::Sheet;

/// Compute units any instruction may cost.
const BUDGET: u64 = 1_050_000;
/// Series of each expiry, so that 32 legs lie in 8 expiries.
const PER_EXPIRY: usize = 4;

/// A stage in which the writer is short as many series as its place in the list says, and the bidder long
/// in them, but for the first, of which he owes more than he buys: only who owes something is held to a margin.
struct Legs {
    stage: Stage,
    /// Cost of the fill that made the last leg, in a margin account on both sides.
    fill: Option<u64>,
}

/// A name, and what it costs.
type Measure = (&'static str, fn(&Legs) -> Option<u64>);

/// Measures fill, withdrawal, trigger and bid with as many legs on both sides as stay within the budget.
pub fn measure(sheet: &mut Sheet) {
    let measures: [Measure; 4] = [
        ("fill_offer_ledger", |legs| legs.fill),
        ("withdraw_quote", withdraw),
        ("liquidate", liquidate),
        ("bid", bid),
    ];
    let accounts = accounts_by_legs();
    for (name, cost) in measures {
        let costs = accounts
            .iter()
            .map_while(cost)
            .take_while(|cu| *cu <= BUDGET);
        let costs: Vec<u64> = costs.collect();
        let dearest = costs
            .last()
            .expect("an account with one leg stays within the budget");
        sheet.set(&format!("{name}_most_legs"), costs.len() as u64, "legs");
        sheet.set(&format!("{name}_most_legs_cost"), *dearest, "CU");
    }
}

/// Stages with 1, 2, 3 … legs on both sides, up to 32 or as far as a fill fits a transaction.
fn accounts_by_legs() -> Vec<Legs> {
    let mut stage = Stage::open(program_so(), &Genesis::default());
    for name in ["writer", "bidder", "keeper"] {
        stage.actor(name, 10_000_000 * QUOTE, 0);
    }
    expect_landed(stage.publish_surface(&surface()));
    for name in ["writer", "bidder"] {
        expect_landed(stage.open_account(name));
    }
    expect_landed(stage.deposit_quote("writer", 300_000 * QUOTE));
    expect_landed(stage.deposit_quote("bidder", 5_000_000 * QUOTE));
    let mut accounts = Vec::new();
    for index in 0..MAX_LEGS {
        let Some(fill) = units(one_more_leg(&mut stage, index)) else {
            break;
        };
        accounts.push(Legs {
            stage: stage.clone(),
            fill: Some(fill),
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

/// Compute units of what landed; none if it did not fit a transaction.
fn units(outcome: Outcome) -> Option<u64> {
    outcome.ok().map(|landed| landed.program_cu(&ID))
}

/// The writer takes out whatever he can spare.
fn take_out(stage: &mut Stage) -> Outcome {
    let spare = u64::try_from(stage.assess("writer").health_im()).expect("the writer is healthy");
    let held = stage
        .account_of("writer")
        .map_or(0, |account| account.quote_atoms);
    stage.withdraw_quote("writer", spare.min(held))
}

fn withdraw(legs: &Legs) -> Option<u64> {
    units(take_out(&mut legs.stage.clone()))
}

/// The trigger after a crash by a fifth.
fn liquidate(legs: &Legs) -> Option<u64> {
    let mut stage = crashed(legs)?;
    let cost = units(stage.liquidate("keeper", "writer"))?;
    stage.auction("writer").expect("the writer was seized");
    Some(cost)
}

/// Taking a tenth of everything.
fn bid(legs: &Legs) -> Option<u64> {
    let mut stage = crashed(legs)?;
    stage.liquidate("keeper", "writer").ok()?;
    units(stage.bid("bidder", "writer", 100_000_000, i64::MAX))
}

/// What the writer can spare is gone and the price has fallen by a fifth.
fn crashed(legs: &Legs) -> Option<Stage> {
    let mut stage = legs.stage.clone();
    take_out(&mut stage).ok()?;
    stage.pass(20, 160 * PRICE);
    expect_landed(stage.tick());
    Some(stage)
}
