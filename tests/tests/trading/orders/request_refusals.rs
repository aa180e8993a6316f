//! What a request, its execution and its end refuse.

use backstop_client::SeriesKeys;
use backstop_interface::BackstopError::{self, *};
use backstop_testkit::pyth::PythPrice;
use backstop_testkit::{expect_landed, key, pubkey, Stage};

use super::request::{request, requested, update};
use super::{ask, pegged, three};
use crate::setup::{refuse, surface, CONTRACT, LOT, PRICE, QUOTE};

#[test]
fn execute_fill_rejects_every_update_but_the_deciding_one() {
    let (mut stage, put) = requested();
    stage.pass(59, 200 * PRICE);
    let cases = [
        ("published before the moment", -5, -1),
        ("not the first from the moment on", 0, 1),
        ("nor the second", 3, 5),
        ("later than 30 seconds", -1, 31),
    ];
    for (what, previous, publish) in cases {
        println!("{what}");
        let other = update(&mut stage, 200 * PRICE, previous, publish);
        let given = stage.executing("keeper", ("buyer", 7), ("writer", 1), &put, other);
        refuse(&mut stage, "keeper", &given, NotDecidingUpdate);
    }
    for (previous, publish) in [(-1, 0), (-1, 30)] {
        let mut fork = stage.clone();
        let decides = update(&mut fork, 200 * PRICE, previous, publish);
        expect_landed(fork.execute_fill("keeper", ("buyer", 7), ("writer", 1), &put, decides));
    }
}

#[test]
fn execute_fill_rejects_updates_that_are_not_genuine_or_too_uncertain() {
    let (mut stage, put) = requested();
    stage.pass(59, 200 * PRICE);
    let moment = request(&stage).requested_at + 15;
    let good = PythPrice::new(stage.keys.feed_id, 200 * PRICE, moment).after(moment - 1);
    let limit = good.clone().conf_bps(200);
    let mut uncertain = limit.clone();
    uncertain.conf += 1;
    let other_feed = PythPrice {
        feed_id: [7; 32],
        ..good.clone()
    };
    let cases = [
        (good.clone().partial(12), PriceNotFullyVerified),
        (other_feed, PriceWrongFeed),
        (uncertain, FormulaUncertain),
    ];
    for (price, error) in cases {
        let bad = stage.publish_beside("bad update", &price);
        let given = stage.executing("keeper", ("buyer", 7), ("writer", 1), &put, bad);
        refuse(&mut stage, "keeper", &given, error);
    }
    let market = stage.keys.market;
    let given = stage.executing("keeper", ("buyer", 7), ("writer", 1), &put, market);
    refuse(&mut stage, "keeper", &given, PriceWrongOwner);
    let decides = stage.publish_beside("at the limit", &limit);
    expect_landed(stage.execute_fill("keeper", ("buyer", 7), ("writer", 1), &put, decides));
}

#[test]
fn void_fill_rejects_a_wallet_and_a_key_of_somebody_else() {
    let (mut stage, _) = requested();
    stage.world.advance(601);
    let (keys, taker) = (stage.keys, (stage.margin("buyer"), 7));
    let theirs = stage.quote_wallet("stranger");
    let void = |owner, wallet| backstop_client::requests::void_fill(&keys, taker, owner, wallet);
    for given in [
        void(pubkey("buyer"), theirs),
        void(pubkey("stranger"), theirs),
    ] {
        stage.world.expect_refused(&[given], &[], NotOwner);
    }
    let other = stage.underlying_wallet("buyer");
    stage
        .world
        .expect_refused(&[void(pubkey("buyer"), other)], &[], WrongMint);
}

#[test]
fn execute_fill_rejects_an_offer_that_was_voided_and_sides_that_cannot_bear_it() {
    let (mut stage, put) = requested();
    stage.pass(59, 200 * PRICE);
    let decides = update(&mut stage, 200 * PRICE, -1, 0);
    let given = stage.executing("keeper", ("buyer", 7), ("writer", 1), &put, decides);
    let mut fork = stage.clone();
    expect_landed(fork.cancel_all("writer"));
    refuse(&mut fork, "keeper", &given, OfferVoid);
    let mut fork = stage.clone();
    expect_landed(fork.withdraw_quote("writer", 9_990 * QUOTE));
    refuse(&mut fork, "keeper", &given, BelowInitialMargin);
    let mut fork = stage.clone();
    expect_landed(fork.tick());
    expect_landed(fork.buy_ledger("stranger", "writer", 1, &put, 4 * CONTRACT));
    refuse(&mut fork, "keeper", &given, FillOutOfRange);
    stage.world.warp_to(put.expiry.expires_at - 3_600);
    refuse(&mut stage, "keeper", &given, RequestOver);
}

#[track_caller]
fn refuse_request(
    stage: &mut Stage,
    put: &SeriesKeys,
    maker: (&str, u64),
    (contracts, limit_price): (u64, u64),
    error: BackstopError,
) {
    let failed = stage.request_fill("buyer", maker, put, (8, contracts, limit_price));
    assert_eq!(failed.expect_err("refused").code(), Some(error.into()));
}

#[test]
fn request_fill_rejects_what_could_never_be_executed() {
    let (mut stage, put) = three();
    expect_landed(stage.place("writer", &put, ask(1, 6 * PRICE, CONTRACT)));
    expect_landed(stage.place("writer", &put, pegged(2, 0, CONTRACT)));
    expect_landed(stage.place("buyer", &put, pegged(2, 0, CONTRACT)));
    let good = (CONTRACT, PRICE);
    refuse_request(&mut stage, &put, ("writer", 1), good, PricingNotAllowed);
    refuse_request(&mut stage, &put, ("buyer", 2), good, SameAccount);
    for (asked, error) in [
        ((0, PRICE), AmountIsZero),
        ((LOT + 1, PRICE), OffLot),
        ((CONTRACT, 0), PremiumOutOfRange),
        ((i64::MAX as u64 / LOT * LOT, u64::MAX), AmountOverflow),
    ] {
        refuse_request(&mut stage, &put, ("writer", 2), asked, error);
    }
    stage.world.warp_to(put.expiry.expires_at - 3_600);
    refuse_request(&mut stage, &put, ("writer", 2), good, ExpiryClosed);
}

#[test]
fn request_fill_rejects_another_owners_account() {
    let (mut stage, put) = three();
    expect_landed(stage.place("writer", &put, pegged(1, 0, CONTRACT)));
    let asked = backstop_client::requests::Asked {
        margin_account: stage.margin("buyer"),
        nonce: 7,
        contracts: CONTRACT,
        limit_price: PRICE,
    };
    let from = (pubkey("stranger"), stage.quote_wallet("stranger"));
    let offer = stage.offer("writer", 1);
    let given = backstop_client::requests::request_fill(&stage.keys, from, &put, offer, &asked);
    refuse(&mut stage, "stranger", &given, NotDelegate);
    assert!(stage.world.send(&[given], &[&key("stranger")]).is_err());
}

/// In the last hour no formula is asked: a request of the hour before is not executed in it.
#[test]
fn a_request_does_not_reach_into_the_last_hour() {
    let (mut stage, put) = three();
    expect_landed(stage.place("writer", &put, pegged(1, 0, CONTRACT)));
    stage.world.warp_to(put.expiry.expires_at - 3_630);
    stage.set_price(200 * PRICE);
    expect_landed(stage.tick());
    expect_landed(stage.publish_surface(&surface()));
    expect_landed(stage.request_fill("buyer", ("writer", 1), &put, (7, CONTRACT, 50 * PRICE)));
    stage.pass(30, 200 * PRICE);
    let decides = update(&mut stage, 200 * PRICE, -1, 0);
    let given = stage.executing("keeper", ("buyer", 7), ("writer", 1), &put, decides);
    refuse(&mut stage, "keeper", &given, ExpiryClosed);
}

/// What a formula asks of any price it asks of the one that decides, and of the surface of the execution.
#[test]
fn execute_fill_rejects_a_deciding_update_above_two_percent_confidence_and_a_stale_surface() {
    let (mut stage, put) = requested();
    stage.pass(20, 200 * PRICE);
    let moment = request(&stage).requested_at + 15;
    let certain = PythPrice::new(stage.keys.feed_id, 200 * PRICE, moment).after(moment - 1);
    let certain = certain.conf_bps(200);
    let mut uncertain = certain.clone();
    uncertain.conf += 1;
    let mut fork = stage.clone();
    let bad = fork.publish_beside("uncertain update", &uncertain);
    let given = fork.executing("keeper", ("buyer", 7), ("writer", 1), &put, bad);
    refuse(&mut fork, "keeper", &given, FormulaUncertain);
    let good = stage.publish_beside("certain update", &certain);
    let given = stage.executing("keeper", ("buyer", 7), ("writer", 1), &put, good);
    expect_landed(stage.clone().world.send(&[given], &[&key("keeper")]));

    let (mut stage, put) = three();
    expect_landed(stage.place("writer", &put, pegged(1, 50_000, 5 * CONTRACT)));
    let max_age = stage.view().market.params.surface_max_age_seconds;
    let stale_at = stage.vol_surface().updated_at + max_age + 1;
    stage.world.warp_to(stale_at - 15);
    let asked = (7, 2 * CONTRACT, 20 * PRICE);
    expect_landed(stage.request_fill("buyer", ("writer", 1), &put, asked));
    stage.pass(15, 200 * PRICE);
    let decides = update(&mut stage, 200 * PRICE, -1, 0);
    let given = stage.executing("keeper", ("buyer", 7), ("writer", 1), &put, decides);
    refuse(&mut stage, "keeper", &given, FormulaSurfaceStale);
    expect_landed(stage.publish_surface(&surface()));
    expect_landed(stage.world.send(&[given], &[&key("keeper")]));
}
