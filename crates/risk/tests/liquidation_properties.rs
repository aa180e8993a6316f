//! Properties of the auction on random accounts.

use backstop_quantities::Ppb;
use backstop_risk::liquidation::{quote, slice, AuctionParams, AuctionState};
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
        AuctionState { value, health_mm: value.min(0) - below, paid_in_atoms, debt_atoms, healthy_seconds, ..AuctionState::default() }
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
        if got.sold > got.stress / 2 {
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
