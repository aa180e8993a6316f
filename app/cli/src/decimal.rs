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
            Self::TooFine(0) => f.write_str("is not whole"),
            Self::TooFine(digits) => write!(f, "has more than {digits} digits after the point"),
            Self::TooLarge => f.write_str("is too large"),
        }
    }
}

/// A number as its sign and its size times 10^`digits`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decimal {
    /// Whether a minus stands before it; -0 is not negative.
    pub(crate) negative: bool,
    /// |number| scaled.
    pub(crate) size: u64,
}

/// `text` times 10^`digits`, exactly: `-12.5`, `1e-05`, `.5` and `3.` are numbers.
///
/// # Errors
/// What is wrong with the text; nothing is rounded.
pub(crate) fn parse(text: &str, digits: u32) -> Result<Decimal, DecimalError> {
    let (number, exponent) = match text.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, power(exponent)?),
        None => (text, 0),
    };
    let (negative, number) = sign(number);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if !all_digits(whole) || !all_digits(fraction) || whole.len() + fraction.len() == 0 {
        return Err(DecimalError::NotANumber);
    }
    let all = [whole, fraction].concat();
    let kept = all.trim_end_matches('0');
    let dropped = (all.len() - kept.len()) as i64;
    let kept = kept.trim_start_matches('0');
    // The last digit kept is not 0, so a place below the scale would have to be rounded.
    let places = exponent + i64::from(digits) - fraction.len() as i64 + dropped;
    let size = match kept {
        "" => 0,
        _ if places < 0 => return Err(DecimalError::TooFine(digits)),
        _ => scaled(kept, places).ok_or(DecimalError::TooLarge)?,
    };
    Ok(Decimal {
        negative: negative && size > 0,
        size,
    })
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn sign(text: &str) -> (bool, &str) {
    match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    }
}

/// The number after the `e`; one that no digits can make up for is cut.
fn power(text: &str) -> Result<i64, DecimalError> {
    const MOST: i64 = 1_000_000_000;
    let (negative, size) = sign(text);
    if size.is_empty() || !all_digits(size) {
        return Err(DecimalError::NotANumber);
    }
    let size = size.parse().map_or(MOST, |size: i64| size.min(MOST));
    Ok(if negative { -size } else { size })
}

/// The digits times 10^`places`.
fn scaled(digits: &str, places: i64) -> Option<u64> {
    let power = 10u64.checked_pow(u32::try_from(places).ok()?)?;
    digits.parse::<u64>().ok()?.checked_mul(power)
}

/// `value` / 10^`digits` with all its digits.
pub(crate) fn format(value: i128, digits: u32) -> String {
    let sign = if value < 0 { "-" } else { "" };
    format!("{sign}{}", format_size(value.unsigned_abs(), digits))
}

/// The same for a number without a sign.
pub(crate) fn format_size(size: u128, digits: u32) -> String {
    let unit = 10u128.pow(digits);
    let width = digits as usize;
    format!("{}.{:0width$}", size / unit, size % unit)
}
