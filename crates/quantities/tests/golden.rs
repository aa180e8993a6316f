//! Fixed-point functions against 40-digit values, cut to 17 digits.

use backstop_quantities::bits::bit_length;
use backstop_quantities::explog::{exp_q30, ln_q30, ln_ratio_q30};
use backstop_quantities::normal::{cdf_q30, pdf_q30, LINES, LINE_COUNT};
use backstop_quantities::root::{isqrt, sqrt_years_q30};

const Q30: f64 = 1_073_741_824.0;

fn rows(text: &str) -> impl Iterator<Item = Vec<f64>> + '_ {
    let numbers = |line: &str| {
        line.split(',')
            .map(|cell| cell.parse().expect("a number"))
            .collect()
    };
    text.lines().skip(1).map(numbers)
}

#[test]
fn logarithm_meets_its_bound() {
    let mut seen = 0;
    for row in rows(include_str!("vectors/ln.csv")) {
        // A ratio of two integers near the value; its own logarithm is the truth.
        let (numerator, denominator) = if row[0] < 1.0 {
            (1u64 << 33, ((1u64 << 33) as f64 / row[0]) as u64)
        } else {
            ((row[0] * (1u64 << 30) as f64) as u64, 1u64 << 30)
        };
        let truth = (numerator as f64 / denominator as f64).ln();
        let got = ln_ratio_q30(numerator, denominator).expect("positive") as f64 / Q30;
        assert!(
            (truth - row[1]).abs() < 1e-6,
            "the ratio represents {row:?}"
        );
        assert!(
            (got - truth).abs() < 3.0 / Q30,
            "{row:?}: {got} for {truth}"
        );
        let fixed = (row[0] * Q30) as u64;
        let truth = (fixed as f64 / Q30).ln();
        if let Some(got) = ln_q30(fixed) {
            let got = got as f64 / Q30;
            assert!((got - truth).abs() < 3.0 / Q30, "{fixed}: {got}");
        }
        seen += 1;
    }
    assert!(seen >= 60);
}

#[test]
fn logarithm_refuses_zero() {
    assert_eq!((ln_q30(0), ln_q30(1 << 30)), (None, Some(0)));
    assert_eq!(ln_ratio_q30(0, 1), None);
    assert_eq!(ln_ratio_q30(1, 0), None);
    assert_eq!(ln_ratio_q30(7, 7), Some(0));
}

#[test]
fn exponential_meets_its_bound() {
    let mut seen = 0;
    for row in rows(include_str!("vectors/exp.csv")) {
        let x = (row[0] * Q30) as i64;
        let truth = (x as f64 / Q30).exp();
        let got = exp_q30(x) as f64 / Q30;
        let bound = 2e-9 * truth + 1.5 / Q30;
        assert!((truth / row[1] - 1.0).abs() < 1e-7, "x represents {row:?}");
        assert!((got - truth).abs() <= bound, "{row:?}: {got} for {truth}");
        seen += 1;
    }
    assert!(seen >= 60);
}

#[test]
fn exponential_is_held_at_the_ends() {
    assert_eq!(exp_q30(i64::MIN), 0);
    assert_eq!(exp_q30(i64::MAX), u64::MAX);
    assert_eq!(exp_q30(0), 1 << 30);
}

#[test]
fn normal_meets_its_bound() {
    let mut seen = 0;
    for row in rows(include_str!("vectors/normal.csv")) {
        let x = (row[0] * Q30).round() as i64;
        let cdf = cdf_q30(x) as f64 / Q30;
        let pdf = pdf_q30(x) as f64 / Q30;
        assert!((cdf - row[1]).abs() < 7e-8, "cdf {row:?}: {cdf}");
        assert!((pdf - row[2]).abs() < 3e-6, "pdf {row:?}: {pdf}");
        seen += 1;
    }
    assert!(seen >= 100);
}

/// Pins the table the compiler computes: one line without a gap, its mirror, and the nodes at whole
/// numbers against printed values of the normal distribution, moved outwards by h^2/16 x phi(x).
#[test]
fn normal_table_is_what_it_was() {
    assert_eq!(LINES.len(), LINE_COUNT);
    for (low, high) in LINES.iter().zip(LINES.iter().rev()) {
        assert_eq!(low.start + high.start + high.rise, 1 << 30);
    }
    for (line, next) in LINES.iter().zip(&LINES[1..]) {
        assert_eq!(line.start + line.rise, next.start);
    }
    for (x, cdf, pdf) in [
        (0usize, 0.5, 0.398_942_280_401_432_7),
        (1, 0.841_344_746_068_542_9, 0.241_970_724_519_143_37),
        (2, 0.977_249_868_051_820_8, 0.053_990_966_513_188_06),
        (4, 0.999_968_328_758_166_9, 0.000_133_830_225_764_885_37),
    ] {
        let line = LINES[3_072 + 512 * x];
        let outwards = x as f64 * pdf / (512.0 * 512.0 * 16.0);
        assert_eq!(line.start, ((cdf + outwards) * Q30).round() as u32, "{x}");
    }
}

#[test]
fn normal_never_falls() {
    let mut before = 0;
    for x in (-(7i64 << 30)..=(7i64 << 30)).step_by(1 << 11) {
        let now = cdf_q30(x);
        assert!(now >= before, "falls at {x}: {before} to {now}");
        before = now;
    }
    assert_eq!((cdf_q30(i64::MIN), pdf_q30(i64::MIN)), (0, 0));
    assert_eq!((cdf_q30(i64::MAX), pdf_q30(i64::MAX)), (1 << 30, 0));
}

#[test]
fn bits_and_roots_are_those_of_the_library() {
    let around = |bit: u32| [(1u64 << bit) - 1, 1 << bit, (1 << bit) + 1];
    let squares = (1u64..1 << 32).step_by(12_345_677).map(|r| r * r);
    let near = squares.flat_map(|q| [q - 1, q, q + 1]);
    let ends = [0, u64::MAX - 1, u64::MAX, (1 << 32) - 1, u64::MAX << 32];
    for value in (0..64).flat_map(around).chain(near).chain(ends) {
        assert_eq!(bit_length(value), 64 - value.leading_zeros(), "{value}");
        assert_eq!(isqrt(value), value.isqrt(), "{value}");
    }
}

#[test]
fn root_of_time_meets_its_bound() {
    for seconds in [
        0i64, 1, 60, 3_600, 86_400, 2_592_000, 31_536_000, 94_608_000,
    ] {
        let truth = (seconds as f64 / 31_536_000.0).sqrt();
        let got = sqrt_years_q30(seconds) as f64 / Q30;
        let bound = truth * 7.7e-6 / (seconds as f64).sqrt().max(1.0) + 2.0 / Q30;
        assert!((got - truth).abs() <= bound, "{seconds}: {got} for {truth}");
    }
    assert_eq!(sqrt_years_q30(-5), 0);
    assert_eq!(sqrt_years_q30(i64::MAX), sqrt_years_q30(4 * 31_536_000));
}
