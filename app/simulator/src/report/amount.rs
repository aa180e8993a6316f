//! Amounts and prices as text: exact, with thousands separators.

/// Whole digits in groups of three.
fn grouped(mut whole: u128) -> String {
    let mut groups = Vec::new();
    while whole >= 1_000 {
        groups.push(format!("{:03}", whole % 1_000));
        whole /= 1_000;
    }
    groups.push(whole.to_string());
    groups.reverse();
    groups.join(",")
}

/// Every digit: `-1,234.500000` for −1,234,500,000 atoms of 6 decimals.
pub fn exact(atoms: i128, decimals: u8) -> String {
    let sign = if atoms < 0 { "-" } else { "" };
    let one = 10_u128.pow(u32::from(decimals.min(30)));
    let (whole, fraction) = (atoms.unsigned_abs() / one, atoms.unsigned_abs() % one);
    match decimals {
        0 => format!("{sign}{}", grouped(whole)),
        _ => format!(
            "{sign}{}.{fraction:0width$}",
            grouped(whole),
            width = usize::from(decimals.min(30))
        ),
    }
}

/// Two digits after the point, for reading; halves away from zero. Quote atoms (6 decimals).
pub fn readable(atoms: i128) -> String {
    let cents = (atoms.unsigned_abs() + 5_000) / 10_000;
    let sign = if atoms < 0 && cents > 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", grouped(cents / 100), cents % 100)
}

/// A price (× 1e9) with two digits after the point, four below ten and six below a tenth; halves upwards.
pub fn price(price: u64) -> String {
    let decimals: u32 = match price {
        10_000_000_000.. => 2,
        100_000_000.. => 4,
        _ => 6,
    };
    let unit = 10_u128.pow(9 - decimals);
    let one = 10_u128.pow(decimals);
    let rounded = (u128::from(price) + unit / 2) / unit;
    format!(
        "{}.{:0width$}",
        grouped(rounded / one),
        rounded % one,
        width = decimals as usize
    )
}

/// A share of a whole with one digit, `37.5 %`; `–` if the whole is zero.
pub fn percent(part: i128, whole: i128) -> String {
    if whole == 0 {
        return "–".into();
    }
    let permille = (part * 1_000 + whole.abs() / 2 * part.signum()) / whole;
    let sign = if permille < 0 { "-" } else { "" };
    format!(
        "{sign}{}.{} %",
        permille.unsigned_abs() / 10,
        permille.unsigned_abs() % 10
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts() {
        assert_eq!(exact(-1_234_500_000, 6), "-1,234.500000");
        assert_eq!(exact(999, 0), "999");
        assert_eq!(exact(1_000_000_000_000_001, 6), "1,000,000,000.000001");
        assert_eq!(exact(-1, 6), "-0.000001");
        assert_eq!(readable(1_234_567_890_000), "1,234,567.89");
        assert_eq!(readable(-4_999), "0.00");
        assert_eq!(readable(-5_000), "-0.01");
        assert_eq!(readable(999_995_000), "1,000.00");
    }

    #[test]
    fn prices_and_shares() {
        assert_eq!(price(197_470_000_000), "197.47");
        assert_eq!(price(43_210_987_654_321), "43,210.99");
        assert_eq!(price(1_234_567_890), "1.2346");
        assert_eq!(price(1_234_567), "0.001235");
        assert_eq!(percent(1, 3), "33.3 %");
        assert_eq!(percent(-1, 3), "-33.3 %");
        assert_eq!(percent(5, 0), "–");
    }
}
