//! The shipped scenarios: their figures, their order of severity.

use std::path::Path;

use backstop_simulator::candles::Candles;
use backstop_simulator::scenario::{
    candles_default, list, shipped, Kind, Scenario, Writer, DEFAULT_NAME, NAMES,
};

const BPS: i128 = 10_000;

fn basis_points(from: u64, to: u64) -> i128 {
    (i128::from(to) - i128::from(from)) * BPS / i128::from(from)
}

#[test]
fn all_are_valid_named_and_sourced() {
    assert_eq!(NAMES[0], DEFAULT_NAME);
    let list = list().expect("valid");
    for name in NAMES {
        let scenario = shipped(name).expect("valid");
        assert_eq!(scenario.name, name);
        assert!(
            !scenario.sources.is_empty() && scenario.own_path().is_some(),
            "{name}"
        );
        assert!(list.contains(name) && list.contains(&scenario.summary));
    }
    let error = shipped("october").expect_err("unknown").to_string();
    assert!(NAMES.iter().all(|name| error.contains(name)), "{error}");
    assert!(candles_default().expect("valid").own_path().is_none());
}

#[test]
fn paths_show_their_published_figures() {
    let path = |name| shipped(name).expect("valid").own_path().expect("anchors");
    let october = path("october-2025");
    assert_eq!(
        basis_points(october.first().price, october.lowest().price),
        -3_176
    );
    assert_eq!(october.lowest().price, 141_280_000_000);
    let march = path("march-2020");
    assert_eq!(
        (march.lowest().price, march.lowest()),
        (3_782_000_000_000, march.last())
    );
    assert_eq!(
        basis_points(
            march.price_at(1_584_007_200 + 46_800),
            march.price_at(1_584_007_200 + 50_400)
        ),
        -1_730
    );
    let may = path("may-2021");
    let hour = |hour: i64| may.price_at(1_621_418_400 + 3_600 * (hour - 10));
    assert_eq!(
        basis_points(may.highest().price, may.lowest().price),
        -5_625
    );
    assert_eq!(basis_points(hour(12), hour(13)), -2_840);
    assert_eq!(basis_points(hour(13), hour(14)), 3_051);
}

#[test]
fn october_anchors_lie_inside_the_minutes_they_name() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/sol-usdt-1m-2025-10-10.csv");
    let candles = Candles::load(&data).expect("valid");
    let scenario = shipped("october-2025").expect("valid");
    let begins = candles.rows()[0].open_at;
    let mut checked = 0;
    for anchor in &scenario.anchors {
        let at = scenario.start_at + i64::from(anchor.offset_seconds);
        // At a full minute the close of the minute before is as true as the open of the next.
        let near = candles
            .rows()
            .iter()
            .filter(|row| row.open_at <= at && at <= row.open_at + 60);
        let inside = near
            .clone()
            .any(|row| (row.low_price..=row.high_price).contains(&anchor.price));
        assert!(inside || at < begins, "{anchor:?}");
        checked += usize::from(inside);
    }
    assert_eq!(
        checked,
        scenario.anchors.len() - 1,
        "only the opening lies before the sample"
    );
}

/// What a writer with quote collateral lacks at a price if nothing is ever sold, in quote atoms. The collateral is taken
/// as the scan range and 4 % of notional for add-ons and premium, with the writer's cushion on top.
fn deficit_atoms(scenario: &Scenario, writer: &Writer, price: u64) -> i128 {
    let spot = scenario.own_path().expect("anchors").first().price;
    let notional = i128::from(scenario.books.notional_atoms) * i128::from(writer.share_bps) / BPS;
    let move_bps = basis_points(spot, price);
    let payoff: i128 = (writer.legs.iter())
        .map(|leg| {
            let out_of_money = i128::from(leg.strike_bps) - BPS;
            let depth = if leg.kind == Kind::Put {
                out_of_money - move_bps
            } else {
                move_bps - out_of_money
            };
            notional * depth.max(0) / BPS
        })
        .sum();
    let required = i128::from(scenario.market.scan_range_bps) + 400;
    let posted = notional * required / BPS * (BPS + i128::from(writer.cushion_bps)) / BPS;
    (payoff - posted).max(0)
}

fn deficits_of_quote_writers(scenario: &Scenario) -> i128 {
    let end = scenario.own_path().expect("anchors").last().price;
    let writers = scenario
        .books
        .writers
        .iter()
        .filter(|writer| writer.underlying_bps == 0);
    writers
        .map(|writer| deficit_atoms(scenario, writer, end))
        .sum()
}

#[test]
fn the_stressed_default_outlasts_every_layer() {
    let scenario = shipped(DEFAULT_NAME).expect("valid");
    let insurance: u64 = scenario
        .actors
        .insurers
        .iter()
        .map(|insurer| insurer.stake_atoms)
        .sum();
    let backstop: u64 = scenario
        .actors
        .backstop
        .iter()
        .map(|bidder| bidder.cash_atoms)
        .sum();
    let lot_atoms = 25_000_000_000;
    assert!(
        backstop >= lot_atoms,
        "at least one lot of the backstop auction is sold"
    );
    let deficit = deficits_of_quote_writers(&scenario);
    // One incident may take half of the fund.
    let layers = i128::from(insurance) / 2 + i128::from(backstop);
    assert!(
        deficit > layers + i128::from(lot_atoms),
        "{deficit} against {layers}"
    );
}

#[test]
fn the_plain_october_recovers_before_expiry() {
    assert_eq!(
        deficits_of_quote_writers(&shipped("october-2025").expect("valid")),
        0
    );
}
