//! Candle files: the layouts accepted, and one test per way in which a file can be wrong.

use std::path::{Path, PathBuf};

use backstop_simulator::candles::{CandleError, Candles, Column, Rule};
use backstop_simulator::price_text::PriceTextError;

const HEADER: &str = "open_time_unix,open,high,low,close\n";
const FIRST: &str = "1760130480,100,110,90,105\n";
const SECOND: &str = "1760130540,105,106,104,105\n";
const THIRD: &str = "1760130600,105,106,104,105\n";

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name)
}

fn parse(text: &str) -> Result<Candles, CandleError> {
    Candles::parse("f.csv", text.as_bytes())
}

/// The error of a file, checked to name the file and, where there is one, the line.
fn broken(text: &str) -> (Option<usize>, Rule) {
    let error = parse(text).expect_err(text);
    let sentence = error.to_string();
    assert!(sentence.starts_with("f.csv"), "{sentence}");
    if let Some(line) = error.line {
        assert!(sentence.contains(&format!("line {line}: ")), "{sentence}");
    }
    (error.line, error.rule)
}

#[test]
fn the_real_crash_is_read_whole() {
    let candles = Candles::load(&data("sol-usdt-1m-2025-10-10.csv")).expect("valid");
    assert_eq!((candles.rows().len(), candles.step_seconds()), (38, 60));
    let low = candles.rows().iter().map(|row| row.low_price).min();
    assert_eq!(low, Some(141_280_000_000));
}

#[test]
fn klines_in_any_unit_equal_the_named_layout() {
    let named = Candles::load(&data("calm.csv")).expect("valid");
    let klines = Candles::load(&data("calm-klines.csv")).expect("valid");
    assert_eq!(named, klines);
    let rows = |unit: &str| format!("1760130480{unit},1,2,1,2,x,y\n1760130540{unit},2,2,2,2,x,y\n");
    let seconds = parse(&rows("")).expect("seconds");
    assert_eq!(seconds, parse(&rows("000")).expect("milliseconds"));
    assert_eq!(seconds, parse(&rows("000000")).expect("microseconds"));
}

#[test]
fn columns_may_stand_anywhere_and_lines_end_anyhow() {
    let moved = "\u{feff}volume, Close ,low,high,open,open_time_unix\r\n7,105,90,110,100,1760130480\r\n\r\n\n";
    assert_eq!(parse(moved), parse(&format!("{HEADER}{FIRST}")));
}

#[test]
fn no_rows() {
    for text in ["", "\n \n", HEADER, "\u{feff}"] {
        assert_eq!(broken(text), (None, Rule::NoRows), "{text:?}");
    }
}

#[test]
fn headers() {
    assert_eq!(
        broken("time,open,high,low,close\n"),
        (Some(1), Rule::HeaderLacks(Column::OpenTime))
    );
    assert_eq!(
        broken("open_time_unix;open;high;low;close\n"),
        (Some(1), Rule::HeaderLacks(Column::OpenTime))
    );
    assert_eq!(
        broken("open_time_unix,open,high,low\n"),
        (Some(1), Rule::HeaderLacks(Column::Close))
    );
    assert_eq!(
        broken("open_time_unix,open,high,low,close,low\n"),
        (Some(1), Rule::HeaderRepeats(Column::Low))
    );
    assert_eq!(
        broken("hello world\n"),
        (Some(1), Rule::HeaderLacks(Column::OpenTime))
    );
}

#[test]
fn text_and_short_rows() {
    let (line, rule) = broken(&format!("{HEADER}{FIRST}1760130540,105,abc,104,105\n"));
    let text = "abc".to_owned();
    assert_eq!(
        (line, rule),
        (
            Some(3),
            Rule::BadPrice {
                column: Column::High,
                text,
                reason: PriceTextError::NotANumber
            }
        )
    );
    assert_eq!(
        broken(&format!("{HEADER}1760130480,100,110\n")),
        (Some(2), Rule::FieldMissing(Column::Low))
    );
    assert_eq!(
        broken(&format!("{HEADER}{FIRST}\n{SECOND}")),
        (Some(3), Rule::BlankLine)
    );
    let text = "noon".to_owned();
    assert_eq!(
        broken(&format!("{HEADER}noon,1,1,1,1\n")),
        (Some(2), Rule::BadTime { text })
    );
}

#[test]
fn bad_prices() {
    let cases = [
        ("-5", PriceTextError::Negative),
        ("0", PriceTextError::Zero),
        ("", PriceTextError::NotANumber),
        ("NaN", PriceTextError::NotANumber),
        ("1e3", PriceTextError::NotANumber),
        ("99999999999", PriceTextError::TooLarge),
        ("1.0000000001", PriceTextError::TooFine),
    ];
    for (text, reason) in cases {
        let (line, rule) = broken(&format!("{HEADER}1760130480,{text},110,90,105\n"));
        assert_eq!(
            (line, rule),
            (
                Some(2),
                Rule::BadPrice {
                    column: Column::Open,
                    text: text.into(),
                    reason
                }
            )
        );
    }
}

#[test]
fn impossible_rows() {
    let row = |prices: &str| broken(&format!("{HEADER}{FIRST}1760130540,{prices}\n"));
    assert_eq!(row("105,104,106,105"), (Some(3), Rule::HighBelowLow));
    assert_eq!(row("105,104,103,104"), (Some(3), Rule::HighBelowBody));
    assert_eq!(row("105,106,105.5,106"), (Some(3), Rule::LowAboveBody));
}

#[test]
fn absurd_jumps() {
    let one = 1_000_000_000;
    let inside = broken(&format!("{HEADER}1760130480,100,1001,100,105\n"));
    assert_eq!(
        inside,
        (
            Some(2),
            Rule::Jump {
                from_price: 100 * one,
                to_price: 1_001 * one
            }
        )
    );
    let down = broken(&format!("{HEADER}{FIRST}1760130540,10,10,10,10\n"));
    assert_eq!(
        down,
        (
            Some(3),
            Rule::Jump {
                from_price: 105 * one,
                to_price: 10 * one
            }
        )
    );
    assert!(
        parse(&format!("{HEADER}{FIRST}1760130540,1050,1050,1050,1050\n")).is_ok(),
        "tenfold is the limit"
    );
}

#[test]
fn order_duplicates_and_gaps() {
    let (at, previous_at) = (1_760_130_480, 1_760_130_540);
    assert_eq!(
        broken(&format!("{HEADER}{SECOND}{FIRST}")),
        (Some(3), Rule::WrongOrder { at, previous_at })
    );
    assert_eq!(
        broken(&format!("{HEADER}{FIRST}{FIRST}")),
        (Some(3), Rule::Duplicate { at })
    );
    let late = "1760130780,105,106,104,105\n";
    let gap = Rule::Gap {
        at: 1_760_130_780,
        expected_at: 1_760_130_660,
        step_seconds: 60,
    };
    assert_eq!(
        broken(&format!("{HEADER}{FIRST}{SECOND}{THIRD}{late}")),
        (Some(5), gap.clone())
    );
    assert!(gap.to_string().contains("missing rows: 2"), "{gap}");
    let odd = "1760130630,105,106,104,105\n";
    let off_grid = Rule::OffGrid {
        at: 1_760_130_630,
        expected_at: 1_760_130_660,
        step_seconds: 60,
    };
    assert_eq!(
        broken(&format!("{HEADER}{FIRST}{SECOND}{THIRD}{odd}")),
        (Some(5), off_grid)
    );
}

#[test]
fn a_gap_is_named_in_its_own_line_without_a_header_too() {
    let late = "1760130780,105,106,104,105\n";
    assert_eq!(broken(&format!("{FIRST}{SECOND}{THIRD}{late}")).0, Some(4));
}

#[test]
fn times_and_steps() {
    let milliseconds = "1760130480000".to_owned();
    let in_seconds_column = broken(&format!("{HEADER}{milliseconds},1,1,1,1\n"));
    assert_eq!(
        in_seconds_column,
        (Some(2), Rule::TimeOutOfRange { text: milliseconds })
    );
    let text = "1760130480500".to_owned();
    assert_eq!(
        broken(&format!("{text},1,1,1,1\n")),
        (Some(1), Rule::TimeNotWholeSecond { text })
    );
    let text = "-60".to_owned();
    assert_eq!(
        broken(&format!("{text},1,1,1,1\n")),
        (Some(1), Rule::TimeOutOfRange { text })
    );
    for step_seconds in [1, 15, 62, 2 * 86_400] {
        let second = 1_760_130_480 + step_seconds;
        let text = format!("{FIRST}{second},105,106,104,105\n");
        assert_eq!(broken(&text), (None, Rule::BadStep { step_seconds }));
    }
}
