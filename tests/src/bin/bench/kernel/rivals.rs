//! The same European price by other crates: cost, ratio to ours, and how far from the golden value.

use super::super::sheet::Sheet;
use super::codes;
use super::machine::{Costs, Machine};
use super::prices::written;
use super::vectors::{rows, Row};

const EUROPEAN: &str = include_str!("../../../../../crates/risk/tests/vectors/european.csv");
const RIVALS: [(&str, u8); 4] = [
    ("rival_solmath", codes::SOLMATH),
    ("rival_solmath_hp", codes::SOLMATH_HP),
    ("rival_rust_decimal", codes::RUST_DECIMAL),
    ("rival_fixed_cordic", codes::CORDIC),
];
/// A golden row counts as met within a thousandth of max(S, K): a rival that misses computes something else.
const MET: f64 = 1e-3;

/// Rows every rival can take: positive rates (one of them knows no others), a day to two years, prices
/// from 1 to 100 000, volatility up to 200 %, strikes within a third of the spot.
fn fair(row: &Row) -> bool {
    let (spot, strike) = (row.number("S"), row.number("K"));
    row.number("r") > 0.0
        && (86_400.0..63_072_000.0).contains(&row.number("T_seconds"))
        && (1.0..100_000.0).contains(&spot.min(strike))
        && spot.max(strike) < 100_000.0
        && (0.75..1.33).contains(&(spot / strike))
        && row.number("sigma") <= 2.0
}

/// Median cost (a crate's luckier half is not held against it), ratio to our dearest price, and the
/// largest error.
pub fn measure(machine: &mut Machine, sheet: &mut Sheet) {
    let ours = sheet.value("price_european");
    let mut rows = rows(EUROPEAN);
    rows.retain(fair);
    assert!(rows.len() > 300, "only {} rows", rows.len());
    for (name, code) in RIVALS {
        let (mut costs, mut worst) = (Costs::default(), 0f64);
        for row in &rows {
            let got = machine.ask(code, &written(&row.terms()));
            let got = got.unwrap_or_else(|| panic!("{name} refuses {:?}", row.terms()));
            let price_e18 = got.wide(0) as f64 * 1e6;
            let error = (price_e18 - row.e18("price") as f64).abs() / row.unit_e18();
            assert!(
                error < MET,
                "{name}: {error:e} of max(S, K) at {:?}",
                row.terms()
            );
            worst = worst.max(error);
            costs.note(got.cu);
        }
        sheet.set(name, costs.median(), "CU");
        sheet.set_part(
            &format!("{name}_ratio"),
            costs.median() as f64 / ours,
            "times",
        );
        sheet.set_part(&format!("{name}_error"), worst * 1e12, "1e-12");
    }
}
