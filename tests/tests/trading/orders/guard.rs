//! Guard orders: an owner leaves them so that others may close his position before it is seized.

use backstop_client::trading::PlaceOfferArgs;
use backstop_client::SeriesKeys;
use backstop_interface::accounts::{Pricing, Side};
use backstop_interface::BackstopError::*;
use backstop_testkit::{expect_landed, Stage};

use super::{bid, cash, left, move_to, order, outcomes, three, told, ANY};
use crate::setup::{fund, leg, mark, refuse, written, CONTRACT, PRICE, QUOTE};

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
pub fn guarded() -> (Stage, SeriesKeys) {
    let (mut stage, put) = written(80 * CONTRACT);
    fund(&mut stage, "stranger", 100_000 * QUOTE);
    expect_landed(stage.place("writer", &put, guard()));
    (stage, put)
}

/// Lowers the price by a quote at a time until health(MM) is at most 30 % of the value.
pub fn fall_to_the_guard(stage: &mut Stage) {
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

/// [`guarded`] where the trigger lies a little below the health of the moment, and the writer also asks 1 for 20 puts
/// more, which would lower it beyond the trigger. The buyer bids 1 for a put.
fn guarded_beside_an_ask() -> (Stage, SeriesKeys) {
    let (mut stage, put) = guarded();
    fund(&mut stage, "buyer", 100_000 * QUOTE);
    expect_landed(stage.place("buyer", &put, bid(5, PRICE, CONTRACT)));
    move_to(&mut stage, 190 * PRICE);
    let found = stage.assess("writer");
    let (health, value) = (found.health_mm() as u64, found.value as u64);
    let args = PlaceOfferArgs {
        nonce: 3,
        pricing: Pricing::Guard {
            health_ppb: (u128::from(health) * 1_000_000_000 / u128::from(value)) as u64 - 1_000_000,
            slip_ppb: 50_000_000,
        },
        ..guard()
    };
    expect_landed(stage.place("writer", &put, args));
    expect_landed(stage.place("writer", &put, super::ask(4, PRICE, 20 * CONTRACT)));
    (stage, put)
}

/// Sells one put to the guard order or else to the buyer's bid, and says why the guard order was left aside.
fn tries_the_guard(stage: &mut Stage, put: &SeriesKeys) -> u32 {
    let offers = [("writer", 3), ("buyer", 5)];
    let sold = order(stage, put, Side::Bid, CONTRACT, &offers);
    let landed = expect_landed(stage.sweep("stranger", &[sold], ANY));
    outcomes(&told(stage, &landed))[0].1
}

/// Somebody lowers the owner's health by filling what else he offers, to take the guard order at once.
#[test]
fn it_is_not_reached_by_filling_another_offer_of_its_owner_in_the_same_second() {
    let (mut stage, put) = guarded_beside_an_ask();
    let (asleep, resting): (u32, u32) = (GuardNotReached.into(), GuardResting.into());
    assert_eq!(tries_the_guard(&mut stage.clone(), &put), asleep);
    let mut together = stage.clone();
    let bought = order(&stage, &put, Side::Ask, 20 * CONTRACT, &[("writer", 4)]);
    let sold = order(
        &stage,
        &put,
        Side::Bid,
        CONTRACT,
        &[("writer", 3), ("buyer", 5)],
    );
    let steps = [bought.clone(), sold].map(|one| together.sweeping("stranger", &[one], ANY));
    let landed = expect_landed(
        together
            .world
            .send(&steps, &[&backstop_testkit::key("stranger")]),
    );
    let swept =
        landed.events::<backstop_interface::event::OffersSwept>(&together.world.program_id());
    assert_eq!(outcomes(&swept[1]), [(0, resting), (CONTRACT, 0)]);

    expect_landed(stage.sweep("stranger", &[bought], ANY));
    let account = stage.account_of("writer").expect("open");
    assert_eq!(account.filled_at, stage.world.now());
    assert_eq!(tries_the_guard(&mut stage.clone(), &put), resting);
    // A second later it is the owner's own trade that brought him there.
    stage.pass(1, 190 * PRICE);
    expect_landed(stage.tick());
    assert_eq!(tries_the_guard(&mut stage, &put), 0);
    assert_eq!(leg(&stage, "writer", &put), -99_000_000);
}

/// A fill of the guard order itself does not close it to the next.
#[test]
fn it_may_be_taken_by_and_by() {
    let (mut stage, put) = guarded();
    fall_to_the_guard(&mut stage);
    for _ in 0..2 {
        let sold = order(&stage, &put, Side::Bid, CONTRACT, &[("writer", 2)]);
        expect_landed(stage.sweep("stranger", &[sold], ANY));
    }
    assert_eq!(leg(&stage, "writer", &put), -78_000_000);
    assert!(stage.account_of("writer").expect("open").filled_at < stage.world.now());
}
