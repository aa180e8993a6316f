//! Books that close in every shipped market and with prices from files.

use super::{assert_books_close, candles, play};

#[test]
fn march_2020_ends_with_its_books_closed() {
    assert_books_close(&play(&["--scenario", "march-2020"]));
}

#[test]
fn may_2021_ends_with_its_books_closed() {
    assert_books_close(&play(&["--scenario", "may-2021"]));
}

#[test]
fn real_minutes_of_the_crash_run_with_default_and_with_stressed_settings() {
    let file = candles("sol-usdt-1m-2025-10-10.csv");
    assert_books_close(&play(&["--candles", &file]));
    assert_books_close(&play(&[
        "--candles",
        &file,
        "--scenario",
        "october-2025-stressed",
    ]));
}

#[test]
fn every_row_of_a_file_is_replayed_and_expiry_is_an_hour_later() {
    let file = candles("calm.csv");
    let recording = play(&["--candles", &file]);
    let input = super::input(&["--candles", &file]);
    let replayed: Vec<i64> = recording.price.iter().map(|step| step.at).collect();
    assert!(input
        .path
        .steps()
        .iter()
        .all(|step| replayed.contains(&step.at)));
    assert_eq!(replayed.last(), Some(&input.expiry_at()));
}

#[test]
fn prices_far_from_ours_are_scaled_to() {
    // The same hour of a coin worth a hundred-thousandth and of one worth a hundred thousand.
    for (name, factor) in [("tiny", 1e-7), ("huge", 1e3)] {
        let file =
            std::env::temp_dir().join(format!("backstop-demo-{name}-{}.csv", std::process::id()));
        let text = std::fs::read_to_string(candles("calm.csv")).expect("readable");
        std::fs::write(&file, scaled(&text, factor)).expect("written");
        let recording = play(&["--candles", &file.display().to_string()]);
        assert_books_close(&recording);
        std::fs::remove_file(file).expect("removed");
    }
}

/// Prices of a candle file times a factor, nine digits after the point.
fn scaled(text: &str, factor: f64) -> String {
    let line = |(index, line): (usize, &str)| {
        let cell = |(column, cell): (usize, &str)| match cell.parse::<f64>() {
            Ok(price) if index > 0 && (1..5).contains(&column) => format!("{:.9}", price * factor),
            _ => cell.to_owned(),
        };
        let cells: Vec<String> = line.split(',').enumerate().map(cell).collect();
        cells.join(",") + "\n"
    };
    text.lines().enumerate().map(line).collect()
}

#[test]
fn prices_the_program_cannot_read_are_refused_in_words() {
    for (name, factor) in [("dust", 1e-9), ("absurd", 1e6)] {
        let file =
            std::env::temp_dir().join(format!("backstop-demo-{name}-{}.csv", std::process::id()));
        let text = std::fs::read_to_string(candles("calm.csv")).expect("readable");
        std::fs::write(&file, scaled(&text, factor)).expect("written");
        let input = super::input(&["--candles", &file.display().to_string()]);
        let refused =
            backstop_simulator::chain::replay(&input, backstop_simulator::chain::Progress::Silent);
        let error = refused.expect_err(name).to_string();
        assert!(
            error.contains("the program takes 0.000001 to 10,000,000"),
            "{error}"
        );
        std::fs::remove_file(file).expect("removed");
    }
}
