//! The auction's price: its floor, its end, and how a slice pays it.

use crate::auction::{seized, terms, Seized, ONE};
use crate::cases::{for_all, Class};
use backstop_quantities::Ppb;
use backstop_risk::liquidation::{slice, AuctionParams};
use proptest::prelude::*;

const STRESS: [Class<Seized>; 4] = [
    ("stress below twice the value", |case| {
        terms(case).sold > terms(case).stress / 2
    }),
    ("value below a quarter of the stress", |case| {
        terms(case).sold <= terms(case).stress / 4
    }),
    ("between", |case| {
        let got = terms(case);
        got.sold > got.stress / 4 && got.sold <= got.stress / 2
    }),
    ("the fund may pay nothing", |(_, room)| *room == 0),
];

/// p >= X/4 while X >= S/2, and p = X - g S while X <= S/4, where cash and fund allow it.
#[test]
fn the_price_keeps_a_quarter_while_stress_is_small_and_is_the_discounted_one_while_it_is_large() {
    for_all("floor", seized(), &STRESS, |(state, room)| {
        let bounded = terms(&(*state, *room));
        let got = terms(&(*state, u64::MAX));
        if got.sold > got.stress / 2 {
            prop_assert!(got.price_whole >= got.sold / 4);
            prop_assert!(bounded.price_whole >= got.sold / 4);
        }
        if got.sold <= got.stress / 4 {
            let g = AuctionParams::default()
                .discount_ppb(state.healthy_seconds)
                .get();
            let cut = i128::from(got.stress) * i128::from(g) / ONE;
            prop_assert!((i128::from(got.sold) - cut - i128::from(got.price_whole)).abs() <= 1);
        }
        prop_assert!(bounded.price_whole >= got.price_whole);
        Ok(())
    });
}

const ENDS: [Class<Seized>; 4] = [
    ("the bidder is paid", |case| terms(case).price_whole < 0),
    ("out of cash", |case| {
        terms(case).price_whole < 0 && terms(case).cash > 0
    }),
    ("at the end of cash and fund", |case| {
        let got = terms(case);
        got.price_whole <= 0 && got.price_whole == -(got.cash.max(0) + case.1 as i64)
    }),
    ("the bidder pays", |case| terms(case).price_whole > 0),
];

#[test]
fn the_price_stops_where_cash_and_fund_end() {
    for_all("end", seized(), &ENDS, |case| {
        let got = terms(case);
        let all = slice(&got, Ppb::ONE).expect("whole");
        prop_assert!(all.from_fund_atoms <= case.1);
        prop_assert!(all.from_account_cash_atoms <= case.0.paid_in_atoms);
        prop_assert!(got.price_whole >= -(got.cash.max(0) + case.1 as i64));
        Ok(())
    });
}

#[test]
fn slices_pay_one_way_and_round_against_the_bidder() {
    let classes: [Class<(Seized, u64)>; 4] = [
        ("the bidder pays", |(case, _)| terms(case).price_whole > 0),
        ("the bidder is paid", |(case, _)| {
            terms(case).price_whole < 0
        }),
        ("the whole", |(_, part)| *part == 1_000_000_000),
        ("a small part", |(_, part)| *part < 1_000),
    ];
    let part = prop_oneof![Just(1_000_000_000u64), 1u64..1_000, 1u64..=1_000_000_000];
    for_all("part", (seized(), part), &classes, |(case, part)| {
        let got = terms(case);
        let sold = slice(&got, Ppb::new(*part)).expect("a fraction");
        prop_assert!(sold.bidder_pays_atoms == 0 || sold.bidder_gets_atoms == 0);
        let paid_out = sold.from_account_cash_atoms + sold.from_fund_atoms;
        prop_assert_eq!(sold.bidder_gets_atoms, paid_out);
        prop_assert!(sold.penalty_atoms <= sold.bidder_pays_atoms);
        let exact = i128::from(got.price_whole) * i128::from(*part);
        let net = i128::from(sold.bidder_pays_atoms) - i128::from(sold.bidder_gets_atoms);
        prop_assert!(net * ONE >= exact && net * ONE < exact + ONE);
        Ok(())
    });
}
