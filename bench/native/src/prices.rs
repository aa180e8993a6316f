//! One price, ours in both grades and QuantLib's, on the same options in the same run.

use crate::book::Draft;
use crate::cells::{cells, Cell};
use crate::input::Reader;
use crate::portfolio::Book;
use crate::table::{best_of_parts, Table};
use backstop_quantities::Ppb;
use backstop_risk::display::{european_price, Terms};
use backstop_risk::pricing::{option_price, Kind};
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::hint::black_box;
use std::io::{Error, Write as _};
use std::process::{Command, Stdio};

const PORTFOLIOS: u64 = 100;
const LEGS: usize = 32;
/// Cells of one portfolio.
const PART: usize = 1_056;
/// What QuantLib and the margin grade may differ by, of max(S, K).
const AGREED: f64 = 1e-6;
const YEAR: f64 = 31_536_000.0;

/// The cells of a hundred portfolios.
fn options() -> Vec<Cell> {
    let mut all = Vec::new();
    for seed in 0..PORTFOLIOS {
        let mut book = Book::EMPTY;
        let written = Draft::new(seed).written(LEGS, 0);
        let read = book.read(&mut Reader::new(&written));
        let portfolio = read.and_then(|()| book.portfolio());
        all.extend(cells(&portfolio.expect("it reads what was written")));
    }
    all
}

fn margin_grade(cell: &Cell) -> u64 {
    option_price(cell.kind, cell.spot, cell.strike, cell.vol, cell.seconds).get()
}

fn display_grade(cell: &Cell) -> u128 {
    let terms = Terms {
        kind: cell.kind,
        spot: cell.spot,
        strike: cell.strike,
        seconds: cell.seconds,
        rate_ppb: 0,
        yield_ppb: 0,
        vol: Ppb::new(u64::from(cell.vol.get()) * 1_000),
    };
    european_price(&terms).unwrap_or(0)
}

/// Nanoseconds a price, and the prices in quote.
fn quantlib(program: &OsStr, options: &[Cell]) -> Result<(f64, Vec<f64>), Error> {
    let mut input = format!("{}\n", options.len());
    for cell in options {
        let kind = match cell.kind {
            Kind::Call => 'C',
            Kind::Put => 'P',
        };
        let (spot, strike) = (cell.spot.get() as f64 / 1e9, cell.strike.get() as f64 / 1e9);
        let (vol, years) = (f64::from(cell.vol.get()) / 1e6, cell.seconds as f64 / YEAR);
        let _ = writeln!(input, "{kind} {spot} {strike} {vol} {years}");
    }
    let mut child = Command::new(program)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    // It reads everything before it answers.
    child
        .stdin
        .take()
        .map_or(Ok(()), |mut pipe| pipe.write_all(input.as_bytes()))?;
    let output = child.wait_with_output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let numbers: Option<Vec<f64>> = text.lines().map(|line| line.parse().ok()).collect();
    match numbers.as_deref() {
        Some([time, prices @ ..]) if prices.len() == options.len() => Ok((*time, prices.to_vec())),
        _ => Err(Error::other(
            "QuantLib's program did not answer with a price a line",
        )),
    }
}

/// The two must mean the same.
fn compare(options: &[Cell], theirs: &[f64]) -> Result<f64, Error> {
    let mut worst = 0f64;
    for (cell, theirs) in options.iter().zip(theirs) {
        let unit = cell.spot.max(cell.strike).get() as f64;
        let error = (margin_grade(cell) as f64 - theirs * 1e9).abs() / unit;
        if error > AGREED {
            return Err(Error::other(format!("{cell:?}: QuantLib says {theirs}")));
        }
        worst = worst.max(error);
    }
    Ok(worst)
}

/// Nanoseconds a price and ratios. `in_margin` is what one price costs inside a full margin.
pub fn measure(table: &mut Table, program: &OsStr, in_margin: f64) -> Result<(), Error> {
    let options = options();
    let each = |seconds: f64| seconds * 1e9 / options.len() as f64;
    let margin = each(best_of_parts(&options, PART, |part| {
        let prices = part.iter().map(|cell| margin_grade(black_box(cell)));
        black_box(prices.fold(0, u64::wrapping_add));
    }));
    let display = each(best_of_parts(&options, PART, |part| {
        let prices = part.iter().map(|cell| display_grade(black_box(cell)));
        black_box(prices.fold(0, u128::wrapping_add));
    }));
    let (theirs, prices) = quantlib(program, &options)?;
    let worst = compare(&options, &prices)?;
    table.row(
        "price in a full margin of 32 legs, all of it / (32 x 33)",
        format!("{in_margin:.1} ns"),
    );
    table.row("price alone, margin grade", format!("{margin:.1} ns"));
    table.row("price alone, display grade", format!("{display:.1} ns"));
    table.row(
        "QuantLib `BlackCalculator`, the same options",
        format!("{theirs:.1} ns"),
    );
    table.row(
        "largest difference to it, of max(S, K)",
        format!("{worst:.1e}"),
    );
    table.row(
        "ratio of a price in a full margin",
        format!("{:.1} times", theirs / in_margin),
    );
    table.row(
        "ratio of a margin price alone",
        format!("{:.1} times", theirs / margin),
    );
    table.row(
        "ratio of a display price alone",
        format!("{:.1} times", theirs / display),
    );
    Ok(())
}
