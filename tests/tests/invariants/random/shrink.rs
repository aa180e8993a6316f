//! Makes a failing list of actions shorter, by leaving out whatever is not needed to fail.

use std::time::{Duration, Instant};

use super::action::Action;
use super::play::Play;
use super::run;
use backstop_testkit::invariants::Violation;

/// How long to look for a shorter list.
const PATIENCE: Duration = Duration::from_secs(120);

/// The shortest list found that breaks the same rule.
pub fn shrink(opening: &Play, actions: Vec<Action>, violation: &Violation) -> Vec<Action> {
    let fails = |actions: &[Action]| match run(opening, actions) {
        Err(found) => found.invariant == violation.invariant,
        Ok(_) => false,
    };
    shorten(actions, fails, Instant::now() + PATIENCE)
}

/// Leaves out ever smaller pieces as long as what is left `fails`.
fn shorten(
    mut actions: Vec<Action>,
    fails: impl Fn(&[Action]) -> bool,
    until: Instant,
) -> Vec<Action> {
    let mut piece = actions.len().div_ceil(2);
    while piece > 0 {
        let mut start = 0;
        while start < actions.len() && Instant::now() < until {
            let end = (start + piece).min(actions.len());
            let rest: Vec<_> = actions[..start]
                .iter()
                .chain(&actions[end..])
                .copied()
                .collect();
            match fails(&rest) {
                true => actions = rest,
                false => start = end,
            }
        }
        piece /= 2;
    }
    actions
}

#[test]
fn only_what_is_needed_to_fail_is_left() {
    let actions = super::action::generate(1, 100);
    let (one, other) = (actions[17].size, actions[80].size);
    let fails = |list: &[Action]| {
        [one, other]
            .iter()
            .all(|size| list.iter().any(|action| action.size == *size))
    };
    let shortest = shorten(actions, fails, Instant::now() + PATIENCE);
    assert_eq!(
        shortest
            .iter()
            .map(|action| action.size)
            .collect::<Vec<_>>(),
        [one, other]
    );
}
