use backstop_client::trading::{close_offer, place_offer, PlaceOfferArgs};
use backstop_client::SeriesKeys;
use backstop_interface::accounts::OptionKind::Put;
use backstop_interface::BackstopError;
use backstop_testkit::{expect_code, expect_landed, key, pubkey, Snapshot, Stage};

use crate::setup::{
    assert_only_changed, fund, offer, open, seized, series, swapped, written, CONTRACT, LOT, PRICE,
    QUOTE,
};

/// Asserts that anyone closes the writer's offer and that every lamport goes to the maker, and only there.
#[track_caller]
fn closes(stage: &mut Stage, nonce: u64, series: &SeriesKeys, maker: &str) {
    let offer = stage.offer("writer", nonce);
    let (before, rent) = (Snapshot::whole(&stage.world), stage.world.lamports(&offer));
    let rich = stage.world.lamports(&pubkey(maker));
    let given = close_offer(offer, pubkey(maker), stage.margin("writer"), series);
    expect_landed(stage.world.send(&[given], &[]));
    assert_only_changed(&before, stage, &[offer, pubkey(maker)]);
    assert!(stage.world.account(&offer).is_none());
    assert_eq!(stage.world.lamports(&pubkey(maker)), rich + rent);
}

#[track_caller]
fn stands(stage: &mut Stage, nonce: u64, series: &SeriesKeys) {
    let before = Snapshot::whole(&stage.world);
    let refused = stage.close_offer("writer", nonce, series);
    expect_code(refused, BackstopError::OfferStands);
    assert_only_changed(&before, stage, &[]);
}

#[test]
fn a_used_up_offer_is_closed_by_anyone() {
    let (mut stage, put) = written(CONTRACT);
    expect_landed(stage.buy_tokens("buyer", "writer", 1, &put, CONTRACT - LOT));
    stands(&mut stage, 1, &put);
    expect_landed(stage.buy_tokens("buyer", "writer", 1, &put, LOT));
    closes(&mut stage, 1, &put, "writer");
}

#[test]
fn an_offer_is_closed_from_the_second_it_is_void() {
    let (mut stage, put) = written(CONTRACT);
    let args = PlaceOfferArgs {
        nonce: 2,
        premium_price: PRICE,
        contracts: CONTRACT,
        least_fill_contracts: LOT,
        void_at: stage.world.now() + 10,
        reduce_only: false,
        ..PlaceOfferArgs::default()
    };
    let (owner, margin) = (pubkey("writer"), stage.margin("writer"));
    let placed = place_offer(&stage.keys, owner, margin, &put, args);
    expect_landed(stage.world.send(&[placed], &[&key("writer")]));
    stage.world.advance(9);
    stands(&mut stage, 2, &put);
    stage.world.advance(1);
    closes(&mut stage, 2, &put, "writer");
}

#[test]
fn an_offer_is_closed_from_an_hour_before_expiry_and_long_after() {
    let (mut stage, put) = written(CONTRACT);
    offer(&mut stage, &put, 2, CONTRACT);
    stage.world.warp_to(put.expiry.expires_at - 3_601);
    stands(&mut stage, 1, &put);
    stage.world.advance(1);
    closes(&mut stage, 1, &put, "writer");
    stage.world.advance(1_000_000);
    closes(&mut stage, 2, &put, "writer");
}

#[test]
fn an_offer_of_another_epoch_is_closed() {
    let (mut stage, put) = seized();
    closes(&mut stage, 1, &put, "writer");
    let (mut stage, put) = written(CONTRACT);
    expect_landed(stage.cancel_all("writer"));
    closes(&mut stage, 1, &put, "writer");
}

/// Gone for good, opened again, and gone with lamports sent to the address.
#[test]
fn an_offer_of_an_account_that_was_closed_is_closed() {
    let mut stage = open();
    fund(&mut stage, "writer", QUOTE);
    let week = crate::setup::expiry(&mut stage, 7);
    let put = series(&mut stage, &week, 200 * PRICE, Put);
    offer(&mut stage, &put, 1, CONTRACT);
    stands(&mut stage, 1, &put);
    expect_landed(stage.withdraw_quote("writer", QUOTE));
    expect_landed(stage.close_account("writer"));
    closes(&mut stage.clone(), 1, &put, "writer");
    let mut donated = stage.clone();
    donated.world.airdrop(&stage.margin("writer"), 100_000_000);
    closes(&mut donated, 1, &put, "writer");
    stage.world.advance(1);
    expect_landed(stage.open_account("writer"));
    closes(&mut stage, 1, &put, "writer");
}

/// The rent of what a delegate placed is his.
#[test]
fn a_delegates_rent_goes_to_the_delegate() {
    let (mut stage, put) = written(CONTRACT);
    expect_landed(stage.set_delegate("writer", 0, Some("keeper")));
    let args = PlaceOfferArgs {
        nonce: 2,
        premium_price: PRICE,
        contracts: CONTRACT,
        least_fill_contracts: LOT,
        void_at: i64::MAX,
        reduce_only: false,
        ..PlaceOfferArgs::default()
    };
    let (delegate, margin) = (pubkey("keeper"), stage.margin("writer"));
    let placed = place_offer(&stage.keys, delegate, margin, &put, args);
    expect_landed(stage.world.send(&[placed], &[&key("keeper")]));
    let offer = stage.offer("writer", 2);
    expect_landed(stage.set_delegate("writer", 0, None));
    let stolen = close_offer(offer, pubkey("writer"), margin, &put);
    expect_code(stage.world.send(&[stolen], &[]), BackstopError::WrongMaker);
    closes(&mut stage, 2, &put, "keeper");
}

#[test]
fn close_offer_rejects_another_series_or_another_account() {
    let (mut stage, put) = written(CONTRACT);
    fund(&mut stage, "stranger", QUOTE);
    let low = series(&mut stage, &put.expiry, 190 * PRICE, Put);
    let (offer, margin) = (stage.offer("writer", 1), stage.margin("writer"));
    let given = close_offer(offer, pubkey("writer"), margin, &put);
    let stranger = stage.margin("stranger");
    for (from, to, error) in [
        (put.series, low.series, BackstopError::WrongSeries),
        (margin, stranger, BackstopError::OfferVoid),
        (margin, pubkey("writer"), BackstopError::OfferVoid),
    ] {
        let given = swapped(given.clone(), &from, &to);
        stage.world.expect_refused(&[given], &[], error);
    }
    stands(&mut stage, 1, &put);
}
