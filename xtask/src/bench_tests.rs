//! Joining measurements with bounds, and the verdict.

use super::*;

fn bounds() -> Value {
    json!({
        "deposit": {"unit": "CU", "ceiling": 1100, "reason": "a promise"},
        "speed": {"unit": "accounts/s", "floor": 50, "reason": "more is better"},
        "other": {"unit": "CU", "reason": "somebody else's, for comparison"},
    })
}

fn rows(deposit: u64, speed: u64) -> Vec<Row> {
    merge(
        &format!("speed {speed} accounts/s\ndeposit {deposit} CU\nother 6000.5 CU\n"),
        &bounds(),
    )
    .unwrap()
}

#[test]
fn the_object_has_the_promised_shape() {
    let expected = json!({
        "deposit": {"value": 1000, "unit": "CU", "ceiling": 1100, "reason": "a promise"},
        "speed": {"value": 60, "unit": "accounts/s", "floor": 50, "reason": "more is better"},
        "other": {"value": 6000.5, "unit": "CU", "ceiling": null, "reason": "somebody else's, for comparison"},
    });
    assert_eq!(object(&rows(1000, 60)), expected);
    verdict(&rows(1000, 60)).unwrap();
}

#[test]
fn a_value_outside_its_bound_and_a_slack_ceiling_fail() {
    let said = |deposit, speed| verdict(&rows(deposit, speed)).unwrap_err().to_string();
    assert!(said(1101, 60).contains("deposit: 1101 CU is above its ceiling 1100"));
    assert!(said(999, 60).contains("the ceiling 1100 is more than 10 % above the value 999"));
    assert!(said(1000, 49).contains("speed: 49 accounts/s is below its floor 50"));
}

#[test]
fn lines_and_bounds_that_do_not_match_are_named() {
    let said = |measured: &str| merge(measured, &bounds()).err().unwrap().to_string();
    assert_eq!(said("deposit 1\n"), "`deposit 1` is not `name value unit`");
    assert_eq!(said("deposit x CU\n"), "`deposit x CU` has no number");
    assert!(said("new 1 CU\n").contains("`new` (1 CU) has no entry"));
    assert!(said("deposit 1 bytes\n").contains("is measured in bytes"));
    assert!(
        said("deposit 1 CU\n").contains("has bounds in bench/ceilings.json but was not measured")
    );
    assert!(said("deposit 1 CU\ndeposit 1 CU\n").contains("measured twice"));
}

#[test]
fn the_table_has_a_line_for_each_row() {
    let text = table(&rows(1000, 60));
    assert_eq!(text.lines().count(), 2 + 3);
    assert!(
        text.contains("| deposit | 1000 | CU | ≤ 1100 | a promise |"),
        "{text}"
    );
    assert!(text.contains("| other | 6000.5 | CU | – |"), "{text}");
}
