//! Logarithm, exponential, root, distribution and density in both grades, and the two divisions.

use super::super::sheet::Sheet;
use super::codes;
use super::machine::{Costs, Machine};
use super::random::Random;
use backstop_quantities::{explog, mul_div_ceil, mul_div_floor, normal, precise, root};

const CASES: u64 = 1_000;

/// Name, code, the argument from random numbers, and the same function on the host.
type Function = (&'static str, u8, fn(&mut Random) -> u64, fn(u64) -> u64);

/// Positive numbers from a unit of Q30 up.
fn positive(random: &mut Random) -> u64 {
    random.scaled(1.0, 1e18) as u64
}

/// From -`reach` to `reach` with `bits` fractional bits.
fn around_zero(random: &mut Random, reach: f64, bits: u32) -> u64 {
    let size = random.scaled(reach / 1e4, reach) * (1u64 << bits) as f64;
    let size = size as i64;
    (if random.chance(50) { size } else { -size }) as u64
}

fn seconds(random: &mut Random) -> u64 {
    random.scaled(1.0, 1e8) as u64
}

const FUNCTIONS: [Function; 10] = [
    ("ln_display", codes::LN_DISPLAY, positive, |x| {
        precise::ln_q56(x.into()).unwrap_or(0) as u64
    }),
    ("ln_margin", codes::LN_MARGIN, positive, |x| {
        explog::ln_ratio_q30(x, 1 << 30).unwrap_or(0) as u64
    }),
    (
        "exp_display",
        codes::EXP_DISPLAY,
        |r| around_zero(r, 20.0, 56),
        |x| precise::exp_q60(x as i64) as u64,
    ),
    (
        "exp_margin",
        codes::EXP_MARGIN,
        |r| around_zero(r, 20.0, 30),
        |x| explog::exp_q30(x as i64),
    ),
    ("sqrt_display", codes::ROOT_DISPLAY, seconds, |x| {
        precise::sqrt_years_q60(x as i64)
    }),
    ("sqrt_margin", codes::ROOT_MARGIN, seconds, |x| {
        root::sqrt_years_q30(x as i64)
    }),
    (
        "cdf_display",
        codes::CDF_DISPLAY,
        |r| around_zero(r, 9.0, 56),
        |x| precise::cdf_q60(x as i64),
    ),
    (
        "cdf_margin",
        codes::CDF_MARGIN,
        |r| around_zero(r, 8.0, 30),
        |x| normal::cdf_q30(x as i64) as u64,
    ),
    (
        "pdf_display",
        codes::PDF_DISPLAY,
        |r| around_zero(r, 9.0, 56),
        |x| precise::pdf_q60(x as i64),
    ),
    (
        "pdf_margin",
        codes::PDF_MARGIN,
        |r| around_zero(r, 8.0, 30),
        |x| normal::pdf_q30(x as i64) as u64,
    ),
];

/// A division by 64 bits of a product that needs more, name, code and host function.
type Division = (&'static str, u8, fn(u64, u64, u64) -> Option<u64>);

const DIVISIONS: [Division; 2] = [
    ("mul_div_floor", codes::MUL_DIV_FLOOR, mul_div_floor),
    ("mul_div_ceil", codes::MUL_DIV_CEIL, mul_div_ceil),
];

/// The dearest of a thousand arguments each; every answer is the host's.
pub fn measure(machine: &mut Machine, sheet: &mut Sheet) {
    for (name, code, argument, host) in FUNCTIONS {
        let (mut random, mut costs) = (Random::new(code.into()), Costs::default());
        for _ in 0..CASES {
            let x = argument(&mut random);
            let got = machine.ask(code, &x.to_le_bytes()).expect("an answer");
            assert_eq!(got.word(0), host(x), "{name} of {x}");
            costs.note(got.cu);
        }
        sheet.set(name, costs.most(), "CU");
    }
    for (name, code, host) in DIVISIONS {
        let (mut random, mut costs) = (Random::new(code.into()), Costs::default());
        for _ in 0..CASES {
            let numbers = [(); 3].map(|()| random.scaled(1.0, 1e19) as u64);
            let [a, b, d] = numbers;
            let arguments = numbers.map(u64::to_le_bytes).concat();
            let got = machine.ask(code, &arguments).expect("an answer");
            assert_eq!(
                got.word(0),
                host(a, b, d).unwrap_or(u64::MAX),
                "{name} of {numbers:?}"
            );
            costs.note(got.cu);
        }
        sheet.set(name, costs.most(), "CU");
    }
}
