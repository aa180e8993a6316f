//! Reads the reference tables into terms and integers scaled 1e18.

use backstop_quantities::{Ppb, Price};
use backstop_risk::display::Terms;
use backstop_risk::pricing::Kind;
use std::collections::HashMap;

/// Decimal text, with or without an exponent, scaled 10^digits; further digits are cut.
pub fn scaled(text: &str, digits: i32) -> i128 {
    let (number, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let (sign, number) = number
        .strip_prefix('-')
        .map_or((1, number), |rest| (-1, rest));
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let exponent = exponent.parse::<i64>().expect("an exponent");
    let point = whole.len() as i64 + exponent + i64::from(digits);
    let kept: String = format!("{whole}{fraction}")
        .chars()
        .chain(std::iter::repeat('0'))
        .take(point.max(0) as usize)
        .collect();
    sign * kept.parse::<i128>().unwrap_or(0)
}

pub struct Row(HashMap<String, String>);

impl Row {
    pub fn text(&self, column: &str) -> &str {
        &self.0[column]
    }

    pub fn e18(&self, column: &str) -> i128 {
        scaled(self.text(column), 18)
    }

    pub fn number(&self, column: &str) -> f64 {
        self.text(column).parse().expect("a number")
    }

    /// Terms of a row; a missing q is 0, a time in years is rounded to the second.
    pub fn terms(&self) -> Terms {
        let e9 = |column: &str| scaled(self.text(column), 9);
        let seconds = match self.0.get("T_seconds") {
            Some(text) => text.parse().expect("seconds"),
            None => (self.number("T_years") * 31_536_000.0).round() as i64,
        };
        Terms {
            kind: match self.text("type") {
                "C" => Kind::Call,
                _ => Kind::Put,
            },
            spot: Price::new(e9("S") as u64),
            strike: Price::new(e9("K") as u64),
            seconds,
            rate_ppb: e9("r") as i64,
            yield_ppb: self.0.get("q").map_or(0, |text| scaled(text, 9) as i64),
            vol: Ppb::new(e9("sigma") as u64),
        }
    }

    /// The larger of spot and strike, scaled 1e18.
    pub fn unit_e18(&self) -> f64 {
        self.number("S").max(self.number("K")) * 1e18
    }
}

/// Fields of a line; a field in quotes may contain commas.
fn fields(line: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut quoted = false;
    for character in line.chars() {
        match character {
            '"' => quoted = !quoted,
            ',' if !quoted => all.push(String::new()),
            _ => all.last_mut().expect("one field").push(character),
        }
    }
    all
}

pub fn rows(text: &str) -> Vec<Row> {
    let mut lines = text.lines();
    let names = fields(lines.next().expect("a header"));
    let row = |line: &str| Row(names.iter().cloned().zip(fields(line)).collect());
    lines.map(row).collect()
}
