//! Names people read: the symbol of a market and the name of an option.

use crate::accounts::OptionKind;
use crate::calendar;
use backstop_quantities::PRICE_SCALE;

/// Bytes of a market's symbol.
pub const SYMBOL_BYTES: usize = 8;

const MONTHS: [&str; 12] = [
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
];

/// The symbol as a market stores it: one to eight capital letters or digits, then zeros. `None` for any other
/// text.
pub fn symbol(text: &str) -> Option<[u8; SYMBOL_BYTES]> {
    let mut stored = [0; SYMBOL_BYTES];
    stored
        .get_mut(..text.len())?
        .copy_from_slice(text.as_bytes());
    is_symbol(&stored).then_some(stored)
}

/// True for one to eight capital letters or digits followed by zeros only.
pub fn is_symbol(stored: &[u8; SYMBOL_BYTES]) -> bool {
    let length = length(stored);
    let legal = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    length > 0
        && stored.iter().take(length).all(legal)
        && stored.iter().skip(length).all(|byte| *byte == 0)
}

/// Name of an option: symbol, UTC day of expiry, strike without trailing zeros, `C` or `P`, `A` before it
/// for an American one, as in `SOL-27NOV26-150.5-P`.
///
/// `strike_price` is quote per contract scaled 1e9, `expires_at` unix seconds; nothing is rounded.
pub fn option_name(
    stored: &[u8; SYMBOL_BYTES],
    expires_at: i64,
    strike_price: u64,
    kind: OptionKind,
) -> String {
    let symbol = stored.iter().take(length(stored));
    let symbol: String = symbol.map(|byte| char::from(*byte)).collect();
    let day = calendar::civil(expires_at);
    let month = usize::from(day.month).saturating_sub(1);
    let month = MONTHS.get(month).copied().unwrap_or_default();
    let letter = match kind {
        OptionKind::Call => "C",
        OptionKind::Put => "P",
        OptionKind::AmericanCall => "AC",
        OptionKind::AmericanPut => "AP",
    };
    let (year, strike) = (day.year.rem_euclid(100), decimal(strike_price));
    format!("{symbol}-{:02}{month}{year:02}-{strike}-{letter}", day.day)
}

fn length(stored: &[u8; SYMBOL_BYTES]) -> usize {
    let end = stored.iter().position(|byte| *byte == 0);
    end.unwrap_or(SYMBOL_BYTES)
}

fn decimal(price: u64) -> String {
    let (whole, rest) = (price / PRICE_SCALE, price % PRICE_SCALE);
    let text = format!("{whole}.{rest:09}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;
    /// 2026-11-27 08:00 UTC.
    const NOVEMBER: i64 = 1_795_766_400;

    fn name(expires_at: i64, strike_price: u64) -> String {
        let stored = symbol("SOL").expect("a symbol");
        option_name(&stored, expires_at, strike_price, OptionKind::Put)
    }

    #[test]
    fn an_option_is_named_by_day_strike_and_kind() {
        assert_eq!(name(NOVEMBER, 150_000_000_000), "SOL-27NOV26-150-P");
        assert_eq!(
            name(NOVEMBER + 4 * DAY, 150_500_000_000),
            "SOL-01DEC26-150.5-P"
        );
        assert_eq!(name(NOVEMBER + 36 * DAY, 1), "SOL-02JAN27-0.000000001-P");
        let stored = symbol("SOL").expect("a symbol");
        let put = option_name(&stored, NOVEMBER, 1_000_000_000, OptionKind::AmericanPut);
        assert_eq!(put, "SOL-27NOV26-1-AP");
        let long = symbol("ABCDEFG8").expect("a symbol");
        let call = option_name(&long, NOVEMBER, u64::MAX, OptionKind::Call);
        assert_eq!(call, "ABCDEFG8-27NOV26-18446744073.709551615-C");
    }

    #[test]
    fn a_symbol_is_capitals_and_digits_and_not_empty() {
        for text in ["S", "SOL", "BTC2", "ABCDEFGH"] {
            assert!(symbol(text).is_some(), "{text}");
        }
        for text in ["", "sol", "SO L", "SOL-", "ABCDEFGHI", "SÖL", "SOL\0X"] {
            assert!(symbol(text).is_none(), "{text}");
        }
        assert!(!is_symbol(b"SOL\0\0\0\0X"));
        assert!(!is_symbol(b"\0SOL\0\0\0\0"));
    }
}
