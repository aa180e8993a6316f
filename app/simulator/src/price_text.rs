//! Decimal text to prices, without a float on the way.

use std::fmt;

/// One quote unit per whole underlying, in the scale every price here has (1e9).
pub const PRICE_ONE: u64 = 1_000_000_000;

/// The highest price taken from text: one thousand million quote units.
pub const PRICE_MAX: u64 = 1_000_000_000 * PRICE_ONE;

const DECIMALS: usize = 9;

/// Why a text is not a usable price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PriceTextError {
    /// Not plain decimal digits with at most one point.
    NotANumber,
    /// A number below zero.
    Negative,
    /// Exactly zero.
    Zero,
    /// Above [`PRICE_MAX`].
    TooLarge,
    /// More than nine digits after the point that are not zero: it could not be stored exactly.
    TooFine,
}

impl fmt::Display for PriceTextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotANumber => "is not a plain decimal number such as 197.47",
            Self::Negative => "is negative; prices are above zero",
            Self::Zero => "is zero; prices are above zero",
            Self::TooLarge => "is above 1,000,000,000, the highest price accepted",
            Self::TooFine => "has more than nine digits after the point",
        })
    }
}

impl std::error::Error for PriceTextError {}

/// Reads a positive decimal number as a price (quote per whole underlying × 1e9). Exact: a text that would need
/// rounding is refused.
///
/// # Errors
/// One [`PriceTextError`] per way the text can be wrong.
pub fn parse_price(text: &str) -> Result<u64, PriceTextError> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) {
        return Err(PriceTextError::NotANumber);
    }
    let kept = fraction.trim_end_matches('0');
    if kept.len() > DECIMALS {
        return Err(PriceTextError::TooFine);
    }
    let scaled = format!("{whole}{kept:0<DECIMALS$}");
    let price = scaled
        .parse::<u64>()
        .map_err(|_| PriceTextError::TooLarge)?;
    match price {
        0 => Err(PriceTextError::Zero),
        _ if negative => Err(PriceTextError::Negative),
        price if price > PRICE_MAX => Err(PriceTextError::TooLarge),
        price => Ok(price),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_values() {
        assert_eq!(parse_price("197.47"), Ok(197_470_000_000));
        assert_eq!(parse_price("1"), Ok(PRICE_ONE));
        assert_eq!(parse_price("0.000000001"), Ok(1));
        assert_eq!(parse_price("7.5000000000000"), Ok(7_500_000_000));
        assert_eq!(parse_price("1000000000"), Ok(PRICE_MAX));
        assert_eq!(parse_price("007."), Ok(7 * PRICE_ONE));
    }

    #[test]
    fn each_refusal_has_its_reason() {
        for text in [
            "", "abc", "1e5", "1,5", "+1", "1.2.3", "nan", "inf", ".5", "--1", "1 ", "٣",
        ] {
            assert_eq!(
                parse_price(text),
                Err(PriceTextError::NotANumber),
                "{text:?}"
            );
        }
        assert_eq!(parse_price("-1.5"), Err(PriceTextError::Negative));
        assert_eq!(parse_price("0.000"), Err(PriceTextError::Zero));
        assert_eq!(parse_price("-0"), Err(PriceTextError::Zero));
        assert_eq!(parse_price("1000000000.1"), Err(PriceTextError::TooLarge));
        assert_eq!(
            parse_price("99999999999999999999999"),
            Err(PriceTextError::TooLarge)
        );
        assert_eq!(parse_price("0.0000000001"), Err(PriceTextError::TooFine));
    }
}
