//! Functions of numbers, in both grades.

use crate::codes;
use crate::input::Reader;
use crate::meter::{measured, Answer};
use backstop_quantities::{explog, mul_div_ceil, mul_div_floor, normal, precise, root};
use core::hint::black_box;

/// A function of its own that is not inlined between the marks.
macro_rules! timed {
    ($reader:ident, |$($x:ident: $type:ty = $read:ident),+| $work:expr) => {{
        #[inline(never)]
        fn work($($x: $type),+) -> u64 {
            ($work) as u64
        }
        $(let $x = black_box($reader.$read()?);)+
        Some(Answer::new().with(&measured(|| work($($x),+)).to_le_bytes()))
    }};
}

/// Computes the function of what follows; answers the low 64 bits of the result.
pub fn run(code: u8, reader: &mut Reader) -> Option<Answer> {
    match code {
        codes::LN_DISPLAY => {
            timed!(reader, |x: u64 = u64| precise::ln_q56(x.into()).unwrap_or(0))
        }
        codes::LN_MARGIN => {
            timed!(reader, |x: u64 = u64| explog::ln_ratio_q30(x, 1 << 30).unwrap_or(0))
        }
        codes::EXP_DISPLAY => timed!(reader, |x: i64 = i64| precise::exp_q60(x)),
        codes::EXP_MARGIN => timed!(reader, |x: i64 = i64| explog::exp_q30(x)),
        codes::ROOT_DISPLAY => timed!(reader, |x: i64 = i64| precise::sqrt_years_q60(x)),
        codes::ROOT_MARGIN => timed!(reader, |x: i64 = i64| root::sqrt_years_q30(x)),
        codes::CDF_DISPLAY => timed!(reader, |x: i64 = i64| precise::cdf_q60(x)),
        codes::CDF_MARGIN => timed!(reader, |x: i64 = i64| normal::cdf_q30(x)),
        codes::PDF_DISPLAY => timed!(reader, |x: i64 = i64| precise::pdf_q60(x)),
        codes::PDF_MARGIN => timed!(reader, |x: i64 = i64| normal::pdf_q30(x)),
        codes::MUL_DIV_FLOOR => timed!(reader, |a: u64 = u64, b: u64 = u64, d: u64 = u64| {
            mul_div_floor(a, b, d).unwrap_or(u64::MAX)
        }),
        codes::MUL_DIV_CEIL => timed!(reader, |a: u64 = u64, b: u64 = u64, d: u64 = u64| {
            mul_div_ceil(a, b, d).unwrap_or(u64::MAX)
        }),
        _ => None,
    }
}
