//! What writers and buyers do, told on the real bytecode. One call or put is one contract on one unit of the underlying;
//! the price begins at 200.

use backstop_client::SeriesKeys;
use backstop_interface::accounts::{AccountState, OptionKind, Side};
use backstop_interface::BackstopError;
use backstop_testkit::{expect_landed, Genesis, Stage};

use super::diary::{assert_vault, Diary};
use super::{ask, assert_all_fit, bid, cash, guard, left, order, outcomes, told, ANY};
use crate::setup::{
    expiry, fund, leg, open, open_with, put, refuse, sale_fee, series, state, surface, totals,
    CONTRACT, LOT, PRICE, QUOTE, UNDERLYING,
};

/// A day later, at this price.
fn next_day(stage: &mut Stage, price: u64) {
    stage.pass(86_400, price * PRICE);
    expect_landed(stage.tick());
    expect_landed(stage.publish_surface(&surface()));
}

/// Quote in an actor's wallet.
fn wallet(stage: &Stage, name: &str) -> u64 {
    stage.world.balance(&stage.quote_wallet(name))
}

/// The same sum of money with its sign.
fn money(quote: u64) -> i64 {
    (quote * QUOTE) as i64
}

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
        super::move_to(stage, 90 * PRICE);
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
