//! What the cover of uncovered losses asks of a trade, and what it never stops.

use backstop_client::SeriesKeys;
use backstop_interface::accounts::{OptionKind, Side};
use backstop_interface::event::OptionWritten;
use backstop_interface::BackstopError::*;
use backstop_quantities::ONE_PPB;
use backstop_testkit::stage::Outcome;
use backstop_testkit::{expect_code, expect_landed, Genesis, Stage};

use super::{ask, bid, cash, move_to, order, told, ANY};
use crate::setup::{
    expiry, fund, leg, mark, open_with, put, refuse, sale_fee, series, CONTRACT, LOT, PRICE, QUOTE,
};

/// Beyond what a test uses.
pub(super) const AMPLE: u64 = 10_000_000_000 * QUOTE;

/// The writer with 20 000 quote, the stranger with 500 000; 200 put and call in a week; means of `line_atoms`, of
/// which a sixteenth is a shard's; a trade contributes a thousandth of what it adds, or nothing.
pub(super) fn market(line_atoms: u64, contributes: bool) -> (Stage, SeriesKeys, SeriesKeys) {
    let mut genesis = Genesis::default();
    genesis.params.reserve_line_atoms = line_atoms;
    genesis.params.stress.contribution_ppb = u64::from(contributes) * ONE_PPB / 1_000;
    let mut stage = open_with(&genesis);
    fund(&mut stage, "writer", 20_000 * QUOTE);
    fund(&mut stage, "stranger", 500_000 * QUOTE);
    let week = expiry(&mut stage, 7);
    let put = put(&mut stage, &week);
    let call = series(&mut stage, &week, 200 * PRICE, OptionKind::Call);
    expect_landed(stage.share_cover());
    (stage, put, call)
}

pub(super) fn counted(stage: &Stage, name: &str) -> [u64; 2] {
    stage.account_of(name).expect("open").uncovered_atoms
}

/// `seller` sells to `buyer` at mark.
pub(super) fn at_mark(
    stage: &mut Stage,
    buyer: &str,
    seller: &str,
    of: &SeriesKeys,
    size: u64,
) -> Outcome {
    let price = mark(stage, of);
    stage.fill_quote(buyer, seller, of, size, price)
}

/// The writer sells calls until not a lot more fits under the limit of his shard.
fn sell_to_the_limit(stage: &mut Stage, call: &SeriesKeys) {
    sell_until_refused(stage, "writer", call);
}

/// Sells to the stranger at mark until not a lot more is allowed.
pub(super) fn sell_until_refused(stage: &mut Stage, seller: &str, of: &SeriesKeys) {
    let sizes = [
        102_400, 51_200, 25_600, 12_800, 6_400, 3_200, 1_600, 800, 400, 200, 100, 50, 25, 10, 5, 2,
        1,
    ];
    for lots in sizes {
        while at_mark(stage, "stranger", seller, of, lots * LOT).is_ok() {}
    }
}

/// A thousandth, up, of what was added before the contribution itself was.
#[track_caller]
fn assert_contributed(stage: &Stage, name: &str) -> u64 {
    let paid = stage.shard_of(name).fund_atoms;
    assert!(paid > 0, "{paid}");
    assert_eq!(paid, (counted(stage, name)[0] - paid).div_ceil(1_000));
    paid
}

#[test]
fn the_limit_of_a_sweeps_cost_holds_for_the_contribution_too() {
    let (mut stage, put, _) = market(AMPLE, true);
    expect_landed(stage.place("stranger", &put, bid(1, 6 * PRICE, 260 * CONTRACT)));
    let sold = order(&stage, &put, Side::Bid, 260 * CONTRACT, &[("stranger", 1)]);
    let before = cash(&stage, "writer");
    let mut free = stage.clone();
    let landed = expect_landed(free.sweep("writer", std::slice::from_ref(&sold), ANY));
    let paid = assert_contributed(&free, "writer");
    let fee = sale_fee(&stage, &put, 260 * CONTRACT, 6 * PRICE);
    let cost = (fee + paid) as i64 - 1_560 * QUOTE as i64;
    assert_eq!(told(&free, &landed).cost_atoms, cost);
    assert_eq!(cash(&free, "writer") as i64, before as i64 - cost);
    let given = stage.sweeping("writer", std::slice::from_ref(&sold), cost - 1);
    refuse(&mut stage, "writer", &given, CostAboveLimit);
    expect_landed(stage.sweep("writer", &[sold], cost));
}

#[test]
fn a_sale_for_almost_nothing_contributes_as_one_at_mark() {
    let (mut stage, put, _) = market(AMPLE, true);
    let quoted = stage.fill_quote("stranger", "writer", &put, 260 * CONTRACT, PRICE / 1_000);
    expect_landed(quoted);
    assert_contributed(&stage, "writer");
}

#[test]
fn writing_for_oneself_contributes_as_a_sale_at_mark() {
    let (mut stage, put, _) = market(AMPLE, true);
    let landed = expect_landed(stage.write_option("writer", &put, 260 * CONTRACT));
    let paid = assert_contributed(&stage, "writer");
    let fee = sale_fee(&stage, &put, 260 * CONTRACT, 0);
    assert_eq!(cash(&stage, "writer"), 20_000 * QUOTE - fee - paid);
    let events = landed.events::<OptionWritten>(&stage.world.program_id());
    assert_eq!(events[0].fee_atoms, fee + paid);
}

/// An account below initial margin by the scale of the cover alone is not in distress: its owner may bring it there. A put
/// bought back, which uncovers calls, is held to the scale, a call is not.
#[test]
fn the_scale_of_the_cover_is_no_distress() {
    let (mut stage, put, call) = market(8_000 * QUOTE, false);
    expect_landed(at_mark(
        &mut stage,
        "stranger",
        "writer",
        &put,
        10 * CONTRACT,
    ));
    for _ in 0..40 {
        sell_to_the_limit(&mut stage, &call);
        expect_landed(stage.share_cover());
    }
    let shard = stage.shard_of("writer");
    let used = shard.allotment().cover(shard.uncovered_atoms).use_ppb();
    assert!(used > ONE_PPB / 10 * 8, "{used}");
    let mut price = 200 * PRICE;
    loop {
        let found = stage.assess("writer");
        if found.health_im() < found.r_im / 4 {
            assert!(found.health_im() > 0);
            break;
        }
        price += 2 * PRICE;
        move_to(&mut stage, price);
    }
    let written = at_mark(&mut stage, "stranger", "writer", &call, LOT);
    expect_code(written, BelowInitialMargin);
    let bought = at_mark(&mut stage, "writer", "stranger", &put, CONTRACT);
    expect_code(bought, BelowInitialMargin);
    expect_landed(at_mark(&mut stage, "writer", "stranger", &call, CONTRACT));
}

/// An account of the writer's shard, with this many quote.
pub(super) fn beside_the_writer(stage: &mut Stage, quote: u64) -> String {
    let shard = stage.keys.shard_of(&stage.margin("writer"));
    let names = (0..1_000).map(|index| format!("beside {index}"));
    let mut names = names.filter(|name| stage.keys.shard_of(&stage.margin(name)) == shard);
    let name = names.next().expect("one in sixteen");
    stage.actor(&name, quote * QUOTE, 0);
    fund(stage, &name, quote * QUOTE);
    name
}

/// What one side takes off makes room for what the other adds, whichever is counted first.
#[test]
fn a_shard_at_its_limit_is_held_to_it_when_it_counts_both_sides() {
    let (mut stage, _, call) = market(48_000 * QUOTE, false);
    let name = beside_the_writer(&mut stage, 540);
    sell_to_the_limit(&mut stage, &call);
    let other = at_mark(&mut stage.clone(), "stranger", &name, &call, 8 * CONTRACT);
    expect_code(other, CoverUsedUp);
    let price = mark(&stage, &call);
    expect_landed(stage.place(&name, &call, ask(1, price, CONTRACT / 2)));
    expect_landed(at_mark(&mut stage, "writer", &name, &call, 8 * CONTRACT));
    assert!(counted(&stage, &name)[1] > 0, "it rose");
    expect_landed(stage.buy_ledger("writer", &name, 1, &call, CONTRACT / 2));
    assert_eq!(leg(&stage, &name, &call), -8_500_000);
}
