//! The auction's money: limits of the fund, and the penalty.

use crate::auction::{seized, terms, Seized, ONE, QUOTE};
use crate::cases::{for_all, Class};
use backstop_quantities::Ppb;
use backstop_risk::liquidation::{
    account_fund_limit, incident_room, slice, AuctionParams, AuctionState,
};
use proptest::prelude::*;

/// Slices of one account at changing prices, the room recomputed before each as the program does.
#[test]
fn the_fund_never_pays_above_its_limits() {
    let part = prop_oneof![Just(1_000_000_000u64), 1u64..=1_000_000_000];
    let slices = prop::collection::vec((seized(), part), 1..12);
    let limits = (
        0i64..1_000_000 * QUOTE,
        0u64..1_000_000_000_000,
        0u64..300_000_000_000,
    );
    type Run = (Vec<(Seized, u64)>, (i64, u64, u64));
    let classes: [Class<Run>; 4] = [
        ("account's limit binds", |run| {
            paid(run) == limit(run).0 && paid(run) > 0
        }),
        ("incident's limit binds", |run| {
            paid(run) == limit(run).1 && paid(run) > 0
        }),
        ("nothing paid", |run| paid(run) == 0),
        ("several slices", |run| run.0.len() > 1),
    ];
    fn limit((slices, (stress, assets, before)): &Run) -> (u64, u64) {
        let params = AuctionParams::default();
        let first = slices[0].0 .0.value;
        let account = account_fund_limit(&params, *stress, first);
        (account, incident_room(&params, *assets, *before))
    }
    fn paid(run: &Run) -> u64 {
        let (account, incident) = limit(run);
        let mut paid = 0;
        for ((state, _), fraction) in &run.0 {
            let room = account.min(incident).saturating_sub(paid);
            let got = terms(&(*state, room));
            let part = slice(&got, Ppb::new(*fraction)).expect("a fraction");
            assert!(part.from_fund_atoms <= room);
            assert!(part.from_account_cash_atoms <= state.paid_in_atoms);
            paid += part.from_fund_atoms;
        }
        paid
    }
    for_all("fund", (slices, limits), &classes, |run| {
        let (account, incident) = limit(run);
        let (stress, assets, before) = run.1;
        prop_assert!(paid(run) <= account.min(incident));
        let most = i128::from(stress) / 4 - i128::from(run.0[0].0 .0.value);
        prop_assert!(i128::from(paid(run)) <= most.max(0));
        prop_assert!(paid(run) == 0 || paid(run) + before <= assets / 2);
        Ok(())
    });
}

#[test]
fn the_penalty_never_makes_a_solvent_account_insolvent() {
    let cases = (seized(), 1u64..=1_000_000_000);
    let classes: [Class<(Seized, u64)>; 4] = [
        ("solvent", |(case, _)| case.0.value >= 0),
        ("solvent by less than the penalty", |(case, _)| {
            case.0.value >= 0 && case.0.value < terms(case).stress / 20
        }),
        ("penalty", |(case, _)| terms(case).penalty_atoms > 0),
        ("penalty with net debt", |(case, _)| {
            terms(case).penalty_atoms > 0 && terms(case).cash < 0
        }),
    ];
    for_all("penalty", cases, &classes, |(case, fraction)| {
        let got = terms(case);
        let part = slice(&got, Ppb::new(*fraction)).expect("a fraction");
        prop_assert!(part.penalty_atoms <= got.penalty_atoms);
        prop_assert!(part.penalty_atoms <= part.bidder_pays_atoms);
        prop_assert!(part.penalty_atoms == 0 || case.0.value >= got.penalty_atoms as i64);
        prop_assert!(got.penalty_atoms as i64 <= got.stress / 20);
        // What is left once the slice is sold and paid for, without the penalty and with it.
        let left = (ONE - i128::from(*fraction)) * i128::from(got.sold) / ONE;
        let stays = i128::from(got.cash) + i128::from(case.0.kept_atoms);
        let before = stays + left + i128::from(part.bidder_pays_atoms);
        let after = before - i128::from(part.penalty_atoms);
        if got.penalty_atoms > 0 {
            prop_assert!(after >= 0, "{before} fell to {after}");
        }
        Ok(())
    });
}

/// Found by the property above: the whole sold for 102, repaid a debt of 100, and a penalty of 5 made
/// a debt of the 2 that were left.
#[test]
fn the_penalty_leaves_what_the_debt_leaves() {
    let state = AuctionState {
        value: 10_000_000,
        health_mm: -90_000_000,
        debt_atoms: 100_000_000,
        healthy_seconds: 40,
        ..AuctionState::default()
    };
    let got = terms(&(state, 0));
    let left = got.cash + got.price_whole;
    assert!(left > 0 && left < 5_000_000);
    assert_eq!(got.penalty_atoms as i64, left);
}
