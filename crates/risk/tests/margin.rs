//! Requirements of products a trader knows, by hand and by comparison.

mod common;

use backstop_quantities::Price;
use backstop_risk::margin::{describe, Holding, MarginParams, Portfolio, VolMove};
use backstop_risk::pricing::{option_price, Kind};
use common::{account, assessed, leg, underlying, weighed, ONE, QUOTE};

/// Requirement per contract as basis points of spot.
fn bps_of_spot(atoms: i64) -> i64 {
    atoms * 10_000 / (150 * QUOTE as i64)
}

#[test]
fn cash_alone_is_worth_itself() {
    let got = assessed(&account(7 * QUOTE, &[], &[]));
    assert_eq!(
        (got.value, got.v_im, got.r_im, got.r_mm),
        (7_000_000, 7_000_000, 0, 0)
    );
    let indebted = Portfolio {
        debt_atoms: 9 * QUOTE,
        ..account(7 * QUOTE, &[], &[])
    };
    assert_eq!(assessed(&indebted).health_mm(), -2_000_000);
}

#[test]
fn marks_equal_the_option_price() {
    for (kind, strike, quantity) in [(Kind::Call, 140, 3 * ONE), (Kind::Put, 200, -5 * ONE)] {
        let legs = [leg(kind, strike, quantity, 0)];
        let price = option_price(
            kind,
            Price::new(common::SPOT),
            legs[0].strike,
            legs[0].vol,
            legs[0].seconds_to_expiry,
        );
        let worth = legs[0].quantity.value_floor(price).expect("fits").get() as i64;
        let got = assessed(&account(0, &[], &legs)).value;
        let error = (got - worth * quantity.signum()).abs();
        assert!(
            error <= 200 * quantity.abs() / ONE,
            "{kind:?}: {got} for {worth}"
        );
    }
}

#[test]
fn a_short_put_needs_what_was_simulated() {
    let legs = [leg(Kind::Put, 150, -ONE, 0)];
    let got = assessed(&account(0, &[], &legs));
    let (im, mm) = (
        bps_of_spot(got.r_im - got.v_im),
        bps_of_spot(got.r_mm - got.v_mm),
    );
    // A seven-day at-the-money short put on SOL: about 32 % and 25 % of spot, mark included.
    assert!((3_000..=3_500).contains(&im), "IM {im}");
    assert!((2_300..=2_800).contains(&mm), "MM {mm}");
    let worst = describe(got.worst_scenario, &MarginParams::default()).expect("exists");
    assert!(
        worst.spot_ppb < 1_000_000_000 && worst.vol == VolMove::Up,
        "{worst:?}"
    );
}

#[test]
fn a_spread_needs_no_more_than_its_width() {
    let spread = [
        leg(Kind::Put, 150, -10 * ONE, 0),
        leg(Kind::Put, 148, 10 * ONE, 0),
    ];
    // And the atom that the last hour may cut.
    let got = assessed(&account(20 * QUOTE + 1, &[], &spread));
    assert!(got.health_im() >= 0, "the width is paid in full: {got:?}");
    assert!(
        got.health_im() <= 1_000,
        "and not more than that is asked: {got:?}"
    );
    let naked = assessed(&account(20 * QUOTE, &[], &spread[..1]));
    assert!(naked.health_mm() < 0);
}

#[test]
fn a_fully_paid_put_is_healthy_at_any_price() {
    let legs = [leg(Kind::Put, 150, -ONE, 0)];
    for spot in [
        1_000_000_000,
        75_000_000_000,
        150_000_000_000,
        900_000_000_000,
    ] {
        let portfolio = Portfolio {
            spot: Price::new(spot),
            ..account(150 * QUOTE, &[], &legs)
        };
        assert!(assessed(&portfolio).health_im() >= -1, "at {spot}");
    }
}

#[test]
fn a_covered_call_is_healthy_at_any_higher_price() {
    let legs = [leg(Kind::Call, 160, -ONE, 0)];
    for spot in [150u64, 300, 600, 1_200, 6_000] {
        let holdings = [Holding {
            contracts_equivalent: 1_000_000,
            moves_with_spot: true,
            ..weighed(spot * QUOTE, 80, 90)
        }];
        let portfolio = Portfolio {
            spot: Price::new(spot * 1_000_000_000),
            ..account(0, &holdings, &legs)
        };
        let got = assessed(&portfolio);
        assert!(
            got.health_im() >= 0 && got.health_mm() > 0,
            "at {spot}: {got:?}"
        );
    }
    // Without the cover the same call is a default.
    assert!(assessed(&account(0, &[], &legs)).health_mm() < 0);
}

/// The haircut of the underlying is waived up to 1 - credit of the worth of the calls it backs, so that a
/// covered call deep in the money counts its weight of what is left: w (S - C).
#[test]
fn the_haircut_is_waived_up_to_a_part_of_the_calls_it_backs() {
    let bare = assessed(&account(0, &[underlying(2_000_000)], &[]));
    assert_eq!((bare.v_im, bare.v_mm), (240_000_000, 270_000_000));
    for strike in [20, 100, 160, 500] {
        let holdings = [underlying(2_000_000)];
        let short = [leg(Kind::Call, strike, -ONE, 0)];
        let got = assessed(&account(0, &holdings, &short));
        let mark = bare.value - got.value;
        for (v, bare, percent) in [(got.v_im, bare.v_im, 80), (got.v_mm, bare.v_mm, 90)] {
            let expected = bare - mark * percent / 100;
            assert!((v - expected).abs() <= 3, "{strike}: {v} for {expected}");
        }
        // Puts it does not back: their worth counts whole.
        let put = [leg(Kind::Put, strike, -ONE, 0)];
        let got = assessed(&account(0, &holdings, &put));
        assert!((got.v_im - (bare.v_im - (bare.value - got.value))).abs() <= 3);
    }
}

#[test]
fn longs_count_in_part_and_owe_nothing() {
    let legs = [leg(Kind::Call, 150, 4 * ONE, 0)];
    let got = assessed(&account(0, &[], &legs));
    assert!((got.v_im - got.value * 8 / 10).abs() <= 1);
    assert!((got.v_mm - got.value * 9 / 10).abs() <= 1);
    assert!(got.health_im() >= 0);
}

#[test]
fn longs_offset_shorts_only_within_their_expiry() {
    let same = [leg(Kind::Call, 150, -ONE, 1), leg(Kind::Call, 150, ONE, 1)];
    let other = [leg(Kind::Call, 150, -ONE, 0), leg(Kind::Call, 150, ONE, 1)];
    let flat = assessed(&account(0, &[], &same));
    // Nothing is held and nothing owed, whatever the rounding of the two prices; an atom for the last hour's.
    assert_eq!((flat.v_im, flat.r_im, flat.value), (0, 1, 0));
    assert_eq!((flat.v_mm, flat.r_mm), (0, 0));
    assert!(assessed(&account(0, &[], &other)).r_im > 0);
}

#[test]
fn losses_are_told_by_expiry() {
    let legs = [
        leg(Kind::Put, 150, -ONE, 0),
        leg(Kind::Put, 150, -3 * ONE, 2),
    ];
    let got = assessed(&account(0, &[], &legs));
    assert!(got.loss_by_expiry[0] > 0 && got.loss_by_expiry[2] > got.loss_by_expiry[0]);
    assert_eq!(got.loss_by_expiry[1], 0);
    let sum: i64 = got.loss_by_expiry.iter().sum();
    let floor = 4 * 150 * QUOTE as i64 * 3 / 1_000;
    let scan = (got.r_mm - floor) * 10 / 8;
    // Four contracts' error bound lies between them.
    assert!((0..=160).contains(&(scan - sum)), "{sum} for {scan}");
}

#[test]
fn an_uncertain_price_asks_for_more() {
    let legs = [leg(Kind::Put, 150, -ONE, 0)];
    let at = |confidence_ppb| {
        assessed(&Portfolio {
            confidence_ppb,
            ..account(0, &[], &legs)
        })
        .r_mm
    };
    assert_eq!(at(0), at(20_000_000));
    assert!(at(20_000_000) < at(30_000_000));
    assert!(at(30_000_000) < at(50_000_000));
    assert_eq!(at(500_000_000), at(u64::MAX));
}
