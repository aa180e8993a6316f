//! Whether an act raises uncovered loss is judged by the act: not by a count anyone may have raised, and not by the
//! name of the trade.

use backstop_client::SeriesKeys;
use backstop_interface::accounts::OptionKind;
use backstop_interface::BackstopError::*;
use backstop_quantities::ONE_PPB;
use backstop_testkit::pyth::PythPrice;
use backstop_testkit::stage::NewCollateral;
use backstop_testkit::{expect_code, expect_landed, Genesis, Stage};

use super::cover::{at_mark, beside_the_writer, counted, market, sell_until_refused, AMPLE};
use super::{fall_below_initial_margin, move_to};
use crate::setup::{expiry, fund, leg, mark, open_with, put, series, surface};
use crate::setup::{CONTRACT, LOT, PRICE, QUOTE};

/// Seconds of the stable coin's price below the age at which nobody reads it.
const AGED: i64 = 118;

/// No cover at all; the writer holds 10 000 quote and 500 000 of a stable coin and sold puts until not a lot more was
/// covered.
fn covered_by_a_stable() -> (Stage, SeriesKeys) {
    let mut genesis = Genesis {
        others: vec![NewCollateral::stable()],
        ..Genesis::default()
    };
    genesis.params.reserve_line_atoms = 0;
    genesis.params.stress.contribution_ppb = ONE_PPB / 1_000;
    let mut stage = open_with(&genesis);
    stage.fund_other("writer", "stable", 500_000 * 1_000_000);
    stage.pass(604_800, 200 * PRICE);
    expect_landed(stage.tick());
    expect_landed(stage.tick_other("stable"));
    expect_landed(stage.publish_surface(&surface()));
    fund(&mut stage, "writer", 10_000 * QUOTE);
    fund(&mut stage, "stranger", 500_000 * QUOTE);
    expect_landed(stage.deposit_other("writer", "stable", 500_000 * 1_000_000));
    let week = expiry(&mut stage, 7);
    let put = put(&mut stage, &week);
    expect_landed(stage.share_cover());
    sell_until_refused(&mut stage, "writer", &put);
    expect_code(
        at_mark(&mut stage, "stranger", "writer", &put, LOT),
        CoverUsedUp,
    );
    (stage, put)
}

/// An old price of a stable coin counts less by its age: nobody makes the count of somebody, or his own, worse by it.
#[test]
fn an_old_price_of_a_collateral_raises_no_count() {
    let (mut stage, put) = covered_by_a_stable();
    stage.world.advance(AGED);
    stage.set_price(200 * PRICE);
    let (feed, now) = (stage.other("stable").price.feed_id, stage.world.now());
    stage.publish_other("stable", PythPrice::new(feed, PRICE, now - AGED));
    let before = counted(&stage, "writer");
    expect_code(stage.measure("writer"), PriceStale);
    stage.set_other_price("stable", PRICE);
    expect_landed(stage.measure("writer"));
    assert_eq!(counted(&stage, "writer"), before);
    let account = stage.account_of("writer").expect("open");
    assert_eq!(account.collateral_price_at[0], stage.world.now());
    // The next one is not older.
    stage.publish_other("stable", PythPrice::new(feed, PRICE, now - 1));
    expect_code(stage.measure("writer"), PriceOlderThanLastUsed);
    stage.set_other_price("stable", PRICE);
    let sold = at_mark(&mut stage, "stranger", "writer", &put, CONTRACT);
    expect_code(sold, CoverUsedUp);
    assert_eq!(stage.shard_of("writer").fund_atoms, 0);
}

/// The writer is measured where the price stood a moment ago, which counts more than he has now.
fn measured_at_another_price(stage: &mut Stage, price: u64) {
    move_to(stage, price);
    expect_landed(stage.measure("writer"));
    move_to(stage, 200 * PRICE);
    assert!(counted(stage, "writer").iter().any(|side| *side > 0));
}

/// What was counted at a worse price is no room: for a sale, for writing, for a withdrawal.
#[test]
fn a_count_of_a_worse_price_is_no_room() {
    let (mut stage, _, call) = market(48_000 * QUOTE, false);
    sell_until_refused(&mut stage, "writer", &call);
    measured_at_another_price(&mut stage, 210 * PRICE);
    let sold = at_mark(&mut stage.clone(), "stranger", "writer", &call, CONTRACT);
    expect_code(sold, CoverUsedUp);
    let written = stage.clone().write_option("writer", &call, CONTRACT);
    expect_code(written, CoverUsedUp);
    expect_code(stage.withdraw_quote("writer", 100 * QUOTE), CoverUsedUp);
}

/// A thousandth, up, of what a sale adds to the account's own number of the moment.
#[test]
fn a_sale_below_a_count_of_a_worse_price_contributes() {
    let (mut stage, _, call) = market(AMPLE, true);
    expect_landed(at_mark(
        &mut stage,
        "stranger",
        "writer",
        &call,
        260 * CONTRACT,
    ));
    measured_at_another_price(&mut stage, 210 * PRICE);
    let (was, paid) = (
        stage.assess("writer").uncovered_atoms[1],
        stage.shard_of("writer").fund_atoms,
    );
    let shown = counted(&stage, "writer")[1];
    expect_landed(at_mark(&mut stage, "stranger", "writer", &call, CONTRACT));
    let paid = stage.shard_of("writer").fund_atoms - paid;
    let is = counted(&stage, "writer")[1] - paid;
    assert!(was < is && is < shown, "{was} {is} {shown}");
    assert_eq!(paid, (is - was).div_ceil(1_000));
}

/// Nor does a count nobody brought up to date hold up who makes his number smaller.
#[test]
fn a_number_that_falls_is_not_held_to_a_count_of_a_better_price() {
    let (mut stage, _, call) = market(48_000 * QUOTE, false);
    sell_until_refused(&mut stage, "writer", &call);
    move_to(&mut stage, 205 * PRICE);
    let before = counted(&stage, "writer")[1];
    let bought = at_mark(&mut stage, "writer", "stranger", &call, CONTRACT);
    expect_landed(bought);
    let shard = stage.shard_of("writer");
    assert!(counted(&stage, "writer")[1] > before);
    assert!(shard.uncovered_atoms[1] > shard.limit_atoms[1]);
    let sold = at_mark(&mut stage, "stranger", "writer", &call, LOT);
    expect_code(sold, CoverUsedUp);
}

/// Three trades of one owner: his second account buys calls in the money, the premium covers puts the public buys, and
/// then the calls go back. Without them the puts are not covered.
#[test]
fn calls_bought_back_of_oneself_uncover_nothing_beyond_the_limit() {
    let (mut stage, put, call) = two_accounts();
    let plain = at_mark(
        &mut stage.clone(),
        "stranger",
        "writer",
        &put,
        1_000 * CONTRACT,
    );
    expect_code(plain, CoverUsedUp);
    three_trades(&mut stage, &put, &call);
}

/// The two accounts of an owner, no cover, and the series of the three trades.
fn two_accounts() -> (Stage, SeriesKeys, SeriesKeys) {
    let mut genesis = Genesis::default();
    genesis.params.reserve_line_atoms = 0;
    let mut stage = open_with(&genesis);
    fund(&mut stage, "writer", 62_000 * QUOTE);
    fund(&mut stage, "buyer", 60_000 * QUOTE);
    fund(&mut stage, "stranger", 500_000 * QUOTE);
    let week = expiry(&mut stage, 7);
    let put = put(&mut stage, &week);
    let call = series(&mut stage, &week, 130 * PRICE, OptionKind::Call);
    expect_landed(stage.share_cover());
    (stage, put, call)
}

fn three_trades(stage: &mut Stage, put: &SeriesKeys, call: &SeriesKeys) {
    let calls = 420;
    expect_landed(at_mark(stage, "buyer", "writer", call, calls * CONTRACT));
    expect_landed(at_mark(stage, "stranger", "writer", put, 1_000 * CONTRACT));
    assert_eq!(counted(stage, "writer"), [0; 2]);
    // At twice the requirement, as where the cover is used up, he would be below initial margin: by his own doing.
    let found = stage.assess("writer");
    assert!(found.health_im() > 0 && found.health_im() < found.r_im);
    let back = at_mark(stage, "writer", "buyer", call, calls * CONTRACT);
    expect_code(back, CoverUsedUp);
    assert_eq!(counted(stage, "writer"), [0; 2]);
}

/// Below initial margin, and not by a scale the owner brings himself under, a short is bought back whatever that makes of
/// the other side: the cover is no reason to keep him short.
#[test]
fn in_distress_a_short_is_bought_back_though_the_cover_is_used_up() {
    let (mut stage, _, call) = market(48_000 * QUOTE, false);
    let week = call.expiry;
    let put = series(&mut stage, &week, 260 * PRICE, OptionKind::Put);
    let ballast = beside_the_writer(&mut stage, 800_000);
    sell_until_refused(&mut stage, "writer", &put);
    sell_until_refused(&mut stage, "writer", &call);
    sell_until_refused(&mut stage, &ballast, &call);
    move_to(&mut stage, 205 * PRICE);
    expect_landed(stage.measure(&ballast));
    expect_landed(stage.share_cover());
    assert_eq!(stage.shard_of("writer").limit_atoms[1], 0);
    let healthy = at_mark(&mut stage.clone(), "writer", "stranger", &put, CONTRACT);
    expect_code(healthy, BelowInitialMargin);
    fall_below_initial_margin(&mut stage, "writer");
    let size = 40 * CONTRACT;
    let before = counted(&stage, "writer")[1];
    // Not at any price.
    let dear = mark(&stage, &put) * 106 / 100;
    let dear = stage.fill_quote("writer", "stranger", &put, size, dear);
    expect_code(dear, BelowInitialMargin);
    let short = leg(&stage, "writer", &put);
    let was = stage.assess("writer").uncovered_atoms[1];
    expect_landed(at_mark(&mut stage, "writer", "stranger", &put, size));
    assert_eq!(leg(&stage, "writer", &put), short + 40_000_000);
    let is = counted(&stage, "writer")[1];
    assert!(is > was && is > before && stage.shard_of("writer").limit_atoms[1] == 0);
}
