//! The fixed numbers of `docs/risk.md` are those of the code; parameters are compared where they are stored, in
//! `crates/interface/tests/numbers.rs`.

use backstop_risk::fixed;
use std::fmt::Write;
use std::path::Path;

#[path = "common/spaced.rs"]
mod spaced;

use spaced::spaced;

const MODEL: &str = include_str!("../../../docs/risk.md");

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

/// Integer constants that are no numbers of the model: sizes of arrays and formats, ranges of the display grade
/// (`docs/pricing.md`) and digits of the kernel's arithmetic.
const APART: [&str; 20] = [
    "COMMON_DEVIATION_Q30",
    "COMMON_TURN",
    "CURVE_POINTS",
    "DOWN_MOVES",
    "EXPIRY_COUNT",
    "MAX_HOLDINGS",
    "MAX_LEGS",
    "MAX_MOVE_LOG_Q30",
    "MAX_RATE_PPB",
    "MAX_RATE_YEARS",
    "MAX_SECONDS",
    "MIN_DEVIATION_Q30",
    "MOVE_COUNT",
    "ONE_E18",
    "PRICE_TO_E18",
    "ROW_COUNT",
    "SCAN_MOVES",
    "SCORED_MOVES",
    "TAIL_COUNT",
    "UNCOVERED_MOVES",
];

/// Names of the integer constants a source shows to others.
fn shown(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            shown(&path, found);
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("text");
        for line in text.lines().map(str::trim_start) {
            let Some((before, rest)) = line.split_once("const ") else {
                continue;
            };
            let Some((name, kind)) = rest.split_once(": ") else {
                continue;
            };
            let is_number = kind.starts_with(['u', 'i']) && kind.contains(" = ");
            if before.starts_with("pub") && is_number && !before.contains("//") {
                found.push(name.to_owned());
            }
        }
    }
}

#[test]
fn every_constant_is_a_fixed_number_or_none_of_the_model() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let table = std::fs::read_to_string(source.join("fixed.rs")).expect("text");
    let used = |name: &str| {
        let is_name = |one: char| one.is_alphanumeric() || one == '_';
        table.split(|one| !is_name(one)).any(|word| word == name)
    };
    let mut found = Vec::new();
    shown(&source, &mut found);
    assert!(found.len() > 60, "{}", found.len());
    let missing: Vec<_> = found
        .iter()
        .filter(|name| !used(name) && !APART.contains(&name.as_str()))
        .collect();
    assert!(missing.is_empty(), "neither fixed nor apart: {missing:?}");
    for name in APART {
        assert!(found.iter().any(|one| one == name), "{name} is gone");
        assert!(!used(name), "{name} is in the table");
    }
}
