//! Runs a property on random cases and counts how often each class of case was met.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseResult, TestRunner};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Cases of every property.
const CASES: u32 = 20_000;

/// Runs the property, which names the class of each case; every class must be met in a hundredth.
pub fn for_all<T: std::fmt::Debug>(
    name: &str,
    classes: &[&'static str],
    cases: impl Strategy<Value = T>,
    property: impl Fn(T, &mut dyn FnMut(&'static str)) -> TestCaseResult,
) {
    let config = Config {
        cases: CASES,
        failure_persistence: None,
        ..Config::default()
    };
    let counts = RefCell::new(BTreeMap::<&str, u32>::new());
    let result = TestRunner::new(config).run(&cases, |case| {
        property(case, &mut |class| {
            *counts.borrow_mut().entry(class).or_default() += 1
        })
    });
    if let Err(error) = result {
        panic!("{name}: {error}");
    }
    let counts = counts.into_inner();
    println!("{name}: {counts:?} of {CASES}");
    for class in classes {
        let count = counts.get(class).copied().unwrap_or(0);
        assert!(count >= CASES / 100, "{name}: {class} only {count} times");
    }
}
