//! The auction's curve, slices and limits.

use backstop_quantities::Ppb;
use backstop_risk::liquidation::{
    account_fund_limit, conversion_discount_ppb, cured, incident_room, quote, slice, AuctionParams,
    AuctionState,
};
use backstop_risk::margin::Assessment;
use backstop_risk::RiskError;
use proptest::prelude::*;

const QUOTE: i64 = 1_000_000;

prop_compose! {
    /// A seized account: health(MM) < 0, value on either side of 0.
    fn seized()(
        value in -1_000_000i64 * QUOTE..1_000_000 * QUOTE,
        below in 1i64..1_000_000 * QUOTE,
        paid_in_atoms in prop_oneof![Just(0u64), 0u64..500_000_000_000],
        debt_atoms in prop_oneof![Just(0u64), 0u64..500_000_000_000],
        healthy_seconds in 0i64..1_500,
    ) -> AuctionState {
        AuctionState { value, health_mm: value.min(0) - below, paid_in_atoms, debt_atoms, healthy_seconds }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn price_never_rises_in_time_and_never_jumps(state in seized(), room in 0u64..1_000_000_000_000) {
        let params = AuctionParams::default();
        let at = |healthy_seconds| {
            quote(&AuctionState { healthy_seconds, ..state }, &params, room).expect("stressed")
        };
        let now = at(state.healthy_seconds);
        let next = at(state.healthy_seconds + 1);
        prop_assert!(next.price_whole <= now.price_whole);
        // The steepest part of the curve is 18 % of S in 120 s.
        let step = now.stress / 600 + 3;
        prop_assert!(now.price_whole - next.price_whole <= step);
    }

    #[test]
    fn price_is_at_least_a_quarter_while_stress_is_small(state in seized()) {
        let got = quote(&state, &AuctionParams::default(), u64::MAX).expect("stressed");
        if got.sold >= got.stress / 2 + 1 {
            prop_assert!(got.price_whole >= got.sold / 4);
        }
        if got.sold <= got.stress / 4 {
            let g = AuctionParams::default().discount_ppb(state.healthy_seconds).get();
            let cut = i128::from(got.stress) * i128::from(g) / 1_000_000_000;
            prop_assert!((i128::from(got.sold) - cut - i128::from(got.price_whole)).abs() <= 1);
        }
    }

    #[test]
    fn price_stops_where_cash_and_fund_end(state in seized(), room in 0u64..1_000_000_000_000) {
        let got = quote(&state, &AuctionParams::default(), room).expect("stressed");
        let all = slice(&got, Ppb::ONE).expect("whole");
        prop_assert!(all.from_fund_atoms <= room);
        prop_assert!(all.from_account_cash_atoms <= state.paid_in_atoms);
    }

    #[test]
    fn largest_slice_leaves_the_rest_at_target(state in seized(), room in 0u64..1_000_000_000_000) {
        let params = AuctionParams::default();
        let got = quote(&state, &params, room).expect("stressed");
        prop_assert!(got.max_fraction_ppb <= 1_000_000_000);
        prop_assert_eq!(got.max_fraction_ppb == 0, got.target_gap >= 0);
        prop_assume!(got.max_fraction_ppb > 0);
        let f = i128::from(got.max_fraction_ppb);
        let one = 1_000_000_000i128;
        // B after the slice, in ppb of an atom: K + f (p - pi) + (1 - f) (B - K).
        let kept = i128::from(got.price_whole) - i128::from(got.penalty_atoms);
        let paid_by_fund = i128::from(-got.price_whole - got.cash.max(0)).max(0);
        let cash = i128::from(got.cash);
        let after = one * cash + f * (kept + paid_by_fund)
            + (one - f) * (i128::from(got.target_gap) - cash);
        if f < one {
            prop_assert!(after >= 0, "short of the target by {}", -after);
            // At most a part per billion of the account beyond it.
            let slack = 2 * (i128::from(got.target_gap).abs() + cash.abs() + kept.abs());
            prop_assert!(after <= slack, "past the target by {after}");
        }
    }

    #[test]
    fn slices_pay_one_way_and_round_against_the_bidder(
        state in seized(), room in 0u64..1_000_000_000_000, fraction in 1u64..=1_000_000_000,
    ) {
        let got = quote(&state, &AuctionParams::default(), room).expect("stressed");
        let part = slice(&got, Ppb::new(fraction)).expect("a fraction");
        prop_assert!(part.bidder_pays_atoms == 0 || part.bidder_gets_atoms == 0);
        prop_assert_eq!(part.bidder_gets_atoms, part.from_account_cash_atoms + part.from_fund_atoms);
        prop_assert!(part.penalty_atoms <= part.bidder_pays_atoms);
        let exact = i128::from(got.price_whole) * i128::from(fraction);
        let net = i128::from(part.bidder_pays_atoms) - i128::from(part.bidder_gets_atoms);
        prop_assert!(net * 1_000_000_000 >= exact && net * 1_000_000_000 < exact + 1_000_000_000);
    }

    #[test]
    fn penalty_never_makes_an_owner_insolvent(state in seized()) {
        let got = quote(&state, &AuctionParams::default(), u64::MAX).expect("stressed");
        if got.penalty_atoms > 0 {
            prop_assert!(got.price_whole >= got.penalty_atoms as i64);
            prop_assert!(state.value >= got.penalty_atoms as i64);
            prop_assert!(got.penalty_atoms as i64 <= got.stress / 20);
        }
    }
}

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
