//! The reference tables through the binary.

mod common;

use common::{lines, price};

const EUROPEAN: &str = include_str!("../../../crates/risk/tests/vectors/european.csv");
const AMERICAN: &str = include_str!("../../../crates/risk/tests/vectors/american.csv");
const LITERATURE: &str = include_str!("../../../crates/risk/tests/vectors/literature.csv");
/// 1e24: numbers are read to so many parts, and what is finer is cut.
const ONE: i128 = 1_000_000_000_000_000_000_000_000;
/// 1e15: from 1e-24 to 1e-9.
const COARSE: i128 = 1_000_000_000_000_000;
/// The peak of the normal density, 1 / sqrt(2 pi), in 1e-9.
const PEAK_E9: i128 = 398_942_280;
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

    /// In 1e-24.
    fn number(&self, row: &[String], column: &str) -> i128 {
        let at = self.names.iter().position(|name| name == column);
        e24(&row[at.expect("a column")])
    }
}

/// A decimal in 1e-24, finer digits cut.
fn e24(text: &str) -> i128 {
    let (number, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let (negative, number) = match number.strip_prefix('-') {
        Some(number) => (true, number),
        None => (false, number),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let places = 24 + exponent.parse::<i64>().expect("an exponent") - fraction.len() as i64;
    let digits = [whole, fraction].concat();
    let kept = digits.len() as i64 + places.min(0);
    let kept = digits.get(..kept.max(0) as usize).expect("ASCII");
    let mantissa: i128 = match kept {
        "" => 0,
        kept => kept.parse().expect("digits"),
    };
    let size = mantissa * 10i128.pow(places.max(0) as u32);
    if negative {
        -size
    } else {
        size
    }
}

#[test]
fn decimals_are_read_exactly() {
    for (text, number) in [
        ("1", ONE),
        ("-0.25", -ONE / 4),
        ("2.5e-8", ONE / 40_000_000),
        ("1e2", 100 * ONE),
        ("0.0000000000000000000000019", 1),
        ("1.9e-24", 1),
        ("9e-25", 0),
        ("123e-40", 0),
    ] {
        assert_eq!(e24(text), number, "{text}");
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
        let e9 = |column| number(column) / COARSE;
        let larger = number("S").max(number("K"));
        let root_e9 = (number("T_seconds") / 1_000_000 / 31_536_000).isqrt();
        let s_e9 = e9("sigma") * root_e9 / 1_000_000_000;
        assert!(miss("bs_price", "price") <= larger / 100_000_000_000);
        assert!(miss("bs_delta", "delta") <= ONE / 10_000_000_000);
        // Of the largest over S: gamma S is PEAK / s there, vega / S is PEAK sqrt(T); 1e-10 of it.
        let gamma_e42 = miss("bs_gamma", "gamma") * e9("S") * s_e9;
        assert!(gamma_e42 <= PEAK_E9 * (ONE / 10));
        let vega_e27 = PEAK_E9 * root_e9 * e9("S");
        assert!(miss("bs_vega", "vega") <= vega_e27 / 10_000_000_000_000);
        let decay_e18 = e9("S") * PEAK_E9 * e9("sigma") / root_e9;
        let scale = decay_e18 * 1_000_000 + larger;
        assert!(miss("bs_theta_per_year", "theta_per_year") <= scale / 10_000_000_000);
        assert!(number("bs_price") >= 0 && !row.last().expect("cells").starts_with('-'));
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
        let slack = number("S").max(number("K")) / 1_000_000_000_000;
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
