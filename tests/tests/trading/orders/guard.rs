//! Guard orders: an owner leaves them so that others may close his position before it is seized.

use backstop_client::trading::PlaceOfferArgs;
use backstop_client::SeriesKeys;
use backstop_interface::accounts::{AccountState, Pricing, Side};
use backstop_interface::BackstopError::*;
use backstop_testkit::{expect_landed, Stage};

use super::{bid, cash, left, mark, move_to, order, outcomes, three, told, ANY};
use crate::setup::{fund, leg, refuse, state, written, CONTRACT, PRICE, QUOTE};

/// Buys back up to 60 contracts at 2 % above mark once health(MM) is 30 % of the value or less.
fn guard() -> PlaceOfferArgs {
    PlaceOfferArgs {
        pricing: Pricing::Guard {
            health_ppb: 300_000_000,
            slip_ppb: 20_000_000,
        },
        ..bid(2, u64::MAX, 60 * CONTRACT)
    }
}

/// The writer is short 80 puts and left a guard order; the stranger has 100 000 quote.
fn guarded() -> (Stage, SeriesKeys) {
    let (mut stage, put) = written(80 * CONTRACT);
    fund(&mut stage, "stranger", 100_000 * QUOTE);
    expect_landed(stage.place("writer", &put, guard()));
    (stage, put)
}

/// Lowers the price by a quote at a time until health(MM) is at most 30 % of the value.
fn fall_to_the_guard(stage: &mut Stage) {
    let mut price = stage.price_update().price;
    loop {
        let found = stage.assess("writer");
        if 10 * found.health_mm() <= 3 * found.value {
            return;
        }
        price -= PRICE;
        move_to(stage, price);
    }
}

#[test]
fn it_stands_only_while_health_is_at_its_trigger() {
    let (mut stage, put) = guarded();
    move_to(&mut stage, 200 * PRICE);
    let sold = order(&stage, &put, Side::Bid, CONTRACT, &[("writer", 2)]);
    let given = stage.sweeping("stranger", std::slice::from_ref(&sold), ANY);
    refuse(&mut stage, "stranger", &given, SweepShort);
    fall_to_the_guard(&mut stage);
    expect_landed(stage.sweep("stranger", &[sold], ANY));
    assert_eq!(leg(&stage, "writer", &put), -79_000_000);
    assert_eq!(left(&stage, "writer", 2), 59 * CONTRACT);
}

#[test]
fn its_price_is_mark_and_what_the_owner_adds() {
    let (mut stage, put) = guarded();
    fall_to_the_guard(&mut stage);
    let expected = mark(&stage, &put) * 102 / 100 / 1_000;
    let before = cash(&stage, "writer");
    let sold = order(&stage, &put, Side::Bid, CONTRACT, &[("writer", 2)]);
    expect_landed(stage.sweep("stranger", &[sold], ANY));
    assert_eq!(before - cash(&stage, "writer"), expected);
}

/// The story: the price falls as far in both worlds. Where the guard order closed in time nobody can seize the
/// account, where there was none it is seized.
#[test]
fn it_closes_in_time() {
    let (mut stage, put) = guarded();
    let mut careless = stage.clone();
    fall_to_the_guard(&mut stage);
    let sold = order(&stage, &put, Side::Bid, 60 * CONTRACT, &[("writer", 2)]);
    expect_landed(stage.sweep("stranger", &[sold], ANY));
    assert_eq!(leg(&stage, "writer", &put), -20_000_000);
    expect_landed(careless.cancel_offer("writer", 2));
    for stage in [&mut stage, &mut careless] {
        move_to(stage, 90 * PRICE);
        expect_landed(stage.liquidate("keeper", "writer"));
    }
    assert_eq!(state(&stage, "writer"), AccountState::Open);
    assert_eq!(state(&careless, "writer"), AccountState::Auction);
    assert!(stage.assess("writer").health_im() >= 0);
}

/// It only makes the position smaller, whatever size it names.
#[test]
fn it_closes_no_more_than_there_is() {
    let (mut stage, put) = written(20 * CONTRACT);
    fund(&mut stage, "stranger", 100_000 * QUOTE);
    let args = PlaceOfferArgs {
        pricing: Pricing::Guard {
            health_ppb: 1_000_000_000,
            slip_ppb: 20_000_000,
        },
        ..guard()
    };
    expect_landed(stage.place("writer", &put, args));
    move_to(&mut stage, 195 * PRICE);
    let mut sold = order(&stage, &put, Side::Bid, 60 * CONTRACT, &[("writer", 2)]);
    sold.least_contracts = CONTRACT;
    let landed = expect_landed(stage.sweep("stranger", &[sold], ANY));
    assert_eq!(outcomes(&told(&stage, &landed)), [(20 * CONTRACT, 0)]);
    assert_eq!(leg(&stage, "writer", &put), 0);
    assert_eq!(left(&stage, "writer", 2), 40 * CONTRACT);
}

#[test]
fn without_a_position_it_fills_nothing() {
    let (mut stage, put) = three();
    expect_landed(stage.place("writer", &put, guard()));
    move_to(&mut stage, 200 * PRICE);
    let sold = order(&stage, &put, Side::Bid, CONTRACT, &[("writer", 2)]);
    let given = stage.sweeping("stranger", &[sold], ANY);
    refuse(&mut stage, "stranger", &given, SweepShort);
}

/// A long is sold down the same way.
#[test]
fn it_sells_a_long_below_mark() {
    let (mut stage, put) = three();
    expect_landed(stage.fill_quote("writer", "stranger", &put, 2 * CONTRACT, 9 * PRICE));
    let args = PlaceOfferArgs {
        pricing: Pricing::Guard {
            health_ppb: 1_000_000_000,
            slip_ppb: 50_000_000,
        },
        ..super::ask(2, 0, 5 * CONTRACT)
    };
    expect_landed(stage.place("writer", &put, args));
    move_to(&mut stage, 200 * PRICE);
    let expected = (mark(&stage, &put) * 95).div_ceil(100).div_ceil(1_000);
    let before = cash(&stage, "buyer");
    expect_landed(stage.buy_ledger("buyer", "writer", 2, &put, CONTRACT));
    assert!(before - cash(&stage, "buyer") - expected <= 1);
    assert_eq!(leg(&stage, "writer", &put), 1_000_000);
    let given = crate::setup::by_ledger(&stage, "buyer", ("writer", 2), &put, 2 * CONTRACT);
    refuse(&mut stage, "buyer", &given, ReduceOnly);
}
