//! The same price by the crates an engineer would otherwise take. Numbers are brought into a crate's own
//! type before the first mark and out of it after the second.

mod cordic;
mod rust_decimal;
mod solmath;

use crate::codes;
use crate::input::Reader;
use crate::meter::Answer;
use crate::prices::terms;

/// Prices the terms that follow, whose yield is 0; answers the price scaled 1e12.
pub fn run(code: u8, reader: &mut Reader) -> Option<Answer> {
    let terms = terms(reader)?;
    let price_e12 = match code {
        codes::SOLMATH => solmath::standard(&terms)?,
        codes::SOLMATH_HP => solmath::high_precision(&terms)?,
        codes::RUST_DECIMAL => rust_decimal::price(&terms)?,
        _ => cordic::price(&terms)?,
    };
    Some(Answer::new().with(&price_e12.to_le_bytes()))
}
