//! In which states nobody trades: seized, in debt, short in what ends within the hour, below initial margin far from
//! mark. Each way to trade asks by itself.

use backstop_client::trading::PlaceOfferArgs;
use backstop_client::SeriesKeys;
use backstop_interface::accounts::{OptionKind, Pricing, Side};
use backstop_interface::BackstopError::{self, *};
use backstop_testkit::{expect_code, expect_landed, Stage};

use super::request::update;
use super::{ask, fall_below_initial_margin, order, pegged, three, ANY};
use crate::setup::{
    expiry, fund, indebted, mark, put, refuse, seized, series, surface, written, CONTRACT, LOT,
    PRICE, QUOTE,
};

/// The writer wants to buy a lot of the stranger's offer 1 by a sweep.
#[track_caller]
fn refuse_sweep(stage: &mut Stage, put: &SeriesKeys, error: BackstopError) {
    let bought = order(stage, put, Side::Ask, LOT, &[("stranger", 1)]);
    let given = stage.sweeping("writer", &[bought], ANY);
    refuse(stage, "writer", &given, error);
}

#[test]
fn sweep_rejects_a_taker_on_auction_and_one_in_debt() {
    for (made, error) in [(seized(), AccountNotOpen), (indebted(), AccountInDebt)] {
        let (mut stage, put) = made;
        fund(&mut stage, "stranger", 100_000 * QUOTE);
        expect_landed(stage.place("stranger", &put, ask(1, 19 * PRICE, CONTRACT)));
        refuse_sweep(&mut stage, &put, error);
    }
}

#[test]
fn sweep_rejects_a_taker_below_initial_margin_who_buys_back_far_from_mark() {
    let (mut stage, put) = written(80 * CONTRACT);
    fund(&mut stage, "stranger", 100_000 * QUOTE);
    fall_below_initial_margin(&mut stage, "writer");
    let cheap = mark(&stage, &put) / 10 * 9;
    expect_landed(stage.place("stranger", &put, ask(1, cheap, CONTRACT)));
    refuse_sweep(&mut stage, &put, TradeOffMark);
}

/// The writer is short the put of the week, which ends in half an hour; the stranger asks for the month's. Both have an
/// account with enough in it.
fn near_expiry() -> (Stage, SeriesKeys) {
    let (mut stage, near) = written(2 * CONTRACT);
    fund(&mut stage, "stranger", 100_000 * QUOTE);
    let month = expiry(&mut stage, 30);
    let far = put(&mut stage, &month);
    to(&mut stage, near.expiry.expires_at - 1_800);
    expect_landed(stage.place("stranger", &far, ask(1, 19 * PRICE, CONTRACT)));
    (stage, far)
}

/// Moves the clock to a second, with a price and a surface of it.
fn to(stage: &mut Stage, second: i64) {
    stage.world.warp_to(second);
    stage.set_price(200 * PRICE);
    expect_landed(stage.tick());
    expect_landed(stage.publish_surface(&surface()));
}

#[test]
fn sweep_rejects_a_taker_short_in_what_ends_within_the_hour() {
    let (mut stage, far) = near_expiry();
    refuse_sweep(&mut stage, &far, ShortNearExpiry);
}

#[test]
fn fill_quote_rejects_either_side_short_in_what_ends_within_the_hour() {
    let (mut stage, far) = near_expiry();
    for (buyer, seller) in [("writer", "stranger"), ("stranger", "writer")] {
        let traded = stage.fill_quote(buyer, seller, &far, LOT, 19 * PRICE);
        expect_code(traded, ShortNearExpiry);
    }
}

#[test]
fn write_option_rejects_a_short_in_what_ends_within_the_hour() {
    let (mut stage, far) = near_expiry();
    expect_code(stage.write_option("writer", &far, LOT), ShortNearExpiry);
}

/// A pegged offer of the writer's, and the buyer's request for a contract of it.
fn ask_for(stage: &mut Stage, put: &SeriesKeys) {
    expect_landed(stage.place("writer", put, pegged(9, 0, CONTRACT)));
    let asked = (7, CONTRACT, 100 * PRICE);
    expect_landed(stage.request_fill("buyer", ("writer", 9), put, asked));
}

/// Executes it at an update of the deciding second.
fn execute(stage: &mut Stage, put: &SeriesKeys, price: u64) -> backstop_testkit::Outcome {
    let decides = update(stage, price, -1, 0);
    stage.execute_fill("keeper", ("buyer", 7), ("writer", 9), put, decides)
}

#[test]
fn execute_fill_rejects_a_maker_who_was_seized_meanwhile() {
    let (mut stage, put) = written(80 * CONTRACT);
    fund(&mut stage, "buyer", 10_000 * QUOTE);
    ask_for(&mut stage, &put);
    stage.pass(20, 80 * PRICE);
    expect_landed(stage.tick());
    expect_landed(stage.liquidate("keeper", "writer"));
    expect_code(execute(&mut stage, &put, 80 * PRICE), AccountNotOpen);
}

#[test]
fn execute_fill_rejects_a_maker_short_in_what_ends_within_the_hour() {
    let (mut stage, near) = written(2 * CONTRACT);
    fund(&mut stage, "buyer", 10_000 * QUOTE);
    let month = expiry(&mut stage, 30);
    let far = put(&mut stage, &month);
    to(&mut stage, near.expiry.expires_at - 3_610);
    ask_for(&mut stage, &far);
    stage.pass(20, 200 * PRICE);
    expect_code(execute(&mut stage, &far, 200 * PRICE), ShortNearExpiry);
}

/// The settlement of an expiry comes between a request and its execution.
#[test]
fn execute_fill_rejects_a_maker_in_debt() {
    let (mut stage, later) = indebted();
    fund(&mut stage, "buyer", 10_000 * QUOTE);
    ask_for(&mut stage, &later);
    stage.pass(20, 20 * PRICE);
    expect_code(execute(&mut stage, &later, 20 * PRICE), AccountInDebt);
}

/// The fee follows mark: of a premium far below it, it takes more than there is.
#[test]
fn execute_fill_rejects_a_seller_who_cannot_pay_the_fee() {
    let (mut stage, put) = three();
    let low = pegged(9, -700_000, CONTRACT);
    expect_landed(stage.place("writer", &put, low));
    let units = crate::setup::UNDERLYING;
    expect_landed(stage.deposit_underlying("writer", 100 * units));
    expect_landed(stage.withdraw_quote("writer", 10_000 * QUOTE));
    let high = series(&mut stage, &put.expiry, 150 * PRICE, OptionKind::Put);
    expect_landed(stage.cancel_offer("writer", 9));
    expect_landed(stage.place("writer", &high, low));
    let asked = (7, CONTRACT, 100 * PRICE);
    expect_landed(stage.request_fill("buyer", ("writer", 9), &high, asked));
    stage.pass(20, 200 * PRICE);
    expect_code(execute(&mut stage, &high, 200 * PRICE), BalanceTooLow);
}

#[test]
fn request_fill_rejects_an_account_on_auction() {
    let (mut stage, put) = seized();
    fund(&mut stage, "stranger", 10_000 * QUOTE);
    expect_landed(stage.place("stranger", &put, pegged(1, 0, CONTRACT)));
    let asked = (7, CONTRACT, 100 * PRICE);
    let requested = stage.request_fill("writer", ("stranger", 1), &put, asked);
    expect_code(requested, AccountNotOpen);
}

/// A long of two contracts whose owner leaves a guard order to sell at this trigger, and another offer.
fn guarded_long(health_ppb: u64) -> (Stage, SeriesKeys) {
    let (mut stage, put) = three();
    expect_landed(stage.fill_quote("writer", "stranger", &put, 2 * CONTRACT, 9 * PRICE));
    let guard = PlaceOfferArgs {
        pricing: Pricing::Guard {
            health_ppb,
            slip_ppb: 50_000_000,
        },
        ..ask(2, 0, CONTRACT)
    };
    expect_landed(stage.place("writer", &put, guard));
    expect_landed(stage.place("writer", &put, ask(3, 9 * PRICE, CONTRACT)));
    stage.pass(20, 200 * PRICE);
    expect_landed(stage.tick());
    (stage, put)
}

#[test]
fn fill_offer_rejects_a_guard_order_before_its_trigger() {
    let (mut stage, put) = guarded_long(1);
    let bought = stage.buy_ledger("buyer", "writer", 2, &put, LOT);
    expect_code(bought, GuardNotReached);
}

#[test]
fn fill_offer_rejects_a_guard_order_in_the_second_of_another_fill_of_its_owner() {
    let (mut stage, put) = guarded_long(1_000_000_000);
    expect_landed(stage.clone().buy_ledger("buyer", "writer", 2, &put, LOT));
    expect_landed(stage.buy_ledger("buyer", "writer", 3, &put, LOT));
    let bought = stage.buy_ledger("buyer", "writer", 2, &put, LOT);
    expect_code(bought, GuardResting);
}
