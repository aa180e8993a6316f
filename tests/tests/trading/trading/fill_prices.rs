//! Fills and prices: each unusable price by its own error, the newest price either side used, the surface.

use anchor_lang::solana_program::instruction::Instruction;
use backstop_client::SeriesKeys;
use backstop_interface::BackstopError;
use backstop_testkit::pyth::PythPrice;
use backstop_testkit::{expect_landed, Genesis, Stage};

use crate::prices::{never_genuine, not_usable, refuse_accounts, refuse_each};
use crate::setup::{
    by_ledger, by_wallet, expiry, fund, offer, put, refuse, surface, terms, without_surface,
    written, CONTRACT, LOT, PRICE, QUOTE,
};

/// Seconds a price may be old when risk is added.
const MAX_AGE: i64 = 25;

/// A minute has passed since any price was used or shown.
fn ready() -> (Stage, SeriesKeys, Instruction) {
    let (mut stage, put) = written(CONTRACT);
    stage.pass(60, 200 * PRICE);
    let given = by_wallet(&mut stage, ("writer", 1), &put, LOT);
    (stage, put, given)
}

fn publish(stage: &mut Stage, published_before_seconds: i64) {
    let at = stage.world.now() - published_before_seconds;
    stage.publish(PythPrice::new(stage.keys.feed_id, 200 * PRICE, at));
}

#[test]
fn a_price_is_taken_at_the_edge_of_every_age() {
    for edge in [MAX_AGE, 0, -5] {
        let (mut stage, put, _) = ready();
        publish(&mut stage, edge);
        expect_landed(stage.buy_tokens("buyer", "writer", 1, &put, LOT));
    }
}

#[test]
fn fill_offer_rejects_everything_before_the_first_surface_and_with_one_that_says_nothing() {
    let mut stage = without_surface(&Genesis::default());
    fund(&mut stage, "writer", 10_000 * QUOTE);
    let later = expiry(&mut stage, 60);
    let put = put(&mut stage, &later);
    offer(&mut stage, &put, 1, CONTRACT);
    let given = by_wallet(&mut stage, ("writer", 1), &put, LOT);
    refuse(&mut stage, "buyer", &given, BackstopError::NoSurface);
    expect_landed(stage.publish_surface(&surface()));
    // An hour until it is stale, 500 until its widening is as great as the greatest volatility.
    stage.pass(501 * 3_600 - 1, 200 * PRICE);
    expect_landed(stage.buy_tokens("buyer", "writer", 1, &put, LOT));
    stage.pass(1, 200 * PRICE);
    refuse(&mut stage, "buyer", &given, BackstopError::SurfaceStale);
    expect_landed(stage.publish_surface(&surface()));
    expect_landed(stage.buy_tokens("buyer", "writer", 1, &put, LOT));
}

#[test]
fn fill_offer_rejects_accounts_that_are_no_price_updates() {
    let (mut stage, put, given) = ready();
    refuse_accounts(&mut stage, "buyer", &given);
    expect_landed(stage.buy_tokens("buyer", "writer", 1, &put, LOT));
}

#[test]
fn fill_offer_rejects_every_price_that_is_not_genuine_or_not_usable() {
    let (mut stage, put, given) = ready();
    let mut cases = never_genuine(&stage);
    cases.extend(not_usable(&stage, MAX_AGE));
    refuse_each(&mut stage, "buyer", &given, cases);
    expect_landed(stage.buy_tokens("buyer", "writer", 1, &put, LOT));
}

#[test]
fn fill_offer_rejects_a_price_older_than_the_writer_has_used() {
    let (mut stage, put, given) = ready();
    expect_landed(stage.buy_tokens("buyer", "writer", 1, &put, LOT));
    publish(&mut stage, 1);
    refuse(
        &mut stage,
        "buyer",
        &given,
        BackstopError::PriceOlderThanLastUsed,
    );
}

#[test]
fn fill_offer_rejects_a_price_older_than_the_buyer_has_used() {
    let (mut stage, put, _) = ready();
    fund(&mut stage, "buyer", 1_000 * QUOTE);
    fund(&mut stage, "stranger", 1_000 * QUOTE);
    let terms = terms(1, PRICE, CONTRACT);
    expect_landed(stage.place_offer("stranger", &put, terms));
    expect_landed(stage.buy_ledger("buyer", "writer", 1, &put, LOT));
    publish(&mut stage, 1);
    let given = by_ledger(&stage, "buyer", ("stranger", 1), &put, LOT);
    refuse(
        &mut stage,
        "buyer",
        &given,
        BackstopError::PriceOlderThanLastUsed,
    );
    // A wallet has no memory: only the two accounts bind the price.
    expect_landed(stage.buy_tokens("buyer", "stranger", 1, &put, LOT));
}

#[test]
fn fill_offer_rejects_a_price_that_lags_the_feed_clock_by_more_than_ten_seconds() {
    let (mut stage, put, given) = ready();
    expect_landed(stage.tick());
    publish(&mut stage, 11);
    refuse(
        &mut stage,
        "buyer",
        &given,
        BackstopError::PriceBehindFeedClock,
    );
    publish(&mut stage, 10);
    expect_landed(stage.buy_tokens("buyer", "writer", 1, &put, LOT));
}

/// Whoever trades remembers the price he was judged at, and nothing older is used on him again.
#[test]
fn a_fill_binds_both_sides_to_its_price() {
    let (mut stage, put, _) = ready();
    fund(&mut stage, "buyer", 1_000 * QUOTE);
    expect_landed(stage.write_option("buyer", &put, LOT));
    stage.pass(60, 200 * PRICE);
    let now = stage.world.now();
    expect_landed(stage.buy_ledger("buyer", "writer", 1, &put, LOT));
    for name in ["writer", "buyer"] {
        let used = stage.account_of(name).expect("opened").last_price_at;
        assert_eq!(used, now, "{name}");
    }
    let given = by_ledger(&stage, "buyer", ("writer", 1), &put, LOT);
    publish(&mut stage, 1);
    let refusal = BackstopError::PriceOlderThanLastUsed;
    refuse(&mut stage, "buyer", &given, refusal);
}
