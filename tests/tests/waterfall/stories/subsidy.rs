//! Below zero: the fund pays bidders, within the limit of the account and of the incident.

use backstop_interface::event::SliceSold;
use backstop_testkit::{expect_landed, Landed};

use crate::setting::{Play, ALL, QUOTE};

fn sold(play: &Play, landed: &Landed) -> SliceSold {
    play.told(landed)
}

/// Two writers of 1 000 puts each against 70 000, both seized at `price`, and a fund of `fund` quote.
fn two_at(price: u64, fund: u64) -> Play {
    let mut play = Play::short_puts();
    play.sell_puts("second", 1_000, 70_000);
    expect_landed(play.deposit_quote("bidder", 400_000 * QUOTE));
    expect_landed(play.stake("insurer", fund * QUOTE));
    play.jump(price);
    for name in ["writer", "second"] {
        expect_landed(play.liquidate("keeper", name));
    }
    play
}

/// Until the account's limit, 25 % of S at the trigger less value, is reached p falls with the curve.
#[test]
fn the_fund_pays_what_the_curve_asks_up_to_the_limit_of_the_account() {
    let mut play = two_at(120, 1_000_000);
    let stress = play
        .auction("writer")
        .expect("seized")
        .stress_at_trigger_atoms;
    let value = play.assess("writer").value;
    assert!(value < 0);
    let limit = stress / 4 - value;
    let curve =
        |g_ppb: i64| -(i128::from(value) - i128::from(stress) * i128::from(g_ppb) / 1_000_000_000);

    let before = play.balances();
    let landed = expect_landed(play.bid("bidder", "writer", ALL / 10, i64::MAX));
    let first = sold(&play, &landed);
    assert_eq!(
        -i128::from(first.price_whole_atoms),
        curve(20_000_000),
        "2 % of S at once"
    );
    assert_eq!(
        first.paid_by_fund_atoms,
        first.price_whole_atoms.unsigned_abs() / 10
    );
    let auction = play.auction("writer").expect("a part is left");
    assert_eq!(
        (auction.fund_limit_atoms, auction.subsidised),
        (limit.unsigned_abs(), true)
    );
    assert_eq!(auction.fund_paid_atoms, first.paid_by_fund_atoms);

    // At 20 minutes the curve asks for all of S; the limit holds, less what was paid.
    play.wait_healthy(1_190);
    let landed = expect_landed(play.bid("bidder", "writer", ALL / 2, i64::MAX));
    let second = sold(&play, &landed);
    let left = limit.unsigned_abs() - first.paid_by_fund_atoms;
    assert_eq!(
        second.price_whole_atoms.unsigned_abs(),
        left,
        "p has stopped falling"
    );
    let landed = expect_landed(play.bid("bidder", "writer", ALL, i64::MAX));
    let third = sold(&play, &landed);
    let all = first.paid_by_fund_atoms + second.paid_by_fund_atoms + third.paid_by_fund_atoms;
    assert!(all <= limit.unsigned_abs(), "{all} of {limit}");
    assert_eq!(play.fund().assets_atoms, 1_000_000 * QUOTE - all);
    play.assert_books(&before);
}

/// All accounts of one incident together get half of what the fund held in its first second.
#[test]
fn the_fund_pays_half_of_itself_in_one_incident() {
    let mut play = two_at(100, 20_000);
    let before = play.balances();
    let landed = expect_landed(play.bid("bidder", "writer", ALL, i64::MAX));
    let first = sold(&play, &landed);
    assert_eq!(first.paid_by_fund_atoms, 10_000 * QUOTE, "half of 20 000");
    let started = play.fund().incident_started_at;
    assert_eq!(started, play.world.now());

    expect_landed(play.stake("backer", 50_000 * QUOTE));
    let landed = expect_landed(play.bid("bidder", "second", ALL / 10, i64::MAX));
    let second = sold(&play, &landed);
    assert_eq!(
        (second.price_whole_atoms, second.paid_by_fund_atoms),
        (0, 0),
        "new money is not for old incidents"
    );
    let fund = play.fund();
    assert_eq!(
        (fund.assets_atoms, fund.incident_paid_atoms),
        (60_000 * QUOTE, 10_000 * QUOTE)
    );

    // A day after the first deficit a new incident begins.
    let price = play.price_update().price;
    play.world.warp_to(started + 86_400);
    play.set_price(price);
    expect_landed(play.tick());
    let landed = expect_landed(play.bid("bidder", "second", ALL / 10, i64::MAX));
    assert!(sold(&play, &landed).paid_by_fund_atoms > 0);
    let fund = play.fund();
    assert_eq!(fund.incident_assets_atoms, 60_000 * QUOTE);
    assert_eq!(fund.incident_started_at, play.world.now());
    play.assert_books(&before);
}

/// What earlier bidders paid is spent before the fund is asked.
#[test]
fn the_cash_of_earlier_bidders_pays_before_the_fund() {
    let mut play = Play::short_puts();
    expect_landed(play.stake("insurer", 1_000_000 * QUOTE));
    play.jump(160);
    expect_landed(play.liquidate("keeper", "writer"));
    expect_landed(play.bid("bidder", "writer", 200_000_000, i64::MAX));
    let paid_in = play.auction("writer").expect("lives").paid_in_atoms;
    assert!(paid_in > 0);
    play.jump(100);
    let before = play.balances();
    let (cash, fund) = (play.cash("writer"), play.fund().assets_atoms);
    let landed = expect_landed(play.bid("bidder", "writer", ALL / 2, i64::MAX));
    let told = sold(&play, &landed);
    let whole = told.price_whole_atoms.unsigned_abs();
    assert!(told.price_whole_atoms < 0 && whole > paid_in);
    assert_eq!(told.paid_by_account_atoms, paid_in / 2);
    assert_eq!(told.paid_by_fund_atoms, whole / 2 - paid_in / 2);
    assert_eq!(
        play.auction("writer").expect("lives").paid_in_atoms,
        paid_in - paid_in / 2
    );
    assert_eq!(
        play.cash("writer"),
        cash - (cash - paid_in) / 2 - paid_in / 2
    );
    assert_eq!(play.fund().assets_atoms, fund - told.paid_by_fund_atoms);
    play.assert_books(&before);
}
