//! Offers that wait: one that closes in time, one whose maker has no margin left.

use backstop_client::SeriesKeys;
use backstop_interface::accounts::{AccountState, Side};
use backstop_interface::BackstopError;
use backstop_testkit::{expect_landed, Stage};

use super::money;
use crate::orders::diary::{assert_vault, Diary};
use crate::orders::{ask, assert_all_fit, cash, guard, left, move_to, order, outcomes, told, ANY};
use crate::setup::{expiry, fund, leg, open, put, sale_fee, state, totals, CONTRACT, PRICE, QUOTE};

/// The price falls as far in both worlds. Where the guard order closed in time nobody can seize the account, where
/// there was none it is seized.
#[test]
fn a_guard_order_that_closes_in_time() {
    let (mut stage, put) = guard::guarded();
    let (mut writer, mut dealer) = (
        Diary::open(&stage, "writer"),
        Diary::open(&stage, "stranger"),
    );
    let mut careless = stage.clone();
    expect_landed(careless.cancel_offer("writer", 2));
    guard::fall_to_the_guard(&mut stage);
    let price = stage.price_update().price;
    let before = (
        cash(&stage, "writer"),
        stage.shard_of("stranger").fees_atoms,
    );
    let sold = order(&stage, &put, Side::Bid, 60 * CONTRACT, &[("writer", 2)]);
    let landed = expect_landed(stage.sweep("stranger", &[sold], ANY));
    let swept = told(&stage, &landed).offers.remove(0);
    let (paid, fee) = (swept.premium_atoms as i64, swept.fee_atoms as i64);
    // Two per cent above mark and no more, which the owner allowed.
    let mark = crate::setup::mark(&stage, &put);
    assert_eq!(paid, (mark * 102 / 100 * 60 / 1_000) as i64);
    assert!(
        before.0 as i64 > paid && price > 90 * PRICE,
        "still solvent"
    );
    writer.line(
        &stage,
        "buys 60 of his 80 puts back by his guard order",
        -paid,
    );
    dealer.line(&stage, "sells them to him", paid - fee);
    assert_eq!(leg(&stage, "writer", &put), -20_000_000);
    assert_eq!(totals(&stage, &put), (80 * CONTRACT, 0, 80 * CONTRACT));
    assert_eq!(left(&stage, "writer", 2), 0);
    for stage in [&mut stage, &mut careless] {
        move_to(stage, 90 * PRICE);
        expect_landed(stage.liquidate("keeper", "writer"));
    }
    assert_eq!(state(&stage, "writer"), AccountState::Open);
    assert_eq!(state(&careless, "writer"), AccountState::Auction);
    assert!(stage.assess("writer").health_im() >= 0);
    assert_all_fit(&stage);
}

/// Three writers ask; the cheapest has spent his margin elsewhere. The buyer gets all he wants from the others.
#[test]
fn a_writer_whose_offers_are_skipped_because_margin_is_short() {
    let mut stage = open();
    for name in ["writer", "stranger", "keeper"] {
        fund(&mut stage, name, 200 * QUOTE);
    }
    fund(&mut stage, "buyer", 1_000 * QUOTE);
    let mut diaries =
        ["buyer", "keeper", "writer", "stranger"].map(|name| Diary::open(&stage, name));
    let week = expiry(&mut stage, 7);
    let put = put(&mut stage, &week);
    expect_landed(stage.place("keeper", &put, ask(1, 5 * PRICE, 2 * CONTRACT)));
    expect_landed(stage.place("keeper", &put, ask(2, 5 * PRICE, 2 * CONTRACT)));
    for name in ["writer", "stranger"] {
        expect_landed(stage.place(name, &put, ask(1, 7 * PRICE, CONTRACT)));
    }
    let spent = sale_fee(&stage, &put, 2 * CONTRACT, 5 * PRICE);
    expect_landed(stage.buy_tokens("buyer", "keeper", 1, &put, 2 * CONTRACT));
    let [buyer, keeper, others @ ..] = &mut diaries;
    keeper.line(
        &stage,
        "sells 2 puts 200 at 5 to a wallet",
        money(10) - spent as i64,
    );
    skipped(&mut stage, &put);
    buyer.line(
        &stage,
        "buys 2 puts 200 at 7, the ones at 5 being out of reach",
        -money(14),
    );
    keeper.line(&stage, "sells no more: his margin is short", 0);
    let fee = sale_fee(&stage, &put, CONTRACT, 7 * PRICE);
    for other in others.iter_mut() {
        other.line(&stage, "sells one", money(7) - fee as i64);
    }
    let [writer, stranger] = others;
    assert_vault(&stage, &[buyer, keeper, writer, stranger], spent + 2 * fee);
    assert_eq!(leg(&stage, "keeper", &put), -2_000_000);
    assert_eq!(left(&stage, "keeper", 2), 2 * CONTRACT);
    assert_all_fit(&stage);
}

/// The buyer wants two contracts from the keeper, the writer and the stranger in this order.
fn skipped(stage: &mut Stage, put: &SeriesKeys) {
    let offers = [("keeper", 2), ("writer", 1), ("stranger", 1)];
    let bought = order(stage, put, Side::Ask, 2 * CONTRACT, &offers);
    let landed = expect_landed(stage.sweep("buyer", &[bought], money(14)));
    let short: u32 = BackstopError::BelowInitialMargin.into();
    let expected = [(0, short), (CONTRACT, 0), (CONTRACT, 0)];
    assert_eq!(outcomes(&told(stage, &landed)), expected);
}
