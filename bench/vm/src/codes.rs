//! The first byte of an instruction says what is measured. Shared with the host that asks.

/// European price, display grade. Terms follow: kind (0 call, 1 put), spot, strike, seconds, rate, yield,
/// volatility, in the units of `risk::display::Terms`, 8 bytes each but the first.
pub const PRICE_EUROPEAN: u8 = 0;
/// The same with every Greek.
pub const PRICE_EUROPEAN_GREEKS: u8 = 1;
/// American bounds.
pub const AMERICAN_BOUNDS: u8 = 2;
/// European price, margin grade; rate and yield are not read.
pub const PRICE_MARGIN: u8 = 3;
/// A price by `solmath`, its standard and its high precision.
pub const SOLMATH: u8 = 4;
pub const SOLMATH_HP: u8 = 5;
/// A price by `rust_decimal` with its `maths`.
pub const RUST_DECIMAL: u8 = 6;
/// A price by `fixed` with `cordic`.
pub const CORDIC: u8 = 7;

/// Functions of one number, 8 bytes: logarithm, exponential, root, distribution and density, first in the
/// display grade, then in the margin grade.
pub const LN_DISPLAY: u8 = 16;
pub const LN_MARGIN: u8 = 17;
pub const EXP_DISPLAY: u8 = 18;
pub const EXP_MARGIN: u8 = 19;
pub const ROOT_DISPLAY: u8 = 20;
pub const ROOT_MARGIN: u8 = 21;
pub const CDF_DISPLAY: u8 = 22;
pub const CDF_MARGIN: u8 = 23;
pub const PDF_DISPLAY: u8 = 24;
pub const PDF_MARGIN: u8 = 25;
/// a * b / d of three numbers.
pub const MUL_DIV_FLOOR: u8 = 26;
pub const MUL_DIV_CEIL: u8 = 27;

/// Full margin of a portfolio as `portfolio.rs` reads it.
pub const MARGIN: u8 = 32;
/// The same while a change of parameters is ramped: two grids.
pub const MARGIN_RAMPED: u8 = 33;
