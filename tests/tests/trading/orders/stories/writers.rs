//! One series at a time: calls on units one has, puts on cash, tokens that change hands.

use backstop_interface::accounts::{AccountState, OptionKind, Side};
use backstop_testkit::{expect_landed, Genesis, Stage};

use super::{money, next_day, wallet};
use crate::orders::diary::{assert_vault, Diary};
use crate::orders::{ask, assert_all_fit, bid, cash, order, told, ANY};
use crate::setup::{
    expiry, fund, leg, open, open_with, put, sale_fee, series, state, totals, CONTRACT, PRICE,
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
    let (mut writer, mut dealer) = (
        Diary::open(&stage, "writer"),
        Diary::open(&stage, "stranger"),
    );
    let (week, month) = (expiry(&mut stage, 7), expiry(&mut stage, 30));
    let near = series(&mut stage, &week, 220 * PRICE, OptionKind::Call);
    let far = series(&mut stage, &month, 230 * PRICE, OptionKind::Call);

    expect_landed(stage.place("stranger", &near, bid(1, 3 * PRICE, 10 * CONTRACT)));
    let open = order(&stage, &near, Side::Bid, 10 * CONTRACT, &[("stranger", 1)]);
    let mut fees = sale_fee(&stage, &near, 10 * CONTRACT, 3 * PRICE);
    expect_landed(stage.sweep("writer", &[open], ANY));
    let first = money(30) - fees as i64;
    writer.line(&stage, "sells 10 calls 220 of the week at 3", first);
    dealer.line(&stage, "buys them", -money(30));
    assert_eq!(leg(&stage, "writer", &near), -10_000_000);

    next_day(&mut stage, 212);
    expect_landed(stage.place("stranger", &near, ask(2, 5 * PRICE, 10 * CONTRACT)));
    expect_landed(stage.place("stranger", &far, bid(3, 12 * PRICE, 10 * CONTRACT)));
    let back = order(&stage, &near, Side::Ask, 10 * CONTRACT, &[("stranger", 2)]);
    let out = order(&stage, &far, Side::Bid, 10 * CONTRACT, &[("stranger", 3)]);
    // Each pays for what he sells: the dealer for the near ones.
    let his = sale_fee(&stage, &near, 10 * CONTRACT, 5 * PRICE);
    let fee = sale_fee(&stage, &far, 10 * CONTRACT, 12 * PRICE);
    let second = money(70) - fee as i64;
    let landed = expect_landed(stage.sweep("writer", &[back, out], -second));
    assert_eq!(told(&stage, &landed).cost_atoms, -second);
    writer.line(
        &stage,
        "rolls into 10 calls 230 of the month: 5 for 12",
        second,
    );
    dealer.line(&stage, "takes the other side", -money(70) - his as i64);
    fees += his + fee;
    assert_eq!(leg(&stage, "writer", &near), 0);
    assert_eq!(leg(&stage, "writer", &far), -10_000_000);
    assert_eq!(totals(&stage, &near), (0, 0, 0));

    next_day(&mut stage, 205);
    expect_landed(stage.place("stranger", &far, ask(4, 8 * PRICE, 10 * CONTRACT)));
    let close = order(&stage, &far, Side::Ask, 10 * CONTRACT, &[("stranger", 4)]);
    let his = sale_fee(&stage, &far, 10 * CONTRACT, 8 * PRICE);
    expect_landed(stage.sweep("writer", &[close], ANY));
    writer.line(&stage, "buys them back at 8", -money(80));
    dealer.line(&stage, "sells what he has left", money(80) - his as i64);
    fees += his;
    assert_eq!(totals(&stage, &far), (0, 0, 0));
    assert_vault(&stage, &[&writer, &dealer], fees);

    let owns = cash(&stage, "writer");
    let (quote, units) = (wallet(&stage, "writer"), stage.underlying_wallet("writer"));
    let held = stage.world.balance(&units);
    expect_landed(stage.withdraw_underlying("writer", 10 * UNDERLYING));
    expect_landed(stage.withdraw_quote("writer", owns));
    writer.line(
        &stage,
        "takes all of it home, and the units",
        -(owns as i64),
    );
    assert_eq!(wallet(&stage, "writer"), quote + owns);
    assert_eq!(stage.world.balance(&units), held + 10 * UNDERLYING);
    expect_landed(stage.close_account("writer"));
    assert_all_fit(&stage);
}

/// A put is written against its whole strike in cash, expires in the money, and the writer pays 10 a contract
/// from that cash; whatever the price did before, nobody could seize him.
#[test]
fn cash_secured_put() {
    let mut genesis = Genesis::default();
    genesis.params.settlement_points = 1;
    let mut stage = open_with(&genesis);
    fund(&mut stage, "writer", 1_000 * QUOTE);
    let mut writer = Diary::open(&stage, "writer");
    let week = expiry(&mut stage, 7);
    let put = put(&mut stage, &week);
    expect_landed(stage.place("writer", &put, ask(1, 6 * PRICE, 5 * CONTRACT)));
    let fee = sale_fee(&stage, &put, 5 * CONTRACT, 6 * PRICE);
    let buyer = wallet(&stage, "buyer");
    expect_landed(stage.buy_tokens("buyer", "writer", 1, &put, 5 * CONTRACT));
    writer.line(&stage, "sells 5 puts 200 at 6", money(30) - fee as i64);
    assert_eq!(wallet(&stage, "buyer"), buyer - 30 * QUOTE);
    assert_vault(&stage, &[&writer], fee);
    for price in [100, 10, 1] {
        stage.pass(20, price * PRICE);
        expect_landed(stage.tick());
        expect_landed(stage.liquidate("keeper", "writer"));
        assert_eq!(state(&stage, "writer"), AccountState::Open, "at {price}");
    }
    stage.world.warp_to(week.expires_at - 60);
    expect_landed(stage.sample(&week, 190 * PRICE));
    expect_landed(stage.fix_price(&week));
    expect_landed(stage.fold_series(&put));
    expect_landed(stage.settle("writer", &week));
    writer.line(
        &stage,
        "pays 10 a put at expiry, the price being 190",
        -money(50),
    );
    assert_eq!(stage.world.balance(&week.escrow), 50 * QUOTE);
    assert_vault(&stage, &[&writer], fee);
    pay_out(&mut stage, &week);
    expect_landed(stage.redeem("buyer", &put, 5 * CONTRACT));
    assert_eq!(wallet(&stage, "buyer"), buyer - 30 * QUOTE + 50 * QUOTE);
    let owns = cash(&stage, "writer");
    expect_landed(stage.withdraw_quote("writer", owns));
    writer.line(&stage, "takes the rest home", -(owns as i64));
    assert_vault(&stage, &[&writer], fee);
    assert_all_fit(&stage);
}

/// From the fixed price to the haircut, of nothing.
fn pay_out(stage: &mut Stage, expiry: &backstop_client::ExpiryKeys) {
    stage.world.advance(1_801);
    expect_landed(stage.close_collecting(expiry));
    expect_landed(stage.finalise(expiry));
    assert_eq!(stage.expiry_of(expiry).haircut_ppb, 0);
}

/// An option token goes from its buyer to a third wallet, into that holder's account, and back to the writer.
#[test]
fn token_sold_on_deposited_and_bought_back() {
    let mut stage = open();
    fund(&mut stage, "writer", 1_000 * QUOTE);
    fund(&mut stage, "stranger", 0);
    let (mut writer, mut third) = (
        Diary::open(&stage, "writer"),
        Diary::open(&stage, "stranger"),
    );
    let week = expiry(&mut stage, 7);
    let put = put(&mut stage, &week);
    expect_landed(stage.place("writer", &put, ask(1, 6 * PRICE, CONTRACT)));
    let fee = sale_fee(&stage, &put, CONTRACT, 6 * PRICE);
    let buyer = wallet(&stage, "buyer");
    expect_landed(stage.buy_tokens("buyer", "writer", 1, &put, CONTRACT));
    writer.line(
        &stage,
        "sells a put 200 at 6 to a wallet",
        money(6) - fee as i64,
    );
    assert_eq!(wallet(&stage, "buyer"), buyer - 6 * QUOTE);
    assert_eq!(totals(&stage, &put), (CONTRACT, 0, CONTRACT));
    stage.give_tokens("buyer", "stranger", &put, CONTRACT);
    third.line(&stage, "gets the token into his wallet", 0);
    expect_landed(stage.deposit_option("stranger", &put, CONTRACT));
    third.line(&stage, "puts it into his account", 0);
    assert_eq!(totals(&stage, &put), (0, CONTRACT, CONTRACT));
    expect_landed(stage.place("writer", &put, bid(2, 5 * PRICE, CONTRACT)));
    let sold = order(&stage, &put, Side::Bid, CONTRACT, &[("writer", 2)]);
    let his = sale_fee(&stage, &put, CONTRACT, 5 * PRICE);
    let got = money(5) - his as i64;
    expect_landed(stage.sweep("stranger", &[sold], -got));
    third.line(&stage, "sells it back to the writer at 5", got);
    writer.line(&stage, "is rid of it, 1 richer less the fee", -money(5));
    assert_eq!(totals(&stage, &put), (0, 0, 0));
    assert_vault(&stage, &[&writer, &third], fee + his);
    for name in ["writer", "stranger"] {
        let owns = cash(&stage, name);
        expect_landed(stage.withdraw_quote(name, owns));
    }
    assert_eq!(stage.world.balance(&stage.keys.vault), fee + his);
    assert_all_fit(&stage);
}
