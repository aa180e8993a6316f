//! Several series in one sweep, on the margin of all of them together.

use backstop_interface::accounts::{OptionKind, Side};
use backstop_interface::BackstopError;
use backstop_testkit::{expect_landed, Genesis};

use super::money;
use crate::orders::diary::{assert_vault, Diary};
use crate::orders::{ask, assert_all_fit, bid, order, outcomes, told, ANY};
use crate::setup::{
    expiry, fund, leg, open, open_with, refuse, sale_fee, series, surface, CONTRACT, PRICE, QUOTE,
};

/// Four legs in one sweep, margin checked once at the end: a condor needs its width, its shorts alone need far
/// more.
#[test]
fn iron_condor_as_one_sweep() {
    let mut stage = open();
    for name in ["writer", "stranger"] {
        fund(&mut stage, name, 10_000 * QUOTE);
    }
    fund(&mut stage, "buyer", 15 * QUOTE);
    let mut diaries = ["buyer", "writer", "stranger"].map(|name| Diary::open(&stage, name));
    let week = expiry(&mut stage, 7);
    let strikes = [
        (180, OptionKind::Put, Side::Ask, 2),
        (190, OptionKind::Put, Side::Bid, 4),
        (210, OptionKind::Call, Side::Bid, 4),
        (220, OptionKind::Call, Side::Ask, 2),
    ];
    let (mut orders, mut mine, mut writers) = (Vec::new(), 0, 0);
    for (nonce, (strike, kind, side, premium)) in strikes.into_iter().enumerate() {
        let nonce = nonce as u64;
        let one = series(&mut stage, &week, strike * PRICE, kind);
        let (maker, args) = match side {
            Side::Ask => ("writer", ask(nonce, premium * PRICE, CONTRACT)),
            Side::Bid => ("stranger", bid(nonce, premium * PRICE, CONTRACT)),
        };
        expect_landed(stage.place(maker, &one, args));
        let fee = sale_fee(&stage, &one, CONTRACT, premium * PRICE);
        match side {
            Side::Ask => writers += fee,
            Side::Bid => mine += fee,
        }
        orders.push(order(&stage, &one, side, CONTRACT, &[(maker, nonce)]));
    }
    let shorts = [orders[1].clone(), orders[2].clone()];
    let given = stage.sweeping("buyer", &shorts, ANY);
    let short = BackstopError::BelowInitialMargin;
    refuse(&mut stage, "buyer", &given, short);
    let made = money(4) - mine as i64;
    let landed = expect_landed(stage.sweep("buyer", &orders, -made));
    let event = told(&stage, &landed);
    assert_eq!(event.cost_atoms, -made);
    assert_eq!(outcomes(&event), [(CONTRACT, 0); 4]);
    let [buyer, writer, stranger] = &mut diaries;
    buyer.line(
        &stage,
        "sells 190/210 at 4 each, buys 180/220 at 2 each",
        made,
    );
    writer.line(&stage, "sells the wings", money(4) - writers as i64);
    stranger.line(&stage, "buys the body", -money(8));
    assert_vault(&stage, &[buyer, writer, stranger], mine + writers);
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

/// Long the month, short the week, same strike: one sweep, and far less margin than the short alone. A week later the
/// near call has expired worthless and the far one is sold.
#[test]
fn calendar_spread() {
    let mut genesis = Genesis::default();
    genesis.params.settlement_points = 1;
    let mut stage = open_with(&genesis);
    for name in ["writer", "stranger"] {
        fund(&mut stage, name, 10_000 * QUOTE);
    }
    fund(&mut stage, "buyer", 40 * QUOTE);
    let mut diaries = ["buyer", "writer", "stranger"].map(|name| Diary::open(&stage, name));
    let [buyer, writer, stranger] = &mut diaries;
    let (week, month) = (expiry(&mut stage, 7), expiry(&mut stage, 30));
    let near = series(&mut stage, &week, 200 * PRICE, OptionKind::Call);
    let far = series(&mut stage, &month, 200 * PRICE, OptionKind::Call);
    expect_landed(stage.place("writer", &far, ask(1, 19 * PRICE, CONTRACT)));
    expect_landed(stage.place("stranger", &near, bid(1, 9 * PRICE, CONTRACT)));
    let long = order(&stage, &far, Side::Ask, CONTRACT, &[("writer", 1)]);
    let short = order(&stage, &near, Side::Bid, CONTRACT, &[("stranger", 1)]);
    let given = stage.sweeping("buyer", std::slice::from_ref(&short), ANY);
    let code = BackstopError::BelowInitialMargin;
    refuse(&mut stage, "buyer", &given, code);
    let his = sale_fee(&stage, &far, CONTRACT, 19 * PRICE);
    let fee = sale_fee(&stage, &near, CONTRACT, 9 * PRICE);
    let cost = money(10) + fee as i64;
    expect_landed(stage.sweep("buyer", &[long, short], cost));
    buyer.line(
        &stage,
        "buys the month's call 200 at 19, sells the week's at 9",
        -cost,
    );
    writer.line(&stage, "sells the month's", money(19) - his as i64);
    stranger.line(&stage, "buys the week's", -money(9));
    let legs = (leg(&stage, "buyer", &near), leg(&stage, "buyer", &far));
    assert_eq!(legs, (-1_000_000, 1_000_000));
    assert_vault(&stage, &[buyer, writer, stranger], his + fee);

    stage.world.warp_to(week.expires_at - 60);
    expect_landed(stage.sample(&week, 199 * PRICE));
    expect_landed(stage.fix_price(&week));
    expect_landed(stage.fold_series(&near));
    expect_landed(stage.settle("buyer", &week));
    buyer.line(&stage, "sees the week's call expire worthless at 199", 0);
    stage.pass(20, 199 * PRICE);
    expect_landed(stage.tick());
    expect_landed(stage.publish_surface(&surface()));
    expect_landed(stage.place("stranger", &far, bid(2, 13 * PRICE, CONTRACT)));
    let sold = order(&stage, &far, Side::Bid, CONTRACT, &[("stranger", 2)]);
    let last = sale_fee(&stage, &far, CONTRACT, 13 * PRICE);
    let got = money(13) - last as i64;
    expect_landed(stage.sweep("buyer", &[sold], -got));
    buyer.line(&stage, "sells the month's call at 13", got);
    stranger.line(&stage, "buys it", -money(13));
    assert_vault(&stage, &[buyer, writer, stranger], his + fee + last);
    assert_all_fit(&stage);
}
