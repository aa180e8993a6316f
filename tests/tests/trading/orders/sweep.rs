//! What a sweep moves and books.

use backstop_interface::accounts::Side;
use backstop_testkit::{expect_landed, Balances, Snapshot};

use super::{ask, bid, cash, left, order, outcomes, three, told, ANY};
use crate::setup::{
    assert_only_changed, books, expiry, leg, put, sale_fee, totals, written, CONTRACT, PRICE, QUOTE,
};

#[test]
fn a_bid_pays_the_writer_who_sells_to_it() {
    let (mut stage, put) = three();
    expect_landed(stage.place("stranger", &put, bid(1, 6 * PRICE, 5 * CONTRACT)));
    let (before, balances) = (Snapshot::whole(&stage.world), Balances::read(&stage.world));
    let claims = books(&stage, &stage.keys.quote_mint).claims_atoms;
    let sold = order(&stage, &put, Side::Bid, 2 * CONTRACT, &[("stranger", 1)]);
    let fee = sale_fee(&stage, &put, 2 * CONTRACT, 6 * PRICE);
    let cost = fee as i64 - 12 * QUOTE as i64;
    let landed = expect_landed(stage.sweep("writer", &[sold], cost));

    let maker = stage.margin("stranger");
    let changed = [
        stage.margin("writer"),
        maker,
        stage.keys.shard_of(&maker),
        put.series,
        stage.offer("stranger", 1),
    ];
    assert_only_changed(&before, &stage, &changed);
    let after = Balances::read(&stage.world);
    assert_eq!(balances.of(&stage.keys.vault), after.of(&stage.keys.vault));
    // Premium 12; the writer, who sells, pays the fee.
    assert_eq!(cash(&stage, "stranger"), 10_000 * QUOTE - 12 * QUOTE);
    assert_eq!(cash(&stage, "writer"), 10_012 * QUOTE - fee);
    assert_eq!(stage.shard_of("stranger").fees_atoms, fee);
    assert_eq!(books(&stage, &stage.keys.quote_mint).claims_atoms, claims);
    let legs = (leg(&stage, "writer", &put), leg(&stage, "stranger", &put));
    assert_eq!(legs, (-2_000_000, 2_000_000));
    assert_eq!(totals(&stage, &put), (0, 2 * CONTRACT, 2 * CONTRACT));
    assert_eq!(left(&stage, "stranger", 1), 3 * CONTRACT);

    let event = told(&stage, &landed);
    assert_eq!(event.market, stage.keys.market);
    assert_eq!(
        (event.taker, event.cost_atoms),
        (stage.margin("writer"), cost)
    );
    let [offer] = event.offers.as_slice() else {
        panic!("one offer was named")
    };
    assert_eq!(offer.offer, stage.offer("stranger", 1));
    let sums = (
        offer.contracts,
        offer.premium_atoms,
        offer.fee_atoms,
        offer.skipped,
    );
    assert_eq!(sums, (2 * CONTRACT, 12 * QUOTE, fee, 0));
}

#[test]
fn a_bid_rounds_its_premium_down_for_its_maker() {
    let (mut stage, put) = three();
    expect_landed(stage.place("stranger", &put, bid(1, PRICE + 99, CONTRACT)));
    let sold = order(&stage, &put, Side::Bid, 10_000, &[("stranger", 1)]);
    let landed = expect_landed(stage.sweep("writer", &[sold], ANY));
    assert_eq!(told(&stage, &landed).offers[0].premium_atoms, 10_000);
}

#[test]
fn a_writer_buys_his_short_back_by_a_bid() {
    let (mut stage, put) = written(2 * CONTRACT);
    crate::setup::fund(&mut stage, "buyer", 0);
    expect_landed(stage.deposit_option("buyer", &put, CONTRACT));
    let before = cash(&stage, "writer");
    expect_landed(stage.place("writer", &put, bid(2, 5 * PRICE, CONTRACT)));
    let sold = order(&stage, &put, Side::Bid, CONTRACT, &[("writer", 2)]);
    let fee = sale_fee(&stage, &put, CONTRACT, 5 * PRICE);
    expect_landed(stage.sweep("buyer", &[sold], fee as i64 - 5 * QUOTE as i64));
    assert_eq!(totals(&stage, &put), (CONTRACT, 0, CONTRACT));
    assert_eq!(
        (leg(&stage, "writer", &put), leg(&stage, "buyer", &put)),
        (-1_000_000, 0)
    );
    assert_eq!(cash(&stage, "writer"), before - 5 * QUOTE);
    assert_eq!(cash(&stage, "buyer"), 5 * QUOTE - fee);
}

#[test]
fn offers_are_filled_in_their_order_until_the_order_is_served() {
    let (mut stage, put) = three();
    expect_landed(stage.place("writer", &put, ask(1, 5 * PRICE, CONTRACT)));
    expect_landed(stage.place("stranger", &put, ask(1, 6 * PRICE, 3 * CONTRACT)));
    expect_landed(stage.place("stranger", &put, ask(2, 7 * PRICE, CONTRACT)));
    let offers = [("writer", 1), ("stranger", 1), ("stranger", 2)];
    let bought = order(&stage, &put, Side::Ask, 3 * CONTRACT, &offers);
    let landed = expect_landed(stage.sweep("buyer", &[bought], 17 * QUOTE as i64));
    let event = told(&stage, &landed);
    // The third was not needed.
    assert_eq!(outcomes(&event), [(CONTRACT, 0), (2 * CONTRACT, 0)]);
    assert_eq!(event.cost_atoms, 17 * QUOTE as i64);
    assert_eq!(cash(&stage, "buyer"), 9_983 * QUOTE);
    assert_eq!(leg(&stage, "buyer", &put), 3_000_000);
    assert_eq!(totals(&stage, &put), (0, 3 * CONTRACT, 3 * CONTRACT));
    assert_eq!(left(&stage, "stranger", 2), CONTRACT);
}

#[test]
fn offers_of_one_maker_and_one_series_twice_are_filled_one_after_the_other() {
    let (mut stage, put) = three();
    for nonce in [1, 2, 3] {
        expect_landed(stage.place("writer", &put, ask(nonce, 5 * PRICE, CONTRACT)));
    }
    let first = order(
        &stage,
        &put,
        Side::Ask,
        2 * CONTRACT,
        &[("writer", 1), ("writer", 2)],
    );
    let second = order(&stage, &put, Side::Ask, CONTRACT, &[("writer", 3)]);
    let fees = 3 * sale_fee(&stage, &put, CONTRACT, 5 * PRICE);
    expect_landed(stage.sweep("buyer", &[first, second], ANY));
    assert_eq!(leg(&stage, "writer", &put), -3_000_000);
    assert_eq!(totals(&stage, &put), (0, 3 * CONTRACT, 3 * CONTRACT));
    assert_eq!(cash(&stage, "writer"), 10_015 * QUOTE - fees);
    assert_eq!(stage.shard_of("writer").fees_atoms, fees);
}

/// What is sold pays for what is bought: the taker's cash is asked once, for the sum.
#[test]
fn a_taker_without_cash_buys_with_what_he_sells() {
    let (mut stage, near) = three();
    let month = expiry(&mut stage, 30);
    let far = put(&mut stage, &month);
    crate::setup::fund(&mut stage, "keeper", 0);
    expect_landed(stage.place("writer", &near, ask(1, 5 * PRICE, CONTRACT)));
    expect_landed(stage.place("stranger", &far, bid(1, 7 * PRICE, CONTRACT)));
    // The taker brings a far long, sells it, and buys the near one.
    expect_landed(stage.place("writer", &far, ask(2, 6 * PRICE, CONTRACT)));
    let got = order(&stage, &far, Side::Ask, CONTRACT, &[("writer", 2)]);
    expect_landed(stage.deposit_quote("keeper", 6 * QUOTE));
    expect_landed(stage.sweep("keeper", &[got], ANY));
    assert_eq!(cash(&stage, "keeper"), 0);
    let bought = order(&stage, &near, Side::Ask, CONTRACT, &[("writer", 1)]);
    let sold = order(&stage, &far, Side::Bid, CONTRACT, &[("stranger", 1)]);
    let left = 2 * QUOTE - sale_fee(&stage, &far, CONTRACT, 7 * PRICE);
    let landed = expect_landed(stage.sweep("keeper", &[bought, sold], -(left as i64)));
    assert_eq!(told(&stage, &landed).cost_atoms, -(left as i64));
    assert_eq!(cash(&stage, "keeper"), left);
    let legs = (leg(&stage, "keeper", &near), leg(&stage, "keeper", &far));
    assert_eq!(legs, (1_000_000, 0));
}

/// The most a sweep can be asked for: four orders of two offers each.
#[test]
fn four_orders_of_two_offers_fit_into_memory_and_one_transaction() {
    let (mut stage, put) = three();
    let mut series = vec![put];
    for strike in [180, 190, 210] {
        let kind = backstop_interface::accounts::OptionKind::Put;
        let one = crate::setup::series(&mut stage, &put.expiry, strike * PRICE, kind);
        series.push(one);
    }
    let mut orders = Vec::new();
    for (nonce, one) in series.iter().enumerate() {
        let nonce = nonce as u64;
        for maker in ["writer", "stranger"] {
            expect_landed(stage.place(maker, one, ask(nonce, 5 * PRICE, CONTRACT)));
        }
        let offers = [("writer", nonce), ("stranger", nonce)];
        orders.push(order(&stage, one, Side::Ask, 2 * CONTRACT, &offers));
    }
    let landed = expect_landed(stage.sweep("buyer", &orders, ANY));
    println!("8 offers: {} CU, {:?}", landed.cu, landed.wire);
    assert!(outcomes(&told(&stage, &landed))
        .iter()
        .all(|(_, skipped)| *skipped == 0));
    assert_eq!(cash(&stage, "buyer"), 9_960 * QUOTE);
}
