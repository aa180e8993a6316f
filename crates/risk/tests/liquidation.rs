//! The auction's curve, slices and limits, by hand.

use backstop_quantities::Ppb;
use backstop_risk::liquidation::{
    account_fund_limit, conversion_discount_ppb, cured, incident_room, quote, slice, AuctionParams,
    AuctionState,
};
use backstop_risk::margin::Assessment;
use backstop_risk::RiskError;

const QUOTE: i64 = 1_000_000;

#[test]
fn discount_follows_the_curve() {
    let params = AuctionParams::default();
    for (seconds, percent) in [
        (-5, 2),
        (0, 2),
        (60, 11),
        (120, 20),
        (240, 35),
        (360, 50),
        (780, 75),
    ] {
        assert_eq!(
            params.discount_ppb(seconds).get(),
            percent * 10_000_000,
            "at {seconds}"
        );
    }
    assert_eq!(params.discount_ppb(1_200), Ppb::ONE);
    assert_eq!(params.discount_ppb(i64::MAX), Ppb::ONE);
    assert_eq!(params.end_seconds(), 1_200);
}

#[test]
fn an_example_by_hand() {
    // value 100, health -50: S = 150, X = 100 (no cash). At 120 s g = 20 %: q = 70; X/4 = 25 < q,
    // so p = 70. Penalty 7.5. B = -50 - 45 = -95, f = 95 / (95 + 62.5).
    let state = AuctionState {
        value: 100 * QUOTE,
        health_mm: -50 * QUOTE,
        healthy_seconds: 120,
        ..AuctionState::default()
    };
    let got = quote(&state, &AuctionParams::default(), 0).expect("stressed");
    assert_eq!(
        (got.stress, got.cash, got.sold),
        (150 * QUOTE, 0, 100 * QUOTE)
    );
    assert_eq!(
        (got.price_whole, got.penalty_atoms),
        (70 * QUOTE, 7_500_000)
    );
    assert_eq!(
        (got.target_gap, got.max_fraction_ppb),
        (-95 * QUOTE, 603_174_604)
    );
    // Near the end p falls to w X/4 + (1 - w) q with w = (4 * 100 - 150) / 150 > 1: p = 25.
    let late = AuctionState {
        healthy_seconds: 1_200,
        ..state
    };
    let got = quote(&late, &AuctionParams::default(), 0).expect("stressed");
    assert_eq!(got.price_whole, 25 * QUOTE);
}

#[test]
fn a_bidder_is_paid_below_zero() {
    // value -40, health -100: S = 60, X = -40; at the end q = -100; the fund has room for 70.
    let state = AuctionState {
        value: -40 * QUOTE,
        health_mm: -100 * QUOTE,
        healthy_seconds: 1_200,
        ..AuctionState::default()
    };
    let params = AuctionParams::default();
    let got = quote(&state, &params, 70_000_000).expect("stressed");
    assert_eq!(
        (got.price_whole, got.max_fraction_ppb),
        (-70 * QUOTE, 1_000_000_000)
    );
    let half = slice(&got, Ppb::new(500_000_000)).expect("half");
    assert_eq!(
        (half.bidder_gets_atoms, half.from_fund_atoms),
        (35_000_000, 35_000_000)
    );
    let open = quote(&state, &params, u64::MAX).expect("stressed");
    assert_eq!(open.price_whole, -100 * QUOTE);
}

#[test]
fn cash_of_earlier_bidders_is_paid_out_before_the_fund() {
    // K = 30 - 10 = 20, X = -60 - 20 = -80.
    let state = AuctionState {
        value: -60 * QUOTE,
        health_mm: -100 * QUOTE,
        paid_in_atoms: 30_000_000,
        debt_atoms: 10_000_000,
        healthy_seconds: 0,
        ..AuctionState::default()
    };
    let got = quote(&state, &AuctionParams::default(), u64::MAX).expect("stressed");
    assert_eq!(
        (got.cash, got.sold, got.price_whole),
        (20 * QUOTE, -80 * QUOTE, -80_800_000)
    );
    let all = slice(&got, Ppb::ONE).expect("whole");
    assert_eq!(
        (all.from_account_cash_atoms, all.from_fund_atoms),
        (20_000_000, 60_800_000)
    );
}

#[test]
fn refusals_name_the_reason() {
    let params = AuctionParams::default();
    let healthy = AuctionState {
        value: 5,
        health_mm: 5,
        ..AuctionState::default()
    };
    assert_eq!(quote(&healthy, &params, 0), Err(RiskError::NotStressed));
    let huge = AuctionState {
        value: i64::MAX,
        health_mm: -1,
        ..AuctionState::default()
    };
    assert_eq!(quote(&huge, &params, 0), Err(RiskError::TooLarge));
    let fine = AuctionState {
        value: 5,
        health_mm: -5,
        ..AuctionState::default()
    };
    let terms = quote(&fine, &params, 0).expect("stressed");
    assert_eq!(slice(&terms, Ppb::ZERO), Err(RiskError::FractionOutOfRange));
    assert_eq!(
        slice(&terms, Ppb::new(1_000_000_001)),
        Err(RiskError::FractionOutOfRange)
    );
}

#[test]
fn limits_of_the_fund() {
    let params = AuctionParams::default();
    assert_eq!(account_fund_limit(&params, 400, -10), 110);
    assert_eq!(account_fund_limit(&params, 400, 30), 70);
    assert_eq!(account_fund_limit(&params, 400, 200), 0);
    assert_eq!(account_fund_limit(&params, -400, 200), 0);
    assert_eq!(incident_room(&params, 1_001, 400), 100);
    assert_eq!(incident_room(&params, 1_000, 600), 0);
}

#[test]
fn throttle_holds_large_solvent_accounts_for_five_minutes() {
    let params = AuctionParams::default();
    let large = AuctionState {
        value: 10 * QUOTE,
        health_mm: -200_000 * QUOTE,
        healthy_seconds: 299,
        ..AuctionState::default()
    };
    assert_eq!(params.slice_cap_ppb(&large), Ppb::new(200_000_000));
    let later = AuctionState {
        healthy_seconds: 300,
        ..large
    };
    let insolvent = AuctionState { value: -1, ..large };
    let small = AuctionState {
        health_mm: -90_000 * QUOTE,
        ..large
    };
    for free in [later, insolvent, small] {
        assert_eq!(params.slice_cap_ppb(&free), Ppb::ONE, "{free:?}");
    }
}

#[test]
fn cured_at_thirty_percent_of_stress() {
    let params = AuctionParams::default();
    // value 130, V(MM) 100, R(MM) 70: health 30, S = 100.
    let at_target = Assessment {
        value: 130,
        v_mm: 100,
        r_mm: 70,
        ..Assessment::default()
    };
    assert!(cured(&at_target, &params));
    assert!(!cured(
        &Assessment {
            r_mm: 71,
            ..at_target
        },
        &params
    ));
    assert!(cured(&Assessment::default(), &params));
}

#[test]
fn conversion_discount_in_two_legs() {
    let at = |seconds, estate| conversion_discount_ppb(seconds, estate).get();
    assert_eq!(
        (at(-1, true), at(0, false), at(900, false)),
        (0, 0, 10_000_000)
    );
    assert_eq!(
        (at(1_800, false), at(99_999, false)),
        (20_000_000, 20_000_000)
    );
    assert_eq!(
        (at(1_800, true), at(7_200, true)),
        (20_000_000, 110_000_000)
    );
    assert_eq!(
        (at(12_600, true), at(i64::MAX, true)),
        (200_000_000, 200_000_000)
    );
}

#[test]
fn parameters_outside_their_bounds_are_named() {
    let good = AuctionParams::default();
    assert_eq!(good.validate(), Ok(()));
    let mut flat = good;
    flat.curve[1].0 = 0;
    assert_eq!(
        flat.validate(),
        Err(RiskError::ParameterOutOfBounds("curve"))
    );
    let mut open = good;
    open.curve[3].1 = 999_999_999;
    assert_eq!(
        open.validate(),
        Err(RiskError::ParameterOutOfBounds("curve"))
    );
    let greedy = AuctionParams {
        penalty_ppb: 100_000_001,
        ..good
    };
    assert_eq!(
        greedy.validate(),
        Err(RiskError::ParameterOutOfBounds("penalty_ppb"))
    );
    let early = AuctionParams {
        throttle_seconds: -1,
        ..good
    };
    assert_eq!(
        early.validate(),
        Err(RiskError::ParameterOutOfBounds("throttle_seconds"))
    );
}

/// Insolvent by 500 with a gain of 1 000 to come: the fund, which would pay up to 1 500, pays what the gain leaves.
#[test]
fn what_an_account_keeps_stands_before_the_fund() {
    let state = AuctionState {
        value: -500,
        health_mm: -4_600,
        kept_atoms: 1_000,
        kept_health_atoms: 900,
        ..AuctionState::default()
    };
    let at = |room| quote(&state, &AuctionParams::default(), room).expect("within range");
    assert_eq!(at(1_500).price_whole, -500);
    assert_eq!(at(1_000).price_whole, 0);
    assert_eq!(at(900).price_whole, 0);
    assert_eq!(at(9_000).price_whole, at(u64::MAX >> 8).price_whole);
}
