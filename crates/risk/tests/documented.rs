//! The fixed numbers of `docs/risk.md` are those of the code; parameters are compared where they are stored, in
//! `crates/interface/tests/numbers.rs`.

use backstop_risk::fixed;
use std::fmt::Write;

const MODEL: &str = include_str!("../../../docs/risk.md");

/// 1234567 as `1 234 567`.
fn spaced(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// Fails with the rows to paste.
fn assert_documented(rows: impl Iterator<Item = String>) {
    let mut missing = String::new();
    let mut count = 0;
    for row in rows {
        count += 1;
        if !MODEL.lines().any(|line| line == row) {
            writeln!(missing, "{row}").expect("memory");
        }
    }
    println!("{count} rows");
    assert!(missing.is_empty(), "not in docs/risk.md:\n{missing}");
}

#[test]
fn every_fixed_number_is_documented() {
    assert_documented(fixed::TABLE.iter().map(|f| {
        let unit = f.unit.replace('|', "\\|");
        let name = f.name.replace('|', "\\|");
        format!("| {name} | {unit} | {} | {} |", spaced(f.value), f.reason)
    }));
}
