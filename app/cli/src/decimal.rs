//! Decimal text to scaled integers and back, without rounding anything.

use std::fmt;

/// Why a text is no number we can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DecimalError {
    /// Not digits with at most one point and exponent.
    NotANumber,
    /// More digits after the point than the scale holds.
    TooFine(u32),
    /// Beyond the range of the integer.
    TooLarge,
}

impl fmt::Display for DecimalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotANumber => f.write_str("is not a number"),
            Self::TooFine(digits) => write!(f, "has more than {digits} digits after the point"),
            Self::TooLarge => f.write_str("is too large"),
        }
    }
}

/// `text` times 10^`digits`, exactly: `-12.5`, `1e-05`, `.5` and `3.` are numbers.
///
/// # Errors
/// What is wrong with the text; nothing is rounded.
pub(crate) fn parse(text: &str, digits: u32) -> Result<i128, DecimalError> {
    let (number, exponent) = match text.split_once(['e', 'E']) {
        Some((number, exponent)) => (
            number,
            exponent
                .parse::<i32>()
                .map_err(|_| DecimalError::NotANumber)?,
        ),
        None => (text, 0),
    };
    let (negative, size) = match number.as_bytes().first() {
        Some(b'-') => (true, &number[1..]),
        Some(b'+') => (false, &number[1..]),
        _ => (false, number),
    };
    let (whole, fraction) = size.split_once('.').unwrap_or((size, ""));
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(whole) || !is_digits(fraction) || whole.len() + fraction.len() == 0 {
        return Err(DecimalError::NotANumber);
    }
    let fraction = fraction.trim_end_matches('0');
    let mantissa = mantissa(whole.bytes().chain(fraction.bytes()))?;
    let shift = i64::from(exponent) + i64::from(digits) - fraction.len() as i64;
    let magnitude = shifted(mantissa, shift, digits)?;
    Ok(if negative { -magnitude } else { magnitude })
}

fn mantissa(digits: impl Iterator<Item = u8>) -> Result<i128, DecimalError> {
    let mut sum = 0i128;
    for digit in digits {
        sum = sum
            .checked_mul(10)
            .and_then(|sum| sum.checked_add(i128::from(digit - b'0')))
            .ok_or(DecimalError::TooLarge)?;
    }
    Ok(sum)
}

/// `mantissa` times 10^`shift`, if that is an integer.
fn shifted(mantissa: i128, shift: i64, digits: u32) -> Result<i128, DecimalError> {
    if mantissa == 0 {
        return Ok(0);
    }
    let power = u32::try_from(shift.unsigned_abs())
        .ok()
        .and_then(|shift| 10i128.checked_pow(shift));
    match power {
        Some(power) if shift >= 0 => mantissa.checked_mul(power).ok_or(DecimalError::TooLarge),
        Some(power) if mantissa % power == 0 => Ok(mantissa / power),
        None if shift >= 0 => Err(DecimalError::TooLarge),
        _ => Err(DecimalError::TooFine(digits)),
    }
}

/// `value` / 10^`digits` with all its digits.
pub(crate) fn format(value: i128, digits: u32) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let unit = 10u128.pow(digits);
    let size = value.unsigned_abs();
    let width = digits as usize;
    format!("{sign}{}.{:0width$}", size / unit, size % unit)
}
