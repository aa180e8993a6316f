//! The tables of `docs/risk.md` are those of the code, and the tests `docs/accuracy.md` names exist.

use backstop_risk::{fixed, params};
use std::fmt::Write;
use std::path::Path;

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
fn every_parameter_is_documented() {
    assert_documented(params::TABLE.iter().map(|p| {
        let (default, min, max) = (spaced(p.default), spaced(p.min), spaced(p.max));
        format!(
            "| `{}` | {} | {default} | {min} … {max} | {} |",
            p.name, p.unit, p.reason
        )
    }));
}

#[test]
fn every_fixed_number_is_documented() {
    assert_documented(fixed::TABLE.iter().map(|f| {
        let unit = f.unit.replace('|', "\\|");
        let name = f.name.replace('|', "\\|");
        format!("| {name} | {unit} | {} | {} |", spaced(f.value), f.reason)
    }));
}

#[test]
fn the_document_names_no_parameter_that_does_not_exist() {
    let names = MODEL.lines().filter_map(|line| {
        line.strip_prefix("| `")?
            .split_once('`')
            .map(|(name, _)| name)
    });
    for name in names {
        assert!(
            params::TABLE.iter().any(|p| p.name == name),
            "no parameter {name}"
        );
    }
}

/// The sources below a folder, one after the other.
fn sources(folder: &Path, all: &mut String) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, all);
        } else if path.extension().is_some_and(|end| end == "rs") {
            all.push_str(&std::fs::read_to_string(&path).expect("text"));
        }
    }
}

#[test]
fn every_test_the_accuracy_document_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut all = String::new();
    for folder in [
        "crates/quantities/tests",
        "crates/risk/tests",
        "app/cli/tests",
    ] {
        sources(&root.join(folder), &mut all);
    }
    let document = include_str!("../../../docs/accuracy.md");
    let named = document.split('`').skip(1).step_by(2);
    let tests: Vec<&str> = named
        .filter(|name| {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            name.matches('_').count() > 1 && name.chars().all(plain)
        })
        .collect();
    assert!(tests.len() > 50, "only {}", tests.len());
    for test in tests {
        assert!(all.contains(&format!("fn {test}(")), "no test {test}");
    }
}
