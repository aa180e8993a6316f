//! Keeper pay: the order of its sources, their limits, and the sum to the atom.

use crate::cases::{for_all, Class};
use backstop_risk::liquidation::{KeeperParams, KeeperPay, KeeperSources, LockChange};
use backstop_risk::RiskError;
use proptest::prelude::*;

type Case = (u64, KeeperSources);

fn amount() -> impl Strategy<Value = u64> {
    prop_oneof![Just(0u64), 1u64..10_000_000, 1u64..1_000_000_000]
}

prop_compose! {
    fn any_case()(
        due in amount(),
        lock_atoms in prop_oneof![Just(0u64), 0u64..5_000_001],
        penalty_atoms in amount(),
        stress_atoms in prop_oneof![amount(), 1u64..10_000_000_000_000],
        fund_room_atoms in amount(),
        fund_paid_atoms in prop_oneof![Just(0u64), amount()],
    ) -> Case {
        (due, KeeperSources {
            lock_atoms, penalty_atoms, stress_atoms, fund_room_atoms, fund_paid_atoms,
        })
    }
}

fn pay((due, sources): &Case) -> KeeperPay {
    KeeperParams::default().pay(*due, sources)
}

#[test]
fn sources_pay_in_order_within_limits_and_sum_to_what_is_due() {
    let classes: [Class<Case>; 6] = [
        ("lock alone", |c| c.0 > 0 && pay(c).from_lock_atoms == c.0),
        ("penalty", |c| pay(c).from_penalty_atoms > 0),
        ("fund", |c| pay(c).from_fund_atoms > 0),
        ("fund at 0.1 % of the stress", |c| {
            let cap = c.1.stress_atoms / 1_000;
            cap < 500_000_000
                && pay(c).from_fund_atoms > 0
                && pay(c).from_fund_atoms + c.1.fund_paid_atoms == cap
        }),
        ("unpaid", |c| pay(c).unpaid_atoms > 0),
        ("nothing due", |c| c.0 == 0),
    ];
    for_all("pay", any_case(), &classes, |case| {
        let ((due, sources), got) = (case, pay(case));
        let paid = got.from_lock_atoms + got.from_penalty_atoms + got.from_fund_atoms;
        prop_assert_eq!(paid + got.unpaid_atoms, *due);
        prop_assert!(got.from_lock_atoms <= sources.lock_atoms);
        prop_assert!(got.from_penalty_atoms <= sources.penalty_atoms);
        prop_assert!(got.from_fund_atoms <= sources.fund_room_atoms);
        let cap = (sources.stress_atoms / 1_000).min(500_000_000);
        prop_assert!(
            got.from_fund_atoms == 0 || got.from_fund_atoms + sources.fund_paid_atoms <= cap
        );
        prop_assert!(got.from_penalty_atoms == 0 || got.from_lock_atoms == sources.lock_atoms);
        prop_assert!(got.from_fund_atoms == 0 || got.from_penalty_atoms == sources.penalty_atoms);
        // Nothing stays unpaid that a source could still pay.
        let room = cap
            .saturating_sub(sources.fund_paid_atoms)
            .min(sources.fund_room_atoms);
        prop_assert!(got.unpaid_atoms == 0 || got.from_fund_atoms == room);
        Ok(())
    });
}

/// Many steps paid one after the other: the fund never pays more than its limit in all.
#[test]
fn the_fund_pays_one_account_at_most_its_limit() {
    let cases = (any_case(), prop::collection::vec(amount(), 1..12));
    let classes: [Class<(Case, Vec<u64>)>; 2] = [
        ("limit reached", |c| run(c) == limit(c) && limit(c) > 0),
        ("below the limit", |c| run(c) < limit(c)),
    ];
    fn limit((case, _): &(Case, Vec<u64>)) -> u64 {
        (case.1.stress_atoms / 1_000).min(500_000_000)
    }
    fn run((case, steps): &(Case, Vec<u64>)) -> u64 {
        let mut sources = KeeperSources {
            fund_paid_atoms: 0,
            ..case.1
        };
        for due in steps {
            let got = KeeperParams::default().pay(*due, &sources);
            sources.lock_atoms -= got.from_lock_atoms;
            sources.penalty_atoms -= got.from_penalty_atoms;
            sources.fund_paid_atoms += got.from_fund_atoms;
        }
        sources.fund_paid_atoms
    }
    for_all("limit", cases, &classes, |case| {
        prop_assert!(run(case) <= limit(case));
        Ok(())
    });
}

#[test]
fn pay_and_lock_by_hand() {
    let params = KeeperParams::default();
    let due = |stress| params.trigger_due_atoms(stress);
    assert_eq!(due(0), 1_000_000);
    assert_eq!(due(1_000_000_000), 1_000_000);
    assert_eq!(due(2_000_999_999), 2_000_999);
    assert_eq!(due(u64::MAX), 500_000_000);
    let change = |lock_atoms, release_atoms| LockChange {
        lock_atoms,
        release_atoms,
    };
    assert_eq!(params.lock_change(false, true, 0), change(5_000_000, 0));
    assert_eq!(params.lock_change(true, true, 1_000_000), change(0, 0));
    assert_eq!(
        params.lock_change(true, false, 4_000_000),
        change(0, 4_000_000)
    );
    assert_eq!(params.lock_change(false, false, 0), change(0, 0));
    assert_eq!(params.lock_change(false, true, 6_000_000), change(0, 0));
}

#[test]
fn keeper_parameters_beyond_their_bounds_are_named() {
    let good = KeeperParams::default();
    let refused = |params: KeeperParams, name| {
        assert_eq!(
            params.validate(),
            Err(RiskError::ParameterOutOfBounds(name))
        );
    };
    assert_eq!(good.validate(), Ok(()));
    refused(
        KeeperParams {
            lock_atoms: 0,
            ..good
        },
        "keeper_lock_atoms",
    );
    refused(
        KeeperParams {
            step_atoms: 0,
            ..good
        },
        "keeper_step_atoms",
    );
    refused(
        KeeperParams {
            share_ppb: 10_000_001,
            ..good
        },
        "keeper_share_ppb",
    );
    refused(
        KeeperParams {
            most_atoms: 0,
            ..good
        },
        "keeper_most_atoms",
    );
    let small = KeeperParams {
        step_atoms: 10_000_000,
        most_atoms: 5_000_000,
        ..good
    };
    refused(small, "keeper_step_atoms");
}
