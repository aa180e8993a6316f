//! What writers and buyers do, told on the real bytecode.

use backstop_interface::accounts::{OptionKind, Side};
use backstop_interface::BackstopError;
use backstop_testkit::{expect_landed, Genesis};

use super::{ask, assert_all_fit, bid, cash, order, outcomes, told, ANY};
use crate::setup::{
    expiry, fund, leg, open, open_with, put, refuse, sale_fee, series, totals, CONTRACT, PRICE,
    QUOTE, UNDERLYING,
};

/// A covered call is opened against 10 units, rolled out and up in one sweep, and closed; the units never had to
/// move and all come back.
#[test]
fn covered_call_opened_rolled_closed() {
    let mut stage = open();
    fund(&mut stage, "writer", 100 * QUOTE);
    expect_landed(stage.deposit_underlying("writer", 10 * UNDERLYING));
    fund(&mut stage, "stranger", 100_000 * QUOTE);
    let (week, month) = (expiry(&mut stage, 7), expiry(&mut stage, 30));
    let near = series(&mut stage, &week, 220 * PRICE, OptionKind::Call);
    let far = series(&mut stage, &month, 230 * PRICE, OptionKind::Call);

    expect_landed(stage.place("stranger", &near, bid(1, 3 * PRICE, 10 * CONTRACT)));
    let open = order(&stage, &near, Side::Bid, 10 * CONTRACT, &[("stranger", 1)]);
    let first = 30 * QUOTE - sale_fee(&stage, &near, 10 * CONTRACT, 3 * PRICE);
    expect_landed(stage.sweep("writer", &[open], ANY));
    assert_eq!(cash(&stage, "writer"), 100 * QUOTE + first);
    assert_eq!(leg(&stage, "writer", &near), -10_000_000);

    stage.pass(86_400, 212 * PRICE);
    expect_landed(stage.tick());
    expect_landed(stage.publish_surface(&crate::setup::surface()));
    expect_landed(stage.place("stranger", &near, ask(2, 5 * PRICE, 10 * CONTRACT)));
    expect_landed(stage.place("stranger", &far, bid(3, 12 * PRICE, 10 * CONTRACT)));
    let back = order(&stage, &near, Side::Ask, 10 * CONTRACT, &[("stranger", 2)]);
    let out = order(&stage, &far, Side::Bid, 10 * CONTRACT, &[("stranger", 3)]);
    // Paid 50, got 120 less the fee.
    let second = 70 * QUOTE - sale_fee(&stage, &far, 10 * CONTRACT, 12 * PRICE);
    let landed = expect_landed(stage.sweep("writer", &[back, out], -(second as i64)));
    assert_eq!(told(&stage, &landed).cost_atoms, -(second as i64));
    assert_eq!(leg(&stage, "writer", &near), 0);
    assert_eq!(leg(&stage, "writer", &far), -10_000_000);
    assert_eq!(totals(&stage, &near), (0, 0, 0));

    stage.pass(86_400, 205 * PRICE);
    expect_landed(stage.tick());
    expect_landed(stage.publish_surface(&crate::setup::surface()));
    expect_landed(stage.place("stranger", &far, ask(4, 8 * PRICE, 10 * CONTRACT)));
    let close = order(&stage, &far, Side::Ask, 10 * CONTRACT, &[("stranger", 4)]);
    expect_landed(stage.sweep("writer", &[close], ANY));
    assert_eq!(totals(&stage, &far), (0, 0, 0));
    let owns = 100 * QUOTE + first + second - 80 * QUOTE;
    assert_eq!(cash(&stage, "writer"), owns);
    expect_landed(stage.withdraw_underlying("writer", 10 * UNDERLYING));
    expect_landed(stage.withdraw_quote("writer", owns));
    expect_landed(stage.close_account("writer"));
    assert_all_fit(&stage);
}

/// A put is written against its whole strike in cash, expires in the money, and the writer pays 10 a contract
/// from that cash; with less than the strike he may still write, because the rest is the buyer's premium.
#[test]
fn cash_secured_put() {
    let mut genesis = Genesis::default();
    genesis.params.settlement_points = 1;
    let mut stage = open_with(&genesis);
    fund(&mut stage, "writer", 1_000 * QUOTE);
    let week = expiry(&mut stage, 7);
    let put = put(&mut stage, &week);
    expect_landed(stage.place("writer", &put, ask(1, 6 * PRICE, 5 * CONTRACT)));
    let made = 30 * QUOTE - sale_fee(&stage, &put, 5 * CONTRACT, 6 * PRICE);
    expect_landed(stage.buy_tokens("buyer", "writer", 1, &put, 5 * CONTRACT));
    assert_eq!(cash(&stage, "writer"), 1_000 * QUOTE + made);
    // Whatever the price does, cash for the strike is enough.
    for price in [100, 10, 1] {
        stage.pass(20, price * PRICE);
        expect_landed(stage.tick());
        assert!(stage.assess("writer").health_mm() >= 0, "at {price}");
    }
    stage.world.warp_to(week.expires_at - 60);
    expect_landed(stage.sample(&week, 190 * PRICE));
    expect_landed(stage.fix_price(&week));
    expect_landed(stage.fold_series(&put));
    expect_landed(stage.settle("writer", &week));
    assert_eq!(cash(&stage, "writer"), 950 * QUOTE + made);
    expect_landed(stage.withdraw_quote("writer", 950 * QUOTE + made));
    assert_all_fit(&stage);
}

/// Four legs in one sweep, margin checked once at the end: a condor needs its width, its shorts alone need far
/// more.
#[test]
fn iron_condor_as_one_sweep() {
    let mut stage = open();
    for name in ["writer", "stranger"] {
        fund(&mut stage, name, 10_000 * QUOTE);
    }
    fund(&mut stage, "buyer", 15 * QUOTE);
    let week = expiry(&mut stage, 7);
    let strikes = [
        (180, OptionKind::Put, Side::Ask, 2),
        (190, OptionKind::Put, Side::Bid, 4),
        (210, OptionKind::Call, Side::Bid, 4),
        (220, OptionKind::Call, Side::Ask, 2),
    ];
    let (mut orders, mut fees) = (Vec::new(), 0);
    for (nonce, (strike, kind, side, premium)) in strikes.into_iter().enumerate() {
        let nonce = nonce as u64;
        let one = series(&mut stage, &week, strike * PRICE, kind);
        let maker = match side {
            Side::Ask => "writer",
            Side::Bid => "stranger",
        };
        let args = match side {
            Side::Ask => ask(nonce, premium * PRICE, CONTRACT),
            Side::Bid => bid(nonce, premium * PRICE, CONTRACT),
        };
        expect_landed(stage.place(maker, &one, args));
        if side == Side::Bid {
            fees += sale_fee(&stage, &one, CONTRACT, premium * PRICE);
        }
        orders.push(order(&stage, &one, side, CONTRACT, &[(maker, nonce)]));
    }
    let shorts = [orders[1].clone(), orders[2].clone()];
    let given = stage.sweeping("buyer", &shorts, ANY);
    refuse(
        &mut stage,
        "buyer",
        &given,
        BackstopError::BelowInitialMargin,
    );
    // 2 × 4 less fees in, 2 × 2 out.
    let made = 4 * QUOTE - fees;
    let landed = expect_landed(stage.sweep("buyer", &orders, -(made as i64)));
    println!("iron condor: {} CU, {:?}", landed.cu, landed.wire);
    assert!(landed.cu < 1_050_000);
    let event = told(&stage, &landed);
    assert_eq!(event.cost_atoms, -(made as i64));
    assert_eq!(outcomes(&event), [(CONTRACT, 0); 4]);
    assert_eq!(cash(&stage, "buyer"), 15 * QUOTE + made);
    let held: Vec<_> = orders
        .iter()
        .map(|one| leg(&stage, "buyer", &one.series))
        .collect();
    assert_eq!(held, [1_000_000, -1_000_000, -1_000_000, 1_000_000]);
    let worst = [100, 160, 240, 400].map(|price| {
        stage.pass(20, price * PRICE);
        stage.assess("buyer").health_mm()
    });
    assert!(worst.iter().all(|health| *health >= 0), "{worst:?}");
    assert_all_fit(&stage);
}

/// Long the month, short the week, same strike: one sweep, and far less margin than the short alone.
#[test]
fn calendar_spread() {
    let mut stage = open();
    for name in ["writer", "stranger"] {
        fund(&mut stage, name, 10_000 * QUOTE);
    }
    fund(&mut stage, "buyer", 40 * QUOTE);
    let (week, month) = (expiry(&mut stage, 7), expiry(&mut stage, 30));
    let near = series(&mut stage, &week, 200 * PRICE, OptionKind::Call);
    let far = series(&mut stage, &month, 200 * PRICE, OptionKind::Call);
    expect_landed(stage.place("writer", &far, ask(1, 19 * PRICE, CONTRACT)));
    expect_landed(stage.place("stranger", &near, bid(1, 9 * PRICE, CONTRACT)));
    let long = order(&stage, &far, Side::Ask, CONTRACT, &[("writer", 1)]);
    let short = order(&stage, &near, Side::Bid, CONTRACT, &[("stranger", 1)]);
    let given = stage.sweeping("buyer", std::slice::from_ref(&short), ANY);
    refuse(
        &mut stage,
        "buyer",
        &given,
        BackstopError::BelowInitialMargin,
    );
    // 19 out, 9 less the fee in.
    let cost = 10 * QUOTE + sale_fee(&stage, &near, CONTRACT, 9 * PRICE);
    expect_landed(stage.sweep("buyer", &[long, short], cost as i64));
    assert_eq!(cash(&stage, "buyer"), 40 * QUOTE - cost);
    let legs = (leg(&stage, "buyer", &near), leg(&stage, "buyer", &far));
    assert_eq!(legs, (-1_000_000, 1_000_000));
    assert_all_fit(&stage);
}

/// An option token goes from its buyer to a third wallet, into that holder's account, and back to the writer.
#[test]
fn token_sold_on_deposited_and_bought_back() {
    let mut stage = open();
    fund(&mut stage, "writer", 1_000 * QUOTE);
    fund(&mut stage, "stranger", 0);
    let week = expiry(&mut stage, 7);
    let put = put(&mut stage, &week);
    expect_landed(stage.place("writer", &put, ask(1, 6 * PRICE, CONTRACT)));
    let fee = sale_fee(&stage, &put, CONTRACT, 6 * PRICE);
    expect_landed(stage.buy_tokens("buyer", "writer", 1, &put, CONTRACT));
    stage.give_tokens("buyer", "stranger", &put, CONTRACT);
    expect_landed(stage.deposit_option("stranger", &put, CONTRACT));
    assert_eq!(totals(&stage, &put), (0, CONTRACT, CONTRACT));
    expect_landed(stage.place("writer", &put, bid(2, 5 * PRICE, CONTRACT)));
    let sold = order(&stage, &put, Side::Bid, CONTRACT, &[("writer", 2)]);
    let got = 5 * QUOTE - sale_fee(&stage, &put, CONTRACT, 5 * PRICE);
    expect_landed(stage.sweep("stranger", &[sold], -(got as i64)));
    assert_eq!(totals(&stage, &put), (0, 0, 0));
    expect_landed(stage.withdraw_quote("stranger", got));
    // Sold at 6, bought back at 5, less the fee of the sale.
    expect_landed(stage.withdraw_quote("writer", 1_001 * QUOTE - fee));
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
    let week = expiry(&mut stage, 7);
    let put = put(&mut stage, &week);
    expect_landed(stage.place("keeper", &put, ask(1, 5 * PRICE, 2 * CONTRACT)));
    expect_landed(stage.place("keeper", &put, ask(2, 5 * PRICE, 2 * CONTRACT)));
    for name in ["writer", "stranger"] {
        expect_landed(stage.place(name, &put, ask(1, 7 * PRICE, CONTRACT)));
    }
    expect_landed(stage.buy_tokens("buyer", "keeper", 1, &put, 2 * CONTRACT));
    let offers = [("keeper", 2), ("writer", 1), ("stranger", 1)];
    let bought = order(&stage, &put, Side::Ask, 2 * CONTRACT, &offers);
    let landed = expect_landed(stage.sweep("buyer", &[bought], 14 * QUOTE as i64));
    let short: u32 = BackstopError::BelowInitialMargin.into();
    let expected = [(0, short), (CONTRACT, 0), (CONTRACT, 0)];
    assert_eq!(outcomes(&told(&stage, &landed)), expected);
    assert_eq!(leg(&stage, "keeper", &put), -2_000_000);
    assert_all_fit(&stage);
}
