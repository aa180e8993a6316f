//! Fixed-point functions against 40-digit values, cut to 17 digits.

use backstop_quantities::explog::{exp_q30, ln_ratio_q30};
use backstop_quantities::normal::{cdf_q30, pdf_q30, NODES, NODE_COUNT};
use backstop_quantities::root::sqrt_years_q30;

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
        seen += 1;
    }
    assert!(seen >= 60);
}

#[test]
fn logarithm_refuses_zero() {
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
        assert!((cdf - row[1]).abs() < 4e-8, "cdf {row:?}: {cdf}");
        assert!((pdf - row[2]).abs() < 2e-5, "pdf {row:?}: {pdf}");
        seen += 1;
    }
    assert!(seen >= 100);
}

/// Pins the table the compiler computes: exact mirror, ends, and the nodes at whole numbers against
/// printed values of the normal distribution.
#[test]
fn normal_table_is_what_it_was() {
    assert_eq!(NODES.len(), NODE_COUNT);
    for (low, high) in NODES.iter().zip(NODES.iter().rev()) {
        assert_eq!(low.cdf + high.cdf, 1 << 30);
        assert_eq!(low.pdf, high.pdf);
    }
    assert!(NODES.is_sorted_by_key(|node| node.cdf));
    for (x, cdf, pdf) in [
        (0usize, 0.5, 0.398_942_280_401_432_7),
        (1, 0.841_344_746_068_542_9, 0.241_970_724_519_143_37),
        (2, 0.977_249_868_051_820_8, 0.053_990_966_513_188_06),
        (4, 0.999_968_328_758_166_9, 0.000_133_830_225_764_885_37),
    ] {
        let node = NODES[512 + 64 * x];
        assert_eq!(node.cdf, (cdf * Q30).round() as u32, "cdf at {x}");
        assert_eq!(node.pdf, (pdf * Q30).round() as u32, "pdf at {x}");
    }
    let sums = NODES.iter().fold((0u64, 0u64), |s, n| {
        (s.0 + u64::from(n.cdf), s.1 + u64::from(n.pdf))
    });
    // The sum of the cdf follows from the mirror; that of the pdf is 64 * 2^30, being a Riemann sum.
    assert_eq!(sums.0, 1_025 * (1 << 29));
    assert!(sums.1.abs_diff(64 << 30) < 200, "{}", sums.1);
}

#[test]
fn normal_is_monotone_to_its_bound() {
    let mut before = 0;
    for x in (-(9i64 << 30)..=(9i64 << 30)).step_by(1 << 19) {
        let now = cdf_q30(x);
        assert!(now + 43 >= before, "falls at {x}: {before} to {now}");
        before = now;
    }
    assert_eq!(cdf_q30(i64::MIN), 0);
    assert_eq!(cdf_q30(i64::MAX), 1 << 30);
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
