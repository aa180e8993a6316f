//! The reference tables through the binary.

mod common;

use common::{lines, price};

const EUROPEAN: &str = include_str!("../../../crates/risk/tests/vectors/european.csv");
const AMERICAN: &str = include_str!("../../../crates/risk/tests/vectors/american.csv");
const LITERATURE: &str = include_str!("../../../crates/risk/tests/vectors/literature.csv");
const PEAK: f64 = 0.398_942_280_401_432_7;
const ADDED: &str = ",bs_price,bs_delta,bs_gamma,bs_vega,bs_theta_per_year,bs_lower,bs_upper";

/// Rows of a table without quotes, as numbers by column.
struct Table {
    names: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    fn new(lines: &[String]) -> Self {
        let cells = |line: &String| line.split(',').map(String::from).collect();
        Self {
            names: cells(&lines[0]),
            rows: lines[1..].iter().map(cells).collect(),
        }
    }

    fn number(&self, row: &[String], column: &str) -> f64 {
        let at = self.names.iter().position(|name| name == column);
        row[at.expect("a column")].parse().expect("a number")
    }
}

#[test]
fn european_table_is_priced_and_kept() {
    let output = price(EUROPEAN.as_bytes());
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty());
    let got = lines(&output.stdout);
    assert_eq!(got.len(), 4_001);
    assert!(got[0].ends_with(ADDED));
    for (before, after) in EUROPEAN.lines().zip(&got) {
        assert!(after.starts_with(&format!("{before},")));
    }
    let table = Table::new(&got);
    for row in &table.rows {
        let number = |column| table.number(row, column);
        let miss = |ours, theirs| (number(ours) - number(theirs)).abs();
        let spot = number("S");
        let root = (number("T_seconds") / 31_536_000.0).sqrt();
        let s = number("sigma") * root;
        assert!(miss("bs_price", "price") <= 1e-11 * spot.max(number("K")));
        assert!(miss("bs_delta", "delta") <= 1e-10);
        assert!(miss("bs_gamma", "gamma") * spot <= 1e-10 * PEAK / s);
        assert!(miss("bs_vega", "vega") <= 1e-10 * PEAK * root * spot);
        let scale = spot * PEAK * s / (root * root) + spot.max(number("K"));
        assert!(miss("bs_theta_per_year", "theta_per_year") <= 1e-10 * scale);
        assert!(number("bs_price") >= 0.0 && !row.last().expect("cells").starts_with('-'));
        assert_eq!(number("bs_lower"), number("bs_price"));
        assert_eq!(number("bs_upper"), number("bs_price"));
    }
}

#[test]
fn american_table_lies_inside_the_bounds() {
    let mut input = String::new();
    for (at, line) in AMERICAN.lines().enumerate() {
        input += if at == 0 { "style," } else { "A," };
        input += line;
        input += "\r\n";
    }
    let output = price(input.as_bytes());
    assert_eq!(output.status.code(), Some(0));
    let got = lines(&output.stdout);
    assert_eq!(got.len(), 1_601);
    let table = Table::new(&got);
    let mut wide = 0;
    for row in &table.rows {
        let number = |column| table.number(row, column);
        let slack = 1e-12 * number("S").max(number("K"));
        assert!(number("bs_lower") <= number("price") + slack);
        assert!(number("price") <= number("bs_upper") + slack);
        assert!((number("bs_price") - number("european_price")).abs() <= slack);
        wide += u32::from(number("bs_upper") > number("bs_lower"));
    }
    assert!(wide > 500, "bounds that differ: {wide}");
}

/// The literature table names its time in years and quotes fields that contain commas.
#[test]
fn quoted_fields_are_kept() {
    let mut input = String::from("T_seconds,");
    input += LITERATURE.lines().next().expect("a header");
    for line in LITERATURE.lines().skip(1) {
        input += &format!("\n31536000,{line}");
    }
    let output = price(input.as_bytes());
    assert_eq!(output.status.code(), Some(0));
    let got = lines(&output.stdout);
    assert_eq!(got.len(), 138);
    for (before, after) in input.lines().zip(&got) {
        assert!(after.starts_with(&format!("{before},")));
    }
}
