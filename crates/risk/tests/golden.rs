//! Option prices against 60-digit Black-Scholes values at zero rates.

use backstop_quantities::{Price, Vol};
use backstop_risk::pricing::{intrinsic, option_price, Kind};

/// Decimal text to a number scaled by 10^digits, exactly.
fn scaled(text: &str, digits: usize) -> u64 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    assert!(
        fraction.len() <= digits,
        "{text} has more than {digits} digits"
    );
    format!("{whole}{fraction:0<digits$}")
        .parse()
        .expect("a number")
}

#[test]
fn prices_lie_within_a_millionth() {
    let mut rows = 0;
    let mut worst = 0.0f64;
    for line in include_str!("vectors/european_zero_rate.csv")
        .lines()
        .skip(1)
    {
        let cells: Vec<&str> = line.split(',').collect();
        let kind = if cells[1] == "C" {
            Kind::Call
        } else {
            Kind::Put
        };
        let spot = Price::new(scaled(cells[2], 9));
        let strike = Price::new(scaled(cells[3], 9));
        let seconds = cells[4].parse().expect("seconds");
        let vol = Vol::new(u32::try_from(scaled(cells[5], 6)).expect("volatility"));
        let truth: f64 = cells[6].parse::<f64>().expect("price") * 1e9;
        let got = option_price(kind, spot, strike, vol, seconds);
        let unit = spot.max(strike).get() as f64;
        let error = (got.get() as f64 - truth).abs() / unit;
        worst = worst.max(error);
        assert!(error <= 1e-6 + 1.0 / unit, "{line}: {}", got.get());
        assert!(got >= intrinsic(kind, spot, strike), "{line}");
        rows += 1;
    }
    assert!(rows >= 100, "the vector file is short: {rows}");
    // What the kernel achieves today; tighten, never loosen.
    assert!(worst < 1e-7, "worst error {worst:e}");
    println!("worst error {worst:e} over {rows} rows");
}
