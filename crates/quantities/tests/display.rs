//! Display grade against 40-digit values: every row of the reference tables.

#[path = "common/cases.rs"]
mod cases;

use backstop_quantities::precise::{
    cdf_q60, exp_q60, ln_q56, mul_shift_floor, pdf_q60, signed_mul_shift_floor, sqrt_years_q60,
    ONE_Q56, ONE_Q60,
};
use cases::for_all;
use proptest::prelude::*;

/// Comparisons run on integers scaled 1e18.
const SCALE: i128 = 1_000_000_000_000_000_000;

/// Decimal text, with or without an exponent, as an integer scaled 1e18; further digits are cut.
fn scaled(text: &str) -> i128 {
    let (digits, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let (sign, digits) = digits
        .strip_prefix('-')
        .map_or((1, digits), |rest| (-1, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let point = whole.len() as i32 + exponent.parse::<i32>().expect("an exponent") + 18;
    let all = format!("{whole}{fraction}");
    let kept: String = all
        .chars()
        .chain(std::iter::repeat('0'))
        .take(point.max(0) as usize)
        .collect();
    sign * kept.parse::<i128>().unwrap_or(0)
}

/// A number scaled 1e18 as Q56, saturating.
fn q56(value: i128) -> i64 {
    let rounded = ((value << 57) / SCALE + 1) >> 1;
    rounded.clamp(i64::MIN.into(), i64::MAX.into()) as i64
}

/// Q60 as an integer scaled 1e18.
fn from_q60(value: u64) -> i128 {
    (i128::from(value) * SCALE) >> 60
}

fn rows(text: &'static str) -> Vec<Vec<&'static str>> {
    text.lines()
        .skip(1)
        .map(|line| line.split(',').collect())
        .collect()
}

fn report(what: &str, rows: usize, worst: i128) {
    println!(
        "{what}: worst error {:.2e} over {rows} rows",
        worst as f64 / 1e18
    );
}

#[test]
fn normal_distribution_meets_every_row() {
    let rows = rows(include_str!("vectors/normal_display.csv"));
    assert_eq!(rows.len(), 1_600);
    let (mut worst, mut worst_density) = (0, 0);
    let mut values = Vec::new();
    for row in &rows {
        let x = q56(scaled(row[0]));
        worst = worst.max((from_q60(cdf_q60(x)) - scaled(row[1])).abs());
        worst = worst.max((from_q60(cdf_q60(-x)) - scaled(row[2])).abs());
        worst_density = worst_density.max((from_q60(pdf_q60(x)) - scaled(row[3])).abs());
        assert_eq!(cdf_q60(x) + cdf_q60(-x), ONE_Q60, "{row:?}");
        values.push((x, cdf_q60(x)));
    }
    values.sort_unstable();
    assert!(values.windows(2).all(|pair| pair[0].1 <= pair[1].1));
    report("Phi", rows.len(), worst);
    report("phi", rows.len(), worst_density);
    // 1e-15 and 4e-14; promised is 1e-12 for Phi.
    assert!(worst <= 1_000 && worst_density <= 40_000);
}

/// Every node of the table: what the walk from 0 to 9 accumulates.
#[test]
fn every_node_is_within_its_bound() {
    let rows = rows(include_str!("vectors/normal_nodes.csv"));
    assert_eq!(rows.len(), 2_305);
    let (mut worst, mut worst_density) = (0, 0);
    for row in &rows {
        let x = row[0].parse::<i64>().expect("a node") << 48;
        let miss = |got: u64, text: &str| got.abs_diff(text.parse().expect("a number"));
        worst = worst.max(miss(cdf_q60(x), row[1]));
        worst_density = worst_density.max(miss(pdf_q60(x), row[2]));
    }
    println!("nodes: Phi within {worst}, phi within {worst_density} units of 2^-60");
    // Rounding to the nearest unit may fall either way.
    assert!(worst <= 1 && worst_density <= 1);
}

#[test]
fn normal_distribution_never_falls() {
    let rises = |start: i64, unit: i64| {
        let values: Vec<u64> = (-40..40).map(|i| cdf_q60(start + i * unit)).collect();
        assert!(values.windows(2).all(|pair| pair[0] <= pair[1]), "{start}");
    };
    // Around every cell boundary and at random places, by units of the argument and by units of 2^-52,
    // which is what counts of it; and in coarse steps over everything.
    let mut random = 1u64;
    for boundary in -2_306..=2_306i64 {
        rises((2 * boundary + 1) << 47, 1);
        rises((2 * boundary + 1) << 47, 16);
        for _ in 0..20 {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            rises((boundary << 48) + (random >> 16) as i64, 16);
        }
    }
    let mut before = 0;
    for step in -2_400_000..2_400_000i64 {
        let now = cdf_q60(step << 38);
        assert!(now >= before, "{step}");
        before = now;
    }
    assert_eq!(cdf_q60(0), ONE_Q60 / 2);
    assert_eq!((cdf_q60(i64::MIN), cdf_q60(i64::MAX)), (0, ONE_Q60));
    assert_eq!((pdf_q60(i64::MIN), pdf_q60(i64::MAX)), (0, 0));
}

#[test]
fn logarithm_meets_every_row() {
    let rows = rows(include_str!("vectors/ln_display.csv"));
    assert_eq!(rows.len(), 1_200);
    let mut worst = 0;
    let unit = ln_q56(SCALE.unsigned_abs()).expect("positive");
    for row in &rows {
        let value = ln_q56(scaled(row[0]).unsigned_abs()).expect("positive");
        let got = (i128::from(value - unit) * SCALE) >> 56;
        worst = worst.max((got - scaled(row[1])).abs());
    }
    report("ln", rows.len(), worst);
    assert!(worst < 100, "{worst}");
    assert_eq!((ln_q56(0), ln_q56(1)), (None, Some(0)));
    // 128 ln 2 = 88.722839111673
    let top = ln_q56(u128::MAX).expect("positive") as f64 / ONE_Q56 as f64;
    assert!((top - 88.722_839_111_673).abs() < 1e-12);
}

#[test]
fn exponential_meets_every_row() {
    let rows = rows(include_str!("vectors/exp_display.csv"));
    assert_eq!(rows.len(), 1_360);
    let mut worst = 0;
    for row in &rows {
        let got = mul_shift_floor(exp_q60(q56(scaled(row[0]))), SCALE as u64, 60) as i128;
        let truth = scaled(row[1]);
        let error = (got - truth).abs();
        // Relative above 1, absolute below.
        worst = worst.max(error / (truth / SCALE).max(1));
    }
    report("exp", rows.len(), worst);
    assert!(worst < 200, "{worst}");
    assert_eq!(exp_q60(0), u128::from(ONE_Q60));
    assert_eq!((exp_q60(i64::MIN), exp_q60(i64::MAX)), (0, u128::MAX));
}

#[test]
fn root_of_time_meets_every_row() {
    let rows = rows(include_str!("vectors/sqrt_time_display.csv"));
    assert_eq!(rows.len(), 404);
    let mut worst = 0;
    for row in &rows {
        let got = sqrt_years_q60(row[0].parse().expect("seconds"));
        worst = worst.max((from_q60(got) - scaled(row[2])).abs());
    }
    report("sqrt time", rows.len(), worst);
    assert!(worst < 100, "{worst}");
    assert_eq!(sqrt_years_q60(31_536_000), ONE_Q60);
    assert_eq!((sqrt_years_q60(0), sqrt_years_q60(-1)), (0, 0));
    assert_eq!(sqrt_years_q60(i64::MAX), u64::MAX);
}

#[test]
fn shifted_products_are_exact() {
    let classes = ["in the wide word", "beyond it", "saturated"];
    let cases = (any::<u128>(), any::<u64>(), 0u32..=64, 0u32..128);
    for_all(
        "shifted products",
        &classes,
        cases,
        |(a, b, shift, cut), met| {
            let a = a >> cut;
            let truth = (a & u128::from(u64::MAX)) * u128::from(b);
            let high = (a >> 64) * u128::from(b) + (truth >> 64);
            let fits = high >> shift.min(63) >> (shift.saturating_sub(63)) < (1 << 64);
            let got = mul_shift_floor(a, b, shift);
            if let Some(product) = a.checked_mul(u128::from(b)) {
                met("in the wide word");
                prop_assert_eq!(got, product >> shift);
            } else if fits {
                met("beyond it");
                prop_assert_eq!(got >> (64 - shift), high);
            } else {
                met("saturated");
                prop_assert_eq!(got, u128::MAX);
            }
            if let Ok(signed) = i128::try_from(got) {
                let small = i128::try_from(a).unwrap_or(i128::MAX);
                if small.unsigned_abs() == a {
                    prop_assert_eq!(signed_mul_shift_floor(-small, b, shift), -signed);
                }
            }
            Ok(())
        },
    );
}

#[test]
fn any_argument_has_an_answer() {
    let classes = ["negative", "near zero", "far", "no logarithm"];
    let cases = (any::<i64>(), 0u32..64, any::<u128>(), 0u32..=128);
    for_all(
        "any argument",
        &classes,
        cases,
        |(x, cut, wide, narrow), met| {
            let x = x >> cut;
            met(match x {
                x if x < 0 => "negative",
                x if x < ONE_Q56 => "near zero",
                _ => "far",
            });
            prop_assert_eq!(cdf_q60(x) + cdf_q60(x.saturating_neg()), ONE_Q60);
            // phi(0) is 0.3989...
            prop_assert!(pdf_q60(x) <= ONE_Q60 / 10 * 4);
            prop_assert!(exp_q60(x) <= exp_q60(x.saturating_add(1 << 20)));
            let value = wide.checked_shr(narrow.min(128)).unwrap_or(0);
            if value == 0 {
                met("no logarithm");
            }
            prop_assert_eq!(ln_q56(value).is_none(), value == 0);
            prop_assert!(
                sqrt_years_q60(x) <= sqrt_years_q60(x.saturating_add(1 + (x.max(0) >> 40)))
            );
            Ok(())
        },
    );
}

#[test]
fn exponential_and_logarithm_undo_each_other() {
    let cases = (-20i64 << 56)..(40i64 << 56);
    for_all("undo", &["below one", "above one"], cases, |x, met| {
        met(if x < 0 { "below one" } else { "above one" });
        let back = ln_q56(exp_q60(x)).expect("positive") - ln_q56(1 << 60).expect("positive");
        // e^-20 in Q60 keeps 31 bits.
        let allowed = if x < 0 { 1 << 26 } else { 64 };
        prop_assert!((back - x).abs() < allowed, "{x} {back}");
        Ok(())
    });
}
