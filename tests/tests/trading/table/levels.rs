use backstop_client::orders::Order;
use backstop_client::trading::PlaceOfferArgs;
use backstop_interface::accounts::Side;
use backstop_interface::action::{Action, LEVEL_FROZEN};
use backstop_interface::params::MarketParams;
use backstop_interface::BackstopError::{self, *};
use backstop_testkit::stage::Outcome;
use backstop_testkit::{expect_code, expect_landed, Genesis, Stage};

use crate::genesis::create_market;
use crate::orders::{ask, order};
use crate::setup::{
    expiry, fund, genesis_before, open_with, put, refuse, surface, CONTRACT, LOT, PRICE, QUOTE,
};

/// A market at a level, which genesis set; two accounts with money.
fn at(level: u8) -> Stage {
    let mut stage = open_with(&Genesis {
        level,
        ..Genesis::default()
    });
    for name in ["writer", "buyer"] {
        fund(&mut stage, name, 10_000 * QUOTE);
    }
    stage
}

/// Lands if the action's row allows the level, and is refused as forbidden otherwise.
#[track_caller]
fn follows(level: u8, action: Action, outcome: Outcome) {
    match level <= action.rule().most_level {
        true => drop(expect_landed(outcome)),
        false => drop(expect_code(outcome, LevelForbids)),
    }
}

/// The words of the table, once more.
#[test]
fn each_level_stops_what_it_says_and_all_that_the_ones_below_stop() {
    let allowed = |level: u8| -> Vec<Action> {
        let all = Action::ALL.into_iter();
        all.filter(|action| level <= action.rule().most_level)
            .collect()
    };
    assert_eq!(allowed(0), Action::ALL);
    let stopped = |level: u8| -> Vec<Action> {
        let now = allowed(level);
        let before = allowed(level - 1).into_iter();
        before.filter(|action| !now.contains(action)).collect()
    };
    assert_eq!(
        stopped(1),
        [Action::AddRisk, Action::Withdraw, Action::Execute]
    );
    assert_eq!(stopped(2), [Action::TakeFree]);
    assert_eq!(stopped(3), [Action::Liquidate, Action::Bid]);
    for always in [Action::Secure, Action::Close, Action::Convert, Action::Tick] {
        assert_eq!(always.rule().most_level, LEVEL_FROZEN);
    }
}

#[test]
fn money_comes_in_at_every_level_and_goes_out_of_free_accounts_below_two() {
    for level in 0..=LEVEL_FROZEN {
        let mut stage = at(level);
        expect_landed(stage.deposit_quote("writer", QUOTE));
        let taken = stage.withdraw_quote("writer", QUOTE);
        follows(level, Action::TakeFree, taken);
        expect_landed(stage.stake("stranger", QUOTE));
    }
}

#[test]
fn risk_is_added_at_level_zero_alone() {
    for level in 0..=LEVEL_FROZEN {
        let mut stage = at(level);
        let week = expiry(&mut stage, 7);
        let put = put(&mut stage, &week);
        let written = stage.write_option("writer", &put, LOT);
        follows(level, Action::AddRisk, written);
        let quoted = stage.fill_quote("buyer", "writer", &put, LOT, 6 * PRICE);
        follows(level, Action::AddRisk, quoted);
        let placed = stage.place("writer", &put, ask(1, 6 * PRICE, CONTRACT));
        follows(level, Action::AddRisk, placed);
        let none: [Order; 1] = [order(&stage, &put, Side::Ask, CONTRACT, &[])];
        let swept = stage.sweep("buyer", &none, i64::MAX);
        // What it would fill is asked for its level one by one, and nothing can be.
        expect_code(swept, SweepShort);
        let reducing = PlaceOfferArgs {
            reduce_only: true,
            ..ask(2, 6 * PRICE, CONTRACT)
        };
        let placed = stage.place("writer", &put, reducing);
        follows(level, Action::Close, placed);
        expect_landed(stage.cancel_offer("writer", 2));
        expect_landed(stage.cancel_all("writer"));
    }
}

#[test]
fn accounts_are_looked_after_below_level_three() {
    for level in 0..=LEVEL_FROZEN {
        let mut stage = at(level);
        let outcome = stage.liquidate("keeper", "writer");
        follows(level, Action::Liquidate, outcome);
        stage.pass(60, 200 * PRICE);
        expect_landed(stage.tick());
        expect_landed(stage.publish_surface(&surface()));
    }
}

#[test]
fn create_market_rejects_a_level_above_three() {
    let (mut stage, _) = genesis_before("create_market");
    let mut new = create_market::new(MarketParams::default());
    new.level = LEVEL_FROZEN + 1;
    let authority = backstop_testkit::pubkey("genesis");
    let given = backstop_client::genesis::create_market(authority, &stage.keys, &new);
    refuse(
        &mut stage,
        "genesis",
        &given,
        BackstopError::ParameterOutOfBounds,
    );
}
