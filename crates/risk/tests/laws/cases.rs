//! Runs a property on random cases and counts how often each class of case was met.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseResult, TestRunner};
use std::cell::RefCell;
use std::fmt::Debug;

/// Cases of every property.
pub const CASES: u32 = 10_000;

/// A name and the cases it stands for.
pub type Class<T> = (&'static str, fn(&T) -> bool);

/// Runs `property` on 10 000 cases, prints how often each class was met, and fails if one was met in
/// fewer than a hundredth of them.
pub fn for_all<T: Debug>(
    name: &str,
    cases: impl Strategy<Value = T>,
    classes: &[Class<T>],
    property: impl Fn(&T) -> TestCaseResult,
) {
    let counts = RefCell::new(vec![0u32; classes.len()]);
    let config = Config {
        cases: CASES,
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..Config::default()
    };
    let result = TestRunner::new(config).run(&cases, |case| {
        for (count, (_, holds)) in counts.borrow_mut().iter_mut().zip(classes) {
            *count += u32::from(holds(&case));
        }
        property(&case)
    });
    if let Err(error) = result {
        panic!("{name}: {error}");
    }
    for (count, (class, _)) in counts.into_inner().into_iter().zip(classes) {
        println!("{name}: {class} {count} of {CASES}");
        assert!(
            count >= CASES / 100,
            "{name}: {class} met only {count} times"
        );
    }
}
