//! A breach only the newest surface sees has to last five minutes.

use crate::classes::{class, for_all};
use backstop_quantities::UnixSeconds;
use backstop_risk::volatility::{observe_breach, BreachState, Hold, HOLD_SECONDS};
use proptest::prelude::*;

/// Why a far price holds.
const FAR: [Hold; 3] = [Hold::Price, Hold::FirstCollateral, Hold::SecondCollateral];
const START: i64 = 1_800_000_000;

#[test]
fn states_follow_the_rule_over_any_sequence() {
    let classes = [
        "seized at once",
        "seized after holding",
        "held",
        "healed",
        "healthy",
        "forgotten",
        "held by the price",
        "seized after the price held",
        "forgotten by the price",
    ];
    let gap = prop_oneof![4 => 0i64..70, 4 => 0i64..200, 1 => 400i64..900];
    let step = (gap, -2i64..=1, -2i64..=4, prop::bool::ANY);
    let steps = prop::collection::vec(step, 1..12);
    for_all("hold", &classes, &steps, |steps, hits| {
        let (mut now, mut since) = (START, None);
        // The rule told once more, from the list of observations alone.
        let mut breached: Vec<i64> = Vec::new();
        for (gap, health, earlier, far) in steps {
            now += gap;
            let (hold, must, most) = match (earlier >= 0, far) {
                (true, _) => (Hold::Surface, 300, 600),
                // The price of the market, or that of a collateral in either slot.
                (false, true) => (FAR[gap.unsigned_abs() as usize % 3], 30, 60),
                (false, false) => (Hold::None, 0, 600),
            };
            let state = observe_breach(since, health, hold, UnixSeconds::new(now));
            if breached.first().is_some_and(|first| now - first >= most) {
                class(hits, classes[5], health < 0 && most == 600);
                class(hits, classes[8], health < 0 && most == 60);
                breached.clear();
            }
            class(hits, classes[3], health >= 0 && !breached.is_empty());
            if health >= 0 {
                breached.clear();
                prop_assert_eq!(state, BreachState::Healthy);
                class(hits, classes[4], true);
            } else {
                breached.push(now);
                let first = UnixSeconds::new(breached[0]);
                let lasted = now - breached[0] >= must;
                let expected = match lasted {
                    true => BreachState::Liquidatable(first),
                    false => BreachState::Held(first),
                };
                prop_assert_eq!(state, expected);
                class(hits, classes[0], must == 0);
                class(hits, classes[1], must == 300 && lasted);
                class(hits, classes[2], must == 300 && !lasted);
                class(hits, classes[6], must == 30 && !lasted);
                class(hits, classes[7], must == 30 && lasted);
            }
            since = state.since();
        }
        Ok(())
    });
}

#[test]
fn each_slot_of_a_collateral_is_a_reason_of_its_own() {
    let mut bytes = [Hold::None, Hold::Surface].map(|hold| hold as u8).to_vec();
    bytes.extend(FAR.map(|hold| hold as u8));
    assert_eq!(bytes, [0, 1, 2, 3, 4]);
    let slots = [0, 1].map(Hold::of_collateral);
    assert_eq!(slots, [Hold::FirstCollateral, Hold::SecondCollateral]);
}

#[test]
fn a_time_in_the_future_gains_and_loses_nothing() {
    let now = UnixSeconds::new(START);
    let state = observe_breach(Some(now.plus(1_000)), -1, Hold::Surface, now);
    assert_eq!(state, BreachState::Held(now));
    let later = now.plus(HOLD_SECONDS);
    let state = observe_breach(state.since(), -1, Hold::Surface, later);
    assert_eq!(state, BreachState::Liquidatable(now));
}
